"""The schedule's laws: pure functions of history and now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.model.jobs import Gap, LinkComparison
from scraper.model.types import Link
from scraper.schedule import (
    HOST_REST,
    HOST_REST_MAX,
    NEWS_MAX,
    POLL_MAX,
    POLL_MIN,
    SETTLED_REASONS,
    SLOWED_MAX,
    disabling_reason,
    find_gap,
    has_slowed,
    host_rests_until,
    is_asked_in_full,
    is_read_in_full,
    next_poll_after_failure,
    next_try,
    next_visit,
    poll_interval,
    split_news,
    split_sitemaps,
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
    assert all(later >= 2 * gap for gap, later in pairwise([ages[0], *gaps]))
    assert len(ages) <= 4


@given(spans)
def test_a_late_crawler_does_not_catch_up_in_a_burst(late: timedelta) -> None:
    due = next_visit(T0, T0 + late)
    assert due is None or due - (T0 + late) >= timedelta(hours=1)


def test_a_young_article_is_asked_for_without_conditions_once() -> None:
    moments = [T0, *(T0 + age for age in visits(T0))]
    full = [b - T0 for a, b in pairwise(moments) if is_asked_in_full(1, T0, a, b)]
    assert len(full) == 1
    assert full[0] <= timedelta(days=3)


def test_a_source_that_has_slowed_down_is_read_without_conditions_once_a_week() -> None:
    assert not has_slowed(None)
    assert not has_slowed(timedelta(hours=12))
    assert has_slowed(timedelta(hours=18))
    assert is_read_in_full(None, T0)
    full, whole = 0, T0
    for poll in (T0 + timedelta(hours=36 * n) for n in range(100)):
        if is_read_in_full(whole, poll):
            full, whole = full + 1, poll
    assert full == 99 // 5  # the first poll after seven days is the fifth


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


def found(new: int, listed: int = 30) -> LinkComparison:
    return LinkComparison(max(listed, new), new, max(0, listed - new), had_any=True)


@given(st.none() | spans, st.integers(0, 1000), st.none() | spans, st.booleans())
def test_every_source_is_polled_in_time(
    previous: timedelta | None, new: int, floor: timedelta | None, is_news: bool
) -> None:
    interval = poll_interval(previous, found(new), floor, is_news=is_news)
    slowed = previous is not None and previous >= POLL_MAX and not new
    slowest = POLL_MAX if not slowed else NEWS_MAX if is_news else SLOWED_MAX
    assert POLL_MIN <= interval <= slowest


@given(spans, st.integers(0, 1000), st.none() | spans)
def test_what_brings_something_is_polled_within_twelve_hours(
    previous: timedelta, new: int, floor: timedelta | None
) -> None:
    assert poll_interval(previous, found(new + 1), floor) <= POLL_MAX


@given(spans, st.integers(0, 60), st.integers(0, 60))
def test_the_more_it_brings_the_sooner_it_is_polled(
    previous: timedelta, one: int, other: int
) -> None:
    few, many = sorted((one, other))
    assert poll_interval(previous, found(many)) <= poll_interval(previous, found(few))


@pytest.mark.parametrize(("new", "hours"), [(0, 6), (1, 4), (2, 4), (3, 3), (10, 2)])
def test_the_aim_is_one_or_two_new_items_a_poll(new: int, hours: int) -> None:
    assert poll_interval(timedelta(hours=4), found(new)) == timedelta(hours=hours)


def test_a_quiet_source_slows_down_to_a_day_and_a_half_and_wakes_at_once() -> None:
    interval, seen = timedelta(hours=1), []
    for _ in range(12):
        interval = poll_interval(interval, found(0))
        seen.append(interval)
    assert seen[-1] == timedelta(hours=36)
    assert poll_interval(interval, found(1)) == POLL_MAX


def test_a_feeds_own_wish_is_a_floor() -> None:
    assert poll_interval(timedelta(hours=1), found(9), timedelta(hours=3)) == timedelta(hours=3)
    assert poll_interval(None, found(9), timedelta(days=7)) == POLL_MAX


def test_a_source_that_turned_over_whole_has_a_gap() -> None:
    before = T0 - timedelta(hours=3)
    turned = LinkComparison(listed=10, new=10, shared=0, had_any=True)
    assert find_gap(turned, before, T0) == Gap(before, T0)
    assert find_gap(LinkComparison(10, 9, 1, had_any=True), before, T0) is None
    assert find_gap(LinkComparison(10, 10, 0, had_any=False), before, T0) is None
    assert find_gap(LinkComparison(0, 0, 0, had_any=True), before, T0) is None
    assert find_gap(turned, None, T0) is None


links = st.lists(
    st.builds(
        Link,
        st.integers(0, 10**6).map("https://x.example/{}".format),
        modified_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    ),
    max_size=30,
)


@given(links, st.integers(1, 40))
def test_news_and_backlog_are_the_whole_document(found: list[Link], limit: int) -> None:
    news, backlog = split_news(found, limit, datetime.max.replace(tzinfo=UTC))
    assert len(news) == min(limit, len(found))
    assert sorted(map(repr, (*news, *backlog))) == sorted(map(repr, found))
    dated = [link.dated_at for link in news if link.dated_at]
    older = [link.dated_at for link in backlog if link.dated_at]
    assert not (dated and older) or min(dated) >= max(older)
    assert not older or len(dated) == len(news)


def test_of_sitemaps_without_dates_the_first_and_the_last_are_news() -> None:
    parts = [Link(f"https://x.example/{n}.xml") for n in range(100)]
    polled, older = split_sitemaps(parts, T0, 10)
    assert polled == (*parts[:5], *parts[-5:])
    assert older == tuple(parts[5:-5])


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_a_failing_source_never_stops(failures: int, jitter: float) -> None:
    wait = next_poll_after_failure(failures, T0, jitter) - T0
    assert timedelta(minutes=5) <= wait <= timedelta(days=2)


def test_only_what_is_gone_for_good_is_not_polled_again() -> None:
    assert "410" in (disabling_reason("http_410") or "")
    assert not any(map(disabling_reason, ("http_404", "http_500", "timeout", "robots", "dns")))


@given(st.integers(1, 200), st.floats(0, 1))
def test_a_host_that_stays_down_rests_longer_and_never_long(failures: int, jitter: float) -> None:
    rest = host_rests_until(failures, T0, jitter) - T0
    assert HOST_REST / 2 <= rest <= HOST_REST_MAX < POLL_MAX
    assert rest <= host_rests_until(failures + 1, T0, jitter) - T0
    assert host_rests_until(failures, T0, 0) <= T0 + rest <= host_rests_until(failures, T0, 1)
    assert host_rests_until(1, T0, jitter) - T0 <= HOST_REST
    assert host_rests_until(failures + 1, T0, 0) >= min(
        host_rests_until(failures, T0, 1), T0 + HOST_REST_MAX / 2
    )
