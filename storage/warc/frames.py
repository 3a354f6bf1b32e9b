"""The frames of a WARC file that zstd compresses.

Read as "Zstandard Compression for WARC Files 1.0" (IIPC) has it: a dictionary may stand in front,
in a skippable frame, itself compressed or not.
"""

from __future__ import annotations

import zstandard

from storage.warc.budget import BLOCK, MEMBER, Budget
from storage.warc.heads import BEGIN, BrokenError
from storage.warc.members import Member, MemberError, Meter, Region, find, short

MAX_DICTIONARY = 16 << 20
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

    def find_next(self, at: int, *, begins_record: bool) -> int | None:
        def begins(at: int) -> bool:
            try:
                frame = _Zstd(self._region, at, self._context, self._budget)
                start = frame.read(len(BEGIN))
            except MemberError:
                return False
            return start == BEGIN if begins_record else bool(start)

        return find(self._region, self._budget, ZSTD, at, begins)


class _Zstd:
    def __init__(
        self, region: Region, at: int, context: zstandard.ZstdDecompressor, budget: Budget
    ) -> None:
        self.start = at
        self.behind, self._problem = _frame_end(region, at, budget)
        self._meter = Meter(budget)
        source = _Source(region, at, self.behind)
        self._reader = context.stream_reader(source, read_across_frames=False)  # type: ignore[arg-type]

    def read(self, size: int) -> bytes:
        try:
            piece = self._reader.read(size)
        except zstandard.ZstdError as error:
            raise MemberError(f"its zstd data is damaged ({short(error)})") from None
        self._meter.count(len(piece), self.behind - self.start)
        if not piece and self._problem is not None:
            raise MemberError(self._problem)
        return piece

    def skip(self, size: int) -> int:
        return 0


class _Source:
    """A frame's bytes as ``stream_reader`` wants them."""

    def __init__(self, region: Region, at: int, end: int) -> None:
        self._region = region
        self._at = at
        self._end = end

    def read(self, size: int = -1) -> bytes:
        left = self._end - self._at
        data = self._region.read_at(self._at, left if size < 0 else min(size, left))
        self._at += len(data)
        return data


def _frame_end(region: Region, at: int, budget: Budget) -> tuple[int, str | None]:
    """Found from its blocks' heads (RFC 8878 §3.1.1.2), without decoding them; or where it breaks
    off, and why: what comes before that can be read."""
    head = region.read_at(at, 18)
    try:
        checked = zstandard.get_frame_parameters(head).has_checksum
        at += zstandard.frame_header_size(head)
    except (zstandard.ZstdError, ValueError):
        raise MemberError("no zstd frame begins here") from None
    is_last = False
    while not is_last:
        budget.spend(BLOCK)
        block = region.read_at(at, 3)
        word = int.from_bytes(block, "little")
        kind = word >> 1 & 3
        if kind == 3:
            return at, "its zstd data is damaged (a block of an unknown kind)"
        is_last = bool(word & 1)
        at += 3 + (1 if kind == 1 else word >> 3) + (4 if is_last and checked else 0)
        if at > region.length or len(block) < 3:
            return region.length, "the file ends in it"
    return at, None


def _is_skippable(start: bytes) -> bool:
    """RFC 8878 §3.1.2; among them what the WARC specification calls extension frames."""
    return start[1:4] == DICTIONARY_FRAME[1:] and start[0] & 0xF0 == 0x50
