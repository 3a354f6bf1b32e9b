"""The frontier: what is due, who has leased it, and what a poll of a source brings.

A lease is a run's id on a page or source. One crawl at a time holds the run lock, so whatever
is leased when a run starts belongs to one that died, and is free again at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, case, func, or_, select, update
from sqlalchemy.orm import Session

from scraper.errors import AddressError
from scraper.types import Link, PageJob, Poll, SourceJob, SourceKind, Validators
from storage import addresses
from storage.addresses import Address
from storage.engine import insert_into, reading, writing
from storage.models import Host, Page, PageSource, Run, Source
from storage.pages import chunks, ensure_hosts, load_page_ids, page_values
from storage.records import RunRecord

# No rule (scraper/schedule.py, Retry-After's cap) sets a time farther off than this: one that is
# was set under a clock that ran ahead.
FARTHEST_POLL = timedelta(days=1, hours=1)
FARTHEST_VISIT = timedelta(days=17)
FARTHEST_PAUSE = timedelta(days=1, minutes=1)

SourceIds = Collection[int] | None
"""Only what these sources listed; ``None``: everything."""


class Frontier:
    """Every method raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # ------------------------------------------------------------------ runs

    def start_run(self, pid: int, now: datetime) -> int:
        """Begin a run and return its id. The caller holds the run lock.

        Runs that died are closed (without exit code) and all leases released; what they were
        at is due as before and counts as no failure.
        """
        with writing(self._engine) as session:
            session.execute(update(Run).where(Run.finished_at.is_(None)).values(finished_at=now))
            _release(session, None)
            _mend_times(session, now)
            statement = insert_into(Run).values(pid=pid, started_at=now).returning(Run.id)
            return session.execute(statement).scalar_one()

    def finish_run(
        self, run_id: int, now: datetime, *, exit_code: int, counts: Mapping[str, int]
    ) -> None:
        with writing(self._engine) as session:
            _release(session, run_id)
            session.execute(
                update(Run)
                .where(Run.id == run_id)
                .values(finished_at=now, exit_code=exit_code, counts=dict(counts))
            )

    def current_run(self) -> RunRecord | None:
        """The last run that has not finished (it works, or it died)."""
        with reading(self._engine) as session:
            row = session.scalar(
                select(Run).where(Run.finished_at.is_(None)).order_by(Run.id.desc()).limit(1)
            )
            return RunRecord(row.id, row.pid, row.started_at) if row else None

    # ------------------------------------------------------------------ due and leased

    def due_hosts(
        self, now: datetime, *, busy: Collection[str], limit: int, source_ids: SourceIds = None
    ) -> list[str]:
        """Hosts with due, unleased pages or sources, the longest due first.

        Not those in ``busy`` or paused; on a postponed one only its sources count.
        """
        pages = select(func.min(Page.due_at)).where(Page.host == Host.host)
        sources = select(func.min(Source.due_at)).where(Source.host == Host.host)
        query = select(
            Host.host,
            case(
                (_is_over(Host.postponed_until, now), _scalar(pages, _due_pages(now, source_ids))),
            ),
            _scalar(sources, _due_sources(now, source_ids)),
        ).where(_is_over(Host.paused_until, now))
        with reading(self._engine) as session:
            found = [
                (min(moment for moment in times if moment), host)
                for host, *times in session.execute(query)
                if any(times) and host not in busy
            ]
        return [host for _due, host in sorted(found)[:limit]]

    def lease_sources(
        self, run_id: int, host: str, now: datetime, *, source_ids: SourceIds = None
    ) -> list[SourceJob]:
        """All due sources of a host, leased to this run, the longest due first."""
        query = (
            select(Source)
            .join(Host, Host.host == Source.host)
            .where(Source.host == host, *_due_sources(now, source_ids))
            .where(_is_over(Host.paused_until, now))
            .order_by(Source.due_at, Source.id)
            .with_for_update(skip_locked=True, of=Source)
        )
        with writing(self._engine) as session:
            rows = session.scalars(query).all()
            _lease(session, Source, [row.id for row in rows], run_id)
            return [_source_job(row) for row in rows]

    def lease_pages(
        self,
        run_id: int,
        host: str,
        now: datetime,
        *,
        limit: int,
        source_ids: SourceIds = None,
    ) -> list[PageJob]:
        """Up to ``limit`` due pages of a host, leased to this run.

        Those never tried come first, as their sources list them; then the others, the longest
        due first. None while the host is paused or postponed.
        """
        query = (
            select(Page)
            .join(Host, Host.host == Page.host)
            .where(Page.host == host, *_due_pages(now, source_ids))
            .where(_is_over(Host.paused_until, now), _is_over(Host.postponed_until, now))
            .with_for_update(skip_locked=True, of=Page)
        )
        fresh = query.where(Page.last_checked_at.is_(None)).order_by(Page.id)
        again = query.where(Page.last_checked_at.is_not(None)).order_by(Page.due_at, Page.id)
        with writing(self._engine) as session:
            rows = list(session.scalars(fresh.limit(limit)))
            if len(rows) < limit:
                rows += session.scalars(again.limit(limit - len(rows)))
            ids = [row.id for row in rows]
            _lease(session, Page, ids, run_id)
            listed_by = _load_sources_of(session, ids, source_ids)
            return [_page_job(row, listed_by.get(row.id)) for row in rows]

    def release_page(self, page_id: int) -> None:
        """Give a leased page back untried."""
        with writing(self._engine) as session:
            session.execute(update(Page).where(Page.id == page_id).values(lease_run_id=None))

    def release_run(self, run_id: int) -> None:
        """Give back all that this run has leased."""
        with writing(self._engine) as session:
            _release(session, run_id)

    def postpone_host(self, host: str, until: datetime) -> None:
        """Let the due pages of an unreachable host wait; whatever it answers ends that early."""
        statement = insert_into(Host).values(host=host, throttled=0, postponed_until=until)
        with writing(self._engine) as session:
            session.execute(
                statement.on_conflict_do_update(
                    index_elements=[Host.host], set_={"postponed_until": until}
                )
            )

    def count_due(self, now: datetime, source_ids: SourceIds = None) -> int:
        """Pages due and not leased, those of paused and postponed hosts included."""
        query = select(func.count()).select_from(Page).where(*_due_pages(now, source_ids))
        with reading(self._engine) as session:
            return session.scalar(query) or 0

    # ------------------------------------------------------------------ polls

    def save_poll(self, poll: Poll, now: datetime) -> int:
        """Store what a poll brought and queue its new links, in one transaction.

        Returns how many links were new. A failed poll keeps what the source had but
        ``failures``, the error and when it is due. A source that was removed meanwhile
        stays removed, and queues nothing.
        """
        values: dict[str, Any] = {
            "due_at": poll.next_due_at,
            "lease_run_id": None,
            "last_polled_at": now,
            "last_error": poll.error,
            "failures": poll.failures,
        }
        if poll.error is None:
            values |= {
                "interval_seconds": int(poll.interval.total_seconds()),
                "title": func.coalesce(poll.title, Source.title),
                **_validator_values(poll),
            }
        with writing(self._engine) as session:
            host = session.scalar(
                update(Source)
                .where(Source.id == poll.source_id)
                .values(**values)
                .returning(Source.host)
            )
            if host is None or poll.error is not None:
                return 0
            session.execute(update(Host).where(Host.host == host).values(postponed_until=None))
            return queue_links(session, poll.source_id, poll.links, now)


