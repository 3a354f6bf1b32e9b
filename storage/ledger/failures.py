"""Pages that failed or were rejected when they were last tried, and when they are tried again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, func, or_, select

from storage.database.engine import reading
from storage.frontier.due import listed_by
from storage.models import Fetch, Page, PageSource
from storage.rows import lister


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedPage:
    """A page that has no article yet, or whose article could not be looked at again."""

    url: str
    source: str | None
    """The name of the first source that lists it; ``None`` where only a person asked for it."""
    reason: str
    """A short code: ``http_404``, ``timeout``, ``robots``, ``consent_wall``, …"""
    detail: str
    """What there is to say beside the code; may be empty."""
    attempts: int
    """In a row, the last one included."""
    last_attempt_at: datetime
    next_attempt_at: datetime | None
    """``None``: not by itself. A time in the past: at the next crawl."""


def list_failed(
    engine: Engine,
    limit: int,
    *,
    source_ids: Collection[int] | None = None,
    reason: str | None = None,
) -> list[FailedPage]:
    """The last tried first; ``limit`` 0: all. ``reason``: only those of this code. Raises
    ``StorageError``."""
    latest = select(func.max(Fetch.id)).where(Fetch.page_id == Page.id).correlate(Page)
    query = (
        select(Page, Fetch.reason, Fetch.fetched_at, lister(PageSource.page_id == Page.id))
        .join(Fetch, Fetch.id == latest.scalar_subquery())
        .where(Page.failures > 0, Page.forgotten_at.is_(None), *listed_by(source_ids))
        .order_by(Fetch.id.desc())
        .limit(limit or None)
    )
    if reason is not None:
        query = query.where(or_(Fetch.reason == reason, Fetch.reason.startswith(f"{reason}:")))
    with reading(engine) as session:
        found = []
        for page, why, fetched_at, source in session.execute(query):
            code, _, detail = (why or "").partition(":")
            found.append(
                FailedPage(
                    url=page.url,
                    source=source,
                    reason=code,
                    detail=detail.strip(),
                    attempts=page.failures,
                    last_attempt_at=page.last_checked_at or fetched_at,
                    next_attempt_at=page.due_at,
                )
            )
        return found
