"""``discover``: what a site offers to follow."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.config import load_settings
from commands.options import AllowPrivate, Config, Db, Json

if TYPE_CHECKING:
    from scraper.discover import Found


def discover(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="A front page, section or feed.")],
    allow_private: AllowPrivate = False,
    json: Json = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Show what a site offers to follow, the best first.

    Its feeds, sitemaps, and the page itself. Adds nothing. Without a terminal: kind, links, the
    newest one's time, articles a day, URL, how it was found, and what speaks for it, between
    tabs.

    \b
    Examples:
      kliping discover https://example.com/
      kliping discover https://example.com/politics --json
    """
    from commands.adding import open_probe
    from commands.archive import open_archive
    from commands.exits import Exit
    from commands.signals import SignalWatch, run_watched
    from scraper.clock import SystemClock
    from scraper.urls import parse_address

    settings, address = load_settings(context), parse_address(url)
    with open_archive(settings) as engine:  # for what is known of the hosts

        async def work(watch: SignalWatch) -> Exit:
            from scraper.discover import discover_site

            async with open_probe(settings, engine, allow_private=allow_private) as tools:
                _show(await discover_site(address, tools, SystemClock().now()), json=json)
            return Exit.OK

        code = run_watched(work)
    raise typer.Exit(code)


def _show(found: list[Found], *, json: bool) -> None:
    from commands.render import emit_json, emit_row, format_time, print_table
    from commands.terminal import say

    rows: list[tuple[object, ...]] = []
    for place, each in enumerate(found):
        offer = each.offer
        number = offer.links or len(each.reading.listing.sitemaps)
        per_day = None if offer.per_day is None else round(offer.per_day, 1)
        values: dict[str, Any] = {
            "url": offer.url,
            "kind": offer.kind,
            "best": place == 0,
            "title": offer.title,
            "via": offer.via,
            "links": offer.links,
            "sitemaps": len(each.reading.listing.sitemaps),
            "newest": format_time(offer.newest),
            "per_day": per_day,
            "is_news": offer.is_news,
            "why": offer.why,
        }
        if json:
            emit_json(values)
        rows.append(
            (offer.kind, number, values["newest"], per_day, offer.url, offer.via, offer.why)
        )
    if json:
        return
    if not sys.stdout.isatty():
        for row in rows:
            emit_row(*row)
        return
    print_table(
        ("Kind", "Links", "A day", "URL"), [(r[0], r[1], r[3], r[4]) for r in rows], flexible=3
    )
    best = found[0].offer
    say(f"best: {best.url}: {best.why}; `kliping sources add {best.url}` follows it")
