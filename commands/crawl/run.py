"""``kliping crawl``: one run over what is due, under the run lock."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from contextlib import aclosing, suppress
from datetime import UTC, date, datetime
from datetime import time as datetime_time
from typing import TYPE_CHECKING

from commands.archive import is_there, no_source_yet, open_archive, pick_source
from commands.crawl.lock import run_lock
from commands.crawl.options import CrawlOptions
from commands.crawl.progress import OutputOptions, display
from commands.crawl.summary import (
    exit_of_summary,
    report,
    say_end,
    summarize_held,
    summarize_next,
    summarize_sitemaps,
    summary_values,
)
from commands.exits import Exit, UsageError, exit_of_error
from commands.render.columns import Columns, print_records
from commands.render.quoting import operand
from commands.render.values import counted
from commands.settings import Settings
from commands.signals import SignalWatch, run_watched
from commands.sources.health import check_health, say_alarm
from commands.terminal import say
from commands.times import local_day
from scraper.clock import SystemClock
from scraper.errors import StorageError
from scraper.extractor import Today
from scraper.model.events import CrawlSummary, SourceDone
from storage.database.places import ServerAddress
from storage.database.server import may_anyone_connect
from storage.frontier.due_report import count_fetched, list_due, list_held, next_due
from storage.frontier.sources import Sources
from storage.frontier.store import Frontier
from storage.ledger.coverage import Ledger
from storage.proof.entries import seal

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from scraper.fetch.credentials import Credentials
    from storage.frontier.due_report import HeldRecord
    from storage.records import DueRecord, SourceRecord


DUE: Columns[DueRecord] = Columns(json=("kind", "url", "due_at"), line=("kind", "url", "due_at"))


def run_crawl(settings: Settings, options: CrawlOptions) -> Exit:
    """Raises ``LockedError``, ``StorageError``, and ``UsageError`` for an unknown source."""
    clock, started = SystemClock(), time.monotonic()
    is_new = not is_there(settings.db)
    with open_archive(settings, create=True) as engine:
        frontier, sources = Frontier(engine), Sources(engine)
        named = [pick_source(sources, text) for text in options.sources]
        chosen = [source.id for source in named]
        with run_lock(settings.db, frontier.current_run):
            if not options.quiet:
                _warn_of_open_door(settings)
            _make_due_again(settings, options, frontier, chosen, clock.now())
            if not (sources.list() or frontier.count_due(clock.now())):
                # With -q, too: of a crontab's mistyped --db nobody would hear otherwise.
                say(no_source_yet(settings, is_new=is_new))
                return Exit.OK
            if chosen:
                sources.make_due(chosen, clock.now())
                _say_disabled(named)
            run = _Run(settings, options, engine, frontier, chosen)
            code = run.carry_out()
            parts = run.parts
            held = [] if options.quiet else _held(engine, clock.now(), chosen)
            is_idle = not (run.summary.sources_polled or any(run.summary.counts.values()))
            following = next_due(engine, clock.now(), chosen or None) if is_idle else None
            if not is_idle:
                _report_alarms(engine, run.run_id, clock.now())
                seal(engine, clock.now())
    if code != Exit.OK or not options.quiet:
        seconds = time.monotonic() - started
        say_end(run.summary, code, seconds, options, parts, held, following)
    return code


def _make_due_again(
    settings: Settings,
    options: CrawlOptions,
    frontier: Frontier,
    source_ids: Sequence[int],
    now: datetime,
) -> None:
    """What was rejected by other rules than today's, and with ``--retry`` whatever failed."""
    woken = frontier.wake_rejected(Today(settings.rule_book()).of_host, now)
    if woken and not options.quiet:
        say(f"{counted(woken, 'rejected page')} to be read by changed rules")
    if options.retry is not None:
        again = frontier.retry(source_ids or None, options.retry, now)
        if not options.quiet:
            say(f"{counted(again, 'failed or rejected page')} to be tried again")


def _held(engine: Engine, now: datetime, source_ids: Sequence[int]) -> list[HeldRecord]:
    return list_held(engine, now, source_ids or None)


def _warn_of_open_door(settings: Settings) -> None:
    """On a server no right guards a lock but that to connect."""
    if not isinstance(settings.db, ServerAddress):
        return
    if may_anyone_connect(settings.db):
        say(
            f"{settings.db}: every role of the server may connect, and so hold the lock that a "
            f'crawl needs: `REVOKE CONNECT ON DATABASE "{settings.db.database}" FROM PUBLIC` '
            "keeps them out"
        )


def _report_alarms(engine: Engine, run_id: int, now: datetime) -> None:
    """Say which alarms this run gives reason for, each once, even with ``-q``: cron mails them."""
    for alarm in check_health(engine, now, run_id=run_id):
        say_alarm(alarm)


def parse_since(text: str | None, *, backfill: bool) -> datetime | None:
    """Back to when a backfill goes: midnight UTC of a day; ``None`` without one. Raises
    ``UsageError``."""
    if text is None:
        return datetime.min.replace(tzinfo=UTC) if backfill else None
    if not backfill:
        raise UsageError("--since belongs to --backfill")
    try:
        return datetime.combine(date.fromisoformat(text.strip()), datetime_time(), UTC)
    except ValueError:
        raise UsageError(f"--since {text}: no date; write it like 2024-12-31") from None


