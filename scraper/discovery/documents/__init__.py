"""What a source's document is (feed, JSON Feed, sitemap), by its own first bytes.

A ``Content-Type`` is no help: sitemaps come as ``text/html``, feeds as ``application/json``, and
error pages as ``application/xml``.
"""

from __future__ import annotations

from scraper.discovery.documents.feeds import parse_feed
from scraper.discovery.documents.jsonfeed import parse_json_feed
from scraper.discovery.documents.sitemaps import (
    HEAD_CHARACTERS,
    find_root,
    is_address_list,
    parse_sitemap,
)
from scraper.discovery.documents.unpacking import (
    GZIP_MAGIC,
    MAX_BYTES,
    decode_document,
    describe_nothing,
    unpack,
)
from scraper.errors import ParseError
from scraper.model.types import Listing, SourceKind

_FEED_ROOTS = frozenset(("rss", "feed", "rdf", "channel"))
_SITEMAP_ROOTS = frozenset(("urlset", "sitemapindex"))


def parse_source(body: bytes, url: str, content_type: str | None) -> tuple[SourceKind, Listing]:
    """Read what a document that was fetched from ``url`` lists, whatever kind of source it is.

    Raises ``ParseError`` where it is none: its message says what it is instead.
    """
    head = decode_document(unpack(body, HEAD_CHARACTERS)[0], content_type)
    head = head.lstrip("\ufeff \t\r\n")
    if not head:
        nothing = ""
        if body.startswith(GZIP_MAGIC):
            nothing = f" ({describe_nothing(body, *unpack(body, MAX_BYTES))})"
        raise ParseError(url, f"an empty document, neither a feed nor a sitemap{nothing}")
    if head.startswith(("{", "[")):
        return SourceKind.FEED, parse_json_feed(_unpacked(body, url), url)
    root = find_root(head)
    if root is None and is_address_list(head):
        return SourceKind.SITEMAP, parse_sitemap(body, url, content_type)
    if root is None:
        raise ParseError(url, f"{_describe(head, content_type)}, neither a feed nor a sitemap")
    if root.name in _SITEMAP_ROOTS:
        return SourceKind.SITEMAP, parse_sitemap(body, url, content_type)
    if root.name in _FEED_ROOTS:
        return SourceKind.FEED, parse_feed(_unpacked(body, url), url, content_type)
    if root.is_page:
        raise ParseError(url, "an HTML page, neither a feed nor a sitemap")
    raise ParseError(url, "an OPML list of feeds, neither a feed nor a sitemap")


def _unpacked(body: bytes, url: str) -> bytes:
    unpacked, whole = unpack(body, MAX_BYTES)
    if not whole and len(unpacked) == MAX_BYTES:
        raise ParseError(url, f"a feed of more than {MAX_BYTES >> 20} MiB")
    return unpacked


def _describe(head: str, content_type: str | None) -> str:
    """In a few words, what a document is that has none of the known root elements."""
    media_type = (content_type or "").partition(";")[0].strip().lower()
    is_page = media_type == "text/html" or head[:15].lower() == "<!doctype html>"
    if head.startswith("<") and is_page:
        return "an HTML page"
    if head.startswith("<?xml"):
        return "another kind of XML"
    if head.startswith("%PDF-"):
        return "a PDF"
    if "\0" in head[:1000]:
        return "a binary file"
    return "a document of another kind"
