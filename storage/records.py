"""What the archive hands out: frozen read models, free of SQLAlchemy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from scraper.model.types import Block, Precision, Provenance, SourceKind, Verdict, Zone

# The causes of a version.
PUBLISHER = "publisher"
EXTRACTOR = "extractor"
DATE = "date"

UNKNOWN_REASON = "teaser"
"""Of a text that is not accepted: before reasons were stored, only teasers were kept so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionFacts:
    """Which version of an article a record is, and what that version changed."""

    number: int
    """From 1, in the order in which they were first seen."""
    seen_at: datetime
    fetched_at: datetime
    """When the page was fetched that it was read from."""
    current: bool
    accepted: bool
    reason: str | None
    """Why it is not the article's text, where it was not accepted."""
    cause: str
    recorded: bool
    kinds: tuple[str, ...]
    stealth: bool
    summary: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRecord:
    """An article as filed: its current version, or only the reason why there is none."""

    id: int
    url: str
    """The final address."""
    canonical_url: str
    verdict: Verdict
    evidence: str
    versions: int
    """Contents accepted as the publisher's."""
    first_seen_at: datetime
    last_checked_at: datetime
    duplicate_of: int | None = None
    title: str | None = None
    byline: str | None = None
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    """At its original offset."""
    published_precision: Precision | None = None
    published_zone: Zone | None = None
    published_relative: bool = False
    modified_at: datetime | None = None
    language: str | None = None
    site_name: str | None = None
    image_url: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    body: str | None = None
    """``None`` in lists."""
    blocks: tuple[Block, ...] = ()
    provenance: Mapping[str, Provenance] = field(default_factory=lambda: MappingProxyType({}))
    directives: tuple[str, ...] = ()
    """What its publisher forbids with it, as its page said last."""
    with_credentials: bool = False
    """Whether its text was read with a subscriber's headers or cookies."""
    source: str | None = None
    """The name of the first source that listed it; ``None`` in lists, too."""
    version: VersionFacts | None = None
    """Of a record that is one of its versions, not the article as it is now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRecord:
    """One distinct content of an article, numbered from 1 in the order it was first seen."""

    id: int
    number: int
    article_id: int
    current: bool
    accepted: bool
    cause: str
    """``publisher`` or ``extractor``."""
    extractor_version: str
    first_seen_at: datetime
    fetched_at: datetime
    url: str
    payload_digest: bytes | None
    content_hash: bytes
    title: str | None
    byline: str | None
    authors: tuple[str, ...]
    published_at: datetime | None
    published_precision: Precision | None
    modified_at: datetime | None
    body: str
    blocks: tuple[Block, ...]
    reason: str | None = None
    """Why it is not the article's text, where it was not accepted."""
    recorded: bool = False
    """Known from a web archive alone, and never read on the web."""
    directives: tuple[str, ...] = ()
    """What the page forbade that it was read from."""
    with_credentials: bool = False
    """Whether that was read with a subscriber's headers or cookies."""


@dataclass(frozen=True, slots=True)
class EditRecord:
    """What a version changed, as it was stored with it."""

    kinds: tuple[str, ...]
    stealth: bool
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecord:
    id: int
    url: str
    name: str
    kind: SourceKind
    host: str
    added_at: datetime
    title: str | None = None
    due_at: datetime | None = None
    interval: timedelta | None = None
    last_polled_at: datetime | None = None
    """The last attempt, failed or not."""
    last_error: str | None = None
    """``None`` after a poll that worked."""
    failures: int = 0
    articles: int = 0
    """Listed articles that this source led to."""
    last_success_at: datetime | None = None
    parts: int = 0
    """Sitemaps that an index is made of."""
    disabled_at: datetime | None = None
    disabled_reason: str | None = None
    cursor: str | None = None
    """Where a backfill of its older entries goes on; empty at their end."""
    folder: str | None = None
    """Where it is filed among the sources: ``Papers/Local``."""
    vouched: bool = False
    """A subscriber's headers and cookies may go to ``url``."""
    is_part: bool = False
    """It is a sitemap of another source, an index."""
    only: tuple[str, ...] = ()
    """The patterns of the links that are taken of it; empty: all are."""
    images: str | None = None
    """Which images of its articles are fetched (``lead``, ``none``); ``None``: as for all."""


@dataclass(frozen=True, slots=True)
class DueRecord:
    """Something that a run would do now."""

    kind: str
    """``source``, ``page``, or ``old page`` of a backfill."""
    url: str
    due_at: datetime | None
    host: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    id: int
    pid: int
    started_at: datetime
    finished_at: datetime | None = None
    exit_code: int | None = None
    """``None`` with ``finished_at`` set: the run died and a later one closed it."""
    counts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """Pages by outcome."""
    summary: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """``sources_polled``, ``sources_failed``, ``new_links``, ``gaps``, ``stopped``."""
