"""``runs``, ``coverage`` and ``schedule``: what crawls did, whether they missed anything, and how
cron calls them."""

from __future__ import annotations

from typing import Annotated

import typer

from commands.archive import open_archive
from commands.crawl.reports import RUNS, print_schedule, run_coverage
from commands.options import Config, Db, Json, all_if_huge
from commands.render.columns import print_records
from commands.settings import load_settings
from commands.terminal import say
from storage.frontier.runs import Runs


def runs(
    context: typer.Context,
    limit: Annotated[
        int,
        typer.Option(
            "--limit", metavar="N", min=0, callback=all_if_huge, help="The last N; 0 lists all."
        ),
    ] = 20,
    json: Json = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """List past crawls, the last one first.

    Without a terminal: id, start, seconds, exit code, pages by outcome and sources polled between
    tabs. A run without exit code died, or is under way.

    \b
    Examples:
      kliping runs
      kliping runs --limit 0 --json
    """
    with open_archive(load_settings(context), read_only=True) as engine:
        records = Runs(engine).list(limit)
    if not records and not json:
        say("no crawl has run yet")
    print_records(records, RUNS, json=json)


def coverage(
    context: typer.Context,
    source: Annotated[
        str | None, typer.Argument(metavar="SOURCE", help="One source, day by day.")
    ] = None,
    days: Annotated[
        int, typer.Option("--days", metavar="N", min=1, max=100_000, help="The last N days.")
    ] = 30,
    polls: Annotated[
        bool, typer.Option("--polls", help="With SOURCE: its last polls, one a line.")
    ] = False,
    json: Json = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Show what was listed against what was filed.

    Did we miss anything? Each page counts on the day (UTC) on which it was first listed.
    "Waiting" is due and not tried yet, "old" waits for `kliping crawl SOURCE --backfill`. A gap:
    between two polls a source turned over whole.

    \b
    Examples:
      kliping coverage
      kliping coverage example.com --days 7
      kliping coverage example.com --polls --json
    """
    run_coverage(load_settings(context), source, days, polls=polls, json=json)


def schedule(
    context: typer.Context,
    every: Annotated[
        int, typer.Option("--every", metavar="MINUTES", min=1, max=59, help="How often to run.")
    ] = 15,
    db: Db = None,
    config: Config = None,
) -> None:
    """Print a crontab line and a systemd timer that run the crawl. Installs neither.

    \b
    Examples:
      kliping schedule
      kliping schedule --every 30 --db /srv/news/kliping.db
    """
    print_schedule(load_settings(context), every)
