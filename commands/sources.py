"""``sources add``, ``list``, ``remove`` and ``import``: what is polled for links."""

from __future__ import annotations

from typing import Annotated

import typer

from commands.config import load_settings
from commands.options import AllowPrivate, Config, Db, Json, Quiet

sources_app = typer.Typer(rich_markup_mode=None, no_args_is_help=True)


@sources_app.callback()
def sources_group(db: Db = None, config: Config = None) -> None:
    """Add, list, remove and import what `kliping crawl` polls."""


@sources_app.command("add")
def add(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="A feed's address.")],
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="What to call it; else its host.")
    ] = None,
    allow_private: AllowPrivate = False,
    json: Json = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Add a feed: it is read once now, and due at the next crawl. A known one stays as it is.

    \b
    Examples:
      kliping sources add https://example.com/feed.xml
      kliping sources add https://example.com/feed.xml --name example
    """
    from commands.adding import run_add

    code = run_add(load_settings(context), url, name, allow_private=allow_private, json=json)
    raise typer.Exit(code)


@sources_app.command("list")
def list_sources(
    context: typer.Context, json: Json = False, db: Db = None, config: Config = None
) -> None:
    """List the sources.

    Without a terminal: id, name, kind, URL and last error between tabs.

    \b
    Example:
      kliping sources list
    """
    from commands.archive import HOW_TO_ADD, open_archive
    from commands.render import emit_json, print_sources, source_object
    from commands.terminal import say
    from storage.sources import Sources

    with open_archive(load_settings(context), read_only=True) as engine:
        records = Sources(engine).list()
    if not records and not json:
        say(f"no source yet: {HOW_TO_ADD}")
    if json:
        for record in records:
            emit_json(source_object(record))
    else:
        print_sources(records)


@sources_app.command("remove")
def remove(
    context: typer.Context,
    source: Annotated[
        str, typer.Argument(metavar="NAME|ID|URL", help="The source's name, id or address.")
    ],
    db: Db = None,
    config: Config = None,
) -> None:
    """Remove a source. The articles that it brought stay.

    \b
    Example:
      kliping sources remove example.com
    """
    from commands.archive import open_archive
    from commands.run import pick_source
    from commands.terminal import say
    from storage.sources import Sources

    with open_archive(load_settings(context)) as engine:
        sources = Sources(engine)
        record = pick_source(sources, source)
        sources.remove(record.id)
    say(f"removed source {record.name} ({record.url})")


@sources_app.command("import")
def import_sources(
    context: typer.Context,
    file: Annotated[
        str,
        typer.Argument(metavar="FILE|-", help="One address a line (# comments), or OPML."),
    ],
    allow_private: AllowPrivate = False,
    quiet: Quiet = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Add every source that a file lists. Known ones stay as they are, so it may run again.

    Only new addresses are read now; one that is down is kept and polled by the next crawl.
    Exit code 2: a line is no address or no feed (the others are kept).

    \b
    Examples:
      kliping sources import feeds.txt
      kliping sources import subscriptions.opml
    """
    from commands.adding import run_import

    code = run_import(load_settings(context), file, allow_private=allow_private, quiet=quiet)
    raise typer.Exit(code)
