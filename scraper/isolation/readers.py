"""What readers of the sandbox are asked, and what is believed of their answers; pages as they read
them.

A reader imports this module and nothing that fetches or stores: what it would import beside costs
each of them a tenth of a second and some megabytes.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from types import GenericAlias
from typing import Any, TypeVar

from scraper.isolation.claims import check_addresses, check_article, check_listing
from scraper.isolation.functions import PureFunction
from scraper.isolation.sandbox import Sandbox
from scraper.isolation.worker import load_function
from scraper.model.types import Article, Listing, Response, SourceKind
from scraper.rules import SiteRule

T = TypeVar("T")

MAX_ARTICLE_BYTES = 32 * 1024 * 1024
"""Of an article as it is sent, which has its text twice. One of 9 MB of list items has 6 MB."""
MAX_LISTING_BYTES = 32 * 1024 * 1024
"""Of a listing as it is sent: a sitemap may have 50,000 addresses."""


async def extract_in(sandbox: Sandbox, response: Response, rule: SiteRule | None = None) -> Article:
    """What the page says. Raises ``SandboxError`` where its reader died."""
    return await sandbox.run(EXTRACT, *_as_sent(response), rule)


async def imprint_in(
    sandbox: Sandbox, response: Response, rule: SiteRule | None, imprint_by: PureFunction[T]
) -> tuple[Article, T]:
    """The same, and what ``imprint_by`` makes of that."""

    def check(read: tuple[Article, T], *args: Any) -> None:
        check_read(read[0], *args)
        if imprint_by.check is not None:
            imprint_by.check(read[1], read[0])

    both: PureFunction[tuple[Article, T]] = replace(
        IMPRINT, answer=GenericAlias(tuple, (Article, imprint_by.answer)), check=check
    )
    return await sandbox.run(both, *_as_sent(response), rule, imprint_by.path)


def check_read(article: Article, body: bytes, url: str, *_: object) -> None:
    check_article(article, url)


EXTRACT: PureFunction[Article] = PureFunction(
    f"{__name__}:extract_response", Article, MAX_ARTICLE_BYTES, check_read
)
IMPRINT: PureFunction[Any] = PureFunction(f"{__name__}:imprint_response", None, MAX_ARTICLE_BYTES)
FIND_VARIANTS: PureFunction[tuple[str, ...]] = PureFunction(
    "scraper.extraction.paging.variants:find_variants", tuple[str, ...], check=check_addresses
)
FIND_EARLIER: PureFunction[str | None] = PureFunction(
    "scraper.extraction.paging.first_page:find_earlier",
    str | None,
    check=lambda found, *_: check_addresses((found,)),
)
PARSE_SOURCE: PureFunction[tuple[SourceKind, Listing]] = PureFunction(
    "scraper.discovery.documents:parse_source",
    tuple[SourceKind, Listing],
    MAX_LISTING_BYTES,
    lambda found, *_: check_listing(found[1]),
)
PARSE_FRONT_PAGE: PureFunction[Listing] = PureFunction(
    "scraper.discovery.front_page:parse_front_page", Listing, MAX_LISTING_BYTES, check_listing
)


def _as_sent(response: Response) -> tuple[Any, ...]:
    return response.body, response.url, response.headers, response.fetched_at


def extract_response(
    body: bytes,
    url: str,
    headers: tuple[tuple[str, str], ...],
    fetched_at: datetime,
    rule: SiteRule | None = None,
) -> Article:
    """``extract``, in a reader. Raises ``MemoryError``."""
    from scraper.extraction import read_page  # heavy: only where a page is read

    return read_page(body, url, headers=headers, now=fetched_at, rule=rule)


def imprint_response(
    body: bytes,
    url: str,
    headers: tuple[tuple[str, str], ...],
    fetched_at: datetime,
    rule: SiteRule | None,
    imprint_by: str,
) -> tuple[Article, Any]:
    """``imprint_in``, in the reader."""
    article = extract_response(body, url, headers, fetched_at, rule)
    return article, load_function(imprint_by)(article)
