"""``rules list`` and ``rules test``: what is known of single sites."""

from __future__ import annotations

import typer

from commands.lazy import lazy_group
from commands.options import Config, Db

COMMANDS = {
    "list": ("sources.rule_views:list_rules", "List the rules, the shipped ones and your own."),
    "test": (
        "sources.rule_test:compare",
        "Show what a page gives without and with its site's rule.",
    ),
}

rules_app = typer.Typer(
    cls=lazy_group(COMMANDS),
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=False,
)


@rules_app.callback()
def rules_group(db: Db = None, config: Config = None) -> None:
    """List and test the rules for single sites."""
