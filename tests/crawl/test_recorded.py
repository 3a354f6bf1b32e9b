"""HTTP answers as crawlers record them."""

from __future__ import annotations

import gzip
import zlib
from datetime import UTC, datetime

import brotli  # type: ignore[import-untyped]
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from scraper.errors import BodyError
from scraper.pages.recorded import read_recorded

URL, AT = "https://paper.example/a", datetime(2020, 2, 3, tzinfo=UTC)
PAGE = b"<!doctype html><p>" + "Fähre".encode() * 300


def read(block: bytes, limit: int = 1 << 20) -> bytes:
    return read_recorded(block, URL, AT, limit).body


def made(body: bytes, *headers: str, status: str = "HTTP/1.1 200 OK") -> bytes:
    return "\r\n".join([status, *headers, "", ""]).encode("latin-1") + body


def chunked(body: bytes, size: int = 100) -> bytes:
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x;ext=1\r\n%s\r\n" % (len(one), one) for one in pieces) + b"0\r\n\r\n"


def test_what_is_read() -> None:
    block = made(PAGE, "Content-Type: text/html", "X-Odd: caf\xe9", "Folded: a", "\tb", "no colon")
    response = read_recorded(block, URL, AT, 1 << 20)
    assert (response.status, response.url, response.fetched_at) == (200, URL, AT)
    assert response.body == PAGE
    assert response.headers == (
        ("Content-Type", "text/html"),
        ("X-Odd", "caf\xe9"),
        ("Folded", "a b"),
    )


@pytest.mark.parametrize("status", ["HTTP/1.1 200", "HTTP/2 200 ", "HTTP/1.0  200  Fine"])
def test_status_lines(status: str) -> None:
    assert read(made(PAGE, "A: b", status=status)) == PAGE
    assert read(made(PAGE, "A: b", status=status).replace(b"\r\n", b"\n")) == PAGE
    assert read(made(b"", status=status)) == b""


CODED = {
    "gzip": gzip.compress(PAGE),
    "x-gzip": gzip.compress(PAGE),
    "deflate": zlib.compress(PAGE),
    "br": brotli.compress(PAGE),
    "zstd": zstandard.ZstdCompressor().compress(PAGE),
}


@pytest.mark.parametrize("coding", CODED)
def test_codings_and_chunks_are_undone_where_they_are_there(coding: str) -> None:
    chunks, coded = "Transfer-Encoding: chunked", f"Content-Encoding: {coding}"
    assert read(made(chunked(CODED[coding]), chunks, coded)) == PAGE
    assert read(made(CODED[coding], coded)) == PAGE
    assert read(made(CODED[coding], chunks, coded)) == PAGE
    assert read(made(PAGE, chunks, coded)) == PAGE, "both were undone, and the headers left"
    assert read(made(chunked(PAGE), chunks, coded)) == PAGE


def test_chunks_that_break_off() -> None:
    whole = chunked(PAGE)
    for cut in (1, 30, 500, len(whole) - 3):
        body = read(made(whole[:cut], "Transfer-Encoding: chunked"))
        assert PAGE.startswith(body) or cut < 10
    assert read(made(b"5\nis how the text begins", "Transfer-Encoding: chunked"))[:2] == b"5\n"


def test_folded_lines() -> None:
    response = read_recorded(made(PAGE, "X: a", " b", "\tc", "Y: d"), URL, AT, 1 << 20)
    assert response.headers == (("X", "a b c"), ("Y", "d"))
    for folded in [" "] * 130_000, [" " + "x" * 100] * 2_000:
        with pytest.raises(BodyError, match="no end"):
            read(made(PAGE, "X: a", *folded))


def test_bounds() -> None:
    bomb = gzip.compress(b"\0" * (50 << 20))
    for body, headers, limit in (
        (bomb, ["Content-Encoding: gzip"], 1 << 20),
        (chunked(bomb), ["Content-Encoding: gzip", "Transfer-Encoding: chunked"], 1 << 20),
        (PAGE, [], 100),
    ):
        with pytest.raises(BodyError) as caught:
            read(made(body, *headers), limit)
        assert caught.value.reason == "too_large"
    for body, headers in (
        (CODED["gzip"][:-20], ["Content-Encoding: gzip"]),
        (CODED["gzip"], ["Content-Encoding: gzip, gzip"]),
        (b"\x1f\x8bnonsense", ["Content-Encoding: gzip"]),
        (b"nonsense", ["Content-Encoding: squash"]),
    ):
        with pytest.raises(BodyError):
            read(made(body, *headers))


@pytest.mark.parametrize(
    "block",
    [
        b"",
        b"<p>no answer at all",
        b"GET / HTTP/1.1\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        made(PAGE, *(f"H{number}: x" for number in range(5000))),
        made(PAGE, "H: " + "x" * 400_000),
    ],
)
def test_what_is_no_answer(block: bytes) -> None:
    with pytest.raises(BodyError):
        read(block)


@given(st.binary(max_size=300), st.sampled_from(["", "chunked"]), st.sampled_from(["", *CODED]))
def test_any_body(body: bytes, transfer: str, coding: str) -> None:
    headers = [f"Transfer-Encoding: {transfer}", f"Content-Encoding: {coding}"]
    try:
        found = read(made(body, *headers))
    except BodyError:
        return
    assert transfer or coding or found == body


@given(st.binary(max_size=400))
def test_any_block(block: bytes) -> None:
    for start in (b"", b"HTTP/1.1 200 OK\r\n"):
        try:
            read(start + block)
        except BodyError:
            continue
