"""The pieces that a WARC file is compressed in: a gzip member or a zstd frame a record, as a rule.

A ``Framing`` opens the member at an offset, and finds the next one, so that reading goes on behind
damage. What comes out of a member is handed out in pieces, and charged to the file's ``Budget``.
Here is what is not compressed, and gzip; ``frames`` has zstd.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import BinaryIO, Protocol

from storage.warc.budget import MAX_RATIO, MEMBER, Budget
from storage.warc.heads import BEGIN, BrokenError

PIECE = 1 << 16
"""Bytes that are read, or decoded, at a time."""
GZIP = b"\x1f\x8b\x08"
_TRIED = 1 << 10
"""Bytes of a member that tell whether it is one."""
_STORED = 0xFFFF
"""Bytes of a stored block of deflate at most."""


class MemberError(BrokenError):
    """A member, or what should be one, cannot be decoded (any further)."""


class CutError(MemberError):
    """The file ends in a member that is whole so far."""

    def __init__(self) -> None:
        super().__init__("the file ends in it")


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

    def find_next(self, broken: int, *, is_cut: bool, begins_record: bool) -> int | None:
        """Behind where a broken member begins, the first offset of another that can be decoded, at
        its start at least; and, if asked for, begins with a record. A member that the broken one
        holds as it is, as a packed file in a page, is text of it. ``is_cut``: it is whole up to the
        end of the file. Raises ``SpentError``."""


class PlainFraming:
    """No compression: the whole file is one member."""

    is_plain = True

    def __init__(self, region: Region, budget: Budget) -> None:
        self._region = region
        self._budget = budget

    def open(self, at: int) -> Member | None:
        return _Plain(self._region, at, self._budget) if at < self._region.length else None

    def find_next(self, broken: int, *, is_cut: bool, begins_record: bool) -> int | None:
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

    def find_next(self, broken: int, *, is_cut: bool, begins_record: bool) -> int | None:
        def begins(at: int) -> bool:
            try:
                data = self._region.read_at(at, _TRIED)
                start = zlib.decompressobj(31).decompress(data, len(BEGIN))
            except zlib.error:
                return False
            if not (start == BEGIN if begins_record else start):
                return False
            return not _is_stored(self._region, broken, at, self._budget, is_cut=is_cut)

        return find(self._region, self._budget, GZIP, broken + 1, begins)


class _Gzip:
    def __init__(self, region: Region, at: int, budget: Budget) -> None:
        self._region = region
        self._budget = budget
        self._at = at
        self._engine = zlib.decompressobj(31)
        self._tail = b""
        """Bytes that were read, and not taken yet."""
        self._step = PIECE
        """How many of them are taken at a time."""
        self._meter = Meter(budget)
        self.start = at

    @property
    def behind(self) -> int:
        return self._at - len(self._tail)

    def read(self, size: int) -> bytes:
        while not self._engine.eof:
            if not self._tail:
                self._tail = self._region.read_at(self._at, PIECE)
                self._at += len(self._tail)
            data, before = self._tail[: self._step], self._engine.copy()
            try:
                piece = self._engine.decompress(data, size)
            except zlib.error as error:
                if len(data) <= 1:
                    raise MemberError(f"its gzip data is damaged ({short(error)})") from None
                # What this call made of the bytes before the damage is lost: halve up to there.
                self._budget.spend(PIECE)
                self._engine, self._step = before, len(data) // 2
                continue
            engine = self._engine  # at its end, its tail may say again what is unused
            left = engine.unused_data if engine.eof else engine.unconsumed_tail
            self._tail = left + self._tail[len(data) :]
            self._meter.count(len(piece), self._at - len(self._tail) - self.start)
            if piece:
                return piece
            if not data and not self._engine.eof:
                raise CutError
        return b""

    def skip(self, size: int) -> int:
        return 0


def _is_stored(region: Region, broken: int, at: int, budget: Budget, *, is_cut: bool) -> bool:
    """Whether a block of the member that begins at ``broken`` holds these bytes as they are:
    deflate stores what it cannot make smaller, as a packed file in a page (RFC 1951 §3.2.4).

    Told from what is around them alone, as damage may lie before, or a bomb: the head of such a
    block is its length, twice, once inverted; and where it ends the member ends or goes on.
    """
    start = max(at - _STORED - 4, broken)
    data = region.read_at(start, at + 4 - start)
    budget.spend(len(data))
    size = len(data) - 2
    marks = (int.from_bytes(data[:size]) ^ int.from_bytes(data[2:])).to_bytes(size)
    hit = marks.find(b"\xff\xff")
    while hit >= 0:
        end = start + hit + 4 + int.from_bytes(data[hit : hit + 2], "little")
        if end > at:
            budget.spend(PIECE)
            if is_cut if end >= region.length else _ends_block(region, end):
                return True
        hit = marks.find(b"\xff\xff", hit + 1)
    return False


def _ends_block(region: Region, at: int) -> bool:
    data = region.read_at(at, _TRIED)
    if _ends_member(data):
        return True
    # Further blocks may repeat what stands before them, whatever that is.
    engine = zlib.decompressobj(-15, zdict=bytes(1 << 15))
    try:
        engine.decompress(data, PIECE)
    except zlib.error:
        return False
    return not engine.eof or _ends_member(engine.unused_data)


def _ends_member(data: bytes) -> bool:
    """Whether checksum and length, and what may follow a member, come next."""
    return data[8:11] in (GZIP, b"\0\0\0", b"")


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


def find(
    region: Region, budget: Budget, magic: bytes, at: int, begins: Callable[[int], bool]
) -> int | None:
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
