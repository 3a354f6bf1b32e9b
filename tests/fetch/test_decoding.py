"""Decompression is bounded, complete, and one coding deep."""

from __future__ import annotations

import gzip
import random
import zlib
from collections.abc import Callable

import brotli  # type: ignore[import-untyped]
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from scraper.errors import BodyError
from scraper.fetch.decoding import BodyDecoder

URL = "http://news.test/a"
LIMIT = 10_000_000


def raw_deflate(data: bytes) -> bytes:
    engine = zlib.compressobj(wbits=-15)
    return engine.compress(data) + engine.flush()


def zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


ENCODERS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "x-gzip": ("x-gzip", gzip.compress),
    "deflate as zlib": ("deflate", zlib.compress),
    "deflate raw": ("deflate", raw_deflate),
    "br": ("br", brotli.compress),
    "zstd": ("zstd", zstd),
}
encoders = pytest.mark.parametrize(("coding", "encode"), ENCODERS.values(), ids=ENCODERS)


def decode(coding: str, data: bytes, *, limit: int = LIMIT, step: int = 65536) -> bytes | None:
    """The body, or ``None`` where it is over the limit."""
    decoder = BodyDecoder(URL, [coding], limit)
    for start in range(0, len(data), step):
        if not all(decoder.feed(data[start : start + step])):
            return None
    return decoder.finish()


@encoders
@given(data=st.binary(max_size=3000), step=st.integers(1, 700), times=st.integers(1, 40))
def test_what_was_encoded_comes_out(
    coding: str, encode: Callable[[bytes], bytes], data: bytes, step: int, times: int
) -> None:
    assert decode(coding, encode(data * times), step=step) == data * times


@encoders
@pytest.mark.parametrize("size", [255_999, 256 * 1024, 256 * 1024 + 1, 3_000_000])
def test_sizes_around_a_piece(coding: str, encode: Callable[[bytes], bytes], size: int) -> None:
    data = random.Random(size).randbytes(1000) * (size // 1000 + 1)
    assert decode(coding, encode(data[:size])) == data[:size]


@encoders
def test_a_body_of_exactly_the_limit_passes_and_one_more_byte_does_not(
    coding: str, encode: Callable[[bytes], bytes]
) -> None:
    noise = random.Random(1).randbytes(100_001)
    assert decode(coding, encode(noise[:-1]), limit=100_000) == noise[:-1]
    assert decode(coding, encode(noise), limit=100_000) is None


@encoders
def test_a_bomb_is_cut_at_the_limit(coding: str, encode: Callable[[bytes], bytes]) -> None:
    assert decode(coding, encode(bytes(4 * LIMIT))) is None


@encoders
def test_a_truncated_body_is_an_error(coding: str, encode: Callable[[bytes], bytes]) -> None:
    whole = encode(random.Random(2).randbytes(5000))
    for size in (1, 2, 3, 50, len(whole) // 2, len(whole) - 1):
        with pytest.raises(BodyError) as caught:
            decode(coding, whole[:size])
        assert caught.value.reason == "truncated"


@encoders
def test_rubbish_is_an_error(coding: str, encode: Callable[[bytes], bytes]) -> None:
    for rubbish in (b"<html>not compressed at all</html>" * 9, b"\xff" * 500):
        with pytest.raises(BodyError) as caught:
            decode(coding, rubbish)
        assert caught.value.reason in ("encoding", "truncated")
        assert "\n" not in str(caught.value)


@encoders
def test_no_bytes_are_an_empty_body(coding: str, encode: Callable[[bytes], bytes]) -> None:
    assert decode(coding, b"") == b""


def test_members_of_gzip_and_frames_of_zstd_are_joined() -> None:
    assert decode("gzip", gzip.compress(b"one ") + gzip.compress(b"two"), step=1) == b"one two"
    assert decode("zstd", zstd(b"one ") + zstd(b"two"), step=1) == b"one two"


def test_rubbish_behind_the_last_gzip_member_is_ignored() -> None:
    for behind in (b"\0" * 100, b"\x1f", b"\x1fx", b"trailing"):
        assert decode("gzip", gzip.compress(b"page") + behind, step=7) == b"page"


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_endless_empty_members_are_an_error(coding: str) -> None:
    empty = gzip.compress(b"") if coding == "gzip" else zstd(b"")
    with pytest.raises(BodyError, match="1000 members"):
        decode(coding, empty * 5000)


def test_bytes_that_yield_nothing_count_too() -> None:
    """Empty deflate blocks can go on for ever without a byte of output."""
    engine = zlib.compressobj(wbits=31)
    block = engine.compress(b"") + engine.flush(zlib.Z_FULL_FLUSH)
    filler = b"\x00\x00\x00\xff\xff" * 40_000
    assert decode("gzip", block + filler, limit=50_000) is None


def test_a_zstd_window_over_eight_mebibytes_is_refused() -> None:
    params = zstandard.ZstdCompressionParameters(window_log=27, compression_level=3)
    engine = zstandard.ZstdCompressor(compression_params=params).compressobj()
    data = engine.compress(bytes(1000)) + engine.flush()
    with pytest.raises(BodyError) as caught:
        decode("zstd", data)
    assert caught.value.reason == "encoding"


@pytest.mark.parametrize(
    "codings", [["gzip", "gzip"], ["gzip"] * 5000, ["br", "gzip"], ["compress"], ["x" * 9999]]
)
def test_stacked_and_unknown_codings_are_refused(codings: list[str]) -> None:
    with pytest.raises(BodyError) as caught:
        BodyDecoder(URL, codings, LIMIT)
    assert caught.value.reason == "encoding"
    assert str(caught.value).startswith(URL)
    assert len(str(caught.value)) < 200


def test_a_body_may_be_cut_instead() -> None:
    decoder = BodyDecoder(URL, ["gzip"], 1000)
    assert not all(decoder.feed(gzip.compress(b"abc" * 1000)))
    assert decoder.cut() == (b"abc" * 1000)[:1000]
