"""A printed date as a value: :func:`parse_date`.

The order of attempts: an ISO 8601 form; a date with day, month and year anywhere in the text
(Gregorian before other calendars, published before updated); with ``now`` also a date without
its year, today and yesterday, a distance ("3 hours ago"); last a month with its year, where the
text is nothing else. What is ambiguous, impossible or not yet is refused: ``None``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from datetime import time as clock_time

from scraper.extraction.dates import calendars
from scraper.extraction.dates.clock import TimeOfDay, find_time
from scraper.extraction.dates.forms import DateMatch, find_full, find_month, find_yearless, is_range
from scraper.extraction.dates.labels import labels_trail, rank_of
from scraper.extraction.dates.order import order_of, read_numbers
from scraper.extraction.dates.relative import read_ago
from scraper.extraction.dates.text import fold
from scraper.extraction.dates.tokens import Tokens, offset_of, tokenise
from scraper.extraction.dates.zones import DAY_FIRST_ZONES
from scraper.model.types import Precision

_ISO = re.compile(
    r"(\d{4})(?:-(\d\d?)-(\d\d?)|(\d\d)(\d\d))"
    r"(?:[T\s]*(\d\d|\d(?=:)):?(\d\d)(?::?(\d\d)(?:[.,]\d{1,9})?)?"
    r"\s*(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?(?:\[[\w/+-]{1,40}\])?",
    re.IGNORECASE | re.ASCII,
)
MAX_ISO = 100
_ISO_WEEK = re.compile(r"(\d{4})-?W(\d\d)-?([1-7])", re.IGNORECASE | re.ASCII)
_ISO_MONTH = re.compile(r"(\d{4})-(\d\d)", re.ASCII)
_GLUED = re.compile(
    r"(?<=[a-z\u00df-\u00ff])(?=[A-Z][a-z])|(?<=[A-Z]{2})(?=[A-Z][a-z]{2})"
    r"|(?<=[A-Z])(?=(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?\s\d)"
    r"|(?<=\d:\d\d)(?=(?:19|20)\d\d[./-])"
    r"|(?<=[ ,./-](?:19|20)\d\d)(?=\d{1,2}(?::\d\d|[./-]|\s?[A-Za-z]))"
)
"""Where two elements' texts meet: ``4:05pmFriday``, ``GMTUpdated``, ``20244:05 pm``,
``2. Mai 20242. Mai 2024``."""
_ERA_LETTER = re.compile(r"^([RHS])(\d{1,2}\.\d{1,2}\.\d{1,2})(?![\d.])")
_ERA_LETTERS = {"R": "令和", "H": "平成", "S": "昭和"}
_TWO_YEARS = re.compile(
    r"(?:令和|平成|昭和)\s?\d{1,2}\s?年?\s?[(（]\s?(?:西暦)?(\d{4})\s?年?\s?[)）]\s?年?"
    r"|(?<=\d{4})年\s?[(（](?:令和|平成|昭和)\s?(?:\d{1,2}|元)\s?年?[)）]"
)
"""One year in two counts: ``令和7(2025)年``, ``2025年(令和7年)``."""
_YEARS = range(1800, 2101)
_COMPACT_YEARS = range(1990, 2101)
_DEFAULTS = frozenset({date(1970, 1, 1), date(1900, 1, 1), date(1980, 1, 1)})
"""What programs write where they have no date."""
_SKEW = timedelta(days=2)
"""How far beyond ``now`` a date may lie: zones, and clocks that are wrong."""


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """``value`` is midnight where only the day is known, naive where the text fixes no zone."""

    value: datetime
    precision: Precision
    zone_stated: bool = False
    relative: bool = False
    """Told from ``now`` ("3 hours ago", "yesterday"); ``value`` then has ``now``'s zone."""


