"""Health: what raises an alarm, when it is over, and that a healthy source raises none."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.errors import (
    BodyError,
    NetworkError,
    NotASourceError,
    ParseError,
    RobotsError,
    StatusError,
)
from scraper.model.health import (
    BY_HAND,
    HAS_OLDER,
    Alarm,
    Attempt,
    History,
    Kind,
    PartSeen,
    PollSeen,
)
from scraper.monitoring import source_health
from scraper.monitoring.causes import cause_of, classify, without_address
from scraper.monitoring.page_health import judge_pages
from scraper.monitoring.source_health import judge_source, measure, note_source
from storage.ledger.histories import ATTEMPTS, BUSY, BUSY_ATTEMPTS
from tests.tables import each_row

START = datetime(2026, 1, 5, 6, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FEED = "https://a.example/feed"

Change = Callable[[Attempt, random.Random], Attempt]


def attempt(number: int, at: datetime, **fields: object) -> Attempt:
    url = f"https://a.example/{number}"
    filed = Attempt(number, at, at, "new", None, url, True, True, True, 3000)
    return filed._replace(**fields)  # type: ignore[arg-type]


def failed(one: Attempt, reason: str) -> Attempt:
    nothing = {"has_title": False, "has_authors": False, "has_date": False, "body_size": 0}
    return one._replace(outcome="failed", reason=reason, **nothing)  # type: ignore[arg-type]


def rejected(one: Attempt, verdict: str) -> Attempt:
    return failed(one, f"{verdict}: it says so")._replace(outcome="rejected")


def history(**fields: object) -> History:
    known = History(source_id=1, name="a", url=FEED, host="a.example", kind="feed", added_at=START)
    return replace(known, **fields)  # type: ignore[arg-type]


def newspaper(seed: int, count: int, a_day: float = 5) -> Iterator[Attempt]:
    """Five articles a day: 2 % of the pages fail, 2 % are no article, 85 % name their author, 97 %
    have a date, lengths spread over an order of magnitude."""
    chance = random.Random(seed)
    at = START
    for number in range(count):
        at += chance.expovariate(a_day) * DAY
        one = attempt(number, at, body_size=int(chance.lognormvariate(8, 0.6)))
        lot = chance.random()
        if lot < 0.02:
            yield failed(one, "timeout: no answer")
        elif lot < 0.04:
            yield rejected(one, "listing")
        else:
            named, dated = chance.random() < 0.85, chance.random() < 0.97
            yield one._replace(has_authors=named, has_date=dated)


def bursts(seed: int, pages: Sequence[Attempt], every: timedelta) -> list[Attempt]:
    """The same in a year with bursts, one in ``every`` so long and a day apart at least, of half an
    hour to four hours: of the pages tried in one all time out, or are refused, or are bare frames,
    or lack authors and dates, or are stubs. Pages are tried at the full hour, as polls bring them.
    """
    chance = random.Random(seed)
    changes: list[Callable[[Attempt], Attempt]] = [
        lambda one: failed(one, "timeout: no answer"),
        lambda one: failed(one, "http_403: no"),
        lambda one: rejected(one, "empty"),
        lambda one: one._replace(has_authors=False, has_date=False),
        lambda one: one._replace(body_size=one.body_size // 10),
    ]
    begin, end, change = START, START, changes[0]
    found = []
    for one in pages:
        at = START + math.ceil((one.at - START) / HOUR) * HOUR
        while at >= end:
            begin = end + DAY + chance.expovariate(1) * (every - DAY)
            end = begin + chance.uniform(0.5, 4) * HOUR
            change = chance.choice(changes)
        moved = one._replace(at=at, news_at=at)
        found.append(change(moved) if at >= begin else moved)
    return found


@dataclass
class Watchman:
    """Judges a source's pages after each of them, as a crawl's end does, and keeps the alarms."""

    pages: list[Attempt] = field(default_factory=list)
    open: dict[str, datetime] = field(default_factory=dict)
    raised: list[Alarm] = field(default_factory=list)

    def see(self, *pages: Attempt) -> None:
        self.pages += pages
        one = self.pages[-1]
        known = self.pages[-ATTEMPTS:]
        if len(known) == ATTEMPTS and one.at - known[0].at < BUSY:
            known = self.pages[-BUSY_ATTEMPTS:]
        if self.open:
            first = min(self.open.values())
            before = [page for page in self.pages if page.at < first]
            known = sorted({*known, *before[-60:]})
        alarms = judge_pages(known, self.open, one.at)
        self.raised += [alarm for alarm in alarms if alarm.kind not in self.open]
        self.open = {str(alarm.kind): self.open.get(alarm.kind, alarm.since) for alarm in alarms}


@pytest.mark.parametrize("seed", range(6))
def test_a_healthy_year_raises_one_alarm_at_most(seed: int) -> None:
    """Measured over forty such years: none."""
    watchman = Watchman()
    for one in newspaper(seed, 5 * 365):
        watchman.see(one)
    assert len(watchman.raised) <= 1
    assert watchman.open == {}


def keep(share: float, change: Callable[[Attempt], Attempt]) -> Change:
    """So many of the pages as they were."""
    return lambda one, chance: one if chance.random() < share else change(one)


CHANGES: dict[str, tuple[Kind, Change, int]] = {
    "403": (Kind.BLOCKED, keep(0, lambda one: failed(one, "http_403")), 10),
    "429, half of the time": (Kind.BLOCKED, keep(0.5, lambda one: failed(one, "http_429")), 30),
    "challenge": (Kind.BLOCKED, keep(0, lambda one: rejected(one, "bot_challenge")), 10),
    "robots": (Kind.BLOCKED, keep(0, lambda one: failed(one, "robots: forbidden")), 10),
    "consent": (Kind.WALLED, keep(0, lambda one: rejected(one, "consent_wall")), 10),
    "teasers": (Kind.WALLED, keep(0.2, lambda one: rejected(one, "teaser")), 16),
    "redesign": (Kind.REJECTED, keep(0, lambda one: rejected(one, "empty")), 10),
    "timeouts": (Kind.FAILING, keep(0.1, lambda one: failed(one, "timeout")), 12),
    "no date": (Kind.FIELDS, keep(0.2, lambda one: one._replace(has_date=False)), 16),
    "no author": (Kind.FIELDS, keep(0.2, lambda one: one._replace(has_authors=False)), 30),
    "no title": (Kind.FIELDS, keep(0, lambda one: one._replace(has_title=False)), 10),
    "short": (Kind.SHORT, keep(0, lambda one: one._replace(body_size=one.body_size // 5)), 24),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_noticed_within_pages_and_its_end_too(name: str) -> None:
    """Each three times, with other luck; the figures are the worst of the three."""
    kind, change, limit = CHANGES[name]
    for seed in range(3):
        watchman, chance = Watchman(), random.Random(seed)
        for number, one in enumerate(newspaper(seed, 500)):
            is_bad = 200 <= number < 300
            watchman.see(change(one, chance) if is_bad else one)
            if number == 200 + limit:
                assert watchman.open.keys() == {kind}
                (alarm,) = watchman.raised
                begin = watchman.pages[200].at
                assert abs(alarm.since - begin) < 2 * DAY
                assert 1 <= len(alarm.examples) <= 3
                assert alarm.examples[0] > alarm.examples[-1]  # the newest first
            if number == 299:
                assert watchman.open.keys() == {kind}, "it lasts while the pages are bad"
        assert watchman.open == {}
        assert len(watchman.raised) == 1, "it does not flap"


def test_what_is_said() -> None:
    pages = [attempt(number, START + number * HOUR) for number in range(60)]
    pages += [failed(attempt(60 + n, START + (60 + n) * HOUR), "http_403: no") for n in range(9)]
    (alarm,) = judge_pages(pages, {}, pages[-1].at)
    assert alarm.kind is Kind.BLOCKED
    assert alarm.since == START + 60 * HOUR
    assert alarm.detail == ("all of the last 9 new pages were refused: HTTP 403 (0% before)")
    assert alarm.examples == tuple(f"https://a.example/{n}" for n in (68, 67, 66))


def test_several_fields_are_one_alarm() -> None:
    pages = [attempt(number, START + number * HOUR) for number in range(60)]
    pages += [
        attempt(60 + n, START + (60 + n) * HOUR, has_date=False, has_authors=n < 2)
        for n in range(12)
    ]
    (alarm,) = judge_pages(pages, {}, pages[-1].at)
    assert (alarm.kind, alarm.since) == (Kind.FIELDS, START + 60 * HOUR)
    assert alarm.detail == (
        "all of the last 10 new articles name no author (0% before); "
        "all of the last 12 new articles have no date (0% before)"
    )


def test_fields_that_stay_away_are_the_publishers_way_at_last_but_a_block_is_not() -> None:
    past = [attempt(number, START + number * HOUR) for number in range(60)]
    begin = START + 60 * HOUR
    for kind, change in (
        (Kind.FIELDS, lambda one: one._replace(has_date=False)),
        (Kind.BLOCKED, lambda one: failed(one, "http_403")),
    ):
        pages = past + [change(attempt(60 + n, begin + n * DAY)) for n in range(40)]
        opened: dict[str, datetime] = {kind: begin}
        assert [one.kind for one in judge_pages(pages, opened, begin + 29 * DAY)] == [kind]
        later = judge_pages(pages, opened, begin + 31 * DAY)
        assert [one.kind for one in later] == ([kind] if kind is Kind.BLOCKED else [])
        # Nor is it raised again once it is the publisher's way.
        assert bool(judge_pages(pages, {}, begin + 40 * DAY)) is (kind is Kind.BLOCKED)


@pytest.mark.parametrize(
    ("count", "good", "is_broken"), [(9, 0, False), (10, 0, True), (30, 2, True), (30, 4, False)]
)
def test_a_source_that_never_was_well(count: int, good: int, is_broken: bool) -> None:
    """At once: its pages are tried within minutes."""
    pages = [attempt(number, START + number * MINUTE) for number in range(count)]
    pages[good:] = [rejected(one, "listing") for one in pages[good:]]
    alarms = judge_pages(pages, {}, pages[-1].at)
    assert [alarm.kind for alarm in alarms] == ([Kind.REJECTED] if is_broken else [])
    if is_broken:
        opened: dict[str, datetime] = {Kind.REJECTED: alarms[0].since}
        well = [attempt(count + n, START + (count + n) * HOUR) for n in range(8)]
        assert judge_pages([*pages, *well[:3]], opened, well[2].at)
        assert not judge_pages([*pages, *well], opened, well[-1].at)


def row(
    past: int, bad: int, hours: float, usual: float = 0, verdict: str = "empty"
) -> list[Attempt]:
    """So many pages, the first ``usual`` of each ten bad, and so many bad ones over ``hours``."""
    begin = START + past * HOUR
    pages = [attempt(number, START + number * HOUR) for number in range(past)]
    pages = [rejected(one, verdict) if one.id % 10 < usual * 10 else one for one in pages]
    step = hours * HOUR / max(bad - 1, 1)
    last = [attempt(past + number, begin + number * step) for number in range(bad)]
    return pages + [rejected(one, verdict) for one in last]


@pytest.mark.parametrize(
    ("pages", "is_told"),
    [
        pytest.param(row(4, 8, 6), True, id="eight in a row over six hours"),
        pytest.param(row(4, 7, 6), False, id="seven are too few"),
        pytest.param(row(4, 30, 5.9), False, id="within six hours it is a burst"),
        pytest.param(row(60, 8, 6), True, id="a known past, and well"),
        pytest.param(row(60, 8, 6, usual=0.2), True, id="a fifth was bad before"),
        pytest.param(row(60, 8, 6, usual=0.3), False, id="more than a quarter was bad before"),
        pytest.param(row(40, 0, 0, usual=1), True, id="hardly any is an article"),
    ],
)
def test_pages_in_a_row(pages: list[Attempt], is_told: bool) -> None:
    alarms = judge_pages(pages, {}, pages[-1].at)
    assert [alarm.kind for alarm in alarms] == [Kind.REJECTED] * is_told


@pytest.mark.parametrize("past", [4, 12, 19])
@pytest.mark.parametrize("bare", [{"has_date": False}, {"has_title": False}, {"body_size": 9}])
def test_of_a_young_source_nothing_tells_that_fields_were_usual(
    past: int, bare: dict[str, object]
) -> None:
    pages = [attempt(number, START + number * HOUR) for number in range(past)]
    pages += [attempt(past + n, START + (past + n) * HOUR, **bare) for n in range(19 - past + 8)]
    assert judge_pages(pages, {}, pages[-1].at) == []


@pytest.mark.parametrize(
    ("every", "number", "is_told"),
    [(2, 16, False), (2, 22, True), (4, 40, False)],
    ids=["not yet", "half", "a quarter"],
)
def test_trouble_with_a_part_of_the_pages(every: int, number: int, is_told: bool) -> None:
    pages = [attempt(n, START + n * HOUR) for n in range(60 + number)]
    pages[60:] = [one if one.id % every else rejected(one, "teaser") for one in pages[60:]]
    alarms = judge_pages(pages, {}, pages[-1].at)
    assert [alarm.kind for alarm in alarms] == [Kind.WALLED] * is_told


@pytest.mark.parametrize(("well", "is_over"), [(5, False), (8, True)])
def test_an_alarm_is_over_when_the_last_eight_are_well(well: int, is_over: bool) -> None:
    pages = row(60, 20, 19)
    pages += [attempt(80 + n, START + (80 + n) * HOUR) for n in range(well)]
    alarms = judge_pages(pages, {Kind.REJECTED: pages[60].at}, pages[-1].at)
    assert (alarms == []) is is_over


def test_pages_that_were_not_asked_for_say_nothing() -> None:
    pages = [attempt(number, START + number * HOUR) for number in range(60)]
    pages += [
        failed(attempt(60 + n, START + (60 + n) * HOUR), "paused: until then") for n in range(40)
    ]
    assert judge_pages(pages, {}, pages[-1].at) == []


def test_a_backfill_is_no_redesign() -> None:
    """Pages of years ago may well have neither author nor date."""
    pages = [attempt(number, START + number * HOUR) for number in range(60)]
    bare = {"has_authors": False, "has_date": False, "news_at": START - 900 * DAY}
    pages += [attempt(60 + n, START + (60 + n) * HOUR, **bare) for n in range(40)]
    assert judge_pages(pages, {}, pages[-1].at) == []


# ---------------------------------------------------------------------- polls


def polls(*worked: bool, every: timedelta = 2 * HOUR, news: bool = False) -> list[PollSeen]:
    return [
        PollSeen(START + number * every, int(news and fine), None if fine else "HTTP 503")
        for number, fine in enumerate(worked)
    ]


def test_unreachable_after_three_polls_and_six_hours() -> None:
    lines = polls(True, True, False, False, False)
    known = history(polls=lines, last_success_at=START + 2 * HOUR)
    assert judge_source(known, START + 9 * HOUR) == []
    (alarm,) = judge_source(known, START + 10 * HOUR)
    assert (alarm.kind, alarm.since, alarm.examples) == (
        Kind.UNREACHABLE, START + 4 * HOUR, (FEED,)
    )  # fmt: skip
    assert alarm.detail == "the last 3 polls failed: HTTP 503"
    assert judge_source(history(polls=lines[:4]), START + 90 * HOUR) == []
    assert judge_source(history(polls=[*lines, *polls(True)]), START + 90 * HOUR) == []


def test_of_polls_that_all_failed_the_last_success_tells_since_when() -> None:
    long_ago = START - 9 * DAY
    known = history(polls=polls(*[False] * 24), last_success_at=long_ago)
    assert judge_source(known, START + 48 * HOUR)[0].since == long_ago
    never = history(polls=polls(*[False] * 4))
    assert judge_source(never, START + 8 * HOUR)[0].since == START


def weekdays(count: int) -> list[datetime]:
    """News at 8, 11, 14 and 17 o'clock from Monday to Friday."""
    days = [START + number * DAY for number in range(count)]
    return [day + hour * HOUR for day in days if day.weekday() < 5 for hour in (2, 5, 8, 11)]


