"""Whose turn it is: the order in which a host's new pages are leased.

A host may be listed by several sources. Each source has a queue of its own, the newest page first,
and the queues take turns, so that a source that lists much never holds up one that lists little,
whatever limit ends the run. The order depends on nothing but what is left in the queues and on the
queue that was served last (``Host.turn``), and both change in the transaction in which a page is
saved: a run that is killed and taken up again goes on where it was.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import TypeVar

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from storage.frontier.due import SourceIds, listed_by
from storage.frontier.pages import chunks
from storage.models import Host, Page, table_of

T = TypeVar("T")

_PAGES, _HOSTS = table_of(Page), table_of(Host)
# These are the words of the index ``ix_page_fresh``.
_UNTRIED = (_PAGES.c.last_checked_at.is_(None), _PAGES.c.due_at.is_not(None))
_NEXT_LISTER = select(func.min(_PAGES.c.lister_id)).where(
    _PAGES.c.host == bindparam("host"), _PAGES.c.lister_id > bindparam("behind"), *_UNTRIED
)
_TURN = select(_HOSTS.c.turn).where(_HOSTS.c.host == bindparam("host"))
_QUEUE = (
    select(Page.id, Page.lease_run_id)
    .where(Page.host == bindparam("host"), Page.lister_id == bindparam("lister"))
    .where(Page.last_checked_at.is_(None), Page.due_at <= bindparam("now"))
    .where(or_(Page.lease_run_id.is_(None), Page.lease_run_id == bindparam("run")))
    .order_by(Page.news_at.desc(), Page.id)
    .limit(bindparam("most"))
)
_LEASED = select(func.count()).where(
    _PAGES.c.lease_run_id == bindparam("run"), _PAGES.c.host == bindparam("host")
)
_PAGE = _PAGES.alias("served")
_LISTER = select(_PAGE.c.lister_id).where(_PAGE.c.id == bindparam("page")).scalar_subquery()
_SERVED = (
    update(_HOSTS)
    .where(
        _HOSTS.c.host
        == select(_PAGE.c.host)
        .where(_PAGE.c.id == bindparam("page"))
        .where(_PAGE.c.last_checked_at.is_(None), _PAGE.c.due_at.is_not(None))
        .scalar_subquery()
    )
    .where(_HOSTS.c.turn != _LISTER)
    .values(turn=_LISTER)
)


def take_turns(queues: Mapping[int, Sequence[T]], last: int) -> Iterator[T]:
    """One of each queue by turns, in the order of their keys, first of the one behind ``last``; an
    empty one is passed over."""
    keys = sorted(queues)
    at = bisect_right(keys, last)
    waiting = [iter(queues[key]) for key in (*keys[at:], *keys[:at])]
    while waiting:
        left = []
        for queue in waiting:
            for one in queue:
                yield one
                left.append(queue)
                break
        waiting = left


def untried_in_turn(
    session: Session,
    run_id: int,
    host: str,
    now: datetime,
    limit: int,
    source_ids: SourceIds,
    without: Collection[int] = (),
) -> list[Page]:
    """Up to ``limit`` pages of a host that are due and were never tried, unleased; none of the
    queues ``without`` which this is.

    What this run has leased and not saved yet takes its turns before them. Not more queues are
    looked into than can be served, nor more pages of each.
    """
    turn = session.scalar(_TURN, {"host": host}) or 0
    leased = session.scalar(_LEASED, {"run": run_id, "host": host}) or 0
    query = _QUEUE if source_ids is None else _QUEUE.where(*listed_by(source_ids))
    values = {"run": run_id, "host": host, "now": now, "most": limit + leased}
    queues = {
        lister: session.execute(query, {**values, "lister": lister}).all()
        for lister in _listers(session, host, turn, limit + leased, without)
    }
    free = (page_id for page_id, lease in take_turns(queues, turn) if lease is None)
    ids = list(islice(free, limit))
    found: dict[int, Page] = {}
    for chunk in chunks(ids):
        rows = select(Page).where(Page.id.in_(chunk))
        rows = rows.with_for_update(skip_locked=True, of=Page)
        found.update((row.id, row) for row in session.scalars(rows))
    return [found[each] for each in ids if each in found]


def note_turn(session: Session, page_id: int) -> None:
    """The page that is about to be saved, if it was never tried, was its queue's turn."""
    session.execute(_SERVED, {"page": page_id})


def _listers(
    session: Session, host: str, turn: int, most: int, without: Collection[int]
) -> list[int]:
    """The queues of a host that hold something, from the one behind ``turn`` on. A step through the
    index for each, whatever it holds."""
    found: list[int] = []
    for behind, end in ((turn, None), (-1, turn)):
        while len(found) < most:
            values = {"host": host, "behind": behind}
            lister: int | None = session.scalar(_NEXT_LISTER, values)
            if lister is None or (end is not None and lister > end):
                break
            if lister not in without:
                found.append(lister)
            behind = lister
    return found
