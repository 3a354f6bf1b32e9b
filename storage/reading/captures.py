"""What the captures of an article brought, in their order. Pure.

A content may come back: A, B, A are two versions and two edits. So an article's past is the row of
its *showings*, captures in which an accepted version was seen, in the order in which the pages were
fetched; several readings of one page are one content there. From it follows what a version is
measured against (``bases_of``), and when a version came back (``returns_of``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Generic, Protocol, TypeVar

from storage.records import EXTRACTOR, VersionRecord


class Placed(Protocol):
    """What a version's place among the others depends on: all but its text."""

    @property
    def id(self) -> int: ...
    @property
    def number(self) -> int: ...
    @property
    def accepted(self) -> bool: ...
    @property
    def cause(self) -> str: ...
    @property
    def extractor_version(self) -> str: ...
    @property
    def fetched_at(self) -> datetime: ...
    @property
    def payload_digest(self) -> bytes | None: ...


V = TypeVar("V", bound=Placed)


@dataclass(frozen=True, slots=True)
class Showing:
    """A capture in which a version was there, for the first time or again."""

    version_id: int
    at: datetime
    """When the page was fetched."""
    payload_digest: bytes | None


@dataclass(frozen=True, slots=True)
class Return:
    """A content took the place of another one, after which it had been there before."""

    version: VersionRecord
    base: VersionRecord
    """What was there until then, as the same extractor read it if it did."""
    at: datetime
    is_same_page: bool
    """Byte by byte the one that the version was read from, with all that it states."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """Captures that brought no article, for one reason."""

    reason: str
    times: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class _Step(Generic[V]):
    page: int
    """The number of the first reading of the page."""
    version: V
    at: datetime
    payload_digest: bytes | None


def bases_of(versions: Sequence[V], showings: Sequence[Showing] = ()) -> dict[int, V]:
    """What each accepted version but the first is measured against, by its number.

    A later reading of a page: the reading before it. Any other: what was there before its page
    was, as the same extractor read it where it did, else in its youngest reading.
    """
    readings = _readings_of(versions)
    before: dict[int, int] = {}  # each page's forerunner, where it was there for the first time
    steps = _steps_of(versions, readings, showings)
    for one, other in pairwise(steps):
        if other.page != steps[0].page:
            before.setdefault(other.page, one.page)
    bases: dict[int, V] = {}
    for page, own in readings.items():
        if page in before:
            bases[own[0].number] = _as_read_by(own[0], readings[before[page]])
        bases |= {later.number: earlier for earlier, later in pairwise(own)}
    return bases


def returns_of(versions: Sequence[VersionRecord], showings: Sequence[Showing]) -> list[Return]:
    """When a content was there again after another one, in that order."""
    readings = _readings_of(versions)
    steps = _steps_of(versions, readings, showings)
    seen: set[int] = set()
    returns = []
    for one, other in pairwise(steps):
        seen.add(one.page)
        if other.page in seen:
            base = _as_read_by(other.version, readings[one.page])
            is_same = other.payload_digest == other.version.payload_digest is not None
            returns.append(Return(other.version, base, other.at, is_same))
    return returns


def _readings_of(versions: Sequence[V]) -> dict[int, list[V]]:
    """The accepted versions by the page that they were read from, under its first one's number."""
    accepted = sorted((one for one in versions if one.accepted), key=lambda one: one.number)
    readings: dict[int, list[V]] = {}
    page_of: dict[int, int] = {}
    for version in accepted:
        first = next((one for one in reversed(accepted) if _rereads(version, one)), None)
        page = version.number if first is None else page_of[first.number]
        page_of[version.number] = page
        readings.setdefault(page, []).append(version)
    return readings


def _steps_of(
    versions: Sequence[V],
    readings: Mapping[int, Sequence[V]],
    showings: Sequence[Showing],
) -> list[_Step[V]]:
    """The contents by turns, each where it took the place of another one."""
    page_of = {one.id: page for page, own in readings.items() for one in own}
    by_id = {version.id: version for version in versions}
    steps = [
        _Step(page_of[one.version_id], by_id[one.version_id], one.at, one.payload_digest)
        for one in showings
        if one.version_id in page_of
    ]
    # An archive that is older than the record of its showings knows when each page was first seen.
    known = {(step.page, step.at) for step in steps}
    first = [
        _Step(page, own[0], own[0].fetched_at, own[0].payload_digest)
        for page, own in sorted(readings.items())
        if (page, own[0].fetched_at) not in known
    ]
    row = sorted([*first, *steps], key=lambda step: step.at)
    return [step for at, step in enumerate(row) if at == 0 or row[at - 1].page != step.page]


def _rereads(version: Placed, other: Placed) -> bool:
    """Whether ``version`` is a later reading of the page that ``other`` was read from."""
    if version.cause != EXTRACTOR or other.number >= version.number:
        return False
    return (version.fetched_at, version.payload_digest) == (other.fetched_at, other.payload_digest)


def _as_read_by(version: V, readings: Sequence[V]) -> V:
    def order(one: V) -> tuple[bool, bool, int]:
        same = one.extractor_version == version.extractor_version
        return same, one.number < version.number, one.number

    return max(readings, key=order)