def show_due(settings: Settings, options: CrawlOptions) -> Exit:
    """What a crawl would do now: the sources it would poll and the pages it would ask for, in
    this order host by host. Asks nobody and writes nothing."""
    now = SystemClock().now()
    with open_archive(settings, read_only=True) as engine:
        sources = Sources(engine)
        chosen = [pick_source(sources, text).id for text in options.sources]
        if not sources.list():
            say(no_source_yet(settings))
        due = list_due(engine, now, chosen or None, backfill=options.backfill_since)
        total = count_fetched(engine, now, chosen or None)
        held = list_held(engine, now, chosen or None)
        following = None if due else next_due(engine, now, chosen or None)
        parts = Ledger(engine).count_due_parts(now, chosen or None)
    print_records(due, DUE, json=options.json)
    if not options.quiet:
        polls = sum(item.kind == "source" for item in due)
        what = f"{counted(polls, 'source')}{summarize_sitemaps(parts)} and {counted(total, 'page')}"
        more = ", and what the sources will list" if polls else ""
        told = (*summarize_held(held), *summarize_next(following))
        say("; ".join((f"{what} due{more}", *told, "no request was sent")))
    return Exit.OK


def _say_disabled(named: Sequence[SourceRecord]) -> None:
    """Say which of the sources that were asked for are off: who names one for cron does not know,
    so this is said with ``-q`` as well."""
    for source in named:
        if source.disabled_at is not None:
            how = f"`kliping sources enable {operand(source.name)}` enables it again"
            why = f"{source.disabled_reason} (since {local_day(source.disabled_at)})"
            say(f"source {source.name} is disabled: {why}; {how}")


class _Run:
    """A run in the frontier's books: begun, carried out, and ended however it ends."""

    def __init__(
        self,
        settings: Settings,
        options: CrawlOptions,
        engine: Engine,
        frontier: Frontier,
        source_ids: Sequence[int],
    ) -> None:
        self.summary = CrawlSummary()
        self._settings = settings
        self._options = options
        self._engine = engine
        self._frontier = frontier
        self._source_ids = source_ids or None
        self._clock = SystemClock()
        self.run_id = 0
        self._credentials: Credentials | None = None
        self.parts = 0
        """Of the sources polled those that are sitemaps of an index; it may have opened them in
        this very run, so that they were not due before."""
        self._polled: set[int] = set()

    def carry_out(self) -> Exit:
        before = self._frontier.list_runs(1)
        self.run_id = self._frontier.start_run(os.getpid(), self._clock.now())
        try:
            if self._settings.sites:
                # Also where nothing is due: each run tells what is new since the one before it.
                told_until = before[0].started_at if before else None
                self._credentials = self._settings.credentials(told_until)
            code = run_watched(self._crawl) if self._has_work() else Exit.OK
        except BaseException as error:
            with suppress(StorageError):  # the error under way says more
                self._finish(exit_of_error(error))
            raise
        self._finish(code)
        return code

    def _has_work(self) -> bool:
        """Whether anything is due: cron's usual run is over before the crawler is even loaded."""
        now = self._clock.now()
        if self._options.backfill_since is not None:
            return True
        return bool(self._frontier.due_hosts(now, busy=(), limit=1, source_ids=self._source_ids))

    def _finish(self, code: Exit) -> None:
        # Hosts that this run met first were read by these rules, too.
        today = Today(self._settings.rule_book())
        self._frontier.wake_rejected(today.of_host, self._clock.now())
        if self._polled:
            self.parts = Ledger(self._engine).count_parts(self._polled)
        counts = {outcome.value: count for outcome, count in self.summary.counts.items()}
        self._frontier.finish_run(
            self.run_id,
            self._clock.now(),
            exit_code=int(code),
            counts=counts,
            summary=summary_values(self.summary, self.parts),
        )

    async def _crawl(self, watch: SignalWatch) -> Exit:
        # heavy: not for cron's usual run, which finds nothing due
        from commands.web import open_web
        from scraper.crawl.run import Crawl, CrawlLimits
        from storage.archive import Archive

        settings, options, clock = self._settings, self._options, self._clock
        async with open_web(
            settings,
            self._engine,
            allow_private=options.allow_private,
            credentials=self._credentials,
        ) as tools:
            crawl = Crawl(
                tools=tools,
                archive=Archive(self._engine),
                frontier=self._frontier,
                clock=clock,
                limits=CrawlLimits(
                    max_articles=options.max_articles,
                    max_seconds=options.max_seconds,
                    backfill_since=options.backfill_since,
                    backfill_pages=options.budget,
                    **settings.crawl,
                ),
                run_id=self.run_id,
                source_ids=self._source_ids,
            )
            self.summary, watch.stop = crawl.summary, crawl.stop
            due = await tools.offload(self._frontier.count_due, clock.now(), self._source_ids)
            output = OutputOptions(
                quiet=options.quiet, log_json=options.log_json, bar=not options.json
            )
            with display(due, output, crawl.hosts_in_flight) as shown:
                async with aclosing(crawl.run()) as events:
                    async for event in events:
                        if isinstance(event, SourceDone):
                            self._polled.add(event.source_id)
                        report(event, options, shown)
        return exit_of_summary(crawl.summary)
