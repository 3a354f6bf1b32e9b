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
from scraper.events import CrawlEvent, CrawlSummary, StopReason
from scraper.pipeline import Archive
from scraper.setup import Tools
from scraper.types import PageJob, SourceJob
from scraper.visit import HostVisit, Quota, RunContext, VisitFrontier, poll_source

LEASE_BATCH = 20


class Frontier(VisitFrontier, Protocol):
    """Stores what is due and who has taken it; decides nothing. Synchronous."""

    def due_hosts(
        self,
        now: datetime,
        *,
        busy: Collection[str],
        limit: int,
        source_ids: Collection[int] | None = None,
    ) -> list[str]: ...

    def lease_sources(
        self,
        run_id: int,
        host: str,
        now: datetime,
        *,
        source_ids: Collection[int] | None = None,
    ) -> list[SourceJob]: ...

    def lease_pages(
        self,
        run_id: int,
        host: str,
        now: datetime,
        *,
        limit: int,
        source_ids: Collection[int] | None = None,
    ) -> list[PageJob]: ...

    def count_due(self, now: datetime, source_ids: Collection[int] | None = None) -> int: ...


@dataclass(frozen=True)
class CrawlLimits:
    max_articles: int | None = None
    """File at most this many new articles."""
    max_seconds: float | None = None
    concurrency: int = 32
    """Hosts visited at a time."""


class Crawl:
    """One run. ``async for event in crawl.run()``; afterwards ``crawl.summary`` is final.

    Raises ``StorageError`` as soon as the archive cannot be written. The caller holds the run
    lock and ends the run in the frontier, which releases what is still leased.
    """

    def __init__(
        self,
        *,
        tools: Tools,
        archive: Archive,
        frontier: Frontier,
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
        self._run = RunContext(
            run_id,
            tools,
            archive,
            frontier,
            clock,
            Quota(limits.max_articles),
            self._events.put_nowait,
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

    async def _supervise(self) -> None:
        visits: dict[str, asyncio.Task[None]] = {}
        timer = asyncio.create_task(self._watch_time())
        try:
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
        if self._run.quota.exhausted and await self._count_due():
            self.summary.stopped = "max-articles"

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
        return await self._run.tools.offload(
            self._frontier.due_hosts,
            self._run.clock.now(),
            busy={*visits, *self._spent},
            limit=room,
            source_ids=self._source_ids,
        )

    async def _count_due(self) -> int:
        now = self._run.clock.now()
        return await self._run.tools.offload(self._frontier.count_due, now, self._source_ids)

    async def _visit(self, host: str) -> None:
        """Poll the host's due sources, then take its due pages until none is left."""
        run, now = self._run, self._run.clock.now
        sources = await run.tools.offload(
            self._frontier.lease_sources, run.run_id, host, now(), source_ids=self._source_ids
        )
        for source in sources:
            done = await poll_source(source, run)
            run.emit(done)
            if done.new_links:
                self._spent.clear()
            self._look_again.set()
        async with HostVisit(host, run) as visit:
            while not visit.over:
                jobs = await run.tools.offload(
                    self._frontier.lease_pages,
                    run.run_id,
                    host,
                    now(),
                    limit=LEASE_BATCH,
                    source_ids=self._source_ids,
                )
                if not jobs:
                    break
                await visit.take(jobs)
        if visit.over or not (sources or visit.taken):
            self._spent.add(host)
