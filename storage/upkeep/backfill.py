"""What an upgrade cannot do in SQL: digests, entries, index and fingerprints of what was filed
before there were any.

Run by ``schema.upgrade`` in the migration's own transaction. It does what is missing, and nothing
else.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.orm import Session

from scraper.types import Verdict
from storage import stories
from storage.models import Article, Document, Snapshot, Version, table_of
from storage.proof import entries
from storage.proof.digests import snapshot_digest, version_digest
from storage.search import index

_SNAPSHOTS, _ARTICLES, _VERSIONS = table_of(Snapshot), table_of(Article), table_of(Version)
_DOCUMENTS = table_of(Document)


def complete(connection: Connection, now: datetime) -> None:
    """Digests of every row, an entry for every version, every article found and linked."""
    with Session(connection, join_transaction_mode="conditional_savepoint") as session:
        _digest_snapshots(session)
        _digest_versions(session, now)
        unsigned = select(_ARTICLES.c.id).where(_ARTICLES.c.digest.is_(None))
        for article_id in session.scalars(unsigned.order_by(_ARTICLES.c.id)).all():
            _link(session, article_id)
            entries.sign(session, article_id)
        session.flush()
        if session.execute(select(_DOCUMENTS.c.id).limit(1)).first() is None:
            index.rebuild(session)


def _digest_snapshots(session: Session) -> None:
    missing = select(_SNAPSHOTS.c.id).where(_SNAPSHOTS.c.digest.is_(None))
    for snapshot_id in session.scalars(missing).all():
        row = session.execute(select(_SNAPSHOTS).where(_SNAPSHOTS.c.id == snapshot_id)).one()
        digest = snapshot_digest(row._asdict(), row.body, None)
        session.execute(
            update(_SNAPSHOTS).where(_SNAPSHOTS.c.id == snapshot_id).values(digest=digest)
        )


def _digest_versions(session: Session, now: datetime) -> None:
    missing = select(_VERSIONS.c.id).where(_VERSIONS.c.digest.is_(None)).order_by(_VERSIONS.c.id)
    for version_id in session.scalars(missing).all():
        row: Any = session.execute(
            select(_VERSIONS, _SNAPSHOTS.c.payload_digest)
            .outerjoin(_SNAPSHOTS, _SNAPSHOTS.c.id == _VERSIONS.c.snapshot_id)
            .where(_VERSIONS.c.id == version_id)
        ).one()
        digest = version_digest(row._asdict(), row.payload_digest)
        session.execute(update(_VERSIONS).where(_VERSIONS.c.id == version_id).values(digest=digest))
        entries.record(
            session,
            entries.Kind.ADOPTION,
            now,
            article_id=row.article_id,
            url=row.url,
            fetched_at=row.fetched_at,
            payload_digest=row.payload_digest,
            version_digest=digest,
        )


def _link(session: Session, article_id: int) -> None:
    row = session.execute(
        select(_ARTICLES.c.verdict, _ARTICLES.c.duplicate_of, _VERSIONS.c.body)
        .outerjoin(_VERSIONS, _VERSIONS.c.id == _ARTICLES.c.current_version_id)
        .where(_ARTICLES.c.id == article_id)
    ).one()
    if row.verdict != Verdict.ARTICLE or row.body is None:
        return
    stories.follow(session, article_id, None, row.body)
    if row.duplicate_of is not None:
        stories.join(session, [article_id, row.duplicate_of])
