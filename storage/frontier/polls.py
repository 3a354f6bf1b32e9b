"""What a poll of a source brings: its new pages, the sitemaps it is made of, and the ledger's row.

Everything of one poll is one transaction of the ``Frontier``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from scraper.model.jobs import LinkComparison, Poll, PollResult
from scraper.model.types import Link, SourceKind
from storage import models
from storage.database.engine import insert_into
from storage.frontier import owning
from storage.frontier.pages import chunks, ensure_hosts, load_page_ids
from storage.frontier.queueing import Listed, Queue, addresses_of, root_of
from storage.frontier.queueing import queue_links as queue_links
from storage.models import Host, Page, PageSource, Source

MAX_NUMBERED = 10
"""Sources of one name that are told apart by a number."""
MANY = 1_000
"""So far what a source and its parts have listed is counted."""
MAX_TITLE = 500
"""Characters of a source's title."""
MAX_PARTS = 2_000
"""Sitemaps of one source."""
PARTS_A_RUN = 48
"""Sitemaps of one source that one run polls: an index may list indexes without end."""


def compare(session: Session, source_id: int, links: Sequence[Link]) -> LinkComparison:
    """What a source lists, beside what is known. Sitemaps of one index count as one source."""
    found = addresses_of(links)
    known = load_page_ids(session, found)
    family = _family(session, source_id)
    shared = 0
    for chunk in chunks(list(known.values())):
        count = select(func.count(PageSource.page_id.distinct())).where(
            PageSource.page_id.in_(chunk), PageSource.source_id.in_(family)
        )
        shared += session.scalar(count) or 0
    of_family = select(PageSource.page_id).where(PageSource.source_id.in_(family)).limit(MANY)
    held = session.scalar(select(func.count()).select_from(of_family.subquery())) or 0
    return LinkComparison(
        listed=len(found),
        new=len(found) - len(known),
        shared=shared,
        had_any=held > 0,
        family=held,
    )


def tried_among(session: Session, links: Sequence[Link]) -> set[str]:
    """The addresses, as listed, whose pages were fetched already."""
    found = addresses_of(links)
    tried: set[bytes] = set()
    for chunk in chunks(list(found)):
        query = select(Page.url_key).where(
            Page.url_key.in_(chunk), Page.last_checked_at.is_not(None)
        )
        tried.update(session.scalars(query))
    return {link.url for key, (_, link) in found.items() if key in tried}


def save(session: Session, poll: Poll, now: datetime) -> PollResult:
    """Store what a poll brought, with what its gap missed.

    A failed poll keeps what the source had but ``failures``, the error and when it is due. A
    source that was removed meanwhile stays removed, and queues nothing. Where there is no room for
    all that is new the oldest is left out, and the validators are not kept: the next poll meets it
    again.
    """
    source = session.execute(
        update(Source)
        .where(Source.id == poll.source_id)
        .values(**_source_values(poll, now))
        .returning(Source.host, Source.parent_id, Source.name)
    ).first()
    if source is None:
        return PollResult()
    poll_id = _record(session, poll, now)
    if poll.error is not None:
        return PollResult()
    session.execute(
        update(Host).where(Host.host == source.host).values(postponed_until=None, unreachable=0)
    )
    queue = Queue(
        session=session,
        source_id=poll.source_id,
        now=now,
        poll_id=poll_id,
        undated_at=poll.undated_at,
        is_bounded=True,
    )
    new = queue.add(poll.links) + queue.add(poll.backlog, backlog=True)
    root = source.parent_id or poll.source_id
    room = _room_for_parts(session, root, poll.run_id, now) if poll.sitemaps else 0
    add_parts(session, root, source.name, poll.sitemaps[:room], now, due_at=now)
    add_parts(session, root, source.name, (*poll.sitemaps[room:], *poll.older_sitemaps), now)
    counts = {"listed": len(addresses_of((*poll.links, *poll.backlog))), "new": new}
    filled = None
    if poll.missed is not None:
        filled = counts["gap_filled"] = queue.add(poll.missed)
    counts["left_out"] = queue.left_out
    session.execute(update(models.Poll).where(models.Poll.id == poll_id).values(**counts))
    if queue.left_out:
        without = update(Source).where(Source.id == poll.source_id)
        session.execute(without.values(etag=None, last_modified=None))
    return PollResult(new + (filled or 0), filled, queue.left_out)


def _room_for_parts(session: Session, root: int, run_id: int | None, now: datetime) -> int:
    """How many more sitemaps of a source may be due in this run."""
    polled = (
        select(func.count(models.Poll.source_id.distinct()))
        .join(Source, Source.id == models.Poll.source_id)
        .where(models.Poll.run_id == run_id, Source.parent_id == root)
    )
    due = select(func.count()).where(
        Source.parent_id == root, or_(Source.due_at <= now, Source.lease_run_id.is_not(None))
    )
    return max(PARTS_A_RUN - (session.scalar(polled) or 0) - (session.scalar(due) or 0), 0)


