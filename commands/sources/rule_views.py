"""``rules list``, and what a rule changes, for people and as JSON."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import Any

import typer

from commands.cleaning import clean, whole_words
from commands.options import Config, Db, Json
from commands.render.columns import emit_json, emit_row, pick, plain, print_rows
from commands.render.rereading import print_text_change, print_words
from commands.render.values import format_time
from commands.settings import load_settings
from commands.terminal import emit
from scraper.model.types import Article
from scraper.rules import SiteRule

SAME = "(the same)"
SHOWN = 50
"""Characters shown of the beginning and of the end of a text."""


@dataclass(frozen=True)
class Reading:
    """One page as it was read."""

    size: int
    """Bytes of the page."""
    article: Article


@dataclass(frozen=True)
class Comparison:
    url: str
    rule: SiteRule
    generic: Reading
    ruled: Reading

    @property
    def unused(self) -> tuple[str, ...]:
        """The keys whose selectors gave nothing, so that the generic value stands."""
        return self.rule.unused(self.ruled.article.provenance)


def list_rules(
    context: typer.Context, json: Json = False, db: Db = None, config: Config = None
) -> None:
    """List the rules, the shipped ones and your own.

    Without a terminal: host, keys and where they are from, between tabs.

    \b
    Example:
      kliping rules list
    """
    hosts = list(load_settings(context).rule_book().hosts())
    if json:
        for host, layers, keys in hosts:
            emit_json({"host": host, "from": list(layers), "keys": plain(keys)})
        return
    name = os.path.basename if sys.stdout.isatty() else str
    rows = [(host, _summary(keys), ", ".join(map(name, layers))) for host, layers, keys in hosts]
    print_rows(("Host", "Keys", "From"), rows, flexible="Keys")


def print_comparison(found: Comparison, *, json: bool) -> None:
    """The fields without and with the rule, what the rule names in vain included."""
    if json:
        values = {
            "url": found.url,
            "host": found.rule.host,
            "rule": plain(_stated(found.rule)),
            "unused": list(found.unused),
            "generic": _reading_object(found.generic),
            "ruled": _reading_object(found.ruled),
        }
        emit_json(values)
        return
    rows = _rows(found)
    if sys.stdout.isatty():
        _print_side_by_side(found, rows)
        return
    for row in rows:
        emit_row(*row)


def _rows(found: Comparison) -> list[tuple[str, str, str]]:
    unused = set(found.unused)
    rows = []
    for key, read in _READERS.items():
        generic, ruled = read(found.generic), read(found.ruled)
        if key in unused:
            ruled = f"(its selector gave nothing) {'' if ruled == generic else ruled}".strip()
        elif ruled == generic:
            ruled = SAME if generic else ""
        rows.append((key, generic, ruled))
    return rows


def _print_side_by_side(found: Comparison, rows: list[tuple[str, str, str]]) -> None:
    """Two columns of the same width, whose cells go on below."""
    from rich.table import Table
    from rich.text import Text

    from commands.render.rich_output import open_console  # heavy: only for a terminal

    console = open_console()
    emit(clean(found.url))
    emit("")
    table = Table(box=None, pad_edge=False, header_style="bold", expand=True)
    table.add_column("")
    table.add_column("Generic", ratio=1, overflow="fold")
    table.add_column(f"Rule for {found.rule.host}", ratio=1, overflow="fold")
    for key, generic, ruled in rows:
        style = "dim" if ruled.startswith("(") else ""
        table.add_row(key, Text(clean(generic)), Text(clean(ruled), style))
    console.print(table)
    if found.generic.article.body != found.ruled.article.body:
        emit("")
        print_words("body, without the rule → with it")
        print_text_change(found.generic.article, found.ruled.article)


def _authors(reading: Reading) -> str:
    article = reading.article
    return ", ".join(article.authors) or (article.byline and f"[{article.byline}]") or ""


def _body(reading: Reading) -> str:
    text, blocks = clean(reading.article.body), len(reading.article.blocks)
    if not text:
        return ""
    if len(text) > 2 * SHOWN + 3:
        end = whole_words(text[: -SHOWN - 1 : -1])[::-1]
        text = f"{whole_words(text[:SHOWN])} … {end}"
    return f"{len(reading.article.body):,} characters, {blocks} blocks: {text}"


_READERS: dict[str, Any] = {
    "title": lambda reading: reading.article.title or "",
    "authors": _authors,
    "published": lambda reading: (
        format_time(reading.article.published_at, reading.article.published_precision) or ""
    ),
    "modified": lambda reading: format_time(reading.article.modified_at) or "",
    "section": lambda reading: reading.article.section or "",
    "body": _body,
    "verdict": lambda reading: f"{reading.article.verdict}: {reading.article.evidence}".strip(": "),
    "page": lambda reading: f"{reading.size:,} bytes",
}


def _reading_object(reading: Reading) -> dict[str, Any]:
    article = reading.article
    keys = ("canonical_url", "title", "byline", "authors", "published_at", "modified_at", "section")
    values = pick(article, (*keys, "verdict", "evidence", "body"))
    values["published_at"] = format_time(article.published_at, article.published_precision)
    return values | {"bytes": reading.size}


def _stated(rule: SiteRule) -> dict[str, Any]:
    stated: dict[str, Any] = dict(rule.selectors)
    if rule.remove:
        stated["remove"] = rule.remove
    if rule.single_page:
        stated["single_page"] = rule.single_page
    return stated


def _summary(keys: Any) -> str:
    """The keys' names; the single-page address is short enough to be shown."""
    words = [
        f"{key} {value}" if key == "single_page" and value else f"no {key}" if not value else key
        for key, value in keys.items()
    ]
    return ", ".join(words)
