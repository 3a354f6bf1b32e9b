"""Where in a file the record of an address, of an id or of a payload is, found in one pass over it.

The further pages of an article, the first of which a record holds, lie anywhere in a file; so does
what a revisit refers to. The index is a temporary SQLite database that its page cache bounds in
memory and that is gone when it is closed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from hashlib import blake2b
from typing import Self

from scraper.errors import AddressError
from scraper.urls import canonical_url, join_address
from storage.warc.heads import Digest, location_of, parse_digest, status_of
from storage.warc.reading import DamagedRange, Location, Record

PERMANENT = frozenset({301, 308})
"""RFC 9110 §15.4.2 and .9: the target is the same resource from now on. What another redirect leads
to may be any page (a login, the latest article)."""
MAX_NAMED = 10
_BATCH = 1000
_SELECT = "SELECT at, stream, member, inside FROM location WHERE key = ? AND "
_BEFORE = f"{_SELECT} at <= ? ORDER BY at DESC LIMIT 1"
_AFTER = f"{_SELECT} at > ? ORDER BY at LIMIT 1"

HasPayload = Callable[[bytes, Digest], bool]
"""Whether the payload of a block is the one that a digest was taken of."""
_Row = tuple[int, float, int, int, int]


class RecordIndex:
    """Made of a file's records with ``add``; asked with ``of_…``. Answers are only candidates:
    whoever reads the record there compares what it says."""

    def __init__(self, has_payload: HasPayload) -> None:
        self._has_payload = has_payload
        self.misstated_count = 0
        self.misstated = list[str]()
        """Pages whose payload is not the one that its digest was taken of: the first of them."""
        # The empty name is a private database on the disk; autocommit, and nothing to be durable.
        self._db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute(
            "CREATE TABLE location (key INTEGER, at REAL, stream INTEGER, member INTEGER, "
            "inside INTEGER, PRIMARY KEY (key, at, stream, member, inside)) WITHOUT ROWID"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def fill(
        self,
        items: Iterable[Record | DamagedRange],
        show: Callable[[int], None] = lambda position: None,
    ) -> int:
        """How many records there are. ``show`` is told the position now and then."""
        count, rows = 0, list[_Row]()
        for item in items:
            if isinstance(item, DamagedRange):
                continue
            count += 1
            rows += _rows(item)
            rows += self._payload_rows(item)
            if len(rows) >= _BATCH:
                self._insert(rows)
                rows = []
                show(item.behind)
        self._insert(rows)
        return count

    def _payload_rows(self, record: Record) -> Iterator[_Row]:
        """By the digest that is stated, where it is true. What is not is no damage: some writers
        take it of what they unpacked, or of what they then cut; the block's digest, which is of
        exactly these bytes, is what tells damage. But nothing is found by it."""
        fields, block = record.head.fields, record.block
        digest = parse_digest(fields.get("warc-payload-digest"))
        if digest is None or block is None or not _is_page(record):
            return
        if self._has_payload(block, digest):
            assert record.taken_at is not None
            yield (_payload_key(digest), record.taken_at.timestamp(), *_location(record))
        elif "warc-truncated" not in fields:
            self.misstated_count += 1
            if len(self.misstated) < MAX_NAMED:
                self.misstated.append(record.url or "")

    def _insert(self, rows: list[_Row]) -> None:
        self._db.execute("BEGIN")
        self._db.executemany("INSERT OR IGNORE INTO location VALUES (?, ?, ?, ?, ?)", rows)
        self._db.execute("COMMIT")

    def of_page(self, url: str, near: datetime) -> Iterator[Location]:
        """Answers for this address, the one that was taken nearest to this time first; one before
        and one after it at most."""
        with suppress(AddressError):
            yield from self._near(_key("page", canonical_url(url)), near.timestamp())

    def of_id(self, record_id: str) -> Iterator[Location]:
        yield from self._near(_key("id", record_id), 0.0)

    def of_payload(self, digest: Digest) -> Iterator[Location]:
        yield from self._near(_payload_key(digest), 0.0)

    def moved_to(self, url: str, near: datetime) -> Iterator[Location]:
        """Permanent redirects that lead to this address."""
        with suppress(AddressError):
            yield from self._near(_key("moved", canonical_url(url)), near.timestamp())

    def _near(self, key: int, at: float) -> Iterator[Location]:
        rows: list[tuple[float, int, int, int]] = []
        for query in (_BEFORE, _AFTER):
            rows += self._db.execute(query, (key, at))
        for row in sorted(rows, key=lambda one: abs(one[0] - at)):
            yield Location(*row[1:])


def _rows(record: Record) -> Iterator[_Row]:
    url, taken_at, block = record.url, record.taken_at, record.block
    if record.kind != "response" or url is None or taken_at is None or block is None:
        return
    location = _location(record)
    at, status = taken_at.timestamp(), status_of(block)
    if status in PERMANENT:
        with suppress(AddressError):
            target = canonical_url(join_address(url, location_of(block) or ""))
            if target != canonical_url(url):
                yield (_key("moved", target), at, *location)
        return
    if status != 200:
        return
    with suppress(AddressError):
        yield (_key("page", canonical_url(url)), at, *location)
    if record.head.record_id:
        yield (_key("id", record.head.record_id), at, *location)


def _is_page(record: Record) -> bool:
    """Whether it may be a page that is filed, or what a revisit stands for."""
    if record.kind != "response" or record.url is None or record.taken_at is None:
        return False
    return status_of(record.block or b"") == 200


def _location(record: Record) -> tuple[int, int, int]:
    return (record.location.stream, record.location.member, record.location.inside)


def _payload_key(digest: Digest) -> int:
    return _key("payload", f"{digest[0]}:{digest[1].hex()}")


def _key(kind: str, text: str) -> int:
    digest = blake2b(f"{kind} {text}".encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
