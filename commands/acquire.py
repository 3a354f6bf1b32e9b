"""``fetch`` and ``crawl``: pages in."""

from __future__ import annotations

from typing import Annotated

import typer

from commands.config import load_settings
from commands.options import AllowPrivate, Config, Db, Json, Quiet, parse_duration


def fetch(
    context: typer.Context,
    urls: Annotated[
        list[str] | None,
        typer.Argument(metavar="[URL]...", help="Addresses; - reads them from standard input."),
    ] = None,
    list_file: Annotated[
        str | None,
        typer.Option(
            "-i", "--input", metavar="FILE", help="Read addresses, one a line; # comments."
        ),
    ] = None,
    html: Annotated[
        str | None,
        typer.Option("--html", metavar="FILE", help="Take this saved page instead of fetching."),
    ] = None,
    url: Annotated[
        str | None,
        typer.Option("--url", metavar="URL", help="The address that --html was saved from."),
    ] = None,
    ignore_robots: Annotated[
        bool, typer.Option("--ignore-robots", help="Ask for a page that robots.txt closes.")
    ] = False,
    allow_private: AllowPrivate = False,
    json: Json = False,
    quiet: Quiet = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Fetch and file single pages, now, whether due or not.

    robots.txt (but with --ignore-robots) and a host's pause are obeyed. Exit codes: 0 filed, 4
    failed, 5 refused, 6 no article there, 3 several pages with different outcomes.

    \b
    Examples:
      kliping fetch https://example.com/news/story
      kliping fetch -i addresses.txt --json
      kliping fetch --html saved.html --url https://example.com/news/story
    """
    from commands.hand import Manner, choose_pages, run_fetch

    settings = load_settings(context)
    wanted = choose_pages(settings, urls or (), list_file, html, url)
    raise typer.Exit(run_fetch(settings, wanted, Manner(allow_private, json, quiet, ignore_robots)))


def crawl(
    context: typer.Context,
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SOURCE]...", help="Only these sources (name, id or URL), due or not."
        ),
    ] = None,
    max_articles: Annotated[
        int | None,
        typer.Option("--max-articles", metavar="N", min=1, help="File at most N new articles."),
    ] = None,
    max_time: Annotated[
        float | None,
        typer.Option(
            "--max-time",
            metavar="TIME",
            parser=parse_duration,
            help="Stop after this time: 90, 90s, 10m, 2h.",
        ),
    ] = None,
    backfill: Annotated[
        bool, typer.Option("--backfill", help="Ask for what was listed long ago, too.")
    ] = False,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DATE", help="With --backfill: back to 2020-12-31."),
    ] = None,
    budget: Annotated[
        int,
        typer.Option("--budget", metavar="N", min=1, help="With --backfill: N pages a run."),
    ] = 500,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what is due, and ask nobody for anything.")
    ] = False,
    log_json: Annotated[
        bool, typer.Option("--log-json", help="Tell on standard error what goes on, as JSON.")
    ] = False,
    allow_private: AllowPrivate = False,
    json: Json = False,
    quiet: Quiet = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Poll the due sources, file what they list, revisit articles.

    One crawl at a time works on an archive. Exit codes: 0 done, 3 some sources could not be
    read, 4 none could, 8 stopped by a limit, 75 another crawl is running.

    \b
    Examples:
      kliping crawl
      kliping crawl -q --max-time 10m
      kliping crawl example.com --json
      kliping crawl example.com --backfill --since 2024-01-01
    """
    from commands.run import Order, parse_since, run_crawl, show_due

    order = Order(
        sources or (),
        max_articles,
        max_time,
        allow_private,
        json,
        quiet,
        log_json,
        parse_since(since, backfill=backfill),
        budget,
    )
    run = show_due if dry_run else run_crawl
    raise typer.Exit(run(load_settings(context), order))
