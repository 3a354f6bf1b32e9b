"""The addresses of an article that goes: tombstones, free again, or another's."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, exists, select, update
from sqlalchemy.orm import Session

from scraper.model.types import Verdict
from scraper.urls import site_of
from storage import addresses
from storage.database.engine import insert_into
from storage.frontier.pages import ensure_page
from storage.models import (
    Article,
    Fetch,
    Host,
    Page,
    Part,
    ReferencePage,
    Robots,
    Source,
    Version,
    table_of,
)

NOWHERE = ""
"""The host of a tombstone whose own host had nothing but what was removed."""

_ARTICLES, _VERSIONS = table_of(Article), table_of(Version)
_PAGES, _PARTS = table_of(Page), table_of(Part)
_FETCHES, _HOSTS = table_of(Fetch), table_of(Host)
_REFERENCES, _ROBOTS, _SOURCES = table_of(ReferencePage), table_of(Robots), table_of(Source)


def own_parts(session: Session, article_id: int, now: datetime) -> None:
    """Make the addresses of its further pages its own, as far as they are on its host, and nobody
    else's: a source may list them. Those of plain http are not, where the article or the page is
    asked over https."""
    rows = session.execute(
        select(_PARTS.c.url, _VERSIONS.c.url.label("first"), _ARTICLES.c.url.label("home"))
        .join(_VERSIONS, _VERSIONS.c.id == _PARTS.c.version_id)
        .join(_ARTICLES, _ARTICLES.c.id == _VERSIONS.c.article_id)
        .where(_VERSIONS.c.article_id == article_id, _VERSIONS.c.recorded.is_(False))
        .distinct()
    ).all()
    for row in rows:
        is_plain = row.url.startswith("http:")
        if is_plain and row.home.startswith("https:"):
            continue
        if addresses.is_same_host(row.url, row.first):
            page_id = ensure_page(session, addresses.parse(row.url), now)
            free = (_PAGES.c.id == page_id) & _PAGES.c.article_id.is_(None)
            if is_plain:
                free &= _PAGES.c.url.startswith("http:")
            session.execute(update(_PAGES).where(free).values(article_id=article_id))


def pages_of(session: Session, article_id: int) -> Sequence[Any]:
    """Its addresses, and who else is at home there; those, too, where nothing is but what was filed
    under it."""
    # Its home may have led elsewhere since, and so to another article.
    own = {
        addresses.parse(url).key
        for row in session.execute(
            select(_ARTICLES.c.url, _ARTICLES.c.canonical_url, _VERSIONS.c.url)
            .outerjoin(_VERSIONS, _VERSIONS.c.article_id == _ARTICLES.c.id)
            .where(_ARTICLES.c.id == article_id)
        )
        for url in row
        if url
    }
    owner, other = _ARTICLES.alias("owner"), _ARTICLES.alias("other")
    filed = select(_FETCHES.c.page_id).where(_FETCHES.c.article_id == article_id)
    others = exists().where(
        _FETCHES.c.page_id == _PAGES.c.id,
        _FETCHES.c.article_id == other.c.id,
        other.c.id != article_id,
        other.c.verdict == Verdict.ARTICLE.value,
    )
    is_only_filed = and_(
        _PAGES.c.article_id.is_(None), _PAGES.c.id.in_(filed), owner.c.id.is_(None), ~others
    )
    is_read_there = exists().where(
        _FETCHES.c.page_id == _PAGES.c.id,
        _FETCHES.c.article_id == article_id,
        _FETCHES.c.url.in_((_FETCHES.c.requested_url, _PAGES.c.url)),
        _PAGES.c.last_checked_at.is_not(None),
    )
    is_told = and_(is_only_filed, ~is_read_there, _PAGES.c.url_key.not_in(own))
    return session.execute(
        select(
            _PAGES.c.id,
            _PAGES.c.url_key,
            _PAGES.c.canonical_url,
            _PAGES.c.host,
            owner.c.id.label("owner_id"),
            owner.c.verdict,
            is_told.label("is_told"),  # it only led there, or a record says so: it is still asked
        )
        .outerjoin(owner, (owner.c.url_key == _PAGES.c.url_key) & (owner.c.id != article_id))
        .where((_PAGES.c.article_id == article_id) | _PAGES.c.url_key.in_(own) | is_only_filed)
    ).all()


def empty_pages(
    session: Session,
    article_id: int,
    rows: Sequence[Any],
    sites: set[str],
    passed: Collection[int],
    now: datetime,
) -> None:
    """Leave of each address what ``forget`` says. Those of ``passed`` have no tombstone."""
    homes = [row for row in rows if row.owner_id is not None]
    others = [row for row in rows if row.owner_id is None]
    tombstones = [
        row.id
        for row in others
        if site_of(row.canonical_url) in sites and row.id not in passed and not row.is_told
    ]
    foreign = [row.id for row in others if row.id not in tombstones]
    for row in homes:
        here = update(_PAGES).where(_PAGES.c.id == row.id)
        session.execute(here.values(article_id=row.owner_id))
    # Attempts that another article was filed of are that one's, at the address where it was.
    unfiled = _FETCHES.c.article_id.is_(None) | (_FETCHES.c.article_id == article_id)
    gone = [*tombstones, *foreign]
    session.execute(delete(_FETCHES).where(_FETCHES.c.page_id.in_(gone), unfiled))
    led_on = _FETCHES.c.page_id.in_(gone) & _FETCHES.c.url.is_not(None)
    session.execute(update(_FETCHES).where(led_on).values(requested_url=_FETCHES.c.url))
    session.execute(delete(_PAGES).where(_PAGES.c.id.in_(foreign)))
    session.execute(
        update(_PAGES)
        .where(_PAGES.c.id.in_(tombstones))
        .values(
            url="",
            canonical_url="",
            article_id=None,
            due_at=None,
            backlog=False,
            etag=None,
            last_modified=None,
            forgotten_at=now,
        )
    )


def leave_empty_hosts(session: Session, hosts: Sequence[str], now: datetime) -> None:
    """A host that has nothing but tombstones goes, and what is known of it: its name may tell what
    was there (``the-case-of-ann.example``). One that asked us to stay away is kept until then."""
    is_live = exists().where(_PAGES.c.host == _HOSTS.c.host, _PAGES.c.forgotten_at.is_(None))
    has_source = exists().where(_SOURCES.c.host == _HOSTS.c.host)
    is_open = _HOSTS.c.paused_until.is_(None) | (_HOSTS.c.paused_until <= now)
    query = select(_HOSTS.c.host).where(
        _HOSTS.c.host.in_(hosts), _HOSTS.c.host != NOWHERE, is_open, ~has_source, ~is_live
    )
    for host in session.scalars(query).all():
        session.execute(insert_into(Host).on_conflict_do_nothing(), {"host": NOWHERE})
        session.execute(update(_PAGES).where(_PAGES.c.host == host).values(host=NOWHERE))
        origins = [f"{scheme}://{host}" for scheme in ("http", "https")]
        session.execute(delete(_ROBOTS).where(_ROBOTS.c.origin.in_(origins)))
        session.execute(delete(_REFERENCES).where(_REFERENCES.c.host == host))
        session.execute(delete(_HOSTS).where(_HOSTS.c.host == host))
