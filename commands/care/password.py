"""``config password``: the line of the settings that lets a person in."""

from __future__ import annotations

import sys
from getpass import getpass

import typer

from commands.exits import UsageError
from commands.options import Config, Db
from commands.settings.password import LONGEST, SHORTEST, Hashed
from commands.terminal import emit, say


def password(context: typer.Context, db: Db = None, config: Config = None) -> None:
    """Ask for a password, and print its hash for kliping.toml.

    It is asked for twice and not shown; from a pipe its first line is taken. `serve --write`
    lets in whoever knows it. The password itself is kept nowhere.

    \b
    Examples:
      kliping config password
      pass show kliping | kliping config password
    """
    given = _ask() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    if not SHORTEST <= len(given) <= LONGEST:
        raise UsageError(f"a password has {SHORTEST} to {LONGEST:,} characters; nothing was made")
    say("write this into kliping.toml, below [serve]:")
    emit(f'password = "{Hashed.of(given)}"')


def _ask() -> str:
    """Raises ``UsageError`` where it was not written the same twice."""
    try:
        given = getpass("Password: ")
        if getpass("Once more: ") != given:
            raise UsageError("these were two different passwords; nothing was made")
    except EOFError:
        raise UsageError("no password was given; nothing was made") from None
    return given