def silent(news: Sequence[datetime], after: timedelta) -> list[Kind]:
    lines = [PollSeen(news[-1] + at * after / 6, 0, None) for at in range(1, 7)]
    known = history(news=tuple(news), polls=lines, last_success_at=lines[-1].at)
    return [alarm.kind for alarm in judge_source(known, lines[-1].at)]


def test_a_weekend_is_no_silence_but_a_week_is() -> None:
    assert START.weekday() == 0
    for week in range(1, 9):
        news = weekdays(7 * week)
        assert silent(news, timedelta(hours=63)) == []
    assert silent(weekdays(28), timedelta(hours=72)) == []
    assert silent(weekdays(28), timedelta(hours=100)) == [Kind.SILENT]
    assert silent(weekdays(5), timedelta(hours=80)) == []
    assert silent(weekdays(5), timedelta(hours=100)) == [Kind.SILENT]


def test_a_busy_feed_is_silent_after_a_day_and_a_half_and_a_weekly_never_so_soon() -> None:
    hourly = [START + number * HOUR for number in range(24 * 30)]
    assert silent(hourly, timedelta(hours=35)) == []
    assert silent(hourly, timedelta(hours=37)) == [Kind.SILENT]
    weekly = [START + number * 7 * DAY for number in range(12)]
    assert silent(weekly, 27 * DAY) == []
    assert silent(weekly, 29 * DAY) == [Kind.SILENT]
    assert silent(weekly[:9], 90 * DAY) == [], "too little is known"


