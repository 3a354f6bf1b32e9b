"""RSS, Atom and RDF feeds: a document in, its links out.

feedparser knows every dialect and survives broken XML; its HTML sanitising and link rewriting,
which we don't need and which cost most of its time, are off.
"""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import islice
from time import struct_time
from typing import Any
from xml.sax import SAXException

import feedparser

from scraper.discovery.documents.sanitize import believable_type, tame_feed
from scraper.discovery.documents.unpacking import decode_document
from scraper.errors import AddressError, ParseError
from scraper.extraction.cleaning import clean_markup, clean_text
from scraper.model.types import Link, Listing
from scraper.urls import join_address

MAX_ITEMS = 20_000
"""Of one document; what stands behind them is left out. feedparser takes 3 s for so many, and
twice that again where their XML is broken."""

_ITEM = re.compile(rb"<(?:[\w.-]{1,40}+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_ROOT = re.compile(
    rb"<(?:[\w.-]{1,40}+:)?(rss|feed|rdf|channel)(?=[\s>/])([^<>]{0,4000}+)>", re.IGNORECASE
)
_ROOT_END = re.compile(rb"</(?:[\w.-]{1,40}+:)?(rss|feed|rdf|channel)\s{0,100}+>", re.IGNORECASE)
_NUMBER = re.compile(rb"&#(?:[xX]([0-9a-fA-F]{1,4000}+)|([0-9]{1,4000}+));")
_WIDE = re.compile(
    rb"(<\?xml[^<>]{0,200}?encoding\s{0,9}=\s{0,9}[\"'])(?:utf-?(?:16|32)|ucs-?[24])[\w-]{0,9}",
    re.I,
)
_DECLARATION = re.compile(r"\s*<\?xml[^<>]{0,500}\?>")
_MAX_TAIL = 64 * 1024  # bytes behind the last item that are kept of a feed that is shortened

_FAILURES = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What feedparser raises on documents that it did not expect."""

_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}


def parse_feed(body: bytes, url: str, content_type: str | None = None) -> Listing:
    """Read a feed that was fetched from ``url``.

    A feed with broken XML gives what can be read of it; one that lists nothing is empty only where
    its root element ends. Times are as stated, the future included; ``published_at`` and
    ``modified_at`` never stand in for each other. Raises ``ParseError`` where nothing can be read:
    the document is no feed, or it breaks off before its first link.
    """
    if not body.strip():
        raise ParseError(url, "the feed is empty (0 bytes)")
    body, content_type = _narrow(body, content_type)
    content_type = believable_type(content_type)
    headers = {"content-type": content_type} if content_type else {}
    shortened = _shorten(body)
    tamed = tame_feed(shortened, url, content_type)
    try:
        parsed: Any = feedparser.parse(
            BytesIO(_NUMBER.sub(_replace_reference, tamed)),  # bytes may name a file to open
            response_headers=headers,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except _FAILURES as error:
        raise ParseError(url, f"broken feed: {error}") from None
    problem = parsed.get("bozo_exception")
    is_broken = isinstance(problem, SAXException)  # and not just a Content-Type or charset
    if not parsed.entries:
        if not parsed.version:
            raise ParseError(url, "not a feed (neither RSS nor Atom)")
        if is_broken and not parsed.feed:
            raise ParseError(url, f"broken feed: {problem}")
    links = _links(parsed.entries, url)
    if not links and is_broken and not _has_end(body):
        raise ParseError(url, "broken feed: it breaks off before its first item")
    return Listing(
        title=_title(parsed.feed),
        links=links,
        ttl=_ttl(parsed.feed),
        complete=shortened is body and not is_broken,
        older=_older(parsed.feed, url),
    )


def _narrow(body: bytes, content_type: str | None) -> tuple[bytes, str | None]:
    """UTF-16 and UTF-32 made UTF-8. What the first bytes are goes before what is declared (XML 1.0,
    appendix F): .NET declares UTF-16 over UTF-8, which reads as UTF-16 where the number of bytes
    is even."""
    if b"\0" in body[:4]:
        text = _DECLARATION.sub("", decode_document(body, content_type), count=1)
        return text.encode("utf-8", "replace"), "application/xml; charset=utf-8"
    if re.search("utf-?(?:16|32)|ucs-?[24]", content_type or "", re.IGNORECASE):
        content_type = (content_type or "").partition(";")[0]
    return _WIDE.sub(rb"\1utf-8", body, count=1), content_type


def _shorten(body: bytes) -> bytes:
    """The feed itself, or, of more than ``MAX_ITEMS``, its first ones and what closes it."""
    beyond = next(islice(_ITEM.finditer(body), MAX_ITEMS, None), None)
    if beyond is None:
        return body
    last = max(body.rfind(b"</item"), body.rfind(b"</entry"), len(body) - _MAX_TAIL)
    return body[: beyond.start()] + body[body.find(b">", last) + 1 :]


def _has_end(body: bytes) -> bool:
    """Whether the root element ends: it is closed, or has no content."""
    root = _ROOT.search(body)
    if root is None:
        return False
    if root[2].endswith(b"/"):
        return True
    ends = (found[1].lower() for found in _ROOT_END.finditer(body, root.end()))
    name = root[1].lower()
    # Some forget what is around the channel; in RDF the items stand behind it.
    return any(end == name or (name == b"rss" and end == b"channel") for end in ends)


def _replace_reference(found: re.Match[bytes]) -> bytes:
    """``&#8;`` or ``&#xD800;`` is no character of XML 1.0 (§2.2): one of them costs feedparser its
    strict reading, or, as ``&#99999999999;`` does, the whole feed."""
    number = int(found[1], 16) if found[1] else int(found[2])
    if number < 0x20:
        return found[0] if number in (9, 10, 13) else b" "
    is_character = number < 0xD800 or 0xDFFF < number < 0xFFFE or 0xFFFF < number < 0x110000
    return found[0] if is_character else b"&#xFFFD;"


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
        if address not in links:
            published, updated = (_time(entry, f"{key}_parsed") for key in ("published", "updated"))
            links[address] = Link(address, _title(entry), published, updated)
    return tuple(links.values())


def _permalink(entry: Any) -> str | None:
    """RSS: a ``guid`` that is an address stands in for a missing ``link``."""
    identifier = entry.get("id") or ""
    return identifier if identifier.startswith(("http://", "https://")) else None


def _time(entry: Any, key: str) -> datetime | None:
    # `in` first: asked for an update that is not there, feedparser answers with the publication.
    parsed = entry.get(key) if key in entry else None
    if not isinstance(parsed, struct_time):
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _older(feed: Any, base: str) -> str | None:
    """RFC 5005: the archive before this document (§4), else the next page of a paged feed (§3)."""
    by_relation: dict[str, str] = {}
    for link in feed.get("links") or ():
        try:
            address = join_address(base, link.get("href") or "")
        except AddressError:
            continue
        if address != base:
            by_relation.setdefault(str(link.get("rel")).strip().lower(), address)
    return by_relation.get("prev-archive") or by_relation.get("next")


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


def _title(of: Any) -> str | None:
    """Without markup, where it is declared or looks like HTML (RFC 4287 §3.1.1.2)."""
    value = of.get("title")
    if not isinstance(value, str):
        return None
    is_plain = (of.get("title_detail") or {}).get("type") == "text/plain"
    return (clean_text if is_plain else clean_markup)(value) or None
