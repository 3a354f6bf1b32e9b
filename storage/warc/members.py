"""The pieces that a WARC file is compressed in: a gzip member or a zstd frame a record, as a rule.

A ``Framing`` opens the member at an offset, and finds the next one, so that reading goes on behind
damage. What comes out of a member is handed out in pieces, and charged to the file's ``Budget``.
Here is what is not compressed, and gzip; ``frames`` has zstd.
"""

from __future__ import annotations

import zlib
from typing import BinaryIO, Protocol

from storage.warc.budget import MAX_RATIO, MEMBER, Budget
from storage.warc.heads import BEGIN, BrokenError

PIECE = 1 << 16
"""Bytes that are read, or decoded, at a time."""
GZIP = b"\x1f\x8b\x08"
_TRIED = 1 << 10
"""Bytes of a member that tell whether it is one."""


class MemberError(BrokenError):
    """A member, or what should be one, cannot be decoded (any further)."""


class Region:
    """A part of a file, read from any offset; several may share the file, in one thread."""

    def __init__(self, file: BinaryIO, start: int, length: int) -> None:
        self._file = file
        self._start = start
        self.length = length

    def read_at(self, at: int, size: int) -> bytes:
        size = min(size, self.length - at)
        if at < 0 or size <= 0:
            return b""
        self._file.seek(self._start + at)
        return self._file.read(size)


class Member(Protocol):
    @property
    def start(self) -> int:
        """Where it begins."""

    @property
    def behind(self) -> int:
        """Where it ends, once all of it was read."""

    def read(self, size: int) -> bytes:
        """Up to so many bytes; none at its end. Raises ``BrokenError``."""

    def skip(self, size: int) -> int:
        """Pass over up to so many bytes, where that needs no reading; how many."""


class Framing(Protocol):
    @property
    def is_plain(self) -> bool:
        """Whether all records are one member, and an offset in it is one in the file."""

    def open(self, at: int) -> Member | None:
        """The member at this offset; ``None`` at the end. Raises ``BrokenError``."""

    def find_next(self, at: int, *, begins_record: bool) -> int | None:
        """The first offset from here on where a member begins that can be decoded, at its start at
        least; and, if asked for, begins with a record. Raises ``SpentError``."""


class PlainFraming:
    """No compression: the whole file is one member."""

    is_plain = True

    def __init__(self, region: Region, budget: Budget) -> None:
        self._region = region
        self._budget = budget

    def open(self, at: int) -> Member | None:
        return _Plain(self._region, at, self._budget) if at < self._region.length else None

    def find_next(self, at: int, *, begins_record: bool) -> int | None:
        return None  # its only one does not break


class _Plain:
    def __init__(self, region: Region, at: int, budget: Budget) -> None:
        self._region = region
        self._budget = budget
        self.start = self.behind = at

    def read(self, size: int) -> bytes:
        data = self._region.read_at(self.behind, size)
        self.behind += len(data)
        self._budget.spend(len(data))
        return data

    def skip(self, size: int) -> int:
        size = min(size, self._region.length - self.behind)
        self.behind += size
        return size


class GzipFraming:
    is_plain = False

    def __init__(self, region: Region, budget: Budget) -> None:
        self._region = region
        self._budget = budget

    def open(self, at: int) -> Member | None:
        self._budget.spend(MEMBER)
        at = self._behind_padding(at)
        return _Gzip(self._region, at, self._budget) if at < self._region.length else None

    def _behind_padding(self, at: int) -> int:
        """Zero bytes between members are no damage: tapes and some copies leave them."""
        size = 1
        while data := self._region.read_at(at, size):
            rest = data.lstrip(b"\0")
            at += len(data) - len(rest)
            if rest:
                break
            self._budget.spend(size)
            size = PIECE
        return at

    def find_next(self, at: int, *, begins_record: bool) -> int | None:
        def begins(at: int) -> bool:
            try:
                data = self._region.read_at(at, _TRIED)
                start = zlib.decompressobj(31).decompress(data, len(BEGIN))
            except zlib.error:
                return False
            return start == BEGIN if begins_record else bool(start)

        return find(self._region, self._budget, GZIP, at, begins)


class _Gzip:
    def __init__(self, region: Region, at: int, budget: Budget) -> None:
        self._region = region
        self._at = at
        self._engine = zlib.decompressobj(31)
        self._tail = b""
        self._meter = Meter(budget)
        self.start = at

    @property
    def behind(self) -> int:
        return self._at - len(self._engine.unused_data)

    def read(self, size: int) -> bytes:
        engine = self._engine
        while not engine.eof:
            data = self._tail
            if not data:
                data = self._region.read_at(self._at, PIECE)
                self._at += len(data)
            try:
                piece = engine.decompress(data, size)
            except zlib.error as error:
                raise MemberError(f"its gzip data is damaged ({short(error)})") from None
            self._tail = engine.unconsumed_tail
            self._meter.count(len(piece), self._at - len(self._tail) - self.start)
            if piece:
                return piece
            if not data and not engine.eof:
                raise MemberError("the file ends in it")
        return b""

    def skip(self, size: int) -> int:
        return 0


class Meter:
    """What one member unfolds to, charged to the budget."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._out = self._excess = 0

    def count(self, size: int, taken: int) -> None:
        """So many bytes more; ``taken``: bytes of the member so far. Raises ``BrokenError``."""
        self._budget.spend(size)
        self._out += size
        more = self._out - MAX_RATIO * taken - self._excess
        if more > 0:
            self._excess += more
            if not self._budget.exceed(more):
                raise MemberError(f"it expands to more than {MAX_RATIO} times its size")


class _Check(Protocol):
    def __call__(self, at: int) -> bool: ...


def find(region: Region, budget: Budget, magic: bytes, at: int, begins: _Check) -> int | None:
    """The first offset from ``at`` on with these bytes where a member ``begins``."""
    while at < region.length:
        data = region.read_at(at, PIECE + len(magic) - 1)
        hit = data.find(magic)
        while hit >= 0:
            budget.spend(MEMBER)
            if begins(at + hit):
                return at + hit
            hit = data.find(magic, hit + 1)
        budget.spend(PIECE)
        at += PIECE
    return None


def short(error: Exception) -> str:
    """A library's message without its prefix: ``Error -3 while decompressing data: …``."""
    return str(error).rpartition(": ")[2][:80]
