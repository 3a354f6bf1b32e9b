"""``edits``: what publishers changed, over the whole archive."""

from __future__ import annotations

from typing import Annotated

import typer

from commands.addresses import clip
from commands.archive import open_archive
from commands.exits import UsageError
from commands.options import Config, Db, Json, limit_option, parse_moment
from commands.render.columns import Columns, print_records
from commands.render.news import EDIT_KEYS
from commands.settings import load_settings
from commands.terminal import say
from scraper.clock import SystemClock
from scraper.errors import AddressError
from scraper.urls import parse_address, site_of
from storage.reading.edit_log import EditEvent, list_edits
from storage.reading.edits import EditKind


def edits(
    context: typer.Context,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="WHEN", help="Seen since then: 7d, 2w, or 2026-01-31."),
    ] = None,
    site: Annotated[
        str | None, typer.Option("--site", metavar="SITE", help="Of this outlet, as example.com.")
    ] = None,
    stealth: Annotated[
        bool, typer.Option("--stealth", help="Where the page's time of change did not move.")
    ] = False,
    kind: Annotated[
        EditKind | None,
        typer.Option("--kind", metavar="KIND", help="Only with a change of this kind."),
    ] = None,
    limit: Annotated[int, limit_option("The newest N")] = 20,
    json: Json = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """List what publishers changed in their articles, the newest first.

    Kinds: headline, byline, date, correction, paragraph_added, paragraph_removed,
    paragraph_reworded, paragraph_moved, figures, typography. `kliping diff ID N` shows an edit word
    by word. Without a terminal: time, article, version,
    "stealth" or nothing, what changed, title and URL between tabs.

    \b
    Examples:
      kliping edits --since 7d
      kliping edits --stealth --site example.com
      kliping edits --kind headline --json --limit 0
    """
    moment = None if since is None else parse_moment(since, SystemClock().now())
    outlet = None if site is None else parse_site(site)
    with open_archive(load_settings(context), read_only=True) as engine:
        found = list_edits(engine, limit, since=moment, site=outlet, stealth=stealth, kind=kind)
    if not found and not json:
        say("no edit was seen" + (" that fits" if moment or outlet or stealth or kind else ""))
    print_records(found, EDITS, json=json)


def parse_site(site: str) -> str:
    """Raises ``UsageError``."""
    try:
        return site_of(parse_address(site if "://" in site else f"https://{site}/"))
    except AddressError:
        raise UsageError(f"--site {clip(site)}: write the host alone, as in example.com") from None


def _mark(event: EditEvent) -> str:
    return "stealth" if event.stealth else ""


EDITS: Columns[EditEvent] = Columns(
    json=EDIT_KEYS,
    line=("seen_at", "article", "version", _mark, "summary", "title", "url"),
    table={
        "Seen": "seen_at",
        "ID": "article",
        "No": "version",
        "Title": "title",
        "Changed": "summary",
    },
    optional={"Mark": _mark},
    flexible="Title",
)
