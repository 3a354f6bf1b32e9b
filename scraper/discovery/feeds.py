"""RSS, Atom and RDF feeds: a document in, its links out.

feedparser knows every dialect and survives broken XML; its HTML sanitising and link rewriting,
which we don't need and which cost most of its time, are off.
"""

from __future__ import annotations

import calendar
from datetime import UTC, datetime, timedelta
from time import struct_time
from typing import Any
from xml.sax import SAXException

import feedparser

from scraper.errors import AddressError, ParseError
from scraper.types import Feed, Link
from scraper.urls import join_address

_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}


def parse_feed(body: bytes, url: str, content_type: str | None = None) -> Feed:
    """Read a feed that was fetched from ``url``.

    A feed with broken XML gives what can be read of it. Raises ``ParseError`` where nothing
    can: the document is no feed, or it broke before its first item.
    """
    headers = {"content-type": content_type} if content_type else {}
    if not body.strip():
        raise ParseError(url, "the feed is empty (0 bytes)")
    try:
        parsed: Any = feedparser.parse(
            body, response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError) as error:
        raise ParseError(url, f"broken feed: {error}") from None
    if not parsed.entries:
        if not parsed.version:
            raise ParseError(url, "not a feed (neither RSS nor Atom)")
        if parsed.bozo and not parsed.feed:
            raise ParseError(url, f"broken feed: {parsed.get('bozo_exception', 'not well-formed')}")
    return Feed(
        title=_text(parsed.feed.get("title")),
        links=_links(parsed.entries, url),
        ttl=_ttl(parsed.feed),
        complete=not isinstance(parsed.get("bozo_exception"), SAXException),
    )


def _links(entries: list[Any], base: str) -> tuple[Link, ...]:
    links: dict[str, Link] = {}
    for entry in entries:
        reference = entry.get("link") or _permalink(entry)
        if not reference:
            continue
        try:
            address = join_address(base, reference)
        except AddressError:
            continue  # `mailto:`, `urn:` and the like are not pages
        links.setdefault(address, Link(address, _text(entry.get("title")), _published(entry)))
    return tuple(links.values())


def _permalink(entry: Any) -> str | None:
    """RSS: a ``guid`` that is an address stands in for a missing ``link``."""
    identifier = entry.get("id") or ""
    return identifier if identifier.startswith(("http://", "https://")) else None


def _published(entry: Any) -> datetime | None:
    parsed = entry.get("published_parsed") or entry.get("updated_parsed")
    if not isinstance(parsed, struct_time):
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _ttl(feed: Any) -> timedelta | None:
    """RSS 2.0 ``ttl`` (minutes) or the syndication module's period and frequency."""
    try:
        if ttl := int(feed.get("ttl") or 0):
            return timedelta(minutes=ttl) if ttl > 0 else None
        period = _PERIODS.get(str(feed.get("sy_updateperiod", "")).strip().lower())
        frequency = int(feed.get("sy_updatefrequency") or 1)
    except (ValueError, OverflowError):
        return None
    return period / frequency if period and frequency > 0 else None


def _text(value: object) -> str | None:
    return " ".join(value.split()) or None if isinstance(value, str) else None
