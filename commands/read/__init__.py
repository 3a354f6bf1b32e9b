"""Reading the archive; here, the ``watch`` group."""

from __future__ import annotations

import typer

from commands.lazy import lazy_group
from commands.options import Config, Db

COMMANDS = {
    "add": ("read.watch:add", "Watch for articles that match a query, from now on."),
    "list": ("read.watch:list_watches", "List the watches, the one added first on top."),
    "remove": ("read.watch:remove", "Stop watching."),
    "run": ("read.watch:run", "Report what matches a watch now and did not at the last run."),
}

watch_app = typer.Typer(
    cls=lazy_group(COMMANDS),
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=False,
)


@watch_app.callback()
def watch_group(db: Db = None, config: Config = None) -> None:
    """Get a report of new articles that match a query."""
