"""From an answer to a capture: is it a page, what does it say, what did we have before.

Crawl, fetch by hand and a saved file are sources of the same way; they differ in where the
Response comes from and share everything here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, Protocol, TypeVar

from scraper.directives import read_headers
from scraper.errors import FetchError, SandboxError
from scraper.fetch.budget import MemoryBudget
from scraper.fetch.vouching import vouches
from scraper.isolation.functions import PureFunction
from scraper.isolation.readers import FIND_EARLIER, FIND_VARIANTS, extract_in, imprint_in
from scraper.model.jobs import PageJob
from scraper.model.types import (
    Article,
    Capture,
    Decision,
    FetchRequest,
    PendingSave,
    Response,
    Settlement,
    StoredPage,
    Verdict,
)
from scraper.pages.first_page import Remembered, find_first, holds, may_be_later
from scraper.pages.parts import Ask, Read, StoredParts, gather_parts, key_of
from scraper.pages.variants import gather_variant, wants_variant
from scraper.schedule import next_try, next_visit
from scraper.setup import Tools

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


class CaptureStore(Protocol):
    """The one public way to write. Synchronous; every call is one transaction."""

    imprint_by: ClassVar[PureFunction[Any]]
    """The function of an article alone whose result saves ``save`` work."""

    def save(
        self,
        capture: Capture,
        settlement: Settlement,
        now: datetime,
        *,
        seen_at: datetime | None = None,
    ) -> Decision: ...

    def save_all(self, savings: Sequence[PendingSave]) -> list[Decision]: ...

    def load_stale(self, url: str, extractor_version: str) -> StoredPage | None: ...

    def load_secure(self, url: str) -> str | None: ...


async def make_capture(
    requested_url: str,
    response: Response,
    *,
    tools: Tools,
    archive: CaptureStore,
    alone: bool = False,
    settles_for_less: bool = False,
    ask: Ask | None = None,
    is_new: bool = False,
    room: MemoryBudget | None = None,
) -> Capture:
    """Extract what ``response`` says, in the sandbox, beside what an older extractor stored.

    The further pages of an article that is cut into several are fetched and joined, unless the
    page is to be taken ``alone`` (one that a browser saved). Where one of them can't be had the
    capture fails, unless it ``settles_for_less``: then the first page is the article. A later page
    that was met alone is filed as a part of the article that it belongs to. ``ask``: how further
    pages are had, else from the web, within the ``room`` of the first one. ``is_new``: no article
    is known at the requested address.
    """
    at, no_parts = response.fetched_at, tuple[Response, ...]()
    if response.status == 304:
        return Capture(requested_url, at, response, directives=read_headers(response.headers))
    if not 200 <= response.status < 300 or response.status == 206:  # a part is no page
        return Capture(requested_url, at, response, reason=f"http_{response.status}")
    if kind := other_kind(response):
        reason = f"not_html: the server sent {kind}, not a page"
        return Capture(requested_url, at, response, reason=reason, rejected=True)
    try:
        rule = tools.rules.find(response.url)
        read = await imprint_in(tools.sandbox, response, rule, archive.imprint_by)
    except SandboxError as error:
        reason = f"extraction_{error.reason}: {error}"
        return Capture(requested_url, at, response, reason=reason, rejected=True)
    first, imprint = read
    article, parts = first, no_parts
    if not alone:
        ask = ask or _ask_web(tools, room or tools.fetcher.room(), response)
        try:
            begun = await _begin(response, first, tools, ask)
            if begun is not None:
                response, first, article, parts = begun
            else:
                article, parts = await _complete(response, first, tools, ask)
        except FetchError as error:
            if not settles_for_less:
                reason = f"part_{error.reason}: {error}"
                return Capture(requested_url, at, response, reason=reason)
            article = _note_alone(first)
    baseline, address = None, article.canonical_url or response.url
    is_known = not is_new or key_of(address) != key_of(requested_url)
    if is_known and article.verdict in (Verdict.ARTICLE, Verdict.TEASER):
        baseline = await _baseline(_Reading(response, first, article, parts), tools, archive)
    if article is not read[0]:
        imprint = None
    return Capture(
        requested_url, at, response, article, parts=parts, baseline=baseline, imprint=imprint
    )


def _note_alone(article: Article) -> Article:
    body = article.provenance.get("body")
    if body is None:
        return article
    noted = replace(body, source=f"{body.source} (its first page alone)")
    return replace(article, provenance={**article.provenance, "body": noted})


@dataclass(frozen=True)
class _Reading:
    """One page as it was read: by itself, and with its further pages."""

    response: Response
    first: Article
    article: Article
    parts: tuple[Response, ...]


async def _complete(
    response: Response, article: Article, tools: Tools, ask: Ask
) -> tuple[Article, tuple[Response, ...]]:
    """The article with its further pages; of a page of little or no text, its AMP version's.

    Raises ``FetchError`` where a page that is needed could not be fetched this time.
    """

    read = _reader(tools)
    if wants_variant(article) and (article.verdict is not Verdict.ARTICLE or _names_amp(response)):
        addresses = await _run_on(response, FIND_VARIANTS, tools)
        return await gather_variant(response, article, addresses, ask, read)
    if article.verdict is Verdict.ARTICLE:
        return await gather_parts(response, article, ask, read)
    return article, ()


def _names_amp(response: Response) -> bool:
    """Spares a short article, of which most are whole, the second parse."""
    return b"amphtml" in response.body


async def _begin(
    response: Response, article: Article, tools: Tools, ask: Ask
) -> tuple[Response, Article, Article, tuple[Response, ...]] | None:
    """Of a later page of an article the first one, what it says, and the article from there on;
    ``None`` where the page is none. Raises ``FetchError`` like ``_complete``."""
    if not may_be_later(response):
        return None
    remembered = Remembered(ask, response)

    async def find(answer: Response) -> str | None:
        return await _run_on(answer, FIND_EARLIER, tools)

    start = await find_first(response, article, remembered, _reader(tools), find)
    if start is None:
        return None
    whole, parts = await _complete(*start, tools, remembered)
    return (*start, whole, parts) if holds(whole, article) else None


def _reader(tools: Tools) -> Read:
    async def read(answer: Response) -> Article | None:
        if other_kind(answer):
            return None
        with _another_time(answer):
            return await extract_in(tools.sandbox, answer, tools.rules.find(answer.url))

    return read


@contextmanager
def _another_time(answer: Response) -> Iterator[None]:
    """A reader that died over a further page, by what befell the machine or by the page, leaves
    half a text: the attempt fails, and is made again."""
    try:
        yield
    except SandboxError as error:
        raise FetchError(answer.url, f"extraction_{error.reason}", str(error)) from error


def _ask_web(tools: Tools, room: MemoryBudget, page: Response) -> Ask:
    """What ``page`` leads to."""

    async def ask(url: str) -> Response:
        return await tools.fetcher.fetch(FetchRequest(url, vouched=vouches(page, url)), room)

    return ask


async def _run_on(response: Response, function: PureFunction[T], tools: Tools) -> T:
    """What a function finds in a page. Raises ``FetchError`` where its reader died."""
    with _another_time(response):
        return await tools.sandbox.run(
            function, response.body, response.url, response.header("content-type")
        )


def failed_capture(requested_url: str, error: FetchError, now: datetime) -> Capture:
    return Capture(requested_url, now, reason=f"{error.reason}: {error.detail}")


def settle(capture: Capture, job: PageJob | None, run_id: int | None, now: datetime) -> Settlement:
    """How the page is left: when it is due again, and with which validators.

    A page that a person fetched by hand and that failed is not queued behind his back.
    """
    first_seen = job.first_seen_at if job else now
    page_id, source_id = (job.page_id, job.source_id) if job else (None, None)
    if capture.not_modified or (capture.article and capture.article.verdict == Verdict.ARTICLE):
        response = capture.response
        assert response is not None
        validators = response.validators
        if capture.not_modified and job and not validators:
            validators = job.validators  # RFC 9110 §15.4.5: a 304 may leave them out
        # What a backfill brought is past its days of edits.
        due = None if job is not None and job.backlog else next_visit(first_seen, now)
        return Settlement(
            due,
            page_id=page_id,
            run_id=run_id,
            source_id=source_id,
            failures=0,
            validators=validators,
        )
    failures = (job.failures if job else 0) + 1
    due = next_try(failure_code(capture), failures, now) if job else None
    return Settlement(due, page_id=page_id, run_id=run_id, source_id=source_id, failures=failures)


def failure_code(capture: Capture) -> str:
    """The stable code in front of a capture's reason; ``rejected`` for what is no article."""
    if capture.rejected or capture.article is not None:
        return "rejected"
    return (capture.reason or "").partition(":")[0]


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


async def _baseline(reading: _Reading, tools: Tools, archive: CaptureStore) -> Article | None:
    """What today's extractor makes of the page as stored, where an older one read it.

    Without this, an improvement of ours would be filed as the publisher's edit.
    """
    article = reading.article
    address = article.canonical_url or reading.response.url
    stored = await tools.offload(archive.load_stale, address, article.extractor_version)
    if stored is None:
        return None
    try:
        rule = tools.rules.find(stored.response.url)
        first = await extract_in(tools.sandbox, stored.response, rule)
        if not stored.parts and reading.parts and _is_same_page(first, reading.first):
            return article  # the page is as it was, but its further pages were not read then
        ask = StoredParts(stored.response, stored.parts)
        whole, _ = await _complete(stored.response, first, tools, ask)
    except (SandboxError, FetchError):
        return None  # today's extractor can't read it: the stored version stands as it is
    return whole


def _is_same_page(one: Article, other: Article) -> bool:
    return (one.title, one.authors, one.body) == (other.title, other.authors, other.body)
