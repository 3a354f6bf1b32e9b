"""What is due: the conditions by which pages and sources are found, for the frontier's queries."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from storage.models import Host, Page, PageSource, Source

SourceIds = Collection[int] | None
"""Only what these sources and their parts listed; ``None``: everything."""


def is_over(until: Any, now: datetime) -> ColumnElement[bool]:
    return or_(until.is_(None), until <= now)


def due_pages(now: datetime, source_ids: SourceIds) -> list[ColumnElement[bool]]:
    return [Page.lease_run_id.is_(None), Page.due_at <= now, *listed_by(source_ids)]


def old_pages(since: datetime, source_ids: SourceIds) -> list[ColumnElement[bool]]:
    return [
        Page.backlog.is_(True),
        Page.lease_run_id.is_(None),
        Page.news_at >= since,
        *listed_by(source_ids),
    ]


def listed_by(source_ids: SourceIds) -> list[ColumnElement[bool]]:
    if source_ids is None:
        return []
    listed = select(PageSource.page_id).where(
        PageSource.page_id == Page.id, PageSource.source_id.in_(family(source_ids))
    )
    return [listed.correlate(Page).exists()]


def due_sources(now: datetime, source_ids: SourceIds) -> list[ColumnElement[bool]]:
    return [Source.lease_run_id.is_(None), Source.due_at <= now, *in_family(source_ids)]


def polled_now(now: datetime, source_ids: SourceIds) -> list[ColumnElement[bool]]:
    """Sources that a run would poll: what is due, or what a person named, due or not."""
    if source_ids is None:
        wanted = due_sources(now, None)
    else:
        parts = Source.parent_id.in_(source_ids) & Source.due_at.is_not(None)
        wanted = [
            Source.lease_run_id.is_(None),
            Source.disabled_at.is_(None),
            or_(Source.id.in_(source_ids), parts),
        ]
    return [*wanted, on_hosts(Source.host, is_over(Host.paused_until, now))]


def fetched_now(now: datetime, source_ids: SourceIds) -> list[ColumnElement[bool]]:
    """Due pages of the hosts that may be asked."""
    return [*due_pages(now, source_ids), _is_open(Page.host, now)]


def backfilled_now(since: datetime, source_ids: SourceIds, now: datetime) -> list[Any]:
    """The same of the backlog."""
    return [*old_pages(since, source_ids), _is_open(Page.host, now)]


def _is_open(host: Any, now: datetime) -> ColumnElement[bool]:
    return on_hosts(host, is_over(Host.paused_until, now), is_over(Host.postponed_until, now))


def on_hosts(host: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether it is one of the hosts of which these hold."""
    found: ColumnElement[bool] = host.in_(select(Host.host).where(*conditions))
    return found


def unread_parts(since: datetime, source_ids: SourceIds) -> list[ColumnElement[bool]]:
    """Sitemaps that only a backfill reads."""
    return [
        Source.parent_id.is_not(None),
        Source.due_at.is_(None),
        Source.last_polled_at.is_(None),
        Source.disabled_at.is_(None),
        Source.lease_run_id.is_(None),
        or_(Source.stated_at.is_(None), Source.stated_at >= since),
        *in_family(source_ids),
    ]


def in_family(source_ids: SourceIds) -> list[ColumnElement[bool]]:
    if source_ids is None:
        return []
    return [or_(Source.id.in_(source_ids), Source.parent_id.in_(source_ids))]


def family(source_ids: Collection[int]) -> Any:
    """These sources and their parts."""
    return select(Source.id).where(or_(Source.id.in_(source_ids), Source.parent_id.in_(source_ids)))


def scalar(query: Any, conditions: list[ColumnElement[bool]]) -> Any:
    return query.where(*conditions).correlate(Host).scalar_subquery()
