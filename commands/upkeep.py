"""``db upgrade`` and, later, what else keeps an archive in order."""

from __future__ import annotations

import typer

from commands.config import load_settings
from commands.options import Config, Db

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
