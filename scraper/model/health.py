"""What the health of a source is judged by, and what comes out: a history, and its alarms.

The protocols are what ``scraper.monitoring`` needs to know of a source; ``storage.ledger`` has it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


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


class Attempt(Protocol):
    """The first attempt at one page of a source."""

    @property
    def at(self) -> datetime: ...
    @property
    def news_at(self) -> datetime:
        """Its date as listed, else when it was first seen."""

    @property
    def outcome(self) -> str: ...
    @property
    def reason(self) -> str | None:
        """A code and, after a colon, detail."""

    @property
    def url(self) -> str: ...
    @property
    def has_title(self) -> bool: ...
    @property
    def has_authors(self) -> bool: ...
    @property
    def has_date(self) -> bool: ...
    @property
    def body_size(self) -> int:
        """In any unit, but always the same one."""

    @property
    def is_made_good(self) -> bool:
        """It failed, and a later attempt at the page did not."""


class PollSeen(Protocol):
    @property
    def at(self) -> datetime: ...
    @property
    def error(self) -> str | None: ...


class PartSeen(Protocol):
    """A sitemap of an index."""

    @property
    def name(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def since(self) -> datetime:
        """When it was disabled, else when it was last read, else when it was first listed."""

    @property
    def disabled_reason(self) -> str | None:
        """``None``: it is polled."""

    @property
    def is_by_hand(self) -> bool:
        """Of a disabled one: a person did it."""

    @property
    def error(self) -> str | None:
        """Of its last poll."""


class History(Protocol):
    """All that is known of a source; every sequence has the newest last."""

    @property
    def url(self) -> str: ...
    @property
    def added_at(self) -> datetime: ...
    @property
    def due_at(self) -> datetime | None: ...
    @property
    def attempts(self) -> Sequence[Attempt]: ...
    @property
    def polls(self) -> Sequence[PollSeen]: ...
    @property
    def news(self) -> Sequence[datetime]:
        """When polls brought something new."""

    @property
    def gaps(self) -> Sequence[tuple[datetime, datetime]]:
        """Of the last days: when something was missed that no sitemap made up for."""

    @property
    def has_older(self) -> bool:
        """A backfill would find more: a sitemap, or a page of older entries, is known."""

    @property
    def parts(self) -> Sequence[PartSeen]:
        """Some of the sitemaps of an index that are not read: disabled, or failing."""

    @property
    def parts_off(self) -> int:
        """How many those are."""

    @property
    def parts_read(self) -> int:
        """Sitemaps of an index that are."""

    @property
    def full(self) -> Sequence[tuple[datetime, int]]:
        """Of the last day: runs in which it brought as much as one stores, and the bytes."""

    @property
    def last_success_at(self) -> datetime | None: ...
    @property
    def disabled_at(self) -> datetime | None: ...
    @property
    def disabled_reason(self) -> str | None: ...
    @property
    def is_by_hand(self) -> bool:
        """Of a disabled source: a person did it."""

    @property
    def open(self) -> Mapping[str, datetime]:
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
