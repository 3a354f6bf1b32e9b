"""What a site offers to follow, and which of it is best: the pure parts of ``discover``.

First addresses worth asking (``declared_in``, ``usual_addresses``), then, for each that answered,
what it is worth (``judge_offer``), then their order (``rank_offers``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scraper.discovery.scope import covers, is_of_comments, scope_of
from scraper.discovery.summary import describe, show_span
from scraper.errors import AddressError
from scraper.extraction.cleaning import clean_surrogates
from scraper.extraction.decode import decode_page
from scraper.extraction.prescan import cut_tags, find_hazard
from scraper.model.types import Listing, SourceKind
from scraper.urls import canonical_url, join_address, key_of, site_of

MAX_DECLARED = 40
MAX_ANCHORS = 20_000

FEED_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"}
)
FROM_HEAD = "link rel=alternate"
FROM_SITEMAP_LINK = "link rel=sitemap"
FROM_PAGE = "link on the page"
FROM_HABIT = "usual address"
FROM_ROBOTS = "robots.txt"

# The likeliest first: WordPress, then what other systems and hand-made sites use.
_FEED_PATHS = (
    "feed/ rss.xml feed.xml rss atom.xml index.xml feed.json feed rss/ feeds rss/all.xml index.rss"
).split()
_SECTION_FEED_PATHS = "feed/ feed rss rss.xml feed.xml".split()
_SITEMAP_PATHS = (
    "sitemap.xml news-sitemap.xml sitemap_index.xml wp-sitemap.xml sitemap-news.xml "
    "sitemap_news.xml sitemap-index.xml googlenews.xml sitemap/news.xml"
).split()

# Types that a feed shares with other documents: the address or title must say it too. WordPress
# declares its API so (``application/json``, ``/wp-json/``).
_VAGUE_TYPES = frozenset({"application/xml", "text/xml", "application/json"})
_FEED_ADDRESS = re.compile(
    r"(?:/(?:feeds?|rss|atom)(?:/|\.xml|\.json|\.php|\.aspx)?|\.(?:rss|atom|rdf)|[/_-]rss\.xml"
    r"|/(?:rss|feed|atom|index)[a-z0-9_-]{0,40}\.xml|[?&]feed=(?:rss2?|atom|rdf))$",
    re.IGNORECASE,
)
_FEED_TEXT = re.compile(
    r"(?:rss|atom|xml|json)?[ -]?(?:rss|atom|feeds?)(?: [0-9.]+)?", re.IGNORECASE
)

STALE = timedelta(days=30)
DEAD = timedelta(days=365)
TURNOVER = timedelta(hours=3)
"""A feed that holds less than this can turn over whole between two polls: a failed poll, or a host
that asks for a pause, is then a gap. A sitemap of news holds two days."""
FUTURE = timedelta(days=1)
MARKS = ("kind", "content", "age", "scope", "turnover")
ASIDE = -4.0
"""The mark for the scope of what is about something else than a section that was asked."""


@dataclass(frozen=True, slots=True)
class Offered:
    """An address that may be a source, and who says so."""

    url: str
    via: str
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A source that was read, and what it is worth."""

    url: str
    kind: SourceKind
    title: str | None
    via: str
    links: int
    newest: datetime | None
    is_news: bool
    per_day: float | None
    """Articles a day, by the dates of those it lists; ``None`` where they tell none."""
    score: float
    why: str
    """One short sentence for a person."""
    remarks: tuple[str, ...] = ()
    """What speaks for it or against it; the end of ``why``."""
    marks: tuple[float, ...] = (0.0,) * len(MARKS)
    """What ``score`` is the sum of, in the order of ``MARKS``."""


