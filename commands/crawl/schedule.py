"""``schedule``: how cron or systemd calls the crawl, and what else ought to run by itself."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from commands.cleaning import clean, is_clean
from commands.exits import UsageError
from commands.options import Config, Db
from commands.settings import Settings, load_settings
from commands.terminal import emit
from storage.database.places import HOW_TO_LOG_IN, Place, ServerAddress


class What(StrEnum):
    CRAWL = "crawl"
    WATCH = "watch"
    HEALTH = "health"
    BACKUP = "backup"


@dataclass(frozen=True)
class Times:
    """When something runs, in the words of each."""

    words: str
    cron: str
    """Of a crontab: minute, hour, day, month, weekday."""
    calendar: str
    """Of a timer: ``OnCalendar``."""


DAILY = {
    What.HEALTH: Times("daily at 7:00", "0 7 * * *", "07:00"),
    What.BACKUP: Times("daily at 3:30", "30 3 * * *", "03:30"),
}
WORDS = {
    What.CRAWL: ("crawl", "-q"),
    What.WATCH: ("watch", "run"),
    What.HEALTH: ("health", "-q"),
    What.BACKUP: ("db", "backup", "-q"),
}
TITLES = {
    What.CRAWL: "crawl the news sources",
    What.WATCH: "report what matches a watch",
    What.HEALTH: "tell what is wrong with the sources",
    What.BACKUP: "copy the archive",
}
NO_FAILURE = {
    What.CRAWL: ("75 3", "another crawl is running (75), some sources could not be read (3)"),
    What.HEALTH: ("7", "a source has an alarm (7)"),
}
"""Exit codes that are no fault of the service, and what they mean."""


@dataclass(frozen=True)
class Job:
    """One line of a crontab, or one service with its timer."""

    what: What
    times: Times
    words: Sequence[str]
    file: str = ""
    """What stands behind them, as a shell reads it."""

    @property
    def unit(self) -> str:
        return "kliping" if self.what == What.CRAWL else f"kliping-{self.what}"

    @property
    def line(self) -> str:
        """As a shell reads it."""
        return f"{shlex.join(self.words)} {self.file}".rstrip()

    @property
    def start(self) -> str:
        """As systemd reads it, which has no shell."""
        words = ["/bin/sh", "-c", f"exec {self.line}"] if self.file else self.words
        return " ".join(map(_systemd_word, words))


def parse_every(given: str) -> Times:
    """``30``, ``15m``, ``2h``: what both cron and systemd can say. Raises ``UsageError``."""
    found = re.fullmatch(r"0*([1-9]\d?)\s*(m|min|h)?", given.strip().lower(), re.ASCII)
    number, unit = (int(found[1]), found[2] or "m") if found else (0, "")
    if unit == "h" and number <= 23:
        words = "every hour" if number == 1 else f"every {number} hours"
        return Times(words, f"0 {f'*/{number}' if number > 1 else '*'} * * *", f"0/{number}:00")
    if unit.startswith("m") and number <= 59:
        words = "every minute" if number == 1 else f"every {number} minutes"
        return Times(words, f"*/{number} * * * *", f"*:0/{number}")
    rule = "write minutes from 1 to 59, as 15m, or whole hours up to 23, as 2h"
    raise UsageError(f"--every {given[:60]!r}: {rule}")


def schedule(
    context: typer.Context,
    what: Annotated[
        list[What] | None,
        typer.Argument(metavar="WHAT", help="crawl, watch, health, backup; else the crawl alone."),
    ] = None,
    every: Annotated[
        str | None,
        typer.Option(
            "--every",
            metavar="TIME",
            help="How often to crawl, and to run watches: 15m, 1h.  [default: 15m]",
        ),
    ] = None,
    backups: Annotated[
        Path | None,
        typer.Option(
            "--backup-dir", metavar="DIR", help="Where backups go; else beside the archive."
        ),
    ] = None,
    db: Db = None,
    config: Config = None,
) -> None:
    """Print crontab lines and systemd timers that run the crawl. Installs neither.

    Besides the crawl: `watch` reports news of your watches, as often as the crawl; `health` tells
    alarms, daily at 7:00; `backup` copies the archive to a new file, daily at 3:30.

    \b
    Examples:
      kliping schedule
      kliping schedule --every 1h --db /srv/news/kliping.db
      kliping schedule crawl watch health backup --backup-dir /mnt/backup
    """
    wanted = list(dict.fromkeys(what or [What.CRAWL]))
    if backups is not None and What.BACKUP not in wanted:
        raise UsageError("--backup-dir belongs to backup: `kliping schedule crawl backup`")
    if every is not None and set(wanted) <= DAILY.keys():
        raise UsageError("--every belongs to crawl and watch")
    times = parse_every("15m" if every is None else every)
    settings = load_settings(context)
    jobs = [_job_of(each, DAILY.get(each, times), settings, backups) for each in wanted]
    if isinstance(settings.db, ServerAddress):
        emit(clean(f"# {settings.db}: {HOW_TO_LOG_IN}"))
        emit("")
    _print_crontab(jobs)
    for job in jobs:
        _print_units(job)
    timers = " ".join(f"{job.unit}.timer" for job in jobs)
    emit(f"# then: systemctl --user enable --now {timers}")
    emit("# and, so that they run while you are not logged in: loginctl enable-linger")


def _job_of(what: What, times: Times, settings: Settings, backups: Path | None) -> Job:
    words = [*_program(), *WORDS[what], "--db", _whole(settings.db)]
    if settings.config is not None:
        words += ["--config", os.path.abspath(settings.config)]
    file = ""
    if what == What.BACKUP:
        if isinstance(settings.db, ServerAddress):
            raise UsageError(f"{settings.db}: `kliping db backup` copies files; use pg_dump")
        directory = os.path.abspath(backups or settings.db.parent)
        words.append("--")
        file = shlex.quote(f"{directory}/{settings.db.stem}-") + "$(date +%F).db"
        _check_plain(directory)
    for word in words:
        _check_plain(word)
    return Job(what, times, words, file)


def _check_plain(word: str) -> None:
    if not is_clean(word):  # a line break would begin a line of its own
        raise UsageError(f"{word}: no crontab can hold this name; give the file a plain one")


def _print_crontab(jobs: Sequence[Job]) -> None:
    why = " (% is escaped: in a crontab it ends the command)"
    emit(f"# crontab -e{why if any('%' in job.line for job in jobs) else ''}")
    for job in jobs:
        emit(f"{job.times.cron}  {job.line.replace('%', chr(92) + '%')}")
    emit("")


def _print_units(job: Job) -> None:
    emit(f"# ~/.config/systemd/user/{job.unit}.service")
    emit(f"[Unit]\nDescription=kliping: {TITLES[job.what]}")
    if job.what == What.CRAWL:
        emit("Wants=network-online.target")
    emit("\n[Service]\nType=oneshot")
    emit(f"ExecStart={job.start}")
    if job.what in NO_FAILURE:
        codes, why = NO_FAILURE[job.what]
        emit(f"# {why}\nSuccessExitStatus={codes}")
    emit("")
    emit(f"# ~/.config/systemd/user/{job.unit}.timer")
    emit(f"[Unit]\nDescription=kliping: {TITLES[job.what]}, {job.times.words}")
    emit(f"\n[Timer]\nOnCalendar={job.times.calendar}\nPersistent=true\nRandomizedDelaySec=30")
    emit("\n[Install]\nWantedBy=timers.target")
    emit("")


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
