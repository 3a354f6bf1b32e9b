"""What health is judged by, and what comes out: a source's history, and its alarms.

The protocols are what ``scraper.health`` needs to know of a source; ``storage.health`` has it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from scraper.types import Outcome, Verdict

# 401 to 407 as RFC 9110 §15.5 has them, 429 RFC 6585 §4, 451 RFC 7725.
_BLOCKING = frozenset(
    {*(f"http_{status}" for status in (401, 402, 403, 407, 429, 451)), "robots"},
)
_WALLS = frozenset({Verdict.CONSENT_WALL, Verdict.LOGIN_WALL, Verdict.TEASER})


class Kind(StrEnum):
    """What an alarm is about."""

    DISABLED = "disabled"
    UNREACHABLE = "unreachable"
    SILENT = "silent"
    GAP = "gap"
    BLOCKED = "blocked"
    WALLED = "walled"
    REJECTED = "rejected"
    FAILING = "failing"
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


class PollSeen(Protocol):
    @property
    def at(self) -> datetime: ...
    @property
    def error(self) -> str | None: ...


class History(Protocol):
    """All that is known of a source; every sequence has the newest last."""

    @property
    def url(self) -> str: ...
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
    def last_success_at(self) -> datetime | None: ...
    @property
    def disabled_at(self) -> datetime | None: ...
    @property
    def disabled_reason(self) -> str | None: ...
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


def classify(attempt: Attempt) -> Kind | None:
    """Which kind of trouble an attempt met; ``None``: it was filed."""
    code = code_of(attempt)
    if attempt.outcome == Outcome.FAILED:
        return Kind.BLOCKED if code in _BLOCKING else Kind.FAILING
    if attempt.outcome != Outcome.REJECTED:
        return None
    if code == Verdict.BOT_CHALLENGE:
        return Kind.BLOCKED
    return Kind.WALLED if code in _WALLS else Kind.REJECTED


def code_of(attempt: Attempt) -> str:
    """The stable code in front of an attempt's reason; empty without one."""
    return (attempt.reason or "").partition(":")[0].strip()
