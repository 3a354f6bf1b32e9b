"""What a page of a site says about where its articles are listed."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from scraper.errors import AddressError
from scraper.types import Link
from scraper.urls import join_address

FEED_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"}
)


def find_feeds(html: bytes, url: str) -> tuple[Link, ...]:
    """The feeds that a page declares (``<link rel=alternate>`` with a feed's type), in order."""
    feeds: dict[str, Link] = {}
    for node in LexborHTMLParser(html).css("link[rel][type][href]"):
        attributes = node.attributes
        relations = (attributes.get("rel") or "").lower().split()
        media_type = (attributes.get("type") or "").partition(";")[0].strip().lower()
        if "alternate" not in relations or media_type not in FEED_TYPES:
            continue
        try:
            address = join_address(url, attributes.get("href") or "")
        except AddressError:
            continue
        title = " ".join((attributes.get("title") or "").split()) or None
        feeds.setdefault(address, Link(address, title))
    return tuple(feeds.values())
