"""Pages as a reader of the sandbox reads them: how it is asked, and what it runs.

A reader imports this module and nothing that fetches or stores: what it would import beside costs
each of them a tenth of a second and some megabytes.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from scraper.rules import SiteRule
from scraper.sandbox import Sandbox
from scraper.types import Article, Response
from scraper.worker import load_function


async def extract_in(sandbox: Sandbox, response: Response, rule: SiteRule | None = None) -> Article:
    """What the page says. Raises ``SandboxError`` where its reader died."""
    article: Article = await sandbox.run(f"{__name__}:extract_response", *_as_sent(response), rule)
    return article


async def imprint_in(
    sandbox: Sandbox, response: Response, rule: SiteRule | None, imprint_by: str
) -> tuple[Article, Any]:
    """The same, and what the function of the name ``imprint_by`` (``"module:name"``) makes of
    that."""
    read: tuple[Article, Any] = await sandbox.run(
        f"{__name__}:imprint_response", *_as_sent(response), rule, imprint_by
    )
    return read


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
    from scraper.extraction import read_page

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
