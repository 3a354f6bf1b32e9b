"""``rules list`` and ``rules test``: what is known of single sites."""

from __future__ import annotations

from typing import Annotated

import typer

from commands.options import AllowPrivate, Config, Db, Json
from commands.settings import load_settings

rules_app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=False,
)


@rules_app.callback()
def rules_group(db: Db = None, config: Config = None) -> None:
    """List and test the rules for single sites."""


@rules_app.command("list")
def list_rules(
    context: typer.Context, json: Json = False, db: Db = None, config: Config = None
) -> None:
    """List the rules, the shipped ones and your own.

    Without a terminal: host, keys and where they are from, between tabs.

    \b
    Example:
      kliping rules list
    """
    from commands.sources.rule_views import print_rules  # heavy: not for `--help`

    print_rules(load_settings(context).rule_book(), json=json)


@rules_app.command("test")
def compare(
    context: typer.Context,
    page: Annotated[
        str,
        typer.Argument(
            metavar="URL|ID|FILE", help="An address, an article's id, or with --url a saved page."
        ),
    ],
    url: Annotated[
        str | None,
        typer.Option("--url", metavar="URL", help="The address that FILE was saved from."),
    ] = None,
    allow_private: AllowPrivate = False,
    json: Json = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Show what a page gives without and with its site's rule.

    Side by side; nothing is filed. Without a terminal: field, without and with, between tabs.

    \b
    Examples:
      kliping rules test https://example.com/news/story
      kliping rules test saved.html --url https://example.com/news/story
    """
    from commands.sources.rule_test import run_test  # heavy: not for `--help`

    code = run_test(load_settings(context), page, url, allow_private=allow_private, json=json)
    raise typer.Exit(code)