def test_nobody_looked_is_no_silence() -> None:
    news = [START + number * HOUR for number in range(24 * 30)]
    later = news[-1] + 5 * DAY
    for line in (PollSeen(later, 0, None), PollSeen(later, 0, "timeout")):
        known = history(news=tuple(news), polls=[line], last_success_at=news[-1])
        assert judge_source(known, later) == []


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(1, 400), min_size=10, max_size=60), st.integers(1, 4000))
def test_a_longer_silence_is_never_less_of_one(pauses: list[int], hours: int) -> None:
    news = [START]
    for pause in pauses:
        news.append(news[-1] + pause * HOUR)
    if silent(news, hours * HOUR):
        assert silent(news, (hours + 1) * HOUR)
        assert hours > min(pauses)


def test_gaps_and_a_disabled_source() -> None:
    gaps = [(START, START + HOUR), (START + DAY, START + DAY + HOUR)]
    (alarm,) = judge_source(history(gaps=gaps), START + 2 * DAY)
    assert (alarm.kind, alarm.since) == (Kind.GAP, START)
    span = "2026-01-05T06:00:00+00:00 and 2026-01-05T07:00:00+00:00"
    assert f"between its polls of {span} all that" in alarm.detail
    assert alarm.detail.endswith("and so at 1 later poll")
    assert alarm.cause == ""
    assert judge_source(history(gaps=gaps, has_older=True), START + 2 * DAY)[0].cause == HAS_OLDER
    off = history(gaps=gaps, disabled_at=START, disabled_reason="HTTP 410", polls=polls(False))
    (alarm,) = judge_source(off, START + 400 * DAY)
    assert (alarm.kind, alarm.since) == (Kind.DISABLED, START)
    assert alarm.detail.endswith("HTTP 410")
    assert note_source(off, START + 400 * DAY) == []


