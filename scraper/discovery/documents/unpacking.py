"""The bytes of a source's document: unpacked within a bound, and made text."""

from __future__ import annotations

import json
import zlib

from scraper.extraction.decode import decode_page

MAX_BYTES = 50 * 1024 * 1024
"""Of one document, unpacked (sitemaps.org, "Using Sitemap index files")."""
GZIP_MAGIC = b"\x1f\x8b"
_PIECE = 64 * 1024
_MAX_MEMBERS = 1000  # of one gzip file; empty ones cost time and hold nothing


def unpack(body: bytes, limit: int) -> tuple[bytes, bool]:
    """The first ``limit`` bytes of a document that may be gzipped, and whether that is all of it.

    A gzip file may have several members (RFC 1952 §2.2); what is behind the last is ignored.
    """
    if not body.startswith(GZIP_MAGIC):
        return body[:limit], len(body) <= limit
    unpacked = bytearray()
    engine, members = zlib.decompressobj(31), 1
    try:
        for at in range(0, len(body), _PIECE):
            data = body[at : at + _PIECE]
            end = at + len(data)
            while data:
                if engine.eof:
                    if not body.startswith(GZIP_MAGIC, end - len(data)):
                        return bytes(unpacked), True
                    if members == _MAX_MEMBERS:
                        return bytes(unpacked), False
                    engine, members = zlib.decompressobj(31), members + 1
                unpacked += engine.decompress(data, limit + 1 - len(unpacked))
                if len(unpacked) > limit:
                    return bytes(unpacked[:limit]), False
                data = engine.unused_data if engine.eof else engine.unconsumed_tail
    except zlib.error:
        return bytes(unpacked), False
    return bytes(unpacked), engine.eof


def describe_nothing(body: bytes, unpacked: bytes, whole: bool) -> str:
    """What is wrong with a document that holds white space at most, in a few words."""
    if limit := limit_met(unpacked, whole):
        return f"nothing in {limit}"
    is_gzip = body.startswith(GZIP_MAGIC)
    return "its gzip data holds nothing" if is_gzip else "the document is empty"


def limit_met(unpacked: bytes, whole: bool) -> str | None:
    """The limit that a document is over, in words; ``None`` where it is over none."""
    if not whole and len(unpacked) == MAX_BYTES:
        return f"the first {MAX_BYTES >> 20} MiB, the most that is read of a document"
    return None


def decode_document(body: bytes, content_type: str | None) -> str:
    """As ``decode_page``, and UTF-16 and UTF-32 without a byte order mark too: where markup or
    JSON begins, half of the bytes or more are NUL (XML 1.0, appendix F)."""
    if b"\0" in body[:4]:
        return body.decode(json.detect_encoding(body), "replace").removeprefix("\ufeff")
    return decode_page(body, content_type)
