"""Sources in: one address found out and added, or a whole file of them."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING

from commands.addresses import Named, check_addresses, is_file
from commands.archive import open_archive
from commands.cleaning import clean
from commands.exits import Exit, UsageError
from commands.render.columns import print_records
from commands.render.counting import Counting
from commands.render.quoting import operand
from commands.render.sources import SOURCES
from commands.render.values import counted
from commands.settings import Settings
from commands.signals import SignalWatch, run_watched
from commands.sources.opml import Outline, read_source_list
from commands.terminal import say
from commands.web import open_web
from scraper.clock import SystemClock
from scraper.crawl.discover import GIVEN, discover_site
from scraper.discovery.choice import explain_place
from scraper.errors import FetchError, NotASourceError, ParseError
from scraper.model.types import SourceKind, Validators
from scraper.schedule import MAX_NEW, split_news
from scraper.urls import host_of, parse_address
from storage.frontier.sources import Sources

if TYPE_CHECKING:
    from scraper.crawl.discover import DiscoveredSource
    from scraper.setup import Tools
    from storage.records import SourceRecord

PROBES_AT_A_TIME = 8
PROBES_AHEAD = 32
"""Answers that wait for a slower one, which stands before them in the file."""
MAX_NAME = 80
MAX_SOURCES = 10_000
"""In one file: a longer one is no list of sources, and asking all of it would take days."""

PROBLEMS = (FetchError, ParseError)


def run_add(
    settings: Settings,
    url: str,
    name: str | None,
    *,
    allow_private: bool,
    json: bool,
    quiet: bool = False,
) -> Exit:
    """Find out what ``url`` is and keep what was read. Raises what the probe raises."""
    if is_file(url):
        raise UsageError(
            f"{url}: a file; `kliping sources import {operand(url)}` adds what it lists"
        )
    address = parse_address(url)
    named = Named(address, "", None if name is None else check_name(name))
    with open_archive(settings, create=True) as engine:
        sources = Sources(engine)
        known = sources.find(address)
        if known is not None and not known.is_part:  # what is a part, of whomever, is freed below
            if not known.vouched:
                sources.vouch([address])
            _tell(known, [_known(known)], json=json, quiet=quiet)
            return Exit.OK
        if named.name is not None and (other := sources.find(named.name)) is not None:
            raise UsageError(f"--name {named.name}: is the name of {other.url} already")

        async def work(watch: SignalWatch) -> Exit:
            async with open_web(settings, engine, allow_private=allow_private) as tools:
                with Counting(f"reading what {host_of(address)} offers", quiet=quiet):
                    found = await discover_site(address, tools, SystemClock().now())
                record, created = await tools.offload(_keep, sources, named, found[0])
            crawl = f"kliping crawl{' --allow-private' if allow_private else ''}"
            lines = _added(record, found, crawl) if created else [_known(record)]
            _tell(record, lines, json=json, quiet=quiet)
            return Exit.OK

        return run_watched(work)


def run_import(settings: Settings, path: str, *, allow_private: bool, quiet: bool) -> Exit:
    """Keep every source that a file lists, in its order. Raises ``UsageError``."""
    checked = check_addresses(read_source_list(path))
    for problem in checked.told:
        say(problem)
    wanted: dict[str, Named] = {}
    for address, item in checked.good:
        wanted.setdefault(address, item)
    if len(wanted) > MAX_SOURCES:
        raise UsageError(f"{path}: {len(wanted)} sources; more than {MAX_SOURCES} are not taken")
    with open_archive(settings, create=True) as engine:
        sources = Sources(engine)
        known = sources.find_all(wanted)
        sources.vouch(known)
        added: list[SourceRecord] = []
        new = {url: item for url, item in wanted.items() if url not in known}
        filed = sources.file(_folders_of(wanted, known))

        async def work(watch: SignalWatch) -> Exit:
            async with open_web(settings, engine, allow_private=allow_private) as tools:
                with Counting("asked", quiet=quiet) as counting:
                    return await _import(new, sources, tools, added, counting)

        code = run_watched(work) if new else Exit.OK
        if not quiet and code < Exit.HANGUP:
            say(_counts(len(added), len(known), filed) if wanted else "no source is listed there")
    is_wrong = checked.problems or not wanted
    return Exit.USAGE if is_wrong and code == Exit.OK else code


def _counts(added: int, known: int, filed: int) -> str:
    text = f"{added} new, {known} known already"
    return f"{text}, {filed} of them put into their folders" if filed else text


def _folders_of(wanted: Mapping[str, Named], known: Mapping[str, int]) -> dict[int, str]:
    """By the ids of the known sources, the folders that the file has them in."""
    folders = ((known[url], _folder_of(wanted[url])) for url in known)
    return {source_id: folder for source_id, folder in folders if folder is not None}


def _folder_of(item: Named) -> str | None:
    return item.folder if isinstance(item, Outline) else None


def check_name(name: str) -> str:
    """A name that is no id, option or address, and prints on one line. Raises ``UsageError``."""
    plain = " ".join(name.split())
    if not plain or len(plain) > MAX_NAME or clean(plain) != plain:
        raise UsageError(f"--name must be 1 to {MAX_NAME} printable characters")
    if plain.isdecimal() or plain.startswith("-") or "://" in plain:
        raise UsageError(f"--name {plain}: would be mistaken for an id, an option or an address")
    return plain


def title_as_name(title: str | None) -> str | None:
    """A name from an OPML title, or ``None`` where it is none."""
    try:
        return check_name(clean(title or "")[:MAX_NAME])
    except UsageError:
        return None


async def _import(
    new: Mapping[str, Named],
    sources: Sources,
    tools: Tools,
    added: list[SourceRecord],
    counting: Counting,
) -> Exit:
    """Probe several at a time; keep them one after the other, so that ids follow the file.

    What is down, or answers with something else than a source, is kept: that may be the page of an
    error or of maintenance, and the file says that it is a source.
    """
    code, asked = Exit.OK, count(1)
    limit = asyncio.Semaphore(PROBES_AT_A_TIME)
    rest = iter(new.items())
    probes: deque[tuple[Named, asyncio.Task[DiscoveredSource | FetchError | ParseError]]] = deque()
    try:
        while True:
            while len(probes) < PROBES_AHEAD and (pair := next(rest, None)) is not None:
                url, item = pair
                named = Outline(url, item.where, title_as_name(item.name), _folder_of(item))
                probes.append((named, asyncio.create_task(_probe(url, tools, limit))))
            if not probes:
                return code
            item, probe = probes[0]
            answer = await probe
            probes.popleft()
            counting.show(next(asked), len(new))
            best = None if isinstance(answer, PROBLEMS) else answer
            record, created = await tools.offload(_keep, sources, item, best)
            if created:
                added.append(record)
            if isinstance(answer, NotASourceError):
                code = Exit.USAGE
            if isinstance(answer, PROBLEMS):
                say(f"{item.where}: {answer}; kept, the next crawl tries it again")
    finally:
        for _, probe in probes:
            probe.cancel()
        await asyncio.gather(*(probe for _, probe in probes), return_exceptions=True)


async def _probe(
    url: str, tools: Tools, limit: asyncio.Semaphore
) -> DiscoveredSource | FetchError | ParseError:
    async with limit:
        try:
            return (await discover_site(url, tools, SystemClock().now()))[0]
        except PROBLEMS as error:
            return error


def _keep(
    sources: Sources, named: Named, best: DiscoveredSource | None
) -> tuple[SourceRecord, bool]:
    """Store a source with what was read from it; it is known by the address that was given, too.

    What is itself a list of pages keeps the address that was given, so that a redirect may lead
    elsewhere one day.
    """
    now = SystemClock().now()
    if best is None:
        return sources.add(
            named.text,
            name=named.name,
            kind=SourceKind.FEED,
            now=now,
            folder=_folder_of(named),
            vouched=True,
        )
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
        folder=_folder_of(named),
        vouched=is_itself or best.vouched,
    )


def _known(record: SourceRecord) -> str:
    return f"known already: source {record.name} ({record.url})"


def _added(record: SourceRecord, found: Sequence[DiscoveredSource], crawl: str) -> list[str]:
    """What was taken; of several offers why it; and what becomes of it, a line each. ``crawl``: the
    command that does it."""
    offer, listing = found[0].offer, found[0].reading.listing
    is_found = offer.via != GIVEN or record.kind is SourceKind.FRONT_PAGE
    where = f"{record.url} ({offer.via}): " if is_found else ""
    lines = [f"added source {record.name}: {where}{offer.why}"]
    if len(found) > 1:
        reason = explain_place([each.offer for each in found], 0)
        lines.append(f"it is the first of {len(found)} offers ({reason}); `discover` shows all")
    links, sitemaps = len(listing.links), len(listing.sitemaps)
    if sitemaps and not links:
        lines.append(f"`{crawl}` reads its newest sitemaps, of {sitemaps}")
    elif links:
        lines.append(f"`{crawl}` fetches what is new of its {counted(links, 'link')}")
    else:
        lines.append(f"it lists nothing now; `{crawl}` polls it from now on")
    return lines


def _tell(record: SourceRecord, lines: Sequence[str], *, json: bool, quiet: bool) -> None:
    for line in () if quiet else lines:
        say(line)
    if json:
        print_records([record], SOURCES, json=True)