def test_what_a_person_disabled_is_told_and_no_alarm() -> None:
    off = history(disabled_at=START, disabled_reason="paywall", is_by_hand=True)
    assert judge_source(off, START + 400 * DAY) == []
    (note,) = note_source(off, START + 400 * DAY)
    assert (note.kind, note.since, note.cause) == (Kind.DISABLED, START, BY_HAND)
    assert note.detail.endswith("paywall")


def test_a_source_that_was_never_read() -> None:
    """A note on its first day, unless three polls failed within six hours; then an alarm."""
    once = history(polls=polls(False), due_at=START + 2 * DAY)
    assert judge_source(once, START + 23 * HOUR) == []
    (note,) = note_source(once, START + 23 * HOUR)
    assert note.detail == "it could not be read yet: HTTP 503"
    (alarm,) = judge_source(once, START + 24 * HOUR)
    assert (alarm.kind, alarm.since) == (Kind.UNREACHABLE, START)
    assert (
        alarm.detail == "it could never be read since it was added; its only poll failed: HTTP 503"
    )
    assert note_source(once, START + 24 * HOUR) == []
    often = history(polls=polls(False, False, False), due_at=START + 2 * DAY)
    assert judge_source(often, START + 5 * HOUR) == []
    assert "all 3 polls failed" in judge_source(often, START + 6 * HOUR)[0].detail
    read = replace(once, last_success_at=START)
    assert judge_source(read, START + 2 * DAY) == []
    (note,) = note_source(read, START + 2 * DAY)
    assert note.detail == "1 poll failed: HTTP 503; alarm at 3 polls over 6 h"


