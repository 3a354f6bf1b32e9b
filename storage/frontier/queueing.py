"""What a source lists, on its way into the frontier: new pages, known ones that wake up, and how
many of them may wait."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import accumulate
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select, update
from sqlalchemy.orm import Session

from scraper.errors import AddressError
from scraper.model.types import Link, Verdict
from scraper.urls import date_in_path, site_of
from storage import addresses
from storage.addresses import Address, is_same_host
from storage.database.engine import insert_into
from storage.frontier.pages import chunks, ensure_hosts, load_page_ids, page_values
from storage.models import Article, Page, PageSource, Source, Version

FEW_CHANGES = 3
"""A document that says of more pages than these, and of most, that they changed since we looked,
states the time of day."""
SETTLED = timedelta(minutes=5)
"""A change that is younger waits for the next poll: a document that dates all by its own making
would have its pages fetched at each."""
RETOLD = timedelta(days=1)
"""How often a page without an article is asked again at most because its source says that it
changed."""
MAX_DUE = 50_000
"""Pages of one source and its parts that are due and were never tried: half a day's work for a host
at two a second. A feed that invents addresses at each poll gets no further than this."""
MAX_BACKLOG = 500_000
"""Pages of one source and its parts that wait for a backfill (some 300 MB of rows). A backfill
reads no further sitemap and no older page before it has worked some off."""
MAX_LENGTH = 2_048
"""Characters of an address that a source lists (sitemaps.org, "XML tag definitions")."""
_FILED = Verdict.ARTICLE.value
USUAL = 600
"""Bytes of a page's addresses, as stored. Those that wait may have so many times as many as pages
may wait: a source whose addresses are longer has room for fewer."""


Listed = dict[bytes, tuple[Address, Link]]
"""By key, in document order, each address once."""


def queue_links(
    session: Session,
    source_id: int,
    links: Iterable[Link],
    now: datetime,
    *,
    backlog: bool = False,
) -> int:
    """Make the unknown ones of a source's links pages that are due now; returns how many.

    See ``Queue.add``. Without bound: for what is read once, by a person or step by step.
    """
    return Queue(session=session, source_id=source_id, now=now).add(links, backlog=backlog)


@dataclass(kw_only=True)
class Queue:
    """Takes what a source lists into the frontier, in one transaction."""

    session: Session
    source_id: int
    now: datetime
    poll_id: int | None = None
    undated_at: datetime | None = None
    """Of when links are taken to be that have no date, nor their address."""
    is_bounded: bool = False
    """``MAX_DUE`` and ``MAX_BACKLOG`` hold."""
    left_out: int = 0
    """Of the new links, those that there was no room for."""

    def add(self, links: Iterable[Link], *, backlog: bool = False) -> int:
        """Make the unknown links pages that are due now, or, as ``backlog``, wait; how many.

        In document order, each address once. Known addresses are noted as this source's; those
        that waited for a backfill and are news now are due, and so are young ones that changed
        since they were looked at, and those that only others led to so far (``_recall``). What is
        no web address is passed over.
        """
        session, found = self.session, addresses_of(links)
        known = load_page_ids(session, found)
        _recall(session, self.source_id, known.values(), self.now, backlog=backlog)
        if not backlog:
            _wake(session, found, known, self.now)
        _vouch(session, found, known)
        new = self._fit([key for key in found if key not in known], found, backlog)
        lister = root_of(session, self.source_id)
        due_at = None if backlog else self.now
        rows = [
            page_values(found[key][0], self.now, due_at, news_at, lister)
            | {"backlog": backlog, "poll_id": self.poll_id, "vouched": found[key][1].vouched}
            for key, news_at in new.items()
        ]
        ensure_hosts(session, {str(row["host"]) for row in rows})
        if rows:
            session.execute(insert_into(Page).on_conflict_do_nothing(), rows)
            known |= load_page_ids(session, new)
        if known:
            session.execute(
                insert_into(PageSource).on_conflict_do_nothing(),
                [{"page_id": each, "source_id": self.source_id} for each in known.values()],
            )
        return len(rows)

    def _fit(
        self, keys: Sequence[bytes], found: Listed, backlog: bool
    ) -> dict[bytes, datetime | None]:
        """What there is room for, the newest of it, with its dates; in document order."""
        dated = {key: _news_at(*found[key]) or self.undated_at for key in keys}
        if not (self.is_bounded and dated):
            return dated
        room = room_of(self.session, self.source_id, backlog=backlog)
        sizes = {key: _size_of(found[key][0]) for key in keys}
        size = sum(sizes.values())
        if size > USUAL * len(sizes):  # else they are counted, which costs less
            size_left = size_left_of(self.session, self.source_id, backlog=backlog)
        else:
            size_left = size
        if len(dated) <= room and size <= size_left:
            return dated
        newest = sorted(dated, key=lambda key: dated[key] or self.now, reverse=True)[:room]
        totals = accumulate(sizes[key] for key in newest)
        fitting = {key for key, total in zip(newest, totals, strict=True) if total <= size_left}
        self.left_out += len(dated) - len(fitting)
        return {key: at for key, at in dated.items() if key in fitting}


def room_of(session: Session, source_id: int, *, backlog: bool) -> int:
    """How many more pages of a source and its parts may be due untried, or wait for a backfill."""
    waiting = _waiting(session, source_id, backlog=backlog)
    query = select(func.count()).select_from(Page).where(*waiting)
    return max(0, (MAX_BACKLOG if backlog else MAX_DUE) - (session.scalar(query) or 0))


def size_left_of(session: Session, source_id: int, *, backlog: bool) -> int:
    """How many bytes of addresses may wait beside those that do."""
    size = func.length(Page.url) + func.length(Page.canonical_url)
    query = select(func.sum(size)).where(*_waiting(session, source_id, backlog=backlog))
    return max(0, USUAL * (MAX_BACKLOG if backlog else MAX_DUE) - (session.scalar(query) or 0))


def _waiting(session: Session, source_id: int, *, backlog: bool) -> list[ColumnElement[bool]]:
    of_source = Page.lister_id == root_of(session, source_id)
    if backlog:
        return [of_source, Page.backlog.is_(True)]
    return [of_source, Page.last_checked_at.is_(None), Page.due_at.is_not(None)]


def _size_of(address: Address) -> int:
    return len(address.url) + len(address.canonical)


def full_roots(session: Session, host: str) -> list[int]:
    """Of the indexes that have parts on a host, those of which no more may wait for a backfill."""
    query = select(Source.parent_id).where(Source.host == host, Source.parent_id.is_not(None))
    query = query.distinct()
    roots = [root for root in session.scalars(query) if root is not None]
    return [root for root in roots if not room_of(session, root, backlog=True)]


def root_of(session: Session, source_id: int) -> int:
    """A source itself; of a part, the source whose part it is."""
    parent = session.scalar(select(Source.parent_id).where(Source.id == source_id))
    return parent or source_id


def addresses_of(links: Iterable[Link]) -> Listed:
    found: Listed = {}
    for link in links:
        try:
            address = addresses.parse(link.url)
        except AddressError:
            continue
        if len(address.url) > MAX_LENGTH:
            continue
        found.setdefault(address.key, (address, link))
    return found


def _vouch(session: Session, found: Listed, known: dict[bytes, int]) -> None:
    """Known pages that are vouched for now, and were not, are asked for as they are spelled now,
    and afresh: the spelling before was another site's, and what it brought everybody's page."""
    spelled = {known[key]: at for key, (at, link) in found.items() if key in known and link.vouched}
    for chunk in chunks(list(spelled)):
        rows = select(Page.id).where(Page.id.in_(chunk), Page.vouched.is_(False))
        fresh = session.scalars(rows.where(Page.forgotten_at.is_(None))).all()
        ensure_hosts(session, {spelled[page_id].host for page_id in fresh})
        for page_id in fresh:
            at = spelled[page_id]
            values = {"vouched": True, "url": at.url, "host": at.host}
            afresh = update(Page).where(Page.id == page_id).values(etag=None, last_modified=None)
            session.execute(afresh.values(**values))


def _news_at(address: Address, link: Link) -> datetime | None:
    if link.dated_at is not None:
        return link.dated_at
    day = date_in_path(address.url)
    return None if day is None else datetime.combine(day, time(), UTC)


def _recall(
    session: Session, source_id: int, known: Collection[int], now: datetime, *, backlog: bool
) -> None:
    """Known pages of which nothing was filed, or what others told alone, are to be asked when a
    source lists them: whoever led there first has no say in that. Those that wait for another try
    are, where the source is of their outlet: it may have named them before they were there."""
    site = site_of(session.scalar(select(Source.url).where(Source.id == source_id)) or "")
    listed = exists().where(PageSource.page_id == Page.id, PageSource.source_id == source_id)
    query = (
        select(
            Page.id,
            Page.url,
            Page.due_at,
            Page.last_checked_at,
            Article.url,
            and_(Article.url_key == Page.url_key, not_(Version.recorded)).label("declared"),
        )
        .outerjoin(Article, and_(Article.id == Page.article_id, Article.verdict == _FILED))
        .outerjoin(Version, Version.id == Article.current_version_id)
        .where(Page.forgotten_at.is_(None), Page.lease_run_id.is_(None), Page.backlog.is_(False))
        .where(or_(Page.due_at.is_(None), Page.due_at > now), ~listed)
    )
    asked: list[int] = []
    for chunk in chunks(list(known)):
        for page_id, url, due_at, checked_at, home, declared in session.execute(
            query.where(Page.id.in_(chunk))
        ):
            if home is None:
                is_missed = due_at is None or site_of(url) == site
            else:
                is_its = is_same_host(url, home) and (declared or checked_at is not None)
                is_missed = due_at is None and not is_its
            if is_missed:
                asked.append(page_id)
    plan: dict[str, Any] = {"backlog": True} if backlog else {"due_at": now}
    for chunk in chunks(asked):
        session.execute(update(Page).where(Page.id.in_(chunk)).values(failures=0, **plan))


def _wake(session: Session, found: Listed, known: dict[bytes, int], now: datetime) -> None:
    """What waited for a backfill is due; and what changed since it was looked at, if it is young
    enough to be looked at again at all."""
    stated = {
        page_id: at
        for key, page_id in known.items()
        if (at := found[key][1].modified_at) is not None and at <= now - SETTLED
    }
    young: list[tuple[int, bool]] = []
    for chunk in chunks(list(known.values())):
        session.execute(
            update(Page)
            .where(Page.id.in_(chunk), Page.backlog, Page.lease_run_id.is_(None))
            .values(backlog=False, due_at=now)
        )
        _date_untried(session, found, known, chunk)
        rows = session.execute(
            select(Page.id, Page.last_checked_at).where(
                Page.id.in_(chunk), Page.due_at > now, Page.failures == 0
            )
        )
        young += [
            (page_id, checked is not None and page_id in stated and checked < stated[page_id])
            for page_id, checked in rows
        ]
    changed = [page_id for page_id, is_changed in young if is_changed]
    if len(changed) > max(FEW_CHANGES, len(young) // 2):
        return
    changed += _changed_without_article(session, stated, now)
    for chunk in chunks(changed):
        session.execute(update(Page).where(Page.id.in_(chunk)).values(due_at=now))


def _changed_without_article(
    session: Session, stated: Mapping[int, datetime], now: datetime
) -> list[int]:
    """Of what changed since it was looked at, the pages that failed or were rejected then, whether
    they wait for another try or have had their last. A day must have passed: some documents date
    their pages anew each time."""
    found: list[int] = []
    for chunk in chunks(list(stated)):
        query = select(Page.id, Page.last_checked_at).where(
            Page.id.in_(chunk),
            Page.failures > 0,
            Page.last_checked_at <= now - RETOLD,
            Page.lease_run_id.is_(None),
            Page.forgotten_at.is_(None),
        )
        rows = session.execute(query)
        found += [page_id for page_id, at in rows if at is not None and at < stated[page_id]]
    return found


def _date_untried(
    session: Session, found: Listed, known: dict[bytes, int], page_ids: Sequence[int]
) -> None:
    """Of two sources of a page that was not tried yet, the one that dates it is believed."""
    dates = {known[key]: link.dated_at for key, (_, link) in found.items() if key in known}
    untried = select(Page.id, Page.first_seen_at, Page.news_at).where(
        Page.id.in_(page_ids), Page.last_checked_at.is_(None)
    )
    for page_id, first_seen_at, news_at in session.execute(untried).all():
        dated = dates[page_id]
        if dated is not None and min(dated, first_seen_at) != news_at:
            values = {"news_at": min(dated, first_seen_at)}
            session.execute(update(Page).where(Page.id == page_id).values(**values))