def queue_links(session: Session, source_id: int, links: Sequence[Link], now: datetime) -> int:
    """Make the unknown ones of a source's links pages that are due now; returns how many.

    In document order, each address once. Known addresses are only noted as this source's;
    what is no web address is passed over.
    """
    found: dict[bytes, Address] = {}
    for link in links:
        try:
            address = addresses.parse(link.url)
        except AddressError:
            continue
        found.setdefault(address.key, address)
    known = load_page_ids(session, found)
    new = [page_values(one, now, due_at=now) for key, one in found.items() if key not in known]
    ensure_hosts(session, {str(row["host"]) for row in new})
    if new:
        session.execute(insert_into(Page).on_conflict_do_nothing(), new)
        known |= load_page_ids(session, [key for key in found if key not in known])
    if known:
        session.execute(
            insert_into(PageSource).on_conflict_do_nothing(),
            [{"page_id": page_id, "source_id": source_id} for page_id in known.values()],
        )
    return len(new)


def _validator_values(poll: Poll) -> dict[str, Any]:
    etag, last_modified = poll.validators.etag, poll.validators.last_modified
    if not poll.not_modified:
        return {"etag": etag, "last_modified": last_modified}
    # A 304 may leave out what has not changed (RFC 9110 §15.4.5).
    return {
        "etag": func.coalesce(etag, Source.etag),
        "last_modified": func.coalesce(last_modified, Source.last_modified),
    }


