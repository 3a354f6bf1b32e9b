"""Sources: finding out what an address is, and reading what it lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from scraper.errors import FetchError, NotASourceError, ParseError, SandboxError, StatusError
from scraper.pipeline import other_kind
from scraper.setup import Tools
from scraper.types import Feed, FetchRequest, Link, Response, SourceKind, Validators


@dataclass(frozen=True)
class Reading:
    """What a source lists now."""

    url: str
    """Where it was found: the final URL."""
    kind: SourceKind = SourceKind.FEED
    title: str | None = None
    links: tuple[Link, ...] = ()
    ttl: timedelta | None = None
    validators: Validators = Validators()
    not_modified: bool = False


SourceProblem = FetchError | ParseError
SOURCE_PROBLEMS = (FetchError, ParseError)
FEED_CPU_SECONDS = 20.0
"""A feed of 100,000 items takes some 10 s to read; one is read once in an hour at most."""


async def read_source(request: FetchRequest, kind: SourceKind, tools: Tools) -> Reading:
    """Fetch a source and read its links. Raises one of ``SOURCE_PROBLEMS``."""
    response = await tools.fetcher.fetch(request)
    if response.status == 304:
        validators = response.validators or request.validators
        return Reading(response.url, kind, validators=validators, not_modified=True)
    return await _read_feed(response, tools)


async def probe_source(url: str, tools: Tools) -> Reading:
    """Find out what an address offers.

    Raises one of ``SOURCE_PROBLEMS``: ``NotASourceError`` for a page, with the feeds it names,
    a plain ``ParseError`` for a feed that is broken.
    """
    response = await tools.fetcher.fetch(FetchRequest(url))
    try:
        return await _read_feed(response, tools)
    except ParseError as error:
        if other_kind(response) is not None:
            raise
        feeds = await _declared_feeds(response, tools)
        raise NotASourceError(error.url, tuple(link.url for link in feeds)) from error


async def _declared_feeds(response: Response, tools: Tools) -> tuple[Link, ...]:
    try:
        feeds: tuple[Link, ...] = await tools.sandbox.run(
            "scraper.discovery.frontpage:find_feeds", response.body, response.url
        )
    except SandboxError:
        return ()  # a page that nobody can read names no feeds
    return feeds


async def _read_feed(response: Response, tools: Tools) -> Reading:
    if not 200 <= response.status < 300:
        raise StatusError(response.url, response.status)
    try:
        feed: Feed = await tools.sandbox.run(
            "scraper.discovery.feeds:parse_feed",
            response.body,
            response.url,
            response.header("content-type"),
            cpu_seconds=FEED_CPU_SECONDS,
        )
    except SandboxError as error:
        raise ParseError(response.url, f"cannot be read: {error}") from error
    validators = response.validators if feed.complete else Validators()
    return Reading(response.url, SourceKind.FEED, feed.title, feed.links, feed.ttl, validators)
