"""The order of calls of one run: which hosts are due, and a visit to each.

Every host has one visit at a time, so one connection and its own pace; a slow host delays no
other. A poll may queue pages on other hosts: the supervisor looks again after each.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from scraper.clock import Clock
from scraper.crawl.polling import open_backlog, poll_source
from scraper.crawl.quota import ArticleQuota
from scraper.crawl.saving import Saver
from scraper.crawl.stored import MAX_STORED, StorageQuota
from scraper.crawl.visit import (
    GIVES_UP_AFTER,
    HostBackoff,
    HostVisit,
    RunContext,
    VisitFrontier,
    is_local_to,
    where,
)
from scraper.errors import FetchError, NetworkError, ParseError
from scraper.model.events import CrawlEvent, CrawlSummary, StopReason
from scraper.model.jobs import BackfillRoot, PageJob, SourceJob
from scraper.pages.capture import CaptureStore
from scraper.setup import Tools
from scraper.urls import host_of

LEASE_BATCH = 20


class CrawlFrontier(VisitFrontier, Protocol):
    """Stores what is due and who has taken it; decides nothing. Synchronous."""

    def due_hosts(
        self,
        now: datetime,
        *,
        busy: Collection[str],
        limit: int,
        source_ids: Collection[int] | None = None,
        backfill: datetime | None = None,
    ) -> list[str]: ...

    def lease_sources(
        self,
        run_id: int,
        host: str,
        now: datetime,
        *,
        source_ids: Collection[int] | None = None,
        backfill: datetime | None = None,
    ) -> list[SourceJob]: ...

    def lease_pages(
        self,
        run_id: int,
        host: str,
        now: datetime,
        *,
        limit: int,
        source_ids: Collection[int] | None = None,
        backfill: datetime | None = None,
        without: Collection[int] = (),
    ) -> list[PageJob]: ...

    def load_roots(self, source_ids: Collection[int] | None = None) -> list[BackfillRoot]: ...

    def count_due(
        self,
        now: datetime,
        source_ids: Collection[int] | None = None,
        backfill: datetime | None = None,
    ) -> int: ...


@dataclass(frozen=True, kw_only=True)
class CrawlLimits:
    max_articles: int | None = None
    """File at most this many new articles."""
    max_seconds: float | None = None
    concurrency: int = 128
    """Hosts visited at a time. More than requests under way (``PacePolicy``): a visit mostly waits
    for its host's pace, and a host that is not visited waits for the end of another's visit."""
    backfill_since: datetime | None = None
    """Ask for what was listed long ago too, back to then."""
    backfill_pages: int = 500
    """Pages of a backfill that one run asks for at most."""
    max_stored: int = MAX_STORED
    """Bytes that the pages of one source may add to the archive."""


class Crawl:
    """One run. ``async for event in crawl.run()``; afterwards ``crawl.summary`` is final.

    Raises ``StorageError`` as soon as the archive cannot be written. The caller holds the run
    lock and ends the run in the frontier, which releases what is still leased.
    """

    def __init__(
        self,
        *,
        tools: Tools,
        archive: CaptureStore,
        frontier: CrawlFrontier,
        clock: Clock,
        limits: CrawlLimits,
        run_id: int,
        source_ids: Collection[int] | None = None,
    ) -> None:
        self.summary = CrawlSummary()
        self._frontier = frontier
        self._limits = limits
        self._source_ids = source_ids
        self._events: asyncio.Queue[CrawlEvent | None] = asyncio.Queue()
        self._look_again = asyncio.Event()
        self._spent: set[str] = set()
        """Hosts whose visit left due pages on purpose: not to be offered again at once."""
        self._supervisor: asyncio.Task[None] | None = None
        self._visits: dict[str, asyncio.Task[None]] = {}
        self._roots: dict[str, list[BackfillRoot]] = {}
        """By host: sources whose older entries are still to be looked for in this run."""
        self._backfilled = 0
        self._run = RunContext(
            run_id=run_id,
            tools=tools,
            archive=archive,
            saver=Saver(archive, tools.offload, clock),
            frontier=frontier,
            clock=clock,
            quota=ArticleQuota(limits.max_articles),
            stored=StorageQuota(limits.max_stored),
            emit=self._events.put_nowait,
        )

    async def run(self) -> AsyncGenerator[CrawlEvent, None]:
        supervisor = self._supervisor = asyncio.create_task(self._supervise())
        supervisor.add_done_callback(lambda _: self._events.put_nowait(None))
        if self.summary.stopped:  # a signal came before the first step
            supervisor.cancel()
        try:
            while (event := await self._events.get()) is not None:
                self.summary.add(event)
                yield event
        finally:
            supervisor.cancel()
            await asyncio.gather(supervisor, return_exceptions=True)
        if not supervisor.cancelled() and (error := supervisor.exception()):
            raise error

    def stop(self, reason: StopReason = "signal") -> None:
        """End soon: pages being fetched are let go, transactions under way are finished."""
        self.summary.stopped = self.summary.stopped or reason
        if self._supervisor is not None:
            self._supervisor.cancel()

    def hosts_in_flight(self) -> int:
        """How many hosts are being visited."""
        return len(self._visits)

    async def _supervise(self) -> None:
        visits = self._visits
        timer = asyncio.create_task(self._watch_time())
        try:
            await self._load_roots()
            while True:
                self._look_again.clear()
                for host in await self._due_hosts(visits):
                    visits[host] = asyncio.create_task(self._visit(host))
                if not visits:
                    break
                await self._wait(visits)
        finally:
            timer.cancel()
            for task in visits.values():
                task.cancel()
            await asyncio.gather(timer, *visits.values(), return_exceptions=True)
            self.summary.full |= self._run.stored.full
        if self._run.quota.exhausted and await self._count_due():
            self.summary.stopped = "max-articles"
        elif self._limits.backfill_since is not None:
            self.summary.left = await self._count_due()

    async def _wait(self, visits: dict[str, asyncio.Task[None]]) -> None:
        """Until a visit ends or has polled a source. Raises what a visit raised."""
        look = asyncio.create_task(self._look_again.wait())
        try:
            await asyncio.wait({*visits.values(), look}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            look.cancel()
        for host in [host for host, task in visits.items() if task.done()]:
            visits.pop(host).result()

    async def _watch_time(self) -> None:
        if self._limits.max_seconds is not None:
            await self._run.clock.sleep(self._limits.max_seconds)
            self.stop("max-time")

    async def _due_hosts(self, visits: Collection[str]) -> list[str]:
        room = self._limits.concurrency - len(visits)
        if room <= 0 or self._run.quota.exhausted:
            return []
        due = await self._run.tools.offload(
            self._frontier.due_hosts,
            self._run.clock.now(),
            busy={*visits, *self._spent, *self._run.closed},
            limit=room,
            source_ids=self._source_ids,
            backfill=self._backfill,
        )
        due += [host for host in self._roots if host not in visits and host not in due]
        return due[:room]

    @property
    def _backfill(self) -> datetime | None:
        """Since when the backlog is asked for; ``None`` where none is or this run had its share."""
        if self._backfilled >= self._limits.backfill_pages:
            return None
        return self._limits.backfill_since

    async def _load_roots(self) -> None:
        if self._backfill is None:
            return
        for root in await self._run.tools.offload(self._frontier.load_roots, self._source_ids):
            self._roots.setdefault(root.source.host, []).append(root)

    async def _count_due(self) -> int:
        now, since = self._run.clock.now(), self._limits.backfill_since
        return await self._run.tools.offload(self._frontier.count_due, now, self._source_ids, since)

    async def _visit(self, host: str) -> None:
        """Poll the host's due sources, then take its due pages until none is left."""
        rest = HostBackoff(host, self._run)
        polled = await self._poll(host, rest)
        if host in self._run.closed:
            return
        async with HostVisit(host, self._run, rest) as visit:
            while not visit.over:
                jobs = await self._lease_pages(host)
                if not jobs:
                    if not await self._open_backlog(host, rest):
                        break
                    continue
                await visit.take(jobs)
        if visit.over or not (polled or visit.taken):
            self._spent.add(host)

    async def _poll(self, host: str, rest: HostBackoff) -> int:
        """Until none is due: an index makes its sitemaps due. How many were polled."""
        run, polled, failures = self._run, 0, 0
        while sources := await run.tools.offload(
            self._frontier.lease_sources,
            run.run_id,
            host,
            run.clock.now(),
            source_ids=self._source_ids,
            backfill=self._backfill,
        ):
            for source in sources:
                if failures >= GIVES_UP_AFTER:  # as of pages: the host is down, they wait unblamed
                    # One that only a backfill polls stays so.
                    until = None if source.backlog else await rest.until()
                    await run.tools.offload(self._frontier.postpone_source, source.source_id, until)
                    continue
                if host in run.closed:
                    until = None if source.backlog else run.clock.now()
                    await run.tools.offload(run.frontier.postpone_source, source.source_id, until)
                    continue
                done = await poll_source(source, run)
                if is_local_to(host, done.error):
                    run.closed.add(host)
                failures = failures + 1 if _is_down(host, done.error) else 0
                run.emit(done)
                if done.new_links:
                    self._spent.clear()
                self._look_again.set()
            polled += len(sources)
            if host in run.closed:
                break
            if any(source.backlog for source in sources):
                break  # what they list comes before the next ones
        return polled

    async def _lease_pages(self, host: str) -> list[PageJob]:
        run, backfill = self._run, self._backfill
        left = self._limits.backfill_pages - self._backfilled
        jobs = await run.tools.offload(
            self._frontier.lease_pages,
            run.run_id,
            host,
            run.clock.now(),
            limit=LEASE_BATCH if backfill is None else min(LEASE_BATCH, left),
            source_ids=self._source_ids,
            backfill=backfill,
            without=[*run.stored.full],
        )
        self._backfilled += sum(job.backlog for job in jobs)
        return jobs

    async def _open_backlog(self, host: str, rest: HostBackoff) -> bool:
        """Look for older entries of one of the host's sources; whether there was one to look at."""
        since, roots = self._backfill, self._roots.get(host)
        if since is None or not roots:
            self._roots.pop(host, None)
            return await self._poll(host, rest) > 0 if since is not None else False
        await open_backlog(roots.pop(0), since, self._run)
        return True


def _is_down(host: str, error: FetchError | ParseError | None) -> bool:
    """Whether a poll failed because the host itself, and none it led to, could not be reached."""
    return isinstance(error, NetworkError) and host_of(where(error)) == host
