"""What must hold of a reader's answer, whatever page it read, beyond what its types say.

An honest reader keeps all of it (benchmarks/fuzz/promises.py); one that a hostile page has taken
over need not, and what follows takes it for granted: that an address is one, that a time can be
told in UTC. Each check raises ``ValueError``, ``OverflowError`` or ``AddressError``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from scraper.directives import check_directives
from scraper.model.types import Article, Listing
from scraper.urls import canonical_url, parse_address, site_of

LEVELS = range(100)
"""Of a heading or list item; extraction looks 24 elements up."""
NUMBERS = range(2**31)
"""Of a list item or table row: what every export has room for. Items are numbered up to
999,999,999."""
_LANGUAGE = re.compile("[a-z]{2,3}")
MAX_TEXTS = 100_000
"""Of an article, beside its blocks: names, tags, lines, cells of tables. A page has fewer tags."""


def check_article(article: Article, url: str) -> None:
    """``url``: where the page was read."""
    _check_moments((article.published_at, article.modified_at))
    for address in (article.declared_url, article.next_url, article.whole_url, article.image_url):
        _check_address(address)
    canonical = article.canonical_url
    if canonical is not None and (
        canonical_url(canonical) != canonical or site_of(canonical) != site_of(url)
    ):
        raise ValueError("a canonical address of another site, or in another form")
    check_directives(article.directives)
    if article.language is not None and not _LANGUAGE.fullmatch(article.language):
        raise ValueError("a language that is no code")
    for record in article.provenance.values():
        stated = (record.confidence, *(each.confidence for each in record.candidates))
        if not all(0 <= each <= 1 for each in stated):
            raise ValueError("a confidence out of range")
    lists = (article.authors, article.tags, article.calls)
    if sum(map(len, (*lists, *(block.cells for block in article.blocks)))) > MAX_TEXTS:
        raise ValueError(f"more than {MAX_TEXTS:,} texts")
    for block in article.blocks:
        _check_address(block.image_url)
        if block.level is not None and block.level not in LEVELS:
            raise ValueError("a level out of range")
        if block.number is not None and block.number not in NUMBERS:
            raise ValueError("a number out of range")


def check_listing(listing: Listing, *_: object) -> None:
    for link in (*listing.links, *listing.sitemaps):
        _check_address(link.url)
        _check_moments((link.published_at, link.modified_at))
    _check_address(listing.older)


def check_addresses(addresses: Iterable[str | None], *_: object) -> None:
    for address in addresses:
        _check_address(address)


def _check_address(address: str | None) -> None:
    if address is not None:
        parse_address(address)


def _check_moments(moments: Iterable[datetime | None]) -> None:
    for moment in moments:
        if moment is not None:
            if moment.tzinfo is None:
                raise ValueError("a time without a zone")
            moment.astimezone(UTC)  # as it is stored; not within a day of the calendar's ends