def declared_in(html: bytes, url: str) -> list[Offered]:
    """The feeds and sitemaps that a page names, in this order, each address once:

    1. ``<link rel=alternate>`` (or ``rel=feed``) with a feed's type;
    2. ``<link rel=sitemap>``;
    3. links on the page whose text is "RSS" or the like, or whose address ends as a feed's does.

    ``MAX_DECLARED`` at most; none of a page that must not be parsed. Never raises.
    """
    whole = decode_page(html)
    text = cut_tags(whole, whole.count("<"))
    if find_hazard(text) is not None:
        return []
    parser = LexborHTMLParser(clean_surrogates(text.replace("\x00", "")))
    base = _base_of(parser, url)
    found: dict[str, Offered] = {}
    links = parser.css("link[rel][href]")
    anchors = parser.css("a[href]")[:MAX_ANCHORS]
    for nodes, judge in ((links, _feed_link), (links, _sitemap_link), (anchors, _feed_anchor)):
        for node in nodes:
            if (via := judge(node)) and len(found) < MAX_DECLARED:
                _add(found, node, via, base)
    return list(found.values())


def usual_addresses(url: str) -> list[Offered]:
    """Where feeds and sitemaps usually are: first below the path of ``url`` (a section's feed),
    then at the root. Raises ``AddressError`` for a bad ``url``."""
    path = urlsplit(url).path.rstrip("/")
    section = path if path and "." not in path.rsplit("/", 1)[-1] else ""
    paths = [f"{section}/{name}" for name in _SECTION_FEED_PATHS] if section else []
    paths += [f"/{name}" for name in (*_FEED_PATHS, *_SITEMAP_PATHS)]
    addresses = dict.fromkeys(join_address(url, path) for path in paths)
    return [Offered(address, FROM_HABIT) for address in addresses]


def judge_offer(
    kind: SourceKind, listing: Listing, offered: Offered, now: datetime, wanted_url: str
) -> Offer:
    """What a source that was read is worth to someone who asked for ``wanted_url``.

    A feed 3, a sitemap of news 2.5, another sitemap 1.5, the front page itself 1; then for it what
    is new today 2 (this week 1), and that it is about what was asked; against it comments -6,
    nothing listed -6, a part where the whole was asked -2, other matter than a section that was
    asked -4, mostly other sites -3, old -2 to -4, a feed that turns over within ``TURNOVER`` -1.5.
    Pure.
    """
    dates = sorted(
        (link.dated_at for link in (*listing.links, *listing.sitemaps) if link.dated_at),
        reverse=True,
    )
    dates = [date for date in dates if date <= now + FUTURE]
    newest = dates[0] if dates else None
    span = _span(dates)
    per_day = _per_day(dates, span)
    rated = [
        (_worth(kind, listing), ""),
        _rate_content(listing),
        _rate_age(newest, now, kind),
        _rate_scope(listing, offered, wanted_url),
        _rate_turnover(kind, span, listing),
    ]
    marks, remarks = zip(*rated, strict=True)
    remarks = tuple(filter(None, remarks))
    said = describe(kind, listing, newest, per_day, now)
    return Offer(
        url=offered.url,
        kind=kind,
        title=listing.title or offered.title,
        via=offered.via,
        links=len(listing.links),
        newest=newest,
        is_news=listing.is_news,
        per_day=per_day,
        score=sum(marks),
        why="; ".join([said, *remarks]),
        remarks=remarks,
        marks=marks,
    )


def rank_offers(readings: Iterable[Offer]) -> list[Offer]:
    """The best first, each canonical address once; equal scores by the shorter address."""
    ranked = sorted(readings, key=lambda offer: (-offer.score, len(offer.url), offer.url))
    kept: dict[str, Offer] = {}
    for offer in ranked:
        kept.setdefault(key_of(offer.url), offer)
    return list(kept.values())


# --------------------------------------------------------------------- what a page names


def _base_of(parser: LexborHTMLParser, url: str) -> str:
    node = parser.css_first("base[href]")
    try:
        return join_address(url, node.attributes.get("href") or "") if node is not None else url
    except AddressError:
        return url


def _add(found: dict[str, Offered], node: LexborNode, via: str, base: str) -> None:
    attributes = node.attributes
    try:
        address = join_address(base, attributes.get("href") or "")
    except AddressError:
        return
    text = attributes.get("title") or (node.text() if via == FROM_PAGE else "") or ""
    title = " ".join(text[:400].split())[:200] or None
    found.setdefault(address, Offered(address, via, title))


