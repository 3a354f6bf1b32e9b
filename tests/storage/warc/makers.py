"""Records of web archive files, made by hand."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterable, Sequence
from hashlib import sha1
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile

import zstandard

from storage.warc.opening import RecordFile
from storage.warc.reading import DamagedRange, Record

LIMIT = 1 << 20
DATE = "2020-02-03T04:05:06Z"


def record(
    url: str | None = "https://paper.example/a",
    block: bytes = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>hello",
    kind: str = "response",
    date: str = DATE,
    **more: str,
) -> bytes:
    """A whole record; ``more``: fields, ``_`` for ``-``."""
    name = sha1(block + date.encode() + (url or "").encode()).hexdigest()
    fields = {
        "WARC-Type": kind,
        "WARC-Date": date,
        "WARC-Record-ID": f"<urn:test:{name}>",
        "Content-Length": str(len(block)),
    }
    if url is not None:
        fields["WARC-Target-URI"] = url
    fields |= {name.replace("_", "-"): value for name, value in more.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"WARC/1.0\r\n{head}\r\n".encode() + block + b"\r\n\r\n"


def answer(
    body: bytes,
    headers: Sequence[tuple[str, str]] = (("Content-Type", "text/html"),),
    status: int = 200,
) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return f"HTTP/1.1 {status} OK\r\n{lines}\r\n".encode("latin-1") + body


def numbered(count: int) -> list[bytes]:
    return [
        record(f"https://paper.example/{n}", answer(b"<p>story %d" % n + b" of many words" * 40))
        for n in range(count)
    ]


def by_gzip(records: Iterable[bytes]) -> bytes:
    return b"".join(gzip.compress(one, mtime=0) for one in records)


def by_zstd(
    records: Iterable[bytes], dictionary: bytes | None = None, *, packed: bool = False
) -> bytes:
    """``dictionary``: what it is trained on; ``packed``: it is compressed itself."""
    if dictionary is None:
        compressor = zstandard.ZstdCompressor(write_checksum=True)
        return b"".join(compressor.compress(one) for one in records)
    samples: list[Any] = [dictionary + bytes([n]) * 20 for n in range(200)]
    trained = zstandard.train_dictionary(2048, samples)
    data = trained.as_bytes()
    if packed:
        data = zstandard.ZstdCompressor().compress(data)
    frame = b"\x5d\x2a\x4d\x18" + len(data).to_bytes(4, "little") + data
    compressor = zstandard.ZstdCompressor(dict_data=trained, write_checksum=True)
    return frame + b"".join(compressor.compress(one) for one in records)


def in_zip(members: dict[str, bytes], method: int = ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def read(path: Path, position: int = 0, limit: int = LIMIT) -> list[Record | DamagedRange]:
    with RecordFile(path, limit) as file:
        return [*file.records(position)]


def urls(found: Iterable[Record | DamagedRange]) -> list[str]:
    """The last part of the address of what was read; ``!`` for damage."""
    return [
        (one.url or "?").rpartition("/")[2] if isinstance(one, Record) else "!" for one in found
    ]