@dataclass(frozen=True, slots=True)
class _Context:
    language: str
    """Lower case, with region: ``en-us``; empty where unknown."""
    root: str
    now: datetime | None

    def is_future(self, moment: datetime) -> bool:
        if self.now is None:
            return False
        moment = moment if moment.tzinfo else moment.replace(tzinfo=self.now.tzinfo or UTC)
        now = self.now if self.now.tzinfo else self.now.replace(tzinfo=UTC)
        return moment > now + _SKEW


def parse_date(
    text: str, *, language: str | None = None, now: datetime | None = None
) -> ParsedDate | None:
    """Read the date of publication from a short text; ``None`` where there is none to be sure of.

    ``language`` is a BCP 47 tag (``id``, ``en-US``, ``zh-TW``); its region decides the order of
    day and month in 02/09/2024, which plain ``en`` and no language leave open. ``now`` is the
    time of reading: without it nothing relative and nothing without a year is read, and with it
    nothing that lies more than two days ahead. Never raises; looks at 400 characters.
    """
    try:
        return _parse(text, _read_context(language, now))
    except (OverflowError, ValueError):  # a date beyond what datetime holds
        return None


def read_iso(text: str) -> ParsedDate | None:
    """A time as machines print it (ISO 8601), and nothing else."""
    iso = _ISO.fullmatch(text[:MAX_ISO].strip())
    try:
        return _read_iso(iso, _read_context(None, None)) if iso is not None else None
    except (OverflowError, ValueError):
        return None


def _read_context(language: str | None, now: datetime | None) -> _Context:
    """Of the tag only language and region: scripts and private parts decide nothing here."""
    code, *parts = (language or "").lower().replace("_", "-").split("-")
    root = _SAME_LANGUAGE.get(code, code)
    if root in ("", "mul", "und"):
        return _Context("", "", now)
    region = next((part for part in parts if len(part) == 2 or part.isdigit()), "")
    return _Context(f"{code}-{region}" if region else code, root, now)


_SAME_LANGUAGE = {
    "nb": "no",
    "nn": "no",
    "fil": "tl",
    "iw": "he",
    "in": "id",
    "hbs": "sr",
    "prs": "ps",
    "kmr": "ku",
}


def _parse(text: str, context: _Context) -> ParsedDate | None:
    stripped = text[:500].strip()
    iso = _ISO.fullmatch(stripped)
    if iso is not None:
        return _read_iso(iso, context)
    week = _ISO_WEEK.fullmatch(stripped)
    if week is not None:
        start = _midnight(date.fromisocalendar(int(week[1]), int(week[2]), int(week[3])))
        return _accept(start, Precision.DAY, context) if start.year in _YEARS else None
    tokens = tokenise(fold(_prepare(stripped, context.root)), context.root)
    full = _parse_full(tokens, context)
    if full is not None:
        return full
    if context.root in ("he", "yi", ""):
        day = calendars.read_hebrew_letters(stripped[:400])
        if day is not None:
            return _accept(_midnight(day), Precision.DAY, context)
    if context.now is not None:
        near = _parse_near(tokens, context, context.now)
        if near is not None:
            return near
    return _parse_month(tokens, stripped, context)


def _prepare(text: str, root: str) -> str:
    """Spaces where elements meet, and one count of years where two are printed."""
    if root == "ja" and text[:1] in "RHS":
        text = _ERA_LETTER.sub(lambda m: _ERA_LETTERS[m[1]] + m[2], text, count=1)
    if "年" in text:
        text = _TWO_YEARS.sub(r"\1年", text)
    return _GLUED.sub(" ", text)


