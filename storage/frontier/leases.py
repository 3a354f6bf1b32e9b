"""Leases: a run's id on a page or source, and the jobs that are made of what is leased."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from scraper.errors import AddressError, LockedError
from scraper.model.jobs import PageJob, SourceJob
from scraper.model.types import SourceKind, Validators
from storage import addresses
from storage.frontier.due import SourceIds, family
from storage.frontier.pages import chunks
from storage.models import Host, Page, PageSource, Poll, Run, Source, record_from, table_of

# No rule (scraper/schedule.py, Retry-After's cap) sets a time farther off than this: one that
# is was set under a clock that ran ahead.
FARTHEST_POLL = timedelta(days=2, hours=1)
FARTHEST_VISIT = timedelta(days=17)
FARTHEST_PAUSE = timedelta(days=1, minutes=1)

_HOSTS, _PAGES, _SOURCES = table_of(Host), table_of(Page), table_of(Source)


def take(session: Session, table: type[Page | Source], ids: Sequence[int], run_id: int) -> None:
    for chunk in chunks(ids):
        session.execute(update(table).where(table.id.in_(chunk)).values(lease_run_id=run_id))


def refuse_closed(session: Session, run_id: int) -> None:
    """Raises ``LockedError`` for a run that another one has closed: it takes over what was leased,
    and only who begins a run that is not seen by the lock does so."""
    row = session.execute(select(Run.finished_at).where(Run.id == run_id)).first()
    if row is not None and row.finished_at is not None:
        raise LockedError(
            "another crawl of this database has begun, though this one runs: was its lock file "
            "deleted? That one goes on, this one ends"
        )


def release(session: Session, run_id: int | None) -> None:
    """The leases of one run, or all."""
    for table in (_PAGES, _SOURCES):
        lease = table.c.lease_run_id
        owned = lease.is_not(None) if run_id is None else lease == run_id
        session.execute(update(table).where(owned).values(lease_run_id=None))


def mend_times(session: Session, now: datetime) -> None:
    """Bring back what a clock that ran ahead has put off for longer than any rule would."""
    # Host by host, along the index of what is due: not over all pages. Nothing is leased now.
    for table, farthest in ((_SOURCES, FARTHEST_POLL), (_PAGES, FARTHEST_VISIT)):
        free = table.c.host.in_(select(_HOSTS.c.host)), table.c.lease_run_id.is_(None)
        late = table.c.due_at > now + farthest
        session.execute(update(table).where(*free, late).values(due_at=now))
    for column in (_HOSTS.c.paused_until, _HOSTS.c.postponed_until):
        late = column > now + FARTHEST_PAUSE
        session.execute(update(_HOSTS).where(late).values({column: None}))


def load_sources_of(
    session: Session, page_ids: Sequence[int], source_ids: SourceIds
) -> dict[int, int]:
    """The first source that lists each page (of those asked for)."""
    found: dict[int, int] = {}
    for chunk in chunks(page_ids):
        query = select(PageSource.page_id, func.min(PageSource.source_id)).where(
            PageSource.page_id.in_(chunk)
        )
        if source_ids is not None:
            query = query.where(PageSource.source_id.in_(family(source_ids)))
        found.update(
            (page, source) for page, source in session.execute(query.group_by(PageSource.page_id))
        )
    return found


def still_addresses(rows: Sequence[Page]) -> list[Page]:
    """Those that can be asked for: what an older version took for an address, and is none, is due
    no more."""
    kept = []
    for row in rows:
        try:
            addresses.parse(row.url)
        except AddressError:
            row.due_at, row.backlog = None, False
        else:
            kept.append(row)
    return kept


def load_images_of(session: Session, rows: Sequence[Page]) -> dict[int, str | None]:
    """Which images the sources have fetched that were the first to list these pages."""
    roots = {row.lister_id for row in rows}
    query = select(Source.id, Source.images).where(Source.id.in_(roots))
    return {row.id: row.images for row in session.execute(query.where(Source.images.is_not(None)))}


def page_job(
    row: Page,
    source_id: int | None,
    parted: Collection[int] = (),
    images: Mapping[int, str | None] = MappingProxyType({}),
) -> PageJob:
    return record_from(
        PageJob,
        row,
        page_id=row.id,
        source_id=source_id,
        validators=Validators(row.etag, row.last_modified),
        has_article=row.article_id is not None,
        has_parts=row.id in parted,
        root_id=row.lister_id,
        images=images.get(row.lister_id),
    )


def source_jobs(session: Session, rows: Sequence[Source], *, backlog: bool) -> list[SourceJob]:
    whole = _load_last_whole(session, rows)
    roots = {row.parent_id for row in rows if row.parent_id is not None}
    query = select(Source.id, Source.only).where(Source.id.in_(roots))
    limited = {row.id: row.only for row in session.execute(query)}
    return [
        source_job(
            row,
            backlog=backlog,
            last_whole_at=whole.get(row.id),
            only=row.only if row.parent_id is None else limited.get(row.parent_id),
        )
        for row in rows
    ]


def source_job(
    row: Source,
    *,
    backlog: bool,
    last_whole_at: datetime | None = None,
    only: Sequence[str] | None = None,
) -> SourceJob:
    """``only``: the patterns of the source that it is, or is a part of."""
    seconds = row.interval_seconds
    return record_from(
        SourceJob,
        row,
        source_id=row.id,
        kind=SourceKind(row.kind),
        interval=None if seconds is None else timedelta(seconds=seconds),
        validators=Validators(row.etag, row.last_modified),
        failed_before=row.last_error is not None,
        last_whole_at=last_whole_at,
        is_part=row.parent_id is not None,
        is_stated=row.stated_at is not None,
        backlog=backlog,
        only=tuple(only or ()),
    )


def _load_last_whole(session: Session, rows: Sequence[Source]) -> dict[int, datetime]:
    """When a poll last brought the document itself, by source; of those that are asked for with
    conditions. It is never far back: what answers 304 for long is asked for in full."""
    asked = [row.id for row in rows if row.etag or row.last_modified]
    polled = select(Poll.polled_at).where(Poll.outcome == "listed").order_by(Poll.id.desc())
    found = {each: session.scalar(polled.where(Poll.source_id == each).limit(1)) for each in asked}
    return {source_id: at for source_id, at in found.items() if at is not None}
