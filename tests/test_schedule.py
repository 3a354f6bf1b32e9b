"""The schedule's laws: pure functions of history and now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from scraper.schedule import (
    POLL_MAX,
    POLL_MIN,
    SETTLED_REASONS,
    next_poll_after_failure,
    next_try,
    next_visit,
    poll_interval,
)

T0 = datetime(2024, 9, 2, 6, 27, tzinfo=UTC)
spans = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=400))


def visits(first_seen: datetime) -> list[timedelta]:
    """The ages at which an article is looked at by a crawler that is never late."""
    ages, now = [], first_seen
    while (due := next_visit(first_seen, now)) is not None:
        assert due > now
        now = due
        ages.append(now - first_seen)
    return ages


def test_an_article_is_looked_at_again_while_it_is_young() -> None:
    ages = visits(T0)
    assert ages[0] <= timedelta(hours=12)
    assert ages[-1] >= timedelta(days=7)
    gaps = [b - a for a, b in pairwise(ages)]
    assert gaps == sorted(gaps)
    assert len(ages) <= 10


@given(spans)
def test_a_late_crawler_does_not_catch_up_in_a_burst(late: timedelta) -> None:
    due = next_visit(T0, T0 + late)
    assert due is None or due - (T0 + late) >= timedelta(hours=1)


def test_an_old_article_is_left_alone() -> None:
    assert next_visit(T0, T0 + timedelta(days=30)) is None


@given(st.sampled_from(["timeout", "http_500", "connect", *sorted(SETTLED_REASONS)]))
def test_failures_back_off_and_end(reason: str) -> None:
    waits = []
    failures = 1
    while (due := next_try(reason, failures, T0)) is not None:
        waits.append(due - T0)
        failures += 1
    assert waits == sorted(waits)
    assert 3 <= len(waits) <= 20


def test_a_dead_link_is_not_asked_for_every_hour() -> None:
    due = next_try("http_404", 1, T0)
    assert due is not None
    assert due - T0 >= timedelta(days=1)


def test_a_passing_fault_is_soon_retried() -> None:
    due = next_try("timeout", 1, T0)
    assert due is not None
    assert due - T0 <= timedelta(minutes=15)


@given(st.none() | spans, st.integers(0, 1000), st.none() | spans)
def test_every_source_is_polled_within_twelve_hours(
    previous: timedelta | None, new: int, floor: timedelta | None
) -> None:
    assert POLL_MIN <= poll_interval(previous, new, floor) <= POLL_MAX


@given(spans)
def test_what_brings_news_is_polled_more_often(previous: timedelta) -> None:
    assert poll_interval(previous, 5) <= poll_interval(previous, 0)


def test_a_feeds_own_wish_is_a_floor() -> None:
    assert poll_interval(timedelta(hours=1), 9, timedelta(hours=3)) == timedelta(hours=3)


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_a_failing_source_never_stops(failures: int, jitter: float) -> None:
    wait = next_poll_after_failure(failures, T0, jitter) - T0
    assert timedelta(minutes=5) <= wait <= timedelta(days=1)
