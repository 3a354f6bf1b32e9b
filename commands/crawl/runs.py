"""``runs``: what past crawls did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.archive import open_archive
from commands.options import Config, Db, Json, limit_option
from commands.render.columns import Columns, pick, print_records
from commands.render.values import short_time
from commands.settings import load_settings
from commands.terminal import say
from storage.frontier.store import Frontier

if TYPE_CHECKING:
    from storage.records import RunRecord


def runs(
    context: typer.Context,
    limit: Annotated[int, limit_option("The last N")] = 20,
    json: Json = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """List past crawls, the last one first.

    Without a terminal: id, start, seconds, exit code, pages by outcome and sources polled between
    tabs. A run without exit code died, or is under way.

    \b
    Examples:
      kliping runs
      kliping runs --limit 0 --json
    """
    with open_archive(load_settings(context), read_only=True) as engine:
        records = Frontier(engine).list_runs(limit)
    if not records and not json:
        say("no crawl has run yet")
    print_records(records, RUNS, json=json)


def _run_object(record: RunRecord) -> dict[str, Any]:
    values = pick(record, ("id", "pid", "started_at", "finished_at", "exit_code"))
    return values | {"pages": dict(record.counts), **record.summary}


def _duration(record: RunRecord) -> str:
    if not record.finished_at:
        return ""
    return short_time((record.finished_at - record.started_at).total_seconds())


def _exit(record: RunRecord) -> str:
    if record.exit_code is not None:
        return str(record.exit_code)
    return "died" if record.finished_at else "running?"


def _pages(record: RunRecord) -> str:
    counts = (f"{count} {outcome}" for outcome, count in record.counts.items() if count)
    return ", ".join(counts) or "none"


def _sources(record: RunRecord) -> str:
    polled, failed = (record.summary.get(f"sources_{what}", 0) for what in ("polled", "failed"))
    return f"{polled}, {failed} failed" if failed else f"{polled}"


RUNS: Columns[RunRecord] = Columns(
    json=_run_object,
    line=("id", "started_at", _duration, _exit, _pages, _sources),
    table={
        "ID": "id",
        "Started": "started_at",
        "Took": _duration,
        "Exit": _exit,
        "Pages": _pages,
        "Sources": _sources,
    },
    flexible="Pages",
)
