"""From an answer to a capture: is it a page, what does it say, what did we have before.

Crawl, fetch by hand and a saved file are sources of the same way; they differ in where the
Response comes from and share everything here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, Protocol

from scraper.directives import read_headers
from scraper.errors import FetchError, SandboxError
from scraper.fetch.budget import MemoryBudget
from scraper.fetch.vouching import vouches
from scraper.isolation.functions import PureFunction
from scraper.isolation.readers import extract_in, imprint_in
from scraper.model.jobs import PageJob
from scraper.model.types import (
    Article,
    Capture,
    Decision,
    FetchRequest,
    ImageCapture,
    PendingSave,
    Response,
    Settlement,
    StoredPage,
    Verdict,
)
from scraper.pages.first_page import Remembered, find_first, holds, may_be_later
from scraper.pages.page_reader import PageReader, other_kind
from scraper.pages.parts import Ask
from scraper.schedule import next_try, next_visit
from scraper.setup import Tools
from scraper.urls import key_of


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

    def load_wanted_image(self, article_id: int, now: datetime) -> str | None: ...

    def save_image(self, capture: ImageCapture, now: datetime) -> int: ...


@dataclass(frozen=True, kw_only=True)
class CaptureContext:
    """What turns an answer into a capture, and what is known of its page."""

    tools: Tools
    archive: CaptureStore | None = None
    """``None``: nothing is known of any page, and nothing is to be filed."""
    alone: bool = False
    """Without its further pages: the page is one that a browser saved."""
    settles_for_less: bool = False
    """Where a further page can't be had, the first one is the article."""
    ask: Ask | None = None
    """How further pages are had; else from the web, within ``room``."""
    is_new: bool = False
    """No article is known at the requested address."""
    room: MemoryBudget | None = None
    """Of the answer; its further pages share it."""

    @property
    def reader(self) -> PageReader:
        return PageReader(self.tools.sandbox, self.tools.rules)

    def ask_for_parts_of(self, page: Response) -> Ask:
        """How the further pages of ``page`` are had."""
        if self.ask is not None:
            return self.ask
        fetcher, room = self.tools.fetcher, self.room or self.tools.fetcher.room()

        async def ask(url: str) -> Response:
            return await fetcher.fetch(FetchRequest(url, vouched=vouches(page, url)), room)

        return ask


async def make_capture(requested_url: str, response: Response, context: CaptureContext) -> Capture:
    """Extract what ``response`` says, in the sandbox, beside what an older extractor stored.

    The further pages of an article that is cut into several are fetched and joined. Where one of
    them can't be had the capture fails. A later page that was met alone is filed as a part of the
    article that it belongs to.
    """
    at = response.fetched_at
    if response.status == 304:
        return Capture(requested_url, at, response, directives=read_headers(response.headers))
    if not response.is_success:
        return Capture(requested_url, at, response, reason=f"http_{response.status}")
    if kind := other_kind(response):
        reason = f"not_html: the server sent {kind}, not a page"
        return Capture(requested_url, at, response, reason=reason, rejected=True)
    tools, archive = context.tools, context.archive
    try:
        rule = tools.rules.find(response.url)
        if archive is None:
            read, imprint = await extract_in(tools.sandbox, response, rule), None
        else:
            read, imprint = await imprint_in(tools.sandbox, response, rule, archive.imprint_by)
    except SandboxError as error:
        reason = f"extraction_{error.reason}: {error}"
        return Capture(requested_url, at, response, reason=reason, rejected=True)
    whole = _Whole(response, read, read)
    if not context.alone:
        try:
            whole = await _gather(response, read, context)
        except FetchError as error:
            if not context.settles_for_less:
                reason = f"part_{error.reason}: {error}"
                return Capture(requested_url, at, response, reason=reason)
            whole = _Whole(response, read, _note_alone(read))
    baseline, article = None, whole.article
    is_known = not context.is_new or key_of(whole.address) != key_of(requested_url)
    if is_known and article.verdict in (Verdict.ARTICLE, Verdict.TEASER):
        baseline = await _baseline(whole, context)
    return Capture(
        requested_url,
        at,
        whole.response,
        article,
        parts=whole.parts,
        baseline=baseline,
        imprint=imprint if article is read else None,
    )


@dataclass(frozen=True)
class _Whole:
    """An article as it was read: its first page by itself, and with its further pages."""

    response: Response
    first: Article
    article: Article
    parts: tuple[Response, ...] = ()

    @property
    def address(self) -> str:
        return self.article.canonical_url or self.response.url


async def _gather(response: Response, read: Article, context: CaptureContext) -> _Whole:
    """The article that a page begins, or that it is a later page of. Raises ``FetchError`` where
    a page that is needed could not be fetched this time."""
    reader, ask = context.reader, context.ask_for_parts_of(response)
    if may_be_later(response):
        remembered = Remembered(ask, response)
        start = await find_first(
            response, read, remembered, reader.read_further, reader.find_earlier
        )
        if start is not None:
            whole = _Whole(*start, *await reader.complete(*start, remembered))
            if holds(whole.article, read):
                return whole
    return _Whole(response, read, *await reader.complete(response, read, ask))


def _note_alone(article: Article) -> Article:
    body = article.provenance.get("body")
    if body is None:
        return article
    noted = replace(body, source=f"{body.source} (its first page alone)")
    return replace(article, provenance={**article.provenance, "body": noted})


async def _baseline(whole: _Whole, context: CaptureContext) -> Article | None:
    """What today's extractor makes of the page as stored, where an older one read it.

    Without this, an improvement of ours would be filed as the publisher's edit.
    """
    article = whole.article
    if context.archive is None:
        return None
    load = context.archive.load_stale
    stored = await context.tools.offload(load, whole.address, article.extractor_version)
    if stored is None:
        return None
    try:
        known = await context.reader.read_stored(stored)
    except (SandboxError, FetchError):
        return None  # today's extractor can't read it: the stored version stands as it is
    if known is not None and whole.parts and not stored.parts and _is_same_page(known, whole.first):
        return article  # the page is as it was, but its further pages were not read then
    return known


def _is_same_page(one: Article, other: Article) -> bool:
    return (one.title, one.authors, one.body) == (other.title, other.authors, other.body)


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
