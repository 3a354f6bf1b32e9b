"""``db``: what keeps the archive's database in order."""

from __future__ import annotations

from typing import Annotated

import typer

from commands.care import db_admin, identity
from commands.options import Config, Db, Json, Quiet
from commands.settings import load_settings

db_app = typer.Typer(rich_markup_mode=None, no_args_is_help=True)


@db_app.callback()
def db_group(db: Db = None, config: Config = None) -> None:
    """Look after the archive's database."""


@db_app.command("upgrade")
def upgrade(context: typer.Context, db: Db = None, config: Config = None) -> None:
    """Bring the database to this version's schema.

    It is created if it is missing. Every command does so when it first meets an older one; this
    one does nothing else.

    \b
    Example:
      kliping db upgrade --db news.db
    """
    from commands.archive import open_archive
    from commands.terminal import say

    settings = load_settings(context)
    with open_archive(settings):
        say(f"{settings.db}: the schema is current")


@db_app.command("copy")
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
    from commands.care.copying import run_copy

    run_copy(origin, target, json=json, quiet=quiet)


db_app.command("backup")(db_admin.backup)
db_app.command("restore")(db_admin.restore)
db_app.command("vacuum")(db_admin.vacuum)
db_app.command("info")(db_admin.info)
db_app.command("check-identity")(identity.check_identity)
