"""The frames of a WARC file that zstd compresses.

Read as "Zstandard Compression for WARC Files 1.0" (IIPC) has it: a dictionary may stand in front,
in a skippable frame, itself compressed or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import zstandard

from storage.warc.budget import BLOCK, MEMBER, Budget
from storage.warc.heads import BEGIN, BrokenError
from storage.warc.members import CutError, Member, MemberError, Meter, Region, find, short

MAX_DICTIONARY = 16 << 20
MAX_BLOCK = 1 << 17
"""Bytes of a block, packed or not (RFC 8878 §3.1.1.2.4)."""
MAX_WINDOW = 1 << 27
"""In bytes: what ``zstd --ultra`` uses at most without ``--long``."""
ZSTD = b"\x28\xb5\x2f\xfd"
DICTIONARY_FRAME = b"\x5d\x2a\x4d\x18"


class ZstdFraming:
    is_plain = False

    def __init__(self, region: Region, budget: Budget) -> None:
        """Raises ``BrokenError`` for a dictionary that cannot be used."""
        self._region = region
        self._budget = budget
        self._context = zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW)
        if region.read_at(0, 4) == DICTIONARY_FRAME:
            self._context = self._with_dictionary()

    def _with_dictionary(self) -> zstandard.ZstdDecompressor:
        size = int.from_bytes(self._region.read_at(4, 4), "little")
        data = self._region.read_at(8, min(size, MAX_DICTIONARY))
        if len(data) != size:
            raise BrokenError("its dictionary is cut or too large")
        try:
            if data[:4] == ZSTD:
                with self._context.stream_reader(data) as reader:
                    data = reader.read(MAX_DICTIONARY)
                self._budget.spend(len(data))
            dictionary = zstandard.ZstdCompressionDict(data)
            return zstandard.ZstdDecompressor(dict_data=dictionary, max_window_size=MAX_WINDOW)
        except zstandard.ZstdError as error:
            raise BrokenError(f"its dictionary cannot be used ({short(error)})") from None

    def open(self, at: int) -> Member | None:
        while True:
            self._budget.spend(MEMBER)
            start = self._region.read_at(at, 8)
            if len(start) < 8 or not _is_skippable(start):
                break
            at += 8 + int.from_bytes(start[4:], "little")
        return _Zstd(self._region, at, self._context, self._budget) if start else None

    def find_next(self, broken: int, *, is_cut: bool, begins_record: bool) -> int | None:
        def begins(at: int) -> bool:
            try:
                frame = _Zstd(self._region, at, self._context, self._budget)
                start = frame.read(len(BEGIN))
            except MemberError:
                return False
            return start == BEGIN if begins_record else bool(start)

        at = self._region.length if is_cut else self._behind(broken)
        return find(self._region, self._budget, ZSTD, at, begins)

    def _behind(self, broken: int) -> int:
        """Where a broken frame ends, if its blocks' heads are whole and another follows, or
        nothing; else just behind its beginning."""
        end = broken + 1
        with suppress(MemberError):
            for piece in _pieces(self._region, broken, self._budget):
                end = piece.stop
            start = self._region.read_at(end, 4)
            if start in (b"", ZSTD) or _is_skippable(start):
                return end
        return broken + 1


class _Zstd:
    def __init__(
        self, region: Region, at: int, context: zstandard.ZstdDecompressor, budget: Budget
    ) -> None:
        self.start = self.behind = at
        self._region = region
        self._pieces = _pieces(region, at, budget)
        self._engine = context.decompressobj()
        self._meter = Meter(budget)
        self._rest = b""

    def read(self, size: int) -> bytes:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self.behind = piece.stop
            try:
                data = self._region.read_at(piece.start, len(piece))
                self._rest = self._engine.decompress(data)
            except zstandard.ZstdError as error:
                raise MemberError(f"its zstd data is damaged ({short(error)})") from None
            self._meter.count(len(self._rest), self.behind - self.start)
        data, self._rest = self._rest[:size], self._rest[size:]
        return data

    def skip(self, size: int) -> int:
        return 0


def _pieces(region: Region, at: int, budget: Budget) -> Iterator[range]:
    """Where a frame's head, its blocks and its checksum lie, by the blocks' heads (RFC 8878
    §3.1.1). Raises ``MemberError`` where it breaks off, behind what there is."""
    head = region.read_at(at, 18)
    try:
        checked = zstandard.get_frame_parameters(head).has_checksum
        end = at + zstandard.frame_header_size(head)
    except (zstandard.ZstdError, ValueError):
        raise MemberError("no zstd frame begins here") from None
    yield range(at, end)
    is_last = False
    while not is_last:
        budget.spend(BLOCK)
        at, block = end, region.read_at(end, 3)
        word = int.from_bytes(block, "little")
        is_last, kind, size = bool(word & 1), word >> 1 & 3, word >> 3
        if kind == 3 or size > MAX_BLOCK:
            raise MemberError("its zstd data is damaged (a block of an unknown kind or size)")
        end = at + 3 + (1 if kind == 1 else size)
        yield from _until(region, at, end if len(block) == 3 else region.length + 1)
    if checked:
        yield from _until(region, end, end + 4)


def _until(region: Region, at: int, end: int) -> Iterator[range]:
    """Raises ``CutError`` behind it where the file ends before."""
    yield range(at, min(end, region.length))
    if end > region.length:
        raise CutError


def _is_skippable(start: bytes) -> bool:
    """RFC 8878 §3.1.2; among them what the WARC specification calls extension frames."""
    return start[1:4] == DICTIONARY_FRAME[1:] and start[0] & 0xF0 == 0x50
