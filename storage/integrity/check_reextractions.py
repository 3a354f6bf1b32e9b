"""Re-extractions: what they made of an article can be taken back as they say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine, and_, exists, select

from storage.database.engine import reading
from storage.integrity.report import UNREADABLE, Damage, Note, VerifyReport, damage_of
from storage.models import Entry, ReextractionChange, Version, table_of
from storage.proof.entries import EntryKind

_CHANGES, _VERSIONS, _ENTRIES = table_of(ReextractionChange), table_of(Version), table_of(Entry)
_FILED = {"verdict", "filed_by", "duplicate_of", "url", "site", "evidence"}
"""Columns of an article that was none before; of each, ``current_version_id``."""


def check_changes(engine: Engine, _report: VerifyReport, _note: Note) -> Iterator[Damage]:
    """The versions are the article's, the chain knows of the reading, and what takes it back is
    whole."""
    read, made = _VERSIONS.alias("read"), _VERSIONS.alias("made")
    its = _CHANGES.c.article_id
    said = exists().where(
        _ENTRIES.c.article_id == its,
        _ENTRIES.c.kind == EntryKind.REEXTRACTION.value,
        _ENTRIES.c.version_digest == made.c.digest,
    )
    query = (
        select(
            _CHANGES.c.reextraction_id,
            its,
            _CHANGES.c.version_id,
            _CHANGES.c.made_version_id,
            read.c.id.label("read"),
            made.c.id.label("made"),
            said.label("is_said"),
        )
        .outerjoin(read, and_(read.c.id == _CHANGES.c.version_id, read.c.article_id == its))
        .outerjoin(made, and_(made.c.id == _CHANGES.c.made_version_id, made.c.article_id == its))
    )
    with reading(engine) as session:
        for row in session.execute(query).all():
            name = f"reextraction_change {row.reextraction_id}/{row.article_id}"
            if row.version_id != row.read or row.made_version_id != row.made:
                yield Damage(name, "its versions are none of its article's")
            elif not row.is_said:
                yield Damage(name, "no entry of the chain says that its version was made")
            else:
                here = (
                    _CHANGES.c.reextraction_id == row.reextraction_id,
                    its == row.article_id,
                )
                try:
                    undo = session.scalar(select(_CHANGES.c.undo).where(*here))
                    if undo is not None and not _takes_back(undo, row.version_id):
                        yield Damage(name, "what would take it back was changed")
                except UNREADABLE as error:
                    yield damage_of(name, error)


def _takes_back(undo: dict[str, Any], version_id: int | None) -> bool:
    """Whether it has what ``reextraction.undoing`` needs, and leads back to what was read."""
    article = undo["article"]
    files = "filed_by" in article
    wanted = {"made", "article"} | ({"fetch"} if files else set())
    if not undo["made"]:
        wanted |= {"accepted", "reason"}
    columns = {"current_version_id"} | (_FILED if files else set())
    return (
        set(undo) == wanted
        and set(article) == columns
        and article["current_version_id"] == version_id
    )
