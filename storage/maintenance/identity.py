"""What an archive holds against ``authority``, as an earlier kliping filed it; and undoing it.

Each version says where it was read, each attempt what was asked and where that led: from these it
is told once more which of them an article's home had a say in. What another outlet's address
brought goes to an article at that address; what an article only claimed is nobody's again, and
asked for when it is due.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, bindparam, func, select
from sqlalchemy.orm import Session

from scraper import urls
from scraper.model.types import Outcome, Verdict
from storage import addresses
from storage.addresses import is_same_host
from storage.database.engine import reading, writing
from storage.maintenance.separating import Stray, separate
from storage.models import Article, Fetch, Page, Version, table_of

CHUNK = 200
"""Articles looked at in one read transaction."""

_ARTICLES, _VERSIONS = table_of(Article), table_of(Version)
_PAGES, _FETCHES = table_of(Page), table_of(Fetch)
_SAID = (Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.DUPLICATE)
"""Outcomes of an attempt that brought a text."""

_CLAIMED = select(_VERSIONS.c.declared_url).where(_VERSIONS.c.id == bindparam("version"))

Note = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """An article with the addresses that it, its versions and its pages have."""

    id: int
    url: str
    canonical_url: str
    site: str
    versions: list[tuple[int, str]]
    """Accepted ones, in the order in which they were first seen."""
    pages: list[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One that brought a text."""

    requested: bytes
    final: bytes
    url: str
    """The final address."""
    outcome: Outcome


def find_strays(engine: Engine, note: Note = lambda *_: None) -> Iterator[Stray]:
    """What of each article is another address's; reads only. Raises ``StorageError``."""
    last = done = 0
    with reading(engine) as session:
        total = session.scalar(select(func.count()).select_from(_ARTICLES)) or 0
    while True:
        with reading(engine) as session:
            ids = session.scalars(
                select(_ARTICLES.c.id)
                .where(_ARTICLES.c.id > last)
                .order_by(_ARTICLES.c.id)
                .limit(CHUNK)
            ).all()
            strays = [stray for held in _load(session, ids) if (stray := _judge(session, held))]
        yield from strays
        if not ids:
            return
        last, done = ids[-1], done + len(ids)
        note("articles", done, total)


def undo(engine: Engine, article_id: int, now: datetime) -> Stray | None:
    """Give back what of an article is another address's, in one transaction; ``None`` where there
    is nothing (any more). Raises ``StorageError``."""
    with writing(engine) as session:
        held = next(_load(session, [article_id]), None)
        stray = _judge(session, held) if held else None
        if stray is not None:
            separate(session, stray, now)
        return stray


def _load(session: Session, ids: Any) -> Iterator[_Held]:
    cards = session.execute(
        select(_ARTICLES.c.id, _ARTICLES.c.url, _ARTICLES.c.canonical_url, _ARTICLES.c.site)
        .where(_ARTICLES.c.id.in_(ids), _ARTICLES.c.verdict == Verdict.ARTICLE.value)
        .order_by(_ARTICLES.c.id)
    ).all()
    versions: dict[int, list[tuple[int, str]]] = {card.id: [] for card in cards}
    pages: dict[int, list[tuple[int, str]]] = {card.id: [] for card in cards}
    for row in session.execute(
        select(_VERSIONS.c.article_id, _VERSIONS.c.id, _VERSIONS.c.url)
        .where(_VERSIONS.c.article_id.in_(versions), _VERSIONS.c.accepted)
        .order_by(_VERSIONS.c.id)
    ):
        versions[row.article_id].append((row.id, row.url))
    for row in session.execute(
        select(_PAGES.c.article_id, _PAGES.c.id, _PAGES.c.url)
        .where(_PAGES.c.article_id.in_(pages))
        .order_by(_PAGES.c.id)
    ):
        pages[row.article_id].append((row.id, row.url))
    for card in cards:
        yield _Held(**card._mapping, versions=versions[card.id], pages=pages[card.id])


def _judge(session: Session, held: _Held) -> Stray | None:
    if not held.versions:
        return None
    said = [held.canonical_url, *(url for _, url in held.versions), *(url for _, url in held.pages)]
    if held.site == urls.site_of(held.url) and all(is_same_host(url, held.url) for url in said):
        return None
    attempts = [
        _Attempt(_key(row.requested_url), _key(row.url), row.url, Outcome(row.outcome))
        for row in session.execute(
            select(_FETCHES.c.requested_url, _FETCHES.c.url, _FETCHES.c.outcome)
            .where(_FETCHES.c.article_id == held.id, _FETCHES.c.url.is_not(None))
            .where(_FETCHES.c.outcome.in_(_SAID))
            .order_by(_FETCHES.c.id)
        )
    ]
    claimed = addresses.key_of(session.scalar(_CLAIMED, {"version": held.versions[0][0]}))
    homes = _trace(held.versions[0][1], claimed, attempts)
    read_at = {one.final for one in attempts if one.requested == one.final}
    strays: dict[str, tuple[int, ...]] = {}
    for version_id, url in held.versions:
        if _key(url) in read_at and not _is_near(url, homes):
            strays[url] = (*strays.get(url, ()), version_id)
    is_lost = held.url in strays or (_key(held.url) in read_at and not _is_near(held.url, homes))
    lawful = [url for _, url in held.versions if url not in strays]
    home = lawful[-1] if is_lost else held.url
    canonical = held.canonical_url if _is_near(held.canonical_url, [*homes, home]) else None
    pages = tuple(
        page_id
        for page_id, url in held.pages
        if url in strays or not _is_rightful(url, [*homes, home], attempts)
    )
    has_own = canonical is not None and held.site == urls.site_of(home)
    if not strays and not pages and not is_lost and has_own:
        return None
    return Stray(held.id, home, canonical, strays, pages)


def _trace(first: str, claimed: bytes | None, attempts: list[_Attempt]) -> list[str]:
    """The article's homes: the address where it was first read, those that a home led to, and the
    one that it claimed, if that was read with the same text."""
    homes, keys, seen = [first], {_key(first)}, set[bytes]()
    for one in attempts:
        if one.final not in keys:
            is_direct = one.requested == one.final
            is_led = one.requested in keys and not is_direct
            is_claimed = is_direct and one.final == claimed and one.final not in seen
            came_true = is_claimed and one.outcome is Outcome.UNCHANGED
            if is_led or came_true or _is_near(one.url, homes):
                homes.append(one.url)
                keys.add(one.final)
        seen.add(one.final)
    return homes


def _is_near(url: str, homes: list[str]) -> bool:
    return any(is_same_host(url, home) for home in homes)


def _is_rightful(url: str, homes: list[str], attempts: list[_Attempt]) -> bool:
    """Whether a page may lead to the article: it is near a home of it, led somewhere, or is a page
    of the same outlet that had its text."""
    if _is_near(url, homes):
        return True
    key = _key(url)
    had_text = any(one.requested == one.final == key for one in attempts)
    if not had_text:
        return any(key in (one.requested, one.final) for one in attempts)
    return any(urls.site_of(url) == urls.site_of(home) for home in homes)


def _key(url: str) -> bytes:
    return addresses.parse(url).key
