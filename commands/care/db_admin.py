"""``db upgrade``, ``backup``, ``restore``, ``vacuum`` and ``info``: the archive's file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from commands.archive import open_archive
from commands.cleaning import clean
from commands.crawl.lock import run_lock
from commands.exits import UsageError
from commands.options import Config, Db, Json, Quiet
from commands.render.columns import emit_json, emit_row, plain
from commands.render.counting import Counting
from commands.render.quoting import word
from commands.render.values import counted, counted_articles, human_size
from commands.settings import load_settings
from commands.terminal import emit_words, say
from commands.times import local_day
from scraper.clock import SystemClock
from storage.maintenance.backup import backup as copy
from storage.maintenance.backup import restore as put
from storage.maintenance.info import load_info
from storage.maintenance.info import vacuum as rebuild


def upgrade(context: typer.Context, db: Db = None, config: Config = None) -> None:
    """Bring the database to this version's schema.

    It is created if it is missing. Every command does so when it first meets an older one; this
    one does nothing else.

    \b
    Example:
      kliping db upgrade --db news.db
    """
    settings = load_settings(context)
    with Counting("upgrading"), open_archive(settings):
        say(f"{settings.db}: the schema is current")


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The new file.")],
    quiet: Quiet = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Copy the archive to a new file, also while a crawl writes.

    The copy is an archive itself: --db FILE opens it. A file that exists is not replaced.

    \b
    Example:
      kliping db backup /mnt/backup/kliping-2026-03-01.db
    """
    with (
        open_archive(load_settings(context), read_only=True) as engine,
        Counting("copied", quiet=quiet) as counting,
    ):
        size = copy(engine, file, counting.show)
    if not quiet:
        say(f"{file}: {human_size(size)}; `kliping --db {word(str(file))} verify` checks it")


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")],
    force: Annotated[
        bool,
        typer.Option(
            "--force", help="Also replace a good archive, which is kept under another name."
        ),
    ] = False,
    quiet: Quiet = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Put a backup in the archive's place.

    Everything in it is checked before. What was there is kept under another name; a good archive,
    or another program's file, gives way only with --force.

    \b
    Examples:
      kliping --db new.db db restore backup.db
      kliping db restore --force backup.db
    """
    settings = load_settings(context)
    if not isinstance(settings.db, Path):
        raise UsageError(f"{settings.db}: restore is for archives in a file: use pg_restore")
    with (
        run_lock(settings.db, lambda: None, "db restore"),
        Counting("checking and restoring", quiet=quiet),
    ):
        done = put(file, settings.db, SystemClock().now(), force=force)
    if not quiet:
        kept = f"; what was there is {done.aside}" if done.aside else ""
        say(f"{settings.db}: restored, {counted_articles(done.articles, done.rejected)}{kept}")


def vacuum(
    context: typer.Context,
    full: Annotated[
        bool,
        typer.Option(
            "--full",
            help="On a server too: write every table anew; nobody can read it meanwhile.",
        ),
    ] = False,
    quiet: Quiet = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Return the free space in the archive's file to the disk.

    The file is written anew, so that nothing removed stays in it. Meanwhile it needs as much space
    again on the disk. No crawl and no other command may use the archive: exit code 75. On a
    PostgreSQL server the space is used again, and what was removed stays readable until --full.

    \b
    Examples:
      kliping db vacuum
      kliping db vacuum --full --db postgresql+psycopg://ann@db.example/news
    """
    settings = load_settings(context)
    with (
        open_archive(settings) as engine,
        run_lock(settings.db, lambda: None, "db vacuum"),
        Counting("writing the file anew", quiet=quiet),
    ):
        before, after = rebuild(engine, full=full)
    if not quiet:
        say(f"{settings.db}: {human_size(before)} before, {human_size(after)} now")


def info(context: typer.Context, json: Json = False, db: Db = None, config: Config = None) -> None:
    """Show what the archive holds, and its size.

    \b
    Examples:
      kliping db info
      kliping db info --json
    """
    settings = load_settings(context)
    with open_archive(settings, read_only=True) as engine, Counting("counting"):
        found = load_info(engine)
    if json:
        emit_json({"db": str(settings.db)} | plain(found) | {"head": str(found.head)})
        return
    saved = found.payload_size / found.stored_size if found.stored_size else 0
    span = (
        f"{local_day(found.first_at)} to {local_day(found.last_at)}"
        if found.first_at and found.last_at
        else "-"
    )
    beside = f" accepted, {found.kept_beside:,} not accepted" if found.kept_beside else ""
    pages = f"{found.snapshots:,}, {human_size(found.stored_size)}"
    head = str(found.head)
    if sys.stdout.isatty():  # whole, it is wider than a terminal
        head = f"{counted(found.head.position, 'entry', 'entries')}; `kliping verify --head`"
    rows = [
        ("archive", str(settings.db)),
        ("size", f"{human_size(found.size)} ({human_size(found.free)} of it free)"),
        ("articles", f"{found.articles:,}, filed {span}"),
        ("versions", f"{found.versions:,}{beside}"),
        ("stories", f"{found.stories:,} that several sites carry"),
        ("no article", counted(found.rejected, "page")),
        ("sources", f"{found.sources:,}"),
        ("addresses", f"{found.addresses:,}, fetched {counted(found.fetches, 'time')}"),
        ("stored pages", f"{pages}, {saved:.1f} times smaller than they came"),
        ("", f"{found.pruned:,} of them pruned" if found.pruned else ""),
        ("schema", found.schema),
        ("chain", head),
    ]
    for name, value in rows:
        if value and sys.stdout.isatty():
            emit_words(f"{name:<14}{clean(value)}", hang=14)
        elif value:
            emit_row(name, value)
