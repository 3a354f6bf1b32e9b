"""A year of cron, every 15 minutes, on a simulated clock, over two papers on loopback.

Sockets, database, extraction in child processes, robots.txt, pace and Retry-After are the real
ones; only time is not. Each paper is followed into an archive of its own, both at the same time,
each in a process of its own. What may be asked of a year:

- **Filed once.** Every story that was there for ``PROMPT`` after it was first listed, its host
  answering all that time, is one article, however many addresses and sources it has; and so is
  every story that was there for ``CERTAIN``, whatever its host did meanwhile (it was down, refused
  us, or its robots.txt forbade the story for weeks).
- **Edits are versions.** Every state of a story that was ever served is a version. And every
  state that stood at one of the story's checkpoints (from ``MIN_GAP`` before, as a visit so shortly
  before one takes its place, until ``LATE`` after) is one, where the host had been well since the
  story was found. What is overwritten between two checkpoints may be lost.
- **Never too early.** The minimum delay, Crawl-delay, Retry-After (over many runs), and robots.txt
  as of the day before.
- **Polled in time.** Within 12 hours, one that has slowed down within 36, news within 24.
- **Few requests bring nothing.** Counted are all requests; *nothing* is a document that was sent
  whole and held no new link, no article and no version, and every failure. A 304 is a request, but
  not nothing: it says in a hundred bytes that all is as it was, which is what a revisit is for.
  robots.txt counts as useful where it was sent (it is asked for once in 24 hours, RFC 9309 §2.4).
  The share depends on how many of the papers' pages honour validators, so the test says how it
  comes about, and what it would be without the 304s.
"""

from __future__ import annotations

import asyncio
import os
import random
import ssl
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select

from scraper import setup
from scraper.crawl import Crawl, CrawlLimits
from scraper.events import PageDone, SourceDone
from scraper.fetch import FetchPolicy, PacePolicy
from scraper.sandbox import Sandbox
from scraper.schedule import CHECKPOINTS, MIN_GAP, POLL_MAX, SLOWED_MAX
from scraper.types import Outcome, Verdict
from storage.archive import Archive
from storage.engine import open_engine, reading
from storage.frontier import Frontier
from storage.hosts import Hosts
from storage.models import Article, Page, Poll, Source, Version
from storage.sources import Sources
from tests.clocks import FakeClock
from tests.world import CRAWL_DELAY, DAILY, DAY, FEED_LENGTH, HOSTS, POST, Hit, Story, World

START = datetime(2026, 3, 2, tzinfo=UTC)
TICK = timedelta(minutes=15)
LATE = timedelta(hours=1)
"""After it is due, until cron comes and the host's turn has come."""
CERTAIN = 30 * DAY
PROMPT = 2 * DAY
LISTINGS = {
    POST: ((POST, "/feed.xml"), (POST, "/news.xml")),
    DAILY: ((DAILY, "/sitemap.xml"), (DAILY, "/")),
}
MIN_DELAY = 1.0
NEWS_MAX = timedelta(hours=24)
MOST_NOTHING = 0.30

Requests = Counter[tuple[str, str]]
"""By what was asked for, and by what it brought."""


# ------------------------------------------------------------------ living through it


@dataclass(frozen=True)
class Lived:
    """What is known after some time of cron of one paper."""

    host: str
    path: Path
    seed: int
    days: int
    port: int
    log: list[Hit]
    requests: Requests
    runs: int

    @cached_property
    def world(self) -> World:
        return World(self.seed, START, self.days, FakeClock(START))

    def rows(self, *columns: Any, of: Callable[[Any], Any] = lambda query: query) -> list[Any]:
        engine = open_engine(self.path, read_only=True)
        try:
            with reading(engine) as session:
                return list(session.execute(of(select(*columns))))
        finally:
            engine.dispose()


