"""Sources under way: tried, switched off and on, written out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from commands.addresses import parse_given
from commands.archive import no_source_yet, open_archive, open_if_there, pick_source
from commands.cleaning import clean
from commands.exits import Exit, UsageError
from commands.render.columns import emit_json, pick, print_records, print_rows
from commands.render.quoting import operand
from commands.render.sources import SOURCES
from commands.render.values import counted
from commands.settings import Settings
from commands.signals import SignalWatch, run_watched
from commands.sources.opml import write_opml
from commands.terminal import emit, say
from commands.times import local_day
from commands.web import open_web
from scraper.clock import SystemClock
from scraper.crawl.sources import SOURCE_PROBLEMS, probe_source, read_source
from scraper.discovery.front_page import MAX_LINKS
from scraper.discovery.wanted import keep_wanted
from scraper.errors import AddressError
from scraper.model.types import FetchRequest, Link, SourceKind
from scraper.schedule import split_sitemaps
from storage.frontier.sources import Sources
from storage.frontier.store import Frontier

MAX_SHOWN = 3
"""Sitemaps of an index whose links are shown."""

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from scraper.crawl.sources import SourceReading
    from storage.records import SourceRecord


def run_test(settings: Settings, text: str, *, allow_private: bool, json: bool) -> Exit:
    """Raises what reading the source raises, and ``UsageError`` for what is none and no address."""
    with open_if_there(settings) as engine:
        source = None if engine is None else _source_or_none(Sources(engine), text)
        url = source.url if source is not None else parse_given(text)

        async def work(watch: SignalWatch) -> Exit:
            async with open_web(settings, engine, allow_private=allow_private) as tools:
                if source is None:
                    reading = await probe_source(url, tools)
                else:
                    request = FetchRequest(url, vouched=source.vouched)
                    reading = await read_source(request, source.kind, tools, only=source.only)
                readings, now = [reading], SystemClock().now()
                for sitemap in split_sitemaps(reading.listing.sitemaps, now, MAX_SHOWN)[0]:
                    request = FetchRequest(sitemap.url, vouched=sitemap.vouched)
                    try:
                        part = await read_source(request, SourceKind.SITEMAP, tools)
                    except SOURCE_PROBLEMS as error:
                        say(str(error))
                    else:
                        readings.append(part)
            links = [link for each in readings for link in each.listing.links]
            if source is not None and source.only:
                listed = counted(len(links), "link")
                links = [*keep_wanted(links, source.only)]
                say(f"of its {listed} {len(links)} fit {' or '.join(source.only)}")
            known = set() if engine is None else Frontier(engine).tried_among(links)
            _show_reading(reading, links, known, json=json)
            return Exit.OK

        return run_watched(work)


def _source_or_none(sources: Sources, text: str) -> SourceRecord | None:
    """The source of this name, id or address; ``None`` for an address that is none yet."""
    try:
        return pick_source(sources, text)
    except UsageError:
        try:
            parse_given(text)
        except AddressError:
            pass
        else:
            return None
        raise


def _show_reading(
    reading: SourceReading, links: Sequence[Link], known: Collection[str], *, json: bool
) -> None:
    """``known``: the addresses that were fetched already. Of an index its newest sitemaps' links
    are shown, and which sitemaps there are."""
    listing = reading.listing
    states = ["known" if link.url in known else "new" for link in links]
    if json:
        for state, link in zip(states, links, strict=True):
            times = pick(link, ("published_at", "modified_at"))
            emit_json({"state": state, "url": link.url, "title": link.title} | times)
        for sitemap in listing.sitemaps:
            emit_json({"state": "sitemap", "url": sitemap.url})
    else:
        rows: list[tuple[object, ...]] = [
            (state, link.dated_at, link.title, link.url)
            for state, link in zip(states, links, strict=True)
        ]
        rows += [("sitemap", each.modified_at, None, each.url) for each in listing.sitemaps]
        print_rows(("State", "Date", "Title", "URL"), rows, flexible="URL")
    sitemaps = len(listing.sitemaps)
    parts = f"{counted(sitemaps, 'sitemap')}, " if sitemaps else ""
    is_full = reading.kind is SourceKind.FRONT_PAGE and len(links) >= MAX_LINKS
    most = " (the most that are taken of a page)" if is_full else ""
    number = f"{counted(len(links), 'link')}{most}"
    new = states.count("new")
    say(f"a {reading.kind} with {parts}{number}, {new:,} of them new; nothing was stored")


def print_list(settings: Settings, *, json: bool) -> None:
    """All of them, in the order in which they were added. Raises ``StorageError``."""
    with open_archive(settings, read_only=True) as engine:
        records = Sources(engine).list()
    if not records and not json:
        say(no_source_yet(settings))
    print_records(records, SOURCES, json=json)


def remove_source(settings: Settings, text: str) -> None:
    """Raises ``UsageError`` for an unknown source."""
    with open_archive(settings) as engine:
        sources = Sources(engine)
        record = pick_source(sources, text)
        sources.remove(record.id)
    say(f"removed source {record.name} ({record.url})")


def disable_source(settings: Settings, text: str, reason: str | None) -> None:
    """Off, for a ``reason`` if one is given. Raises ``UsageError`` for an unknown source."""
    given = clean(" ".join((reason or "").split()))[:200] or None
    with open_archive(settings) as engine:
        sources = Sources(engine)
        source = pick_source(sources, text)
        sources.disable(source.id, given, SystemClock().now())
        now = pick_source(sources, str(source.id))
    state = "is no longer polled"
    if now.disabled_at is not None and now.disabled_at == source.disabled_at:
        state = f"was disabled already, since {local_day(now.disabled_at)}"
    how = f"`kliping sources enable {operand(source.name)}` enables it again"
    say(f"source {source.name} {state}: {now.disabled_reason}; {how}")


def enable_source(settings: Settings, text: str) -> None:
    """On again. Raises ``UsageError`` for an unknown source."""
    with open_archive(settings) as engine:
        sources = Sources(engine)
        source = pick_source(sources, text)
        if source.disabled_at is None:
            say(f"source {source.name} is not disabled: it is polled as before")
            return
        sources.enable(source.id, SystemClock().now())
    say(f"source {source.name} is polled again, from the next crawl on")


def export_sources(settings: Settings, *, plain: bool) -> None:
    """As OPML, or the addresses alone. Raises ``StorageError``."""
    with open_archive(settings, read_only=True) as engine:
        records = Sources(engine).list()
    for line in (clean(each.url) for each in records) if plain else write_opml(records):
        emit(line)
    if plain and (limited := sum(bool(each.only or each.images) for each in records)):
        whose = counted(limited, "source")
        say(
            f"--plain leaves out which links or images are taken of {whose}; without it, OPML has "
            "that"
        )
