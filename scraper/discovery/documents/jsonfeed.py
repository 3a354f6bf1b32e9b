"""JSON Feed 1.0 and 1.1 (jsonfeed.org): a document in, its links out."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from scraper.discovery.documents.sitemaps import parse_w3c_time
from scraper.errors import AddressError, ParseError
from scraper.extraction.cleaning import clean_text
from scraper.model.types import Link, Listing
from scraper.urls import join_address

MAX_ITEMS = 100_000
"""Of one document; what stands behind them is left out."""


def parse_json_feed(body: bytes, url: str) -> Listing:
    """Read a JSON Feed that was fetched from ``url``.

    A value of the wrong type counts as none, and a missing ``version`` is forgiven where an item
    has an address. Raises ``ParseError`` where the document is no JSON or no feed: broken JSON
    cannot be read in part.
    """
    if not body.strip():
        raise ParseError(url, "the feed is empty (0 bytes)")
    feed = _load(body, url)
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise ParseError(url, "JSON, but no JSON Feed (it has no items)")
    links = _links(items[:MAX_ITEMS], url)
    if not links and "jsonfeed.org/version" not in str(feed.get("version")):
        raise ParseError(url, "JSON, but no JSON Feed (it states no version)")
    older = _address(feed.get("next_url"), url)
    return Listing(
        title=_text(feed.get("title")),
        links=links,
        complete=len(items) <= MAX_ITEMS,
        older=older if older != url else None,
    )


def _load(body: bytes, url: str) -> Any:
    """Any value of JSON, its numbers as ``None``: no field that is read holds one."""
    try:
        # UTF-8 by RFC 8259 (§8.1); UTF-16 is met.
        text = body.decode(json.detect_encoding(body), "replace")
        return json.loads(
            text, parse_int=_no_number, parse_float=_no_number, parse_constant=_no_number
        )
    except ValueError as error:
        raise ParseError(url, f"broken JSON: {error}") from None
    except RecursionError:
        raise ParseError(url, "broken JSON: nested too deeply") from None


def _no_number(_: str) -> None:
    """For ``NaN``, and for integers too long for Python, which would end the reading."""


def _links(items: list[Any], base: str) -> tuple[Link, ...]:
    links: dict[str, Link] = {}
    for item in items:
        if not isinstance(item, dict):
            continue
        identifier = item.get("id")
        is_address = isinstance(identifier, str) and identifier.startswith(("http://", "https://"))
        address = (
            _address(item.get("url"), base)
            or _address(item.get("external_url"), base)
            or (_address(identifier, base) if is_address else None)
        )
        if address is None or address in links:
            continue
        published, modified = _time(item.get("date_published")), _time(item.get("date_modified"))
        links[address] = Link(address, _text(item.get("title")), published, modified)
    return tuple(links.values())


def _address(value: object, base: str) -> str | None:
    if not isinstance(value, str) or not value.strip():
        return None
    try:
        return join_address(base, value)
    except AddressError:
        return None


def _time(value: object) -> datetime | None:
    return parse_w3c_time(value) if isinstance(value, str) else None


def _text(value: object) -> str | None:
    return clean_text(value) or None if isinstance(value, str) else None
