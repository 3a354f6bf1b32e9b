"""The compressed pieces of a WARC file: a gzip member or a zstd frame a record, as a rule.

A ``Framing`` opens the member at an offset, and finds the next one that begins with a record, so
that reading goes on behind damage. What comes out of a member is bounded: it is handed out in
pieces, and one that expands beyond all reason is broken.

zstd is read as "Zstandard Compression for WARC Files 1.0" (IIPC) has it: a dictionary may stand
in front, in a skippable frame, itself compressed or not.
"""

from __future__ import annotations

import re
import zlib
from typing import BinaryIO, Protocol

import zstandard

from storage.warc.heads import FIRST_LINE, BrokenError

PIECE = 1 << 16
"""Bytes that are read, or decoded, at a time."""
MAX_RATIO, FREE = 400, 64 << 20
"""A member may expand to so many times its size, and to ``FREE`` bytes in any case."""
MAX_TRIES = 100_000
"""Places that are tried for the next member before the rest of a file is given up."""
MAX_DICTIONARY = 16 << 20
MAX_WINDOW = 1 << 27
"""Of a zstd frame, in bytes: what ``zstd --ultra`` uses at most without ``--long``."""
MAX_BLOCKS = 1 << 20
"""Of a zstd frame: 128 KiB each, but empty ones are allowed."""
BEGIN = b"WARC/"

_GZIP, _ZSTD = b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd"
_DICTIONARY_FRAME = b"\x5d\x2a\x4d\x18"
_AT_LINE_START = re.compile(rb"(?<=\n)" + FIRST_LINE.pattern)
_STEP = 1 << 20


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
    def behind(self) -> int:
        """Where it ends, once all of it was read."""

    def read(self, size: int) -> bytes:
        """Up to so many bytes; none at its end. Raises ``BrokenError``."""


class Framing(Protocol):
    @property
    def is_plain(self) -> bool:
        """Whether all records are one member."""

    def open(self, at: int) -> Member | None:
        """The member at this offset; ``None`` at the end. Raises ``BrokenError``."""

    def find_next(self, at: int) -> int | None:
        """The first offset from here on where a record begins."""


def framing_of(region: Region) -> Framing:
    """By the first bytes. Raises ``BrokenError`` for a dictionary that cannot be used."""
    start = region.read_at(0, 4)
    if start[:2] == _GZIP[:2]:
        return GzipFraming(region)
    if start in (_ZSTD, _DICTIONARY_FRAME):
        return ZstdFraming(region)
    return PlainFraming(region)


class PlainFraming:
    """No compression: the whole file is one member."""

    is_plain = True

    def __init__(self, region: Region) -> None:
        self._region = region

    def open(self, at: int) -> Member | None:
        return _Plain(self._region, at) if at < self._region.length else None

    def find_next(self, at: int) -> int | None:
        back = 64  # a match may lie across two steps
        while at < self._region.length:
            data = self._region.read_at(max(at - 1, 0), _STEP + back)
            skipped = min(at, 1)
            match = _AT_LINE_START.search(data)
            if match:
                return at - skipped + match.start()
            at += _STEP
        return None


class _Plain:
    def __init__(self, region: Region, at: int) -> None:
        self._region = region
        self.behind = at

    def read(self, size: int) -> bytes:
        data = self._region.read_at(self.behind, size)
        self.behind += len(data)
        return data


class GzipFraming:
    is_plain = False

    def __init__(self, region: Region) -> None:
        self._region = region

    def open(self, at: int) -> Member | None:
        at = self._behind_padding(at)
        return _Gzip(self._region, at) if at < self._region.length else None

    def _behind_padding(self, at: int) -> int:
        """Zero bytes between members are no damage: tapes and some copies leave them."""
        size = 1
        while data := self._region.read_at(at, size):
            rest = data.lstrip(b"\0")
            at += len(data) - len(rest)
            if rest:
                break
            size = PIECE
        return at

    def find_next(self, at: int) -> int | None:
        return _find(self._region, _GZIP, at, self._is_record)

    def _is_record(self, at: int) -> bool:
        try:
            start = zlib.decompressobj(31).decompress(self._region.read_at(at, 1024), len(BEGIN))
        except zlib.error:
            return False
        return start == BEGIN


class _Gzip:
    def __init__(self, region: Region, at: int) -> None:
        self._region = region
        self._start = self._at = at
        self._engine = zlib.decompressobj(31)
        self._tail = b""
        self._out = 0

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
                raise BrokenError(f"its gzip data is damaged ({_short(error)})") from None
            self._tail = engine.unconsumed_tail
            self._out += len(piece)
            _check_ratio(self._out, self._at - len(self._tail) - self._start)
            if piece:
                return piece
            if not data and not engine.eof:
                raise BrokenError("the file ends in it")
        return b""


