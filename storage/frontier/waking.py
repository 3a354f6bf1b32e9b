"""Pages that failed or were rejected, due again before their time."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from scraper.model.types import Outcome
from storage.frontier.due import SourceIds, in_family, listed_by
from storage.frontier.pages import chunks
from storage.models import Fetch, Host, Page, PageSource, Source

YOUNG = timedelta(days=30)
"""How long ago a rejected page was tried at most, to be asked again after the rules changed."""


def wake_rejected(session: Session, extractor_of: Callable[[str], str], now: datetime) -> int:
    """Make the rejected pages due of each host that another extractor, or another rule, reads now;
    how many. ``extractor_of``: a host → the extractor that reads its pages today."""
    changed: dict[str, list[str]] = {}
    woken = 0
    for host, extractor in session.execute(select(Host.host, Host.extractor)).all():
        today = extractor_of(host)
        if extractor != today:
            changed.setdefault(today, []).append(host)
            if extractor is not None:
                rejected = _last(host, Fetch.outcome == Outcome.REJECTED.value)
                young = Page.last_checked_at >= now - YOUNG
                woken += _make_due(session, [*rejected, young], None, now)
    for today, hosts in changed.items():
        for chunk in chunks(hosts):
            session.execute(update(Host).where(Host.host.in_(chunk)).values(extractor=today))
    return woken


def wake_forbidden(session: Session, host: str, now: datetime) -> int:
    """Make the pages of a host due that its robots.txt forbade, or that waited for it; how many.
    It has changed."""
    return _make_due(session, _last(host, Fetch.reason.startswith("robots")), None, now)


def retry(session: Session, source_ids: SourceIds, limit: int, now: datetime) -> int:
    """Make the pages due that failed or were rejected when last tried, the last tried first, and
    the sources that failed; how many pages. A host that asked us to stay away is left alone."""
    failing = [Source.failures > 0, Source.disabled_at.is_(None), *in_family(source_ids)]
    session.execute(update(Source).where(*failing, Source.due_at > now).values(due_at=now))
    return _make_due(session, [Page.failures > 0, *listed_by(source_ids)], limit, now)


def _last(host: str, ended: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    """Pages of a host that failed or were rejected, and whose last fetch ended so. What only a
    person asked for is not queued behind his back."""
    last = select(func.max(Fetch.id)).where(Fetch.page_id == Page.id).correlate(Page)
    fetch = select(Fetch.id).where(Fetch.id == last.scalar_subquery(), ended)
    listed = select(PageSource.page_id).where(PageSource.page_id == Page.id).correlate(Page)
    return [Page.host == host, Page.failures > 0, listed.exists(), fetch.correlate(Page).exists()]


def _make_due(
    session: Session,
    conditions: Collection[ColumnElement[bool]],
    limit: int | None,
    now: datetime,
) -> int:
    query = (
        select(Page.id)
        .where(
            *conditions,
            Page.lease_run_id.is_(None),
            Page.forgotten_at.is_(None),
            or_(Page.due_at.is_(None), Page.due_at > now),
        )
        .order_by(Page.last_checked_at.desc(), Page.id)
        .limit(limit)
    )
    page_ids = session.scalars(query).all()
    for chunk in chunks(page_ids):
        hosts = select(Page.host).where(Page.id.in_(chunk))
        reach = update(Host).where(Host.host.in_(hosts), Host.postponed_until > now)
        session.execute(reach.values(postponed_until=None))
        # From the first wait on: what is asked for anew has its tries anew.
        values = {"due_at": now, "failures": 0}
        session.execute(update(Page).where(Page.id.in_(chunk)).values(**values))
    return len(page_ids)
