"""``list`` and ``show``: what is in the archive."""

from __future__ import annotations

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
from commands.options import Article, Config, Db, Json, VersionNumber, completed, limit_option
from commands.render.articles import (
    ARTICLES,
    REJECTED,
    as_version,
    print_article,
    print_markdown,
    shown_object,
)
from commands.render.columns import emit_json, print_records
from commands.render.failures import FAILED
from commands.settings import Settings, load_settings
from commands.terminal import say
from storage.reading.library import Library


def list_articles(
    context: typer.Context,
    rejected: Annotated[
        bool, typer.Option("--rejected", help="List what is no article, with the reason.")
    ] = False,
    failed: Annotated[
        bool,
        typer.Option("--failed", help="List pages that failed when last tried, and why."),
    ] = False,
    source: Annotated[
        str | None,
        typer.Option(
            "--source",
            metavar="SOURCE",
            help="With --failed: only of this source.",
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
    """List the newest articles, the one filed last first.

    Without a terminal: id, date, title, byline and URL between tabs (with --rejected: id,
    reason, title and URL; with --failed: source, URL, reason, detail, attempts, last and next
    attempt).

    \b
    Examples:
      kliping list
      kliping list --limit 0 --json
      kliping list --rejected
      kliping list --failed --source example.com
    """
    if failed and rejected:
        raise UsageError("--failed and --rejected exclude each other")
    if not failed and (source is not None or reason is not None):
        name = "--source" if source is not None else "--reason"
        raise UsageError(f"{name} belongs to --failed")
    if failed:
        _list_failed(load_settings(context), limit, source, reason, json=json)
        return
    with open_archive(load_settings(context), read_only=True) as engine:
        records = Library(engine).list(limit, rejected=rejected)
        if not records and not json:
            say(why_nothing_is_listed(engine, rejected=rejected))
    print_records(records, REJECTED if rejected else ARTICLES, json=json)


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
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print Markdown, captions with their images.")
    ] = False,
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
        record = as_version(record, chosen)
    if json:
        emit_json(shown_object(record))
    else:
        (print_markdown if markdown else print_article)(record)
