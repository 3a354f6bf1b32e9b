# ruff: noqa: E501 - a table of cases, one a line
"""Bodies that do not end, unfold without measure, or are not what their head says."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from functools import cache

import brotli  # type: ignore[import-untyped]
import zstandard

from tests.hostile.cases import NEW, NO_SOURCE, Case, Document, Making, plain, pour
from tests.hostile.heads import DRIP, ILLEGAL, LATE, NO_HTTP, TOO_LONG, TOO_MUCH

MEGABYTE = 1 << 20
BOMB_BYTES = 100 * MEGABYTE
TOO_LARGE = "too_large: its body is larger than"
ENDS_EARLY = "protocol: the answer ends too early"
BAD_LENGTH = f"{NO_HTTP} (bad Content-Length)"
CHUNKED = ("Transfer-Encoding", "chunked")


def zstd(data: bytes, window_log: int = 20) -> bytes:
    params = zstandard.ZstdCompressionParameters(window_log=window_log, compression_level=3)
    engine = zstandard.ZstdCompressor(compression_params=params).compressobj()
    return engine.compress(data) + engine.flush()


def raw_deflate(data: bytes) -> bytes:
    engine = zlib.compressobj(9, wbits=-15)
    return engine.compress(data) + engine.flush()


@cache
def bomb(coding: str) -> bytes:
    """``BOMB_BYTES`` of zeros."""
    piece = bytes(MEGABYTE)
    if coding == "gzip":
        return gzip.compress(piece) * (BOMB_BYTES // MEGABYTE)
    if coding == "zstd":
        return zstd(piece) * (BOMB_BYTES // MEGABYTE)
    if coding == "br":
        # One stream of a few hundred bytes, made piece by piece.
        engine = brotli.Compressor(quality=1)
        return b"".join(
            [*(engine.process(piece) for _ in range(BOMB_BYTES // MEGABYTE)), engine.finish()]
        )
    engine = zlib.compressobj(9, wbits=15 if coding == "deflate" else -15)
    return b"".join(
        [*(engine.compress(piece) for _ in range(BOMB_BYTES // MEGABYTE)), engine.flush()]
    )


def coded(coding: str, encode: Callable[[bytes], bytes]) -> Making:
    """The document's bytes encoded, under the name of a coding."""
    return plain(
        lambda d: Document(d.media_type, encode(d.body)).whole(("Content-Encoding", coding))
    )


def bombed(coding: str, made: str | None = None) -> Making:
    return coded(coding, lambda body: bomb(made or coding))


def sized(length: object, *more: tuple[str, str]) -> Making:
    return plain(lambda d: d.head(("Content-Length", str(length)), *more) + d.body)


def off_by(difference: int) -> Making:
    return plain(lambda d: d.head(("Content-Length", str(len(d.body) + difference))) + d.body)


def chunk(data: bytes, extension: bytes = b"") -> bytes:
    return b"%x%s\r\n%s\r\n" % (len(data), extension, data)


def chunked(framed: Callable[[bytes], bytes]) -> Making:
    return plain(lambda d: d.head(CHUNKED) + framed(d.body))


def by_chunks(size: int) -> Callable[[bytes], bytes]:
    def framed(body: bytes) -> bytes:
        pieces = (body[at : at + size] for at in range(0, len(body), size))
        return b"".join(map(chunk, pieces)) + b"0\r\n\r\n"

    return framed


def typed(media_type: str, encode: Callable[[str], bytes]) -> Making:
    """The document's text in another encoding, under another media type."""
    return plain(
        lambda d: Document(
            d.media_type.partition(";")[0] + media_type, encode(d.body.decode())
        ).whole()
    )


