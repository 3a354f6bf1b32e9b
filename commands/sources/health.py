"""``kliping health``: what is wrong with the sources, judged anew, kept and shown."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from commands.archive import no_source_yet, open_archive, pick_source
from commands.exits import Exit
from commands.options import Config, Db, Json, Notify, Quiet, completed
from commands.settings import load_settings
from commands.sources.health_render import (
    HealthReport,
    Note,
    emit_report,
    merge,
    print_report,
    sum_up,
    title_of,
    trouble_of_notices,
)
from commands.terminal import say
from scraper.clock import SystemClock
from scraper.monitoring.source_health import judge_source, note_source
from storage.frontier.sources import Sources
from storage.ledger.health import HealthBook
from storage.outbox import MOST_WAITING, Outbox

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from commands.settings.notices import Channel
    from scraper.model.health import Alarm, History
    from storage.ledger.health import AlarmRecord


def health(
    context: typer.Context,
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SOURCE",
            help="Only these, by name, id or address.",
            autocompletion=completed("sources"),
        ),
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
    all_: Annotated[
        bool, typer.Option("--all", help="Show the sources that are well, too, with their rates.")
    ] = False,
    notify: Notify = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Show which sources have problems.

    Since when, with examples, and what to do. Each source is compared with its own past. Exit
    code 7: there is an alarm. What is no alarm (a source that you disabled, a single poll that
    failed) is shown too, except with -q. Without a terminal: source, kind, since, what is wrong,
    examples and what to do between tabs. With --notify alarms that began or ended since the last
    time are sent, and with -q nothing is printed then. Notices that could not be sent are shown.

    \b
    Examples:
      kliping health
      kliping health --all
      kliping health example.com --json
      kliping health -q --notify
    """
    settings = load_settings(context)
    channels = settings.channels() if notify else ()
    now = SystemClock().now()
    with open_archive(settings) as engine:
        book, known = HealthBook(engine), Sources(engine)
        ids = book.roots_of([pick_source(known, text).id for text in sources]) if sources else None
        judged = judge_all(engine, now, ids)
        alarms = book.open_alarms(ids)
        if notify:
            _notify(engine, channels, now)
        waiting = Outbox(engine).waiting() if not sources else []
    troubles = [*merge(alarms, judged.causes), *map(trouble_of_notices, waiting)]
    if not quiet:
        troubles += merge(judged.notes, judged.causes, are_alarms=False)
    report = HealthReport(tuple(troubles), judged.histories, now, with_rates=all_)
    if not (quiet and notify):  # then it was sent, and standard error tells if it was not
        (emit_report if json else print_report)(report)
    if not report.histories:  # for cron that is a mistyped --db: never silent
        say(no_source_yet(settings))
    elif not json and not quiet:
        say(sum_up(report))
    raise typer.Exit(Exit.UNWELL if alarms else Exit.OK)


def _notify(engine: Engine, channels: Sequence[Channel], now: datetime) -> None:
    from commands.notices.delivery import deliver  # heavy: only to notify

    names = [one.name for one in channels]
    if not HealthBook(engine).make_notices(names, title_of, now):
        say(f"alarms are not sent yet, as {MOST_WAITING:,} notices wait")
    deliver(engine, channels)


def check_health(engine: Engine, now: datetime, *, run_id: int | None = None) -> list[AlarmRecord]:
    """Judge all sources, or those that a run had to do with; the alarms that are new.

    Cheap: a bounded number of rows for each source. Raises ``StorageError``.
    """
    ids = None if run_id is None else HealthBook(engine).touched_by(run_id)
    return judge_all(engine, now, ids).raised


@dataclass
class Judged:
    histories: tuple[History, ...] = ()
    found: dict[int, list[Alarm]] = field(default_factory=dict)
    """By source."""
    alarms: list[Note] = field(default_factory=list)
    """The same as ``found``, to be told."""
    raised: list[AlarmRecord] = field(default_factory=list)
    """The alarms that are new."""
    notes: list[Note] = field(default_factory=list)
    causes: dict[tuple[int, str], str] = field(default_factory=dict)
    """Of alarms and notes, by source and kind."""


def judge_all(engine: Engine, now: datetime, source_ids: Collection[int] | None = None) -> Judged:
    """Judge these sources and keep what is found."""
    judged, book = judge(engine, now, source_ids), HealthBook(engine)
    if judged.histories:
        raised = set(book.save_all(judged.found, now))
        judged.raised = [one for one in book.open_alarms() if one.id in raised] if raised else []
    return judged


def judge(engine: Engine, now: datetime, source_ids: Collection[int] | None = None) -> Judged:
    """Judge these sources, by the ids of roots; nothing is written."""
    if source_ids is not None and not source_ids:
        return Judged()
    judged = Judged(tuple(HealthBook(engine).load_histories(now, source_ids)))
    for history in judged.histories:
        alarms, notes = judge_source(history, now), note_source(history, now)
        judged.found[history.source_id] = alarms
        judged.alarms += [_note(history, alarm) for alarm in alarms]
        judged.notes += [_note(history, note) for note in notes]
        judged.causes |= {
            (history.source_id, str(alarm.kind)): alarm.cause for alarm in alarms + notes
        }
    return judged


def _note(history: History, alarm: Alarm) -> Note:
    return Note(
        source_id=history.source_id,
        source=history.name,
        host=history.host,
        kind=alarm.kind,
        since=alarm.since,
        detail=alarm.detail,
        examples=alarm.examples,
    )


def say_alarm(alarm: AlarmRecord) -> None:
    """One line on standard error: for the end of a crawl that found it."""
    title = title_of(alarm.kind)
    say(f"source {alarm.source}: {title}: {alarm.detail}; `kliping health` tells more")
