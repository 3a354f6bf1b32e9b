"""Lead images of articles: which are to be asked for, and what became of them.

An image's bytes are a snapshot, as those of a page are: stored once by their SHA-256, checked,
pruned and removed like one. A row of ``image`` leads from an article, and the address that a
version of it names, to them; and an entry of the chain proves it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from scraper.model.types import ImageCapture
from storage.database.engine import insert_into
from storage.models import Article, Entry, Image, Snapshot, Version, table_of
from storage.proof import entries
from storage.proof.entries import EntryKind
from storage.snapshots import drop_unused, payload_digest, save_snapshot
from storage.text.fingerprint import scrub

MAX_TRIES = 3
"""Of one image of an article; each at another visit to the article."""
MAX_URL = 2_000
"""Bytes of an image's address: it is a key, and PostgreSQL takes no much longer one."""
SHARED_FOR = timedelta(days=1)
"""How long what one article's image address gave holds for others: many papers name one picture,
as their logo, in all articles that have none."""
_IMAGES, _SNAPSHOTS, _ENTRIES = table_of(Image), table_of(Snapshot), table_of(Entry)
_ARTICLES, _VERSIONS = table_of(Article), table_of(Version)
_WANTED = (
    select(_VERSIONS.c.image_url)
    .join(_ARTICLES, _ARTICLES.c.current_version_id == _VERSIONS.c.id)
    .outerjoin(
        _IMAGES,
        (_IMAGES.c.article_id == _ARTICLES.c.id) & (_IMAGES.c.url == _VERSIONS.c.image_url),
    )
    .where(_ARTICLES.c.id == bindparam("article"), _VERSIONS.c.image_url.is_not(None))
    .where(
        _IMAGES.c.url.is_(None) | (_IMAGES.c.snapshot_id.is_(None) & (_IMAGES.c.tries < MAX_TRIES))
    )
)
_KNOWN = (
    select(
        _IMAGES.c.snapshot_id,
        _IMAGES.c.fetched_at,
        _IMAGES.c.answer,
        _SNAPSHOTS.c.payload_digest,
    )
    .join(_SNAPSHOTS, _SNAPSHOTS.c.id == _IMAGES.c.snapshot_id)
    .where(_IMAGES.c.url == bindparam("url"), _SNAPSHOTS.c.pruned_at.is_(None))
    .where(_IMAGES.c.fetched_at > bindparam("since", type_=_IMAGES.c.fetched_at.type))
    .order_by(_IMAGES.c.fetched_at.desc())
    .limit(1)
)


def find_wanted(session: Session, article_id: int) -> str | None:
    """The image address of an article's current version, if there is one that was not asked for,
    or that failed and may be tried again."""
    url: str | None = session.scalar(_WANTED, {"article": article_id})
    return url if url and len(url.encode()) <= MAX_URL else None


def share(session: Session, article_id: int, url: str, now: datetime) -> bool:
    """Give the article what its image's address gave to another one lately; whether it did."""
    row = session.execute(_KNOWN, {"url": url, "since": now - SHARED_FOR}).first()
    if row is None:
        return False
    values = {
        "snapshot_id": row.snapshot_id,
        "fetched_at": row.fetched_at,
        "answer": row.answer,
        "problem": None,
    }
    _note(session, article_id, url, values, row.payload_digest, now)
    return True


def save(session: Session, capture: ImageCapture, now: datetime) -> int:
    """The image, or why there is none; how many bytes that took: none where the article is gone."""
    if session.get(Article, capture.article_id) is None:
        return 0
    values: dict[str, Any] = {
        "snapshot_id": None,
        "fetched_at": capture.attempted_at,
        "answer": None,
        "problem": capture.problem,
    }
    if capture.response is None:
        _note(session, capture.article_id, capture.url, values, None, now)
        return 0
    digest = payload_digest(capture.response.body)
    saved = save_snapshot(session, capture.response, digest)
    values |= {"snapshot_id": saved.id, "answer": saved.answer}
    if not _note(session, capture.article_id, capture.url, values, digest, now):
        drop_unused(session, [saved.id])
    return saved.size


def _note(
    session: Session,
    article_id: int,
    url: str,
    values: dict[str, Any],
    digest: bytes | None,
    now: datetime,
) -> bool:
    """``False`` where another process has stored the image meanwhile: that one stays."""
    made = insert_into(Image).values(article_id=article_id, url=url, tries=1, **values)
    again = {**values, "tries": _IMAGES.c.tries + 1}
    noted = made.on_conflict_do_update(
        index_elements=[_IMAGES.c.article_id, _IMAGES.c.url],
        set_=again,
        where=_IMAGES.c.snapshot_id.is_(None),
    ).returning(_IMAGES.c.tries)
    if session.execute(noted).first() is None:
        return False
    if digest is not None:
        entries.record(
            session,
            EntryKind.IMAGE,
            now,
            article_id=article_id,
            url=scrub(url),
            fetched_at=values["fetched_at"],
            payload_digest=digest,
        )
    return True


def hand_over(session: Session, former_id: int, article_id: int) -> None:
    """The images that versions of an article name, and that it lacks, go over to it from the
    article whose versions these were, with their entries."""
    named = select(_VERSIONS.c.image_url).where(
        _VERSIONS.c.article_id == article_id, _VERSIONS.c.image_url.is_not(None)
    )
    has = select(_IMAGES.c.url).where(_IMAGES.c.article_id == article_id)
    theirs = select(_IMAGES.c.url).where(
        _IMAGES.c.article_id == former_id, _IMAGES.c.url.in_(named), _IMAGES.c.url.not_in(has)
    )
    urls = session.scalars(theirs).all()
    for table in (_IMAGES, _ENTRIES):
        its = (table.c.article_id == former_id) & table.c.url.in_(urls)
        if table is _ENTRIES:
            its &= _ENTRIES.c.kind == EntryKind.IMAGE.value
        session.execute(update(table).where(its).values(article_id=article_id))


def drop(session: Session, article_id: int) -> Collection[int]:
    """Delete an article's images; the ids of the snapshots that they led to."""
    gone = delete(_IMAGES).where(_IMAGES.c.article_id == article_id)
    ids = session.scalars(gone.returning(_IMAGES.c.snapshot_id)).all()
    return sorted({one for one in ids if one is not None})
