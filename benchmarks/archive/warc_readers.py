"""How many good records of damaged WARC files each reader finds: warcio, fastwarc, and ours.

    python -m benchmarks.archive.warc_readers

``fastwarc`` is compared if it is installed. The files are those of
``tests/storage/warc/test_recovery.py``
that all three read (plain, and three ways to compress by gzip): nine records, of which one is
damaged; and gzip files with three wrong bytes at one of several places. Prints how many whole
records each reader did not find, and in how many files.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator

from storage.warc.opening import RecordFile
from storage.warc.reading import Record
from tests.storage.warc.makers import LIMIT
from tests.storage.warc.test_recovery import DAMAGE, NINE, SHAPES

READ_BY_ALL = ("plain", "each", "by twos", "whole gzip")
BROKEN_AT = range(8)
"""In so many places of a gzip file bytes are broken, one place a file."""

Reader = Callable[[bytes], Iterator[str]]
"""The addresses of the whole records, up to where the reader gives up by an exception."""


def damaged_files() -> Iterator[tuple[str, bytes, set[str]]]:
    """A name, the file, and the addresses of the records in it that are whole."""
    urls = [f"https://paper.example/{number}" for number in range(len(NINE))]
    for shape in READ_BY_ALL:
        for damage, broken in DAMAGE.items():
            data = SHAPES[shape]([*NINE[:4], broken, *NINE[5:]])
            yield f"{shape}, {damage}", data, {*urls[:4], *urls[5:]}
    for shape in ("each", "by twos"):
        data = SHAPES[shape](NINE)
        for number in BROKEN_AT:
            at = len(data) * (2 * number + 1) // (2 * len(BROKEN_AT))
            broken = data[:at] + bytes(byte ^ 0xFF for byte in data[at : at + 3]) + data[at + 3 :]
            yield f"{shape}, broken at {at}", broken, whole_members(shape, at, at + 3, urls)


def whole_members(shape: str, start: int, end: int, urls: list[str]) -> set[str]:
    """The addresses of the records whose member has none of these bytes."""
    size, whole, offset = 1 if shape == "each" else 2, set[str](), 0
    for first in range(0, len(NINE), size):
        length = len(SHAPES[shape](NINE[first : first + size]))
        if end <= offset or start >= offset + length:
            whole |= {*urls[first : first + size]}
        offset += length
    return whole


def by_warcio(data: bytes) -> Iterator[str]:
    for record in ArchiveIterator(io.BytesIO(data)):
        record.content_stream().read()
        yield record.rec_headers.get_header("WARC-Target-URI") or ""


def by_fastwarc(data: bytes) -> Iterator[str]:
    fastwarc: Any = import_module("fastwarc.warc")
    for record in fastwarc.ArchiveIterator(io.BytesIO(data), parse_http=False):
        record.reader.read()
        yield record.headers.get("WARC-Target-URI") or ""


def by_kliping(data: bytes) -> Iterator[str]:
    with tempfile.NamedTemporaryFile(suffix=".warc") as file:
        file.write(data)
        file.flush()
        with RecordFile(Path(file.name), LIMIT) as records:
            for item in records.records():
                if isinstance(item, Record):
                    yield item.url or ""


def found_by(reader: Reader, data: bytes) -> set[str]:
    urls = set[str]()
    try:
        for url in reader(data):
            urls.add(url)
    except Exception as error:  # noqa: BLE001 - what ends a reader's work is what is measured
        print(f"    {type(error).__name__}: {str(error)[:70]}", file=sys.stderr)
    return urls


def main() -> None:
    readers = {"warcio": by_warcio, "fastwarc": by_fastwarc, "kliping": by_kliping}
    try:
        import_module("fastwarc.warc")
    except ImportError:
        del readers["fastwarc"]
    files = [*damaged_files()]
    total = sum(len(whole) for _, _, whole in files)
    print(f"{len(files)} damaged files with {total} whole records")
    for name, reader in readers.items():
        lost = [len(whole - found_by(reader, data)) for _, data, whole in files]
        print(f"{name}: {sum(lost)} records lost, in {sum(map(bool, lost))} files")


if __name__ == "__main__":
    main()
