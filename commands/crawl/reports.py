"""What crawls did, rendered: past runs, coverage, and how to have them run."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from commands.archive import open_archive, pick_source
from commands.crawl.progress import short_time
from commands.exits import UsageError
from commands.render.cleaning import clean, is_clean
from commands.render.columns import Columns, emit_json, pick, print_records, print_rows
from commands.render.values import listed_first, local_minute
from commands.settings import Settings
from commands.terminal import emit, say
from scraper.clock import SystemClock
from scraper.monitoring.alarms import without_address
from storage.database.places import HOW_TO_LOG_IN, Place, ServerAddress
from storage.frontier.sources import Sources
from storage.ledger.coverage import Ledger

if TYPE_CHECKING:
    from storage.ledger.coverage import Coverage, PollRecord
    from storage.reading.records import RunRecord

MAX_NAMES = 5
"""Sources named in one line."""
PAGE_COUNTS = ("listed", "filed", "rejected", "failed", "waiting", "backlog")
POLL_COUNTS = ("polls", "failed_polls", "gaps", "open_gaps")


# ------------------------------------------------------------------ runs


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


# ------------------------------------------------------------------ coverage


def run_coverage(
    settings: Settings, text: str | None, days: int, *, polls: bool, json: bool
) -> None:
    """Raises ``UsageError`` for an unknown source, and for ``polls`` without one."""
    if polls and text is None:
        raise UsageError("--polls needs a SOURCE")
    since = SystemClock().now() - timedelta(days=days)
    with open_archive(settings, read_only=True) as engine:
        source = None if text is None else pick_source(Sources(engine), text)
        ledger = Ledger(engine)
        if polls and source is not None:
            _print_polls(ledger.polls(source.id), json=json)
            return
        coverage = ledger.coverage(since, None if source is None else [source.id])
    if json:
        for day in coverage:
            emit_json(_coverage_object(day))
    elif not coverage:
        say(f"nothing was listed or polled in the last {days} days")
    else:
        _print_coverage(coverage, by="source" if source is None else "day")


def _coverage_object(coverage: Coverage) -> dict[str, Any]:
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
        say(f"polls that failed: {names}; `kliping health` tells more")
    if open_gaps := [f"{name} {number}" for name, number in (+gaps).items()]:
        say(
            "open gaps, between two polls that share nothing, so that what was listed meanwhile is "
            f"not known: {listed_first(open_gaps, MAX_NAMES)}"
        )


def _print_polls(polls: Sequence[PollRecord], *, json: bool) -> None:
    is_index = any(poll.is_part for poll in polls)
    counts = ("listed", "new", "filed", "rejected", "failed")
    columns: Columns[PollRecord] = Columns(
        json=_poll_object,
        line=("polled_at", "outcome", *counts, _remarks),
        table={
            "Polled": "polled_at",
            "Outcome": "outcome",
            **{count.capitalize(): count for count in counts},
            "Remarks": lambda poll: _short_remarks(poll, is_index=is_index),
        },
        flexible="Remarks",
    )
    print_records(polls, columns, json=json)


def _poll_object(poll: PollRecord) -> dict[str, Any]:
    counts = ("listed", "new", "filed", "rejected", "failed", "waiting")
    keys = ("source", "polled_at", "outcome", *counts)
    return {"poll": poll.id} | pick(poll, (*keys, "gap_since", "gap_filled", "left_out", "error"))


def _remarks(poll: PollRecord) -> str:
    gap = f"gap since {local_minute(poll.gap_since)}" if poll.gap_since else ""
    return ", ".join(filter(None, (poll.error or gap, _left_out(poll))))


def _short_remarks(poll: PollRecord, *, is_index: bool) -> str:
    """In a narrow column: which sitemap of an index it is, by its file alone; an error without the
    address; that there is a gap, to the poll below; and how many there was no room for."""
    part = poll.source.rpartition(" ")[2] if poll.is_part else "the index" if is_index else ""
    remark = without_address(poll.error).removeprefix("the server answered ") if poll.error else ""
    if poll.gap_since is not None:
        remark = "gap, open" if poll.gap_filled is None else f"gap, filled by {poll.gap_filled}"
    remarks = ", ".join(filter(None, (remark, _left_out(poll))))
    return ": ".join(filter(None, (part, remarks)))


def _left_out(poll: PollRecord) -> str:
    return f"{poll.left_out} left out" if poll.left_out else ""


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
