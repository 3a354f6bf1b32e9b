"""What a site offers to follow: its feeds, sitemaps and front page, read and ranked."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from scraper.crawl.sources import SOURCE_PROBLEMS, SourceReading, probe_source, read_source
from scraper.discovery.choice import fits
from scraper.discovery.front_page import SURE_PATH
from scraper.discovery.front_page.ranking import is_service, score_address
from scraper.discovery.offers import (
    FROM_ROBOTS,
    Offer,
    Offered,
    judge_offer,
    rank_offers,
    usual_addresses,
)
from scraper.errors import (
    FetchError,
    NetworkError,
    NotASourceError,
    ParseError,
    RefusedError,
    RobotsError,
    SandboxError,
)
from scraper.fetch.vouching import is_same_site
from scraper.isolation.claims import check_addresses
from scraper.isolation.functions import PureFunction
from scraper.isolation.readers import extract_in
from scraper.model.types import FetchRequest, Link, SourceKind, Verdict
from scraper.setup import Tools
from scraper.urls import origin_of

MAX_NAMED = 16
"""Addresses that a page and robots.txt name, of which so many are tried."""
MAX_GUESSED = 5
"""Usual addresses that are tried of feeds where none was found, and of sitemaps."""

GIVEN = "the address given"
DECLARED: PureFunction[tuple[Offered, ...]] = PureFunction(
    "scraper.discovery.offers:declared_in",
    tuple[Offered, ...],
    check=lambda offered, *_: check_addresses(each.url for each in offered),
)
_SITEMAP_WORD = re.compile("sitemap|googlenews")


@dataclass(frozen=True)
class DiscoveredSource:
    """An offer, and what was read there."""

    offer: Offer
    reading: SourceReading
    vouched: bool = False
    """Whether the way from the address given to the offer's did not leave its site."""


async def discover_site(url: str, tools: Tools, now: datetime) -> list[DiscoveredSource]:
    """What ``url`` and its site offer, the best first.

    Asked are the address itself, the feeds and sitemaps that the page and robots.txt name, and,
    where these bring no feed or no sitemap, a few of the usual addresses. Raises one of
    ``SOURCE_PROBLEMS`` where the address itself cannot be read, and ``NotASourceError`` where
    nothing is offered.
    """
    asked: set[str] = set()
    found: list[DiscoveredSource] = []
    named: list[Offered] = []
    # Why the address itself is no source, where its site's sources are no answer either.
    problem: FetchError | ParseError | None = None
    base = Link(url, vouched=True)
    try:
        first = await probe_source(url, tools)
    except SOURCE_PROBLEMS as error:
        if _keeps_away(error):
            raise
        problem = error  # the page is not there; its feed may be
    else:
        base = Link(first.url, vouched=first.vouched)
        asked.add(base.url)
        problem = await _find_no_list(first, tools)
        if problem is None and not await _is_article(first, tools):
            offered = Offered(base.url, GIVEN)
            offer = judge_offer(first.kind, first.listing, offered, now, url)
            found.append(DiscoveredSource(offer, first, vouched=True))
        if first.kind is not SourceKind.FRONT_PAGE:
            return found
        named += await _declared(first, tools)
    named += await _named_by_robots(base.url, tools)
    for guesses in (False, True):
        kinds = {each.offer.kind for each in found}
        wanted = _guesses(base.url, kinds) if guesses else named[:MAX_NAMED]
        async for each, reading, vouched in _read_all(wanted, base, asked, tools):
            offer = judge_offer(reading.kind, reading.listing, each, now, url)
            found.append(DiscoveredSource(offer, reading, vouched))
    by_url = {each.offer.url: each for each in reversed(found) if _lists_something(each)}
    ranked = rank_offers(each.offer for each in by_url.values())
    if problem is not None:  # who misspelt a section's address does not want the whole site
        ranked = [offer for offer in ranked if fits(offer)]
    if not ranked:
        raise problem or NotASourceError(url, tuple(each.url for each in named[:MAX_NAMED]))
    return [by_url[offer.url] for offer in ranked]