def test_a_source_that_no_crawl_polls() -> None:
    new = history(due_at=START)
    assert judge_source(new, START + 23 * HOUR) == []
    assert [note.detail for note in note_source(new, START + 23 * HOUR)] == [
        "it could not be read yet: no crawl has polled it yet"
    ]
    (alarm,) = judge_source(new, START + 24 * HOUR)
    assert (alarm.kind, alarm.since) == (Kind.OVERDUE, START)
    assert note_source(new, START + 24 * HOUR) == []
    known = history(due_at=START + 2 * HOUR, polls=polls(True), last_success_at=START)
    assert judge_source(known, START + 3 * DAY) == []
    assert [one.kind for one in judge_source(known, START + 75 * HOUR)] == [Kind.OVERDUE]


def part(name: str, **fields: object) -> PartSeen:
    url = f"https://a.example/{name}"
    line = PartSeen(f"a {name}", url, START, None, False, f"{url}: the server answered HTTP 404")
    return line._replace(**fields)  # type: ignore[arg-type]


def test_sitemaps_of_an_index_that_are_not_read() -> None:
    gone = part("b.xml", disabled_reason="gone for good", error=None)
    fails = part("c.xml")
    known = history(last_success_at=START)
    index = replace(known, parts=[fails, gone], parts_off=2, parts_read=7)
    (alarm,) = judge_source(index, START + DAY)
    assert (alarm.kind, alarm.since, alarm.cause) == (Kind.PARTS, START, "disabled")
    assert alarm.detail == (
        "2 of its 9 sitemaps are not read: a b.xml is disabled since 2026-01-05: gone for good; "
        "a c.xml fails since 2026-01-05: the server answered HTTP 404"
    )
    assert alarm.examples == (gone.url, fails.url)
    assert note_source(index, START + DAY) == []
    for quiet, at in (
        (index, START + 31 * DAY),
        (replace(index, parts=[gone._replace(is_by_hand=True)]), START + DAY),
        (replace(index, parts=[fails], parts_off=1), START + DAY),
    ):
        assert judge_source(quiet, at) == []
        (note,) = note_source(quiet, at)
        assert note.kind is Kind.PARTS
    none = replace(known, parts=[fails], parts_off=30, parts_read=0)
    (alarm,) = judge_source(none, START + DAY)
    assert alarm.detail.startswith("30 of its 30 sitemaps are not read: a c.xml fails")
    assert alarm.detail.endswith("; and 29 more")


