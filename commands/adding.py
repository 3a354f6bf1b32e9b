"""Sources in: one address found out and added, or a whole file of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from commands.addresses import Named, check_addresses, is_file
from commands.archive import open_archive
from commands.cleaning import clean
from commands.config import Settings
from commands.exits import Exit, UsageError
from commands.opml import read_source_list
from commands.render import emit_json, source_object
from commands.signals import SignalWatch, run_watched
from commands.terminal import say
from scraper.clock import SystemClock
from scraper.errors import FetchError, NotASourceError, ParseError
from scraper.types import SourceKind, Validators
from scraper.urls import parse_address

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from scraper.discover import Found
    from scraper.setup import Tools
    from storage.records import SourceRecord
    from storage.sources import Sources

PROBES_AT_A_TIME = 8
MAX_OTHERS = 3
MAX_NAME = 80

PROBLEMS = (FetchError, ParseError)


def run_add(
    settings: Settings, url: str, name: str | None, *, allow_private: bool, json: bool
) -> Exit:
    """Find out what ``url`` is and keep what was read. Raises what the probe raises."""
    from storage.sources import Sources

    if is_file(url):
        raise UsageError(f"{url}: a file; `kliping sources import {url}` adds what it lists")
    address = parse_address(url)
    named = Named(address, "", None if name is None else check_name(name))
    with open_archive(settings) as engine:
        sources = Sources(engine)
        known = sources.find(address)
        if known is not None:
            _tell(known, f"known already: source {known.name}", json=json)
            return Exit.OK
        if named.name is not None and (other := sources.find(named.name)) is not None:
            raise UsageError(f"--name {named.name}: is the name of {other.url} already")

        async def work(watch: SignalWatch) -> Exit:
            from scraper.discover import discover_site

            async with open_probe(settings, engine, allow_private=allow_private) as tools:
                found = await discover_site(address, tools, SystemClock().now())
                best = found[0]
                record, created = await tools.offload(_keep, sources, named, best)
            if created:
                _tell(record, f"added source {_described(record, best)}", json=json)
                _tell_others(found[1:])
            else:
                _tell(record, f"known already: source {record.name}", json=json)
            return Exit.OK

        return run_watched(work)


def run_import(settings: Settings, path: str, *, allow_private: bool, quiet: bool) -> Exit:
    """Keep every source that a file lists, in its order. Raises ``UsageError``."""
    from storage.sources import Sources

    checked = check_addresses(read_source_list(path))
    for problem in checked.told:
        say(problem)
    with open_archive(settings) as engine:
        sources = Sources(engine)
        wanted: dict[str, Named] = {}
        for address, item in checked.good:
            wanted.setdefault(address, Named(address, item.where, title_as_name(item.name)))
        new = [item for url, item in wanted.items() if sources.find(url) is None]

        async def work(watch: SignalWatch) -> Exit:
            async with open_probe(settings, engine, allow_private=allow_private) as tools:
                return await _import(new, sources, tools)

        code = run_watched(work) if new else Exit.OK
        if not quiet and code < Exit.HANGUP:
            say(f"{len(new)} new, {len(wanted) - len(new)} known already")
    return Exit.USAGE if checked.problems and code == Exit.OK else code


def check_name(name: str) -> str:
    """A name that is no id, no address, and prints on one line. Raises ``UsageError``."""
    plain = " ".join(name.split())
    if not plain or len(plain) > MAX_NAME or clean(plain) != plain:
        raise UsageError(f"--name must be 1 to {MAX_NAME} printable characters")
    if plain.isdecimal() or "://" in plain:
        raise UsageError(f"--name {plain}: would be mistaken for an id or an address")
    return plain


def title_as_name(title: str | None) -> str | None:
    """A name from an OPML title, or ``None`` where it is none."""
    try:
        return check_name(clean(title or "")[:MAX_NAME])
    except UsageError:
        return None


async def _import(new: Sequence[Named], sources: Sources, tools: Tools) -> Exit:
    """Probe several at a time; keep them one after the other, so that ids follow the file."""
    code = Exit.OK
    limit = asyncio.Semaphore(PROBES_AT_A_TIME)
    probes = [asyncio.create_task(_probe(item.text, tools, limit)) for item in new]
    try:
        for item, probe in zip(new, probes, strict=True):
            answer = await probe
            if isinstance(answer, NotASourceError):
                say(f"{item.where}: {answer}")
                code = Exit.USAGE
                continue
            best = None if isinstance(answer, PROBLEMS) else answer
            await tools.offload(_keep, sources, item, best)
            if isinstance(answer, PROBLEMS):
                say(f"{item.where}: {answer}; kept, the next crawl tries it again")
    finally:
        for probe in probes:
            probe.cancel()
        await asyncio.gather(*probes, return_exceptions=True)
    return code


async def _probe(
    url: str, tools: Tools, limit: asyncio.Semaphore
) -> Found | FetchError | ParseError:
    from scraper.discover import discover_site

    async with limit:
        try:
            return (await discover_site(url, tools, SystemClock().now()))[0]
        except PROBLEMS as error:
            return error


def _keep(sources: Sources, named: Named, best: Found | None) -> tuple[SourceRecord, bool]:
    """Store a source with what was read from it; it is known by the address that was given, too.

    What is itself a list of pages keeps the address that was given, so that a redirect may lead
    elsewhere one day.
    """
    from scraper.discover import GIVEN
    from scraper.schedule import MAX_NEW, split_news

    now = SystemClock().now()
    if best is None:
        return sources.add(named.text, name=named.name, kind=SourceKind.FEED, now=now)
    reading, listing = best.reading, best.reading.listing
    is_itself = best.offer.via == GIVEN
    news, backlog = split_news(listing.links, MAX_NEW, now)
    return sources.add(
        named.text if is_itself else best.offer.url,
        asked=None if is_itself else named.text,
        name=named.name,
        kind=reading.kind,
        now=now,
        title=listing.title,
        # Of an index the next poll must see the sitemaps.
        validators=Validators() if listing.sitemaps else reading.validators,
        links=news,
        backlog=backlog,
        was_read=True,
    )


def _described(record: SourceRecord, best: Found) -> str:
    """``Post: a feed with 20 links``; of one that was found, where and why it."""
    from scraper.discover import GIVEN

    listing, offer = best.reading.listing, best.offer
    number, thing = len(listing.links), "link"
    if listing.sitemaps and not listing.links:
        number, thing = len(listing.sitemaps), "sitemap"
    text = f"{record.name}: a {record.kind} with {number} {thing}{'' if number == 1 else 's'}"
    if offer.via == GIVEN and record.kind is not SourceKind.FRONT_PAGE:
        return text
    return f"{text}, {record.url} ({offer.via}): {offer.why}"


def _tell_others(others: Sequence[Found]) -> None:
    if others:
        named = ", ".join(each.offer.url for each in others[:MAX_OTHERS])
        say(f"also offered: {named}; `kliping discover` shows all")


@asynccontextmanager
async def open_probe(
    settings: Settings, engine: Engine, *, allow_private: bool
) -> AsyncIterator[Tools]:
    """What finding out about sources needs."""
    from scraper.setup import open_tools
    from storage.hosts import Hosts

    policy = settings.fetch_policy(allow_private=allow_private)
    async with open_tools(
        policy,
        settings.pace_policy(),
        Hosts(engine),
        SystemClock(),
        credentials=settings.credentials(),
    ) as tools:
        yield tools


def _tell(record: SourceRecord, text: str, *, json: bool) -> None:
    say(text)
    if json:
        emit_json(source_object(record))
