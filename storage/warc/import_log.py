"""Files that are imported: how far each is, and what of them the archive has already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, bindparam, select, update
from sqlalchemy.orm import Session

from scraper.model.types import Response
from storage.addresses import key_of
from storage.database.engine import get_or_insert, reading, writing
from storage.models import Fetch, Intake, Page, Part, Snapshot, Version, record_from
from storage.snapshots import response_of

PART = "part"
"""What a further page of an article was filed as."""
MAX_DAMAGE = 100
"""Damaged members of a file that are noted; all are counted."""
_FOUND = get_or_insert(Intake, "key")
_KNOWN = (
    select(Fetch.outcome, Fetch.article_id)
    .join(Page, Page.id == Fetch.page_id)
    .where(Page.url_key == bindparam("key"))
    .where(Fetch.fetched_at == bindparam("at"), Fetch.payload_digest == bindparam("digest"))
    .limit(1)
)
_PART = (
    select(Version.article_id)
    .join(Part, Part.version_id == Version.id)
    .join(Snapshot, Snapshot.id == Part.snapshot_id)
    .where(Snapshot.payload_digest == bindparam("digest"))
    .where(Part.fetched_at == bindparam("at"), Part.url == bindparam("url"))
    .limit(1)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRecord:
    """A file that is or was imported."""

    id: int
    path: str
    """Under which it was imported last."""
    size: int
    started_at: datetime
    finished_at: datetime | None
    position: int
    """From where reading goes on."""
    counts: Mapping[str, int]
    damage: Sequence[tuple[int, str]]
    """(Position in the file, why); at most ``MAX_DAMAGE``."""


@dataclass(frozen=True, slots=True)
class FiledResponse:
    """What became of a recorded answer when it was filed."""

    outcome: str
    article_id: int | None


class ImportLog:
    """Every method raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, key: bytes) -> ImportRecord | None:
        """The file with this key (of its content), where it was begun before."""
        with reading(self._engine) as session:
            row = session.scalar(select(Intake).where(Intake.key == key))
            return _record(row) if row is not None else None

    def begin(self, key: bytes, path: str, size: int, now: datetime) -> ImportRecord:
        """The file with this key, noted if it is new."""
        values = {
            "key": key,
            "path": path,
            "size": size,
            "started_at": now,
            "position": 0,
            "counts": {},
            "damage": [],
        }
        with writing(self._engine) as session:
            intake_id = session.execute(_FOUND, values).scalar_one()
            session.execute(update(Intake).where(Intake.id == intake_id).values(path=path))
            return _record(session.get_one(Intake, intake_id))

    def note(
        self,
        intake_id: int,
        position: int,
        counts: Mapping[str, int],
        damage: Sequence[tuple[int, str]],
        finished_at: datetime | None = None,
    ) -> None:
        """Everything before ``position`` is filed."""
        values: dict[str, Any] = {
            "position": position,
            "counts": dict(counts),
            "damage": [list(one) for one in damage[:MAX_DAMAGE]],
            "finished_at": finished_at,
        }
        with writing(self._engine) as session:
            session.execute(update(Intake).where(Intake.id == intake_id).values(**values))

    def find_filed(self, url: str, fetched_at: datetime, digest: bytes) -> FiledResponse | None:
        """Whether this very answer (address, time, SHA-256 of its body) was filed before."""
        key = key_of(url)
        if key is None:
            return None
        with reading(self._engine) as session:
            row = session.execute(_KNOWN, {"key": key, "at": fetched_at, "digest": digest}).first()
            if row is not None:
                return FiledResponse(row.outcome, row.article_id)
            values = {"digest": digest, "at": fetched_at, "url": url}
            article_id = session.scalar(_PART, values)
            return None if article_id is None else FiledResponse(PART, article_id)

    def load_stored(
        self, digest: bytes | None, url: str | None, fetched_at: datetime | None
    ) -> Response | None:
        """A stored answer by the SHA-256 of its body, else by address and time; ``None`` where
        there is none (any more)."""
        with reading(self._engine) as session:
            snapshot = None
            if digest is not None:
                snapshot = session.scalar(select(Snapshot).where(Snapshot.payload_digest == digest))
            if snapshot is None and url is not None and fetched_at is not None:
                snapshot = _snapshot_at(session, url, fetched_at)
            if snapshot is None or snapshot.pruned_at is not None:
                return None
            return response_of(session, snapshot, snapshot.url, snapshot.fetched_at)


def _snapshot_at(session: Session, url: str, fetched_at: datetime) -> Snapshot | None:
    return session.scalar(
        select(Snapshot)
        .join(Fetch, Fetch.snapshot_id == Snapshot.id)
        .join(Page, Page.id == Fetch.page_id)
        .where(Page.url_key == key_of(url), Fetch.fetched_at == fetched_at)
        .limit(1)
    )


def _record(row: Intake) -> ImportRecord:
    return record_from(
        ImportRecord,
        row,
        counts={str(name): int(count) for name, count in (row.counts or {}).items()},
        damage=tuple((int(at), str(reason)) for at, reason in (row.damage or [])),
    )
