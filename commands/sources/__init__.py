"""``sources``: what is polled for links."""

from __future__ import annotations

from typing import Annotated

import typer

from commands.lazy import sub_group
from commands.options import AllowPrivate, Config, Db, Json, Quiet, completed
from commands.settings import load_settings

Which = Annotated[
    str,
    typer.Argument(
        metavar="NAME|ID|URL",
        help="The source's name, id or address.",
        autocompletion=completed("sources"),
    ),
]

sources_app = sub_group("Add, list, test and export what `kliping crawl` polls.", {})


@sources_app.command("add")
def add(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="A feed, a sitemap, or a front page.")],
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="What to call it; else its host.")
    ] = None,
    exact: Annotated[
        bool, typer.Option("--exact", help="Take this very feed or page, and nothing better.")
    ] = False,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only",
            metavar="PATTERN",
            help="Take only links below this path, or that fit it: /sport/, /*/politik/*.",
        ),
    ] = None,
    images: Annotated[
        str | None,
        typer.Option(
            "--images",
            metavar="lead|none",
            help="Which images of its articles to fetch; else as [fetch] images says.",
        ),
    ] = None,
    allow_private: AllowPrivate = False,
    json: Json = False,
    quiet: Quiet = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Add a source: it is read once now, and due at the next crawl.

    A feed or sitemap is added as it is. Of a page, the best of what its site offers is added
    (`kliping discover` shows all); with --exact, the page itself. --only may be given several
    times; a * stands for any characters, also for slashes. Of a page, links that fit are taken
    even where their addresses end in one word, as those of sections do. A known source stays as
    it is, but for --only and --images, which take the place of what it had (--only / for all).
    Exit codes: 2 there is nothing to follow, 4 it cannot be read, 5 it refuses.

    \b
    Examples:
      kliping sources add https://example.com/
      kliping sources add https://example.com/feed.xml
      kliping sources add https://example.com/feed.xml --name example
      kliping sources add https://example.com/sport/ --exact --only /sport/
      kliping sources add https://example.com/ --images lead
    """
    from commands.sources.adding import run_add  # heavy: not for `--help`

    settings = load_settings(context)
    code = run_add(
        settings,
        url,
        name,
        exact=exact,
        only=only or (),
        images=images,
        allow_private=allow_private,
        json=json,
        quiet=quiet,
    )
    raise typer.Exit(code)


@sources_app.command("list")
def list_sources(
    context: typer.Context, json: Json = False, db: Db = None, config: Config = None
) -> None:
    """List the sources, in the order in which they were added.

    Without a terminal: id, name, kind, URL and last error between tabs, and the patterns of the
    links that are taken where not all are. --json has also when it is due, its folder, since
    when and why it is disabled, and which images it has fetched.

    \b
    Examples:
      kliping sources list
      kliping sources list --json
    """
    from commands.sources.source_admin import print_list  # heavy: not for `--help`

    print_list(load_settings(context), json=json)


@sources_app.command("remove")
def remove(
    context: typer.Context,
    source: Which,
    db: Db = None,
    config: Config = None,
) -> None:
    """Remove a source; the articles that it brought stay.

    What it listed and nobody fetched yet is forgotten, unless another source lists it.

    \b
    Example:
      kliping sources remove example.com
    """
    from commands.sources.source_admin import remove_source  # heavy: not for `--help`

    remove_source(load_settings(context), source)


@sources_app.command("import")
def import_sources(
    context: typer.Context,
    file: Annotated[
        str,
        typer.Argument(metavar="FILE|-", help="One address a line (# comments), or OPML."),
    ],
    exact: Annotated[
        bool, typer.Option("--exact", help="Take these very feeds and pages, nothing better.")
    ] = False,
    allow_private: AllowPrivate = False,
    quiet: Quiet = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Add every source that a file lists.

    Known ones stay as they are, so it may run again. Only new addresses are read now. Where a page
    is replaced by the best of what its site offers, a line says so; --exact and what `sources
    export` wrote replace nothing. An address that is down, or answers with something else than a
    source, is kept and polled by the next crawl; a page that lists nothing of its own is left out.
    Names and folders are those of the OPML; a known source without a folder gets the file's. Exit
    code 2: the file lists nothing, a line is no address, or something else than a source answers.

    \b
    Examples:
      kliping sources import feeds.txt
      kliping sources import subscriptions.opml
    """
    from commands.sources.adding import run_import  # heavy: not for `--help`

    settings = load_settings(context)
    code = run_import(settings, file, exact=exact, allow_private=allow_private, quiet=quiet)
    raise typer.Exit(code)


@sources_app.command("test")
def try_source(
    context: typer.Context,
    source: Annotated[
        str,
        typer.Argument(
            metavar="NAME|ID|URL",
            help="A source, or any web address.",
            autocompletion=completed("sources"),
        ),
    ],
    allow_private: AllowPrivate = False,
    json: Json = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Read a source now and list what a crawl would take from it.

    Stores none of it. Without a terminal: new, known (fetched already) or sitemap, then date,
    title and URL between tabs.

    \b
    Examples:
      kliping sources test example.com
      kliping sources test https://example.com/feed.xml --json
    """
    from commands.sources.source_admin import run_test  # heavy: not for `--help`

    raise typer.Exit(
        run_test(load_settings(context), source, allow_private=allow_private, json=json)
    )


@sources_app.command("disable")
def disable(
    context: typer.Context,
    source: Which,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="Why; `health` shows it.")
    ] = None,
    db: Db = None,
    config: Config = None,
) -> None:
    """Poll a source no more until it is enabled.

    What it listed already is still fetched, and its articles stay. `health` shows it as disabled.
    One that is disabled stays so since then; a --reason takes the place of the one it had.

    \b
    Example:
      kliping sources disable example.com --reason "paywall since June"
    """
    from commands.sources.source_admin import disable_source  # heavy: not for `--help`

    disable_source(load_settings(context), source, reason)


@sources_app.command("enable")
def enable(context: typer.Context, source: Which, db: Db = None, config: Config = None) -> None:
    """Poll a source again, from the next crawl on.

    \b
    Example:
      kliping sources enable example.com
    """
    from commands.sources.source_admin import enable_source  # heavy: not for `--help`

    enable_source(load_settings(context), source)


@sources_app.command("export")
def export(
    context: typer.Context,
    plain: Annotated[
        bool, typer.Option("--plain", help="One address a line instead of OPML.")
    ] = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Write all sources as OPML, which `sources import` reads.

    So do feed readers. Sources lie in the folders that they were imported from, with what
    --only and --images say of them; --plain has none of these.

    \b
    Examples:
      kliping sources export > sources.opml
      kliping sources export --plain
    """
    from commands.sources.source_admin import export_sources  # heavy: not for `--help`

    export_sources(load_settings(context), plain=plain)
