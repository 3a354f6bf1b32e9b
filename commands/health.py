"""``kliping health``: what is wrong with the sources, judged anew, kept and shown."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from commands.config import Settings, load_settings
from commands.options import Config, Db, Json, Quiet

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from commands.exits import Exit
    from storage.health import AlarmRecord
    from storage.histories import SourceHistory


def health(
    context: typer.Context,
    sources: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SOURCE]...", help="Only these, by name, id or address."),
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
    all_: Annotated[
        bool, typer.Option("--all", help="Show the sources that are well, too, with their rates.")
    ] = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Show what is wrong with which sources.

    Since when, with examples, and what to do. Each source is held against its own past. Exit
    code 7: something is wrong. Without a terminal: source, kind, since, what is wrong, examples
    and what to do between tabs.

    \b
    Examples:
      kliping health
      kliping health --all
      kliping health example.com --json
    """
    settings = load_settings(context)
    raise typer.Exit(run_health(settings, sources or (), json=json, quiet=quiet, all_=all_))


def run_health(
    settings: Settings,
    wanted: Collection[str] = (),
    *,
    json: bool = False,
    quiet: bool = False,
    all_: bool = False,
) -> Exit:
    """``OK`` or ``UNWELL``. Raises ``StorageError``, and ``UsageError`` for an unknown source."""
    from commands.archive import HOW_TO_ADD, open_archive
    from commands.exits import Exit
    from commands.health_render import Report, emit_report, merge_by_host, print_report
    from commands.run import pick_source
    from commands.terminal import say
    from scraper.clock import SystemClock
    from storage.health import HealthBook
    from storage.sources import Sources

    now = SystemClock().now()
    with open_archive(settings) as engine:
        sources = Sources(engine)
        ids = {pick_source(sources, text).id for text in wanted} if wanted else None
        histories, _ = judge_all(engine, now, ids)
        alarms = HealthBook(engine).open_alarms(ids)
    report = Report(tuple(merge_by_host(alarms)), tuple(histories), now, with_rates=all_)
    (emit_report if json else print_report)(report)
    if not histories and not json and not quiet:
        say(f"no source yet: {HOW_TO_ADD}")
    elif not alarms and not quiet:
        number = len(histories)
        say(f"all {number} sources are well" if number != 1 else f"{histories[0].name} is well")
    return Exit.UNWELL if alarms else Exit.OK


def check_health(engine: Engine, now: datetime, *, run_id: int | None = None) -> list[AlarmRecord]:
    """Judge all sources, or those that a run had to do with; the alarms that are new.

    Cheap: a bounded number of rows for each source. Raises ``StorageError``.
    """
    from storage.health import HealthBook

    ids = None if run_id is None else HealthBook(engine).touched_by(run_id)
    return judge_all(engine, now, ids)[1]


def judge_all(
    engine: Engine, now: datetime, source_ids: Collection[int] | None = None
) -> tuple[list[SourceHistory], list[AlarmRecord]]:
    """Judge these sources and keep what is found; their histories, and the alarms that are new."""
    from scraper.health import judge_source
    from storage.health import HealthBook

    if source_ids is not None and not source_ids:
        return [], []
    book = HealthBook(engine)
    histories = book.load_histories(now, source_ids)
    found = {history.source_id: judge_source(history, now) for history in histories}
    raised = set(book.save_all(found, now))
    return histories, [one for one in book.open_alarms() if one.id in raised] if raised else []


def say_alarm(alarm: AlarmRecord) -> None:
    """One line on standard error: for the end of a crawl that found it."""
    from commands.health_render import title_of
    from commands.terminal import say

    title = title_of(alarm.kind)
    say(f"source {alarm.source}: {title}: {alarm.detail}; `kliping health` tells more")