def _is_over(until: Any, now: datetime) -> ColumnElement[bool]:
    return or_(until.is_(None), until <= now)


def _due_pages(now: datetime, source_ids: SourceIds) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Page.lease_run_id.is_(None), Page.due_at <= now]
    if source_ids is not None:
        listed = select(PageSource.page_id).where(
            PageSource.page_id == Page.id, PageSource.source_id.in_(source_ids)
        )
        conditions.append(listed.correlate(Page).exists())
    return conditions


def _due_sources(now: datetime, source_ids: SourceIds) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Source.lease_run_id.is_(None), Source.due_at <= now]
    if source_ids is not None:
        conditions.append(Source.id.in_(source_ids))
    return conditions


def _scalar(query: Any, conditions: list[ColumnElement[bool]]) -> Any:
    return query.where(*conditions).correlate(Host).scalar_subquery()


def _lease(session: Session, table: type[Page | Source], ids: Sequence[int], run_id: int) -> None:
    for chunk in chunks(ids):
        session.execute(update(table).where(table.id.in_(chunk)).values(lease_run_id=run_id))


def _release(session: Session, run_id: int | None) -> None:
    """The leases of one run, or all."""
    for table in (Page, Source):
        owned = table.lease_run_id.is_not(None) if run_id is None else table.lease_run_id == run_id
        session.execute(update(table).where(owned).values(lease_run_id=None))


def _mend_times(session: Session, now: datetime) -> None:
    """Bring back what a clock that ran ahead has put off for longer than any rule would."""
    for column, farthest, instead in (
        (Source.due_at, FARTHEST_POLL, now),
        (Page.due_at, FARTHEST_VISIT, now),
        (Host.paused_until, FARTHEST_PAUSE, None),
        (Host.postponed_until, FARTHEST_PAUSE, None),
    ):
        session.execute(
            update(column.class_).where(column > now + farthest).values({column: instead})
        )


def _load_sources_of(
    session: Session, page_ids: Sequence[int], source_ids: SourceIds
) -> dict[int, int]:
    """The first source that lists each page (of those asked for)."""
    found: dict[int, int] = {}
    for chunk in chunks(page_ids):
        query = select(PageSource.page_id, func.min(PageSource.source_id)).where(
            PageSource.page_id.in_(chunk)
        )
        if source_ids is not None:
            query = query.where(PageSource.source_id.in_(source_ids))
        found.update(
            (page, source) for page, source in session.execute(query.group_by(PageSource.page_id))
        )
    return found


def _page_job(row: Page, source_id: int | None) -> PageJob:
    return PageJob(
        page_id=row.id,
        url=row.url,
        host=row.host,
        first_seen_at=row.first_seen_at,
        last_checked_at=row.last_checked_at,
        failures=row.failures,
        source_id=source_id,
        validators=Validators(row.etag, row.last_modified),
    )


def _source_job(row: Source) -> SourceJob:
    seconds = row.interval_seconds
    return SourceJob(
        source_id=row.id,
        url=row.url,
        name=row.name,
        host=row.host,
        kind=SourceKind(row.kind),
        failures=row.failures,
        interval=None if seconds is None else timedelta(seconds=seconds),
        validators=Validators(row.etag, row.last_modified),
    )
