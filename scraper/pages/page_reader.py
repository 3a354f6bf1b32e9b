"""Pages read in the sandbox: what one says, and what several say that are one article."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from scraper.errors import FetchError, SandboxError
from scraper.isolation.functions import PureFunction
from scraper.isolation.readers import FIND_EARLIER, FIND_VARIANTS, extract_in
from scraper.isolation.sandbox import Sandbox
from scraper.model.types import Article, Response, StoredPage, Verdict
from scraper.pages.parts import Ask, StoredParts, gather_parts
from scraper.pages.variants import gather_variant, wants_variant
from scraper.rules import RuleBook

T = TypeVar("T")

HTML_TYPES = ("text/html", "application/xhtml+xml")
# A body that begins so is HTML whatever its type says, and one that begins so is none
# (WHATWG MIME Sniffing §7.1).
_HTML_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body", b"<!--", b"<script", b"<h1")
_BINARY_STARTS = (
    b"%PDF-",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"PK\x03\x04",
    b"RIFF",
    b"\x1f\x8b",
    b"SQLite format 3\0",
)
_FEED_STARTS = (b"<rss", b"<feed", b"<rdf:rdf", b"<urlset", b"<sitemapindex")


@dataclass(frozen=True)
class PageReader:
    """Reads pages by the rules of their sites, each in a child process."""

    sandbox: Sandbox
    rules: RuleBook

    async def extract(self, response: Response) -> Article:
        """What a page says. Raises ``SandboxError`` where its reader died."""
        return await extract_in(self.sandbox, response, self.rules.find(response.url))

    async def read_further(self, answer: Response) -> Article | None:
        """The ``Read`` of an article's further pages."""
        if other_kind(answer):
            return None
        with _another_time(answer):
            return await self.extract(answer)

    async def complete(
        self, response: Response, article: Article, ask: Ask
    ) -> tuple[Article, tuple[Response, ...]]:
        """The article with its further pages; of a page of little or no text, its AMP version's.

        Raises ``FetchError`` where a page that is needed could not be fetched this time.
        """
        is_article = article.verdict is Verdict.ARTICLE
        if wants_variant(article) and (not is_article or _names_amp(response)):
            addresses = await self._run_on(response, FIND_VARIANTS)
            return await gather_variant(response, article, addresses, ask, self.read_further)
        if is_article:
            return await gather_parts(response, article, ask, self.read_further)
        return article, ()

    async def find_earlier(self, answer: Response) -> str | None:
        """The first page of an article, or the one before, that a later page names. Raises
        ``FetchError``."""
        return await self._run_on(answer, FIND_EARLIER)

    async def read_stored(self, page: StoredPage) -> Article | None:
        """What today's extractor makes of a stored page, joined with its stored further pages as a
        crawl joins them; ``None`` for what is no page.

        Raises ``SandboxError`` where reading it ended its reader, and ``FetchError`` where a
        further page is one that a crawl would ask for again.
        """
        response = page.response
        if not response.is_success or other_kind(response) is not None:
            return None
        article = await self.extract(response)
        if page.parts:
            ask = StoredParts(response, page.parts)
            article, _ = await self.complete(response, article, ask)
        return article

    async def _run_on(self, response: Response, function: PureFunction[T]) -> T:
        with _another_time(response):
            return await self.sandbox.run(
                function, response.body, response.url, response.header("content-type")
            )


def other_kind(response: Response) -> str | None:
    """What the body is when it is not HTML: its media type; ``None`` for a page.

    The declared type decides, unless the first bytes plainly say otherwise.
    """
    declared = (response.header("content-type") or "").partition(";")[0].strip().lower()
    start = response.body[:512].lstrip(b"\xef\xbb\xbf \t\r\n\f").lower()
    if response.body.startswith(_BINARY_STARTS):
        return declared if declared and declared not in HTML_TYPES else "binary data"
    if start.startswith(b"<?xml"):
        start = start.partition(b"?>")[2].lstrip()
    if start.startswith(_FEED_STARTS):
        return "a feed or sitemap"
    if not declared or declared in HTML_TYPES or start.startswith(_HTML_STARTS):
        return None
    return declared


def _names_amp(response: Response) -> bool:
    """Spares a short article, of which most are whole, the second parse."""
    return b"amphtml" in response.body


@contextmanager
def _another_time(answer: Response) -> Iterator[None]:
    """A reader that died over a further page, by what befell the machine or by the page, leaves
    half a text: the attempt fails, and is made again."""
    try:
        yield
    except SandboxError as error:
        raise FetchError(answer.url, f"extraction_{error.reason}", str(error)) from error
