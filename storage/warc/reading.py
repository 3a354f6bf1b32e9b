"""A stream of bytes → its records, in order; what is damaged is named and passed over.

A record is handed out when all of it was read and found whole: the checksum of gzip, or of a zstd
frame that has one, the length that its head states, and its block digest. Nothing but one block of
bounded size is held at a time.

Behind damage reading goes on at the next record that can be found: behind one that is whole but
for its digest, at once; else at a line that begins one. Where each record has a member of its own,
as crawlers write it, at the next member alone: what looks like a record in the middle of a page is
text of that page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from storage.warc.budget import RECORD, Budget, SpentError
from storage.warc.cursor import Cursor, Spot
from storage.warc.heads import (
    BEGIN,
    FIRST_LINE,
    MAX_HEAD,
    BrokenError,
    Head,
    differs,
    parse_head,
)
from storage.warc.members import PIECE, CutError, Framing, MemberError

KEPT = frozenset({"response", "revisit"})
"""The kinds of record whose blocks are handed out."""
MAX_INSIDE = 4 << 20
"""How far into a member of many records one is looked up."""
NO_RECORD = "no record begins here"
_CLOSING = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Location:
    """Where a record is, to read it again."""

    stream: int
    """Which of a file's streams, from 0."""
    member: int
    """The offset of its member in the stream."""
    inside: int = 0
    """Bytes in front of it that the member, and where it began those behind it, unfold to."""


@dataclass(frozen=True, slots=True)
class Record:
    location: Location
    behind: int
    """From where reading may go on when this one is done: the last member that no record reaches
    into; its own again, where more records are in it. An offset in the stream, or in the file where
    that gives it."""
    head: Head
    block: bytes | None
    """``None`` for kinds that are not ``KEPT``, and for what is larger than the limit."""

    @property
    def kind(self) -> str:
        return self.head.kind

    @property
    def url(self) -> str | None:
        return self.head.url

    @property
    def taken_at(self) -> datetime | None:
        return self.head.taken_at


@dataclass(frozen=True, slots=True)
class DamagedRange:
    """What could not be read. Offsets are in the stream, or in the file where that gives it."""

    at: int
    """Where it begins, or the member that it lies in."""
    reason: str
    size: int
    """Bytes up to the next record that was found; unfolded ones, where that is in the same
    member."""
    behind: int
    """From where reading may go on."""


class _DigestError(BrokenError):
    """A record is none, though it ends where it says."""


class _OverreachError(BrokenError):
    """A record does not end where it says; the next may begin in what was taken for this one."""

    def __init__(self, problem: str, spot: Spot, taken: bytes | None) -> None:
        """``taken``: behind ``spot``; ``None`` where it was only passed over."""
        super().__init__(problem)
        self.spot = spot
        self.taken = taken


