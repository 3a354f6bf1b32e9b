"""``list`` and ``show``: what is in the archive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Annotated

import typer

from commands.archive import (
    find_article,
    find_version,
    open_archive,
    pick_source,
    why_nothing_is_listed,
)
from commands.exits import UsageError
from commands.options import (
    Article,
    Config,
    Db,
    Json,
    Markdown,
    VersionNumber,
    completed,
    limit_option,
)
from commands.render.articles import (
    ARTICLES,
    REJECTED,
    article_object,
    print_article,
    print_markdown,
)
from commands.render.columns import emit_json, print_records
from commands.render.failures import FAILED
from commands.settings import Settings, load_settings
from commands.terminal import say
from commands.times import today
from scraper.clock import SystemClock
from storage.reading.library import Library
from storage.reading.listing import Listing, list_ids, read_listed
from storage.search.finder import SortOrder
from storage.search.query import Query, all_of, parse_filter


class Order(StrEnum):
    PUBLISHED = "published"
    FILED = "filed"


def list_articles(
    context: typer.Context,
    rejected: Annotated[
        bool, typer.Option("--rejected", help="List what is no article, with the reason.")
    ] = False,
    failed: Annotated[
        bool,
        typer.Option("--failed", help="List pages that failed when last tried, and why."),
    ] = False,
    by: Annotated[
        Order | None,
        typer.Option("--by", metavar="published|filed", help="The order; else published."),
    ] = None,
    site: Annotated[
        str | None,
        typer.Option("--site", metavar="HOST", help="On this host or below it, as example.org."),
    ] = None,
    author: Annotated[
        str | None, typer.Option("--author", metavar="NAME", help="With this in the byline.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since", metavar="DAY", help="Published from then on: 2026, 2026-03-15 or 7d."
        ),
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DAY", help="Published before that day.")
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            "--source",
            metavar="SOURCE",
            help="Only what this source listed.",
            autocompletion=completed("sources"),
        ),
    ] = None,
    reason: Annotated[
        str | None,
        typer.Option(
            "--reason", metavar="CODE", help="With --failed: only these, as http_404 or timeout."
        ),
    ] = None,
    limit: Annotated[int, limit_option("The newest N")] = 20,
    json: Json = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """List the newest articles, the one published last first.

    An article without a date stands by the time it was first seen. --site, --author, --since and
    --until find what `kliping search` finds with site:, author:, after: and before:.

    Without a terminal: id, date, title, byline and URL between tabs (with --rejected: id,
    reason, title and URL; with --failed: source, URL, reason, detail, attempts, last and next
    attempt).

    \b
    Examples:
      kliping list
      kliping list -n 0 --json
      kliping list --site example.org --since 7d
      kliping list --by filed
      kliping list --rejected
      kliping list --failed --source example.com
    """
    filters = {"site": site, "author": author, "since": since, "until": until}
    given = {name: value for name, value in filters.items() if value is not None}
    if failed and rejected:
        raise UsageError("--failed and --rejected exclude each other")
    if reason is not None and not failed:
        raise UsageError("--reason belongs to --failed")
    of_articles = [*given, *(["by"] if by else []), *(["source"] if source and rejected else [])]
    if (failed or rejected) and of_articles:
        kind = "--failed" if failed else "--rejected"
        raise UsageError(f"--{of_articles[0]} does not go with {kind}")
    settings = load_settings(context)
    if failed:
        _list_failed(settings, limit, source, reason, json=json)
    elif rejected:
        _list_rejected(settings, limit, json=json)
    else:
        order = SortOrder((by or Order.PUBLISHED).value)
        _list_articles(
            settings, limit, Listing(by=order, query=_query_of(given)), source, json=json
        )


def _list_articles(
    settings: Settings, limit: int, wanted: Listing, source: str | None, *, json: bool
) -> None:
    with open_archive(settings, read_only=True) as engine:
        if source is not None:
            from storage.frontier.sources import Sources  # heavy

            wanted = replace(wanted, source_ids=[pick_source(Sources(engine), source).id])
        ids = list_ids(engine, wanted, limit)
        if not ids and not json:
            is_empty = not list_ids(engine, Listing(), 1)
            say(why_nothing_is_listed(engine, rejected=False) if is_empty else "no article fits")
        print_records(read_listed(engine, ids), ARTICLES, json=json)


def _list_rejected(settings: Settings, limit: int, *, json: bool) -> None:
    with open_archive(settings, read_only=True) as engine:
        records = Library(engine).list(limit, rejected=True)
        if not records and not json:
            say(why_nothing_is_listed(engine, rejected=True))
    print_records(records, REJECTED, json=json)


def _query_of(given: Mapping[str, str]) -> Query | None:
    """What the options ask for, as ``search`` has it. Raises ``UsageError``."""
    day = today(SystemClock().now())
    terms = []
    for name, value in given.items():
        term = parse_filter(_FILTERS[name], value.strip(), day)
        if term is None:
            raise UsageError(f"--{name} {value!r}: {_EXPECTED[name]}")
        terms.append(term)
    return all_of(terms) if terms else None


_FILTERS = {"site": "site", "author": "author", "since": "after", "until": "before"}
_DAY = "write a day or how long ago, as in 2026, 2026-03-15, 7d or 2w"
_EXPECTED = {
    "site": "write a host, as in example.org",
    "author": "write a name, as in Pier",
    "since": _DAY,
    "until": _DAY,
}


def _list_failed(
    settings: Settings, limit: int, source: str | None, reason: str | None, *, json: bool
) -> None:
    from storage.frontier.sources import Sources  # heavy: not for a list of articles
    from storage.ledger.failures import list_failed

    with open_archive(settings, read_only=True) as engine:
        chosen = None if source is None else [pick_source(Sources(engine), source).id]
        pages = list_failed(engine, limit, source_ids=chosen, reason=reason)
    if not pages and not json:
        say("no page failed or was rejected when it was last tried")
    print_records(pages, FAILED, json=json)


def show(
    context: typer.Context,
    article: Article,
    json: Json = False,
    markdown: Markdown = False,
    html: Annotated[
        bool, typer.Option("--html", help="Print the stored page, as the server sent it.")
    ] = False,
    version: VersionNumber = None,
    story: Annotated[
        bool, typer.Option("--story", help="Who else carries its text, and who changed what.")
    ] = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Show one article: title, byline, date, address and text.

    \b
    Examples:
      kliping show 12
      kliping show 12 --markdown > story.md
      kliping show 12 --html > page.html
      kliping show 12 --version 1
      kliping show 12 --story
      kliping show https://example.com/news/story --json
    """
    asked = {"--json": json, "--markdown": markdown, "--html": html, "--story": story}
    given = [name for name, is_given in asked.items() if is_given]
    if len(given) > 1 and set(given) != {"--json", "--story"}:
        raise UsageError(f"{' and '.join(given)} exclude each other")
    if story and version is not None:
        raise UsageError("--story and --version exclude each other")
    settings = load_settings(context)
    with open_archive(settings, read_only=True) as engine:
        library = Library(engine)
        record = find_article(library, article)
        if story:
            from commands.read.stories import show_story  # heavy: compares texts

            show_story(engine, record, json=json)
            return
        chosen = None if version is None else find_version(library, record, version)
        if html:
            from commands.read.snapshots import print_page  # heavy

            print_page(library, record, settings.rights(), chosen)
            return
        if chosen is not None:
            record = library.get_version(chosen.id) or record
    if json:
        emit_json(article_object(record, whole=True))
    else:
        (print_markdown if markdown else print_article)(record)
