"""The articles that are listed, in the order in which people expect them, and narrowed down."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, select

from storage.database.engine import reading
from storage.frontier.due import listed_by
from storage.models import Article, Document, Page
from storage.records import ArticleRecord
from storage.rows import LISTED, article_of, select_articles
from storage.search.finder import SortOrder, ordered
from storage.search.query import Query

AT_ONCE = 500
"""Records that are read at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Which articles, and in which order."""

    by: SortOrder = SortOrder.PUBLISHED
    """``PUBLISHED`` or ``FILED``, the last one first. An article without a date stands by the time
    at which it was first seen."""
    query: Query | None = None
    source_ids: Collection[int] | None = None
    """Only what one of these sources listed."""


def list_ids(engine: Engine, wanted: Listing, limit: int = 0) -> array[int]:
    """The first ``limit`` articles (0: all) by their ids. Raises ``StorageError``."""
    with reading(engine) as session:
        found = ordered(session, Document.article_id, wanted.by, wanted.query)
        if wanted.source_ids is not None:
            listed = select(Page.id).where(Page.article_id == Document.article_id)
            listed = listed.where(*listed_by(wanted.source_ids)).correlate(Document)
            found = found.where(listed.exists())
        return array("q", session.scalars(found.limit(limit or None)))


def read_listed(engine: Engine, ids: Sequence[int]) -> Iterator[ArticleRecord]:
    """These articles, in this order, without body, blocks and provenance. Each step is a short
    transaction: what is removed meanwhile is left out. Raises ``StorageError``."""
    for at in range(0, len(ids), AT_ONCE):
        part = ids[at : at + AT_ONCE]
        query = select_articles(*LISTED).where(Article.id.in_(part))
        with reading(engine) as session:
            found = {row.id: article_of(row) for row in session.execute(query)}
        yield from (found[one] for one in part if one in found)
