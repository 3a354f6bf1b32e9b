"""A stream of bytes → its records, in order; what is damaged is named and passed over.

A record is handed out when all of its member was read and found whole: the checksum of gzip, or of
a zstd frame that has one, the length that its head states, and its block digest. Nothing but one
block of bounded size is held at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from storage.warc.heads import (
    FIRST_LINE,
    MAX_HEAD,
    BrokenError,
    Head,
    differs,
    parse_head,
)
from storage.warc.members import BEGIN, PIECE, Framing, Member

KEPT = frozenset({"response", "revisit"})
"""The kinds of record whose blocks are handed out."""
MAX_INSIDE = 4 << 20
"""How far into a member of many records one is looked up."""
NO_RECORD = "no record begins here"
_CLOSING = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record is, to read it again."""

    stream: int
    """Which of a file's streams, from 0."""
    member: int
    """The offset of its member in the stream."""
    inside: int = 0
    """The bytes of the member's other records in front of it."""


@dataclass(frozen=True, slots=True)
class Record:
    place: Place
    behind: int
    """From where in the stream reading may go on when this one is done: its own member again,
    where more records are in it."""
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
class Damage:
    """What could not be read."""

    at: int
    """The offset in the stream."""
    reason: str
    size: int
    """Bytes up to the next record that was found."""


class Stream:
    """The records of one WARC, compressed or not."""

    def __init__(self, framing: Framing, number: int, limit: int, length: int) -> None:
        """``number``: which of its file's streams it is; ``limit``: bytes of a block that is handed
        out; ``length``: of the stream, as it lies in the file."""
        self._framing = framing
        self._number = number
        self._limit = limit
        self._length = length

    def records(self, at: int = 0) -> Iterator[Record | Damage]:
        """From the member at this offset on. Raises ``OSError``."""
        while True:
            begin = at
            try:
                member = self._framing.open(at)
                if member is None:
                    return
                for record in self._records_of(member, at):
                    begin = self._begin_behind(record)
                    yield record
                at = member.behind
            except BrokenError as problem:
                following = self._framing.find_next(begin + 1)
                end = self._length if following is None else following
                yield Damage(begin, str(problem), end - begin)
                at = end

    def read(self, place: Place) -> Record | None:
        """The record there; ``None`` where it cannot be read (any more) without reading far."""
        if place.inside > MAX_INSIDE:
            return None
        try:
            member = self._framing.open(place.member)
            if member is None:
                return None
            cursor = _Cursor(member)
            cursor.skip(place.inside)
            return self._read(cursor, place.member, place.inside)
        except BrokenError:
            return None

    def _begin_behind(self, record: Record) -> int:
        return record.behind if self._framing.is_plain else record.place.member

    def _records_of(self, member: Member, at: int) -> Iterator[Record]:
        cursor = _Cursor(member)
        cursor.skip_newlines()
        if not self._framing.is_plain and cursor.is_at_end():
            return  # an empty member
        while not cursor.is_at_end():
            inside = cursor.taken
            if self._framing.is_plain:
                record = self._read(cursor, at + inside, 0)
            else:
                record = self._read(cursor, at, inside)
            if record is not None:
                yield record

    def _read(self, cursor: _Cursor, member: int, inside: int) -> Record | None:
        begin = cursor.taken
        head = _read_head(cursor)
        block = None
        if head.kind in KEPT and head.length <= self._limit:
            block = cursor.take(head.length)
            whole = len(block) == head.length
        else:
            whole = cursor.skip(head.length) == head.length
        if not whole:
            raise BrokenError("it ends before the length that its head states")
        is_closed = cursor.starts_with(_CLOSING)
        cursor.skip_newlines()
        # Some writers leave the closing lines out; what follows must be a record then.
        if not is_closed and not cursor.is_at_end() and not cursor.starts_with(BEGIN):
            raise BrokenError("it does not end where its head says that it does")
        if block is not None and differs(block, head.fields.get("warc-block-digest")):
            raise BrokenError("its block is not the one that its digest was taken of")
        behind = member
        if self._framing.is_plain:
            behind = member + cursor.taken - begin
        elif cursor.is_at_end():
            behind = cursor.member.behind
        return Record(Place(self._number, member, inside), behind, head, block)


def _read_head(cursor: _Cursor) -> Head:
    first = cursor.line(MAX_HEAD)
    if not FIRST_LINE.fullmatch(first):
        raise BrokenError(NO_RECORD)
    lines: list[bytes] = []
    size = 0
    while line := cursor.line(MAX_HEAD):
        if not line.strip(b"\r\n"):
            return parse_head(lines)
        lines.append(line)
        size += len(line)
        if size > MAX_HEAD:
            raise BrokenError("its head is too long")
    raise BrokenError("it ends in its head")


class _Cursor:
    """Takes lines and blocks off a member's bytes."""

    def __init__(self, member: Member) -> None:
        self.member = member
        self.taken = 0
        """Bytes so far."""
        self._data = b""
        self._at = 0

    def line(self, limit: int) -> bytes:
        """Up to and with its line feed, or the end. Raises ``BrokenError`` where it is longer."""
        parts: list[bytes] = []
        size = 0
        while size <= limit:
            end = self._data.find(b"\n", self._at)
            if end >= 0:
                parts.append(self._cut(end + 1 - self._at))
                return b"".join(parts)
            parts.append(self._cut(len(self._data) - self._at))
            size += len(parts[-1])
            if not self._fill():
                return b"".join(parts)
        raise BrokenError("its head is too long")

    def take(self, size: int) -> bytes:
        """So many bytes, or those up to the end."""
        parts: list[bytes] = []
        while size > 0 and (self._at < len(self._data) or self._fill()):
            parts.append(self._cut(min(size, len(self._data) - self._at)))
            size -= len(parts[-1])
        return b"".join(parts)

    def skip(self, size: int) -> int:
        """Pass over so many bytes, or those up to the end: how many it were."""
        left = size
        while left > 0 and (self._at < len(self._data) or self._fill()):
            left -= len(self._cut(min(left, len(self._data) - self._at)))
        return size - left

    def skip_newlines(self) -> None:
        while self._at < len(self._data) or self._fill():
            rest = self._data[self._at :].lstrip(b"\r\n")
            self._cut(len(self._data) - self._at - len(rest))
            if rest:
                return

    def is_at_end(self) -> bool:
        return self._at >= len(self._data) and not self._fill()

    def starts_with(self, text: bytes) -> bool:
        while len(self._data) - self._at < len(text):
            rest, at = self._data[self._at :], self._at
            self._at = len(self._data)
            if not self._fill():
                self._at = at
                return False
            self._data, self._at = rest + self._data, 0
        return self._data.startswith(text, self._at)

    def _cut(self, size: int) -> bytes:
        piece = self._data[self._at : self._at + size]
        self._at += len(piece)
        self.taken += len(piece)
        return piece

    def _fill(self) -> bool:
        """Where all was taken: the next bytes; false at the end."""
        data = self.member.read(PIECE)
        if not data:
            return False
        self._data, self._at = data, 0
        return True
