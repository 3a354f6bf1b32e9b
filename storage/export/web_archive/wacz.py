"""Stored pages → WACZ 1.1.1 (specs.webrecorder.net): a ZIP with the WARC, its index, a list of its
pages with their texts, and the digests of all of these.

Written in one pass: the WARC goes into the ZIP as it is made, what is said of each record waits on
the disk. WARC and compressed index are stored as they are, so that a browser reads them in place.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from storage.export.edition import Edition
from storage.export.web_archive.cdxj import INDEX_NAME, Lines, compress, heading, index_line
from storage.export.web_archive.warc import Written, date_text, write_records
from storage.export.web_archive.warc_source import WarcArticle, WarcPage
from storage.export.zip_entries import read_pieces, zip_entry
from storage.text.fingerprint import in_utc, scrub

VERSION = "1.1.1"
WARC_NAME = "data.warc.gz"


def write_wacz(articles: Iterable[WarcArticle], out: BinaryIO, edition: Edition) -> None:
    """``out`` need not be seekable. Raises ``StorageError`` and ``OSError``."""
    with ZipFile(out, "w") as archive, Lines() as lines, TemporaryFile() as pages:
        package = _Package(archive)
        with package.member(f"archive/{WARC_NAME}", ZIP_STORED) as member:
            for article, written in write_records(articles, cast(BinaryIO, member), edition):
                lines.add(_index_line(written))
                if written.page.is_current:
                    pages.write(_page_line(article, written.page))
        _write_index(package, lines)
        with package.member("pages/pages.jsonl", ZIP_DEFLATED) as member:
            head = {"format": "json-pages-1.0", "id": "pages", "title": edition.title}
            member.write(_json_line({**head, "hasText": True}))
            for piece in read_pieces(pages):
                member.write(piece)
        package.close(edition)


class _Package:
    """The ZIP, and what its description says of each member."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self._resources: list[dict[str, Any]] = []

    @contextmanager
    def member(self, path: str, method: int) -> Iterator[_Hashed]:
        with self._archive.open(zip_entry(path, method), "w", force_zip64=True) as file:
            hashed = _Hashed(file)
            yield hashed
        self._resources.append(
            {
                "name": path.rpartition("/")[2],
                "path": path,
                "hash": f"sha256:{hashed.digest.hexdigest()}",
                "bytes": hashed.size,
            }
        )

    def close(self, edition: Edition) -> None:
        """Write the description, and its own digest."""
        about = {
            "profile": "data-package",
            "wacz_version": VERSION,
            "software": "kliping",
            "created": edition.modified,
            "title": edition.title,
            "resources": self._resources,
        }
        document = json.dumps(_scrubbed(about), indent=2).encode()
        self._archive.writestr(zip_entry("datapackage.json", ZIP_DEFLATED), document)
        digest = {"path": "datapackage.json", "hash": f"sha256:{sha256(document).hexdigest()}"}
        self._archive.writestr(
            zip_entry("datapackage-digest.json", ZIP_DEFLATED), json.dumps(digest).encode()
        )


class _Hashed:
    """Writes on, and notes digest and size."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self.digest = sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        self.size += len(data)
        return self._out.write(data)


def _write_index(package: _Package, lines: Lines) -> None:
    """The blocks, and behind them the lines that find them (for 1,000,000 pages 400 kB)."""
    found = [heading()]
    with package.member(f"indexes/{INDEX_NAME}", ZIP_STORED) as member:
        for data, line in compress(lines.sorted()):
            member.write(data)
            found.append(line)
    with package.member("indexes/index.idx", ZIP_DEFLATED) as member:
        member.write(b"".join(found))


def _index_line(written: Written) -> str:
    page = written.page
    fields = {
        "mime": "warc/revisit" if written.is_revisit else written.mime or "unk",
        "status": str(written.status),
        "digest": written.digest,
        "length": str(written.length),
        "offset": str(written.offset),
        "filename": WARC_NAME,
    }
    return index_line(page.url, f"{in_utc(page.fetched_at):%Y%m%d%H%M%S}", fields)


def _page_line(article: WarcArticle, page: WarcPage) -> bytes:
    line = {
        "id": f"article-{article.id}",
        "url": page.url,
        "ts": date_text(page.fetched_at),
        "title": " ".join((article.title or "").split()) or page.url,
        "text": article.body,
    }
    return _json_line(line)


def _json_line(values: dict[str, Any]) -> bytes:
    return json.dumps(_scrubbed(values)).encode() + b"\n"


def _scrubbed(values: dict[str, Any]) -> dict[str, Any]:
    return {name: scrub(one) if isinstance(one, str) else one for name, one in values.items()}
