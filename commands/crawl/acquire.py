"""``fetch`` and ``crawl``: pages in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from commands.options import (
    AllowPrivate,
    Config,
    Db,
    IgnoreRobots,
    Json,
    Quiet,
    SavedFrom,
    completed,
    parse_duration,
)
from commands.settings import load_settings

if TYPE_CHECKING:
    from datetime import datetime

BUDGET = 500
"""Old pages that one run of a backfill asks for, unless told otherwise."""


def fetch(
    context: typer.Context,
    urls: Annotated[
        list[str] | None,
        typer.Argument(metavar="URL", help="Addresses; - reads them from standard input."),
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
    url: SavedFrom = None,
    ignore_robots: IgnoreRobots = False,
    allow_private: AllowPrivate = False,
    json: Json = False,
    quiet: Quiet = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Fetch and file single pages, now, whether due or not.

    Many pages are asked for at several hosts at the same time, of each host one after the other;
    what became of each is told as soon as it is known. Of a list a line that is no address is
    told and skipped. robots.txt (unless --ignore-robots is given) and a host's pause are obeyed.
    Exit codes: 0 filed, or known and unchanged; 2 no line of the list is an address; 4 failed, 5
    refused, 6 no article there; 3 several pages with different outcomes, or lines skipped.

    \b
    Examples:
      kliping fetch https://example.com/news/story
      kliping fetch -i addresses.txt --json
      kliping fetch --html saved.html --url https://example.com/news/story
    """
    from commands.crawl.fetch_one import (  # heavy: not for `--help`
        FetchOptions,
        choose_pages,
        run_fetch,
    )

    settings = load_settings(context)
    wanted = choose_pages(settings, urls or (), list_file, html, url)
    options = FetchOptions(
        allow_private=allow_private, json=json, quiet=quiet, ignore_robots=ignore_robots
    )
    raise typer.Exit(run_fetch(settings, wanted, options))


def crawl(
    context: typer.Context,
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SOURCE",
            help="Only these sources (name, id or URL), due or not.",
            autocompletion=completed("sources"),
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
        bool, typer.Option("--backfill", help="After new pages, also fetch older ones.")
    ] = False,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="DATE",
            help="With --backfill: no further back than this day, as 2020-12-31.",
        ),
    ] = None,
    budget: Annotated[
        int | None,
        typer.Option(
            "--budget",
            metavar="N",
            min=1,
            help=f"With --backfill: at most N old pages in this run; else {BUDGET}.",
        ),
    ] = None,
    retry: Annotated[
        bool, typer.Option("--retry", help="Also what failed or was rejected, without a wait.")
    ] = False,
    limit: Annotated[
        int | None,
        typer.Option(
            "-n",
            "--limit",
            metavar="N",
            min=1,
            help=f"With --retry: at most N of these, the last tried first; else {BUDGET}.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List what is due; send no request.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Say of each page what became of it.")
    ] = False,
    log_json: Annotated[
        bool, typer.Option("--log-json", help="Log every event on standard error, as JSON.")
    ] = False,
    allow_private: AllowPrivate = False,
    json: Json = False,
    quiet: Quiet = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Poll the due sources, file what they list, revisit articles.

    Prints nothing but a summary on standard error; with --json an object for each page. One
    crawl at a time works on an archive. Exit codes: 0 done, "nothing due" and single failed pages
    included; 3 some sources could not be read, 4 none could, 8 stopped by a limit, 75 another
    crawl is running, 130 or 143 stopped by a signal.

    \b
    Examples:
      kliping crawl
      kliping crawl -q --max-time 10m
      kliping crawl example.com --json
      kliping crawl example.com --backfill --since 2024-01-01
      kliping crawl --retry example.com
    """
    # heavy: not for `--help`
    from commands.crawl.options import CrawlOptions
    from commands.crawl.run import parse_since, run_crawl, show_due
    from commands.exits import UsageError

    oldest = parse_since(since, backfill=backfill)
    _check_backfill(oldest, since, budget)
    if verbose and quiet:
        raise UsageError("--verbose and --quiet exclude each other")
    _check_retry(retry=retry, limit=limit, dry_run=dry_run)
    options = CrawlOptions(
        sources=sources or (),
        max_articles=max_articles,
        max_seconds=max_time,
        allow_private=allow_private,
        json=json,
        quiet=quiet,
        verbose=verbose,
        log_json=log_json,
        backfill_since=oldest,
        budget=BUDGET if budget is None else budget,
        retry=(limit or BUDGET) if retry else None,
    )
    run = show_due if dry_run else run_crawl
    raise typer.Exit(run(load_settings(context), options))


def _check_retry(*, retry: bool, limit: int | None, dry_run: bool) -> None:
    """Raises ``UsageError``."""
    from commands.exits import UsageError  # heavy: not for `--help`

    if limit is not None and not retry:
        raise UsageError("--limit belongs to --retry; --max-articles limits what a crawl files")
    if retry and dry_run:
        raise UsageError("--dry-run changes nothing, and so has nothing to do with --retry")


def _check_backfill(oldest: datetime | None, since: str | None, budget: int | None) -> None:
    """``oldest`` is ``None`` without a backfill. Raises ``UsageError``."""
    from commands.exits import UsageError  # heavy: not for `--help`
    from scraper.clock import SystemClock

    if budget is not None and oldest is None:
        raise UsageError("--budget belongs to --backfill: without it a crawl takes all that is due")
    now = SystemClock().now()
    if oldest is not None and oldest.date() > max(now.date(), now.astimezone().date()):
        raise UsageError(f"--since {since}: is in the future, so there is nothing to fetch")
