"""``watch add``, ``list`` and ``remove``: the stored queries."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Annotated

import typer

from commands.archive import open_archive
from commands.exits import UsageError
from commands.options import Config, Db, Json, Quiet
from commands.render.columns import Columns, print_records
from commands.settings import load_settings
from commands.terminal import say
from commands.times import today
from scraper.clock import SystemClock
from storage.reading.watches import Reports, Watches
from storage.search.query import parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage.reading.watches import WatchRecord
    from storage.search.query import Query

LONGEST_NAME = 60

_ALL_EDITS = {Reports.ARTICLES: "", Reports.EDITS: "all edits", Reports.STEALTH: "stealth edits"}
"""The name of a watch without a query."""

WATCHES: Columns[WatchRecord] = Columns(
    json=("name", "query", "added_at", "last_run_at", "teasers", "reports"),
    line=("name", "query", "added_at", "last_run_at", "reports"),
    table={
        "Name": "name",
        "Query": "query",
        "Reports": "reports",
        "Last run": lambda watch: watch.last_run_at or "never",
    },
    optional={"Also": lambda watch: "teasers" if watch.teasers else ""},
    flexible="Query",
)


def add(
    context: typer.Context,
    query: Annotated[
        list[str] | None,
        typer.Argument(metavar="QUERY", help="In the language of `kliping search`."),
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="Else the query itself.")
    ] = None,
    include_teasers: Annotated[
        bool, typer.Option("--include-teasers", help="Tell of teasers, too: the rest is paid for.")
    ] = False,
    edits: Annotated[
        bool,
        typer.Option("--edits", help="Watch for edits of such articles; without QUERY for all."),
    ] = False,
    stealth: Annotated[
        bool, typer.Option("--stealth", help="Only for edits that the page does not own up to.")
    ] = False,
    quiet: Quiet = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Watch for articles that match a query, or for their edits, from now on.

    An edit is reported where the text matched before it or matches since.

    \b
    Examples:
      kliping watch add harbour council --name harbour
      kliping watch add --name budget -- budget -sport site:example.org
      kliping watch add --include-teasers site:example.org
      kliping watch add --edits site:example.org
      kliping watch add --stealth --name stealth
    """
    reports = Reports.STEALTH if stealth else Reports.EDITS if edits else Reports.ARTICLES
    if not query and reports is Reports.ARTICLES:
        raise UsageError("watch for what? Give a QUERY, or --edits for the edits of all articles")
    if include_teasers and reports is not Reports.ARTICLES:
        raise UsageError("--include-teasers goes with new articles, not with --edits or --stealth")
    text = " ".join(query or ())
    _check_query(text, reports)
    label = _name_of(name if name is not None else text or _ALL_EDITS[reports])
    if not label:
        raise UsageError("a watch needs a name: give one with --name")
    with open_archive(load_settings(context), create=True) as engine:
        added = Watches(engine).add(
            label, text, SystemClock().now(), reports, teasers=include_teasers
        )
        if not added:
            raise UsageError(f"a watch named {label} is there already; give another --name")
    if not quiet:
        what = "" if reports is Reports.ARTICLES else "edits of " if text else ""
        say(f"watching for {what}{label}; `kliping watch run` tells what is new")


def list_watches(
    context: typer.Context, json: Json = False, db: Db = None, config: Config = None
) -> None:
    """List the watches, the one added first on top.

    \b
    Example:
      kliping watch list --json
    """
    with open_archive(load_settings(context), read_only=True) as engine:
        watches = Watches(engine).list()
    if not watches and not json:
        say("no watch yet: `kliping watch add QUERY` adds one")
    print_records(watches, WATCHES, json=json)


def remove(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="As `watch list` shows it.")],
    quiet: Quiet = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Stop watching.

    \b
    Example:
      kliping watch remove harbour
    """
    with open_archive(load_settings(context)) as engine:
        watches = Watches(engine)
        if not watches.remove(_name_of(name)):
            raise _unknown(name, watches.list())
    if not quiet:
        say(f"{name}: no longer watched for")


def _name_of(text: str) -> str:
    """As a watch is stored under it: one line, not too long."""
    return " ".join(text.split())[:LONGEST_NAME].rstrip()


def _check_query(text: str, reports: Reports) -> None:
    """Tells what of it was not understood. Raises ``UsageError`` where it looks for nothing."""
    asked = parse_query(text)
    for note in asked.notes:
        say(note)
    if asked.is_empty and (text.strip() or reports is Reports.ARTICLES):
        raise UsageError(f"{text!r}: the query has no word to look for")


def parse_query(text: str) -> Query:
    """A query as a watch has it: its days are those of today."""
    return parse(text, today(SystemClock().now()))


def choose(watches: Sequence[WatchRecord], names: Sequence[str]) -> Sequence[WatchRecord]:
    """Those of these names; without a name all. Raises ``UsageError``."""
    if not watches:
        raise UsageError("no watch yet: `kliping watch add QUERY` adds one")
    by_name = {one.name: one for one in watches}
    for name in names:
        if name not in by_name:
            raise _unknown(name, watches)
    return [by_name[name] for name in dict.fromkeys(names)] if names else watches


def _unknown(name: str, watches: Sequence[WatchRecord]) -> Exception:
    names = [one.name for one in watches]
    if not names:
        return UsageError(f"{name}: no watch has this name; there is none")
    (nearest,) = difflib.get_close_matches(name, names, n=1, cutoff=0)
    hint = f"the nearest is {nearest}; `kliping watch list` shows all"
    return UsageError(f"{name}: no watch has this name; {hint}")