@each_row(
    ("error", "said", "cause"),
    [
        (RobotsError(FEED, "robots", "its robots.txt forbids it"),
         "its robots.txt forbids it", "robots"),
        (RobotsError(FEED, "robots_unreachable", "its robots.txt could not be read: HTTP 503"),
         "its robots.txt could not be read: HTTP 503", "robots_unreachable"),
        (StatusError(FEED, 404), "the server answered HTTP 404", "http_404"),
        (NotASourceError(FEED), "a page, not a feed or sitemap, without articles", "no_source"),
        (ParseError(FEED, "a PDF, neither a feed nor a sitemap"),
         "a PDF, neither a feed nor a sitemap", "no_source"),
        (ParseError(FEED, "broken feed: <unknown>:1:5: no element found"),
         "broken feed: <unknown>:1:5: no element found", "broken"),
        (BodyError(FEED, "too_large", "its body is larger than 52,428,800 bytes"),
         "its body is larger than 52,428,800 bytes", "too_large"),
        (NetworkError(FEED, "timeout", "no answer within 30 s"), "no answer within 30 s", ""),
        ("HTTP 503: later", "HTTP 503: later", ""),
        ("", "", ""),
    ],
)  # fmt: skip
def test_what_an_error_in_the_ledger_says(error: object, said: str, cause: str) -> None:
    assert without_address(str(error)) == said
    assert cause_of(str(error)) == cause


