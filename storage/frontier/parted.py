"""Articles of several pages, from the frontier's side: which pages lead to one, and what of it is
stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from scraper.model.types import StoredPage
from storage.frontier.pages import chunks
from storage.models import Article, Page, Part, Snapshot, Version
from storage.snapshots import load_stored_page

FIRST = 2
"""The number of an article's first further page."""


def load_parted(session: Session, page_ids: Sequence[int]) -> set[int]:
    """Those of these pages whose article was read from several."""
    found: set[int] = set()
    for chunk in chunks(page_ids):
        query = (
            select(Page.id)
            .join(Article, Article.id == Page.article_id)
            .join(Part, Part.version_id == Article.current_version_id)
            .where(Page.id.in_(chunk), Part.number == FIRST)
        )
        found.update(session.scalars(query))
    return found


def load_whole(session: Session, page_id: int) -> StoredPage | None:
    """The answers that the article at a page was read from, its further pages included; ``None``
    where there are none. Raises ``StorageError``."""
    query = (
        select(Version, Snapshot)
        .join(Article, Article.current_version_id == Version.id)
        .join(Page, Page.article_id == Article.id)
        .join(Snapshot, Snapshot.id == Version.snapshot_id)
        .where(Page.id == page_id)
    )
    row = session.execute(query).first()
    if row is None:
        return None
    version, snapshot = row
    page = load_stored_page(session, snapshot, version)
    first, *parts = (
        replace(answer, with_credentials=version.with_credentials)
        for answer in (page.response, *page.parts)
    )
    return replace(page, response=first, parts=tuple(parts))
