"""Sources: finding out what an address is, and reading what it lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeVar

from scraper.discovery.front_page.shapes import Shapes
from scraper.errors import FetchError, NotASourceError, ParseError, SandboxError, StatusError
from scraper.fetch.vouching import vouch_for
from scraper.isolation.functions import PureFunction
from scraper.isolation.readers import PARSE_FRONT_PAGE, PARSE_SOURCE
from scraper.model.types import FetchRequest, Listing, Response, SourceKind, Validators
from scraper.pages.page_reader import other_kind
from scraper.setup import Tools

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class SourceReading:
    """What a source lists now."""

    url: str
    """Where it was found: the final URL."""
    kind: SourceKind = SourceKind.FEED
    listing: Listing = Listing()
    floor: timedelta | None = None
    """How long it asks to be left alone, in the document or by Cache-Control."""
    validators: Validators = Validators()
    not_modified: bool = False
    page: Response | None = None
    """Of a page its answer, for what else it offers."""
    vouched: bool = False
    """As of ``Response``."""


SourceProblem = FetchError | ParseError
SOURCE_PROBLEMS = (FetchError, ParseError)
QUICK_CPU_SECONDS = 1.0
"""Nearly all documents need less; the others are begun anew in a lane of their own, so that no
host's pages and polls wait for them."""
DOCUMENT_CPU_SECONDS = 20.0
"""A feed of 20,000 items takes some 4 s to read, a sitemap of 50 MB 9 s."""
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)


async def read_source(
    request: FetchRequest,
    kind: SourceKind | None,
    tools: Tools,
    shapes: Shapes = Shapes(),
    only: Sequence[str] = (),
) -> SourceReading:
    """Fetch a source and read its links. ``kind``: what it is, ``None`` where nobody knows yet.
    ``shapes``: what is known of its host's addresses. ``only``: which links of a page a person
    said are articles.

    Raises one of ``SOURCE_PROBLEMS``: ``NotASourceError`` for a page where a feed was, and for
    one without articles where it is not known what is there.
    """
    async with tools.fetcher.fetch_document(request) as response:
        if response.status == 304:
            validators = response.validators or request.validators
            return SourceReading(
                url=response.url,
                kind=kind or SourceKind.FEED,
                validators=validators,
                not_modified=True,
            )
        if kind is not None:
            return await read_response(response, kind, tools, shapes, only)
        reading = await _read_any(response, tools, shapes, only)
    if reading.kind is SourceKind.FRONT_PAGE and not reading.listing.links:
        raise NotASourceError(response.url)
    return reading


async def read_response(
    response: Response,
    kind: SourceKind,
    tools: Tools,
    shapes: Shapes = Shapes(),
    only: Sequence[str] = (),
) -> SourceReading:
    """What an answer lists. Raises ``StatusError`` and ``ParseError`` (``NotASourceError``)."""
    if not response.is_success:
        raise StatusError(response.url, response.status)
    if kind == SourceKind.FRONT_PAGE and other_kind(response) is None:
        return await _read_page(response, tools, shapes, only)
    try:
        found, listing = await _in_sandbox(PARSE_SOURCE, response, tools)
    except ParseError as error:
        if other_kind(response) is None:
            raise NotASourceError(response.url) from error
        raise
    return _reading(response, found, listing)


async def probe_source(
    url: str, tools: Tools, shapes: Shapes = Shapes(), only: Sequence[str] = ()
) -> SourceReading:
    """Find out what an address that a person gave is: a feed or a sitemap, else a front page.

    Raises one of ``SOURCE_PROBLEMS``: a ``ParseError`` for a document that is broken.
    """
    async with tools.fetcher.fetch_document(FetchRequest(url, vouched=True)) as response:
        return await _read_any(response, tools, shapes, only)


async def _read_any(
    response: Response, tools: Tools, shapes: Shapes, only: Sequence[str]
) -> SourceReading:
    try:
        return await read_response(response, SourceKind.FEED, tools)
    except NotASourceError:
        return await _read_page(response, tools, shapes, only)


async def _read_page(
    response: Response, tools: Tools, shapes: Shapes, only: Sequence[str]
) -> SourceReading:
    listing = await _in_sandbox(PARSE_FRONT_PAGE, response, tools, shapes, tuple(only))
    return replace(_reading(response, SourceKind.FRONT_PAGE, listing), page=response)


async def _in_sandbox(
    function: PureFunction[T], response: Response, tools: Tools, *more: object
) -> T:
    args = (response.body, response.url, response.header("content-type"), *more)
    try:
        try:
            return await tools.sandbox.run(function, *args, cpu_seconds=QUICK_CPU_SECONDS)
        except SandboxError as error:
            if error.reason != "timeout":
                raise
        return await tools.sandbox.run(
            function, *args, cpu_seconds=DOCUMENT_CPU_SECONDS, is_long=True
        )
    except SandboxError as error:
        raise ParseError(response.url, f"cannot be read: {error}") from error


def _reading(response: Response, kind: SourceKind, listing: Listing) -> SourceReading:
    floors = [each for each in (listing.ttl, _max_age(response)) if each is not None]
    return SourceReading(
        url=response.url,
        kind=kind,
        listing=vouch_for(listing, response),
        floor=max(floors, default=None),
        validators=response.validators if listing.complete else Validators(),
        vouched=response.vouched,
    )


def _max_age(response: Response) -> timedelta | None:
    """Cache-Control's ``max-age`` (RFC 9111 §5.2.2.1); none where the answer is not to be kept."""
    stated = ",".join(value for key, value in response.headers if key.lower() == "cache-control")
    found = _MAX_AGE.search(stated)
    if found is None or "no-store" in stated.lower() or "no-cache" in stated.lower():
        return None
    return timedelta(seconds=int(found[1]))
