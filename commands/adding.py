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
from scraper.types import SourceKind
from scraper.urls import parse_address

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from scraper.setup import Tools
    from scraper.sources import Reading
    from storage.records import SourceRecord
    from storage.sources import Sources

PROBES_AT_A_TIME = 8
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
            from scraper.sources import probe_source

            async with _tools(settings, engine, allow_private=allow_private) as tools:
                reading = await probe_source(address, tools)
                record, created = await tools.offload(_keep, sources, named, reading)
            links = f"{len(reading.links)} {'link' if len(reading.links) == 1 else 'links'}"
            added = f"added source {record.name}: a {record.kind} with {links}"
            _tell(record, added if created else f"known already: source {record.name}", json=json)
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
            async with _tools(settings, engine, allow_private=allow_private) as tools:
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
            reading = None if isinstance(answer, PROBLEMS) else answer
            await tools.offload(_keep, sources, item, reading)
            if isinstance(answer, PROBLEMS):
                say(f"{item.where}: {answer}; kept, the next crawl tries it again")
    finally:
        for probe in probes:
            probe.cancel()
        await asyncio.gather(*probes, return_exceptions=True)
    return code


async def _probe(
    url: str, tools: Tools, limit: asyncio.Semaphore
) -> Reading | FetchError | ParseError:
    from scraper.sources import probe_source

    async with limit:
        try:
            return await probe_source(url, tools)
        except PROBLEMS as error:
            return error


def _keep(sources: Sources, named: Named, reading: Reading | None) -> tuple[SourceRecord, bool]:
    """Store a source under the address that was given, so that it is known by it next time."""
    now = SystemClock().now()
    if reading is None:
        return sources.add(named.text, name=named.name, kind=SourceKind.FEED, now=now)
    return sources.add(
        named.text,
        name=named.name,
        kind=reading.kind,
        now=now,
        title=reading.title,
        validators=reading.validators,
        links=reading.links,
    )


@asynccontextmanager
async def _tools(
    settings: Settings, engine: Engine, *, allow_private: bool
) -> AsyncIterator[Tools]:
    from scraper.setup import open_tools
    from storage.hosts import Hosts

    policy = settings.fetch_policy(allow_private=allow_private)
    async with open_tools(policy, settings.pace_policy(), Hosts(engine), SystemClock()) as tools:
        yield tools


def _tell(record: SourceRecord, text: str, *, json: bool) -> None:
    say(text)
    if json:
        emit_json(source_object(record))
