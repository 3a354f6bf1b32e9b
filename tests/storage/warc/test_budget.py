"""Files that mean harm: each costs a bounded amount of work and memory, and says so."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import zstandard

from storage.warc import budget
from storage.warc.opening import RecordFile
from storage.warc.reading import DamagedRange, Record
from tests.storage.warc.makers import LIMIT, by_gzip, by_zstd, in_zip, numbered, read, record, urls

NINE = numbered(9)
SIZE = 1 << 20
ZSTD = b"\x28\xb5\x2f\xfd"
HEAD = b"WARC/1.0\r\nWARC-Type: %s\r\nContent-Length: %d\r\n\r\n"


def repeated(piece: bytes, size: int = SIZE) -> bytes:
    return piece * (size // len(piece))


HARM: dict[str, Callable[[], bytes]] = {
    "zstd frames that are none": lambda: repeated(ZSTD + b"\x00\x58\x01\x00\x00"),
    "their first bytes alone": lambda: repeated(ZSTD),
    "a chain of empty blocks": lambda: ZSTD + b"\x00\x58" + repeated(bytes(3)),
    "chains of empty blocks": lambda: repeated(ZSTD + b"\x00\x58" + bytes(120)),
    "empty frames": lambda: repeated(zstandard.compress(b"")),
    "gzip members that are none": lambda: repeated(b"\x1f\x8b\x08"),
    "empty members": lambda: repeated(gzip.compress(b"", mtime=0)),
    "heads, packed": lambda: zstandard.compress((HEAD % (b"x", 0) + b"\r\n\r\n") * (1 << 22)),
    "heads in members": lambda: repeated(gzip.compress((HEAD % (b"x", 0)) * 2000)),
    "heads that are none": lambda: repeated(b"WARC/1.0\r\nx\r\n\r\n"),
    "lengths that are not true": lambda: repeated(HEAD % (b"response", LIMIT - 9)),
    "the same, packed": lambda: gzip.compress(repeated(HEAD % (b"response", LIMIT - 9), 8 * SIZE)),
    "lengths that reach further": lambda: gzip.compress(
        repeated(HEAD % (b"response", 3 * LIMIT), 8 * SIZE)
    ),
    "bombs": lambda: repeated(gzip.compress(HEAD % (b"x", 16 << 20) + bytes(16 << 20))),
    "zstd bombs": lambda: repeated(zstandard.compress(HEAD % (b"x", 16 << 20) + bytes(16 << 20))),
    "nothing but newlines": lambda: gzip.compress(b"\r\n" * (128 << 20), 1),
    "bombs in a ZIP": lambda: in_zip(
        {f"{n}.warc.gz": gzip.compress(bytes(64 << 20)) * 40 for n in range(9)}, ZIP_DEFLATED
    ),
}


@pytest.mark.parametrize("harm", HARM)
def test_work_is_bounded(path: Path, harm: str) -> None:
    path.write_bytes(HARM[harm]())
    with RecordFile(path, LIMIT) as file:
        found = sum(1 for _ in file.records())
    most = (budget.BASE + budget.MAX_RATIO * path.stat().st_size) // budget.RECORD
    assert found <= most + 20


def test_it_is_told_once_and_the_rest_is_not_read(path: Path) -> None:
    fakes = repeated(ZSTD + b"\x00\x58\x01\x00\x00", 4 << 20)
    path.write_bytes(by_zstd(NINE[:3]) + fakes + by_zstd(NINE[3:]))
    found = read(path)
    assert urls(found) == ["0", "1", "2", "!"]
    told = found[-1]
    assert isinstance(told, DamagedRange)
    assert told.reason.startswith("it makes more work than 400 times its size")
    assert told.behind == path.stat().st_size == told.at + told.size


def test_what_lies_behind_bombs_is_read(path: Path) -> None:
    bomb = gzip.compress(record(None, bytes(50 << 20), kind="resource"))
    path.write_bytes(by_gzip(NINE[:2]) + bomb * 30 + by_gzip(NINE[2:]))
    assert [name for name in urls(read(path)) if name not in "!?"] == [str(n) for n in range(9)]


def test_every_reading_has_a_budget_of_its_own(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "BASE", 0)
    monkeypatch.setattr(budget, "MAX_RATIO", 80)
    path.write_bytes(by_gzip(NINE))
    with RecordFile(path, LIMIT) as file:
        for _ in range(3):
            assert [isinstance(one, Record) for one in file.records()] == [True] * 9


def test_the_smallest_honest_records_stay_within(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Revisits, which are heads alone, packed as well as can be; with no allowance for small
    files, so that this holds for files of any size."""
    monkeypatch.setattr(budget, "BASE", 0)
    revisits = [
        record(f"https://a.example/{n}", b"", "revisit", f"2020-01-02T03:04:{n % 60:02}Z")
        for n in range(5_000)
    ]  # fmt: skip
    for data in (zstandard.compress(b"".join(revisits), 12), by_gzip(revisits)):
        path.write_bytes(data)
        assert all(isinstance(one, Record) for one in read(path))


def places_and_all(found: list[Record | DamagedRange]) -> tuple[int, int]:
    """How many of them are damaged places, and how many there are."""
    return sum(isinstance(one, DamagedRange) for one in found), len(found)


def many_entries(path: Path, count: int) -> None:
    with ZipFile(path, "w") as archive:
        for number in range(count):
            archive.writestr(f"images/{number}.png", b"")
        archive.writestr("archive/data.warc.gz", by_gzip(NINE))


def test_a_zip_of_many_entries(path: Path) -> None:
    many_entries(path, 200_000)
    found = read(path)
    assert places_and_all(found) == (2, 11), "its WARC is found without the directory"
    first = found[0]
    assert isinstance(first, DamagedRange)
    assert "its ZIP directory cannot be read (it is larger than 1 MiB: unpack it" in first.reason
    many_entries(path, 8_000)
    assert places_and_all(read(path)) == (0, 9)


def test_a_directory_that_says_it_is_small(path: Path) -> None:
    """The end of a ZIP says 1 entry and few bytes, its ZIP64 record another thing."""
    many_entries(path, 70_000)  # more than 65,535: it has one
    whole = bytearray(path.read_bytes())
    end = whole.rfind(b"PK\x05\x06")
    whole[end + 8 : end + 16] = b"\1\0\1\0" + (100).to_bytes(4, "little")
    path.write_bytes(whole)
    assert len(read(path)) == 11
