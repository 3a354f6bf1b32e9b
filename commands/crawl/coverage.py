"""``coverage``: what was listed against what was filed, and a source's last polls."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.archive import open_archive, pick_source
from commands.exits import UsageError
from commands.options import Config, Db, Json, completed
from commands.render.columns import Columns, emit_json, pick, print_records, print_rows
from commands.render.quoting import operand
from commands.render.values import counted, format_time, listed_first
from commands.settings import load_settings
from commands.terminal import say
from scraper.clock import SystemClock
from scraper.monitoring.causes import without_address
from storage.frontier.sources import Sources
from storage.ledger.coverage import Ledger

if TYPE_CHECKING:
    from storage.ledger.coverage import Coverage, PollRecord

MAX_NAMES = 5
"""Sources named in one line."""
PAGE_COUNTS = ("listed", "filed", "rejected", "failed", "waiting", "backlog")
LISTED = "listed"
"""The outcome of most polls, which goes without saying; an error says what another one is."""
POLL_COUNTS = ("polls", "failed_polls", "gaps", "open_gaps")


def coverage(
    context: typer.Context,
    source: Annotated[
        str | None,
        typer.Argument(
            metavar="SOURCE", help="One source, day by day.", autocompletion=completed("sources")
        ),
    ] = None,
    days: Annotated[
        int, typer.Option("--days", metavar="N", min=1, max=100_000, help="The last N days.")
    ] = 30,
    polls: Annotated[
        bool, typer.Option("--polls", help="With SOURCE: its last polls, one a line.")
    ] = False,
    json: Json = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Compare what sources listed with what was filed.

    Did we miss anything? Each page counts on the day (UTC) on which it was first listed.
    "Waiting" is due and not tried yet, "old" waits for `kliping crawl SOURCE --backfill`. A gap:
    between two polls a source turned over whole.

    \b
    Examples:
      kliping coverage
      kliping coverage example.com --days 7
      kliping coverage example.com --polls --json
    """
    if polls and source is None:
        raise UsageError("--polls needs a SOURCE")
    since = SystemClock().now() - timedelta(days=days)
    with open_archive(load_settings(context), read_only=True) as engine:
        chosen = [] if source is None else [pick_source(Sources(engine), source).id]
        ledger = Ledger(engine)
        if polls:
            _print_polls(ledger.polls(chosen[0]), json=json)
            return
        listed = ledger.coverage(since, chosen or None)
    if json:
        for day in listed:
            emit_json(coverage_object(day))
    elif not listed:
        say(f"nothing was listed or polled in the last {counted(days, 'day')}")
    else:
        _print_coverage(listed, by="source" if source is None else "day")


def coverage_object(coverage: Coverage) -> dict[str, Any]:
    values = pick(coverage, ("source", "source_id")) | {"day": str(coverage.day)}
    return values | pick(coverage, (*PAGE_COUNTS, *POLL_COUNTS))


def _print_coverage(coverage: Sequence[Coverage], *, by: str) -> None:
    """A row a day or, summed up, a source."""
    totals: dict[str, Counter[str]] = {}
    for day in coverage:
        total = totals.setdefault(str(getattr(day, by)), Counter())
        total.update(pick(day, (*PAGE_COUNTS, *POLL_COUNTS)))
    rows = [
        (name, *(total[key] for key in PAGE_COUNTS), _gaps(total)) for name, total in totals.items()
    ]
    counts = ("Listed", "Filed", "Rejected", "Failed", "Waiting", "Old", "Gaps")
    print_rows((by.capitalize(), *counts), rows, flexible=by.capitalize())
    if sys.stdout.isatty():
        _say_what_may_be_missed(coverage)


def _gaps(counts: Mapping[str, int]) -> str:
    if not counts["gaps"]:
        return "0"
    return f"{counts['gaps']}, {counts['open_gaps']} open" if counts["open_gaps"] else "filled"


def _say_what_may_be_missed(coverage: Sequence[Coverage]) -> None:
    """What the table cannot show: what was listed while nobody could look."""
    polls, failed, gaps = Counter[str](), Counter[str](), Counter[str]()
    for day in coverage:
        polls[day.source] += day.polls
        failed[day.source] += day.failed_polls
        gaps[day.source] += day.open_gaps
    if failures := [f"{name} {number} of {polls[name]}" for name, number in (+failed).items()]:
        names = listed_first(failures, MAX_NAMES)
        which = operand(next(iter(+failed))) if len(failures) == 1 else "SOURCE"
        say(f"polls that failed: {names}; `kliping coverage {which} --polls` shows why")
    if open_gaps := [f"{name} {number}" for name, number in (+gaps).items()]:
        say(
            "open gaps, between two polls that share nothing, so that what was listed meanwhile is "
            f"not known: {listed_first(open_gaps, MAX_NAMES)}"
        )


def _print_polls(polls: Sequence[PollRecord], *, json: bool) -> None:
    is_index = any(poll.is_part for poll in polls)
    counts = ("listed", "new", "filed", "rejected", "failed")
    columns: Columns[PollRecord] = Columns(
        json=poll_object,
        line=("polled_at", "outcome", *counts, _remarks),
        table={
            "Polled": "polled_at",
            **{count.capitalize(): count for count in counts},
            "Remarks": lambda poll: short_remarks(poll, is_index=is_index),
        },
        flexible="Remarks",
    )
    print_records(polls, columns, json=json)


def poll_object(poll: PollRecord) -> dict[str, Any]:
    counts = ("listed", "new", "filed", "rejected", "failed", "waiting")
    keys = ("source", "polled_at", "outcome", *counts)
    return {"poll": poll.id} | pick(poll, (*keys, "gap_since", "gap_filled", "left_out", "error"))


def _remarks(poll: PollRecord) -> str:
    gap = f"gap since {format_time(poll.gap_since)}" if poll.gap_since else ""
    return ", ".join(filter(None, (poll.error or gap, _left_out(poll))))


def short_remarks(poll: PollRecord, *, is_index: bool) -> str:
    """In a narrow column: which sitemap of an index it is, by its file alone; an error without the
    address; that there is a gap, to the poll below; and how many there was no room for."""
    part = poll.source.rpartition(" ")[2] if poll.is_part else "the index" if is_index else ""
    remark = "" if poll.outcome == LISTED else poll.outcome
    if poll.error:
        remark = without_address(poll.error).removeprefix("the server answered ")
    if poll.gap_since is not None:
        remark = "gap, open" if poll.gap_filled is None else f"gap, filled by {poll.gap_filled}"
    remarks = ", ".join(filter(None, (remark, _left_out(poll))))
    return ": ".join(filter(None, (part, remarks)))


def _left_out(poll: PollRecord) -> str:
    return f"{poll.left_out} left out" if poll.left_out else ""
