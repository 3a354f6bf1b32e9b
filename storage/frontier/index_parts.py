"""The sitemaps of an index, as the health of their source is judged by them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from scraper.model.health import PartSeen
from storage.models import Source

PARTS = 24
"""Sitemaps of an index that count: those polled last."""
TOLD = 24
"""Of those that are not read so many are told of, the disabled ones first."""
FAILED = 3
"""Failed polls in a row after which a sitemap is one that is not read."""

_COLUMNS = (
    Source.id, Source.parent_id, Source.name, Source.url, Source.added_at, Source.due_at,
    Source.last_polled_at, Source.last_success_at, Source.last_error, Source.failures,
    Source.disabled_at, Source.disabled_reason,
)  # fmt: skip


@dataclass(slots=True)
class PartsOfIndex:
    polled: list[int] = field(default_factory=list)
    """By id, those polled last."""
    off: list[PartSeen] = field(default_factory=list)
    """Some of those that are not read."""
    number_off: int = 0
    number_read: int = 0
    has_unread: bool = False
    """Some wait for a backfill."""


def load_parts(session: Session, source_ids: Collection[int] | None) -> dict[int, PartsOfIndex]:
    """By the source that the index is, of all sources or of these."""
    query = (
        select(*_COLUMNS)
        .where(Source.parent_id.is_not(None))
        .order_by(Source.disabled_at.is_(None), Source.last_polled_at.desc(), Source.id)
    )
    if source_ids is not None:
        query = query.where(Source.parent_id.in_(source_ids))
    found: dict[int, PartsOfIndex] = {}
    for row in session.execute(query):
        parts = found.setdefault(row.parent_id or 0, PartsOfIndex())
        was_polled = row.last_polled_at is not None
        if was_polled and len(parts.polled) < PARTS:
            parts.polled.append(row.id)
        if row.disabled_at is not None or row.failures >= FAILED:
            parts.number_off += 1
            if len(parts.off) < TOLD:
                parts.off.append(_part_line(row))
        elif was_polled:
            parts.number_read += 1
        else:
            parts.has_unread = parts.has_unread or row.due_at is None
    return found


def is_by_hand(source: Any) -> bool:
    """Whether a person disabled a source (a row of one): a poll that does so is stored in the same
    moment."""
    return source.disabled_at is not None and source.disabled_at != source.last_polled_at


def _part_line(row: Any) -> PartSeen:
    reason = row.disabled_reason or "no reason was noted"
    return PartSeen(
        name=row.name,
        url=row.url,
        since=row.disabled_at or row.last_success_at or row.added_at,
        disabled_reason=None if row.disabled_at is None else reason,
        is_by_hand=is_by_hand(row),
        error=row.last_error,
    )
