"""What an archive holds, in figures; and giving back the room that is free in its file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from scraper.errors import LockedError
from scraper.types import Verdict
from storage.database.engine import name_of, reading
from storage.database.failures import explained
from storage.database.wary import be_wary
from storage.models import Article, Fetch, Page, Snapshot, Source, Version, table_of
from storage.proof.verify import Head, load_last_head

PATIENCE = 5.0
"""Seconds that ``vacuum`` waits for a writer."""

_ARTICLES, _VERSIONS, _SNAPSHOTS = table_of(Article), table_of(Version), table_of(Snapshot)
_FETCHES, _PAGES, _SOURCES = table_of(Fetch), table_of(Page), table_of(Source)


@dataclass(frozen=True, slots=True)
class Info:
    articles: int
    rejected: int
    """Pages that are no article, or no whole one."""
    versions: int
    """Those that articles went through."""
    kept_beside: int
    """Versions that were not accepted; ``verify`` counts both."""
    stories: int
    sources: int
    addresses: int
    fetches: int
    snapshots: int
    pruned: int
    payload_size: int
    """Bytes of the stored pages as they came."""
    stored_size: int
    """… as they are stored."""
    size: int
    """Bytes of the whole database."""
    free: int
    """Bytes in it that hold nothing (any more)."""
    log: int
    """Bytes of its write-ahead log."""
    first_at: datetime | None
    last_at: datetime | None
    schema: str
    head: Head
    """Of the chain."""


def load_info(engine: Engine) -> Info:
    """Raises ``StorageError``."""
    head = load_last_head(engine)
    is_article = _ARTICLES.c.verdict == Verdict.ARTICLE.value
    with reading(engine) as session:

        def count(table: object, *where: object) -> int:
            query = select(func.count()).select_from(table).where(*where)  # type: ignore[arg-type]
            return int(session.scalar(query) or 0)

        sizes = session.execute(
            select(
                func.count(),
                func.count(_SNAPSHOTS.c.pruned_at),
                func.coalesce(func.sum(_SNAPSHOTS.c.payload_size), 0),
                func.coalesce(func.sum(_SNAPSHOTS.c.stored_size), 0),
            )
        ).one()
        span = session.execute(
            select(func.min(_ARTICLES.c.first_seen_at), func.max(_ARTICLES.c.first_seen_at))
        ).one()
        stories = session.scalar(
            select(func.count(_ARTICLES.c.story_id.distinct())).where(
                _ARTICLES.c.story_id.is_not(None)
            )
        )
        size, free, log = _sizes(engine, session)
        return Info(
            articles=count(_ARTICLES, is_article),
            rejected=count(_ARTICLES, ~is_article),
            versions=count(_VERSIONS, _VERSIONS.c.accepted),
            kept_beside=count(_VERSIONS, ~_VERSIONS.c.accepted),
            stories=int(stories or 0),
            sources=count(_SOURCES, _SOURCES.c.parent_id.is_(None)),
            addresses=count(_PAGES),
            fetches=count(_FETCHES),
            snapshots=sizes[0],
            pruned=sizes[1],
            payload_size=int(sizes[2]),
            stored_size=int(sizes[3]),
            size=size,
            free=free,
            log=log,
            first_at=span[0],
            last_at=span[1],
            schema=str(session.scalar(text("SELECT version_num FROM alembic_version"))),
            head=head,
        )


def _sizes(engine: Engine, session: Session) -> tuple[int, int, int]:
    if engine.dialect.name != "sqlite":
        size = session.scalar(text("SELECT pg_database_size(current_database())"))
        return int(size or 0), 0, 0
    page = int(session.scalar(text("PRAGMA page_size")) or 0)
    pages = int(session.scalar(text("PRAGMA page_count")) or 0)
    free = int(session.scalar(text("PRAGMA freelist_count")) or 0)
    wal = Path(f"{engine.url.database}-wal")
    return page * pages, page * free, wal.stat().st_size if wal.exists() else 0


def vacuum(engine: Engine) -> tuple[int, int]:
    """Rebuild the database without its free room; its size before and after.

    It needs that much room beside it meanwhile. Raises ``LockedError`` where another process is
    writing, and ``StorageError``.
    """
    before = load_info(engine)
    if engine.dialect.name == "sqlite":
        with explained(name_of(engine)):
            _vacuum_file(engine)
    else:
        with explained(name_of(engine)), engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.exec_driver_sql("VACUUM ANALYZE")
    return before.size + before.log, load_info(engine).size


def _vacuum_file(engine: Engine) -> None:
    path = str(engine.url.database)
    with closing(sqlite3.connect(path, isolation_level=None, timeout=PATIENCE)) as file:
        be_wary(file)
        file.execute("PRAGMA synchronous = FULL")
        try:
            file.execute("INSERT INTO search(search) VALUES ('optimize')")
            file.execute("VACUUM")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            what = "another process writes to it: wait until it ends"
            raise LockedError(f"{name_of(engine)}: {what}") from None
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