async def read_exactly(
    url: str, tools: Tools, now: datetime, only: Sequence[str] = ()
) -> DiscoveredSource:
    """What ``url`` itself is, whatever its site offers besides. Where a person has said by
    patterns which links are wanted (``only``), a page that lists none now is taken, too.

    Raises one of ``SOURCE_PROBLEMS``: ``NotASourceError`` for a page that is no list.
    """
    reading = await probe_source(url, tools, only=only)
    is_page = reading.kind is SourceKind.FRONT_PAGE
    if is_page and not reading.listing.links and not only:
        raise NotASourceError(url)
    if problem := await _find_no_list(reading, tools):
        raise problem
    if await _is_article(reading, tools):
        raise NotASourceError(url, why="it is one article")
    offer = judge_offer(reading.kind, reading.listing, Offered(reading.url, GIVEN), now, url)
    return DiscoveredSource(offer, reading, vouched=True)


def _keeps_away(error: Exception) -> bool:
    """Whether the host itself cannot or may not be asked: then nothing else is tried."""
    return isinstance(error, NetworkError | RefusedError) and not (
        isinstance(error, RobotsError) and error.reason == "robots"
    )


async def _find_no_list(page: SourceReading, tools: Tools) -> NotASourceError | None:
    """The error for a page that shows articles and lists none of its own, as an imprint with
    the latest news in a sidebar."""
    links, parts = page.listing.links, urlsplit(page.url)
    if page.kind is not SourceKind.FRONT_PAGE or not links or parts.path in ("", "/"):
        return None
    own = {link.url for link in links if not link.beside}
    if not own:
        if not is_service(page.url) and await _is_article(page, tools):
            return None  # what its site offers may be meant
        return NotASourceError(
            page.url, why="its links to articles stand in a sidebar, a footer or its text"
        )
    if not is_service(page.url):
        return None
    try:
        home = await probe_source(f"{origin_of(page.url)}/", tools)
    except SOURCE_PROBLEMS:
        return None
    elsewhere = own - {link.url for link in home.listing.links}
    if len(elsewhere) * 2 >= len(own):
        return None
    return NotASourceError(page.url, why="its links to articles are those of the front page")


async def _is_article(page: SourceReading, tools: Tools) -> bool:
    """One article's own page lists others beside it, and is no source. The text of an "about" page,
    or of a section's introduction, reads like one; but it has no date, nor its address."""
    if page.page is None or urlsplit(page.url).path in ("", "/"):
        return False
    try:
        article = await extract_in(tools.sandbox, page.page)
    except SandboxError:
        return False
    is_dated = article.published_at is not None or score_address(page.url) >= SURE_PATH
    return is_dated and article.verdict in (Verdict.ARTICLE, Verdict.TEASER)


async def _read_all(
    offered: Iterable[Offered], base: Link, asked: set[str], tools: Tools
) -> AsyncIterator[tuple[Offered, SourceReading, bool]]:
    """Those of the addresses that are lists of pages, with whether they are vouched for; ``base``
    named them, and what was ``asked`` is not asked again."""
    for each in offered:
        if each.url in asked:
            continue
        asked.add(each.url)
        vouched = base.vouched and is_same_site(base.url, each.url)
        request = FetchRequest(each.url, vouched=vouched)
        try:
            reading = await read_source(request, SourceKind.FEED, tools)
        except SOURCE_PROBLEMS:
            continue
        if reading.url == each.url or reading.url not in asked:  # else one that was read
            asked.add(reading.url)
            yield each, reading, vouched


async def _declared(page: SourceReading, tools: Tools) -> Sequence[Offered]:
    if page.page is None:
        return ()
    try:
        return await tools.sandbox.run(DECLARED, page.page.body, page.url)
    except SandboxError:
        return ()  # a page that nobody can read names nothing


async def _named_by_robots(url: str, tools: Tools) -> Sequence[Offered]:
    try:
        return [Offered(each, FROM_ROBOTS) for each in await tools.fetcher.sitemaps_of(url)]
    except FetchError:
        return ()


def _guesses(url: str, kinds: Collection[SourceKind]) -> list[Offered]:
    """The usual addresses of what was not found yet."""
    usual = usual_addresses(url)
    sitemaps = [each for each in usual if _SITEMAP_WORD.search(each.url)]
    feeds = [each for each in usual if each not in sitemaps]
    return [
        *(feeds[:MAX_GUESSED] if SourceKind.FEED not in kinds else ()),
        *(sitemaps[:MAX_GUESSED] if SourceKind.SITEMAP not in kinds else ()),
    ]


def _lists_something(found: DiscoveredSource) -> bool:
    """A feed that was asked for may be empty for now; a page without articles is no source."""
    listing = found.reading.listing
    is_asked = found.offer.via == GIVEN and found.offer.kind is not SourceKind.FRONT_PAGE
    return is_asked or bool(listing.links or listing.sitemaps)
