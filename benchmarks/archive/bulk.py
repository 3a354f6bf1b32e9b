"""``benchmarks.archive --fast``: pieces written straight into the tables, as ``Archive.save`` would
leave them, but for what its docstring names. The digests are true: ``verify`` finds nothing."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from sqlalchemy import Engine, event, insert, text

from benchmarks.archive.newspapers import Press
from scraper.urls import site_of
from storage import addresses, compression
from storage.contents import version_values
from storage.database.engine import insert_into, writing
from storage.frontier.pages import page_values
from storage.models import (
    Article,
    Document,
    Entry,
    Fetch,
    Host,
    Page,
    Shingle,
    Snapshot,
    Version,
    table_of,
)
from storage.proof.digests import article_digest, entry_digest, snapshot_digest, version_digest
from storage.search import documents
from storage.text.fingerprint import content_of
from storage.text.shingles import fingerprint_of

BATCH = 1_000
SHINGLED = 50_000
"""Pieces whose shingles are put in at a time: each is a random place in the table, and so many
together are in order."""
CACHE_KIB = 256 * 1024
MAKERS = 2
"""Processes that make the pieces: texts, frames and digests take most of the time."""
_ORDER = (Host, Snapshot, Article, Version, Page, Fetch, Entry, Document)
_INSERTS = {model: insert(table_of(model)) for model in _ORDER}
_INSERTS[Host] = insert_into(Host).on_conflict_do_nothing()
_ADD_SHINGLES = "INSERT INTO shingle (hash, article_id) VALUES (?, ?)"
_PUT_IN = text(
    "INSERT INTO search (rowid, title, author, body, labels)"
    " SELECT id, title, author, body, labels FROM search_content WHERE id BETWEEN :first AND :last"
)


class _Row(dict[str, Any]):
    """What ``document_values`` reads by names."""

    __getattr__ = dict.__getitem__


Rows = dict[type, list[Any]]
"""By model: dictionaries, and of shingles pairs."""


def write_in_bulk(engine: Engine, press: Press, count: int) -> None:
    """Pieces 1 to ``count``, each of which has its number as its id in every table."""
    shingles: list[tuple[int, int]] = []
    with _in_bulk(engine):
        for first, last, rows in _batches(press, count):
            shingles += rows.pop(Shingle)
            with writing(engine) as session:
                for model in _ORDER:
                    session.execute(_INSERTS[model], rows[model])
                session.execute(_PUT_IN, {"first": first, "last": last})
                if last % SHINGLED == 0 or last == count:
                    session.connection().exec_driver_sql(_ADD_SHINGLES, sorted(shingles))
                    shingles.clear()


@contextmanager
def _in_bulk(engine: Engine) -> Iterator[None]:
    """Its connections look for no foreign keys: an article and its version need each other, and
    for a row that others wait for SQLite looks through whole tables. ``verify`` checks them all."""

    def prepare(connection: Any, *_: Any) -> None:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")

    engine.dispose()
    event.listen(engine, "checkout", prepare)
    try:
        yield
    finally:
        event.remove(engine, "checkout", prepare)
        engine.dispose()


def _batches(press: Press, count: int) -> Iterator[tuple[int, int, Rows]]:
    """In order, made by other processes, a few of them ahead."""
    waiting: deque[tuple[int, int, Future[Rows]]] = deque()
    with ProcessPoolExecutor(MAKERS, initializer=_take, initargs=(press,)) as makers:
        for first in range(1, count + 1, BATCH):
            last = min(first + BATCH - 1, count)
            waiting.append((first, last, makers.submit(_make, first, last)))
            while len(waiting) > 2 * MAKERS or (waiting and last == count):
                begin, end, made = waiting.popleft()
                yield begin, end, made.result()


_press: Press


def _take(press: Press) -> None:
    global _press
    _press = press


def _make(first: int, last: int) -> Rows:
    rows: Rows = {model: [] for model in (*_ORDER, Shingle)}
    for number in range(first, last + 1):
        _add(rows, _press, number)
    return rows


def _add(rows: Rows, press: Press, number: int) -> None:
    piece = press.plain_piece(number)
    capture = press.capture(piece, bare=True)
    article, response = capture.article, capture.response
    assert article is not None
    assert response is not None
    address, payload = addresses.parse(piece.url), response.body
    payload_digest, frame = sha256(payload).digest(), compression.pack(payload)
    snapshot: dict[str, Any] = {
        "id": number,
        "payload_digest": payload_digest,
        "url": piece.url,
        "status": 200,
        "fetched_at": piece.at,
        "payload_size": len(payload),
        "stored_size": len(frame),
        "headers": [list(header) for header in response.headers],
        "reference_id": None,
        "pruned_at": None,
    }
    snapshot |= {"digest": snapshot_digest(snapshot, frame, None), "body": frame}
    version = {
        "id": number,
        "article_id": number,
        "accepted": True,
        "reason": None,
        "confirmed_by": None,
        "cause": "publisher",
        "first_seen_at": piece.at,
        "snapshot_id": number,
        "url": piece.url,
        "fetched_at": piece.at,
        **version_values(article, content_of(article)),
    }
    version["digest"] = version_digest(version, payload_digest)
    card: dict[str, Any] = {
        "id": number,
        "url_key": address.key,
        "canonical_url": address.canonical,
        "url": address.url,
        "site": site_of(address.canonical),
        "verdict": "article",
        "evidence": "",
        "filed_by": number,
        "duplicate_of": None,
        "current_version_id": number,
        "first_seen_at": piece.at,
        "last_checked_at": piece.at,
    }
    card["digest"] = article_digest(card, [version], [])
    entry = {
        "id": number,
        "kind": "capture",
        "recorded_at": piece.at,
        "article_id": number,
        "url": piece.url,
        "fetched_at": piece.at,
        "payload_digest": payload_digest,
        "version_digest": version["digest"],
        "detail": None,
        "redacted": False,
    }
    entry["digest"] = entry_digest(entry)
    page = {**page_values(address, piece.at), "id": number, "article_id": number}
    fetch = {
        "id": number,
        "page_id": number,
        "article_id": number,
        "snapshot_id": number,
        "outcome": "new",
        "status": 200,
        "fetched_at": piece.at,
        "requested_url": piece.url,
        "url": piece.url,
        "payload_digest": payload_digest,
    }
    values = (snapshot, card, version, page, fetch, entry)
    rows[Host].append({"host": address.host})
    for model, one in zip(_ORDER[1:-1], values, strict=True):
        rows[model].append(one)
    rows[Document].append(documents.document_values(_Row(version | card)))
    rows[Shingle] += [(one, number) for one in fingerprint_of(article.body)]
