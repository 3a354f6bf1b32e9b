"""The options that several commands share, each spelled once."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from commands.times import choose_zone

_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd]?)")

Db = Annotated[
    str | None,  # a path would make one slash of the two in a server's address
    typer.Option(
        "--db",
        metavar="FILE",
        help="The archive; else KLIPING_DB, else kliping.db in your data directory. Or a "
        "PostgreSQL database: postgresql+psycopg://USER@HOST/DATABASE.",
    ),
]
Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        readable=False,
        help="The settings; else KLIPING_CONFIG, else kliping.toml in your config directory.",
    ),
]


def _choose_zone(context: typer.Context, utc: bool) -> None:
    """The one before the first command word is read first, and may be missing."""
    if utc or context.parent is None:
        choose_zone(utc=utc)


Utc = Annotated[
    bool,
    typer.Option(
        "--utc",
        help="Show times in UTC, else in your own zone.",
        callback=_choose_zone,
        expose_value=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object per line.")]
JsonObject = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Markdown = Annotated[
    bool, typer.Option("--markdown", help="Print Markdown, captions with their images.")
]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Print nothing on success.")]
AllowPrivate = Annotated[
    bool,
    typer.Option("--allow-private", help="Allow loopback and private network addresses."),
]
IgnoreRobots = Annotated[
    bool, typer.Option("--ignore-robots", help="Fetch a page that robots.txt forbids.")
]
SavedFrom = Annotated[
    str | None,
    typer.Option("--url", metavar="URL", help="The address that --html was saved from."),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def completed(what: str) -> Callable[[typer.Context, str], Any]:
    """How the shell completes a parameter: a function of ``commands.completion``, which is heavy
    and loaded when it is asked for."""

    def complete(context: typer.Context, incomplete: str) -> Any:
        return getattr(import_module("commands.completion"), what)(context, incomplete)

    return complete


Article = Annotated[
    str,
    typer.Argument(
        metavar="ID|URL",
        help="An article's id, or any of its addresses.",
        autocompletion=completed("articles"),
    ),
]

VersionNumber = Annotated[
    int | None,
    typer.Option(
        "--version", metavar="N", min=1, help="This version, by its number in `kliping history`."
    ),
]

Subscribed = Annotated[
    bool,
    typer.Option(
        "--include-subscribed",
        help="Also what was read with your subscription ([sites] in kliping.toml).",
    ),
]

Notify = Annotated[
    bool,
    typer.Option("--notify", help="Send it by the ways in [notices] of kliping.toml."),
]


def limit_option(which: str) -> Any:
    """``--limit N``. ``which``: as in "The newest N"."""
    return typer.Option(
        "-n",
        "--limit",
        metavar="N",
        min=0,
        help=f"{which}; 0 lists all.",
        callback=lambda limit: limit if limit <= sys.maxsize else 0,  # no database counts to it
    )


def parse_duration(text: str | float) -> float:
    """``90``, ``90s``, ``10m``, ``2h``, ``1h30m`` → seconds, above 0. Raises ``BadParameter``."""
    compact = str(text).strip().lower()
    parts = _DURATION.findall(compact)
    whole = "".join(number + unit for number, unit in parts) == compact.replace(" ", "")
    bare = sum(1 for _, unit in parts if not unit)
    seconds = sum(float(number) * _UNITS[unit] for number, unit in parts)
    if not whole or not parts or (bare and len(parts) > 1) or seconds <= 0:
        raise typer.BadParameter(f"{text!r} is no time; write 90, 90s, 10m or 2h")
    return min(seconds, 10 * 365 * 86400.0)


_AGE = re.compile(r"(\d{1,5})\s*([dwmy])", re.IGNORECASE)
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}


def parse_moment(given: str, now: datetime) -> datetime:
    """``90d``, ``6w``, ``3m``, ``2y`` before now, or the local start of a day.

    Raises ``BadParameter`` for anything else, and for a time to come.
    """
    text = given.strip()
    if age := _AGE.fullmatch(text):
        days = int(age[1]) * _DAYS[age[2].lower()]
        try:
            return now - timedelta(days=days)
        except OverflowError:
            raise typer.BadParameter(f"{given!r} is too long ago") from None
    try:
        moment = datetime.fromisoformat(text)
        moment = moment.astimezone() if moment.tzinfo is None else moment
    except OverflowError:
        raise typer.BadParameter(f"{given!r} is too long ago") from None
    except ValueError:
        raise typer.BadParameter(
            f"{given!r} is no age or day; write 90d, 6w, 3m, 2y or 2026-01-31"
        ) from None
    if moment > now:
        raise typer.BadParameter(f"{given!r} is in the future")
    return moment
