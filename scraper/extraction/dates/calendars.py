"""Dates of other calendars as Gregorian dates: pure arithmetic, one function a calendar.

All functions return ``None`` for a day that the calendar does not have. The Umm al-Qura
calendar of Saudi Arabia follows observation tables, which the library ``hijridate`` keeps, and
the Bikram Sambat of Nepal is a table here; the others are closed rules.
"""

from __future__ import annotations

import re
from datetime import date

from hijridate import Hijri

BUDDHIST_OFFSET = 543

_UMM_AL_QURA_YEARS = range(1343, 1501)
_JALALI_YEARS = range(1244, 1500)
_BANGLA_YEARS = range(1395, 1500)
_ETHIOPIAN_YEARS = range(1900, 2100)

_BIKRAM_START = date(2006, 4, 14).toordinal()
_BIKRAM_FIRST = 2063
_BIKRAM_LENGTHS = (
    "223222101011 223321101011 232321110012 222322011002 223222101011 223321101011 "
    "232321110012 222322011011 223222101011 232321101011 232321110012 222322101011 "
    "223222101011 232321110011 232321110102 222322101011 223222101011 232321110011 "
    "232321110102 223222101011 223222"
).split()
"""Days over 29 of each month from Baisakh of 2063 on. Before it and after the first half of 2083
the published tables do not agree."""

_GEMATRIA = dict(
    zip(
        "אבגדהוזחטיכלמנסעפצקרשת",
        [*range(1, 10), *range(10, 100, 10), *range(100, 500, 100)],
        strict=True,
    )
) | {"ך": 20, "ם": 40, "ן": 50, "ף": 80, "ץ": 90}
_HEBREW_MONTHS = {
    "ניסן": 1, "אייר": 2, "סיון": 3, "סיוון": 3, "תמוז": 4, "אב": 5, "מנחם אב": 5, "אלול": 6,
    "תשרי": 7, "חשון": 8, "חשוון": 8, "מרחשוון": 8, "מרחשון": 8, "כסלו": 9, "טבת": 10,
    "שבט": 11, "אדר": 12, "אדר א": 12, "אדר ב": 13,
}  # fmt: skip
_HEBREW_DATE = re.compile(
    r"(?<![א-ת])([א-ל]['\"]?[א-ט]?'?)\s+ב?-?("
    + "|".join(sorted(_HEBREW_MONTHS, key=len, reverse=True))
    + r")'?,?\s+(?:ה'?)?(ת[א-ת]{0,3}[\"'][א-ת])(?![א-ת])"
)


def from_jalali(year: int, month: int, day: int) -> date | None:
    """Solar Hijri (Iran, Afghanistan), by the 33-year rule, which agrees with the
    astronomical calendar from 1244 to 1500."""
    if year not in _JALALI_YEARS or not 1 <= month <= 12:
        return None
    length = 31 if month <= 6 else 30
    if month == 12 and not _is_jalali_leap(year):
        length = 29
    if not 1 <= day <= length:
        return None
    before = 31 * (month - 1) if month <= 7 else 186 + 30 * (month - 7)
    elapsed = 365 * (year - 1) + (8 * (year - 1) + 29) // 33
    return date.fromordinal(226894 + elapsed + before + day)


def from_hijri(year: int, month: int, day: int) -> date | None:
    """Umm al-Qura, the civil calendar of Saudi Arabia (1343 to 1500)."""
    if year not in _UMM_AL_QURA_YEARS or not 1 <= month <= 12:
        return None
    try:
        greg = Hijri(year, month, day).to_gregorian()
    except (ValueError, OverflowError):
        return None
    return date(greg.year, greg.month, greg.day)


def from_bangla(year: int, month: int, day: int) -> date | None:
    """The Bangladesh calendar: 1 Boishakh is 14 April. Its month lengths changed with 1426."""
    if year not in _BANGLA_YEARS or not 1 <= month <= 12:
        return None
    spring = year + 594  # the Gregorian year of Falgun
    leap = spring % 4 == 0 and (spring % 100 != 0 or spring % 400 == 0)
    lengths = [31] * 5 + ([31] if year >= 1426 else [30]) + [30] * 6
    lengths[10] = (30 if leap else 29) if year >= 1426 else (31 if leap else 30)
    if not 1 <= day <= lengths[month - 1]:
        return None
    return date.fromordinal(
        date(year + 593, 4, 14).toordinal() + sum(lengths[: month - 1]) + day - 1
    )


