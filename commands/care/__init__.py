"""``db``: what keeps the archive's database in order."""

from __future__ import annotations

import typer

from commands.lazy import lazy_group
from commands.options import Config, Db

COMMANDS = {
    "upgrade": ("care.db_admin:upgrade", "Bring the database to this version's schema."),
    "copy": ("care.copying:copy", "Copy an archive into another database, and check it there."),
    "backup": (
        "care.db_admin:backup",
        "Copy the archive to a new file, also while a crawl writes.",
    ),
    "restore": ("care.db_admin:restore", "Put a backup in the archive's place."),
    "vacuum": ("care.db_admin:vacuum", "Return the free space in the archive's file to the disk."),
    "info": ("care.db_admin:info", "Show what the archive holds, and its size."),
    "check-identity": (
        "care.identity:check_identity",
        "List articles that another outlet's address changed.",
    ),
}

db_app = typer.Typer(
    cls=lazy_group(COMMANDS),
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=False,
)


@db_app.callback()
def db_group(db: Db = None, config: Config = None) -> None:
    """Maintain the archive's database."""
