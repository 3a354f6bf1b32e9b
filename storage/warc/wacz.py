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
from typing import IO, TYPE_CHECKING, Any, BinaryIO, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from storage.text.fingerprint import in_utc, scrub
from storage.warc.cdxj import INDEX_NAME, Lines, compress, heading, index_line
from storage.warc.warc_source import Holding, Sheet
from storage.warc.writing import Written, date_text, write_records

if TYPE_CHECKING:  # its package has a line for what is written here
    from storage.export.edition import Edition

VERSION = "1.1.1"
WARC_NAME = "data.warc.gz"
_COPIED = 1 << 16


def write_wacz(holdings: Iterable[Holding], out: BinaryIO, edition: Edition) -> None:
    """``out`` need not be seekable. Raises ``StorageError`` and ``OSError``."""
    with ZipFile(out, "w") as archive, Lines() as lines, TemporaryFile() as pages:
        package = _Package(archive)
        with package.member(f"archive/{WARC_NAME}", ZIP_STORED) as member:
            for holding, written in write_records(holdings, cast(BinaryIO, member), edition):
                lines.add(_index_line(written))
                if written.sheet.is_current:
                    pages.write(_page_line(holding, written.sheet))
        _write_index(package, lines)
        with package.member("pages/pages.jsonl", ZIP_DEFLATED) as member:
            head = {"format": "json-pages-1.0", "id": "pages", "title": edition.title}
            member.write(_json_line({**head, "hasText": True}))
            for piece in _read(pages):
                member.write(piece)
        package.close(edition)


class _Package:
    """The ZIP, and what its description says of each member."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self._resources: list[dict[str, Any]] = []

    @contextmanager
    def member(self, path: str, method: int) -> Iterator[_Hashed]:
        with self._archive.open(_entry(path, method), "w", force_zip64=True) as file:
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
        self._archive.writestr(_entry("datapackage.json", ZIP_DEFLATED), document)
        digest = {"path": "datapackage.json", "hash": f"sha256:{sha256(document).hexdigest()}"}
        self._archive.writestr(
            _entry("datapackage-digest.json", ZIP_DEFLATED), json.dumps(digest).encode()
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
    sheet = written.sheet
    fields = {
        "mime": "warc/revisit" if written.is_revisit else written.mime or "unk",
        "status": str(written.status),
        "digest": written.digest,
        "length": str(written.length),
        "offset": str(written.offset),
        "filename": WARC_NAME,
    }
    return index_line(sheet.url, f"{in_utc(sheet.fetched_at):%Y%m%d%H%M%S}", fields)


def _page_line(holding: Holding, sheet: Sheet) -> bytes:
    page = {
        "id": f"article-{holding.id}",
        "url": sheet.url,
        "ts": date_text(sheet.fetched_at),
        "title": " ".join((holding.title or "").split()) or sheet.url,
        "text": holding.body,
    }
    return _json_line(page)


def _json_line(values: dict[str, Any]) -> bytes:
    return json.dumps(_scrubbed(values)).encode() + b"\n"


def _scrubbed(values: dict[str, Any]) -> dict[str, Any]:
    return {name: scrub(one) if isinstance(one, str) else one for name, one in values.items()}


def _entry(path: str, method: int) -> ZipInfo:
    """Dated as ZIP's first day: equal archives are equal in bytes."""
    info = ZipInfo(path)
    info.compress_type = method
    info.create_system = 3  # as on Unix, everywhere
    info.external_attr = 0o644 << 16
    return info


def _read(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(_COPIED):
        yield piece
