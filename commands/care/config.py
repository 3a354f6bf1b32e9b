"""``config``: where the settings are, what holds, a file to begin with, and what is wrong in it."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from textwrap import fill

import typer

from commands.care.config_values import VALUES, effective
from commands.cleaning import clean, hide_logins
from commands.exits import Exit
from commands.options import Config, Db, Json
from commands.render.columns import Columns, print_records
from commands.render.values import counted
from commands.settings import Settings, chosen_config, db_place, load_settings
from commands.settings.file import load_config, load_notices, load_rules, load_sites
from commands.settings.keys import KEYS, USER_AGENT
from commands.settings.notices import MailChannel, load_channels
from commands.settings.sample import sample
from commands.settings.sites import load_credentials
from commands.terminal import emit, emit_words, say
from scraper.errors import ConfigError
from storage.database.places import BESIDE, Place


@dataclass(frozen=True)
class Used:
    """A file or directory that kliping reads or writes."""

    what: str
    path: str
    exists: bool | None
    """``None``: of a server, which is not asked."""

    @property
    def state(self) -> str:
        return {True: "exists", False: "missing", None: "on a server"}[self.exists]


PATHS: Columns[Used] = Columns(
    json=("what", "path", "exists"),
    line=("what", "path", "state"),
)


def path(context: typer.Context, json: Json = False, db: Db = None, config: Config = None) -> None:
    """Print the files that kliping uses, and whether they exist.

    Without a terminal: what it is, path, and `exists`, `missing` or `on a server`, between tabs.
    Where the settings cannot be read, what they name is left out, and the exit code is 2.

    \b
    Examples:
      kliping config path
      kliping config path --json
    """
    place, problem = chosen_config(context), None
    used = [_used("settings", place.path), *_archive_files(db_place(context))]
    try:
        used += _named_files(load_settings(context))
    except ConfigError as error:
        problem = error
    used.append(_used("temporary files", Path(tempfile.gettempdir())))
    if sys.stdout.isatty() and not json:
        _print_aligned((each.what, f"{each.path} ({each.state})") for each in used)
    else:
        print_records(used, PATHS, json=json)
    if problem is not None:
        raise problem


def show(context: typer.Context, json: Json = False, db: Db = None, config: Config = None) -> None:
    """Print what holds of every setting, and where it comes from.

    Where: `default`, the settings file with its line, an environment variable, or an option. What
    may be secret is not shown: headers, cookies, passwords. Without a terminal: setting, value
    and where, between tabs.

    \b
    Examples:
      kliping config show
      kliping config show --json
    """
    values = list(effective(context, load_settings(context)))
    if sys.stdout.isatty() and not json:
        _print_aligned((each.setting, f"{each.shown} ({each.origin})") for each in values)
    else:
        print_records(values, VALUES, json=json)


def print_sample(context: typer.Context, db: Db = None, config: Config = None) -> None:
    """Print a settings file: every setting, its default, what it does.

    \b
    Example:
      kliping config sample > ~/.config/kliping/kliping.toml
    """
    sys.stdout.write(sample())


def check(context: typer.Context, db: Db = None, config: Config = None) -> None:
    """Say what is wrong in the settings file and what it names.

    Exit codes: 0 all is good, 2 something is not.

    \b
    Examples:
      kliping config check
      kliping config check --config new.toml
    """
    place = chosen_config(context)
    if not place.is_read:
        missing = f"{clean(str(place.path))} is not there: all defaults hold"
        emit_words(f"{missing}; `kliping config sample` prints one", hang=2)
        return
    problems: list[ConfigError] = []
    if agent := os.environ.get("KLIPING_USER_AGENT", "").strip():
        with _collected(problems):
            USER_AGENT.check(agent, "KLIPING_USER_AGENT")
    values = load_config(place.path, problems.append)
    layers = load_rules(place.path, values, problems.append)
    sites = load_sites(place.path, values, problems.append)
    told: dict[str, None] = {}
    for site in sites:
        with _collected(problems):
            told |= dict.fromkeys(load_credentials([site], place.path, datetime.now(UTC))[1])
    channels = load_notices(place.path, values, problems.append)
    for channel in channels:
        with _collected(problems):
            told |= dict.fromkeys(load_channels([channel], place.path)[1])
    for line in (*told, *map(str, problems)):
        say(line)
    if problems:
        raise typer.Exit(Exit.USAGE)
    known = sum(len(keys) for section, keys in values.items() if section in KEYS)
    rules = counted(sum(len(layer.rules) for layer in layers), "rule")
    stated = f"{counted(known, 'setting')}, {counted(len(sites), 'site')}, {rules}"
    if channels:
        stated += f", notices by {' and '.join(channel.name for channel in channels)}"
    emit_words(f"{clean(str(place.path))} is good: {stated}", hang=2)


def _print_aligned(rows: Iterable[tuple[str, str]]) -> None:
    """Names and texts for a terminal. No path is cut or broken: it is there to be copied."""
    cells = [(clean(name), clean(text)) for name, text in rows]
    width = max(len(name) for name, _ in cells) + 2
    columns = shutil.get_terminal_size().columns
    for name, text in cells:
        start = f"{name:{width}}" if 2 * width < columns else f"{name}: "
        later = " " * (width if 2 * width < columns else 2)
        emit(
            fill(
                text,
                columns,
                initial_indent=start,
                subsequent_indent=later,
                break_long_words=False,
                break_on_hyphens=False,
            )
        )


@contextmanager
def _collected(problems: list[ConfigError]) -> Iterator[None]:
    try:
        yield
    except ConfigError as problem:
        problems.append(problem)


# --------------------------------------------------------------------- the files


def _used(what: str, path: Path) -> Used:
    return Used(what, hide_logins(os.path.abspath(path)), os.path.lexists(path))


def _archive_files(db: Place) -> Iterator[Used]:
    """The archive, and what stands beside it while it is used."""
    if not isinstance(db, Path):
        yield Used("archive", str(db), None)
        return
    yield _used("archive", db)
    real = Path(os.path.realpath(db))
    for what, suffix in BESIDE.items():
        yield _used(what, real.with_name(real.name + suffix))


def _named_files(settings: Settings) -> Iterator[Used]:
    """What the settings file names."""
    directory = settings.stated.get("extraction", {}).get("rules_dir")
    if settings.config is not None and directory is not None:
        yield _used("rules", settings.config.parent / directory)
    for site in settings.sites:
        if site.cookies_file is not None:
            yield _used(f"cookies of {site.access.host}", site.cookies_file)
    for channel in settings.notices:
        if isinstance(channel, MailChannel) and channel.password_file is not None:
            yield _used("password for mail", channel.password_file)
