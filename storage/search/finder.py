"""Asking the index: the newest hits, a bounded number of them in another order, or all ids.

The newest first is the index's own order (FTS5 iterates its rowids downwards, which are the filing
order): the cost is that of the hits shown, however many there are. The order of publication has an
index of its own, in which the hits are looked up. The order of relevance has to read every hit, and
reads a bounded number of the newest.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Engine,
    Select,
    bindparam,
    column,
    false,
    func,
    select,
    table,
    text,
)
from sqlalchemy.orm import Session

from storage.database.engine import is_sqlite, reading
from storage.models import Article, Document, Version
from storage.records import ArticleRecord
from storage.rows import LISTED, record_of
from storage.search import postgres, ranking, sqlite
from storage.search.query import Query, parse
from storage.search.snippets import LOOKED_AT, Snippet, make_snippet, needle_of

RELEVANT_AMONG = 2_000
CHUNK = 500
"""Rows that are read at a time."""

_INDEX = table("search", column("rowid"))
_BODY = func.substr(Version.body, 1, LOOKED_AT).label("looked_at")


def _of_documents(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Document)
        .join(Article, Article.id == Document.article_id)
        .join(Version, Version.id == Article.current_version_id)
        .where(Document.id.in_(bindparam("ids", expanding=True)))
    )


# Made once: putting a statement of thirty columns together takes longer than twenty rows of it.
_HITS = _of_documents(*LISTED, Document.id.label("document_id"), _BODY)
_WORDING = _of_documents(Document.id, Version.title, Version.authors, Version.byline, _BODY)


class SortOrder(StrEnum):
    """The order of hits."""

    FILED = "filed"
    """The last filed first."""
    PUBLISHED = "published"
    """The last published first; without a published date by when it was first seen."""
    RELEVANCE = "relevance"


@dataclass(frozen=True, slots=True)
class Hit:
    record: ArticleRecord
    """As ``Library.list`` gives it."""
    snippet: Snippet


@dataclass(frozen=True, slots=True)
class SearchResult:
    hits: list[Hit]
    notes: tuple[str, ...] = ()
    """What a person should be told: a line each."""


class Search:
    """Every method raises ``StorageError``, and never for what was typed."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(
        self,
        text: str,
        *,
        limit: int = 20,
        by: SortOrder = SortOrder.FILED,
        today: date | None = None,
    ) -> SearchResult:
        """The first ``limit`` hits (0: all) in this order. ``today``: see ``query.parse``."""
        query = parse(text, today)
        if query.is_empty:
            return SearchResult([], (*query.notes, "nothing to look for: the query has no word"))
        notes = list(query.notes)
        with reading(self._engine) as session:
            if by is SortOrder.FILED:
                ids = match_ids(session, query, newest_first=True, limit=limit or None)
            elif by is SortOrder.PUBLISHED:
                ids = [
                    *session.scalars(ordered(session, Document.id, by, query).limit(limit or None))
                ]
            else:
                among = RELEVANT_AMONG
                ids = match_ids(session, query, newest_first=True, limit=among + 1)
                if len(ids) > among:
                    notes.append(f"more than {among:,} hits: the order is of the newest {among:,}")
                ids = _by_relevance(session, query, ids[:among])[: limit or None]
            return SearchResult([*_hits(session, query, ids)], tuple(notes))

    def iterate(self, query: Query, *, after_id: int = 0) -> Iterator[int]:
        """The ids of all articles that match, the first filed first, in constant memory.

        Each chunk is read in a transaction of its own, so that a slow reader holds up nobody;
        what is filed meanwhile follows at the end. Only documents with an id over ``after_id``.
        """
        return (article_id for _, article_id in self.documents(query, after_id=after_id))

    def documents(self, query: Query, *, after_id: int = 0) -> Iterator[tuple[int, int]]:
        """As ``iterate``: (document id, article id). The former grows with every article filed."""
        last = after_id
        while True:
            with reading(self._engine) as session:
                ids = match_ids(session, query, after=last, limit=CHUNK)
                found = _article_ids(session, ids)
            yield from ((one, found[one]) for one in ids if one in found)
            if len(ids) < CHUNK:
                return
            last = ids[-1]


def match_ids(
    session: Session,
    query: Query,
    *,
    newest_first: bool = False,
    after: int = 0,
    among: Collection[int] | None = None,
    limit: int | None = None,
) -> list[int]:
    """The ids of the documents that a query finds, in the filing order: those over ``after``, and
    of ``among`` alone."""
    found = _matching(session, query)
    if found is None:
        return []
    (id,) = found.selected_columns
    found = found.where(id > after)
    if among is not None:
        found = found.where(id.in_(among))
    return [*session.scalars(found.order_by(id.desc() if newest_first else id).limit(limit))]


def ordered(
    session: Session, column: Any, by: SortOrder, query: Query | None = None
) -> Select[Any]:
    """This column of the documents that a query finds (without one: of all), in the order of filing
    or of publication, the last one first."""
    dated = (Document.dated_at.desc(),) if by is SortOrder.PUBLISHED else ()
    documents = select(column).order_by(*dated, Document.id.desc())
    if query is None:
        return documents
    found = _matching(session, query)
    return documents.where(false() if found is None else Document.id.in_(found))


def _matching(session: Session, query: Query) -> Select[int] | None:
    """The ids of the documents that a query finds; ``None`` where nothing can match."""
    id: ColumnElement[int] = _INDEX.c.rowid
    match, words = sqlite.compile_query(query), "search MATCH :match"
    if not is_sqlite(session):
        id = Document.__table__.c.id
        match, words = postgres.compile_query(query), "vector @@ CAST(:match AS tsquery)"
    return None if match is None else select(id).where(text(words).bindparams(match=match))


def _article_ids(session: Session, ids: Sequence[int]) -> dict[int, int]:
    rows = session.execute(select(Document.id, Document.article_id).where(Document.id.in_(ids)))
    return {row.id: row.article_id for row in rows}


def _hits(session: Session, query: Query, ids: Sequence[int]) -> Iterator[Hit]:
    needles = _needles(query)
    for part in _parts(ids):
        found = {}
        for row in session.execute(_HITS, {"ids": part}):
            fields = dict(row._mapping)
            document_id, body = fields.pop("document_id"), fields.pop("looked_at")
            found[document_id] = Hit(record_of(fields), make_snippet(body, needles))
        yield from (found[one] for one in part if one in found)


def _by_relevance(session: Session, query: Query, ids: Sequence[int]) -> list[int]:
    needles = _needles(query)
    return ranking.rank(
        ranking.weigh(id, title or "", " ".join([*authors, byline or ""]), body, needles)
        for part in _parts(ids)
        for id, title, authors, byline, body in session.execute(_WORDING, {"ids": part})
    )


def _needles(query: Query) -> list[re.Pattern[str]]:
    return [needle for words in query.words if (needle := needle_of(words))]


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[at : at + CHUNK] for at in range(0, len(ids), CHUNK))
