"""Where an article begins of which a page is a later one: its first page, or the one before.

Pure; run in the sandbox by its import path, and only for pages whose address holds a small number,
so that a second parse costs nothing on the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from scraper.errors import AddressError
from scraper.extraction.decode import decode_page
from scraper.extraction.document import Document, parse_untrusted
from scraper.extraction.paging.addresses import NumberedAddress, is_of_article, read_numbers
from scraper.extraction.paging.links import (
    MAX_LINKS,
    base_of,
    count_of,
    parse_reference,
    stands_elsewhere,
)
from scraper.urls import host_of, join_address

_FIRST = frozenset(("first", "start", "begin", "canonical"))
_BEFORE = frozenset(("prev", "previous"))


def find_earlier(body: bytes, url: str, media_type: str | None = None) -> str | None:
    """The first page of the article that the page at ``url`` (its final address) is a later one
    of, or, where it names no such, the page before; ``None`` where it is none.

    Its address must hold a number of two or more, and it must link the same address without that
    number, or with a lower one, as such: by ``rel`` (``prev``, ``first``, ``canonical``) or under
    a label that is that number. Absolute, on the page's own host.
    """
    own = urlsplit(url)
    readings = [
        reading
        for reading in read_numbers(own)
        if reading.number is not None and reading.number > 1 and is_of_article(reading)
    ]
    if not readings:
        return None
    document = parse_untrusted(decode_page(body, media_type))
    if document is None:
        return None
    base = base_of(document, url)
    numbered: str | None = None
    before: str | None = None
    for reference, relations, label in _references(document):
        parts = parse_reference(base, reference, host_of(url))
        if parts is None:
            continue
        number = _number_in(read_numbers(parts), readings)
        if number is None or not _is_said(number or 1, relations, label):
            continue
        try:
            address = join_address(base, reference)
        except AddressError:
            continue
        if number == 0:
            return address
        if number == 1:
            numbered = numbered or address
        before = before or address
    return numbered or before


def _number_in(linked: list[NumberedAddress], readings: list[NumberedAddress]) -> int | None:
    """Which page of the same article an address is, if it is an earlier one; 0 without a number."""
    for own in readings:
        assert own.number is not None
        for reading in linked:
            if reading.article != own.article:
                continue
            if reading.number is None or (
                reading.shape == own.shape and reading.number < own.number
            ):
                return reading.number or 0
    return None


def _is_said(number: int, relations: frozenset[str], label: int | None) -> bool:
    if number == 1 and not _FIRST.isdisjoint(relations):
        return True
    return not _BEFORE.isdisjoint(relations) or label == number


def _references(document: Document) -> Iterator[tuple[str, frozenset[str], int | None]]:
    """What the page links: the address, in what relation, and the number that its label is."""
    for own in document.link_rels:
        if href := own.get("href"):
            yield href, frozenset((own.get("rel") or "").lower().split()), None
    taken = 0
    for index in document.by_tag.get("a", ()):
        href = document.attributes[index].get("href")
        if not href:
            continue
        relations = frozenset(document.attribute(index, "rel").lower().split())
        label = count_of(document.text_of(index)[:80].strip())
        if (label is None and _BEFORE.isdisjoint(relations)) or stands_elsewhere(document, index):
            continue
        yield href, relations, label
        taken += 1
        if taken == MAX_LINKS:
            return
