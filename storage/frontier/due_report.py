"""What a run would do now, and what waits because its host is left alone.

Every function raises ``StorageError``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, and_, case, func, literal, or_, select

from storage.database.engine import reading
from storage.frontier.due import (
    SourceIds,
    backfilled_now,
    fetched_now,
    in_family,
    listed_by,
    polled_now,
    scalar,
)
from storage.models import Host, Page, Source
from storage.records import DueRecord

LISTED = 10_000
"""Of each kind, so many are listed."""


@dataclass(frozen=True, slots=True)
class HeldRecord:
    """A host that is left alone, and what would be done there now otherwise."""

    host: str
    until: datetime
    is_paused: bool
    """It refused us for a time. Else it could not be reached, and its pages wait."""
    sources: int
    pages: int


def list_due(
    engine: Engine, now: datetime, source_ids: SourceIds = None, backfill: datetime | None = None
) -> list[DueRecord]:
    """What a run would do now, host by host: the sources it would poll (those in ``source_ids`` due
    or not), then the pages. Nothing of a host that is left alone."""
    sources = select(literal("source"), Source.url, Source.due_at, Source.host)
    pages = select(literal("page"), Page.url, Page.due_at, Page.host)
    newest = Page.news_at.desc()
    queries = [
        sources.where(*polled_now(now, source_ids)).order_by(Source.host, Source.due_at, Source.id),
        pages.where(*fetched_now(now, source_ids)).order_by(
            Page.host, Page.last_checked_at.is_not(None), newest, Page.id
        ),
    ]
    if backfill is not None:
        old = select(literal("old page"), Page.url, Page.due_at, Page.host)
        old = old.where(*backfilled_now(backfill, source_ids, now))
        queries.append(old.order_by(Page.host, newest, Page.id))
    with reading(engine) as session:
        return [DueRecord(*row) for one in queries for row in session.execute(one.limit(LISTED))]


def next_due(engine: Engine, now: datetime, source_ids: SourceIds = None) -> datetime | None:
    """When the first page or source is due that is not yet; ``None``: none will be."""
    # Host by host, along the index of what is due: not over all pages.
    pages = select(func.min(Page.due_at)).where(Page.host == Host.host)
    later = [Page.lease_run_id.is_(None), Page.due_at > now, *listed_by(source_ids)]
    page = select(func.min(scalar(pages, later))).select_from(Host)
    source = select(func.min(Source.due_at)).where(Source.due_at > now, *in_family(source_ids))
    with reading(engine) as session:
        times = [session.scalar(page), session.scalar(source)]
    return min((time for time in times if time is not None), default=None)


def count_fetched(engine: Engine, now: datetime, source_ids: SourceIds = None) -> int:
    """Pages that a run would ask for."""
    query = select(func.count()).select_from(Page).where(*fetched_now(now, source_ids))
    with reading(engine) as session:
        return session.scalar(query) or 0


def list_held(engine: Engine, now: datetime, source_ids: SourceIds = None) -> list[HeldRecord]:
    """The hosts that are left alone and have something that waits for that, the first to be over
    first. What was put off until then waits as well."""
    is_paused = Host.paused_until > now
    until = case((is_paused, Host.paused_until), else_=Host.postponed_until)
    sources = select(func.count()).select_from(Source).where(Source.host == Host.host)
    pages = select(func.count()).select_from(Page).where(Page.host == Host.host)
    # Who names sources asks for them whether they are due or not.
    wanted = Source.due_at <= now if source_ids is None else Source.due_at.is_not(None)
    waiting = (
        Source.lease_run_id.is_(None),
        Source.disabled_at.is_(None),
        or_(and_(is_paused, wanted), Source.due_at == until),
    )
    due = Page.lease_run_id.is_(None), or_(Page.due_at <= now, Page.due_at == until)
    query = (
        select(
            Host.host,
            until,
            is_paused,
            scalar(sources, [*waiting, *in_family(source_ids)]),
            scalar(pages, [*due, *listed_by(source_ids)]),
        )
        .where(or_(is_paused, Host.postponed_until > now))
        .order_by(until, Host.host)
    )
    with reading(engine) as session:
        found = [
            HeldRecord(host, moment, bool(paused), in_sources, in_pages)
            for host, moment, paused, in_sources, in_pages in session.execute(query)
        ]
    return [one for one in found if one.sources or one.pages]
