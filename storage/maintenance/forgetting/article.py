"""The rows of an article that goes, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, delete, func, select, union_all, update
from sqlalchemy.orm import Session

from scraper.model.types import Verdict
from scraper.urls import site_of
from storage.database import erasing
from storage.database.engine import is_sqlite, writing
from storage.maintenance.forgetting.mentions import redact, take_out_of_alarms, take_out_of_reasons
from storage.maintenance.forgetting.pages import empty_pages, leave_empty_hosts, own_parts, pages_of
from storage.maintenance.forgetting.traces import Traces, finish
from storage.maintenance.forgetting.walls import shells_of, take_from_shells
from storage.models import Article, Fetch, Image, Page, Part, Snapshot, Version, table_of
from storage.proof import entries
from storage.proof.digests import snapshot_digest
from storage.saving import stories
from storage.saving.versions import absorb
from storage.search import index
from storage.snapshots import free_reference

_KEPT_HEADERS = frozenset({"content-type", "content-language"})
"""Of a page that another article was read from too: they say how to read it. The others may name
the address under which it was fetched (``Link``, ``Content-Location``)."""

_ARTICLES, _VERSIONS, _SNAPSHOTS = table_of(Article), table_of(Version), table_of(Snapshot)
_PAGES, _PARTS, _FETCHES = table_of(Page), table_of(Part), table_of(Fetch)
_IMAGES = table_of(Image)


@dataclass(frozen=True, slots=True)
class Removal:
    """What went with an article."""

    article_id: int
    versions: int
    snapshots: int
    addresses: int
    traces: Traces = Traces.NONE


def forget(
    engine: Engine, article_id: int, now: datetime, *, patience: float | None = None
) -> Removal | None:
    """Remove an article's texts, pages and addresses for good; ``None`` where there is none.

    The keys of its site's addresses stay, so that no crawl brings it back (a tombstone); so does
    the chain's word, and the entries that spoke of it are emptied but for their digests.
    Addresses of other sites that led to it have no tombstone: they are another outlet's (or a
    link shortener's), which may publish something of its own there. As such an address may tell
    what the article said, its row goes whole, and with it which sources listed it: one that still
    lists it brings it back as new. Nor has a page without text, to log in, that only they led to.
    An address at which another article is at home goes back to that one.

    ``patience``: as for ``finish``. Raises ``StorageError``.
    """
    with writing(engine) as session:
        row = session.execute(
            select(
                _ARTICLES.c.verdict, _ARTICLES.c.url, _ARTICLES.c.canonical_url, _VERSIONS.c.body
            )
            .outerjoin(_VERSIONS, _VERSIONS.c.id == _ARTICLES.c.current_version_id)
            .where(_ARTICLES.c.id == article_id)
        ).first()
        if row is None:
            return None
        if is_sqlite(session):
            erasing.note_removal(session.connection())
        sites = _sites_of(session, article_id, row)
        for shell in shells_of(session, article_id, sites):
            absorb(session, shell, article_id, now)
        own_parts(session, article_id, now)
        passed = take_from_shells(session, article_id, sites, now)
        index.remove(session, article_id)
        stories.forget(session, article_id, row.body if row.verdict == Verdict.ARTICLE else None)
        _let_go_of_copies(session, article_id)
        snapshots = sorted({*_snapshots_of(session, article_id), *passed.snapshots})
        urls = _urls_of(session, article_id) | {row.url, row.canonical_url} | passed.urls
        pages = pages_of(session, article_id)
        hosts = sorted({page.host for page in pages})
        empty_pages(session, article_id, pages, sites, passed.pages, now)
        session.execute(delete(_FETCHES).where(_FETCHES.c.article_id == article_id))
        versions = _delete_article(session, article_id)
        removed = [digest for one in snapshots if (digest := _delete_snapshot(session, one, urls))]
        leave_empty_hosts(session, hosts, now)
        take_out_of_alarms(session, urls)
        take_out_of_reasons(session, urls)
        redact(session, article_id, passed.kept, urls, removed, now)
    entries.seal(engine, now)
    traces = finish(engine, patience=patience)
    return Removal(article_id, versions, len(removed), len(pages), traces)


def _sites_of(session: Session, article_id: int, row: Any) -> set[str]:
    """Where it was published: whose addresses are tombstones. (What was only kept beside it may
    have been read elsewhere, and a record can name any address.)"""
    its = _VERSIONS.c.accepted & _VERSIONS.c.recorded.is_(False)
    read_at = select(_VERSIONS.c.url).where(_VERSIONS.c.article_id == article_id, its).distinct()
    return {site_of(url) for url in (row.url, row.canonical_url, *session.scalars(read_at)) if url}


def _let_go_of_copies(session: Session, article_id: int) -> None:
    """Articles of other sites that were linked to it as copies are linked to the next of them."""
    copies = session.scalars(
        select(_ARTICLES.c.id)
        .where(_ARTICLES.c.duplicate_of == article_id)
        .order_by(_ARTICLES.c.id)
    ).all()
    for copy in copies:
        first = None if copy == copies[0] else copies[0]
        session.execute(update(_ARTICLES).where(_ARTICLES.c.id == copy).values(duplicate_of=first))
        entries.sign(session, copy)


def _snapshots_of(session: Session, article_id: int) -> list[int]:
    """Those that one of its versions or attempts, or an attempt at one of its addresses that
    nothing was filed of, brought."""
    versions = select(_VERSIONS.c.id).where(_VERSIONS.c.article_id == article_id)
    pages = select(_PAGES.c.id).where(_PAGES.c.article_id == article_id)
    queries = (
        select(_VERSIONS.c.snapshot_id).where(_VERSIONS.c.article_id == article_id),
        select(_PARTS.c.snapshot_id).where(_PARTS.c.version_id.in_(versions)),
        select(_IMAGES.c.snapshot_id).where(_IMAGES.c.article_id == article_id),
        select(_FETCHES.c.snapshot_id).where(_FETCHES.c.article_id == article_id),
        select(_FETCHES.c.snapshot_id).where(
            _FETCHES.c.article_id.is_(None), _FETCHES.c.page_id.in_(pages)
        ),
    )
    found = {one for query in queries for one in session.scalars(query) if one is not None}
    return sorted(found)


def _urls_of(session: Session, article_id: int) -> set[str]:
    """Every spelling under which it, or a further page of it, was asked for or found."""
    versions = select(_VERSIONS.c.id).where(_VERSIONS.c.article_id == article_id)
    columns = (
        (_PAGES.c.url, _PAGES.c.article_id == article_id),
        (_PAGES.c.canonical_url, _PAGES.c.article_id == article_id),
        (_FETCHES.c.requested_url, _FETCHES.c.article_id == article_id),
        (_FETCHES.c.url, _FETCHES.c.article_id == article_id),
        (_VERSIONS.c.url, _VERSIONS.c.article_id == article_id),
        (_PARTS.c.url, _PARTS.c.version_id.in_(versions)),
        (_IMAGES.c.url, _IMAGES.c.article_id == article_id),
    )
    found = (url for column, its in columns for url in session.scalars(select(column).where(its)))
    return {url for url in found if url}


def _delete_article(session: Session, article_id: int) -> int:
    whole = _ARTICLES.c.id == article_id
    session.execute(update(_ARTICLES).where(whole).values(current_version_id=None))
    mine = _VERSIONS.c.article_id == article_id
    count = session.scalar(select(func.count()).select_from(_VERSIONS).where(mine)) or 0
    session.execute(delete(_VERSIONS).where(mine))
    session.execute(delete(_ARTICLES).where(whole))
    return count


def _delete_snapshot(session: Session, snapshot_id: int, urls: set[str]) -> bytes | None:
    """The digest of its payload, if it went: another article may have been read from the same
    page, which is then stored under that one's address."""
    row = session.execute(select(_SNAPSHOTS).where(_SNAPSHOTS.c.id == snapshot_id)).one()
    # Whoever has an address for it has a use for it.
    uses = union_all(
        *(
            select(table.c.url).where(table.c.snapshot_id == snapshot_id)
            for table in (_VERSIONS, _PARTS, _FETCHES, _IMAGES)
        )
    )
    others = session.scalars(uses).all()
    if not others:
        free_reference(session, snapshot_id)
        session.execute(delete(_SNAPSHOTS).where(_SNAPSHOTS.c.id == snapshot_id))
        return bytes(row.payload_digest)
    if row.url in urls:
        reference = select(_SNAPSHOTS.c.payload_digest).where(_SNAPSHOTS.c.id == row.reference_id)
        changed = {
            "url": next((url for url in others if url), ""),
            "headers": [one for one in row.headers if one[0].lower() in _KEPT_HEADERS],
        }
        renamed = {**row._asdict(), **changed}
        changed["digest"] = snapshot_digest(renamed, row.body, session.scalar(reference))
        here = update(_SNAPSHOTS).where(_SNAPSHOTS.c.id == snapshot_id)
        session.execute(here.values(**changed))
    return None
