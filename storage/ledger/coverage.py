"""The coverage ledger, read: what sources listed, and what became of it, by day and by poll."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, case, func, literal, or_, select
from sqlalchemy.orm import aliased

from scraper.model.types import Outcome, Verdict
from storage.database.engine import reading
from storage.frontier.due import polled_now
from storage.frontier.pages import chunks
from storage.models import Article, Fetch, Page, PageSource, Poll, Source, record_from

STATES = ("filed", "rejected", "failed", "waiting", "backlog")
"""What becomes of a listed page: it is filed as an article; fetched, and no article; not got; due
but not tried yet; or noted for a backfill."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What one source listed for the first time on one day (UTC)."""

    source_id: int
    source: str
    day: date
    listed: int = 0
    filed: int = 0
    rejected: int = 0
    failed: int = 0
    waiting: int = 0
    backlog: int = 0
    polls: int = 0
    failed_polls: int = 0
    gaps: int = 0
    """Polls that shared no item with the one before."""
    open_gaps: int = 0
    """Of these, those that no sitemap could be read for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollRecord:
    """One poll, and what became of the pages that it was the first to list."""

    id: int
    source_id: int
    source: str
    polled_at: datetime
    outcome: str
    listed: int
    new: int
    filed: int
    rejected: int
    failed: int
    waiting: int
    gap_since: datetime | None = None
    gap_filled: int | None = None
    error: str | None = None
    is_part: bool = False
    """Of a sitemap of the index that the source is."""
    left_out: int = 0
    """Listed, but not stored, as too many wait already; the next poll meets them again."""


class Ledger:
    """Every method raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def coverage(
        self, since: datetime, source_ids: Collection[int] | None = None
    ) -> list[Coverage]:
        """By source and day, the newest day first. A page counts once for each source that lists
        it; sitemaps of an index count for the index."""
        days: dict[tuple[int, date], dict[str, int]] = {}
        with reading(self._engine) as session:
            rows = session.execute(select(Source.id, Source.name))
            names = {source_id: name for source_id, name in rows}  # noqa: C416 - rows are no pairs
            for root, day, state, count in session.execute(_pages_by_day(since, source_ids)):
                entry = days.setdefault((root, _day(day)), {})
                entry[state] = count
                entry["listed"] = entry.get("listed", 0) + count
            for root, day, *counts in session.execute(_polls_by_day(since, source_ids)):
                entry = days.setdefault((root, _day(day)), {})
                keys = ("polls", "failed_polls", "gaps", "open_gaps")
                entry.update(zip(keys, map(int, counts), strict=True))
        found = [
            Coverage(source_id=root, source=names[root], day=day, **one)
            for (root, day), one in days.items()
        ]
        return sorted(found, key=lambda one: (-one.day.toordinal(), one.source_id))

    def polls(self, source_id: int, limit: int = 100) -> list[PollRecord]:
        """The last polls of a source and its parts, the newest first."""
        state = _state()
        counts = [
            func.coalesce(func.sum(case((state == name, 1), else_=0)), 0)
            for name in ("filed", "rejected", "failed", "waiting")
        ]
        query = (
            select(Poll, Source.name, Source.parent_id, *counts)
            .join(Source, Source.id == Poll.source_id)
            .outerjoin(Page, Page.poll_id == Poll.id)
            .outerjoin(Article, Article.id == Page.article_id)
            .where(or_(Source.id == source_id, Source.parent_id == source_id))
            .group_by(Poll.id, Source.name, Source.parent_id)
            .order_by(Poll.id.desc())
            .limit(limit)
        )
        with reading(self._engine) as session:
            return [
                record_from(
                    PollRecord,
                    poll,
                    source=name,
                    filed=int(filed),
                    rejected=int(rejected),
                    failed=int(failed),
                    waiting=int(waiting),
                    is_part=parent is not None,
                )
                for poll, name, parent, filed, rejected, failed, waiting in session.execute(query)
            ]

    def count_parts(self, source_ids: Collection[int]) -> int:
        """How many of these are sitemaps of an index."""
        query = select(func.count()).where(Source.parent_id.is_not(None))
        with reading(self._engine) as session:
            found = (
                session.scalar(query.where(Source.id.in_(chunk)))
                for chunk in chunks(list(source_ids))
            )
            return sum(filter(None, found))

    def count_due_parts(self, now: datetime, source_ids: Collection[int] | None = None) -> int:
        """How many sitemaps of an index a run would poll now, as in ``due_report``."""
        query = select(func.count()).where(Source.parent_id.is_not(None))
        with reading(self._engine) as session:
            return session.scalar(query.where(*polled_now(now, source_ids))) or 0


def _root() -> ColumnElement[int]:
    return func.coalesce(Source.parent_id, Source.id)


def _pages_by_day(since: datetime, source_ids: Collection[int] | None) -> Select[Any]:
    """Root, day, state and number of pages."""
    listed = (
        select(
            _root().label("root"),
            func.date(Page.first_seen_at).label("day"),
            Page.id.label("page"),
            _state().label("state"),
        )
        .join(PageSource, PageSource.page_id == Page.id)
        .join(Source, Source.id == PageSource.source_id)
        .outerjoin(Article, Article.id == Page.article_id)
        .where(Page.first_seen_at >= since, *_among(source_ids))
        .distinct()
        .subquery()
    )
    return select(listed.c.root, listed.c.day, listed.c.state, func.count()).group_by(
        listed.c.root, listed.c.day, listed.c.state
    )


def _polls_by_day(since: datetime, source_ids: Collection[int] | None) -> Select[Any]:
    def number(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((condition, 1), else_=0))

    gap = Poll.gap_since.is_not(None)
    return (
        select(
            _root(),
            func.date(Poll.polled_at),
            func.count(),
            number(Poll.outcome == "failed"),
            number(gap),
            number(gap & Poll.gap_filled.is_(None)),
        )
        .join(Source, Source.id == Poll.source_id)
        .where(Poll.polled_at >= since, *_among(source_ids))
        .group_by(_root(), func.date(Poll.polled_at))
    )


def _among(source_ids: Collection[int] | None) -> list[ColumnElement[bool]]:
    return [] if source_ids is None else [_root().in_(source_ids)]


def _state() -> ColumnElement[str]:
    """One of ``STATES`` for each page, beside its article."""
    last = aliased(Fetch)
    rejected = (
        select(last.outcome)
        .where(last.page_id == Page.id)
        .order_by(last.id.desc())
        .limit(1)
        .correlate(Page)
        .scalar_subquery()
    )
    return case(
        (Page.id.is_(None), literal("none")),
        (Article.verdict == Verdict.ARTICLE, literal("filed")),
        (Page.last_checked_at.is_(None) & Page.backlog.is_(True), literal("backlog")),
        (Page.last_checked_at.is_(None), literal("waiting")),
        (Article.id.is_not(None), literal("rejected")),
        (rejected == Outcome.REJECTED, literal("rejected")),
        else_=literal("failed"),
    )


def _day(value: Any) -> date:
    """SQLite gives text, PostgreSQL a date."""
    return value if isinstance(value, date) else date.fromisoformat(value)
