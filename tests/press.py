"""An archive and the means to crawl into it at a time of our choice: real server, real database,
real waiting, a wall clock that is set by hand."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from scraper.clock import SystemClock
from scraper.crawl.run import Crawl, CrawlLimits
from scraper.fetch import FetchPolicy, PacePolicy
from scraper.model.events import CrawlEvent, CrawlSummary, PageDone, SourceDone
from scraper.model.types import Outcome, SourceKind
from scraper.rules import RuleBook
from scraper.setup import open_tools
from storage.archive import Archive
from storage.database.engine import open_engine
from storage.frontier.hosts import Hosts
from storage.frontier.sources import Sources
from storage.frontier.store import Frontier
from storage.ledger.coverage import Ledger
from storage.reading.library import Library

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class ShiftedClock(SystemClock):
    """Real waiting, on a day of our choice."""

    def __init__(self, start: datetime) -> None:
        self._shift = start - super().now()

    def now(self) -> datetime:
        return super().now() + self._shift


class Press:
    def __init__(self, path: Path, rules: RuleBook | None = None) -> None:
        self.path = path
        self.rules = rules
        self.engine = open_engine(path)
        self.library = Library(self.engine)
        self.ledger = Ledger(self.engine)
        self.sources = Sources(self.engine)
        self.summary = CrawlSummary()
        self.deadline = 60.0
        """Of an answer, in seconds: a busy machine needs some; less where a server is silent."""

    def add(self, *urls: str, kind: SourceKind = SourceKind.FEED, read: bool = False) -> None:
        for url in urls:
            self.sources.add(url, name=None, kind=kind, now=START, was_read=read)

    def crawl(
        self, at: datetime, source_ids: list[int] | None = None, **limits: Any
    ) -> list[CrawlEvent]:
        return asyncio.run(self._crawl(ShiftedClock(at), CrawlLimits(**limits), source_ids))

    def pages(self, at: datetime, **limits: Any) -> dict[str, tuple[Outcome, str | None]]:
        """Of one run: outcome and reason by path."""
        done = [event for event in self.crawl(at, **limits) if isinstance(event, PageDone)]
        return {"/" + event.url.split("/", 3)[3]: (event.outcome, event.reason) for event in done}

    def polled(self, at: datetime, **limits: Any) -> list[SourceDone]:
        return [event for event in self.crawl(at, **limits) if isinstance(event, SourceDone)]

    def filed(self) -> set[str]:
        """The paths of what is listed."""
        return {"/" + one.url.split("/", 3)[3] for one in self.library.list(limit=0)}

    def sql(self, statement: str) -> list[Any]:
        with closing(sqlite3.connect(self.path)) as connection, connection:
            return connection.execute(statement).fetchall()

    async def _crawl(
        self, clock: ShiftedClock, limits: CrawlLimits, source_ids: list[int] | None
    ) -> list[CrawlEvent]:
        frontier = Frontier(self.engine)
        run_id = frontier.start_run(1, clock.now())
        policy = FetchPolicy(allow_private=True, deadline=self.deadline)
        pace, hosts = PacePolicy(min_delay=0), Hosts(self.engine)
        async with open_tools(policy, pace, hosts, clock, self.rules) as tools:
            crawl = Crawl(
                tools=tools,
                archive=Archive(self.engine),
                frontier=frontier,
                clock=clock,
                limits=limits,
                run_id=run_id,
                source_ids=source_ids,
            )
            events = [event async for event in crawl.run()]
        frontier.finish_run(run_id, clock.now(), exit_code=0, counts={})
        self.summary = crawl.summary
        return events
