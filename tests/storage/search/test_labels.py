"""Labels: the laws of ranges and hosts."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from storage.search.labels import (
    EVERY,
    FIRST,
    LAST,
    day_labels,
    host_labels,
    labels_of,
    parse_day,
    range_filter,
    site_filter,
)
from tests.tables import each_row

DAYS = st.dates(FIRST, LAST - timedelta(days=1))
EDGES = st.none() | st.dates(FIRST, LAST)


@given(DAYS, EDGES, EDGES)
def test_a_day_has_one_label_of_the_ranges_it_is_in(
    day: date, start: date | None, end: date | None
) -> None:
    inside = (start is None or day >= start) and (end is None or day < end)
    shared = set(day_labels(day)) & set(range_filter(start, end))
    assert len(shared) == inside


@given(st.dates())
def test_every_day_has_one_of_every(day: date) -> None:
    assert len(set(day_labels(day)) & set(EVERY)) == 1
    assert set(EVERY) == set(range_filter(None, None))


@given(EDGES, EDGES)
def test_a_range_has_few_labels(start: date | None, end: date | None) -> None:
    assert len(range_filter(start, end)) <= 100


def test_days_out_of_bounds() -> None:
    early, late = date(12, 1, 1), date(2150, 1, 1)
    for day, start, end, inside in (
        (early, None, date(2026, 1, 1), True),
        (early, date(2026, 1, 1), None, False),
        (late, date(2026, 1, 1), None, True),
        (late, None, date(2026, 1, 1), False),
        (late, None, None, True),
    ):
        assert bool(set(day_labels(day)) & set(range_filter(start, end))) == inside
    assert range_filter(date(2027, 1, 1), date(2026, 1, 1)) == ()
    assert range_filter(date(2026, 1, 1), date(2026, 1, 1)) == ()


def test_a_year_is_one_label() -> None:
    assert range_filter(date(2026, 1, 1), date(2027, 1, 1)) == ("zzy2026",)
    assert range_filter(date(2020, 1, 1), date(2030, 1, 1)) == ("zzx202",)
    assert range_filter(date(2026, 2, 1), date(2026, 3, 2)) == ("zzm202602", "zzd20260301")


@each_row(
    ("url", "hosts"),
    [
        ("https://www.b.example.org/x", ["www.b.example.org", "b.example.org", "example.org"]),
        ("https://a.example.co.uk/", ["a.example.co.uk", "example.co.uk", "co.uk", "uk"]),
        ("http://127.0.0.1:8000/x", ["127.0.0.1:8000", "127.0.0.1"]),
        ("http://[::1]:8000/x", ["[::1]:8000", "[::1]"]),
        ("https://a.example.org:8443/", ["a.example.org:8443", "a.example.org", "example.org"]),
        ("http://localhost:8000/", ["localhost:8000", "localhost"]),
        ("http://h1.localhost/", ["h1.localhost", "localhost"]),
    ],
)  # fmt: skip
def test_hosts(url: str, hosts: list[str]) -> None:
    wanted = [label for host in hosts for label in site_filter(host)]
    top = set() if "example.org" not in hosts else set(site_filter("org"))
    assert set(host_labels(url)) == {*wanted, *top}
    assert all(label.isalnum() for label in host_labels(url))


def test_a_shared_host_still_finds_what_all_its_names_publish() -> None:
    for url in ("https://anna.medium.com/a", "https://bert.medium.com/b"):
        assert set(site_filter("medium.com")) <= set(host_labels(url))
    assert not set(site_filter("anna.medium.com")) & set(host_labels("https://bert.medium.com/b"))


def test_no_two_hosts_share_a_label() -> None:
    hosts = ["a-b.example", "a.b.example", "azb.example", "azdb.example", "azzdb.example"]
    assert len({site_filter(host) for host in hosts}) == len(hosts)


def test_labels_of_an_article() -> None:
    labels = labels_of("https://example.org/a", "https://m.example.org/a", "en", date(2026, 3, 1))
    assert labels == (
        "zzhexamplezdorg zzhorg zzhmzdexamplezdorg zzlen zzc20 zzx202 zzy2026 zzm202603 zzd20260301"
    )


@each_row(
    ("text", "day"),
    [
        ("2026", date(2026, 1, 1)), ("2026-03", date(2026, 3, 1)), ("2026-3-5", date(2026, 3, 5)),
        ("2026/03/05", date(2026, 3, 5)), ("7d", date(2026, 11, 18)), ("0d", date(2026, 11, 25)),
        ("99999d", date(1753, 2, 10)), ("2026-13", None), ("0000", None), ("d", None),
        ("26-3-5", None),
    ],
)  # fmt: skip
def test_days(text: str, day: date | None) -> None:
    assert parse_day(text, date(2026, 11, 25)) == day
