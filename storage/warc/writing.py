"""Stored pages → WARC/1.1 (ISO 28500:2017), a gzip member a record.

A body is stored as it was after Content-Encoding and transfer, so the headers that describe its
way over the wire no longer hold: they are kept under ``X-Archive-Orig-…``, as replay tools do, and
Content-Length says what is there. Dates have their microseconds, so that an export that is
imported again is known to be the same.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING, BinaryIO
from uuid import NAMESPACE_URL, uuid5

from scraper.model.types import Response
from storage.text.fingerprint import in_utc
from storage.warc.warc_source import Holding, Sheet

if TYPE_CHECKING:  # its package has a line for what is written here
    from storage.export.edition import Edition

CONFORMS = "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
REVISIT = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
LEVEL = 6
"""Of zlib: a page of 200 kB takes 2.5 ms."""

Fields = list[tuple[str, str]]

# Of the way a body came (RFC 9110 §8.4, RFC 9112 §6.1), and what would break a replay.
_OF_THE_WIRE = frozenset({"content-encoding", "transfer-encoding", "content-length", "trailer"})
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}")
_CONTROLS = re.compile("[\x00-\x08\x0a-\x1f\x7f]+")


@dataclass(frozen=True, slots=True)
class Written:
    """A record in the file, as an index tells of it."""

    sheet: Sheet
    offset: int
    length: int
    mime: str
    digest: str
    """``sha256:…`` of the payload, hexadecimal: the archive's own key of it."""
    is_revisit: bool
    status: int


def write_warc(holdings: Iterable[Holding], out: BinaryIO, edition: Edition) -> None:
    """``.warc.gz``: a warcinfo record, then the pages of each article. ``out`` need not be
    seekable. Raises ``StorageError`` and ``OSError``."""
    for _ in write_records(holdings, out, edition):
        pass


def write_records(
    holdings: Iterable[Holding], out: BinaryIO, edition: Edition
) -> Iterator[tuple[Holding, Written]]:
    """Write them one by one, and tell of each but the warcinfo record where it stands."""
    offset = _put(out, *_info(edition))
    for holding in holdings:
        written: dict[bytes, tuple[str, Sheet]] = {}
        for sheet, response in holding.sheets():
            first = None if sheet.is_current else written.get(sheet.digest)
            record_id = _record_id(sheet)
            if first is None:
                written.setdefault(sheet.digest, (record_id, sheet))
                head, block = _response(sheet, response, record_id)
            else:
                head, block = _revisit(sheet, response, record_id, *first)
            length = _put(out, head, block)
            mime = (response.header("content-type") or "").partition(";")[0].strip()
            digest = f"sha256:{sheet.digest.hex()}"
            yield (
                holding,
                Written(sheet, offset, length, mime, digest, first is not None, response.status),
            )
            offset += length


def http_head(response: Response) -> bytes:
    """Status line and headers for a replay, with the empty line."""
    try:
        phrase = HTTPStatus(response.status).phrase
    except ValueError:
        phrase = ""
    lines = [f"HTTP/1.1 {response.status} {phrase}".rstrip()]
    size = str(len(response.body))
    for name, value in response.headers:
        if not _TOKEN.fullmatch(name):
            continue
        value = _CONTROLS.sub(" ", value).strip()
        if name.lower() in _OF_THE_WIRE:
            if name.lower() == "content-length" and value == size:
                continue
            name = f"X-Archive-Orig-{name}"
        lines.append(f"{name}: {value}")
    lines.append(f"Content-Length: {size}")
    # Headers are kept with a character a byte (``scraper.fetch.headers``).
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


def date_text(moment: datetime) -> str:
    """WARC/1.1 §5.4: ``2026-03-01T12:00:00.123456Z``, the fraction where there is one."""
    return in_utc(moment).replace(tzinfo=None).isoformat() + "Z"


def _info(edition: Edition) -> tuple[Fields, bytes]:
    about = {
        "software": "kliping",
        "format": "WARC file version 1.1",
        "conformsTo": CONFORMS,
        "description": edition.title,
    }
    block = "".join(f"{name}: {value}\r\n" for name, value in about.items())
    made_at = date_text(edition.made_at)
    head = [
        ("WARC-Type", "warcinfo"),
        ("WARC-Record-ID", f"<{uuid5(edition.id, made_at).urn}>"),
        ("WARC-Date", made_at),
        ("Content-Type", "application/warc-fields"),
    ]
    return head, block.encode("utf-8", "replace")


def _response(sheet: Sheet, response: Response, record_id: str) -> tuple[Fields, bytes]:
    block = http_head(response) + response.body
    return [
        ("WARC-Type", "response"),
        *_about(sheet, record_id),
        ("Content-Type", "application/http; msgtype=response"),
    ], block


def _revisit(
    sheet: Sheet, response: Response, record_id: str, first_id: str, first: Sheet
) -> tuple[Fields, bytes]:
    """The same payload at another address or time (WARC/1.1 §6.7.2)."""
    return [
        ("WARC-Type", "revisit"),
        *_about(sheet, record_id),
        ("WARC-Profile", REVISIT),
        ("WARC-Refers-To", f"<{first_id}>"),
        ("WARC-Refers-To-Target-URI", first.url),
        ("WARC-Refers-To-Date", date_text(first.fetched_at)),
        ("Content-Type", "application/http; msgtype=response"),
    ], http_head(response)


def _about(sheet: Sheet, record_id: str) -> Fields:
    return [
        ("WARC-Record-ID", f"<{record_id}>"),
        ("WARC-Target-URI", sheet.url),
        ("WARC-Date", date_text(sheet.fetched_at)),
        ("WARC-Payload-Digest", f"sha256:{sheet.digest.hex()}"),
    ]


def _record_id(sheet: Sheet) -> str:
    """The same in every export."""
    name = f"kliping-record:{sheet.digest.hex()} {date_text(sheet.fetched_at)} {sheet.url}"
    return uuid5(NAMESPACE_URL, name).urn


def _put(out: BinaryIO, head: Fields, block: bytes) -> int:
    """Write a record as a gzip member; its length."""
    fields = [
        *head,
        ("WARC-Block-Digest", f"sha256:{sha256(block).hexdigest()}"),
        ("Content-Length", str(len(block))),
    ]
    text = "WARC/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields) + "\r\n"
    engine = zlib.compressobj(LEVEL, zlib.DEFLATED, 31)
    data = engine.compress(text.encode()) + engine.compress(block) + engine.compress(b"\r\n\r\n")
    data += engine.flush()
    out.write(data)
    return len(data)
