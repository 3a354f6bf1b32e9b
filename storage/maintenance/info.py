"""What an archive holds, in figures; and giving back the room that is free in its file."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from scraper.errors import LockedError
from scraper.model.types import Verdict
from storage.database import erasing
from storage.database.engine import name_of, reading
from storage.database.failures import explained
from storage.database.wary import be_wary
from storage.integrity.verify import ChainHead, load_last_head
from storage.maintenance import rewriting
from storage.models import Article, Base, Fetch, Page, Snapshot, Source, Version, table_of

PATIENCE = 5.0
"""Seconds that ``vacuum`` waits for a writer, and for a reader."""
# The server's own table of samples of our values, from which it plans.
_STATISTICS = "pg_catalog.pg_statistic"

_ARTICLES, _VERSIONS, _SNAPSHOTS = table_of(Article), table_of(Version), table_of(Snapshot)
_FETCHES, _PAGES, _SOURCES = table_of(Fetch), table_of(Page), table_of(Source)


@dataclass(frozen=True, slots=True, kw_only=True)
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
    head: ChainHead
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


def vacuum(engine: Engine, *, full: bool = False) -> tuple[int, int]:
    """Rebuild the database without its free room; its size before and after.

    A file is always written anew, and needs that much room beside it meanwhile. On a server
    ``full`` does so with every table, which nobody can read meanwhile; without it, the server's
    free room is used again and not given back. Raises ``LockedError`` where another process is
    writing, or still sees what was removed, and ``StorageError``.
    """
    before = load_info(engine)
    with explained(name_of(engine)):
        if engine.dialect.name == "sqlite":
            _vacuum_file(engine)
        else:
            _vacuum_server(engine, full=full)
    return before.size + before.log, load_info(engine).size


def _vacuum_file(engine: Engine) -> None:
    path = str(engine.url.database)
    with closing(sqlite3.connect(path, isolation_level=None, timeout=PATIENCE)) as file:
        be_wary(file)
        file.execute("PRAGMA synchronous = FULL")
        file.execute(erasing.OVERWRITE)
        try:
            file.execute("BEGIN IMMEDIATE")
            for command in rewriting.optimizing():
                file.execute(command)
            file.execute("COMMIT")
            file.execute("VACUUM")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            what = "another process writes to it: wait until it ends"
            raise LockedError(f"{name_of(engine)}: {what}") from None
        if not erasing.empty_log(path, PATIENCE):
            raise LockedError(
                f"{name_of(engine)}: is rebuilt, but another process still reads it as it was, and "
                "keeps the old bytes in it: run it again when that one has ended"
            )
        file.execute(erasing.FINISHED)


def _vacuum_server(engine: Engine, *, full: bool) -> None:
    with engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        if not full:
            connection.exec_driver_sql("VACUUM ANALYZE")
            return
        seen: list[str] = []
        driven: Any = connection.connection.driver_connection
        driven.add_notice_handler(lambda said: seen.append(said.message_detail or ""))
        for table in Base.metadata.sorted_tables:
            connection.exec_driver_sql(f'VACUUM (FULL, VERBOSE, ANALYZE) "{table.name}"')
        connection.exec_driver_sql(f"VACUUM (FULL, VERBOSE) {_STATISTICS}")
    if any(map(_is_kept, seen)):
        raise LockedError(
            f"{name_of(engine)}: is rebuilt, but another session still sees what was removed, and "
            "keeps it there: run it again when that one has ended"
        )


def _is_kept(detail: str) -> bool:
    """Whether the server says that removed rows had to stay ("3 dead row versions cannot be removed
    yet"), in whatever language."""
    number = re.match(r"\D*(\d+)", detail.partition("\n")[0])
    return number is not None and int(number[1]) > 0
