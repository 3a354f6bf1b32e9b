"""Which number is the day, which the month, which the year, by language and region."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from scraper.extraction.dates.calendars import BUDDHIST_OFFSET
from scraper.extraction.dates.forms import DateMatch

_YEAR_FIRST = frozenset("ja zh ko hu lt mn eu sv fa".split())
_EAST_ASIAN = frozenset("ja zh ko".split())
_DAY_FIRST_REGIONS = frozenset("zh-hk zh-mo zh-sg".split())
_MONTH_FIRST = frozenset("en-us en-ph tl fil en-pr en-gu en-as en-vi es-pr".split())
_UNDECIDED = frozenset("en en-ca en-001 es-us".split())
_MAY_BE_BUDDHIST = frozenset("th lo km".split())

_ONLY_IN = {"hijri": ("ar", ""), "bikram": ("ne",)}
"""Months of the calendars of India have the names of the Nepali ones, and other days."""


def order_of(language: str) -> str:
    """``dmy``, ``mdy`` or ``ymd``, and ``?`` where two orders are in use or nothing is known."""
    if language in _MONTH_FIRST:
        return "mdy"
    if not language or language in _UNDECIDED:
        return "?"
    if language in _DAY_FIRST_REGIONS:
        return "dmy"
    root = language.partition("-")[0]
    if root in ("tl", "fil"):
        return "mdy"
    return "ymd" if root in _YEAR_FIRST else "dmy"


def read_numbers(
    shape: DateMatch, language: str, weekday: int | None, now: datetime | None
) -> tuple[int, int, int, str] | None:
    """Year, month, day and calendar of a shape; ``None`` where the order stays open."""
    root = language.partition("-")[0]
    numbers = shape.numbers
    if len(numbers) != 3:
        return None
    order = shape.order
    if order == "?":
        readings = _numeric_orders(shape, language)
        decided = _decide(shape, readings, root, weekday, now)
        if decided is None:
            return None
        order = decided
    fields = dict(zip(order, numbers, strict=True))
    return _in_calendar(shape, fields["y"], fields["m"], fields["d"], root, now)


def _numeric_orders(shape: DateMatch, language: str) -> list[str]:
    """The orders to consider for numbers without a month's name, the best first."""
    order = order_of(language)
    root = language.partition("-")[0]
    if shape.short_year and order == "ymd":
        return ["ymd"] if root in _EAST_ASIAN or shape.separator != "." else ["dmy"]
    if order == "ymd":
        order = "?" if root in _EAST_ASIAN else "dmy"
    if order == "?" and shape.separator == "." and not language:
        order = "dmy"
    return {"dmy": ["dmy"], "mdy": ["mdy"]}.get(order, ["dmy", "mdy"])


def _decide(
    shape: DateMatch, orders: list[str], root: str, weekday: int | None, now: datetime | None
) -> str | None:
    """The one order that is possible; else the one that agrees with the day of the week, or that
    does not lie ahead of ``now``; else the language's."""
    possible = {}
    for order in ("ymd",) if orders == ["ymd"] else ("dmy", "mdy"):
        fields = dict(zip(order, shape.numbers, strict=True))
        numbers = _in_calendar(shape, fields["y"], fields["m"], fields["d"], root, now)
        if numbers is not None and 1 <= numbers[1] <= 12 and 1 <= numbers[2] <= 31:
            possible[order] = numbers
    if len(possible) == 1:
        return next(iter(possible))
    if shape.short_year and len(orders) > 1:
        return None
    if len(set(possible.values())) == 1:
        return orders[0]
    if weekday is not None:
        agreeing = [order for order, n in possible.items() if _weekday(n) == weekday]
        if len(agreeing) == 1:
            return agreeing[0]
    if len(orders) == 1:
        return orders[0] if orders[0] in possible else None
    if now is not None:
        limit = (now.date() if now.tzinfo is None else now.astimezone(UTC).date()) + timedelta(
            days=2
        )
        past = [
            order
            for order, n in possible.items()
            if date(n[0], n[1], 1) <= limit and _day(n) <= limit
        ]
        if len(past) == 1:
            return past[0]
    return None


def _day(numbers: tuple[int, int, int, str]) -> date:
    try:
        return date(*numbers[:3])
    except ValueError:
        return date.max


def _weekday(numbers: tuple[int, int, int, str]) -> int | None:
    day = _day(numbers)
    return None if day == date.max or numbers[3] != "gregorian" else day.weekday()


def _in_calendar(
    shape: DateMatch, year: int, month: int, day: int, root: str, now: datetime | None
) -> tuple[int, int, int, str] | None:
    """The year in full, and the calendar that era, month name, language and year imply."""
    calendar = shape.calendar
    era, offset = shape.era or ("", 0)
    if calendar == "gregorian":
        if era in ("hijri", "jalali") and year < 1600:
            return year, month, day, era
        if era in ("year", "minguo"):
            if era == "minguo" and root not in ("zh", ""):
                return None
            year += offset if year < 1000 or offset < 0 else 0
        elif shape.short_year:
            year = _full_year(year, root, now)
        elif 2400 <= year <= 2700:
            if root and root not in _MAY_BE_BUDDHIST:
                return None
            year -= BUDDHIST_OFFSET
        elif root == "ne" and 2057 <= year <= 2100:
            calendar = "bikram"
        elif 1300 <= year <= 1500:
            calendar = {"fa": "jalali", "ps": "jalali", "ar": "hijri"}.get(root, "unknown")
    elif root not in _ONLY_IN.get(calendar, (root,)):
        return None
    if shape.calendar != "gregorian" and shape.short_year:
        return None
    return year, month, day, calendar


def _full_year(year: int, root: str, now: datetime | None) -> int:
    """A year of two digits; in Thai from 43 on it is of the Buddhist era (2567 is 2024)."""
    if root == "th" and 43 <= year <= 75:
        return 2500 + year - BUDDHIST_OFFSET
    latest = (now.year if now else 2068) % 100
    return 2000 + year if year <= latest + (1 if now else 0) else 1900 + year
