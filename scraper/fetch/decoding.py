"""Bounded decompression of a body, as its bytes come in.

httpx decodes whole chunks without a bound (33 kB of zstd gave 1 GiB), so the raw bytes are taken
and decoded here: in pieces, one coding only, up to a byte cap, and with proof that the compressed
stream reached its own end (a truncated gzip body is a 200 without any error).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from typing import Protocol

import brotli  # type: ignore[import-untyped]  # ships no types
import zstandard

from scraper.errors import BodyError

_PIECE = 256 * 1024  # most bytes that one step of zlib or brotli puts out
_ZSTD_STEP = 128  # compressed bytes a step: a block is 4 bytes at least and 128 KiB at most
_ZSTD_WINDOW = 8 * 1024 * 1024  # RFC 9659: the largest window of the `zstd` coding
_MAX_MEMBERS = 1000  # of one gzip or zstd body; empty members cost time and yield nothing
_SLACK = 64 * 1024  # a compressed body may be this much larger than what it holds


class _Codec(Protocol):
    @property
    def ended(self) -> bool:
        """The stream's own end was seen."""

    def decode(self, data: bytes) -> Iterator[bytes]:
        """Pieces of bounded size, made as they are asked for."""


class BodyDecoder:
    """Collects one body of at most ``limit`` bytes. All methods raise ``BodyError``."""

    def __init__(self, url: str, codings: Sequence[str], limit: int) -> None:
        if len(codings) > 1:
            raise BodyError(url, "encoding", f"{len(codings)} stacked content codings")
        coding = codings[0] if codings else "identity"
        if coding not in _CODECS:
            raise BodyError(url, "encoding", f"unknown content coding {coding[:40]!r}")
        self._url = url
        self._coding = coding
        self._codec = _CODECS[coding]()
        self._limit = limit
        self._wire = 0
        self._body = BytesIO()  # which gives its contents away without a copy

    def feed(self, data: bytes) -> Iterator[bool]:
        """Decode some more, a piece at a time as they are asked for, since a few bytes may hold a
        whole large body. ``False``, and no more, when the body is over the limit."""
        self._wire += len(data)
        try:
            for piece in self._codec.decode(data):
                self._body.write(piece)
                if self.size > self._limit:
                    yield False
                    return
                yield True
        except (zlib.error, brotli.error, zstandard.ZstdError, _TooManyMembersError) as error:
            raise BodyError(
                self._url, "encoding", f"its {self._coding} body cannot be decoded ({error})"
            ) from None
        if self._wire > self._limit + _SLACK + self._limit // 64:
            yield False

    @property
    def size(self) -> int:
        """Bytes decoded so far."""
        return self._body.tell()

    def cut(self) -> bytes:
        """The first ``limit`` bytes of what came so far."""
        return self._body.getvalue()[: self._limit]

    def finish(self) -> bytes:
        """The whole body, proven complete as far as its coding can tell."""
        # No bytes at all are an empty body in any coding: servers label 304 and 404 `gzip` too.
        if self._wire and not self._codec.ended:
            raise BodyError(self._url, "truncated", f"its {self._coding} body ends too early")
        return self._body.getvalue()

    def forget(self) -> None:
        """Free what came so far."""
        self._body = BytesIO()


class _TooManyMembersError(Exception):
    def __str__(self) -> str:
        return f"more than {_MAX_MEMBERS} members"


class _Identity:
    ended = True  # only the transfer's framing can tell

    def decode(self, data: bytes) -> Iterator[bytes]:
        yield data


class _Gzip:
    """RFC 1952: members one after another; anything else behind the last one is ignored."""

    def __init__(self) -> None:
        self.ended = False
        self._engine = zlib.decompressobj(31)
        self._members = 1
        self._behind = b""

    def decode(self, data: bytes) -> Iterator[bytes]:
        while data or not self.ended:
            if self.ended:
                data = self._behind = self._behind + data
                if not self._begin_member():
                    return
            piece = self._engine.decompress(data, _PIECE)
            yield piece
            self.ended = self._engine.eof
            data = self._engine.unused_data if self.ended else self._engine.unconsumed_tail
            if not data and len(piece) < _PIECE:
                return

    def _begin_member(self) -> bool:
        if len(self._behind) == 1 or self._behind[:2] != b"\x1f\x8b":
            self._behind = self._behind[:2]
            return False
        self._members += 1
        if self._members > _MAX_MEMBERS:
            raise _TooManyMembersError
        self._engine = zlib.decompressobj(31)
        self._behind = b""
        self.ended = False
        return True


class _Deflate:
    """RFC 9110 §8.4.1.2 means the zlib format; many servers send raw deflate under that name."""

    def __init__(self) -> None:
        self._start = b""
        self._engine: zlib._Decompress | None = None

    @property
    def ended(self) -> bool:
        return self._engine is not None and self._engine.eof

    def decode(self, data: bytes) -> Iterator[bytes]:
        if self._engine is None:
            data = self._start = self._start + data
            if len(data) < 2:
                return
            is_zlib = data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
            self._engine = zlib.decompressobj(15 if is_zlib else -15)
        while not self._engine.eof:
            piece = self._engine.decompress(data, _PIECE)
            yield piece
            data = self._engine.unconsumed_tail
            if not data and len(piece) < _PIECE:
                return


class _Brotli:
    def __init__(self) -> None:
        self._engine = brotli.Decompressor()

    @property
    def ended(self) -> bool:
        return bool(self._engine.is_finished())

    def decode(self, data: bytes) -> Iterator[bytes]:
        while not self.ended:
            piece = self._engine.process(data, output_buffer_limit=_PIECE)
            yield piece
            # It also takes more input while it still holds output back: a full piece says so.
            if self._engine.can_accept_more_data() and len(piece) < _PIECE:
                return
            data = b""


class _Zstd:
    """The library has no output bound, so the input goes in by steps too small to hurt."""

    def __init__(self) -> None:
        self.ended = False
        self._frames = 1
        self._context = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
        self._engine = self._context.decompressobj()

    def decode(self, data: bytes) -> Iterator[bytes]:
        for start in range(0, len(data), _ZSTD_STEP):
            step = data[start : start + _ZSTD_STEP]
            while step:
                if self.ended:
                    self._begin_frame()
                yield self._engine.decompress(step)
                self.ended = self._engine.eof
                step = self._engine.unused_data if self.ended else b""

    def _begin_frame(self) -> None:
        self._frames += 1
        if self._frames > _MAX_MEMBERS:
            raise _TooManyMembersError
        self._engine = self._context.decompressobj()
        self.ended = False


_CODECS: dict[str, Callable[[], _Codec]] = {
    "identity": _Identity,
    "gzip": _Gzip,
    "x-gzip": _Gzip,  # RFC 9110 §8.4.1.3: to be taken as gzip
    "deflate": _Deflate,
    "br": _Brotli,
    "zstd": _Zstd,
}