ENDLESS = [
    Case("drip-body", pour(lambda d: d.head(("Connection", "close")), b"y", DRIP), LATE),
    Case("drip-length", pour(lambda d: d.head(("Content-Length", "9999")), b"y", DRIP), LATE),
    Case("drip-chunks", pour(lambda d: d.head(CHUNKED), b"1\r\ny\r\n", DRIP), LATE),
    Case("drip-chunk-size", pour(lambda d: d.head(CHUNKED), b"0", DRIP), LATE),
    Case("drip-trailers", pour(lambda d: d.head(CHUNKED) + b"0\r\n", b"X: y\r\n", DRIP), LATE),
    Case("drip-error-page", pour(lambda d: d.head(("Content-Length", "9999"), status=404), b"y", DRIP), LATE),
    Case("pour-body", pour(lambda d: d.head(), b"y" * 65536), TOO_LARGE),
    Case("pour-length", pour(lambda d: d.head(("Content-Length", "15000000")), b"y" * 65536), TOO_LARGE, source=NO_SOURCE),
    Case("pour-chunks", pour(lambda d: d.head(CHUNKED), chunk(b"y" * 65536)), TOO_LARGE),
    Case("pour-tiny-chunks", pour(lambda d: d.head(CHUNKED), b"1\r\ny\r\n" * 10_000), TOO_MUCH),
    Case("pour-chunk-extensions", pour(lambda d: d.head(CHUNKED), chunk(b"y", b";" + b"x" * 60_000)), TOO_MUCH),
    Case("pour-chunk-extension", pour(lambda d: d.head(CHUNKED) + b"1;", b"x" * 65536), TOO_LONG),
    Case("pour-trailers", pour(lambda d: d.head(CHUNKED) + chunk(b"y") + b"0\r\n", b"X: y\r\n" * 10_000), TOO_LONG),
    Case("pour-error-page", pour(lambda d: d.head(status=404), b"y" * 65536), "http_404"),
    Case("declared-1-gb", pour(lambda d: d.head(("Content-Length", "1000000000")), b"y" * 65536), TOO_LARGE),
    Case("declared-10-eb", sized(10**18), TOO_LARGE, robots="protocol: its robots.txt could not be read: the answer ends too early"),
]  # fmt: skip

CODINGS = [
    Case("bomb-gzip", bombed("gzip"), TOO_LARGE),
    Case("bomb-deflate", bombed("deflate"), TOO_LARGE),
    Case("bomb-deflate-raw", bombed("deflate", "raw"), TOO_LARGE),
    Case("bomb-br", bombed("br"), TOO_LARGE),
    Case("bomb-zstd", bombed("zstd"), TOO_LARGE),
    Case("bomb-zstd-window", coded("zstd", lambda body: zstd(body * 1000, 27)), "encoding: its zstd body cannot be decoded"),
    Case("bomb-error-page", plain(lambda d: Document(d.media_type, bomb("gzip")).whole(("Content-Encoding", "gzip"), status=404)), "http_404"),
    Case("members-endless", pour(lambda d: d.head(("Content-Encoding", "gzip")), gzip.compress(b"") * 1000), "encoding: its gzip body cannot be decoded (more than 1000 members)"),
    Case("codings-5000", plain(lambda d: d.whole(("Content-Encoding", "gzip," * 5000))), "encoding: 5000 stacked content codings"),
    Case("codings-two", coded("gzip, gzip", lambda body: gzip.compress(gzip.compress(body))), "encoding: 2 stacked content codings"),
    Case("coding-unknown", coded("x-klingon", lambda body: body), "encoding: unknown content coding 'x-klingon'"),
    Case("coding-not-applied-gzip", coded("gzip", lambda body: body), "encoding: its gzip body cannot be decoded"),
    Case("coding-not-applied-deflate", coded("deflate", lambda body: body), "encoding: its deflate body cannot be decoded"),
    Case("coding-not-applied-br", coded("br", lambda body: body), "encoding: its br body cannot be decoded"),
    Case("coding-not-applied-zstd", coded("zstd", lambda body: body), "encoding: its zstd body cannot be decoded"),
    Case("coding-of-another", coded("gzip", brotli.compress), "encoding: its gzip body cannot be decoded"),
    Case("cut-gzip", coded("gzip", lambda body: gzip.compress(body)[:-6]), "truncated: its gzip body ends too early"),
    Case("cut-deflate", coded("deflate", lambda body: zlib.compress(body)[:-6]), "truncated: its deflate body ends too early"),
    Case("cut-br", coded("br", lambda body: brotli.compress(body)[:-6]), "truncated: its br body ends too early"),
    Case("cut-zstd", coded("zstd", lambda body: zstd(body)[:-6]), "truncated: its zstd body ends too early"),
    Case("crc-wrong", coded("gzip", lambda body: gzip.compress(body)[:-8] + b"12345678"), "encoding: its gzip body cannot be decoded"),
]  # fmt: skip

