"""What health is judged by, and what comes out: a source's history, and its alarms.

The protocols are what ``scraper.monitoring.source_health`` needs to know of a source;
``storage.ledger.health`` has it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from scraper.model.types import Outcome, Verdict

# 401 to 407 as RFC 9110 §15.5 has them, 429 RFC 6585 §4, 451 RFC 7725.
_BLOCKING = frozenset(
    {*(f"http_{status}" for status in (401, 402, 403, 407, 429, 451)), "robots"},
)
_WALLS = frozenset({Verdict.CONSENT_WALL, Verdict.LOGIN_WALL, Verdict.TEASER})
_WORDS = {
    "robots": "robots.txt forbids them",
    "robots_unreachable": "robots.txt could not be read",
    "dns": "the host's name is not known",
    "connect": "no connection",
    "tls": "no safe connection (TLS)",
    "protocol": "no proper HTTP",
}
# The words of ``scraper.discovery`` and ``scraper.fetch``.
_SAID = (
    ("too_large", re.compile(r": its body is larger than |: a feed of more than ")),
    (
        "broken",
        re.compile(r": (?:broken |cannot be read: |an empty |the \w+ is empty)"),
    ),
    ("no_source", re.compile(r"\b(?:not a|neither a|no) (?:feed|sitemap|JSON Feed)\b")),
)
_STATUS = re.compile(r"the server answered HTTP (\d{3})\Z")


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


def code_in_words(code: str) -> str:
    """``http_403`` as ``HTTP 403``, ``consent_wall`` as ``consent wall``."""
    if code.startswith("http_"):
        return f"HTTP {code.removeprefix('http_')}"
    return _WORDS.get(code) or code.replace("_", " ")


def without_address(error: str) -> str:
    """What a poll's error says after the address, which the reader knows."""
    address, colon, rest = error.partition(": ")
    return rest if colon and "://" in address and " " not in address else error


def cause_of(error: str) -> str:
    """The code of a poll's error; empty for one that needs no advice of its own.

    The ledger keeps an error in words, after its address and without its code.
    """
    if error.endswith("robots.txt forbids it"):
        return "robots"
    if "robots.txt could not be read" in error:
        return "robots_unreachable"
    for code, said in _SAID:
        if said.search(error):
            return code
    status = _STATUS.search(error)
    return f"http_{status[1]}" if status else ""
