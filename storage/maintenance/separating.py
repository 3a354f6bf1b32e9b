"""Giving back what is another address's: the rows of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from scraper import urls
from scraper.model.types import Outcome, Verdict
from storage import addresses, images
from storage.addresses import Address
from storage.database.engine import insert_into
from storage.frontier.pages import ensure_page
from storage.models import Article, Entry, Fetch, Page, PageSource, Version, table_of
from storage.proof import entries
from storage.proof.entries import EntryKind
from storage.saving import edit_rows, stories
from storage.saving.residence import vacate
from storage.search.index import Additions, remove_hidden

_ARTICLES, _VERSIONS, _ENTRIES = table_of(Article), table_of(Version), table_of(Entry)
_PAGES, _FETCHES, _LISTED = table_of(Page), table_of(Fetch), table_of(PageSource)


@dataclass(frozen=True, slots=True)
class Stray:
    """What of an article is another address's."""

    article_id: int
    url: str
    """Its home, as far as that is proven."""
    canonical_url: str | None
    """The canonical address that it keeps; ``None``: its home's."""
    versions: Mapping[str, tuple[int, ...]]
    """By the address where they were read: the ids of those that are none of its."""
    pages: tuple[int, ...]
    """The ids of pages that lead to it and are not its."""


def separate(session: Session, stray: Stray, now: datetime) -> None:
    """Give back what is another address's. The pages are asked again when a run comes by."""
    additions = Additions(session)
    additions.remove(stray.article_id)
    remove_hidden(session, stray.article_id)
    stories.forget(session, stray.article_id, _body_of(session, stray.article_id))
    home = addresses.parse(stray.url)
    _set(session, stray.article_id, current_version_id=None, url=home.url)
    _let_go(session, stray.pages, now)
    touched = [
        _give(session, additions, stray, url, ids, now) for url, ids in stray.versions.items()
    ]
    label = addresses.parse(stray.canonical_url) if stray.canonical_url else home
    vacate(session, additions, label.key, now)
    _set(
        session,
        stray.article_id,
        url_key=label.key,
        canonical_url=label.canonical,
        site=urls.site_of(home.url),
        current_version_id=_last_said(session, stray.article_id),
        filed_by=_filing(session, stray.article_id),
    )
    _take_page(session, home, stray.article_id, now)
    for article_id in (stray.article_id, *touched):
        _present(session, additions, article_id)
    additions.write()
    for article_id in (stray.article_id, *touched):
        edit_rows.refresh(session, article_id)
        entries.sign(session, article_id)


def _give(
    session: Session,
    additions: Additions,
    stray: Stray,
    url: str,
    ids: Iterable[int],
    now: datetime,
) -> int:
    """The versions that were read at an address become those of the article there, with the
    attempts that brought them. Returns its id."""
    there = addresses.parse(url)
    vacate(session, additions, there.key, now)
    owner = session.scalar(select(_ARTICLES.c.id).where(_ARTICLES.c.url_key == there.key))
    if owner is None:
        owner = _make(session, stray.article_id, there, now)
    else:
        additions.remove(owner)
        remove_hidden(session, owner)
        stories.forget(session, owner, _body_of(session, owner))
    digests = session.scalars(select(_VERSIONS.c.digest).where(_VERSIONS.c.id.in_(ids))).all()
    has = select(_VERSIONS.c.content_hash).where(_VERSIONS.c.article_id == owner)
    mine = _VERSIONS.c.id.in_(ids)
    session.execute(
        update(_VERSIONS).where(mine, _VERSIONS.c.content_hash.not_in(has)).values(article_id=owner)
    )
    left = delete(_VERSIONS).where(mine, _VERSIONS.c.article_id == stray.article_id)
    session.execute(left)  # the article there has the same content
    for table in (_FETCHES, _ENTRIES):
        its = (table.c.article_id == stray.article_id) & (table.c.url == url)
        session.execute(update(table).where(its).values(article_id=owner))
    images.hand_over(session, stray.article_id, owner)
    its = (_ENTRIES.c.article_id == stray.article_id) & _ENTRIES.c.version_digest.in_(digests)
    session.execute(update(_ENTRIES).where(its).values(article_id=owner))
    _set(session, owner, current_version_id=_last_said(session, owner))
    _take_page(session, there, owner, now)
    detail = {
        "from": stray.article_id,
        "versions": sorted(digest.hex() for digest in digests if digest),
    }
    entries.record(session, EntryKind.SEPARATION, now, article_id=owner, url=url, detail=detail)
    return owner


