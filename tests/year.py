"""Following the two papers of ``tests/world.py`` by cron, every 15 minutes, on a simulated clock.

Sockets, database, extraction in child processes, robots.txt, pace and Retry-After are the real
ones; only time is not. Each paper is followed into an archive of its own.

What requests brought is counted over all of them; *nothing* is a document that was sent whole and
held no new link, no article and no version, and every failure. A 304 is a request, but not nothing:
it says in a hundred bytes that all is as it was, which is what a revisit is for. robots.txt counts
as useful where it was sent (it is asked for once in 24 hours, RFC 9309 §2.4).
"""

from __future__ import annotations

import asyncio
import os
import random
import ssl
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select

from scraper import setup
from scraper.crawl.run import Crawl, CrawlLimits
from scraper.fetch import FetchPolicy, PacePolicy
from scraper.isolation.sandbox import Sandbox
from scraper.model.events import CrawlEvent, PageDone, SourceDone
from scraper.model.types import Outcome
from storage.archive import Archive
from storage.database.engine import open_engine, reading
from storage.frontier.hosts import Hosts
from storage.frontier.sources import Sources
from storage.frontier.store import Frontier
from storage.models import Page, Source
from tests.clocks import FakeClock
from tests.world import Hit, Story, World

START = datetime(2026, 3, 2, tzinfo=UTC)
TICK = timedelta(minutes=15)
MIN_DELAY = 1.0

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
    with (
        pytest.MonkeyPatch.context() as patch,
        World(seed, START, days, clock) as world,
        _chance(seed),
    ):
        # What every run pays anew, and no page here needs: the list of trusted authorities.
        trust = _NoAuthorities(ssl.PROTOCOL_TLS_CLIENT)
        patch.setattr(ssl, "create_default_context", lambda: trust)
        engine = open_engine(path)
        event.listen(engine, "connect", _hurry)
        engine.dispose()  # of the connections that were made before
        for url, kind in world.sources(host).items():
            Sources(engine).add(url, name=None, kind=kind, now=START)
        runs = asyncio.run(_keep_cron(world, engine, clock, requests, patch))
        engine.dispose()
    return Lived(host, path, seed, days, world.port, world.log, requests, runs)


@contextmanager
def _chance(seed: int) -> Iterator[None]:
    """What is drawn by chance (jitter) is drawn from ``seed``."""
    before = random.getstate()
    random.seed(seed)
    yield
    random.setstate(before)


class _NoAuthorities(ssl.SSLContext):
    def load_verify_locations(self, *args: Any, **more: Any) -> None:
        pass


def _hurry(connection: Any, _record: object) -> None:
    """Nobody pulls the plug here (tests/crawl/test_kill.py does)."""
    connection.execute("PRAGMA synchronous = OFF")


async def _keep_cron(
    world: World, engine: Engine, clock: FakeClock, requests: Requests, patch: pytest.MonkeyPatch
) -> int:
    """How many of the runs had something to do."""
    frontier, tick, runs = Frontier(engine), START, 0
    async with Sandbox(workers=1) as sandbox:
        patch.setattr(setup, "Sandbox", lambda: nullcontext(sandbox))
        patch.setattr(setup, "DbThread", _InPlace)
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


async def _run(engine: Engine, frontier: Frontier, clock: FakeClock) -> Sequence[CrawlEvent]:
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
        columns = (Page.due_at, Source.due_at)
        times = [session.execute(select(func.min(column))).scalar_one() for column in columns]
    return min(time for time in times if time is not None)


# ------------------------------------------------------------------ what requests brought


def sort_requests(world: World, hits: Sequence[Hit], events: Sequence[CrawlEvent]) -> Requests:
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
