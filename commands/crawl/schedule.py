"""``schedule``: how cron or systemd calls the crawl."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from commands.cleaning import clean, is_clean
from commands.exits import UsageError
from commands.options import Config, Db
from commands.settings import load_settings
from commands.terminal import emit
from storage.database.places import HOW_TO_LOG_IN, Place, ServerAddress


def schedule(
    context: typer.Context,
    every: Annotated[
        int, typer.Option("--every", metavar="MINUTES", min=1, max=59, help="How often to run.")
    ] = 15,
    db: Db = None,
    config: Config = None,
) -> None:
    """Print a crontab line and a systemd timer that run the crawl. Installs neither.

    \b
    Examples:
      kliping schedule
      kliping schedule --every 30 --db /srv/news/kliping.db
    """
    settings = load_settings(context)
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
    why = " (% is escaped: in a crontab it ends the command)" if "%" in line else ""
    emit(f"# crontab -e{why}")
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
    emit(f"[Unit]\nDescription=kliping: crawl every {every} minutes")
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
