"""Printed dates: a table of our own, the laws, and the shared table where it is beside us."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.extraction.dates import ParsedDate, calendars, parse_date
from scraper.model.types import Precision
from tests.tables import each_row

HERE = Path(__file__).parents[1]
OWN = json.loads((HERE / "data" / "dates.json").read_text(encoding="utf-8"))
SHARED = HERE.parents[1] / "shared" / "seed" / "dates.json"
LANGUAGES = sorted({row["lang"] for row in OWN})
NOW = datetime.fromisoformat("2025-03-10T09:00:00+07:00")


def read(row: dict[str, Any]) -> ParsedDate | None:
    now = datetime.fromisoformat(row["now"]) if row.get("now") else None
    return parse_date(row["text"], language=row["lang"], now=now)


def agrees(parsed: ParsedDate | None, expected: str | None) -> bool:
    """A date alone compares the day; a time compares the moment and whether it has a zone."""
    if parsed is None or expected is None:
        return parsed is None and expected is None
    if len(expected) == 10:
        return parsed.value.date().isoformat() == expected
    value = datetime.fromisoformat(expected)
    return parsed.value == value and (parsed.value.tzinfo is None) == (value.tzinfo is None)


@each_row("row", OWN, by=lambda row: row["lang"], ids=lambda row: row["text"][:50])
def test_row(row: dict[str, Any]) -> None:
    parsed = read(row)
    assert agrees(parsed, row["expected"]), f"{parsed} for {row['expected']}"


@pytest.mark.skipif(not SHARED.exists(), reason="the shared tables are not beside the checkout")
def test_shared_table() -> None:
    rows = json.loads(SHARED.read_text(encoding="utf-8"))
    wrong = [row["text"] for row in rows if not agrees(read(row), row["expected"])]
    assert len(wrong) <= 0.03 * len(rows), wrong


@pytest.mark.parametrize(
    ("text", "precision"),
    [
        ("2 September 2024", Precision.DAY),
        ("2 September 2024, 13 Uhr", Precision.HOUR),
        ("2 September 2024 13:27", Precision.MINUTE),
        ("2024-09-02T13:27:05Z", Precision.SECOND),
        ("September 2024", Precision.MONTH),
        ("2024-09", Precision.MONTH),
    ],
)
def test_precision(text: str, precision: Precision) -> None:
    parsed = parse_date(text, language="de")
    assert parsed is not None
    assert parsed.precision is precision


def test_day_is_midnight_and_naive() -> None:
    parsed = parse_date("2 September 2024", language="id")
    assert parsed == ParsedDate(datetime(2024, 9, 2), Precision.DAY, False, False)


def test_zone_is_stated_only_where_printed() -> None:
    stated = parse_date("2 September 2024 13:27 WIB", language="id")
    assert stated is not None
    assert stated.zone_stated
    assert stated.value.utcoffset() == timedelta(hours=7)
    plain = parse_date("2 September 2024 13:27", language="id")
    assert plain is not None
    assert not plain.zone_stated
    assert plain.value.tzinfo is None


@pytest.mark.parametrize("text", ["3 jam yang lalu", "Kemarin", "Kemarin, 20:15", "Baru saja"])
def test_relative(text: str) -> None:
    assert parse_date(text, language="id") is None
    parsed = parse_date(text, language="id", now=NOW)
    assert parsed is not None
    assert parsed.relative
    assert parsed.value.utcoffset() == NOW.utcoffset()
    assert not parsed.zone_stated


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en-US", date(2024, 2, 9)),
        ("en-GB", date(2024, 9, 2)),
        ("id", date(2024, 9, 2)),
        ("en", None),
        (None, None),
        ("mul", None),
    ],
)
def test_order_of_day_and_month(language: str | None, expected: date | None) -> None:
    parsed = parse_date("02/09/2024", language=language)
    assert (parsed.value.date() if parsed else None) == expected


def test_order_is_decided_by_not_lying_ahead() -> None:
    now = datetime.fromisoformat("2024-05-01T00:00:00+00:00")
    parsed = parse_date("02/09/2024", language="en", now=now)
    assert parsed is not None
    assert parsed.value.date() == date(2024, 2, 9)


def test_ahead_of_now_is_refused() -> None:
    assert parse_date("14 Maret 2025", language="id", now=NOW) is None
    assert parse_date("12 Maret 2025", language="id", now=NOW) is not None


@given(st.dates(date(1990, 1, 1), date(2049, 12, 31)), st.sampled_from(["id", "en", "mul", "zh"]))
def test_iso_round_trip(day: date, language: str) -> None:
    if day == date(1970, 1, 1):
        return
    parsed = parse_date(day.isoformat(), language=language)
    assert parsed is not None
    assert parsed.value.date() == day


@given(st.dates(date(1990, 1, 1), date(2049, 12, 31)))
def test_persian_calendar_is_without_gaps(day: date) -> None:
    """Each day but the last of a year of 366 is followed by its successor."""
    year, month, of_month = _jalali(day)
    assert calendars.from_jalali(year, month, of_month) == day


def test_bikram_calendar_is_without_gaps() -> None:
    days = [
        day
        for year in range(2055, 2095)
        for month in range(14)
        for number in range(34)
        if (day := calendars.from_bikram(year, month, number)) is not None
    ]
    assert days == [days[0] + timedelta(days=i) for i in range(len(days))]
    assert (days[0], days[-1]) == (date(2006, 4, 14), date(2026, 10, 17))


def _jalali(day: date) -> tuple[int, int, int]:
    """By search: the month that begins last before the day."""
    year = day.year - 621
    starts = [
        (start, y, m)
        for y in (year - 1, year)
        for m in range(1, 13)
        if (start := calendars.from_jalali(y, m, 1)) is not None and start <= day
    ]
    start, y, m = max(starts)
    return y, m, (day - start).days + 1


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=600),
        st.lists(st.sampled_from([row["text"] for row in OWN] + list(" .,:/-()|")), max_size=8).map(
            " ".join
        ),
        st.text(alphabet="0123456789.-/: TZ年月日時分前午後amp", max_size=80),
    ),
    st.sampled_from([*LANGUAGES, None, "", "xx-YY"]),
    st.sampled_from([None, NOW, datetime(2024, 2, 29)]),
)
def test_never_raises(text: str, language: str | None, now: datetime | None) -> None:
    parsed = parse_date(text, language=language, now=now)
    assert parsed is None or parsed.value.year >= 1800