def add_parts(
    session: Session,
    source_id: int,
    name: str,
    sitemaps: Iterable[Link],
    now: datetime,
    due_at: datetime | None = None,
) -> None:
    """Make the sitemaps of an index parts of its source. A known one is due where its index says
    that it changed; an address that is a source of its own stays one. A part that another outlet's
    index listed first goes over to its own outlet's."""
    root = session.scalar(select(Source.url).where(Source.id == source_id))
    if root is None:
        return
    count = session.scalar(select(func.count()).where(Source.parent_id == source_id)) or 0
    found = addresses_of(sitemaps)
    owning.vouch(session, (address for address, link in found.values() if link.vouched))
    known = _known(session, found)
    for key, (address, link) in found.items():
        file = urlsplit(address.url).path.rsplit("/", 1)[-1]
        part_name = f"{name} {file}".strip()
        values: dict[str, Any] = {"stated_at": link.modified_at, "due_at": due_at}
        part = known.get(key)
        if part is None and count < MAX_PARTS:
            ensure_hosts(session, [address.host])
            values |= owning.spelled(address, vouched=link.vouched)
            values |= {
                "url_key": key,
                "kind": SourceKind.SITEMAP.value,
                "added_at": now,
                "failures": 0,
                "parent_id": source_id,
            }
            insert_source(session, values, part_name)
            count += 1
        elif part is not None and part.parent_id == source_id and due_at is not None:
            if link.modified_at is not None and link.modified_at != part.stated_at:
                session.execute(update(Source).where(Source.id == part.id).values(**values))
        elif part is not None and count < MAX_PARTS and owning.is_anothers(part, address, root):
            values |= {"parent_id": source_id}
            owning.begin_anew(session, part, address, values, part_name)
            count += 1


def _known(session: Session, found: Listed) -> dict[bytes, Any]:
    """By key, what is a source already."""
    query = owning.query_parts()
    return {
        row.url_key: row
        for chunk in chunks(list(found))
        for row in session.execute(query.where(Source.url_key.in_(chunk)))
    }


def insert_source(session: Session, values: dict[str, Any], name: str) -> int | None:
    """The new source's id, or ``None`` if its address is known. A taken name gets ``-2``, …, and
    after a few of these a part of its key."""
    number = 1
    while True:
        tried = name if number == 1 else f"{name}-{number}"
        statement = insert_into(Source).values(name=tried, **values).on_conflict_do_nothing()
        source_id: int | None = session.scalar(statement.returning(Source.id))
        if source_id is not None:
            return source_id
        if session.scalar(select(Source.id).where(Source.url_key == values["url_key"])):
            return None
        number += 1
        if number == MAX_NUMBERED:
            name, number = f"{name}-{values['url_key'].hex()}", 1


def _family(session: Session, source_id: int) -> list[int]:
    """A source and the parts of it; a part with those beside it."""
    root = root_of(session, source_id)
    rows = select(Source.id).where(or_(Source.id == root, Source.parent_id == root))
    return list(session.scalars(rows))


def _source_values(poll: Poll, now: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {
        "due_at": poll.next_due_at,
        "lease_run_id": None,
        "last_polled_at": now,
        "last_error": poll.error,
        "failures": poll.failures,
    }
    if poll.disabled is not None:
        values |= {"due_at": None, "disabled_at": now, "disabled_reason": poll.disabled}
    if poll.error is None:
        values |= {
            "last_success_at": now,
            "interval_seconds": int(poll.interval.total_seconds()),
            "title": func.coalesce(poll.title and poll.title[:MAX_TITLE], Source.title),
            **_validator_values(poll),
        }
        if poll.kind is not None:
            values["kind"] = poll.kind.value
    return values


def _validator_values(poll: Poll) -> dict[str, Any]:
    etag, last_modified = poll.validators.etag, poll.validators.last_modified
    if not poll.not_modified:
        return {"etag": etag, "last_modified": last_modified}
    # A 304 may leave out what has not changed (RFC 9110 §15.4.5).
    return {
        "etag": func.coalesce(etag, Source.etag),
        "last_modified": func.coalesce(last_modified, Source.last_modified),
    }


def _record(session: Session, poll: Poll, now: datetime) -> int:
    outcome = "failed" if poll.error else "unchanged" if poll.not_modified else "listed"
    values = {
        "source_id": poll.source_id,
        "run_id": poll.run_id,
        "polled_at": now,
        "outcome": outcome,
        "listed": 0,
        "new": 0,
        "gap_since": poll.gap.since if poll.gap else None,
        "error": poll.error,
    }
    statement = insert_into(models.Poll).values(**values).returning(models.Poll.id)
    poll_id: int = session.execute(statement).scalar_one()
    return poll_id