class ZstdFraming:
    is_plain = False

    def __init__(self, region: Region) -> None:
        self._region = region
        self._context = zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW)
        if region.read_at(0, 4) == _DICTIONARY_FRAME:
            self._context = self._with_dictionary()

    def _with_dictionary(self) -> zstandard.ZstdDecompressor:
        size = int.from_bytes(self._region.read_at(4, 4), "little")
        data = self._region.read_at(8, min(size, MAX_DICTIONARY))
        if len(data) != size:
            raise BrokenError("its dictionary is cut or too large")
        try:
            if data[:4] == _ZSTD:
                with self._context.stream_reader(data) as reader:
                    data = reader.read(MAX_DICTIONARY)
            dictionary = zstandard.ZstdCompressionDict(data)
            return zstandard.ZstdDecompressor(dict_data=dictionary, max_window_size=MAX_WINDOW)
        except zstandard.ZstdError as error:
            raise BrokenError(f"its dictionary cannot be used ({_short(error)})") from None

    def open(self, at: int) -> Member | None:
        while True:
            start = self._region.read_at(at, 8)
            if len(start) < 8 or not _is_skippable(start):
                break
            at += 8 + int.from_bytes(start[4:], "little")
        return _Zstd(self._region, at, self._context) if start else None

    def find_next(self, at: int) -> int | None:
        return _find(self._region, _ZSTD, at, self._is_record)

    def _is_record(self, at: int) -> bool:
        try:
            return _Zstd(self._region, at, self._context).read(len(BEGIN)) == BEGIN
        except BrokenError:
            return False


class _Zstd:
    def __init__(self, region: Region, at: int, context: zstandard.ZstdDecompressor) -> None:
        self._start = at
        self.behind = _frame_end(region, at)
        self._out = 0
        source = _Source(region, at, self.behind)
        self._reader = context.stream_reader(source, read_across_frames=False)  # type: ignore[arg-type]

    def read(self, size: int) -> bytes:
        try:
            piece = self._reader.read(size)
        except zstandard.ZstdError as error:
            raise BrokenError(f"its zstd data is damaged ({_short(error)})") from None
        self._out += len(piece)
        _check_ratio(self._out, self.behind - self._start)
        return piece


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


def _frame_end(region: Region, at: int) -> int:
    """Found from its blocks' heads (RFC 8878 §3.1.1.2), without decoding them."""
    head = region.read_at(at, 18)
    try:
        checked = zstandard.get_frame_parameters(head).has_checksum
        at += zstandard.frame_header_size(head)
    except (zstandard.ZstdError, ValueError):
        raise BrokenError("no zstd frame begins here") from None
    for _ in range(MAX_BLOCKS):
        block = region.read_at(at, 3)
        if len(block) < 3:
            raise BrokenError("the file ends in it")
        word = int.from_bytes(block, "little")
        kind = word >> 1 & 3
        if kind == 3:
            raise BrokenError("its zstd data is damaged (a block of an unknown kind)")
        at += 3 + (1 if kind == 1 else word >> 3)
        if word & 1:
            at += 4 if checked else 0
            if at > region.length:
                raise BrokenError("the file ends in it")
            return at
    raise BrokenError("its zstd frame has no end")


def _is_skippable(start: bytes) -> bool:
    """RFC 8878 §3.1.2; among them what the WARC specification calls extension frames."""
    return start[1:4] == _DICTIONARY_FRAME[1:] and start[0] & 0xF0 == 0x50


class _Check(Protocol):
    def __call__(self, at: int) -> bool: ...


def _find(region: Region, magic: bytes, at: int, is_record: _Check) -> int | None:
    tries = 0
    while at < region.length and tries < MAX_TRIES:
        data = region.read_at(at, _STEP + len(magic) - 1)
        hit = data.find(magic)
        while hit >= 0 and tries < MAX_TRIES:
            if is_record(at + hit):
                return at + hit
            tries += 1
            hit = data.find(magic, hit + 1)
        at += _STEP
    return None


def _check_ratio(out: int, taken: int) -> None:
    if out > FREE and out > MAX_RATIO * max(taken, 1):
        raise BrokenError(f"it expands to more than {MAX_RATIO} times its size")


def _short(error: Exception) -> str:
    """A library's message without its prefix: ``Error -3 while decompressing data: …``."""
    return str(error).rpartition(": ")[2][:80]
