"""``discover``: what a site offers to follow."""

from __future__ import annotations

import shutil
import sys
import textwrap
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.addresses import parse_given
from commands.archive import open_if_there
from commands.cleaning import clean
from commands.exits import Exit
from commands.options import AllowPrivate, Config, Db, Json
from commands.render.columns import emit_json, emit_row
from commands.render.counting import Counting
from commands.render.quoting import operand
from commands.render.values import counted, format_time
from commands.settings import load_settings
from commands.signals import SignalWatch, run_watched
from commands.terminal import emit, say
from commands.times import local_minute
from commands.web import open_web
from scraper.clock import SystemClock
from scraper.crawl.discover import discover_site
from scraper.discovery.choice import explain_place
from scraper.urls import host_of

if TYPE_CHECKING:
    from scraper.crawl.discover import DiscoveredSource


def discover(
    context: typer.Context,
    url: Annotated[
        str, typer.Argument(metavar="URL", help="A front page, a section, a feed or a sitemap.")
    ],
    allow_private: AllowPrivate = False,
    json: Json = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Show what a site offers to follow, the best first.

    Its feeds, its sitemaps and the page itself, each with how many links it lists, when the newest
    is from, how it was found, and why it stands where it stands. Adds nothing: `kliping sources
    add` takes the first, or any other by its address.

    Without a terminal, between tabs: kind, links (or sitemaps), time of the newest, articles a
    day, URL, how it was found, what it is, and why it stands there.

    \b
    Examples:
      kliping discover https://example.com/
      kliping discover https://example.com/politics --json
    """
    settings, address = load_settings(context), parse_given(url)
    with open_if_there(settings) as engine:

        async def work(watch: SignalWatch) -> Exit:
            async with open_web(settings, engine, allow_private=allow_private) as tools:
                with Counting(f"reading what {host_of(address)} offers"):
                    found = await discover_site(address, tools, SystemClock().now())
                _show(found, json=json, flag=" --allow-private" if allow_private else "")
            return Exit.OK

        code = run_watched(work)
    raise typer.Exit(code)


def _show(found: list[DiscoveredSource], *, json: bool, flag: str) -> None:
    """``flag``: what the next command needs as well."""
    offers = [each.offer for each in found]
    reasons = [explain_place(offers, place) for place in range(len(offers))]
    if not json and sys.stdout.isatty():
        _print(found, reasons)
        say(f"`kliping sources add {operand(offers[0].url)}{flag}` follows the first")
        return
    for place, each in enumerate(found):
        offer, sitemaps = each.offer, len(each.reading.listing.sitemaps)
        values: dict[str, Any] = {
            "url": offer.url,
            "kind": offer.kind,
            "best": place == 0,
            "title": offer.title,
            "via": offer.via,
            "links": offer.links,
            "sitemaps": sitemaps,
            "newest": format_time(offer.newest),
            "per_day": None if offer.per_day is None else round(offer.per_day, 1),
            "is_news": offer.is_news,
            "why": offer.why,
            "reason": reasons[place],
        }
        if json:
            emit_json(values)
        else:
            number = offer.links or sitemaps
            rest = ("newest", "per_day", "url", "via", "why", "reason")
            emit_row(offer.kind, number, *(values[key] for key in rest))


def _print(found: list[DiscoveredSource], reasons: list[str]) -> None:
    """On a terminal: of each offer a row, its whole address, and why it stands there."""
    width = max(shutil.get_terminal_size().columns - 1, 40)
    emit(_ROW.format("", "Kind", "Lists", "Newest", "A day", "Found by").rstrip())
    for place, (each, reason) in enumerate(zip(found, reasons, strict=True)):
        offer, sitemaps = each.offer, len(each.reading.listing.sitemaps)
        lists = counted(sitemaps, "sitemap") if sitemaps else counted(offer.links, "link")
        newest = "" if offer.newest is None else local_minute(offer.newest)
        per_day = "" if offer.per_day is None else f"{offer.per_day:.1f}"
        cells = (place + 1, offer.kind, lists, newest, per_day, offer.via)
        emit(_ROW.format(*cells).rstrip()[:width])
        emit(f"    {clean(offer.url)}")
        for line in textwrap.wrap(clean("; ".join([*offer.remarks, reason])), width - 4):
            emit(f"    {line}")


_ROW = "{:>2}  {:<10}  {:<11}  {:<22}  {:>6}  {}"