LENGTHS = [
    Case("length-long", off_by(50), ENDS_EARLY),
    Case("length-short", off_by(-3), NEW),
    Case("length-negative", sized(-1), BAD_LENGTH),
    Case("length-word", sized("abc"), BAD_LENGTH),
    Case("length-hex", sized("0x10"), BAD_LENGTH),
    Case("length-25-digits", sized("9" * 25), BAD_LENGTH),
    Case("length-empty", sized(""), BAD_LENGTH),
    Case("lengths-conflict", plain(lambda d: d.head(("Content-Length", "1"), ("Content-Length", "2")) + d.body), f"{NO_HTTP} (conflicting Content-Length headers)"),
    Case("lengths-alike", plain(lambda d: d.whole(("Content-Length", str(len(d.body))))), NEW),
    Case("length-and-chunked", plain(lambda d: d.head(("Content-Length", "3"), CHUNKED) + chunk(d.body) + b"0\r\n\r\n"), NEW),
    Case("surplus", plain(lambda d: d.whole() + d.whole()), NEW),
    Case("transfer-gzip", plain(lambda d: d.head(("Transfer-Encoding", "gzip, chunked")) + chunk(gzip.compress(d.body)) + b"0\r\n\r\n"), f"{NO_HTTP} (Only Transfer-Encoding: chunked is supported)"),
    Case("transfer-unknown", plain(lambda d: d.head(("Transfer-Encoding", "klingon")) + d.body), f"{NO_HTTP} (Only Transfer-Encoding: chunked is supported)"),
    Case("chunk-size-word", chunked(lambda body: b"zz\r\n" + body), f"{ILLEGAL} chunk header"),
    Case("chunk-size-negative", chunked(lambda body: b"-5\r\n" + body), f"{ILLEGAL} chunk header"),
    Case("chunk-size-huge", chunked(lambda body: b"F" * 16 + b"\r\n" + body), ENDS_EARLY),
    Case("chunk-size-long", chunked(lambda body: b"%x\r\n%s\r\n0\r\n\r\n" % (len(body) + 9, body)), ENDS_EARLY),
    Case("chunk-size-short", chunked(lambda body: b"%x\r\n%s\r\n0\r\n\r\n" % (len(body) - 9, body)), f"{NO_HTTP} (malformed chunk footer"),
    Case("chunks-cut", chunked(lambda body: chunk(body)), ENDS_EARLY),
    Case("chunks-of-1", chunked(by_chunks(1)), NEW),
    Case("chunked-not-applied", chunked(lambda body: body), ENDS_EARLY),
    Case("nothing", plain(lambda d: Document(d.media_type, b"").whole()), "empty"),
]  # fmt: skip

CHARSETS = [
    Case("charset-wrong", typed("; charset=utf-16", str.encode), NEW),
    Case("charset-unknown", typed("; charset=x-klingon", str.encode), NEW),
    Case("charset-utf-7", typed("; charset=utf-7", str.encode), NEW),
    Case("charset-utf-16-bare", typed("", lambda text: text.encode("utf-16-le")), NEW),
    Case("charset-utf-16-be", typed("; charset=utf-16", lambda text: text.encode("utf-16-be")), NEW),
    Case("charset-utf-32", typed("", lambda text: text.encode("utf-32")), NEW),
    Case("charset-codec", typed("; charset=zlib_codec", lambda text: zlib.compress(text.encode())), "empty: not parsed: this is no page but binary data", source=NO_SOURCE),
    Case("charset-idna-bomb", typed("; charset=idna", lambda text: b"xn--" * 2_000_000), "empty: no heading, no date, no text", source=NO_SOURCE),
    Case("charset-iso-2022-bomb", typed("; charset=iso-2022-jp", lambda text: b"\x1b$B\x1b(B" * 1_500_000), "empty: the page has no text", source=NO_SOURCE),
    Case("charset-hz-bomb", typed("; charset=hz-gb-2312", lambda text: b"~{~}" * 2_400_000), "empty: the page has no text", source=NO_SOURCE),
    Case("nuls-9-mb", typed("", lambda text: bytes(9_000_000)), "empty: the page has no text", source=NO_SOURCE),
    Case("binary", typed("", lambda text: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 100), "media: not_html: the server sent binary data, not a page", source=NO_SOURCE),
]  # fmt: skip

CASES = [*ENDLESS, *CODINGS, *LENGTHS, *CHARSETS]
