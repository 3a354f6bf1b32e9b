"""The seams: one frozen dataclass for each step of the way through the house.

    Link -> FetchRequest -> Response -> Article -> Capture -> Decision

Data only moves to the right. Nothing here does I/O, and loading this module loads nothing else of
the project, so both ``scraper`` and ``storage`` may depend on it. (``Article.to_markdown`` alone
imports its renderer, when it is called.) Every ``datetime`` is timezone-aware, in any zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Literal


class Verdict(StrEnum):
    """What a page is. Only ``ARTICLE`` is listed, searched and exported."""

    ARTICLE = "article"
    TEASER = "teaser"
    LISTING = "listing"
    SOFT_404 = "soft_404"
    CONSENT_WALL = "consent_wall"
    BOT_CHALLENGE = "bot_challenge"
    LOGIN_WALL = "login_wall"
    EMPTY = "empty"
    TOO_SHORT = "too_short"
    MEDIA = "media"


class Outcome(StrEnum):
    """What became of one attempt at one page."""

    NEW = "new"
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    FAILED = "failed"


class Precision(StrEnum):
    """How exactly a printed time was given."""

    SECOND = "second"
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class Zone(StrEnum):
    """Whether a time's zone stood in the page or was assumed from language and place."""

    STATED = "stated"
    ASSUMED = "assumed"


class BlockKind(StrEnum):
    PARAGRAPH = "paragraph"
    HEADING = "heading"
    LIST_ITEM = "list_item"
    QUOTE = "quote"
    PREFORMATTED = "preformatted"
    TABLE_ROW = "table_row"
    CAPTION = "caption"


class SourceKind(StrEnum):
    """What a source is. Its document may list articles, or further sitemaps."""

    FEED = "feed"
    SITEMAP = "sitemap"
    """A sitemap, or an index of them."""
    FRONT_PAGE = "front page"


# --------------------------------------------------------------------- discovery


@dataclass(frozen=True, slots=True)
class Link:
    """An address that a source lists, with what the source says of it."""

    url: str
    title: str | None = None
    published_at: datetime | None = None
    modified_at: datetime | None = None
    """``updated`` of a feed, ``lastmod`` of a sitemap."""
    vouched: bool = False
    """Whether a subscriber's headers and cookies may go there (``scraper.fetch.vouching``)."""
    beside: bool = False
    """Of a page: it stands only beside the matter, in a sidebar or a footer, or amid a text."""

    @property
    def dated_at(self) -> datetime | None:
        """By which it is news: its publication, else its last change."""
        return self.published_at or self.modified_at


@dataclass(frozen=True, slots=True)
class Listing:
    """What a source's document lists: links in document order, each address once."""

    title: str | None = None
    links: tuple[Link, ...] = ()
    _: KW_ONLY
    sitemaps: tuple[Link, ...] = ()
    """Of a sitemap index: the sitemaps in it."""
    ttl: timedelta | None = None
    """How long it asks to be left alone (``ttl``, ``sy:updatePeriod``)."""
    complete: bool = True
    """False where the document broke midway: its validators are not to be kept."""
    is_news: bool = False
    """A sitemap of news: it holds the last two days."""
    older: str | None = None
    """The address of the page of older entries (RFC 5005 ``prev-archive`` or ``next``)."""


# --------------------------------------------------------------------- fetching


@dataclass(frozen=True, slots=True)
class Validators:
    """ETag and Last-Modified, verbatim, sent back in a conditional GET (RFC 9110 §13)."""

    etag: str | None = None
    last_modified: str | None = None

    def __bool__(self) -> bool:
        return bool(self.etag or self.last_modified)


@dataclass(frozen=True, slots=True)
class FetchRequest:
    url: str
    validators: Validators = Validators()
    vouched: bool = False
    """Whether a subscriber's headers and cookies may go along: a person gave the address, or the
    way to it never left its site (``scraper.fetch.vouching``). Whoever forgets to say so sends
    none."""