def _make(session: Session, former_id: int, there: Address, now: datetime) -> int:
    """An article at an address, filed now: its attempt is that by which it was told apart."""
    page_id = ensure_page(session, there, now)
    attempt = {
        "page_id": page_id,
        "outcome": Outcome.NEW.value,
        "reason": f"told apart from article {former_id}",
        "fetched_at": now,
        "requested_url": there.url,
    }
    made = insert_into(Fetch).values(**attempt).returning(_FETCHES.c.id)
    fetch_id = session.execute(made).scalar_one()
    values = {
        "url_key": there.key,
        "canonical_url": there.canonical,
        "url": there.url,
        "site": urls.site_of(there.url),
        "verdict": Verdict.ARTICLE.value,
        "evidence": "",
        "filed_by": fetch_id,
        "first_seen_at": now,
        "last_checked_at": now,
    }
    article = insert_into(Article).values(**values).returning(_ARTICLES.c.id)
    article_id: int = session.execute(article).scalar_one()
    session.execute(update(_FETCHES).where(_FETCHES.c.id == fetch_id).values(article_id=article_id))
    return article_id


def _present(session: Session, additions: Additions, article_id: int) -> None:
    """Find it again, and what else carries its text; it was first seen when its versions were."""
    seen = select(func.min(_VERSIONS.c.first_seen_at), func.max(_VERSIONS.c.fetched_at)).where(
        _VERSIONS.c.article_id == article_id
    )
    first, last = session.execute(seen).one()
    _set(session, article_id, first_seen_at=first, last_checked_at=last)
    body = additions.add(article_id)
    if body is not None:
        stories.follow(session, article_id, None, body)


def _last_said(session: Session, article_id: int) -> int | None:
    """The accepted version that a capture showed last."""
    query = (
        select(_VERSIONS.c.id)
        .outerjoin(
            _ENTRIES,
            (_ENTRIES.c.version_digest == _VERSIONS.c.digest)
            & (_ENTRIES.c.article_id == _VERSIONS.c.article_id),
        )
        .where(_VERSIONS.c.article_id == article_id, _VERSIONS.c.accepted)
        .group_by(_VERSIONS.c.id)
        .order_by(func.max(func.coalesce(_ENTRIES.c.fetched_at, _VERSIONS.c.fetched_at)).desc())
        .order_by(_VERSIONS.c.id.desc())
        .limit(1)
    )
    return session.scalar(query)


def _filing(session: Session, article_id: int) -> int:
    """The attempt that filed it: the one that is known, if it is still its own."""
    filed_by = session.scalar(select(_ARTICLES.c.filed_by).where(_ARTICLES.c.id == article_id))
    its = select(_FETCHES.c.id).where(_FETCHES.c.article_id == article_id)
    if session.scalar(its.where(_FETCHES.c.id == filed_by)) is not None:
        return int(filed_by or 0)
    first: int | None = session.scalar(its.order_by(_FETCHES.c.id).limit(1))
    return first if first is not None else int(filed_by or 0)


def _let_go(session: Session, page_ids: Iterable[int], now: datetime) -> None:
    """They lead nowhere; what was listed or fetched is due."""
    its = _PAGES.c.id.in_(list(page_ids))
    session.execute(
        update(_PAGES).where(its).values(article_id=None, etag=None, last_modified=None)
    )
    is_listed = select(_LISTED.c.page_id).where(_LISTED.c.page_id == _PAGES.c.id).exists()
    was_asked = _PAGES.c.last_checked_at.is_not(None) | is_listed
    session.execute(update(_PAGES).where(its, was_asked).values(due_at=now, failures=0))


def _take_page(session: Session, address: Address, article_id: int, now: datetime) -> None:
    page_id = ensure_page(session, address, now, article_id)
    session.execute(
        update(_PAGES)
        .where(_PAGES.c.id == page_id, _PAGES.c.forgotten_at.is_(None))
        .values(article_id=article_id, due_at=now, failures=0, etag=None, last_modified=None)
    )


def _body_of(session: Session, article_id: int) -> str | None:
    """Of an article's current version, where it is one."""
    query = (
        select(_VERSIONS.c.body)
        .join(_ARTICLES, _ARTICLES.c.current_version_id == _VERSIONS.c.id)
        .where(_ARTICLES.c.id == article_id, _ARTICLES.c.verdict == Verdict.ARTICLE.value)
    )
    body: str | None = session.scalar(query)
    return body


def _set(session: Session, article_id: int, **values: Any) -> None:
    session.execute(update(_ARTICLES).where(_ARTICLES.c.id == article_id).values(**values))