class Stream:
    """The records of one WARC, compressed or not."""

    def __init__(
        self, framing: Framing, number: int, limit: int, length: int, budget: Budget
    ) -> None:
        """``number``: which of its file's streams it is; ``limit``: bytes of a block that is handed
        out; ``length``: of the stream, as it lies in the file."""
        self._framing = framing
        self._number = number
        self._limit = limit
        self._length = length
        self._budget = budget
        self._is_apart: bool | None = None
        """Each record has had a member of its own so far."""

    def records(self, at: int = 0) -> Iterator[Record | DamagedRange]:
        """From the member at this offset on. Raises ``OSError``."""
        cursor: Cursor | None = Cursor(self._framing, at)
        behind, self._is_apart = at, None
        while cursor is not None:
            begin = None
            try:
                cursor.skip_newlines()
                if cursor.is_at_end():
                    return
                begin = cursor.spot
                record = self._read(cursor, begin, behind)
                self._note_habit(cursor, begin)
                behind = record.behind
                yield record
                continue
            except BrokenError as error:
                problem = error
            begin = begin or Spot(cursor.asked)
            try:
                cursor = self._go_on(cursor, problem)
            except SpentError as error:
                cursor, problem = None, error
            damage = self._damage(begin, problem, cursor, behind)
            behind = damage.behind
            yield damage

    def read(self, location: Location) -> Record | None:
        """The record there; ``None`` where it cannot be read (any more) without reading far."""
        if location.inside > MAX_INSIDE:
            return None
        try:
            spot = Spot(location.member, location.inside)
            return self._read(self._move_to(spot), spot, location.member)
        except BrokenError:
            return None

    def _move_to(self, spot: Spot) -> Cursor:
        cursor = Cursor(self._framing, spot.member)
        cursor.skip(spot.inside, anywhere=True)
        return cursor

    def _read(self, cursor: Cursor, spot: Spot, clean: int) -> Record:
        """The record at ``spot``. ``clean``: the last member that no record reaches into."""
        self._budget.spend(RECORD)
        cursor.begin_record()
        head = _read_head(cursor)
        block, at = None, cursor.spot
        if head.length <= self._limit:
            block = cursor.take(head.length)
            whole = len(block) == head.length
        else:
            whole = cursor.skip(head.length) == head.length
        if not whole:
            problem = cursor.broken or "it ends before the length that its head states"
            raise _OverreachError(str(problem), at, block)
        is_closed = cursor.starts_with(_CLOSING)
        skipped = cursor.skip_newlines(crossing=False)
        # Some writers leave the closing lines out; what follows must be a record then.
        boundary = cursor.boundary()
        if not (is_closed or self._is_end(cursor, boundary) or cursor.starts_with(BEGIN)):
            taken = None if block is None or len(skipped) > PIECE else block + skipped
            raise _OverreachError("it does not end where its head says that it does", at, taken)
        kept = block if head.kind in KEPT else None
        if kept is not None and differs(kept, head.fields.get("warc-block-digest")):
            raise _DigestError("its block is not the one that its digest was taken of")
        behind = clean if boundary is None else boundary
        return Record(Location(self._number, *spot), behind, head, kept)

    def _is_end(self, cursor: Cursor, boundary: int | None) -> bool:
        """Whether a record may end without closing lines: where its member does."""
        return cursor.is_at_end() if self._framing.is_plain else boundary is not None

    def _note_habit(self, cursor: Cursor, begin: Spot) -> None:
        alone = not (self._framing.is_plain or begin.inside) and cursor.boundary() is not None
        self._is_apart = alone and self._is_apart is not False

    def _go_on(self, cursor: Cursor, problem: BrokenError) -> Cursor | None:
        """At the next record behind a problem; ``None`` where there is none."""
        apart = bool(self._is_apart)
        while True:
            try:
                if isinstance(problem, SpentError):
                    raise problem
                if isinstance(problem, _DigestError):
                    return cursor
                if isinstance(problem, MemberError):
                    is_cut = isinstance(problem, CutError)
                    at = self._framing.find_next(cursor.opened, is_cut=is_cut, begins_record=apart)
                    if at is None:
                        return None
                    cursor = Cursor(self._framing, at)
                elif isinstance(problem, _OverreachError) and not apart:
                    if problem.taken is None:
                        cursor = self._move_to(problem.spot)
                    else:
                        self._budget.spend(len(problem.taken))
                        cursor.put_back(problem.taken, problem.spot)
                return cursor if cursor.seek_record(at_members=apart) else None
            except MemberError as another:
                problem = another

    def _damage(
        self, begin: Spot, problem: BrokenError, cursor: Cursor | None, behind: int
    ) -> DamagedRange:
        reason, end = str(problem), Spot(self._length)
        if cursor is not None:
            boundary = cursor.boundary()
            end = cursor.spot if boundary is None else Spot(boundary)
        is_within = end.member == begin.member
        size = end.inside - begin.inside if is_within else end.member - begin.member
        if begin.inside:
            reason += f", {begin.inside:,} bytes into what is unfolded of it"
        return DamagedRange(begin.member, reason, size, behind if end.inside else end.member)


def _read_head(cursor: Cursor) -> Head:
    first = cursor.line(MAX_HEAD)
    if not FIRST_LINE.fullmatch(first):
        raise BrokenError(NO_RECORD)
    spot, lines = cursor.spot, list[bytes]()
    try:
        size = 0
        while size <= MAX_HEAD:
            line = cursor.line(MAX_HEAD)
            if not line:
                raise BrokenError("it ends in its head")
            lines.append(line)
            size += len(line)
            if not line.strip(b"\r\n"):
                return parse_head(lines[:-1])
        raise BrokenError("its head is too long")
    except BrokenError as error:
        if isinstance(error, (MemberError, SpentError)):
            raise
        raise _OverreachError(str(error), spot, b"".join(lines)) from None
