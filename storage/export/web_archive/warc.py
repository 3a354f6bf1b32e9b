"""Stored pages → WARC/1.1 (ISO 28500:2017), a gzip member a record, or plain.

A body is stored as it was after Content-Encoding and transfer, so the headers that describe its
way over the wire no longer hold: they are kept under ``X-Archive-Orig-…``, as replay tools do, and
Content-Length says what is there. Dates have their microseconds, so that an export that is
imported again is known to be the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from io import BytesIO
from typing import BinaryIO
from uuid import NAMESPACE_URL, uuid5

from warcio.recordbuilder import RecordBuilder
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from scraper.model.types import Response
from storage.export.edition import Edition
from storage.export.web_archive.warc_source import WarcArticle, WarcPage
from storage.text.fingerprint import in_utc

CONFORMS = "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
Fields = list[tuple[str, str]]

# Of the way a body came (RFC 9110 §8.4, RFC 9112 §6.1), and what would break a replay.
_OF_THE_WIRE = frozenset({"content-encoding", "transfer-encoding", "content-length", "trailer"})
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}")
_CONTROLS = re.compile("[\x00-\x08\x0a-\x1f\x7f]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A record in the file, as an index tells of it."""

    page: WarcPage
    offset: int
    length: int
    mime: str
    digest: str
    """``sha256:…`` of the payload, hexadecimal: the archive's own key of it."""
    is_revisit: bool
    status: int


def write_warc(articles: Iterable[WarcArticle], out: BinaryIO, edition: Edition) -> None:
    """``.warc.gz``: a warcinfo record, then the pages of each article. ``out`` need not be
    seekable. Raises ``StorageError`` and ``OSError``."""
    for _ in write_records(articles, out, edition):
        pass


def write_plain_warc(articles: Iterable[WarcArticle], out: BinaryIO, edition: Edition) -> None:
    """``.warc``: the same records, not compressed."""
    for _ in write_records(articles, out, edition, gzip=False):
        pass


def write_records(
    articles: Iterable[WarcArticle], out: BinaryIO, edition: Edition, *, gzip: bool = True
) -> Iterator[tuple[WarcArticle, Written]]:
    """Write them one by one, and tell of each but the warcinfo record where it stands."""
    counted = _CountingWriter(out)
    writer = WARCWriter(counted, gzip=gzip)
    writer.write_record(_warcinfo(edition))
    for article in articles:
        written: dict[bytes, WarcPage] = {}
        for page, response in article.pages():
            first = None if page.is_current else written.get(page.digest)
            offset = counted.size
            if first is None:
                written.setdefault(page.digest, page)
                writer.write_record(_response(page, response))
            else:
                writer.write_record(_revisit(page, response, first))
            mime = (response.header("content-type") or "").partition(";")[0].strip()
            yield (
                article,
                Written(
                    page=page,
                    offset=offset,
                    length=counted.size - offset,
                    mime=mime,
                    digest=_digest_text(page.digest),
                    is_revisit=first is not None,
                    status=response.status,
                ),
            )


class _CountingWriter:
    """Knows how many bytes it was given, which a pipe does not tell."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self.size = 0

    def write(self, data: bytes) -> None:
        self._out.write(data)
        self.size += len(data)

    def flush(self) -> None:
        """Nothing: warcio flushes after each record, which would cost a system call each."""


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


def _warcinfo(edition: Edition) -> ArcWarcRecord:
    about = {
        "software": "kliping",
        "format": "WARC file version 1.1",
        "conformsTo": CONFORMS,
        "description": edition.title,
    }
    block = "".join(f"{name}: {value}\r\n" for name, value in about.items())
    made_at = date_text(edition.made_at)
    fields = [
        ("WARC-Type", "warcinfo"),
        ("WARC-Record-ID", f"<{uuid5(edition.id, made_at).urn}>"),
        ("WARC-Date", made_at),
        ("Content-Type", "application/warc-fields"),
    ]
    return _record(fields, block.encode("utf-8", "replace"))


def _response(page: WarcPage, response: Response) -> ArcWarcRecord:
    return _record(_http_fields("response", page), http_head(response) + response.body)


def _revisit(page: WarcPage, response: Response, first: WarcPage) -> ArcWarcRecord:
    """The same payload at another address or time (WARC/1.1 §6.7.2)."""
    fields = [
        *_http_fields("revisit", page),
        ("WARC-Profile", RecordBuilder.REVISIT_PROFILE_1_1),
        ("WARC-Refers-To", _record_id(first)),
        ("WARC-Refers-To-Target-URI", first.url),
        ("WARC-Refers-To-Date", date_text(first.fetched_at)),
    ]
    return _record(fields, http_head(response))


def _http_fields(kind: str, page: WarcPage) -> Fields:
    return [
        ("WARC-Type", kind),
        ("WARC-Record-ID", _record_id(page)),
        ("WARC-Target-URI", page.url),
        ("WARC-Date", date_text(page.fetched_at)),
        ("WARC-Payload-Digest", _digest_text(page.digest)),
        ("Content-Type", "application/http; msgtype=response"),
    ]


def _record_id(page: WarcPage) -> str:
    """The same in every export."""
    name = f"kliping-record:{page.digest.hex()} {date_text(page.fetched_at)} {page.url}"
    return f"<{uuid5(NAMESPACE_URL, name).urn}>"


def _record(fields: Fields, block: bytes) -> ArcWarcRecord:
    """The block goes out as it is: warcio percent-encodes HTTP headers that it knows as such. So it
    is told of a ``warcinfo``, to which it adds no field; ``WARC-Type`` says what the record is."""
    fields = [*fields, ("WARC-Block-Digest", _digest_text(sha256(block).digest()))]
    head = StatusAndHeaders("", fields, protocol=RecordBuilder.WARC_1_1)
    return ArcWarcRecord("warc", "warcinfo", head, BytesIO(block), None, None, len(block))


def _digest_text(digest: bytes) -> str:
    return f"sha256:{digest.hex()}"
