"""The entries of the proof, and sealing them into the chain.

Whoever stores something records an entry in the same transaction; it is sealed later, in a batch
under one lock (at the end of a run, before ``verify``), so that writers never queue for the chain.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine, bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from storage.database.engine import name_of, writing
from storage.database.failures import readable
from storage.models import Article, Entry, Part, Seal, Snapshot, Version, table_of
from storage.proof.digests import (
    ARTICLE_COLUMNS,
    CHAIN_START,
    PART_COLUMNS,
    STATE_COLUMNS,
    article_digest,
    chain,
    entry_digest,
)

BATCH = 10_000
"""Entries sealed in one transaction."""


class EntryKind(StrEnum):
    """What was done."""

    CAPTURE = "capture"
    """A page was fetched, and an article's version read from it or found in it again."""
    REJECTION = "rejection"
    """A page was fetched that is no article, or no whole one."""
    IMAGE = "image"
    """An article's lead image was fetched."""
    REEXTRACTION = "reextraction"
    """A stored page was read with other rules."""
    PRUNING = "pruning"
    """A stored page was thrown away; its digests stay."""
    REMOVAL = "removal"
    """An article was removed for good, with all that belongs to it."""
    JOINING = "joining"
    """Two articles turned out to be one: versions that both had are there once."""
    SEPARATION = "separation"
    """Versions that another address had brought went to the article there."""


_ENTRIES, _SEALS = table_of(Entry), table_of(Seal)
_ARTICLES, _VERSIONS = table_of(Article), table_of(Version)
_PARTS, _SNAPSHOTS = table_of(Part), table_of(Snapshot)
_INSERT = insert(_ENTRIES).returning(_ENTRIES.c.id)
_CARD = select(
    *(_ARTICLES.c[name] for name in ARTICLE_COLUMNS), _ARTICLES.c.directives, _ARTICLES.c.digest
).where(_ARTICLES.c.id == bindparam("article"))
_STATES = (  # with their further pages, a row each
    select(
        *(_VERSIONS.c[name] for name in STATE_COLUMNS),
        *(_PARTS.c[name] for name in PART_COLUMNS[:-1]),
        _PARTS.c.answer,
        _SNAPSHOTS.c.payload_digest,
    )
    .outerjoin(_PARTS, _PARTS.c.version_id == _VERSIONS.c.id)
    .outerjoin(_SNAPSHOTS, _SNAPSHOTS.c.id == _PARTS.c.snapshot_id)
    .where(_VERSIONS.c.article_id == bindparam("article"))
    .order_by(_VERSIONS.c.id, _PARTS.c.number)
)
_SIGN = (
    update(_ARTICLES)
    .where(_ARTICLES.c.id == bindparam("article"))
    .values(digest=bindparam("signed"))
)
_PLACE = (
    update(_ENTRIES).where(_ENTRIES.c.id == bindparam("entry")).values(position=bindparam("place"))
)


def record(
    session: Session,
    kind: EntryKind,
    now: datetime,
    *,
    article_id: int | None = None,
    url: str | None = None,
    fetched_at: datetime | None = None,
    payload_digest: bytes | None = None,
    version_digest: bytes | None = None,
    detail: dict[str, Any] | None = None,
) -> int:
    """Record what is being done in this transaction. Returns the entry's id."""
    values: dict[str, Any] = {
        "kind": kind.value,
        "recorded_at": now,
        "article_id": article_id,
        "url": url,
        "fetched_at": fetched_at,
        "payload_digest": payload_digest,
        "version_digest": version_digest,
        "detail": detail,
        "redacted": False,
    }
    values["digest"] = entry_digest(values)
    entry_id: int = session.execute(_INSERT, values).scalar_one()
    return entry_id


def sign(session: Session, article_id: int) -> None:
    """Take an article's digest anew: last of all that changes it in a transaction."""
    row = session.execute(_CARD, {"article": article_id}).one()._asdict()
    digest = compute_article_digest(session, article_id, row)
    if digest != row["digest"]:
        session.execute(_SIGN, {"article": article_id, "signed": digest})


def compute_article_digest(session: Session, article_id: int, row: Any) -> bytes:
    states = [one._asdict() for one in session.execute(_STATES, {"article": article_id})]
    versions = {state["id"]: state for state in states}
    parts = (state for state in states if state["number"] is not None)
    return article_digest(row, versions.values(), parts)


def seal(engine: Engine, now: datetime) -> int:
    """Put every entry that is not in the chain yet into it. Returns how many there were.

    Raises ``StorageError``; what was sealed before stays.
    """
    total = 0
    while True:
        with writing(engine) as session, readable(name_of(engine)):
            count = _seal_batch(session, now)
        total += count
        if count < BATCH:
            return total


def _seal_batch(session: Session, now: datetime) -> int:
    state, position = load_head(session)
    unsealed = (
        select(_ENTRIES.c.id, _ENTRIES.c.digest)
        .where(_ENTRIES.c.position.is_(None))
        .order_by(_ENTRIES.c.id)
        .limit(BATCH)
    )
    rows = session.execute(unsealed).all()
    if not rows:
        return 0
    places = [
        {"entry": row.id, "place": place} for place, row in enumerate(rows, start=position + 1)
    ]
    session.execute(_PLACE, places)
    digest = chain(state, (row.digest for row in rows))
    values = {"sealed_at": now, "position": position + len(rows), "digest": digest}
    session.execute(insert(_SEALS), values)
    return len(rows)


def load_head(session: Session) -> tuple[bytes, int]:
    """The chain's state after the last sealed entry, and that entry's place; 0 with none."""
    row = session.execute(
        select(_SEALS.c.digest, _SEALS.c.position).order_by(_SEALS.c.position.desc()).limit(1)
    ).first()
    return (row.digest, row.position) if row else (CHAIN_START, 0)


def count_unsealed(session: Session) -> int:
    query = select(func.count()).select_from(_ENTRIES).where(_ENTRIES.c.position.is_(None))
    return int(session.scalar(query) or 0)
