"""What goes on purpose: stored pages past their time (``prune``), articles that the law says must
go (``forget``). Nothing goes by itself.

Both leave an entry in the chain for everything that went, and seal it at their end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, delete, exists, func, or_, select, text, union_all, update
from sqlalchemy.orm import Session

from scraper.types import Verdict
from storage import stories
from storage.database.engine import is_sqlite, reading, writing
from storage.models import (
    Article,
    Entry,
    Fetch,
    Page,
    Part,
    ReferencePage,
    Snapshot,
    Version,
    table_of,
)
from storage.proof import entries
from storage.proof.digests import snapshot_digest
from storage.proof.entries import Kind
from storage.search import index
from storage.snapshots import free_reference

BATCH = 200
"""Stored pages that are pruned in one transaction."""

_ARTICLES, _VERSIONS, _SNAPSHOTS = table_of(Article), table_of(Version), table_of(Snapshot)
_PAGES, _PARTS, _FETCHES = table_of(Page), table_of(Part), table_of(Fetch)
_ENTRIES, _REFERENCES = table_of(Entry), table_of(ReferencePage)


@dataclass(frozen=True, slots=True)
class Pruning:
    """What a pruning did, or would do."""

    snapshots: int = 0
    size: int = 0
    """Stored bytes that are free now."""
    needed: int = 0
    """Pages past their time that stay, since younger ones are compressed with them."""


@dataclass(frozen=True, slots=True)
class Removal:
    """What went with an article."""

    article_id: int
    versions: int
    snapshots: int
    addresses: int


def survey(engine: Engine, before: datetime) -> Pruning:
    """What ``prune`` would do. Raises ``StorageError``."""
    with reading(engine) as session:
        row = session.execute(
            select(func.count(), func.coalesce(func.sum(_SNAPSHOTS.c.stored_size), 0))
            .select_from(_SNAPSHOTS)
            .where(*_old(before), ~_is_needed(before))
        ).one()
        needed = session.scalar(
            select(func.count()).select_from(_SNAPSHOTS).where(*_old(before), _is_needed(before))
        )
    return Pruning(row[0], int(row[1]), needed or 0)


def prune(
    engine: Engine, before: datetime, now: datetime, note: Callable[[int], None] = lambda _: None
) -> Pruning:
    """Throw away the payloads of pages fetched before; ``note`` hears how many are gone.

    Versions, digests and the chain stay. It may be interrupted and run again. Raises
    ``StorageError``.
    """
    count = size = last = 0
    while True:
        with writing(engine) as session:
            rows = session.execute(
                select(_SNAPSHOTS)
                .where(_SNAPSHOTS.c.id > last, *_old(before), ~_is_needed(before))
                .order_by(_SNAPSHOTS.c.id)
                .limit(BATCH)
            ).all()
            for row in rows:
                _prune_one(session, row, now)
                count, size, last = count + 1, size + row.stored_size, row.id
        note(count)
        if not rows:
            entries.seal(engine, now)
            return Pruning(count, size, survey(engine, before).needed)


def _old(before: datetime) -> list[Any]:
    return [_SNAPSHOTS.c.fetched_at < before, _SNAPSHOTS.c.pruned_at.is_(None)]


def _is_needed(before: datetime) -> Any:
    """Whether a page that stays is compressed with this one."""
    other = _SNAPSHOTS.alias("other")
    return exists().where(
        other.c.reference_id == _SNAPSHOTS.c.id,
        other.c.pruned_at.is_(None),
        other.c.fetched_at >= before,
    )


def _prune_one(session: Session, row: Any, now: datetime) -> None:
    # Those that need it are past their time as well, and may come after it.
    free_reference(session, row.id)
    emptied = {**row._asdict(), "stored_size": 0, "pruned_at": now}
    values = {
        "body": b"",
        "stored_size": 0,
        "reference_id": None,
        "pruned_at": now,
        "digest": snapshot_digest(emptied, b"", None),
    }
    session.execute(update(_SNAPSHOTS).where(_SNAPSHOTS.c.id == row.id).values(**values))
    entries.record(
        session,
        Kind.PRUNING,
        now,
        url=row.url,
        fetched_at=row.fetched_at,
        payload_digest=row.payload_digest,
    )


def forget(engine: Engine, article_id: int, now: datetime) -> Removal | None:
    """Remove an article's texts, pages and addresses for good; ``None`` where there is none.

    Its addresses' keys stay, so that no crawl brings it back. The entries of the chain that spoke
    of it are emptied but for their digests, and a last one says so. Raises ``StorageError``.
    """
    with writing(engine) as session:
        _overwrite_what_goes(session)
        row = session.execute(
            select(_ARTICLES.c.verdict, _VERSIONS.c.body)
            .outerjoin(_VERSIONS, _VERSIONS.c.id == _ARTICLES.c.current_version_id)
            .where(_ARTICLES.c.id == article_id)
        ).first()
        if row is None:
            return None
        index.remove(session, article_id)
        stories.forget(session, article_id, row.body if row.verdict == Verdict.ARTICLE else None)
        _let_go_of_copies(session, article_id)
        snapshots = _snapshots_of(session, article_id)
        urls = _urls_of(session, article_id)
        addresses = _empty_pages(session, article_id, now)
        session.execute(delete(_FETCHES).where(_FETCHES.c.article_id == article_id))
        versions = _delete_article(session, article_id)
        removed = [digest for one in snapshots if (digest := _delete_snapshot(session, one, urls))]
        _redact(session, article_id, urls, removed, now)
    entries.seal(engine, now)
    _shrink_log(engine)
    return Removal(article_id, versions, len(removed), addresses)


def _overwrite_what_goes(session: Session) -> None:
    """If not told otherwise, SQLite leaves deleted bytes in the file until their place is used."""
    if is_sqlite(session):
        session.execute(text("PRAGMA secure_delete = ON"))
        session.execute(text("INSERT INTO search(search, rank) VALUES ('secure-delete', 1)"))


def _shrink_log(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]


def _let_go_of_copies(session: Session, article_id: int) -> None:
    """Articles of other sites that were linked to it as copies are linked to the next of them."""
    copies = session.scalars(
        select(_ARTICLES.c.id)
        .where(_ARTICLES.c.duplicate_of == article_id)
        .order_by(_ARTICLES.c.id)
    ).all()
    for copy in copies:
        first = None if copy == copies[0] else copies[0]
        session.execute(update(_ARTICLES).where(_ARTICLES.c.id == copy).values(duplicate_of=first))
        entries.sign(session, copy)


def _snapshots_of(session: Session, article_id: int) -> list[int]:
    versions = select(_VERSIONS.c.id).where(_VERSIONS.c.article_id == article_id)
    queries = (
        select(_VERSIONS.c.snapshot_id).where(_VERSIONS.c.article_id == article_id),
        select(_PARTS.c.snapshot_id).where(_PARTS.c.version_id.in_(versions)),
        select(_FETCHES.c.snapshot_id).where(_FETCHES.c.article_id == article_id),
    )
    found = {one for query in queries for one in session.scalars(query) if one is not None}
    return sorted(found)


def _urls_of(session: Session, article_id: int) -> set[str]:
    """Every spelling under which it, or a further page of it, was asked for or found."""
    versions = select(_VERSIONS.c.id).where(_VERSIONS.c.article_id == article_id)
    columns = (
        (_PAGES.c.url, _PAGES.c.article_id == article_id),
        (_PAGES.c.canonical_url, _PAGES.c.article_id == article_id),
        (_FETCHES.c.requested_url, _FETCHES.c.article_id == article_id),
        (_FETCHES.c.url, _FETCHES.c.article_id == article_id),
        (_VERSIONS.c.url, _VERSIONS.c.article_id == article_id),
        (_PARTS.c.url, _PARTS.c.version_id.in_(versions)),
    )
    found = (url for column, its in columns for url in session.scalars(select(column).where(its)))
    return {url for url in found if url}


def _empty_pages(session: Session, article_id: int, now: datetime) -> int:
    pages = session.execute(
        update(_PAGES)
        .where(_PAGES.c.article_id == article_id)
        .values(
            url="",
            canonical_url="",
            article_id=None,
            due_at=None,
            backlog=False,
            etag=None,
            last_modified=None,
            forgotten_at=now,
        )
        .returning(_PAGES.c.id)
    )
    ids = pages.scalars().all()
    session.execute(delete(_FETCHES).where(_FETCHES.c.page_id.in_(ids)))
    return len(ids)


def _delete_article(session: Session, article_id: int) -> int:
    whole = _ARTICLES.c.id == article_id
    session.execute(update(_ARTICLES).where(whole).values(current_version_id=None))
    mine = _VERSIONS.c.article_id == article_id
    count = session.scalar(select(func.count()).select_from(_VERSIONS).where(mine)) or 0
    session.execute(delete(_VERSIONS).where(mine))
    session.execute(delete(_ARTICLES).where(whole))
    return count


def _delete_snapshot(session: Session, snapshot_id: int, urls: set[str]) -> bytes | None:
    """The digest of its payload, if it went: another article may have been read from the same
    page, which is then stored under that one's address."""
    row = session.execute(select(_SNAPSHOTS).where(_SNAPSHOTS.c.id == snapshot_id)).one()
    # Whoever has an address for it has a use for it.
    uses = union_all(
        *(
            select(table.c.url).where(table.c.snapshot_id == snapshot_id)
            for table in (_VERSIONS, _PARTS, _FETCHES)
        )
    )
    others = session.scalars(uses).all()
    if not others:
        free_reference(session, snapshot_id)
        session.execute(delete(_SNAPSHOTS).where(_SNAPSHOTS.c.id == snapshot_id))
        return bytes(row.payload_digest)
    if row.url in urls:
        reference = select(_SNAPSHOTS.c.payload_digest).where(_SNAPSHOTS.c.id == row.reference_id)
        other = next((url for url in others if url), "")
        renamed = {**row._asdict(), "url": other}
        digest = snapshot_digest(renamed, row.body, session.scalar(reference))
        here = update(_SNAPSHOTS).where(_SNAPSHOTS.c.id == snapshot_id)
        session.execute(here.values(url=other, digest=digest))
    return None


def _redact(
    session: Session, article_id: int, urls: set[str], digests: Sequence[bytes], now: datetime
) -> None:
    """Empty the entries that speak of it: its own; and those that are no article's (any more), of
    its addresses and pages: prunings, and captures of a page that it was found to be one with."""
    speaks = _ENTRIES.c.url.in_(urls) | _ENTRIES.c.payload_digest.in_(digests)
    is_others = exists().where(_ARTICLES.c.id == _ENTRIES.c.article_id)
    emptied = session.execute(
        update(_ENTRIES)
        .where(or_(_ENTRIES.c.article_id == article_id, speaks & ~is_others))
        .where(_ENTRIES.c.redacted.is_(False))
        .values(
            url=None,
            fetched_at=None,
            payload_digest=None,
            version_digest=None,
            detail=None,
            redacted=True,
        )
        .returning(_ENTRIES.c.id)
    )
    ids = sorted(emptied.scalars().all())
    entries.record(session, Kind.REMOVAL, now, article_id=article_id, detail={"entries": ids})
