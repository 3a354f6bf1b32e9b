"""Sources in: one address found out and added, or a whole file of them."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from commands.addresses import check_addresses, clip, is_file, parse_given
from commands.archive import open_archive
from commands.cleaning import clean
from commands.exits import Exit, UsageError
from commands.render.columns import print_records
from commands.render.counting import Counting
from commands.render.quoting import operand
from commands.render.sources import SOURCES
from commands.render.values import counted
from commands.settings import Settings
from commands.settings.keys import IMAGES
from commands.signals import SignalWatch, run_watched
from commands.sources.opml import Outline, read_source_list
from commands.terminal import say
from commands.web import open_web
from scraper.clock import SystemClock
from scraper.crawl.discover import GIVEN, discover_site, read_exactly
from scraper.discovery.choice import explain_place
from scraper.discovery.wanted import MAX_PATTERNS, keep_wanted, parse_pattern
from scraper.errors import FetchError, NotASourceError, ParseError
from scraper.model.types import SourceKind, Validators
from scraper.schedule import MAX_NEW, split_news
from scraper.urls import canonical_url, host_of
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
    exact: bool = False,
    only: Sequence[str] = (),
    images: str | None = None,
    allow_private: bool,
    json: bool,
    quiet: bool = False,
) -> Exit:
    """Find out what ``url`` is and keep what was read. Raises what the probe raises."""
    if is_file(url):
        raise UsageError(
            f"{url}: a file; `kliping sources import {operand(url)}` adds what it lists"
        )
    address = parse_given(url)
    patterns = check_patterns(only)
    named = Outline(
        address,
        "",
        None if name is None else check_name(name),
        exact=exact,
        only=patterns,
        images=check_images(images),
    )
    credentials = settings.credentials()  # where they are refused, no archive is made
    with open_archive(settings, create=True) as engine:
        sources = Sources(engine)
        known = sources.find(address)
        # What is a part, of whomever, is freed below.
        if known is not None and not known.is_part and _is_it(known, named):
            if not known.vouched:
                sources.vouch([address])
            lines = [_known(known)]
            if only and patterns != known.only:
                sources.limit(known.id, patterns, SystemClock().now())
                known = replace(known, only=patterns)
                lines.append(f"{_limit(known)} from now on; what it listed before stays")
            if named.images is not None and named.images != known.images:
                sources.set_images(known.id, named.images)
                known = replace(known, images=named.images)
                lines.append(f"{_pictures(known)} from now on")
            _tell(known, lines, json=json, quiet=quiet)
            return Exit.OK
        if named.name is not None and (other := sources.find(named.name)) is not None:
            raise UsageError(f"--name {named.name}: is the name of {other.url} already")

        async def work(watch: SignalWatch) -> Exit:
            async with open_web(
                settings, engine, allow_private=allow_private, credentials=credentials
            ) as tools:
                with Counting(f"reading what {host_of(address)} offers", quiet=quiet):
                    found = await _find(named, tools)
                record, created = await tools.offload(_keep, sources, named, found[0])
            crawl = f"kliping crawl{' --allow-private' if allow_private else ''}"
            lines = _added(record, found, crawl) if created else [_known(record)]
            _tell(record, lines, json=json, quiet=quiet)
            return Exit.OK

        return run_watched(work)


def _is_it(known: SourceRecord, named: Outline) -> bool:
    """Whether a known source is the one that is asked for: it may have been found for its address,
    and another one be asked for exactly."""
    return not named.exact or canonical_url(known.url) == canonical_url(named.text)


def run_import(
    settings: Settings, path: str, *, exact: bool = False, allow_private: bool, quiet: bool
) -> Exit:
    """Keep every source that a file lists, in its order. Raises ``UsageError``."""
    checked = check_addresses(read_source_list(path))
    for problem in checked.told:
        say(problem)
    wanted: dict[str, Outline] = {}
    for address, item in checked.good:
        named = replace(
            item,
            exact=exact or item.exact,
            only=check_patterns(item.only, item.where),
            images=check_images(item.images, f"{item.where}: kliping:images"),
        )
        wanted.setdefault(address, named)
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
                    return await _import(new, sources, tools, added, counting, quiet=quiet)

        code = run_watched(work) if new else Exit.OK
        if not quiet and code < Exit.HANGUP:
            say(_counts(len(added), len(known), filed) if wanted else "no source is listed there")
    is_wrong = checked.problems or not wanted
    return Exit.USAGE if is_wrong and code == Exit.OK else code


def _counts(added: int, known: int, filed: int) -> str:
    text = f"{added} new, {known} known already"
    return f"{text}, {filed} of them put into their folders" if filed else text


def _folders_of(wanted: Mapping[str, Outline], known: Mapping[str, int]) -> dict[int, str]:
    """By the ids of the known sources, the folders that the file has them in."""
    folders = ((known[url], wanted[url].folder) for url in known)
    return {source_id: folder for source_id, folder in folders if folder is not None}


def check_patterns(given: Sequence[str], where: str = "--only") -> tuple[str, ...]:
    """The patterns as they are compared, each once; none where one of them is of the whole site.
    Raises ``UsageError``."""
    patterns: dict[str, None] = {}
    for text in given:
        try:
            patterns[parse_pattern(text)] = None
        except ValueError as error:
            raise UsageError(f"{where} {clip(text)}: {error}") from None
    if len(patterns) > MAX_PATTERNS:
        raise UsageError(f"{where}: {len(patterns)} patterns; at most {MAX_PATTERNS} are taken")
    return () if "/" in patterns else tuple(patterns)


def check_images(given: str | None, where: str = "--images") -> str | None:
    """Raises ``UsageError``."""
    if given is not None and given not in IMAGES:
        raise UsageError(f"{where} {clip(given)}: must be {' or '.join(reversed(IMAGES))}")
    return given


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
    new: Mapping[str, Outline],
    sources: Sources,
    tools: Tools,
    added: list[SourceRecord],
    counting: Counting,
    *,
    quiet: bool,
) -> Exit:
    """Probe several at a time; keep them one after the other, so that ids follow the file. Where
    something better was found than what the file names, that is told.

    What is down, or answers with something else than a source, is kept: that may be the page of an
    error or of maintenance, and the file says that it is a source.
    """
    code, asked = Exit.OK, count(1)
    limit = asyncio.Semaphore(PROBES_AT_A_TIME)
    rest = iter(new.items())
    probes: deque[tuple[Outline, asyncio.Task[DiscoveredSource | FetchError | ParseError]]]
    probes = deque()
    try:
        while True:
            while len(probes) < PROBES_AHEAD and (pair := next(rest, None)) is not None:
                url, item = pair
                named = replace(item, text=url, name=title_as_name(item.name))
                probes.append((named, asyncio.create_task(_probe(named, tools, limit))))
            if not probes:
                return code
            item, probe = probes[0]
            answer = await probe
            probes.popleft()
            counting.show(next(asked), len(new))
            if isinstance(answer, NotASourceError) and answer.why is not None:
                code = Exit.USAGE
                say(f"{item.where}: {answer}; left out")
                continue
            best = None if isinstance(answer, PROBLEMS) else answer
            record, created = await tools.offload(_keep, sources, item, best)
            if created:
                added.append(record)
            if best is not None and best.offer.via != GIVEN and not quiet:
                known = "" if created else ", which is known already"
                better = f"{best.offer.url}{known} ({best.offer.via}): {best.offer.why}"
                say(f"{item.where}: {item.text}: replaced by {better}")
            if isinstance(answer, NotASourceError):
                code = Exit.USAGE
            if isinstance(answer, PROBLEMS):
                say(f"{item.where}: {answer}; kept, the next crawl tries it again")
    finally:
        for _, probe in probes:
            probe.cancel()
        await asyncio.gather(*(probe for _, probe in probes), return_exceptions=True)


async def _probe(
    named: Outline, tools: Tools, limit: asyncio.Semaphore
) -> DiscoveredSource | FetchError | ParseError:
    async with limit:
        try:
            return (await _find(named, tools))[0]
        except PROBLEMS as error:
            return error


async def _find(named: Outline, tools: Tools) -> list[DiscoveredSource]:
    """What is there, the best first; of an address that is meant exactly, only itself."""
    now = SystemClock().now()
    if named.exact:
        return [await read_exactly(named.text, tools, now, named.only)]
    return await discover_site(named.text, tools, now)


def _keep(
    sources: Sources, named: Outline, best: DiscoveredSource | None
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
            folder=named.folder,
            vouched=True,
            only=named.only,
            images=named.images,
        )
    reading, listing = best.reading, best.reading.listing
    is_itself = best.offer.via == GIVEN
    news, backlog = split_news(keep_wanted(listing.links, named.only), MAX_NEW, now)
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
        folder=named.folder,
        vouched=is_itself or best.vouched,
        only=named.only,
        images=named.images,
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
    if record.only:
        lines.append(_limit(record))
    if record.images is not None:
        lines.append(_pictures(record))
    links, sitemaps = len(keep_wanted(listing.links, record.only)), len(listing.sitemaps)
    if listing.links and not links:
        number = counted(len(listing.links), "link")
        lines.append(f"none of its {number} is one of these now; check the pattern")
    elif sitemaps and not links:
        lines.append(f"`{crawl}` reads its newest sitemaps, of {sitemaps}")
    elif links:
        lines.append(f"`{crawl}` fetches what is new of its {counted(links, 'link')}")
    elif record.kind is SourceKind.FRONT_PAGE:
        lines.append(
            f"no link on it looks like one to an article now; `{crawl}` polls it from now on, and "
            "`kliping fetch URL` files a page that it misses"
        )
    else:
        lines.append(f"it lists nothing now; `{crawl}` polls it from now on")
    return lines


def _pictures(record: SourceRecord) -> str:
    which = "the lead images" if record.images == "lead" else "no images"
    return f"{which} of its articles are fetched"


def _limit(record: SourceRecord) -> str:
    if not record.only:
        return "all its links are taken"
    return f"only its links that fit {' or '.join(record.only)} are taken"


def _tell(record: SourceRecord, lines: Sequence[str], *, json: bool, quiet: bool) -> None:
    for line in () if quiet else lines:
        say(line)
    if json:
        print_records([record], SOURCES, json=True)
