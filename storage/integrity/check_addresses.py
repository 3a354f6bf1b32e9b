"""Addresses and attempts: what they say of each other, of their articles, and the chain of them.

Only what cannot be otherwise is called damage. What a later capture may have changed without a
record (an address that a page once declared, say) is let pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine, and_, except_, exists, func, select
from sqlalchemy.orm import Session, aliased

from scraper import urls
from scraper.model.types import Outcome
from storage import addresses
from storage.database.engine import reading
from storage.integrity.report import UNREADABLE, Damage, Note, VerifyReport, damage_of
from storage.integrity.walking import each_chunk
from storage.models import Article, Entry, Fetch, Page, Snapshot, Version, table_of
from storage.proof.entries import EntryKind

_ARTICLES, _VERSIONS, _PAGES = table_of(Article), table_of(Version), table_of(Page)
_ENTRIES, _FETCHES, _SNAPSHOTS = table_of(Entry), table_of(Fetch), table_of(Snapshot)
_LINKING = (Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.DUPLICATE)
"""Outcomes whose page became an address of the article."""

# ------------------------------------------------------------------- addresses


def check_pages(engine: Engine, report: VerifyReport, note: Note) -> Iterator[Damage]:
    """An address, its spelling and its key say the same, and it leads to its article."""
    owner = aliased(Article)
    query = select(
        _PAGES.c.id,
        _PAGES.c.url_key,
        _PAGES.c.url,
        _PAGES.c.canonical_url,
        _PAGES.c.host,
        _PAGES.c.article_id,
        _PAGES.c.forgotten_at.is_not(None).label("is_forgotten"),
        owner.id.label("owner_id"),
    ).outerjoin(owner, owner.url_key == _PAGES.c.url_key)
    for session, low, high in each_chunk(engine, _PAGES, "addresses", report, note):
        for row in session.execute(query.where(_PAGES.c.id.between(low, high))).all():
            name = f"address {row.id}"
            try:
                problem = _problem_of_page(session, row)
            except UNREADABLE as error:
                yield damage_of(name, error)
            else:
                if problem:
                    yield Damage(name, problem)
    lost = (
        select(_ARTICLES.c.id, _ARTICLES.c.canonical_url)
        .outerjoin(_PAGES, _PAGES.c.url_key == _ARTICLES.c.url_key)
        .where(_PAGES.c.id.is_(None))
    )
    with reading(engine) as session:
        for article_id, url in session.execute(lost):
            yield Damage(f"article {article_id}", f"its address {url} is not there")


def _problem_of_page(session: Session, row: Any) -> str | None:
    if row.is_forgotten:
        return "is one of a removed article, and leads to another" if row.article_id else None
    if urls.url_key(row.canonical_url) != row.url_key:
        return f"{row.canonical_url} was changed"
    # An older version may have spelt both otherwise: by today's rules they meet all the same, or
    # are no addresses, and then nothing ever came from there.
    key, meant = addresses.key_of(row.url), addresses.key_of(row.canonical_url)
    if key is None and meant is None and not (row.article_id or row.owner_id):
        return None
    if key is None or key != meant or addresses.parse(row.url).host != row.host:
        return f"its spelling {row.url} or its host {row.host} was changed"
    rightful = row.owner_id or _last_article(session, row)
    if rightful in (None, row.article_id) or _leads_to(session, row):
        return None
    there = f"article {row.article_id}" if row.article_id else "no article"
    return f"{row.url} leads to {there} in place of article {rightful}"


def _last_article(session: Session, page: Any) -> int | None:
    """The article that the page's last capture made it an address of; ``None`` where it leads
    nowhere, as what was let go of does (``residence``), or where a later capture of the article
    that it leads to now may have declared it as its own."""
    if page.article_id is None:
        return None
    last = session.execute(
        select(_FETCHES.c.id, _FETCHES.c.article_id)
        .where(_FETCHES.c.page_id == page.id, _FETCHES.c.article_id.is_not(None))
        .where(_FETCHES.c.outcome.in_(_LINKING))
        .order_by(_FETCHES.c.id.desc())
        .limit(1)
    ).first()
    if last is None:
        return None
    later = exists().where(_FETCHES.c.article_id == page.article_id, _FETCHES.c.id > last.id)
    found: int | None = None if session.scalar(select(later)) else last.article_id
    return found


def _leads_to(session: Session, page: Any) -> bool:
    """Whether anything filed says that the page is an address of the article it leads to."""
    if page.article_id is None:
        return False
    mine = _FETCHES.c.article_id == page.article_id
    if session.scalar(select(exists().where(mine, _FETCHES.c.page_id == page.id))):
        return True
    home = select(_ARTICLES.c.url).where(_ARTICLES.c.id == page.article_id)
    finals = select(_FETCHES.c.url).where(mine, _FETCHES.c.url.is_not(None))
    said = select(_VERSIONS.c.declared_url).where(
        _VERSIONS.c.article_id == page.article_id, _VERSIONS.c.declared_url.is_not(None)
    )
    named = {url for query in (home, finals, said) for url in session.scalars(query.distinct())}
    key = addresses.key_of(page.canonical_url)
    return any(addresses.key_of(url) == key for url in named)


# -------------------------------------------------------------------- attempts


def check_fetches(engine: Engine, report: VerifyReport, note: Note) -> Iterator[Damage]:
    """What was fetched is as its entry in the chain has it, and is an attempt at its address."""
    with reading(engine) as session:
        # With an article go the attempts at its addresses, whatever they brought.
        removal = select(func.max(_ENTRIES.c.id)).where(_ENTRIES.c.kind == EntryKind.REMOVAL.value)
        since = session.scalar(removal) or 0
    for session, low, high in each_chunk(engine, _ARTICLES, "attempts", report, note):
        yield from _check_captures(session, low, high, since)
        if not since:
            yield from _check_filing(session, low, high)
    for session, low, high in each_chunk(engine, _FETCHES, "attempts", report, note):
        yield from _check_attempts(session, low, high)


def _check_captures(session: Session, low: int, high: int, since: int) -> Iterator[Damage]:
    """Each capture has its attempt: the same article, address, time and payload."""
    names = ("article_id", "url", "fetched_at", "payload_digest")
    kinds = (EntryKind.CAPTURE.value, EntryKind.REJECTION.value)
    proven = select(*(_ENTRIES.c[name] for name in names)).where(
        _ENTRIES.c.article_id.between(low, high),
        _ENTRIES.c.kind.in_(kinds),
        _ENTRIES.c.redacted.is_(False),
        _ENTRIES.c.id > since,
    )
    made = select(*(_FETCHES.c[name] for name in names)).where(
        _FETCHES.c.article_id.between(low, high)
    )
    lost = except_(proven, made).subquery()
    for article_id, url in session.execute(select(lost.c.article_id, lost.c.url)):
        yield Damage(
            f"article {article_id}", f"the attempt at {url}, or what its entry says, was changed"
        )


def _check_filing(session: Session, low: int, high: int) -> Iterator[Damage]:
    lost = (
        select(_ARTICLES.c.id, _ARTICLES.c.filed_by)
        .outerjoin(
            _FETCHES,
            and_(_FETCHES.c.id == _ARTICLES.c.filed_by, _FETCHES.c.article_id == _ARTICLES.c.id),
        )
        .where(_ARTICLES.c.id.between(low, high), _FETCHES.c.id.is_(None))
    )
    for article_id, fetch_id in session.execute(lost):
        yield Damage(f"article {article_id}", f"fetch {fetch_id}, which filed it, is none of its")


def _check_attempts(session: Session, low: int, high: int) -> Iterator[Damage]:
    query = (
        select(
            _FETCHES.c.id,
            _FETCHES.c.requested_url,
            _FETCHES.c.outcome,
            _FETCHES.c.payload_digest,
            _SNAPSHOTS.c.payload_digest.label("stored"),
            _PAGES.c.url,
            _PAGES.c.canonical_url,
            _PAGES.c.url_key,
        )
        .outerjoin(_SNAPSHOTS, _SNAPSHOTS.c.id == _FETCHES.c.snapshot_id)
        .outerjoin(_PAGES, and_(_PAGES.c.id == _FETCHES.c.page_id, _PAGES.c.forgotten_at.is_(None)))
        .where(_FETCHES.c.id.between(low, high))
    )
    outcomes = {one.value for one in Outcome}
    for row in session.execute(query):
        name = f"fetch {row.id}"
        if row.outcome not in outcomes:
            yield Damage(name, f"its outcome, {row.outcome!r}, is none")
        if row.stored is not None and row.stored != row.payload_digest:
            yield Damage(name, "its stored page is another one than it brought")
        asked = row.requested_url
        if row.url is None or asked in (row.url, row.canonical_url):
            continue
        if addresses.key_of(asked) != addresses.key_of(row.canonical_url):
            yield Damage(name, f"was an attempt at {asked}, and is told of {row.url}")
