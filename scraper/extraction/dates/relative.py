"""Times told from now: ``3 hours ago``, ``sejam lalu``, ``il y a 2 jours``, ``3時間前``."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache

from scraper.extraction.dates.text import UNSPACED, fold
from scraper.extraction.word_lists import read_rows
from scraper.model.types import Precision

_PIECE = re.compile(r"\d+|[a-z\x80-\U0010ffff]+(?:'[a-z\x80-\U0010ffff]+)*")
_BEFORE, _AFTER, _LONGEST_PHRASE = 4, 7, 40
_MAX_PIECES = 24

_ABOUT = frozenset(
    fold(word)
    for word in "about around over almost nearly approx sekitar kira-kira kurang_lebih etwa rund "
    "circa ca environ unas unos aproximadamente около примерно приблизно ungefär ungeveer "
    "ongeveer noin okolo około cirka omkring cerca mais menos más hơn khoảng حوالي نحو حدود "
    "takriban yaklaşık περίπου mintegy körülbelül".split()
)
_AND = frozenset("and dan und et y e i en og och ja ve και и و".split())
_STEPS = {
    "second": (timedelta(seconds=1), Precision.SECOND),
    "minute": (timedelta(minutes=1), Precision.MINUTE),
    "hour": (timedelta(hours=1), Precision.HOUR),
    "day": (timedelta(days=1), Precision.DAY),
    "week": (timedelta(weeks=1), Precision.DAY),
}

Unit = tuple[str, int | None]
"""The unit, and the number where the phrase itself says it."""


def read_ago(folded: str, language: str, now: datetime) -> tuple[datetime, Precision] | None:
    """The moment that a phrase of distance means, in ``now``'s zone."""
    pieces = [
        piece
        for piece in _PIECE.findall(folded.replace("un'", "un "))[:_MAX_PIECES]
        if piece not in _ABOUT
    ]
    if not pieces:
        return None
    phrases = _phrases(language)
    spoken = _numbers(language)
    numbers = [i for i, piece in enumerate(pieces) if piece.isdigit()]
    if numbers:
        return _read_numbered(pieces, numbers, phrases, now)
    return _read_spoken(pieces, spoken, phrases, now)


def _read_numbered(
    pieces: list[str], numbers: list[int], phrases: dict[str, Unit], now: datetime
) -> tuple[datetime, Precision] | None:
    if len(numbers) == 2:
        first, second = numbers
        rest = [piece for piece in pieces if piece not in _AND]
        if len(rest) < len(pieces):
            return _read_numbered(
                rest, [i for i, p in enumerate(rest) if p.isdigit()], phrases, now
            )
        head, tail = pieces[:first], pieces[second + 2 :]
        if second == first + 2 and len(pieces) > second + 1:
            for lead in (head, []):
                large = phrases.get("".join([*lead, "#", pieces[first + 1], *tail]))
                small = phrases.get("".join([*lead, "#", pieces[second + 1], *tail]))
                if large and small:
                    moment = _step(now, large[0], int(pieces[first]))
                    if moment:
                        start = moment[0]
                        if moment[1] is Precision.DAY:  # at midnight: the hours count from now
                            start = datetime.combine(start, now.timetz())
                        return _step(start, small[0], int(pieces[second]))
    for i in numbers:
        unit = _longest_phrase(pieces, i, phrases)
        if unit is not None and len(pieces[i]) <= 3:
            return _step(now, unit[0], unit[1] or int(pieces[i]))
    return None


def _read_spoken(
    pieces: list[str], spoken: dict[str, int], phrases: dict[str, Unit], now: datetime
) -> tuple[datetime, Precision] | None:
    """Phrases without a digit: ``sejam lalu``, ``an hour ago``, ``час назад``."""
    for i in range(len(pieces)):
        for end in range(min(len(pieces), i + _AFTER), i, -1):
            unit = phrases.get("".join(pieces[i:end]))
            if unit is not None and unit[1] is not None:
                return _step(now, unit[0], unit[1])
    for i, piece in enumerate(pieces):
        if piece in spoken:
            unit = _longest_phrase(pieces, i, phrases)
            if unit is not None:
                return _step(now, unit[0], spoken[piece])
    if len(pieces) <= 4:  # час назад, منذ أسبوع; but "minggu lalu" is not a week to the day
        for i in range(len(pieces)):
            unit = phrases.get("".join([*pieces[:i], "#", *pieces[i:]]))
            if unit is not None and (i or unit[0] in ("minute", "hour")):
                return _step(now, unit[0], 1)
    return None