def _read_iso(match: re.Match[str], context: _Context) -> ParsedDate | None:
    year, month, day = int(match[1]), int(match[2] or match[4]), int(match[3] or match[5])
    if match[4] and year not in _COMPACT_YEARS:
        return None
    civil = _civil(
        DateMatch(start=0, end=0, order="ymd", numbers=(year, month, day)),
        context.language,
        context,
        None,
    )
    if civil is None:
        return None
    if match[6] is None:
        return _accept(_midnight(civil), Precision.DAY, context)
    offset = None
    if match[9]:
        offset = 0.0 if match[9][0].isalpha() else offset_of(match[9])
    hour, minute, second = int(match[6]), int(match[7]), int(match[8] or 0)
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        return _accept(_midnight(civil), Precision.DAY, context)
    moment = _midnight(civil) + timedelta(hours=hour, minutes=minute, seconds=min(second, 59))
    if offset is not None:
        moment = moment.replace(tzinfo=timezone(timedelta(hours=offset)))
    return _accept(moment, Precision.SECOND if match[8] else Precision.MINUTE, context)


def _parse_full(tokens: Tokens, context: _Context) -> ParsedDate | None:
    """The best of the full dates in the text."""
    shapes = list(find_full(tokens))
    order_language = "en-gb" if shapes and _is_day_first(tokens, context) else context.language
    trailing = len(shapes) > 1 and labels_trail(tokens, shapes)
    best: tuple[int, ParsedDate] | None = None
    reached = 0
    for i, shape in enumerate(shapes):
        if i + 1 < len(shapes) and is_range(tokens, shape, shapes[i + 1]):
            return None
        civil = _civil(shape, order_language, context, _weekday(tokens, shape))
        if civil is None:
            reached = shape.end
            continue
        lower = reached
        upper = shapes[i + 1].start if i + 1 < len(shapes) else len(tokens.kinds)
        clock = tokens.kinds.find("T", shape.start, shape.end)  # Mon Sep 2 13:27:00 WIB 2024
        time = find_time(tokens, shape.start, clock if clock > 0 else shape.end, lower, upper)
        if time is not None and len(shapes) == 1:
            time = time.in_zone_before(tokens)
        parsed = _with_time(civil, time, context)
        reached = max(shape.end, time.end if time else 0)  # this time is not the next date's
        if parsed is None:
            continue
        rank = rank_of(tokens, shape, lower, reached, upper, trailing=trailing)
        if shape.calendar != "gregorian" and any(s.calendar == "gregorian" for s in shapes):
            rank = 1  # one day in two calendars: the other yields
        if best is None or rank > best[0]:
            best = (rank, parsed)
    return best[1] if best else None


def _is_day_first(tokens: Tokens, context: _Context) -> bool:
    """Whether the zone stated tells the order of an English date: 04/03/2025 10:15 IST."""
    return context.root in ("en", "") and any(
        kind == "Z" and value in DAY_FIRST_ZONES
        for kind, value in zip(tokens.kinds, tokens.values, strict=True)
    )


def _weekday(tokens: Tokens, shape: DateMatch) -> int | None:
    """The day of the week right beside a date; elsewhere it may be a name (Sam, Thu, Don)."""
    kinds = tokens.kinds
    if "W" not in kinds:
        return None
    days = {
        tokens.values[i]
        for i, kind in enumerate(kinds)
        if kind == "W"
        and not kinds[i + 1 : shape.start].strip(".,(faD")
        and not kinds[shape.end : i].strip(".,(")
        and not (kinds[i - 1 : i] == "x" and tokens.ends[i - 1] - tokens.starts[i - 1] > 3)
    }
    day = days.pop() if len(days) == 1 else None
    return day if isinstance(day, int) else None


def _civil(shape: DateMatch, language: str, context: _Context, weekday: int | None) -> date | None:
    """The Gregorian day of a shape, or ``None`` where it is no day or not clear which."""
    numbers = read_numbers(shape, language, weekday, context.now)
    if numbers is None:
        return None
    year, month, day, calendar = numbers
    convert = {
        "jalali": calendars.from_jalali,
        "hijri": calendars.from_hijri,
        "bangla": calendars.from_bangla,
        "ethiopian": calendars.from_ethiopian,
        "bikram": calendars.from_bikram,
    }.get(calendar)
    if convert is not None:
        return convert(year, month, day)
    if calendar != "gregorian" or year not in _YEARS:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _with_time(civil: date, time: TimeOfDay | None, context: _Context) -> ParsedDate | None:
    if time is None:
        return _accept(_midnight(civil), Precision.DAY, context)
    return _accept(time.on(_midnight(civil), context.language), time.precision, context)


