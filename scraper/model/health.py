"""What the health of a source is judged by, and what comes out: a history, and its alarms.

``storage.ledger`` reads the history, ``scraper.monitoring`` judges it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple


class Kind(StrEnum):
    """What an alarm is about."""

    DISABLED = "disabled"
    UNREACHABLE = "unreachable"
    OVERDUE = "overdue"
    """It is due, and no crawl polls it."""
    PARTS = "parts"
    """Sitemaps of an index are not read."""
    SILENT = "silent"
    GAP = "gap"
    BLOCKED = "blocked"
    WALLED = "walled"
    REJECTED = "rejected"
    FAILING = "failing"
    FULL = "full"
    """Its pages brought more to the archive than one run stores of a source."""
    FIELDS = "fields"
    SHORT = "short"


class Attempt(NamedTuple):
    """The first attempt at one page of a source. A plain tuple: many are read at once."""

    id: int
    at: datetime
    news_at: datetime
    """Its date as listed, else when it was first seen."""
    outcome: str
    reason: str | None
    """A code and, after a colon, detail."""
    url: str
    has_title: bool
    has_authors: bool
    has_date: bool
    body_size: int
    """Bytes of the text as first filed; 0 where nothing was."""
    is_made_good: bool = False
    """It failed, and a later attempt at the page did not."""


class PollSeen(NamedTuple):
    at: datetime
    new: int
    error: str | None


class PartSeen(NamedTuple):
    """A sitemap of an index that is not read."""

    name: str
    url: str
    since: datetime
    """When it was disabled, else when it was last read, else when it was first listed."""
    disabled_reason: str | None
    """``None``: it is polled, and fails."""
    is_by_hand: bool
    """Of a disabled one: a person did it."""
    error: str | None
    """Of its last poll."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """All that is known of a source; every sequence has the newest last."""

    source_id: int
    name: str
    url: str
    host: str
    kind: str
    added_at: datetime
    due_at: datetime | None = None
    attempts: Sequence[Attempt] = ()
    polls: Sequence[PollSeen] = ()
    news: Sequence[datetime] = ()
    """When polls brought something new."""
    gaps: Sequence[tuple[datetime, datetime]] = ()
    """Of the last days: when something was missed that no sitemap made up for."""
    has_older: bool = False
    """A backfill would find more: a sitemap, or a page of older entries, is known. Read only where
    there are gaps."""
    parts: Sequence[PartSeen] = ()
    """Some of the sitemaps of an index that are not read: disabled, or failing."""
    parts_off: int = 0
    """How many those are."""
    parts_read: int = 0
    """Sitemaps of an index that are."""
    full: Sequence[tuple[datetime, int]] = ()
    """Of the last day: runs in which it brought as much as one stores, and the bytes."""
    last_success_at: datetime | None = None
    disabled_at: datetime | None = None
    disabled_reason: str | None = None
    is_by_hand: bool = False
    """Of a disabled source: a person did it."""
    open: Mapping[str, datetime] = field(default_factory=lambda: MappingProxyType({}))
    """Since when, by the kinds of its open alarms."""


@dataclass(frozen=True, slots=True)
class Alarm:
    kind: Kind
    since: datetime
    """The first attempt or poll of the bad stretch."""
    detail: str
    """What is wrong, in one plain sentence without a full stop."""
    examples: tuple[str, ...] = ()
    """Up to three addresses, the newest first."""
    cause: str = ""
    """For advice: the most common code of what went wrong, or what else tells cases of a kind
    apart (``BY_HAND``, ``HAS_OLDER``); empty where nothing does."""


BY_HAND = "by_hand"
HAS_OLDER = "has_older"
