"""What the health of a source is judged by, read in a bounded number of rows.

Its newest pages count, each by its first attempt, since later ones answer other questions: is a
page gone. Of a failed one it is known whether a retry worked. The sitemaps of an index count for
the index, and those that are not read are named.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session

from scraper.model.health import Attempt, History, PollSeen
from scraper.model.types import Outcome, SourceKind
from scraper.urls import origin_of
from storage.frontier.index_parts import PartsOfIndex, is_by_hand, load_parts
from storage.frontier.pages import chunks
from storage.models import (
    Fetch,
    Page,
    PageSource,
    Poll,
    Robots,
    Run,
    Source,
    Version,
    record_from,
    table_of,
)
from storage.models.columns import BigId

ATTEMPTS = 90
"""Newest pages tried that a source is judged by."""
BUSY, BUSY_ATTEMPTS = timedelta(days=1), 600
"""Where those are of less than a day, so many are read, to tell a burst from what lasts."""
BASELINE = 60
"""Pages before an open alarm, beside those."""
POLLS = 24
NEWS = 2_000
"""Polls with news by which a pause is measured."""
PAUSE = timedelta(hours=36)
"""Only after one as long as this the polls with news are read."""
GAP_AGE = timedelta(days=7)
FULL_AGE, LAST_RUNS = timedelta(days=1), 2_000
"""Runs among which those are looked for in which a source brought as much as one stores."""
LAST_POLLS = 250_000
"""Among which open gaps are looked for."""

_SITEMAP_LINE = re.compile(r"^[ \t]*sitemap[ \t]*:", re.IGNORECASE | re.MULTILINE)
"""RFC 9309 §2.2.4, as ``scraper.fetch.politeness.robots`` reads it."""

_FETCHES, _PAGES, _VERSIONS = table_of(Fetch), table_of(Page), table_of(Version)
_LISTS, _POLLS = table_of(PageSource), table_of(Poll)


def load_histories(
    session: Session,
    now: datetime,
    open_since: Mapping[int, Mapping[str, datetime]],
    source_ids: Collection[int] | None = None,
) -> list[History]:
    """Of all sources, or of these, by id. ``open_since``: their open alarms, by id and kind."""
    gaps = _load_gaps(session, now, source_ids)
    parts = load_parts(session, source_ids)
    full = _load_full(session, now)
    roots = select(Source).where(Source.parent_id.is_(None)).order_by(Source.id)
    if source_ids is not None:
        roots = roots.where(Source.id.in_(source_ids))
    return [
        _history(
            session,
            root,
            parts.get(root.id, PartsOfIndex()),
            opened=open_since.get(root.id, {}),
            missed=gaps.get(root.id, ()),
            full=full.get(root.id, ()),
        )
        for root in session.scalars(roots).all()
    ]


def _load_full(session: Session, now: datetime) -> dict[int, list[tuple[datetime, int]]]:
    """By source: when, of late, it brought as much as a run stores, and the bytes."""
    last = session.scalar(select(func.max(Run.id))) or 0
    runs = select(Run.started_at, Run.summary).where(Run.id > last - LAST_RUNS).order_by(Run.id)
    found: dict[int, list[tuple[datetime, int]]] = {}
    for at, summary in session.execute(runs.where(Run.started_at >= now - FULL_AGE)):
        for source_id, size in ((summary or {}).get("full") or {}).items():
            found.setdefault(int(source_id), []).append((at, int(size)))
    return found


def _load_gaps(
    session: Session, now: datetime, source_ids: Collection[int] | None
) -> dict[int, list[tuple[datetime, datetime]]]:
    last = session.scalar(select(func.max(Poll.id))) or 0
    query = (
        select(func.coalesce(Source.parent_id, Source.id), Poll.gap_since, Poll.polled_at)
        .join(Source, Source.id == Poll.source_id)
        .where(Poll.id > last - LAST_POLLS, Poll.polled_at >= now - GAP_AGE)
        .where(Poll.gap_since.is_not(None), Poll.gap_filled.is_(None))
        .order_by(Poll.id)
    )
    rows: list[Any] = []
    if source_ids is None:
        rows += session.execute(query)
    else:
        for chunk in chunks(list(source_ids)):
            family = or_(Source.id.in_(chunk), Source.parent_id.in_(chunk))
            rows += session.execute(query.where(family))
    found: dict[int, list[tuple[datetime, datetime]]] = {}
    for root, since, until in rows:
        found.setdefault(root, []).append((since, until))
    return found


def _history(
    session: Session,
    root: Source,
    parts: PartsOfIndex,
    *,
    opened: Mapping[str, datetime],
    missed: Sequence[tuple[datetime, datetime]],
    full: Sequence[tuple[datetime, int]],
) -> History:
    members = [root.id, *parts.polled]
    attempts = _newest(session, members, ATTEMPTS)
    if len(attempts) >= ATTEMPTS and attempts[-1].at - attempts[0].at < BUSY:
        attempts = _newest(session, members, BUSY_ATTEMPTS)
    if opened and len(attempts) >= ATTEMPTS:  # what was before it may lie further back
        before = _newest(session, members, BASELINE, before=min(opened.values()))
        attempts = sorted({*attempts, *before})
    polls = _load_polls(session, root.id)
    return record_from(
        History,
        root,
        source_id=root.id,
        attempts=attempts,
        polls=polls,
        news=_load_news(session, members, polls),
        gaps=missed,
        has_older=bool(missed) and (parts.has_unread or _has_older(session, root)),
        parts=parts.off,
        parts_off=parts.number_off,
        parts_read=parts.number_read,
        full=full,
        is_by_hand=is_by_hand(root),
        open=opened,
    )


def _has_older(session: Session, root: Source) -> bool:
    """Whether a backfill of a source has somewhere to look: it left off at a page of older entries,
    or it was never begun and robots.txt names a sitemap, or the source is a page, which may name
    one of older entries."""
    if root.cursor is not None:
        return bool(root.cursor)
    if root.kind == SourceKind.FRONT_PAGE:
        return True
    robots = session.scalar(select(Robots.text).where(Robots.origin == origin_of(root.url)))
    return robots is not None and _SITEMAP_LINE.search(robots) is not None


def _newest(
    session: Session, members: Sequence[int], limit: int, *, before: datetime | None = None
) -> list[Attempt]:
    query = _ATTEMPTS if before is None else _ATTEMPTS_BEFORE
    rows: set[Attempt] = set()
    for member in members:
        values = {"source": member, "limit": limit, "before": before}
        found = session.connection().execute(query, values).all()
        rows.update(map(Attempt._make, found))
    return sorted(rows)[-limit:]


def _load_polls(session: Session, source_id: int) -> list[PollSeen]:
    rows = session.connection().execute(_LAST_POLLS, {"source": source_id}).all()
    return [PollSeen._make(row) for row in rows][::-1]


def _load_news(
    session: Session, members: Sequence[int], polls: Sequence[PollSeen]
) -> list[datetime]:
    """When polls brought news; nothing where the last news is not old enough to matter."""
    worked = [poll.at for poll in polls if poll.error is None]
    brought = [poll.at for poll in polls if poll.new]
    if worked and len(members) > 1:
        brought = [at for member in members for at in _read_news(session, member, 1)]
    if not worked or (brought and worked[-1] - max(brought) <= PAUSE):
        return []
    return sorted(at for member in members for at in _read_news(session, member, NEWS))[-NEWS:]


def _read_news(session: Session, source_id: int, limit: int) -> list[datetime]:
    values = {"source": source_id, "limit": limit}
    return list(session.connection().execute(_NEWS, values).scalars().all())


def _attempts(*conditions: ColumnElement[bool]) -> Select[Any]:
    """The first attempts at the newest pages of one source that were tried.

    Read from the newest page on, until there are enough: never sorted.
    """
    tried = (
        select(_PAGES.c.id, _PAGES.c.news_at, _PAGES.c.article_id)
        .join(_LISTS, _LISTS.c.page_id == _PAGES.c.id)
        .where(_LISTS.c.source_id == bindparam("source", type_=BigId))
        .where(_PAGES.c.last_checked_at.is_not(None), *conditions)
        .order_by(_LISTS.c.page_id.desc())  # along ix_page_source_source
        .limit(bindparam("limit", type_=BigId))
        .subquery()
    )
    one, filed, version = (
        _FETCHES.alias("one"),
        _VERSIONS.alias("filed"),
        _VERSIONS.alias("version"),
    )
    first = select(func.min(one.c.id)).where(one.c.page_id == tried.c.id).scalar_subquery()
    # As it was filed at first: what later extractors make of it is no news of the source.
    of_article = (
        select(func.min(version.c.id))
        .where(version.c.article_id == _FETCHES.c.article_id)
        .where(_FETCHES.c.outcome.not_in([Outcome.FAILED, Outcome.REJECTED]))
        .correlate(_FETCHES)
        .scalar_subquery()
    )
    authors = cast(filed.c.authors, String)
    return (
        select(
            _FETCHES.c.id,
            _FETCHES.c.fetched_at,
            tried.c.news_at,
            _FETCHES.c.outcome,
            _FETCHES.c.reason,
            _FETCHES.c.requested_url,
            case((func.coalesce(filed.c.title, "") != "", literal(1)), else_=0),
            case((func.coalesce(authors, "[]") != "[]", literal(1)), else_=0),
            case((filed.c.published_at.is_not(None), literal(1)), else_=0),
            func.coalesce(_size(filed.c.body), 0),
            (_FETCHES.c.outcome == Outcome.FAILED) & tried.c.article_id.is_not(None),
        )
        .select_from(tried)
        .join(_FETCHES, _FETCHES.c.id == first)
        .outerjoin(filed, filed.c.id == of_article)
    )


def _size(body: ColumnElement[str]) -> ColumnElement[int]:
    # Since SQLite 3.43; ``length`` would read the whole text to count its characters.
    has_octets = sqlite3.sqlite_version_info >= (3, 43)
    return func.octet_length(body) if has_octets else func.length(body)


_ATTEMPTS = _attempts()
_ATTEMPTS_BEFORE = _attempts(_PAGES.c.first_seen_at < bindparam("before"))
_LAST_POLLS = (
    select(_POLLS.c.polled_at, _POLLS.c.new, _POLLS.c.error)
    .where(_POLLS.c.source_id == bindparam("source", type_=BigId))
    .order_by(_POLLS.c.id.desc())
    .limit(POLLS)
)
_NEWS = (
    select(_POLLS.c.polled_at)
    .where(_POLLS.c.source_id == bindparam("source", type_=BigId), _POLLS.c.new > 0)
    .order_by(_POLLS.c.id.desc())
    .limit(bindparam("limit", type_=BigId))
)