def _accept(
    moment: datetime, precision: Precision, context: _Context, *, relative: bool = False
) -> ParsedDate | None:
    """The value, unless it is a program's default or lies ahead."""
    if moment.tzinfo is not None and moment.timestamp() == 0:
        return None
    if moment.date() in _DEFAULTS or context.is_future(moment):
        return None
    return ParsedDate(moment, precision, moment.tzinfo is not None and not relative, relative)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, clock_time.min)


def _parse_near(tokens: Tokens, context: _Context, now: datetime) -> ParsedDate | None:
    """What needs ``now``: no year, a day word, a distance."""
    shape = find_yearless(tokens)
    if shape is not None:
        return _parse_yearless(tokens, shape, context, now)
    kinds = tokens.kinds
    if "R" in kinds and "x" not in kinds and "y" not in kinds and "n" not in kinds:
        return _parse_day_word(tokens, kinds.index("R"), context, now)
    ago = read_ago(tokens.text, context.root, now)
    if ago is not None:
        return _accept(*ago, context, relative=True)
    if "J" in kinds and "x" not in kinds and "d" not in kinds:
        return _accept(now.replace(microsecond=0), Precision.MINUTE, context, relative=True)
    return None


def _parse_yearless(
    tokens: Tokens, shape: DateMatch, context: _Context, now: datetime
) -> ParsedDate | None:
    """The last such day that is not ahead of ``now``; a printed day of the week must agree."""
    first, second = shape.numbers
    order = shape.order
    if order == "?":
        order = {"ymd": "md", "mdy": "md", "dmy": "dm"}.get(order_of(context.language), "")
    if order not in ("dm", "md"):
        return None
    day, month = (first, second) if order == "dm" else (second, first)
    weekday = _weekday(tokens, shape)
    time = find_time(tokens, shape.start, shape.end, 0, len(tokens.kinds))
    if sum(kind == "d" for kind in tokens.kinds) > 2 and time is None:
        return None
    for year in (now.year + 1, now.year, now.year - 1):
        try:
            civil = date(year, month, day)
        except ValueError:
            continue
        if civil > now.date() + timedelta(days=1):
            continue
        if weekday is not None and civil.weekday() != weekday:
            return None
        return _with_time(civil, time, context)
    return None


def _parse_day_word(
    tokens: Tokens, index: int, context: _Context, now: datetime
) -> ParsedDate | None:
    days = tokens.values[index]
    assert isinstance(days, int)
    time = find_time(tokens, index, index + 1, 0, len(tokens.kinds))
    if time is None:
        if "T" in tokens.kinds or "d" in tokens.kinds:
            return None
        civil = now.date() - timedelta(days=days)
        return _accept(
            _midnight(civil).replace(tzinfo=now.tzinfo), Precision.DAY, context, relative=True
        )
    moment = time.on(_midnight(now.date()), context.language)
    there = now
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=now.tzinfo)
    elif now.tzinfo is not None:
        there = now.astimezone(moment.tzinfo)
    moment += timedelta(days=(there.date() - now.date()).days - days)
    parsed = _accept(moment, time.precision, context, relative=True)
    stated = time.offset is not None or time.zone is not None
    return parsed and ParsedDate(parsed.value, parsed.precision, stated, True)


def _parse_month(tokens: Tokens, text: str, context: _Context) -> ParsedDate | None:
    iso = _ISO_MONTH.fullmatch(text)
    numbers = (int(iso[1]), int(iso[2])) if iso else find_month(tokens)
    if numbers is None or numbers[0] not in _YEARS or not 1 <= numbers[1] <= 12:
        return None
    return _accept(_midnight(date(numbers[0], numbers[1], 1)), Precision.MONTH, context)