def live(path: Path, seed: int, days: int, host: str) -> Lived:
    """Follow one paper, run after run, as cron would."""
    clock, requests = FakeClock(START), Requests()
    with pytest.MonkeyPatch.context() as patch, World(seed, START, days, clock) as world:
        # What every run pays anew, and no page here needs: the list of trusted authorities.
        trust = _NoAuthorities(ssl.PROTOCOL_TLS_CLIENT)
        patch.setattr(ssl, "create_default_context", lambda: trust)
        random.seed(seed)
        engine = open_engine(path)
        event.listen(engine, "connect", _hurry)
        for url, kind in world.sources(host).items():
            Sources(engine).add(url, name=None, kind=kind, now=START)
        runs = asyncio.run(_keep_cron(world, engine, clock, requests, patch))
        engine.dispose()
    return Lived(host, path, seed, days, world.port, world.log, requests, runs)


class _NoAuthorities(ssl.SSLContext):
    def load_verify_locations(self, *args: Any, **more: Any) -> None:
        pass


def _hurry(connection: Any, _record: object) -> None:
    """Nobody pulls the plug here (tests/test_kill.py does)."""
    connection.execute("PRAGMA synchronous = OFF")


async def _keep_cron(
    world: World, engine: Engine, clock: FakeClock, requests: Requests, patch: pytest.MonkeyPatch
) -> int:
    """How many of the runs had something to do."""
    frontier, tick, runs = Frontier(engine), START, 0
    async with Sandbox(workers=1) as sandbox:
        patch.setattr(setup, "Sandbox", lambda: nullcontext(sandbox))
        patch.setattr(setup, "Offload", _InPlace)
        while tick < world.end:
            clock.advance((tick - clock.now()).total_seconds())
            if frontier.due_hosts(tick, busy=(), limit=1):  # as the command line asks
                seen = len(world.log)
                events = await _run(engine, frontier, clock)
                requests += sort_requests(world, world.log[seen:], events)
                runs += 1
                due = max(clock.now(), _next_due(engine))
                tick += TICK * max(1, -((tick - due) // TICK))
            else:
                tick += TICK
    return runs


class _InPlace:
    """``Offload`` without its thread: nothing else waits here while the database is asked."""

    async def __call__(self, function: Callable[..., Any], *args: Any, **more: Any) -> Any:
        return function(*args, **more)

    def close(self) -> None:
        pass


async def _run(
    engine: Engine, frontier: Frontier, clock: FakeClock
) -> Sequence[PageDone | SourceDone]:
    """One run: what of it lives in memory, lives as long as it does."""
    run_id = frontier.start_run(os.getpid(), clock.now())
    policy, pace = FetchPolicy(allow_private=True), PacePolicy(min_delay=MIN_DELAY)
    async with setup.open_tools(policy, pace, Hosts(engine), clock) as tools:
        crawl = Crawl(
            tools=tools,
            archive=Archive(engine),
            frontier=frontier,
            clock=clock,
            limits=CrawlLimits(),
            run_id=run_id,
        )
        events = [event async for event in crawl.run()]
    frontier.finish_run(run_id, clock.now(), exit_code=0, counts={})
    return events


def _next_due(engine: Engine) -> datetime:
    """Before then a run would find nothing: only runs change what is due."""
    with reading(engine) as session:
        times = [session.scalar(select(func.min(table.due_at))) for table in (Page, Source)]
    return min(time for time in times if time is not None)


# ------------------------------------------------------------------ what requests brought


def sort_requests(
    world: World, hits: Sequence[Hit], events: Sequence[PageDone | SourceDone]
) -> Requests:
    """The requests of one run, by kind and by what they brought."""
    polled = {world.place_of(event.url): event for event in events if isinstance(event, SourceDone)}
    outcomes: dict[Story, list[Outcome]] = defaultdict(list)
    for done in events:
        if isinstance(done, PageDone):
            story = world.story_at(*world.place_of(done.url))
            assert story is not None, done.url
            outcomes[story].append(done.outcome)
    parts = [done for (_, path), done in polled.items() if "/sitemap-" in path]
    found: Requests = Requests()
    seen: set[tuple[str, str]] = set()
    for hit in hits:
        story = world.story_at(hit.host, hit.path)
        place = (hit.host, hit.path)
        poll = polled.get(place) if place not in seen else None
        seen.add(place)
        if story is not None:
            kind = "page"
            several = outcomes[story]
            outcome = several.pop(0) if hit.status != 301 and len(several) > 1 else several[0]
            brought = {Outcome.NEW: "article", Outcome.CHANGED: "version"}.get(outcome, "nothing")
        elif hit.path == "/robots.txt":
            kind, brought = "robots.txt", "rules"
        elif poll is not None:
            kind = "poll of a part" if poll in parts else f"poll of {hit.path}"
            links = poll.new_links
            if hit.path == "/sitemap.xml":  # its links are its parts'
                links = sum(part.new_links for part in parts)
            brought = "links" if links else "nothing"
        else:
            gaps = [done for done in polled.values() if done.gap]
            kind = "sitemap for a gap"
            brought = "links" if any(done.new_links for done in gaps) else "nothing"
        if hit.status == 304:
            brought = "304"
        elif hit.status not in (200, 301):
            brought = "failure"
        found[kind, brought] += 1
    return found


def share_of_nothing(requests: Requests) -> float:
    return _sum(requests, "nothing", "failure") / requests.total()


def report(requests: Requests, runs: int) -> str:
    total, same = requests.total(), _sum(requests, "304")
    bad = _sum(requests, "nothing", "failure")
    return "\n".join(
        [
            f"{total} requests in {runs} runs",
            *(
                f"  {kind:20}{brought:10}{count:6}{count / total:7.1%}"
                for (kind, brought), count in sorted(requests.items())
            ),
            f"  nothing or failure: {bad} = {bad / total:.1%} of all,"
            f" {bad / (total - same):.1%} of those without the 304s,"
            f" {(bad + same) / total:.1%} if a 304 is nothing too",
        ]
    )


def _sum(requests: Requests, *brought: str) -> int:
    return sum(count for (_, what), count in requests.items() if what in brought)


# ------------------------------------------------------------------ what must hold


def check_filed_once(lived: Lived) -> None:
    world = lived.world
    filed = Counter(story for story, _ in _articles(lived))
    assert max(filed.values()) == 1, [story for story, times in filed.items() if times > 1]
    missing = [
        story
        for story in world.listed_by(lived.host)
        if story not in filed and not _turns_over(story, lived)
    ]
    assert not [one for one in missing if _stays(one, CERTAIN, world)]
    assert not [
        one
        for one in missing
        if _stays(one, PROMPT, world)
        and all(
            world.is_well(host, path, one.born, one.born + PROMPT)
            for host, path in (*LISTINGS[lived.host], (one.host, one.path))
        )
    ]


def _turns_over(story: Story, lived: Lived) -> bool:
    """Whether only a feed lists it, and not for as long as may pass between two polls: a gap that
    no sitemap of its host's fills."""
    until = story.born + SLOWED_MAX + LATE
    later = [one for one in lived.world.listed_by(lived.host) if story.born < one.born <= until]
    return story.host != lived.host and len(later) >= FEED_LENGTH


def _stays(story: Story, span: timedelta, world: World) -> bool:
    """Whether it is there for so long from its first listing, within the year."""
    return story.born + span < world.end and story.is_there(story.born + span)


def check_versions(lived: Lived) -> None:
    world = lived.world
    served: dict[Story, set[int]] = defaultdict(set)
    for hit in lived.log:
        story = world.story_at(hit.host, hit.path)
        if story is not None and hit.status == 200:
            served[story].add(story.state(hit.at))
    kept = dict(_articles(lived))
    assert {story: sorted(states) for story, states in kept.items()} == {
        story: sorted(states) for story, states in served.items()
    }
    found_at = _found_at(lived)
    checked, lost = 0, []
    for story, states in kept.items():
        for checkpoint in CHECKPOINTS:
            since, due = found_at[story], found_at[story] + checkpoint
            until = due + LATE
            state = story.state(due)
            if (
                until < world.end
                and story.is_there(until)
                and (story.moved_at is None or until < story.moved_at)
                and world.is_well(story.host, story.path, since, until)
                and story.state(due - MIN_GAP) == story.state(until)
            ):
                checked += 1
                if state not in states:
                    lost.append((story, checkpoint))
    assert not lost
    assert checked > len(kept)


def check_pace(lived: Lived) -> None:
    world = lived.world
    for host in HOSTS:
        hits = [hit for hit in lived.log if hit.host == host]
        delay = max(MIN_DELAY, CRAWL_DELAY.get(host, 0.0)) * timedelta(seconds=1)
        early = [
            (a, b) for a, b in pairwise(hits) if b.at - a.at < delay - timedelta(milliseconds=1)
        ]
        assert not early
        for number, hit in enumerate(hits):
            if hit.retry_after is not None:
                later = hits[number + 1 :][:1]
                assert not [one for one in later if one.at < hit.at + hit.retry_after]
    known = world.closed[0] + DAY + LATE
    assert not [
        hit
        for hit in lived.log
        if known < hit.at and world.is_forbidden(hit.host, hit.path, hit.at)
    ]
    assert not [hit for hit in lived.log if hit.path.startswith("/admin")]


def check_polls(lived: Lived) -> None:
    world = lived.world
    rows = lived.rows(
        Poll.source_id,
        Poll.polled_at,
        Poll.outcome,
        Poll.new,
        Source.url,
        of=lambda query: query.join(Source).where(Source.parent_id.is_(None)).order_by(Poll.id),
    )
    by_source: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        by_source[row.source_id].append(row)
    late, checked = [], 0
    for polls in by_source.values():
        host, path = world.place_of(polls[0].url)
        is_news = path == "/news.xml"
        slowest = NEWS_MAX if is_news else SLOWED_MAX
        for one, other in pairwise(polls):
            limit = POLL_MAX if one.new else slowest
            until = one.polled_at + limit + LATE
            if one.outcome == "failed" or not world.is_well(host, path, one.polled_at, until):
                continue
            checked += 1
            if other.polled_at > until:
                late.append((one, other))
    assert not late
    assert checked > lived.days


def check_gaps(lived: Lived) -> None:
    """A feed that turned over is noticed, and what a sitemap lists of it is had from there."""
    gaps = lived.rows(
        Poll.polled_at,
        Poll.gap_filled,
        of=lambda query: query.join(Source).where(Poll.gap_since.is_not(None)),
    )
    world = lived.world
    open_ones = [
        gap
        for gap in gaps
        if gap.gap_filled is None
        and world.is_well(lived.host, "/news.xml", gap.polled_at - LATE, gap.polled_at + LATE)
    ]
    if lived.host == POST:
        assert not open_ones
        assert any(gap.gap_filled for gap in gaps)


def _articles(lived: Lived) -> Iterator[tuple[Story, set[int]]]:
    """Each article's story, and the states of it that are kept as versions."""
    bodies: dict[tuple[int, str], list[str]] = defaultdict(list)
    rows = lived.rows(
        Article.id,
        Article.url,
        Version.body,
        of=lambda query: query.join(Version, Version.article_id == Article.id).where(
            Article.verdict == Verdict.ARTICLE.value
        ),
    )
    for article_id, url, body in rows:
        bodies[article_id, url].append(body)
    for (_, url), versions in bodies.items():
        story = lived.world.story_at(*lived.world.place_of(url))
        assert story is not None, url
        texts = story.paragraphs(len(story.edits))
        # Each edit has added one paragraph to the four.
        states = [sum(text in body for text in texts) - 4 for body in versions]
        assert len(states) == len(set(states)), (story, states)
        yield story, set(states)


def _found_at(lived: Lived) -> dict[Story, datetime]:
    found: dict[Story, datetime] = {}
    for url, at in lived.rows(Page.url, Page.first_seen_at):
        story = lived.world.story_at(*lived.world.place_of(url))
        if story is not None:
            found[story] = min(at, found.get(story, at))
    return found


CHECKS = (check_filed_once, check_versions, check_pace, check_polls, check_gaps)


@pytest.mark.timeout(900)
def test_a_year_of_cron(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    # A fresh interpreter each: two papers do not share a lock.
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        papers = [
            pool.submit(live, tmp_path / f"{number}.db", 1, 365, host)
            for number, host in enumerate(HOSTS)
        ]
        years = [paper.result() for paper in papers]
    requests, runs = Requests(), 0
    for year in years:
        requests, runs = requests + year.requests, runs + year.runs
    told = report(requests, runs)
    print(told)
    record_property("requests", told)
    for year in years:
        for check in CHECKS:
            check(year)
    answered = {hit.status for year in years for hit in year.log}
    assert answered >= {0, 200, 301, 304, 404, 410}  # nothing was left out
    assert answered & {429, 503}
    assert share_of_nothing(requests) <= MOST_NOTHING
