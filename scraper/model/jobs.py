"""What the frontier hands to a run and takes back: pages and sources to be asked, and what a poll
brought. As in ``types``, nothing here does I/O, and every ``datetime`` is aware.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from datetime import datetime, timedelta
from typing import Literal

from scraper.model.types import Link, SourceKind, Validators


@dataclass(frozen=True, slots=True)
class PageJob:
    """A page leased to this run."""

    page_id: int
    url: str
    host: str
    first_seen_at: datetime
    _: KW_ONLY
    last_checked_at: datetime | None = None
    failures: int = 0
    source_id: int | None = None
    validators: Validators = Validators()
    backlog: bool = False
    """Asked for by a backfill, and no news."""
    has_article: bool = False
    """An article was filed from it before."""
    has_parts: bool = False
    """That article was read from several pages, of which this is the first."""
    vouched: bool = False
    """As of ``FetchRequest``."""
    root_id: int = 0
    """The source that was the first to list it, of a sitemap of an index the index; 0: none."""
    images: str | None = None
    """Which images that source has fetched (``lead``, ``none``); ``None`` where it does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceJob:
    """A source leased to this run for polling."""

    source_id: int
    url: str
    name: str
    host: str
    kind: SourceKind = SourceKind.FEED
    failures: int = 0
    interval: timedelta | None = None
    """The polling interval last chosen; ``None`` before the first poll."""
    validators: Validators = Validators()
    last_success_at: datetime | None = None
    """``None``: it was never read, and ``kind`` is a guess, but of a part."""
    failed_before: bool = False
    """Its last poll failed."""
    last_whole_at: datetime | None = None
    """When a poll last brought its document and no 304; ``None``: not known."""
    is_part: bool = False
    """A sitemap of another source's index."""
    is_stated: bool = False
    """Of such a one: its index states when it changed."""
    backlog: bool = False
    """Polled for a backfill: what it lists is no news."""
    vouched: bool = False
    """As of ``FetchRequest``."""
    only: tuple[str, ...] = ()
    """The patterns of the links that are taken of it; empty: all are."""


@dataclass(frozen=True, slots=True)
class BackfillRoot:
    """A source whose older entries a backfill is to find."""

    source: SourceJob
    cursor: Link | None = None
    """The page of older entries to go on with: ``None`` at the beginning. One that has come to its
    end is none of these."""


@dataclass(frozen=True, slots=True)
class LinkComparison:
    """What a source lists, beside what is known."""

    listed: int = 0
    new: int = 0
    """Addresses that nobody had listed yet."""
    shared: int = 0
    """Addresses that this source had listed before."""
    had_any: bool = False
    """Whether this source had ever listed one."""
    family: int = 0
    """Addresses that it and its parts had listed, counted up to 1,000."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Between two polls a source turned over whole: what it listed between them was not seen."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Poll:
    """What one poll of a source brought; stored in one transaction with its new pages."""

    source_id: int
    run_id: int | None
    next_due_at: datetime | None
    """``None``: not again by itself."""
    interval: timedelta
    _: KW_ONLY
    links: tuple[Link, ...] = ()
    """What is to be fetched; the archive passes over what it knows."""
    backlog: tuple[Link, ...] = ()
    """What is only noted: it is fetched when a backfill is asked for."""
    sitemaps: tuple[Link, ...] = ()
    """Of an index: the sitemaps in it that are to be polled as parts of the source."""
    older_sitemaps: tuple[Link, ...] = ()
    """The ones that wait for a backfill."""
    validators: Validators = Validators()
    title: str | None = None
    kind: SourceKind | None = None
    """What the source turned out to be, where that was not known."""
    failures: int = 0
    error: str | None = None
    """Why the poll failed; the other fields but ``failures`` and ``next_due_at`` then keep
    what the source had."""
    not_modified: bool = False
    gap: Gap | None = None
    missed: tuple[Link, ...] | None = None
    """What the site's sitemaps list for the gap; ``None`` where none could be read."""
    disabled: str | None = None
    """Why it is not to be polled again by itself."""
    undated_at: datetime | None = None
    """Of when links without a date are taken to be; ``None``: of the time of the poll."""


@dataclass(frozen=True, slots=True)
class PollResult:
    """What the archive made of a poll."""

    new: int = 0
    """Addresses that nobody had listed yet, with those of the gap."""
    gap_filled: int | None = None
    """How many of them the gap had missed; ``None`` where there is none, or nothing to read."""
    left_out: int = 0
    """Addresses that were not stored, and that the next poll will meet again."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that today's rules read otherwise. The values are cut, from where they part."""

    field: str
    """A field of ``Article``; ``blocks``: the same text in other headings, lists, captions."""
    kind: Literal["gained", "lost", "changed"]
    old: str
    """Empty where nothing was there."""
    new: str
    """Empty where nothing is left."""
