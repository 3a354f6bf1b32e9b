"""The rows of ``edit``: what each version of an article changed, in a few words.

They are made anew whenever an article's past changes, as a version may get another one before it
(a recorded page, a text that gave way). What two versions differ in does not change: only rows
whose version is measured against another one than before are worked out.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.orm import Session

from storage.database.engine import insert_into
from storage.models import Edit, Snapshot, Version, table_of
from storage.reading.captures import bases_of
from storage.reading.edit_words import summarize
from storage.reading.edits import change_of
from storage.reading.library import load_showings
from storage.records import VersionRecord
from storage.rows import version_of

_EDITS, _VERSIONS, _SNAPSHOTS = table_of(Edit), table_of(Version), table_of(Snapshot)

_PLACED = (
    select(
        _VERSIONS.c.id,
        _VERSIONS.c.accepted,
        _VERSIONS.c.cause,
        _VERSIONS.c.extractor_version,
        _VERSIONS.c.fetched_at,
        _SNAPSHOTS.c.payload_digest,
    )
    .outerjoin(_SNAPSHOTS, _SNAPSHOTS.c.id == _VERSIONS.c.snapshot_id)
    .where(_VERSIONS.c.article_id == bindparam("article"))
    .order_by(_VERSIONS.c.id)
)
_STORED = (
    select(_EDITS)
    .join(_VERSIONS, _VERSIONS.c.id == _EDITS.c.version_id)
    .where(_VERSIONS.c.article_id == bindparam("article"))
)


class _Placed(NamedTuple):
    """A version without its text."""

    number: int
    id: int
    accepted: bool
    cause: str
    extractor_version: str
    fetched_at: datetime
    payload_digest: bytes | None


def refresh(session: Session, article_id: int) -> None:
    """Bring the rows of an article in line with its versions and the captures of them."""
    bases = _load_bases(session, article_id)
    stored = {
        row.version_id: row.base_id for row in session.execute(_STORED, {"article": article_id})
    }
    if old := [one for one, base_id in stored.items() if bases.get(one) != base_id]:
        session.execute(delete(_EDITS).where(_EDITS.c.version_id.in_(old)))
    new = {one: base_id for one, base_id in bases.items() if stored.get(one) != base_id}
    _insert(session, _rows(session, new))


def rebuild(session: Session) -> None:
    """Make all rows anew, whatever state they are in."""
    session.execute(delete(_EDITS))
    for article_id in session.scalars(_edited()).all():
        _insert(session, _rows(session, _load_bases(session, article_id)))


def differ(session: Session, article_id: int) -> bool:
    """Whether the stored rows of an article say something else than its texts."""
    stored = session.execute(_STORED, {"article": article_id})
    wanted = _rows(session, _load_bases(session, article_id))
    return sorted(map(_key, wanted)) != sorted(_key(row._asdict()) for row in stored)


def _edited() -> Any:
    """The articles with more than one version."""
    its = _VERSIONS.c.article_id
    return select(its).group_by(its).having(func.count() > 1).order_by(its)


def _load_bases(session: Session, article_id: int) -> dict[int, int]:
    """The id of what each version is measured against, by its own."""
    rows = session.execute(_PLACED, {"article": article_id})
    versions = [_Placed(number, *row) for number, row in enumerate(rows, start=1)]
    if len(versions) < 2:
        return {}
    bases = bases_of(versions, load_showings(session, article_id))
    return {one.id: bases[one.number].id for one in versions if one.number in bases}


def _rows(session: Session, bases: dict[int, int]) -> list[dict[str, Any]]:
    texts = _load_texts(session, {*bases, *bases.values()})
    rows = []
    for version_id, base_id in bases.items():
        change = change_of(texts[version_id], texts[base_id])
        kinds = dict.fromkeys(edit.kind.value for edit in change.edits)
        rows.append(
            {
                "version_id": version_id,
                "base_id": base_id,
                "kinds": [*kinds],
                "stealth": change.stealth,
                "summary": summarize(change.version.cause, change.edits),
            }
        )
    return rows


def _load_texts(session: Session, ids: Iterable[int]) -> dict[int, VersionRecord]:
    query = select(Version).where(Version.id.in_(ids))
    return {row.id: version_of(0, row, None, False) for row in session.scalars(query)}


def _insert(session: Session, rows: list[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert_into(Edit), rows)


def _key(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["version_id"], row["base_id"], row["kinds"], row["stealth"], row["summary"]