# ---------------------------------------------------------------------- bursts


def at_once(pages: Sequence[Attempt]) -> Iterator[list[Attempt]]:
    """What one crawl tries together."""
    for _, group in groupby(pages, key=lambda one: one.at):
        yield list(group)


@pytest.mark.parametrize("a_day", [5, 60, 200, 600])
def test_a_burst_that_is_over_is_no_alarm(a_day: float) -> None:
    """Two bursts of one kind within hours are one trouble, and may be told."""
    for seed in range(2):
        watchman = Watchman()
        for pages in at_once(bursts(seed, list(newspaper(seed, 1500, a_day)), 6 * DAY)):
            watchman.see(*pages)
        assert watchman.raised == []


@each_row("a_day", [60, 600, 1500])
@each_row("name", ["403", "429, half of the time", "timeouts", "no author", "short"])
def test_a_change_of_a_busy_source_is_noticed_within_hours_and_its_end_too(
    name: str, a_day: int
) -> None:
    kind, change, _ = CHANGES[name]
    number, chance, watchman = max(400, a_day), random.Random(1), Watchman()
    pages = bursts(1, list(newspaper(1, 2 * number + a_day, a_day)), 10_000 * DAY)
    begin, end = pages[number].at, pages[2 * number].at
    raised = over = None
    for group in at_once(pages):
        at = group[0].at
        watchman.see(*(change(one, chance) if begin <= at < end else one for one in group))
        if kind in watchman.open:
            raised = raised or at
        elif at >= end:
            over = over or at
    assert raised is not None
    assert over is not None
    assert timedelta(hours=6) <= raised - begin <= timedelta(hours=18)
    assert over - end <= timedelta(hours=6)
    assert [alarm.kind for alarm in watchman.raised] == [kind], "it does not flap"