@dataclass(frozen=True, slots=True)
class Response:
    """One complete answer. ``body`` is after Content-Encoding; ``headers`` as received."""

    requested_url: str
    url: str
    """The final URL: where redirects ended."""
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched_at: datetime
    _: KW_ONLY
    redirects: tuple[str, ...] = ()
    """The addresses passed on the way, the requested one first; empty without a redirect."""
    single_page: str | None = None
    """Where it was really asked for: an address that shows all of it, as a site's rule knows."""
    with_credentials: bool = False
    """Whether the answer came to a request that carried a subscriber's headers or cookies
    (``[sites."…"]``)."""
    vouched: bool = False
    """Whether ``url`` is vouched for: the request was, and no redirect left its site."""

    def header(self, name: str) -> str | None:
        """The first header of this name, in any case of letters."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    @property
    def is_success(self) -> bool:
        """Whether it brought all of what was asked for: 2xx, and no part of it (206)."""
        return 200 <= self.status < 300 and self.status != 206

    @property
    def validators(self) -> Validators:
        return Validators(self.header("etag"), self.header("last-modified"))


@dataclass(frozen=True, slots=True)
class HostState:
    """What must outlast a run about a host (``example.com``, or ``127.0.0.1:8000``)."""

    host: str
    paused_until: datetime | None = None
    """The host asked us to stay away until then (429 or 503, Retry-After)."""
    throttled: int = 0
    """How many times in a row it asked; sets our own back-off."""


@dataclass(frozen=True, slots=True)
class RobotsCache:
    """A robots.txt as last read from an origin (``https://example.com``).

    ``status`` is the HTTP status of the last complete answer (2xx: ``text`` holds the rules;
    4xx: everything is allowed and ``text`` is empty).
    """

    origin: str
    status: int
    text: str
    fetched_at: datetime
    validators: Validators = Validators()


# --------------------------------------------------------------------- extraction


@dataclass(frozen=True, slots=True)
class Block:
    """One block of the article, in the page's order.

    ``text`` is never empty. Its white space is collapsed, but in preformatted text, where line
    breaks and spaces are as the page has them.
    """

    kind: BlockKind
    text: str
    _: KW_ONLY
    level: int | None = None
    """Heading level 1-6, or nesting depth of a list item, from 1."""
    number: int | None = None
    """Of an item in an ordered list the number before it (a second paragraph of the item has the
    same), ``None`` in other lists. Of a table row its place in the table, from 1."""
    cells: tuple[str, ...] = ()
    """Of a table row its cells' texts, empty ones included; ``text`` joins them by a space."""
    image_url: str | None = None
    """Of a caption the image it belongs to, absolute; ``None`` where there is no such address."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value for a field, where it was found, and how far that source is to be trusted."""

    value: str
    source: str
    """The rule that found it: ``json-ld:headline``, ``meta:og:title``, ``h1``, …"""
    confidence: float
    """0 to 1: the measured share of pages on which this source is right."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Why a field has its value: the source chosen, and the candidates it was chosen from."""

    source: str
    confidence: float
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What one page says: the publisher's claims, cleaned. ``None`` is "not found"."""

    title: str | None = None
    byline: str | None = None
    """The credit as printed, white space collapsed."""
    authors: tuple[str, ...] = ()
    """The names of those who wrote, in the order printed."""
    published_at: datetime | None = None
    """Aware. Midnight in its zone where only the day is known."""
    published_precision: Precision | None = None
    published_zone: Zone | None = None
    published_relative: bool = False
    """Read from a time relative to the fetch ("28 minutes ago"): never makes a version."""
    published_raw: str | None = None
    modified_at: datetime | None = None
    body: str = ""
    """What a reader counts as the text: the blocks but the captions, joined by newlines."""
    blocks: tuple[Block, ...] = ()
    language: str | None = None
    """ISO 639-1, lower case."""
    site_name: str | None = None
    image_url: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    page_title: str | None = None
    """The raw ``<title>``, white space collapsed."""
    canonical_url: str | None = None
    """Our normalised address (see ``scraper.urls.choose_canonical``)."""
    declared_url: str | None = None
    """The page's own claim (``rel=canonical``, else ``og:url``), absolute, unchecked."""
    next_url: str | None = None
    """Of an article cut into pages: where the next one is, absolute."""
    whole_url: str | None = None
    """Where the page says that the whole article is on one page, absolute."""
    calls: tuple[str, ...] = ()
    """Lines at the end of the text, or right behind it, that ask to subscribe or log in to read
    on, as printed. Many pages have one under all of their text; it is evidence only where the
    text has lost its end. Not stored."""
    directives: tuple[str, ...] = ()
    """What its publisher forbids with it: ``noarchive``, ``tdm-reservation``, … (see
    ``scraper.directives``). No part of what the article says: another one makes no
    version."""
    verdict: Verdict = Verdict.EMPTY
    evidence: str = ""
    """Why this verdict: one short phrase for a person to read."""
    provenance: Mapping[str, Provenance] = field(default_factory=lambda: MappingProxyType({}))
    """By field name: ``title``, ``byline``, ``published_at``, ``modified_at``, ``body``, …"""
    extractor_version: str = ""

    def to_markdown(self) -> str:
        """Title, credit and date, address, and the blocks as CommonMark with GitHub's tables.

        No text of the page becomes markup (see ``scraper.model.markdown``).
        """
        # Here, as the renderer imports this module, and as few who load the types render anything.
        from scraper.model.markdown import choose_address, render_markdown

        return render_markdown(self, choose_address(self.declared_url, self.canonical_url))


# --------------------------------------------------------------------- pipeline and archive


@dataclass(frozen=True, slots=True)
class Capture:
    """One attempt at an article: its response with the article, or the reason there is none.

    ``response`` is ``None`` when nothing complete was received, ``article`` when nothing was
    extracted (a failure, or 304 Not Modified).
    """

    requested_url: str
    attempted_at: datetime
    response: Response | None = None
    article: Article | None = None
    _: KW_ONLY
    reason: str | None = None
    """A short code and, after a colon, detail: ``timeout``, ``http_404``, ``robots``, …"""
    rejected: bool = False
    """With ``reason``: something was fetched but is no article (not HTML, extractor killed)."""
    parts: tuple[Response, ...] = ()
    """Of an article cut into pages: the answers for its further pages, in order."""
    baseline: Article | None = None
    """What today's extractor makes of the stored snapshot, where an older one made the version."""
    imprint: Any = None
    """What the archive makes of ``article`` alone, where its reader has worked that out already."""
    directives: tuple[str, ...] = ()
    """Of a 304: what its headers forbid beside all that was known (see ``Article.directives``)."""

    @property
    def with_credentials(self) -> bool:
        """Whether any of its pages was read with a subscriber's headers or cookies."""
        answers = (self.response, *self.parts)
        return any(answer.with_credentials for answer in answers if answer is not None)

    @property
    def not_modified(self) -> bool:
        return self.response is not None and self.response.status == 304


@dataclass(frozen=True, slots=True)
class ImageCapture:
    """One attempt at an article's lead image: its response, or the problem that there was."""

    article_id: int
    url: str
    """As the article has it."""
    attempted_at: datetime
    response: Response | None = None
    problem: str | None = None
    """As ``Capture.reason``."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """How the frontier's page is left after a capture: the lease ends, and when it is due again."""

    next_due_at: datetime | None
    """``None``: not again by itself."""
    _: KW_ONLY
    page_id: int | None = None
    """The leased page, or ``None`` for a fetch by hand."""
    run_id: int | None = None
    source_id: int | None = None
    failures: int = 0
    """Failures in a row, this one included; 0 after a success."""
    validators: Validators = Validators()


@dataclass(frozen=True, slots=True)
class PendingSave:
    """A capture on its way into the archive."""

    capture: Capture
    settlement: Settlement
    now: datetime
    seen_at: datetime | None = None
    """When somebody recorded the page, if it is not seen only now."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the archive did with a capture."""

    outcome: Outcome
    reason: str | None = None
    article_id: int | None = None
    _: KW_ONLY
    filed: bool = False
    """An article entered ``list`` that was not in it before."""
    stored: int = field(default=0, compare=False)
    """Bytes that it added to the archive: of snapshots as they are stored, and of texts."""
    reread: Literal["rule", "extractor"] | None = None
    """The stored page is read otherwise today, which is no edit: by a changed rule for its site, or
    by a better extractor."""


@dataclass(frozen=True, slots=True)
class StoredPage:
    """The snapshot behind an article's current version, as far as extraction needs it."""

    response: Response
    extractor_version: str
    parts: tuple[Response, ...] = ()
    """The answers for the further pages of an article cut into several, in order."""
