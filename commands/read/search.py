"""``search``: articles by their words, hosts, languages and days."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.archive import open_archive, why_nothing_is_listed
from commands.cleaning import clean
from commands.options import Config, Db, Json, limit_option
from commands.render.articles import article_object, day_of, mark_of, site_of, when
from commands.render.columns import Columns, print_records
from commands.settings import load_settings
from commands.terminal import say
from commands.times import today
from scraper.clock import SystemClock
from scraper.model.types import Verdict
from storage.reading.library import Library
from storage.search.finder import Search, SortOrder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.text import Text

    from storage.search.hits import Hit
    from storage.search.snippets import Snippet


class Order(StrEnum):
    FILED = "filed"
    PUBLISHED = "published"
    RELEVANCE = "relevance"


def search(
    context: typer.Context,
    query: Annotated[
        list[str] | None,
        typer.Argument(metavar="QUERY", help="Words and filters, see above.", show_default=False),
    ] = None,
    by: Annotated[
        Order,
        typer.Option("--by", help="The order; relevance is that of the newest 2,000 hits."),
    ] = Order.FILED,
    all_versions: Annotated[
        bool,
        typer.Option(
            "--all-versions", help="Search earlier versions, too: what was edited away since."
        ),
    ] = False,
    include_teasers: Annotated[
        bool, typer.Option("--include-teasers", help="Search teasers, too: the rest is paid for.")
    ] = False,
    limit: Annotated[int, limit_option("The first N")] = 20,
    json: Json = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Search titles, bylines and texts, the one filed last first.

    Every word must stand there, in a text with its captions and tags too; case and
    accents do not matter. Put -- before a
    query of which a word begins with a dash.

    \b
      "two words"      one after the other
      begin*           words that begin so (from three letters on)
      title:word       in the title; author:word in the byline
      site:host        on this host or below it; lang:en in this language
      after:2026-03    published from then on (2026, 2026-03-15, 7d, 2w);
                       before:2026-03 earlier than that; by the day it was
                       first seen where no date is known
      one OR other     one of the two
      -word            not so: before any of these, -"two words", -author:word

    Without a terminal: id, date, title, byline, URL and the place in the text
    between tabs. --json has the keys of list, and snippet; with --all-versions
    also version, its number, and current.

    With --all-versions an article that does not match is there with each earlier
    version that does. A mark tells what is no article's text of today.

    \b
    Examples:
      kliping search harbour council
      kliping search '"harbour council" site:example.org after:2026-03'
      kliping search --by relevance --limit 5 --json -- 'mole* -author:pier'
      kliping search --all-versions '"4.1 million"'
    """
    with open_archive(load_settings(context), read_only=True) as engine:
        found = Search(engine).find(
            " ".join(query or ()),
            limit=limit,
            by=SortOrder(by.value),
            today=today(SystemClock().now()),
            all_versions=all_versions,
            teasers=include_teasers,
        )
        for note in found.notes:
            say(note)
        if not found.hits and not json and not found.notes:
            empty = not Library(engine).list(1)
            say(why_nothing_is_listed(engine, rejected=False) if empty else "nothing found")
    if sys.stdout.isatty() and not json:
        _print_for_reading(found.hits)
    else:
        print_records(found.hits, HITS, json=json)


def _object_of(hit: Hit) -> dict[str, Any]:
    values = article_object(hit.record) | {"snippet": hit.snippet.text}
    version = hit.version
    if version is None:
        return values
    return values | {"version": version.number, "current": version.current}


HITS: Columns[Hit] = Columns(
    json=_object_of,
    line=(
        "record.id",
        lambda hit: when(hit.record),
        "record.title",
        "record.byline",
        "record.url",
        "snippet.text",
    ),
    optional={
        "Mark": lambda hit: mark_of(hit.record),
        "Hidden": lambda hit: _why_hidden(hit),
    },
)


def _why_hidden(hit: Hit) -> str:
    """Why a plain search does not find it; empty where it does."""
    if hit.record.verdict is Verdict.TEASER:
        return "teaser: the rest of it is not on the page"
    version = hit.version
    if version is None or version.current:
        return ""
    became = "edited away since" if version.accepted else "not the article's text"
    return f"version {version.number} of {version.of}, {became}"


def _print_for_reading(hits: Sequence[Hit]) -> None:
    """A line of id, day, title and site for each, and below it the place in the text."""
    from rich.text import Text

    from commands.render.rich_output import open_console  # heavy: only for a terminal

    console = open_console()
    margin = max((len(str(hit.record.id)) for hit in hits), default=0)
    for hit in hits:
        record = hit.record
        cells = (clean(site_of(record)), day_of(record), mark_of(record))
        end = "  ".join(filter(None, cells))
        head = Text(f"{record.id:>{margin}}  ")
        room = console.width - margin - 4 - Text(end).cell_len
        title = Text(clean(record.title or record.url))
        title.truncate(max(room, 20), overflow="ellipsis")
        head.append(title).append("  ").append(end)
        console.print(head, no_wrap=True, overflow="ellipsis")
        below = [Text(why, style="italic")] if (why := _why_hidden(hit)) else []
        if hit.snippet.text.strip():
            below.append(_marked(hit.snippet))
        for text in below:
            for line in text.wrap(console, max(console.width - margin - 2, 20)):
                line.rstrip()
                console.print(Text(" " * (margin + 2)).append(line), no_wrap=True, crop=False)


def _marked(snippet: Snippet) -> Text:
    """Clean, with the hits in bold."""
    from rich.text import Text  # heavy: only for a terminal

    text = Text()
    for piece, is_hit in snippet.pieces:
        # Between letters, so that the spaces at its ends stay.
        text.append(clean(f"x{piece}x")[1:-1], style="bold" if is_hit else "")
    return text
