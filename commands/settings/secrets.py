"""What sections that may hold secrets share: the files that they name, and unknown keys."""

from __future__ import annotations

import difflib
import os
import shlex
import stat
from collections.abc import Collection
from pathlib import Path

from commands.settings.opening import open_file
from scraper.errors import ConfigError
from scraper.urls import hide_userinfo

READ = stat.S_IRGRP | stat.S_IROTH
ANY = stat.S_IRWXG | stat.S_IRWXO


def read_secret(path: Path, most: int, where: str, advice: str) -> tuple[bytes, os.stat_result]:
    """Up to ``most`` bytes, and the state of the very file that they are from.

    Raises ``ConfigError`` with ``where`` and ``advice``.
    """
    try:
        with open_file(path) as file:
            return file.read(most), os.fstat(file.fileno())
    except OSError as error:
        problem = f"{path} cannot be read: {error.strerror}"
        raise ConfigError(f"{where}: {problem}; {advice}") from None


def others_may(rights: int, status: os.stat_result) -> bool:
    """Whether others than its owner have any of these rights to a file."""
    return os.name == "posix" and stat.S_ISREG(status.st_mode) and bool(status.st_mode & rights)


def lock(path: Path) -> str:
    """The command that takes all rights from others."""
    return f"chmod 600 {shlex.quote(str(path))}"


def exposed(path: Path, status: os.stat_result) -> list[str]:
    """A warning where others than its owner may read a file of secrets."""
    if not others_may(READ, status):
        return []
    return [f"{path}: others can read it, and it holds secrets: {lock(path)}"]


def unknown_key(key: str, known: Collection[str], where: str) -> ConfigError:
    near = difflib.get_close_matches(key.lower(), known, n=1, cutoff=0)[0]
    problem = f"unknown key {quoted(key)}; the nearest known one is {near!r}"
    return ConfigError(f"{where}: {problem} (all: {', '.join(known)})")


def quoted(text: str) -> str:
    """For a message: not too long, without a password."""
    text = hide_userinfo(text)
    return repr(text if len(text) <= 60 else text[:57] + "...")
