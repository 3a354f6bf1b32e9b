"""``db copy``: an archive into another database."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from commands.crawl.lock import run_lock
from commands.exits import Exit, UsageError
from commands.options import Config, Db, Json, Quiet
from commands.render.columns import emit_json, pick
from commands.render.counting import Counting
from commands.render.quoting import word
from commands.render.values import counted, counted_articles
from commands.settings import read_place
from commands.terminal import say
from storage.database.engine import open_engine
from storage.database.failures import explained
from storage.database.places import Place
from storage.database.sqlite import prepare_file
from storage.database.unlogged import discard_empty
from storage.maintenance.copying import copy_archive, is_same_place, name_origin
from storage.maintenance.info import load_info


def copy(
    origin: Annotated[str, typer.Argument(metavar="FROM", help="An archive.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="A new file or empty database.")],
    json: Json = False,
    quiet: Quiet = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Copy an archive into another database, and check it there.

    Each is a file or postgresql+psycopg://USER@HOST/DATABASE, with the password in PGPASSWORD or
    ~/.pgpass. Ids stay as they are. FROM is copied as it is now, also while a crawl writes; run
    again, an interrupted copy goes on.

    \b
    Examples:
      kliping db copy news.db postgresql+psycopg://ann@db.example/news
      kliping db copy postgresql+psycopg://ann@db.example/news news.db
    """
    given, place = read_place(origin, "FROM"), read_place(target, "TO")
    if is_same_place(given, place):
        raise UsageError(f"{place}: FROM and TO are the same database")
    if isinstance(given, Path) and not os.path.exists(given):
        raise UsageError(f"{given}: there is no such file to copy from")
    _make_room(place)
    source = open_engine(given, read_only=True)
    try:
        with run_lock(place, lambda: None, "db copy"), Counting("copied", quiet=quiet) as counting:

            def note(name: str, done: int, total: int) -> None:
                counting.say(f"{name}: {done:,} of {total:,}" if total else f"{name} …")

            done = copy_archive(source, place, name_origin(given), note)
    finally:
        source.dispose()
    copied = open_engine(place, read_only=True)
    try:
        holds = load_info(copied)
    finally:
        copied.dispose()
    if json:
        emit_json(
            {
                "from": str(given),
                "to": str(place),
                **pick(holds, ("articles", "rejected")),
                **pick(done, ("versions", "snapshots", "was_there", "damaged")),
            }
        )
    held = ", ".join(
        (
            counted_articles(holds.articles, holds.rejected),
            counted(done.versions, "version"),
            counted(done.snapshots, "stored page"),
        )
    )
    if not quiet:
        what = "holds exactly this archive already" if done.was_there else "copied"
        if done.damaged:  # what a row's digest covers is compared by it alone
            say(f"{place}: {'holds this archive already' if done.was_there else what}: {held}")
        else:
            say(f"{place}: {what}: {held}; every digest is the same")
    if done.damaged:
        what = f"{counted(done.damaged, 'row does', 'rows do')} not fit the digest, there and here"
        say(f"{given}: {what}: `kliping --db {word(str(given))} verify` names what is damaged")
        raise typer.Exit(Exit.STORAGE)


def _make_room(place: Place) -> None:
    """The directory of a new file, which the lock's file is put into first; what is wrong with the
    place is told before."""
    if isinstance(place, Path):
        is_new = not os.path.exists(place)
        with explained(str(place)):
            prepare_file(place)
        if is_new:
            discard_empty(place)  # it is made by whoever fills it