def _feed_link(node: LexborNode) -> str | None:
    attributes = node.attributes
    relations = (attributes.get("rel") or "").lower().split()
    media_type = (attributes.get("type") or "").partition(";")[0].strip().lower()
    if "alternate" not in relations and "feed" not in relations:
        return None
    if media_type in FEED_TYPES or "feed" in relations:
        return FROM_HEAD
    href = attributes.get("href") or ""
    if media_type in _VAGUE_TYPES and "/wp-json/" not in href and _is_feed_address(href):
        return FROM_HEAD
    return None


def _sitemap_link(node: LexborNode) -> str | None:
    relations = (node.attributes.get("rel") or "").lower().split()
    return FROM_SITEMAP_LINK if "sitemap" in relations else None


def _feed_anchor(node: LexborNode) -> str | None:
    href = (node.attributes.get("href") or "").strip()
    if not href or href.startswith(("#", "javascript:", "mailto:")):
        return None
    if _is_feed_address(href):
        return FROM_PAGE
    words = " ".join((node.text() or "")[:80].split())
    return FROM_PAGE if _FEED_TEXT.fullmatch(words) else None


def _is_feed_address(href: str) -> bool:
    return bool(_FEED_ADDRESS.search(href[:2_000].partition("#")[0]))


# --------------------------------------------------------------------- what a source is worth


def _worth(kind: SourceKind, listing: Listing) -> float:
    if kind is SourceKind.FEED:
        return 3.0
    if kind is SourceKind.SITEMAP:
        return 2.5 if listing.is_news else 1.5
    return 1.0


def _rate_content(listing: Listing) -> tuple[float, str]:
    if not listing.links and not listing.sitemaps:
        return -6.0, ""
    return (-1.0, "") if len(listing.links) + len(listing.sitemaps) < 4 else (0.0, "")


def _rate_age(newest: datetime | None, now: datetime, kind: SourceKind) -> tuple[float, str]:
    if newest is None:
        return (0.0, "") if kind is SourceKind.FRONT_PAGE else (-0.5, "")
    age = now - newest
    if age <= timedelta(days=1):
        return 2.0, ""
    if age <= timedelta(days=7):
        return 1.0, ""
    if age <= STALE:
        return 0.0, ""
    return (-2.0, "nothing new for a month") if age <= DEAD else (-4.0, "not used any more")


def _rate_scope(listing: Listing, offered: Offered, wanted_url: str) -> tuple[float, str]:
    if is_of_comments(offered.url, listing.title or offered.title):
        return -6.0, "comments, not articles"
    own = [link for link in listing.links if site_of(link.url) == site_of(wanted_url)]
    if listing.links and len(own) * 2 < len(listing.links):
        return -3.0, "most of them on other sites"
    if canonical_url(wanted_url) == key_of(offered.url):
        return 0.5, ""
    wanted, scope = scope_of(wanted_url), scope_of(offered.url)
    if not wanted:
        return (-2.0, f"only of /{scope}") if scope else (0.5, "")
    if covers(scope, wanted):
        return 1.5, f"of /{wanted}"
    inside = sum(covers(scope_of(link.url), wanted) for link in listing.links)
    if listing.links and inside * 2 > len(listing.links):
        return 1.0, f"mostly of /{wanted}"
    return ASIDE, f"only of /{scope}" if scope else f"of the whole site, not of /{wanted} only"


def _rate_turnover(kind: SourceKind, span: timedelta | None, listing: Listing) -> tuple[float, str]:
    """A feed that forgets fast misses articles; then a sitemap of news is the better source."""
    if kind is not SourceKind.FEED or span is None or span >= TURNOVER or len(listing.links) < 8:
        return 0.0, ""
    return -1.5, f"it holds only the last {show_span(span)}, a sitemap of news more"


def _span(dates: Sequence[datetime]) -> timedelta | None:
    """From the newest to the oldest but for the oldest tenth: pinned items are no measure."""
    counted = dates[: len(dates) - len(dates) // 10]
    return counted[0] - counted[-1] if len(counted) >= 3 else None


def _per_day(dates: Sequence[datetime], span: timedelta | None) -> float | None:
    if span is None or span < timedelta(minutes=1):
        return None
    counted = len(dates) - len(dates) // 10
    return (counted - 1) / (span / timedelta(days=1))