def from_ethiopian(year: int, month: int, day: int) -> date | None:
    """Amete Mihret years; the 13th month has 5 days, 6 before a leap year."""
    if year not in _ETHIOPIAN_YEARS or not 1 <= month <= 13:
        return None
    if not 1 <= day <= (30 if month < 13 else 6 if year % 4 == 3 else 5):
        return None
    return date.fromordinal(2795 + 365 * (year - 1) + year // 4 + 30 * (month - 1) + day)


def from_bikram(year: int, month: int, day: int) -> date | None:
    """Bikram Sambat (Nepal), whose months follow the sun's observed course (2063 to 2083)."""
    row = year - _BIKRAM_FIRST
    if not 0 <= row < len(_BIKRAM_LENGTHS) or not 1 <= month <= len(_BIKRAM_LENGTHS[row]):
        return None
    passed = "".join(_BIKRAM_LENGTHS[:row]) + _BIKRAM_LENGTHS[row][: month - 1]
    if not 1 <= day <= 29 + int(_BIKRAM_LENGTHS[row][month - 1]):
        return None
    before = 29 * len(passed) + sum(map(int, passed))
    return date.fromordinal(_BIKRAM_START + before + day - 1)


def from_hebrew(year: int, month: int, day: int) -> date | None:
    """Months count from Nisan = 1; the day that began at sunset before is meant."""
    if not 5600 <= year <= 5900 or not 1 <= month <= 13:
        return None
    if month == 13 and not _is_hebrew_leap(year):
        return None
    if not 1 <= day <= _hebrew_month_length(year, month):
        return None
    last = 13 if _is_hebrew_leap(year) else 12
    order = [*range(7, last + 1), *range(1, 7)]
    before = sum(_hebrew_month_length(year, m) for m in order[: order.index(month)])
    return date.fromordinal(_hebrew_new_year(year) + before + day - 1)


def read_hebrew_letters(text: str) -> date | None:
    """A date in Hebrew letters anywhere in the text: ``כ"ט באב תשפ"ד`` is 2 September 2024."""
    match = _HEBREW_DATE.search(text.replace("״", '"').replace("׳", "'"))
    if match is None:
        return None
    day, year = _gematria(match[1]), 5000 + _gematria(match[3])
    month = _HEBREW_MONTHS[match[2]]
    if month == 12 and match[2] == "אדר" and _is_hebrew_leap(year):
        return None  # a leap year has two: which is not said
    return from_hebrew(year, month, day)


def _is_jalali_leap(year: int) -> bool:
    return (25 * year + 11) % 33 < 8


def _is_hebrew_leap(year: int) -> bool:
    return (7 * year + 1) % 19 < 7


def _hebrew_delay(year: int) -> int:
    months = (235 * year - 234) // 19
    parts = 12084 + 13753 * months
    day = 29 * months + parts // 25920
    return day + 1 if 3 * (day + 1) % 7 < 3 else day


def _hebrew_new_year(year: int) -> int:
    """The ordinal of 1 Tishri (Reingold and Dershowitz, Calendrical Calculations, ch. 8)."""
    last, this, following = (_hebrew_delay(y) for y in (year - 1, year, year + 1))
    correction = 2 if following - this == 356 else 1 if this - last == 382 else 0
    return -1373427 + this + correction


def _hebrew_month_length(year: int, month: int) -> int:
    days = _hebrew_new_year(year + 1) - _hebrew_new_year(year)
    if month in (2, 4, 6, 10, 13):
        return 29
    if month == 12:
        return 30 if _is_hebrew_leap(year) else 29
    if month == 8:
        return 30 if days % 10 == 5 else 29
    if month == 9:
        return 29 if days % 10 == 3 else 30
    return 30


def _gematria(letters: str) -> int:
    return sum(_GEMATRIA.get(letter, 0) for letter in letters)
