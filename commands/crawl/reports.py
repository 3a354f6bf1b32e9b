"""What crawls did, rendered: past runs, coverage, and how to have them run."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from commands.archive import open_archive, pick_source
from commands.crawl.progress import short_time
from commands.exits import UsageError
from commands.render.articles import emit_json, emit_row, format_time, print_table
from commands.render.cleaning import clean, is_clean
from commands.settings import Settings
from commands.terminal import emit, say
from scraper.clock import SystemClock
from scraper.monitoring.causes import without_address
from storage.database.places import HOW_TO_LOG_IN, Place, ServerAddress
from storage.frontier.sources import Sources
from storage.ledger.coverage import Ledger

if TYPE_CHECKING:
    from storage.ledger.coverage import Coverage, PollRecord
    from storage.reading.records import RunRecord

MOST_TOLD = 5
COUNTS = ("listed", "filed", "rejected", "failed", "waiting", "backlog")


# ------------------------------------------------------------------ runs


def run_object(record: RunRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "pid": record.pid,
        "started_at": format_time(record.started_at),
        "finished_at": format_time(record.finished_at),
        "exit_code": record.exit_code,
        "pages": dict(record.counts),
        **dict(record.summary),
    }


def print_runs(records: Sequence[RunRecord]) -> None:
    if not sys.stdout.isatty():
        for record in records:
            emit_row(*_cells_of(record, format_time(record.started_at)))
        return
    rows = [_cells_of(record, _short(record.started_at)) for record in records]
    print_table(("ID", "Started", "Took", "Exit", "Pages", "Sources"), rows, flexible=4)


def _cells_of(record: RunRecord, started: str | None) -> tuple[object, ...]:
    seconds = (record.finished_at - record.started_at).total_seconds() if record.finished_at else 0
    pages = ", ".join(f"{count} {outcome}" for outcome, count in record.counts.items() if count)
    polled, failed = (record.summary.get(f"sources_{what}", 0) for what in ("polled", "failed"))
    sources = f"{polled}, {failed} failed" if failed else f"{polled}"
    return (
        record.id,
        started,
        short_time(seconds) if record.finished_at else "",
        _ended(record),
        pages or "none",
        sources,
    )


def _short(at: datetime) -> str:
    return at.astimezone().strftime("%Y-%m-%d %H:%M")


def _ended(record: RunRecord) -> str:
    if record.exit_code is not None:
        return str(record.exit_code)
    return "died" if record.finished_at else "running?"


# ------------------------------------------------------------------ coverage


def run_coverage(
    settings: Settings, text: str | None, days: int, *, polls: bool, json: bool
) -> None:
    """Raises ``UsageError`` for an unknown source, and for ``polls`` without one."""
    if polls and text is None:
        raise UsageError("--polls needs a SOURCE")
    since = SystemClock().now() - timedelta(days=days)
    found: Sequence[Coverage] = ()
    with open_archive(settings, read_only=True) as engine:
        source = None if text is None else pick_source(Sources(engine), text)
        ledger = Ledger(engine)
        if polls:
            assert source is not None
            records = ledger.polls(source.id)
        else:
            found = ledger.coverage(since, None if source is None else [source.id])
    if polls:
        _show_polls(records, json=json)
    elif json:
        for one in found:
            emit_json(_coverage_object(one))
    elif not found:
        say(f"nothing was listed or polled in the last {days} days")
    elif source is None:
        _print_by_source(found)
    else:
        _print_by_day(found)
    if found and not polls and not json and sys.stdout.isatty():
        _say_what_may_be_missed(found)


def _coverage_object(one: Coverage) -> dict[str, Any]:
    counts = {name: getattr(one, name) for name in (*COUNTS, *_POLLS)}
    return {"source": one.source, "source_id": one.source_id, "day": str(one.day), **counts}


_POLLS = ("polls", "failed_polls", "gaps", "open_gaps")
_HEADINGS = ("Listed", "Filed", "Rejected", "Failed", "Waiting", "Old", "Gaps")


def _print_by_source(found: Sequence[Coverage]) -> None:
    totals: dict[str, dict[str, int]] = {}
    for one in found:
        sums = totals.setdefault(one.source, dict.fromkeys((*COUNTS, *_POLLS), 0))
        for name in sums:
            sums[name] += getattr(one, name)
    _print_counts("Source", list(totals.items()))


def _print_by_day(found: Sequence[Coverage]) -> None:
    rows = [(str(one.day), {name: getattr(one, name) for name in COUNTS + _POLLS}) for one in found]
    _print_counts("Day", rows)


def _print_counts(heading: str, rows: Sequence[tuple[str, Mapping[str, int]]]) -> None:
    cells = [(name, *(counts[each] for each in COUNTS), _gaps(counts)) for name, counts in rows]
    if not sys.stdout.isatty():
        for row in cells:
            emit_row(*row)
        return
    print_table((heading, *_HEADINGS), cells, flexible=0)


def _gaps(counts: Mapping[str, int]) -> str:
    if not counts["gaps"]:
        return "0"
    return f"{counts['gaps']}, {counts['open_gaps']} open" if counts["open_gaps"] else "filled"


def _say_what_may_be_missed(found: Sequence[Coverage]) -> None:
    """What the table cannot show: what was listed while nobody could look."""
    failed = _by_source(found, "failed_polls")
    if failed:
        polls = _by_source(found, "polls")
        told = [f"{name} {number} of {polls[name]}" for name, number in failed.items()]
        say(f"polls that failed: {_first(told)}; `kliping health` tells more")
    gaps = _by_source(found, "open_gaps")
    if gaps:
        told = [f"{name} {number}" for name, number in gaps.items()]
        say(
            "open gaps, between two polls that share nothing, so that what was listed meanwhile is "
            f"not known: {_first(told)}"
        )


def _by_source(found: Sequence[Coverage], count: str) -> dict[str, int]:
    sums: dict[str, int] = {}
    for one in found:
        if number := getattr(one, count):
            sums[one.source] = sums.get(one.source, 0) + number
    return sums


def _first(told: Sequence[str]) -> str:
    more = len(told) - MOST_TOLD
    return ", ".join(told[:MOST_TOLD]) + (f" and {more} more" if more > 0 else "")


def _show_polls(records: Sequence[PollRecord], *, json: bool) -> None:
    if json:
        for one in records:
            emit_json(_poll_object(one))
        return
    if not sys.stdout.isatty():
        for one in records:
            at = format_time(one.polled_at)
            gap = f"gap since {_short(one.gap_since)}" if one.gap_since else ""
            left_out = f"{one.left_out} left out" if one.left_out else ""
            remarks = ", ".join(filter(None, (one.error or gap, left_out)))
            emit_row(at, one.outcome, *_poll_counts(one), remarks)
        return
    headings = ["Polled", "Outcome", "Listed", "New", "Filed", "Rejected", "Failed"]
    is_index = any(one.is_part for one in records)
    rows = [
        (_short(one.polled_at), one.outcome, *_poll_counts(one), _remark(one, is_index=is_index))
        for one in records
    ]
    print_table((*headings, "Remarks"), rows, flexible=7)


def _poll_object(one: PollRecord) -> dict[str, Any]:
    return {
        "poll": one.id,
        "source": one.source,
        "polled_at": format_time(one.polled_at),
        "outcome": one.outcome,
        "listed": one.listed,
        "new": one.new,
        "filed": one.filed,
        "rejected": one.rejected,
        "failed": one.failed,
        "waiting": one.waiting,
        "gap_since": format_time(one.gap_since),
        "gap_filled": one.gap_filled,
        "left_out": one.left_out,
        "error": one.error,
    }


def _poll_counts(one: PollRecord) -> tuple[int, ...]:
    return one.listed, one.new, one.filed, one.rejected, one.failed


def _remark(one: PollRecord, *, is_index: bool) -> str:
    """In a narrow column: which sitemap of an index it is, by its file alone; an error without the
    address; that there is a gap, to the poll below; and how many there was no room for."""
    part = one.source.rpartition(" ")[2] if one.is_part else "the index" if is_index else ""
    said = without_address(one.error).removeprefix("the server answered ") if one.error else ""
    if one.gap_since is not None:
        said = "gap, open" if one.gap_filled is None else f"gap, filled by {one.gap_filled}"
    left_out = f"{one.left_out} left out" if one.left_out else ""
    return ": ".join(filter(None, (part, ", ".join(filter(None, (said, left_out))))))


# ------------------------------------------------------------------ schedule


def print_schedule(settings: Settings, every: int) -> None:
    """A crontab line and a systemd service with its timer, with absolute paths. Raises
    ``UsageError`` for a path that neither can hold."""
    command = [*_program(), "crawl", "-q", "--db", _whole(settings.db)]
    if settings.config is not None:
        command += ["--config", str(Path(os.path.abspath(settings.config)))]
    for word in command:
        if not is_clean(word):  # a line break would begin a line of its own
            raise UsageError(f"{word}: no crontab can hold this name; give the file a plain one")
    line = shlex.join(command)
    if isinstance(settings.db, ServerAddress):
        emit(clean(f"# {settings.db}: {HOW_TO_LOG_IN}"))
        emit("")
    emit("# crontab -e (a % in a crontab begins the input of the command, so it is escaped)")
    emit(f"*/{every} * * * *  {line.replace('%', chr(92) + '%')}")
    emit("")
    emit("# ~/.config/systemd/user/kliping.service")
    emit("[Unit]\nDescription=kliping: crawl the news sources\nWants=network-online.target")
    emit("\n[Service]\nType=oneshot")
    emit(f"ExecStart={' '.join(map(_systemd_word, command))}")
    emit("# another crawl is running (75), some sources could not be read (3)")
    emit("SuccessExitStatus=75 3")
    emit("")
    emit("# ~/.config/systemd/user/kliping.timer")
    emit("[Unit]\nDescription=kliping: every so often")
    emit(f"\n[Timer]\nOnCalendar=*:0/{every}\nPersistent=true\nRandomizedDelaySec=30")
    emit("\n[Install]\nWantedBy=timers.target")
    emit("")
    emit("# then: systemctl --user enable --now kliping.timer")


def _whole(db: Place) -> str:
    """The database from wherever cron calls; of a server without its password."""
    return str(db) if isinstance(db, ServerAddress) else os.path.abspath(db)


def _program() -> list[str]:
    """How this very kliping is started, whatever the PATH is that cron has."""
    beside = Path(sys.executable).with_name("kliping")
    if beside.exists():
        return [str(beside)]
    found = shutil.which("kliping")
    return [found] if found else [sys.executable, "-m", "cli"]


def _systemd_word(word: str) -> str:
    """A word of ``ExecStart`` (systemd.service(5), "Command lines")."""
    plain = word.replace("%", "%%").replace("$", "$$")
    if plain and all(letter.isalnum() or letter in "/._-=%$@:+," for letter in plain):
        return plain
    escaped = plain.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
