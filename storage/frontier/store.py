"""The frontier: what is due, who has leased it, and what a poll of a source brings.

A lease is a run's id on a page or source. One crawl at a time holds the run lock, so whatever
is leased when a run starts belongs to one that died, and is free again at once. Should that one be
alive (somebody deleted the lock's file), it saves what it has fetched, and gets nothing more.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, case, func, literal, or_, select, update

from scraper.model.jobs import BackfillRoot, LinkComparison, PageJob, Poll, PollResult, SourceJob
from scraper.model.types import Link, StoredPage, Verdict
from storage.database.engine import insert_into, reading, upsert, writing
from storage.frontier import leases, polls, queueing, waking
from storage.frontier.due import (
    SourceIds,
    due_pages,
    due_sources,
    is_over,
    old_pages,
    scalar,
    unread_parts,
)
from storage.frontier.leases import load_sources_of, mend_times, page_job, release, take
from storage.frontier.parted import load_parted, load_whole
from storage.frontier.round_robin import untried_in_turn
from storage.models import Article, Host, Page, Run, Source, record_from
from storage.models.columns import UtcDateTime
from storage.records import RunRecord

PARTS_AT_A_TIME = 4
"""Sitemaps that a backfill reads before it goes on with pages."""

_TEXTS = (Verdict.ARTICLE, Verdict.TEASER)


class Frontier:
    """Every method raises ``StorageError``; to lease raises ``LockedError`` too, for a run that
    another one has closed."""

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
            release(session, None)
            mend_times(session, now)
            statement = insert_into(Run).values(pid=pid, started_at=now).returning(Run.id)
            return session.execute(statement).scalar_one()

    def finish_run(
        self,
        run_id: int,
        now: datetime,
        *,
        exit_code: int,
        counts: Mapping[str, int],
        summary: Mapping[str, Any] | None = None,
    ) -> None:
        with writing(self._engine) as session:
            release(session, run_id)
            session.execute(
                update(Run)
                .where(Run.id == run_id)
                .values(
                    finished_at=now,
                    exit_code=exit_code,
                    counts=dict(counts),
                    summary=dict(summary or {}),
                )
            )

    def wake_rejected(self, extractor_of: Callable[[str], str], now: datetime) -> int:
        """Make rejected pages due that another extractor, or another rule, reads today; how many.
        ``extractor_of``: a host → the extractor of its pages."""
        with writing(self._engine) as session:
            return waking.wake_rejected(session, extractor_of, now)

    def retry(self, source_ids: SourceIds, limit: int, now: datetime) -> int:
        """Make up to ``limit`` pages due that failed or were rejected when last tried; how many."""
        with writing(self._engine) as session:
            return waking.retry(session, source_ids, limit, now)

    def current_run(self) -> RunRecord | None:
        """The last run that has not finished (it works, or it died)."""
        with reading(self._engine) as session:
            row = session.scalar(
                select(Run).where(Run.finished_at.is_(None)).order_by(Run.id.desc()).limit(1)
            )
            return RunRecord(id=row.id, pid=row.pid, started_at=row.started_at) if row else None

    def list_runs(self, limit: int = 20) -> list[RunRecord]:
        """The last runs, the newest first; 0 lists all."""
        query = select(Run).order_by(Run.id.desc()).limit(limit or None)
        with reading(self._engine) as session:
            return [
                record_from(RunRecord, row, counts=row.counts or {}, summary=row.summary or {})
                for row in session.scalars(query)
            ]

    # ------------------------------------------------------------------ due, leased

    def due_hosts(
        self,
        now: datetime,
        *,
        busy: Collection[str],
        limit: int,
        source_ids: SourceIds = None,
        backfill: datetime | None = None,
    ) -> list[str]:
        """Hosts with due, unleased pages or sources, the longest due first.

        Not those in ``busy`` or paused; on a postponed one only its sources count. ``backfill``:
        hosts with backlog since then count too, after all others.
        """
        pages = select(func.min(Page.due_at)).where(Page.host == Host.host)
        sources = select(func.min(Source.due_at)).where(Source.host == Host.host)
        reachable = is_over(Host.postponed_until, now)
        times = [
            case((reachable, scalar(pages, due_pages(now, source_ids)))),
            scalar(sources, due_sources(now, source_ids)),
        ]
        if backfill is not None:
            old = select(Page.id).where(Page.host == Host.host, *old_pages(backfill, source_ids))
            part = select(Source.id).where(
                Source.host == Host.host, *unread_parts(backfill, source_ids)
            )
            has_old = old.correlate(Host).exists() | part.correlate(Host).exists()
            times.append(case((reachable & has_old, literal(now, UtcDateTime))))
        query = select(Host.host, *times).where(is_over(Host.paused_until, now))
        with reading(self._engine) as session:
            found = [
                (min(moment for moment in times if moment), host)
                for host, *times in session.execute(query)
                if any(times) and host not in busy
            ]
        return [host for _due, host in sorted(found)[:limit]]

    def lease_sources(
        self,
        run_id: int,
        host: str,
        now: datetime,
        *,
        source_ids: SourceIds = None,
        backfill: datetime | None = None,
    ) -> list[SourceJob]:
        """All due sources of a host, leased to this run, the longest due first.

        With ``backfill``, where none is due: a few of the sitemaps that only a backfill reads, the
        newest first; none of a source of which too much waits for a backfill already.
        """
        query = (
            select(Source)
            .join(Host, Host.host == Source.host)
            .where(Source.host == host, is_over(Host.paused_until, now))
            .with_for_update(skip_locked=True, of=Source)
        )
        newest = Source.stated_at.desc().nulls_last()
        due = query.where(*due_sources(now, source_ids))
        due = due.order_by(Source.due_at, newest, Source.id)
        with writing(self._engine) as session:
            leases.refuse_closed(session, run_id)
            rows = session.scalars(due).all()
            is_backlog = not rows and backfill is not None
            if is_backlog:
                assert backfill is not None
                full = queueing.full_roots(session, host)
                old = query.where(*unread_parts(backfill, source_ids))
                old = old.where(Source.parent_id.not_in(full))
                rows = session.scalars(old.order_by(newest, Source.id).limit(PARTS_AT_A_TIME)).all()
            take(session, Source, [row.id for row in rows], run_id)
            return leases.source_jobs(session, rows, backlog=is_backlog)

    def lease_pages(
        self,
        run_id: int,
        host: str,
        now: datetime,
        *,
        limit: int,
        source_ids: SourceIds = None,
        backfill: datetime | None = None,
        without: Collection[int] = (),
    ) -> list[PageJob]:
        """Up to ``limit`` due pages of a host, leased to this run.

        Those never tried come first, of each source by turns, the newest first and else as it lists
        them; then the others, the longest due first; then, with ``backfill``, the backlog since
        then, the newest first. None while the host is paused or postponed. ``without``: sources
        whose pages wait for another run."""
        open_now = select(Host.host).where(
            Host.host == host, is_over(Host.paused_until, now), is_over(Host.postponed_until, now)
        )
        pages = select(Page).where(Page.host == host)
        if without:
            pages = pages.where(Page.lister_id.not_in(without))
        due = pages.where(*due_pages(now, source_ids), Page.last_checked_at.is_not(None))
        wanted = [due.order_by(Page.due_at, Page.id)]
        if backfill is not None:
            old = pages.where(*old_pages(backfill, source_ids))
            wanted.append(old.order_by(Page.news_at.desc(), Page.id))
        with writing(self._engine) as session:
            leases.refuse_closed(session, run_id)
            if session.scalar(open_now) is None:
                return []
            rows = untried_in_turn(session, run_id, host, now, limit, source_ids, without)
            for one in wanted:
                if len(rows) < limit:
                    one = one.with_for_update(skip_locked=True, of=Page)
                    rows += session.scalars(one.limit(limit - len(rows)))
            rows = leases.still_addresses(rows)
            ids = [row.id for row in rows]
            take(session, Page, ids, run_id)
            listed_by = load_sources_of(session, ids, source_ids)
            read = [row.id for row in rows if row.article_id is not None]
            parted = load_parted(session, read) if read else ()
            images = leases.load_images_of(session, rows)
            return [page_job(row, listed_by.get(row.id), parted, images) for row in rows]

    def load_whole(self, page_id: int) -> StoredPage | None:
        """What the article at a page was read from, with its further pages."""
        with reading(self._engine) as session:
            return load_whole(session, page_id)

    def is_wanted(self, page_id: int) -> bool:
        """Whether a leased page is still to be fetched: it is not, once it was settled with another
        page of its article."""
        with reading(self._engine) as session:
            page = select(Page.due_at, Page.backlog).where(Page.id == page_id)
            return any(session.execute(page).one_or_none() or ())

    def release_page(self, page_id: int) -> None:
        """Give a leased page back untried."""
        with writing(self._engine) as session:
            session.execute(update(Page).where(Page.id == page_id).values(lease_run_id=None))

    def postpone_source(self, source_id: int, until: datetime | None) -> None:
        """Give a leased source back untried, to be polled later; ``None``: not by itself."""
        with writing(self._engine) as session:
            values = {"lease_run_id": None, "due_at": until}
            session.execute(update(Source).where(Source.id == source_id).values(**values))

    def count_unreachable(self, host: str) -> int:
        """Note that a visit to a host met nobody; how many in a row have, this one included.
        Whatever the host answers ends that row."""
        statement = insert_into(Host).values(host=host, throttled=0, unreachable=1)
        counted = statement.on_conflict_do_update(
            index_elements=[Host.host], set_={"unreachable": Host.unreachable + 1}
        )
        with writing(self._engine) as session:
            return session.execute(counted.returning(Host.unreachable)).scalar_one()

    def postpone_host(self, host: str, until: datetime) -> None:
        """Let the due pages of an unreachable host wait; whatever it answers ends that early."""
        values = {"host": host, "throttled": 0, "postponed_until": until}
        with writing(self._engine) as session:
            session.execute(upsert(Host, ["host"], ["postponed_until"]), values)

    def count_due(
        self, now: datetime, source_ids: SourceIds = None, backfill: datetime | None = None
    ) -> int:
        """Pages due and not leased, those of paused and postponed hosts included; with
        ``backfill`` the backlog since then, too."""
        pages = select(func.count()).select_from(Page)
        queries = [pages.where(*due_pages(now, source_ids))]
        if backfill is not None:
            queries.append(pages.where(*old_pages(backfill, source_ids)))
        with reading(self._engine) as session:
            return sum(session.scalar(query) or 0 for query in queries)

    # ------------------------------------------------------------------ polls

    def tried_among(self, links: Sequence[Link]) -> set[str]:
        """The addresses, as listed, whose pages were fetched already."""
        with reading(self._engine) as session:
            return polls.tried_among(session, links)

    def compare_links(self, source_id: int, links: Sequence[Link]) -> LinkComparison:
        """What a source lists, beside what is known."""
        with reading(self._engine) as session:
            return polls.compare(session, source_id, links)

    def save_poll(self, poll: Poll, now: datetime) -> PollResult:
        """Store what a poll brought and queue its new links, in one transaction."""
        with writing(self._engine) as session:
            return polls.save(session, poll, now)

    def has_room(self, source_id: int) -> bool:
        """Whether a backfill may look for more: not too much of the source waits for it already."""
        with reading(self._engine) as session:
            return queueing.room_of(session, source_id, backlog=True) > 0

    def save_cursor(
        self, source_id: int, links: Sequence[Link], cursor: Link | None, now: datetime
    ) -> int:
        """Note what a page of older entries lists, and where the next one is; how many are new.
        Where there is no room for all of them that page is asked for again."""
        with writing(self._engine) as session:
            queue = queueing.Queue(session=session, source_id=source_id, now=now, is_bounded=True)
            new = queue.add(links, backlog=True)
            if not queue.left_out:
                at = Link("") if cursor is None else cursor
                values = {"cursor": at.url, "cursor_vouched": at.vouched}
                session.execute(update(Source).where(Source.id == source_id).values(**values))
            return new

    def add_parts(self, source_id: int, sitemaps: Sequence[Link], now: datetime) -> None:
        """Make a site's sitemaps parts of its source, which a backfill reads."""
        with writing(self._engine) as session:
            name = session.scalar(select(Source.name).where(Source.id == source_id))
            if name is not None:
                polls.add_parts(session, source_id, name, sitemaps, now)

    def load_roots(self, source_ids: SourceIds = None) -> list[BackfillRoot]:
        """The sources with older entries that no backfill has found yet."""
        query = select(Source).where(
            Source.parent_id.is_(None),
            Source.disabled_at.is_(None),
            or_(Source.cursor.is_(None), Source.cursor != ""),
        )
        if source_ids is not None:
            query = query.where(Source.id.in_(source_ids))
        with reading(self._engine) as session:
            rows = session.scalars(query.order_by(Source.id))
            return [
                BackfillRoot(leases.source_job(row, backlog=True, only=row.only), _cursor_of(row))
                for row in rows
            ]

    def load_shapes(self, host: str, limit: int = 300) -> tuple[list[str], list[str]]:
        """The newest addresses of a host that were articles, and those that were not."""
        tried = (
            select(Page.url, Article.verdict)
            .outerjoin(Article, Article.id == Page.article_id)
            .where(Page.host == host, Page.last_checked_at.is_not(None), Page.failures < 3)
            .order_by(Page.id.desc())
            .limit(limit)
        )
        with reading(self._engine) as session:
            rows = session.execute(tried).all()
        articles = [url for url, verdict in rows if verdict in _TEXTS]
        others = [url for url, verdict in rows if verdict is not None and verdict not in _TEXTS]
        return articles, others


def _cursor_of(row: Source) -> Link | None:
    return None if row.cursor is None else Link(row.cursor, vouched=row.cursor_vouched)