def _longest_phrase(pieces: list[str], at: int, phrases: dict[str, Unit]) -> Unit | None:
    """The unit of the longest known phrase around the number ``pieces[at]``."""
    for after in range(min(_AFTER, len(pieces) - at - 1), -1, -1):
        tail = "".join(pieces[at + 1 : at + 1 + after])
        for before in range(min(_BEFORE, at), -1, -1):
            head = "".join(pieces[at - before : at]) + "#"
            unit = phrases.get(head + tail)
            if unit is not None:
                return unit
    tail = "".join(pieces[at + 1 : at + 3])[:_LONGEST_PHRASE]
    if UNSPACED.search(tail):
        for size in range(len(tail), 0, -1):
            unit = phrases.get("#" + tail[:size])
            if unit is not None:
                return unit
    return None


def _step(now: datetime, unit: str, count: int) -> tuple[datetime, Precision] | None:
    try:
        if unit in _STEPS:
            size, precision = _STEPS[unit]
            moment = now - size * count
        else:
            months = now.year * 12 + now.month - 1 - count * (12 if unit == "year" else 1)
            precision = Precision.YEAR if unit == "year" else Precision.MONTH
            moment = _with_month(now, *divmod(months, 12))
    except (ValueError, OverflowError):
        return None
    if precision in (Precision.DAY, Precision.MONTH, Precision.YEAR):
        moment = moment.replace(hour=0, minute=0, second=0)
    return moment.replace(microsecond=0), precision


def _with_month(now: datetime, year: int, month: int) -> datetime:
    for day in (now.day, 30, 29, 28):
        try:
            return now.replace(year=year, month=month + 1, day=min(day, now.day))
        except ValueError:
            continue
    raise ValueError(year)


@lru_cache(maxsize=256)
def _phrases(language: str) -> dict[str, Unit]:
    own = _all_phrases().get(language)
    return {**_shared_phrases(), **own} if own else _shared_phrases()


@lru_cache(maxsize=1)
def _shared_phrases() -> dict[str, Unit]:
    """What all languages that have a phrase agree about."""
    shared: dict[str, Unit] = {}
    torn = set()
    for phrases in _all_phrases().values():
        for phrase, unit in phrases.items():
            if shared.setdefault(phrase, unit) != unit:
                torn.add(phrase)
    return {phrase: unit for phrase, unit in shared.items() if phrase not in torn}


@lru_cache(maxsize=1)
def _all_phrases() -> dict[str, dict[str, Unit]]:
    by_language: dict[str, dict[str, Unit]] = {}
    for head, phrases in read_rows("ago.txt")[""]:
        language, unit = head.split()
        target = by_language.setdefault(language, {})
        for phrase in phrases.split("; "):
            number, equals, rest = phrase.partition("=")
            value = (unit, int(number)) if equals else (unit, None)
            key = "#".join(
                "".join(_PIECE.findall(fold(part))) for part in (rest or phrase).split("#")
            )
            target[key] = value
    return by_language


def all_pieces() -> set[str]:
    """The words of all phrases of distance, but those under three letters that stand beside
    longer ones ("il y a # heures")."""
    parts: set[str] = set()
    for _, phrases in read_rows("ago.txt")[""]:
        for phrase in phrases.split("; "):
            pieces = [piece for piece in _PIECE.findall(fold(phrase)) if not piece.isdigit()]
            parts.update([piece for piece in pieces if len(piece) > 2] or pieces)
    return parts


@lru_cache(maxsize=256)
def _numbers(language: str) -> dict[str, int]:
    """In any language, this one's last."""
    numbers: dict[str, int] = {}
    spoken = dict(read_rows("numbers.txt")[""])
    for code in (*spoken, language):
        for number, words in enumerate(spoken.get(code, "").split(), 1):
            for word in words.split(","):
                numbers[fold(word)] = number
    return numbers
