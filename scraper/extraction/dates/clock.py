"""The time of day beside a date: :func:`find_time`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone

from scraper.extraction.dates.tokens import Tokens, offset_of, time_of
from scraper.extraction.dates.zones import NAMES, zone_of
from scraper.model.types import Precision

_GAP = "[^TdnyMCVP8RUx]"
_ZONE = r"(?:[.,(\-|/ka]{0,3}?(?P<Z>Z))?"
_COLON = r"(?P<b>a?)[:,.]?(?P<T>T)[hf]?[.]?(?P<a>a?)" + _ZONE
_PLAIN = (
    r"(?:(?P<b1>a?)(?P<h1>d)h(?:(?P<m1>d)(?P<i1>i?)(?:(?P<s1>d)s)?)?(?P<a1>a?)"
    r"|(?P<b2>a?)(?P<h2>d)\.(?P<m2>d)(?!-?[dny]|[./][dny])(?P<u2>h?)[.]?(?P<a2>a?)"
    r"|(?P<b3>a?)(?P<h3>d)(?P<a3>a)"
    r"|(?P<q7>y)(?P<u7>h)"
    r"|(?P<b4>a)(?P<h4>d)(?![./\-:dMnm])"
    r"|k(?P<h6>d),(?P<m6>d)(?![dnyM./])"
    r"|k(?P<h5>d)(?P<a5>a?)(?![./\-:dMnmh]))" + _ZONE
)
_RIGHT = re.compile(
    f"{_GAP}{{0,8}}?(?:{_COLON}|(?:x{_GAP}{{0,4}}){{1,2}}?{_COLON.replace('?P<', '?P<x')})"
)
_RIGHT_PLAIN = re.compile(f"{_GAP}{{0,8}}?{_PLAIN}")
_LEFT = re.compile(f"{_COLON}{_GAP}{{0,8}}(?:x{_GAP}{{0,3}})?$")
_LEFT_PLAIN = re.compile(f"{_PLAIN}{_GAP}{{0,8}}$")
_REACH = 16
_NUMERIC_ZONE = re.compile(r"(?:gmt|utc)?\s?[+-]")


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOfDay:
    """A printed time; ``days`` is 1 for 24:00. ``end`` is the token after it."""

    hour: int
    minute: int
    second: int
    precision: Precision
    offset: float | None = None
    zone: str | None = None
    """The value of the zone's token, for :func:`scraper.extraction.dates.zones.zone_of`."""
    days: int = 0
    end: int = 0

    def in_zone_before(self, tokens: Tokens) -> TimeOfDay:
        """This time in the zone that the text names by words somewhere else: ``北京时间 1月7日
        17:45``. Only where there is one zone and one time; abbreviations are words too."""
        stated = self.offset is not None or self.zone is not None
        if stated or tokens.kinds.count("Z") != 1 or tokens.kinds.count("T") > 1:
            return self
        at = tokens.kinds.index("Z")
        zone, text = tokens.values[at], tokens.text[tokens.starts[at] : tokens.ends[at]]
        is_word = text.isascii() and " " not in text
        if is_word or zone in NAMES or text[:3] in ("gmt", "utc"):
            return self
        return replace(self, zone=str(zone))

    def on(self, day: datetime, language: str) -> datetime:
        """The moment on a (naive, midnight) day; aware where the text states the zone."""
        moment = day + timedelta(
            days=self.days, hours=self.hour, minutes=self.minute, seconds=self.second
        )
        if self.offset is not None:
            return moment.replace(tzinfo=timezone(timedelta(hours=self.offset)))
        if self.zone is not None:
            return moment.replace(tzinfo=zone_of(self.zone, language, moment))
        return moment


def find_time(tokens: Tokens, start: int, end: int, lower: int, upper: int) -> TimeOfDay | None:
    """The time that belongs to the date of tokens ``start`` to ``end``: after it, else before it,
    never beyond ``lower`` and ``upper``, where other dates are."""
    right = tokens.kinds[end : min(upper, end + _REACH)]
    for pattern in (_RIGHT, _RIGHT_PLAIN):
        match = pattern.match(right)
        time = match and _read(tokens, match, end)
        if time:
            return time
    lower = max(lower, start - _REACH)
    left = tokens.kinds[lower:start]
    for pattern in (_LEFT, _LEFT_PLAIN):
        match = pattern.search(left)
        time = match and _read(tokens, match, lower)
        if time:
            return time
    return None


def _read(tokens: Tokens, match: re.Match[str], base: int) -> TimeOfDay | None:
    at = {
        name.lstrip("x").rstrip("1234567"): base + match.start(name)
        for name, text in match.groupdict().items()
        if text
    }
    offset: float | None = None
    if "T" in at:
        hour, minute, second, has_second, offset = time_of(str(tokens.values[at["T"]]))
        precision = Precision.SECOND if has_second else Precision.MINUTE
    else:
        hour, minute, second = (_value(tokens, at.get(key)) for key in "hms")
        precision = (
            Precision.SECOND if "s" in at else Precision.MINUTE if "m" in at else Precision.HOUR
        )
        if "m" in at and not _are_minutes(tokens, at):
            return None
        if "q" in at:  # 1745 hrs
            hour, minute = divmod(_value(tokens, at["q"]), 100)
            precision = Precision.MINUTE
    part = at.get("b", at.get("a"))
    if part is not None:
        hour = _in_part_of_day(hour, str(tokens.values[part]))
    zone: str | None = None
    if "Z" in at:
        printed = tokens.text[tokens.starts[at["Z"]] : tokens.ends[at["Z"]]]
        if _NUMERIC_ZONE.match(printed):
            offset = offset_of(printed)
        else:
            zone = str(tokens.values[at["Z"]])
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        return None
    days, hour = divmod(hour, 24)
    last = max(at.values()) + 1
    return TimeOfDay(
        hour=hour,
        minute=minute,
        second=min(second, 59),
        precision=precision,
        offset=offset,
        zone=zone,
        days=days,
        end=last,
    )


def _value(tokens: Tokens, index: int | None) -> int:
    value = tokens.values[index] if index is not None else 0
    return value if isinstance(value, int) else 0


def _are_minutes(tokens: Tokens, at: dict[str, int]) -> bool:
    """``13.27`` and ``13h27``, not ``13.5`` nor ``13 Uhr, 2 …``."""
    index = at["m"]
    return "i" in at or tokens.ends[index] - tokens.starts[index] == 2


def _in_part_of_day(hour: int, part: str) -> int:
    """The hour of 24 for an hour of 12; hours from 13 stand as they are."""
    if hour > 12:
        return hour
    if part == "am":
        return hour % 12
    if part == "pm":
        return hour % 12 + 12
    if part == "noon":
        return hour + 12 if hour < 6 else hour
    return hour % 24 if hour < 5 else (hour + 12) % 24 if hour < 12 else 0
