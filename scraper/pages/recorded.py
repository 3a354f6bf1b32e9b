"""A recorded HTTP answer, as a WARC holds it, → Response. Pure.

A record holds what went over the wire (ISO 28500 §6.3.2), but many writers took the transfer's
chunks or the content coding off and left the headers that announce them. So these are undone where
the bytes show that they are there, within the bounds that hold for an answer from the web.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from scraper.errors import BodyError
from scraper.fetch import headers as http
from scraper.fetch.decoding import BodyDecoder
from scraper.model.types import Response

MAX_HEAD = 1 << 18
"""Bytes of status line and headers."""
MAX_LINES = 1000
"""Of headers, folded ones too."""

_STATUS_LINE = re.compile(rb"HTTP/\d{1,2}(?:\.\d{1,2})?[ \t]+(\d{3})(?:[ \t][^\r\n]*)?(?:\r?\n|$)")
_CHUNK = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,4096})?\r?\n")
_HTML = re.compile(rb"[\s\xef\xbb\xbf]{0,512}<")
_MAGIC = {"gzip": b"\x1f\x8b", "x-gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}


def read_recorded(block: bytes, url: str, taken_at: datetime, limit: int) -> Response:
    """``block``: status line, headers and body. ``limit``: bytes of the body, decoded.

    Raises ``BodyError`` (reason ``recorded`` where the block is no HTTP answer).
    """
    status, headers, body = split_answer(block, url)
    if _is_chunked(headers):
        body = _without_chunks(body)
    return Response(url, url, status, headers, _decode(body, headers, url, limit), taken_at)


def payloads(block: bytes, url: str) -> Iterator[bytes]:
    """What a writer may have taken the payload's digest of: the body as it is in the record (wget,
    Heritrix, warcprox), and without chunks (warcio, and the standard as it is read now)."""
    with suppress(BodyError):
        _, headers, body = split_answer(block, url)
        yield body
        if _is_chunked(headers):
            yield _without_chunks(body)


def split_answer(block: bytes, url: str) -> tuple[int, http.Headers, bytes]:
    """Status, headers and what follows them. Raises ``BodyError``."""
    match = _STATUS_LINE.match(block[:8192])
    if match is None:
        raise BodyError(url, "recorded", "the record holds no HTTP answer")
    fields: list[tuple[bytes, list[bytes]]] = []
    at, lines = match.end(), 0
    while True:
        end = block.find(b"\n", at, MAX_HEAD)
        line = block[at : end + 1 if end >= 0 else MAX_HEAD]
        at += len(line)
        lines += 1
        line = line.rstrip(b"\r\n")
        if not line:
            break
        name, colon, value = line.partition(b":")
        if line[:1] in (b" ", b"\t") and fields:  # RFC 9112 §5.2: folded
            fields[-1][1].append(line.strip())
        elif colon:
            fields.append((name.strip(), [value.strip()]))
        if lines > MAX_LINES or end < 0:
            if at < len(block):
                raise BodyError(url, "recorded", "the answer's headers have no end")
            break
    pairs = [(name, b" ".join(values)) for name, values in fields]
    return int(match[1]), http.received(pairs), block[at:]


def _is_chunked(headers: http.Headers) -> bool:
    return "chunked" in (http.first(headers, "transfer-encoding") or "").lower()


def _without_chunks(body: bytes) -> bytes:
    """RFC 9112 §7.1: the chunks up to the last, or to where they break off; the body as it is
    where it does not begin with a whole one."""
    parts: list[bytes] = []
    at = 0
    while match := _CHUNK.match(body, at):
        size, start = int(match[1], 16), match.end()
        at = start + size
        if size == 0:
            return b"".join(parts)
        if not parts and at < len(body) and body[at : at + 1] not in (b"\r", b"\n"):
            break
        parts.append(body[start:at])
        at += 2 if body[at : at + 2] == b"\r\n" else 1
    return b"".join(parts) if parts else body


def _decode(body: bytes, headers: http.Headers, url: str, limit: int) -> bytes:
    codings = http.codings(headers)
    if codings and not _looks_coded(body, codings[-1]):
        codings = []
    decoder = BodyDecoder(url, codings, limit)
    if not all(decoder.feed(body)):
        raise BodyError(url, "too_large", f"its body is larger than {limit} bytes")
    return decoder.finish()


def _looks_coded(body: bytes, coding: str) -> bool:
    """Whether a body may be in this coding: a page that begins with a tag is not."""
    magic = _MAGIC.get(coding)
    if magic is not None:
        return body.startswith(magic)
    return _HTML.match(body) is None