def test_pages_that_a_later_attempt_brought_are_no_trouble() -> None:
    pages = [attempt(number, START + number * HOUR) for number in range(60)]
    pages += [failed(attempt(60 + n, START + (60 + n) * HOUR), "timeout") for n in range(20)]
    assert [one.kind for one in judge_pages(pages, {}, pages[-1].at)] == [Kind.FAILING]
    made_good = [one._replace(is_made_good=one.outcome == "failed") for one in pages]
    assert judge_pages(made_good, {}, pages[-1].at) == []
    rates = measure(made_good, pages[-1].at)
    assert (rates.filed, rates.failed, rates.dates) == (1, 0, 1)


def test_a_new_source_whose_host_was_down_is_tried_again_before_it_is_an_alarm() -> None:
    down = [failed(attempt(number, START), "timeout") for number in range(30)]
    assert judge_pages(down, {}, START + 5 * HOUR) == []
    assert [one.kind for one in judge_pages(down, {}, START + 6 * HOUR)] == [Kind.FAILING]
    walls = [rejected(attempt(number, START), "consent_wall") for number in range(30)]
    assert [one.kind for one in judge_pages(walls, {}, START)] == [Kind.WALLED], "it stays so"


# ---------------------------------------------------------------------- laws

OUTCOMES = st.sampled_from(
    ["ok", "http_403", "timeout", "robots", "consent_wall", "teaser", "listing", "empty"]
)


def pages_of(codes: Sequence[str]) -> list[Attempt]:
    pages = []
    for number, code in enumerate(codes):
        one = attempt(number, START + number * HOUR)
        if code in ("http_403", "timeout", "robots"):
            one = failed(one, code)
        elif code != "ok":
            one = rejected(one, code)
        pages.append(one)
    return pages


@settings(max_examples=200, deadline=None)
@given(st.lists(OUTCOMES, max_size=100), st.dictionaries(st.sampled_from(Kind), st.integers(0, 99)))
def test_any_history_is_judged(codes: list[str], opened: dict[Kind, int]) -> None:
    pages = pages_of(codes)
    since = {str(kind): START + at * HOUR for kind, at in opened.items()}
    alarms = judge_source(history(attempts=pages, open=since), START + 200 * HOUR)
    known = {one.url for one in pages}
    assert len({alarm.kind for alarm in alarms}) == len(alarms)
    for alarm in alarms:
        assert set(alarm.examples) <= known
        assert len(alarm.examples) <= 3
        at = {one.url: one.at for one in pages}
        times = [at[url] for url in alarm.examples]
        assert times == sorted(times, reverse=True)
        assert START <= alarm.since <= START + 99 * HOUR
        assert all(classify(one) is alarm.kind for one in pages if one.url in alarm.examples)


@given(st.sampled_from(["ok", "fields", "short"]), st.integers(0, 200))
def test_what_was_always_so_is_no_alarm(how: str, count: int) -> None:
    fields: Any = {"ok": {}, "fields": {"has_authors": False, "has_date": False},
              "short": {"body_size": 40}}[how]  # fmt: skip
    pages = [attempt(number, START + number * HOUR, **fields) for number in range(count)]
    assert judge_pages(pages, {}, START + 200 * HOUR) == []


def test_the_rules_stand_word_for_word_in_the_manual() -> None:
    rules = (source_health.__doc__ or "").partition("\n\n")[2]
    manual = Path(__file__).parents[2] / "docs" / "usage.md"
    assert rules.count("\n") > 20
    assert rules in manual.read_text(encoding="utf-8")


def test_rates() -> None:
    assert measure([], START).pages == 0
    pages = [attempt(number, START + number * HOUR) for number in range(8)]
    pages.append(failed(attempt(8, START + 8 * HOUR), "timeout"))
    pages.append(attempt(9, START + 9 * HOUR, has_authors=False, body_size=9000))
    rates = measure(pages, START + 3 * DAY)
    assert (rates.pages, rates.articles_a_day, rates.filed, rates.failed) == (10, 3, 0.9, 0.1)
    assert (rates.titles, rates.dates) == (1, 1)
    assert rates.authors == pytest.approx(8 / 9)
    assert rates.median_size == 3000
