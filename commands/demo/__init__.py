"""``kliping demo``: a small newspaper on this machine, crawled, corrected, and crawled again.

Everything but the paper is the real thing: sources, robots, pace, extraction, archive. Only the
time is our own: the first crawl runs a day before the second, so that revisits are due at once.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from commands.crawl.lock import run_lock
from commands.demo.report import CrawlReport, Report
from commands.demo.server import DemoSite
from commands.exits import Exit, UsageError
from commands.options import Config, Db
from commands.settings import chosen_db
from scraper.clock import SystemClock
from scraper.crawl.run import Crawl, CrawlLimits
from scraper.crawl.sources import probe_source
from scraper.fetch import FetchPolicy, PacePolicy
from scraper.model.events import PageDone
from scraper.setup import open_tools
from storage.archive import Archive
from storage.database.engine import open_engine
from storage.frontier.hosts import Hosts
from storage.frontier.sources import Sources
from storage.frontier.store import Frontier
from storage.reading.library import Library

if TYPE_CHECKING:
    from sqlalchemy import Engine

DAY = timedelta(days=1)


class ShiftedClock(SystemClock):
    """The wall clock, moved by ``shift``; what measures durations stays as it is."""

    def __init__(self, shift: timedelta) -> None:
        self.shift = shift

    def now(self) -> datetime:
        return super().now() + self.shift


def demo(context: typer.Context, db: Db = None, config: Config = None) -> None:
    """Show it all on a small newspaper on this machine.

    The archive is the new file that --db or KLIPING_DB names, else one in a temporary directory.

    \b
    Example:
      kliping demo
    """
    path = chosen_db(context) or Path(tempfile.mkdtemp(prefix="kliping-demo-")) / "demo.db"
    engine = open_engine(path)
    try:
        library = Library(engine)
        # Its sources would be crawled too, and no invented paper belongs among real articles.
        if any((library.list(1), library.list(1, rejected=True), Sources(engine).list())):
            advice = "give the demo a file of its own: kliping --db FILE demo"
            raise UsageError(f"{path}: this archive is not empty; {advice}")
        report = Report(library, path)
        report.show_start()
        with run_lock(path, Frontier(engine).current_run), DemoSite() as site:
            report.announce_site(site)
            first, second = asyncio.run(_crawl_twice(site, engine, report))
        report.show_filed()
        report.show_article(site.founding_url)
        seen = report.show_edit(site.edited_url)
        seen &= report.show_duplicate()
        seen &= report.show_refused(first)
        report.show_end()
    finally:
        engine.dispose()
    raise typer.Exit(Exit.OK if seen and second.pages else Exit.UNEXPECTED)


async def _crawl_twice(
    site: DemoSite, engine: Engine, report: Report
) -> tuple[CrawlReport, CrawlReport]:
    clock = ShiftedClock(-DAY)
    await _add_sources(site, engine, clock)
    first = await _crawl(engine, clock)
    report.show_crawl("First crawl", first)
    site.edit()
    clock.shift += DAY
    report.announce_edit()
    second = await _crawl(engine, clock)
    report.show_crawl("Second crawl", second)
    return first, second


async def _add_sources(site: DemoSite, engine: Engine, clock: ShiftedClock) -> None:
    async with open_tools(*_policies(), Hosts(engine), clock) as tools:
        for url in site.feeds:
            reading = await probe_source(url, tools)
            Sources(engine).add(
                reading.url,
                name=None,
                kind=reading.kind,
                now=clock.now(),
                title=reading.listing.title,
                validators=reading.validators,
                links=reading.listing.links,
                was_read=True,
            )


async def _crawl(engine: Engine, clock: ShiftedClock) -> CrawlReport:
    """One ``kliping crawl``, host after host: so who carried a story first is no race."""
    frontier, start = Frontier(engine), clock.monotonic()
    run_id = frontier.start_run(os.getpid(), clock.now())
    async with open_tools(*_policies(), Hosts(engine), clock) as tools:
        crawl = Crawl(
            tools=tools,
            archive=Archive(engine),
            frontier=frontier,
            clock=clock,
            limits=CrawlLimits(concurrency=1),
            run_id=run_id,
        )
        pages = [event async for event in crawl.run() if isinstance(event, PageDone)]
    counts = {outcome.value: count for outcome, count in crawl.summary.counts.items() if count}
    frontier.finish_run(run_id, clock.now(), exit_code=Exit.OK, counts=counts)
    return CrawlReport(pages, counts, clock.monotonic() - start)


def _policies() -> tuple[FetchPolicy, PacePolicy]:
    return FetchPolicy(allow_private=True, deadline=10), PacePolicy(min_delay=0)
