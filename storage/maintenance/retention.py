"""What goes on purpose: stored pages past their time (``prune``), articles that the law says must
go (``forget``, which has its own module). Nothing goes by itself.

Both leave an entry in the chain for everything that went, and seal it at their end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, exists, func, select, update
from sqlalchemy.orm import Session

from storage.database.engine import reading, writing
from storage.maintenance.forgetting import Removal, Traces, finish, forget, is_unfinished
from storage.models import Snapshot, table_of
from storage.proof import entries
from storage.proof.digests import snapshot_digest
from storage.proof.entries import EntryKind
from storage.snapshots import free_reference

__all__ = [
    "Pruning",
    "Removal",
    "Traces",
    "finish",
    "forget",
    "is_unfinished",
    "prune",
    "survey",
]

BATCH = 200
"""Stored pages that are pruned in one transaction."""

_SNAPSHOTS = table_of(Snapshot)


@dataclass(frozen=True, slots=True)
class Pruning:
    """What a pruning did, or would do."""

    snapshots: int = 0
    size: int = 0
    """Stored bytes that are free now."""
    needed: int = 0
    """Pages past their time that stay, since younger ones are compressed with them."""


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
        EntryKind.PRUNING,
        now,
        url=row.url,
        fetched_at=row.fetched_at,
        payload_digest=row.payload_digest,
    )
