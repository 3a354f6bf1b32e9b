"""Asking the index: the newest hits, a bounded number of them in another order, or all ids.

The newest first is the index's own order (FTS5 iterates its rowids downwards, which are the filing
order): the cost is that of the hits shown, however many there are. The order of publication has an
index of its own, in which the hits are looked up. The order of relevance has to read every hit, and
reads a bounded number of the newest. What a plain search does not see (``documents``) has its place
where its article was filed; of it, too, a bounded number is looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from heapq import merge
from itertools import islice
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Engine,
    Select,
    bindparam,
    column,
    false,
    select,
    table,
    text,
)
from sqlalchemy.orm import Session

from storage.database.engine import is_sqlite, reading
from storage.models import Article, Document, HiddenDocument
from storage.search import postgres, sqlite
from storage.search.documents import HIDDEN, MAIN, TextIndex
from storage.search.hits import CHUNK, Hit, by_published, by_relevance, load_hits, parts
from storage.search.labels import PAST, TEASER
from storage.search.query import Group, Labels, Query, parse

RELEVANT_AMONG = 2_000
HIDDEN_AMONG = 10_000
"""Hidden texts that are looked at, the newest."""

_FILED = (
    select(
        HiddenDocument.id,
        Article.filed_by,
    )
    .join(Article, Article.id == HiddenDocument.article_id)
    .where(HiddenDocument.id.in_(bindparam("ids", expanding=True)))
)


class CursorError(Exception):
    """stub"""


ResultPage = Any


class SortOrder(StrEnum):
    """The order of hits."""

    FILED = "filed"
    """The last filed first."""
    PUBLISHED = "published"
    """The last published first; without a published date by when it was first seen."""
    RELEVANCE = "relevance"


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
        all_versions: bool = False,
        teasers: bool = False,
    ) -> SearchResult:
        """The first ``limit`` hits (0: all) in this order. ``today``: see ``query.parse``.

        With ``all_versions`` an article that does not match is there with each earlier version that
        does, and each hit says which version it is; with ``teasers`` they are there, too.
        """
        query = parse(text, today)
        if query.is_empty:
            return SearchResult([], (*query.notes, "nothing to look for: the query has no word"))
        notes = list(query.notes)
        kinds = tuple(label for label, asked in ((PAST, all_versions), (TEASER, teasers)) if asked)
        with reading(self._engine) as session:
            most = RELEVANT_AMONG + 1 if by is SortOrder.RELEVANCE else limit or None
            if by is SortOrder.PUBLISHED:
                places = [*session.scalars(ordered(session, Document.id, by, query).limit(most))]
            else:
                places = match_ids(session, query, newest_first=True, limit=most)
            if kinds:
                ids = _hidden_ids(session, query, kinds)
                if len(ids) > HIDDEN_AMONG:
                    notes.append(f"more than {HIDDEN_AMONG:,} hits: the newest are looked at")
                hidden = _in_filing_order(session, query, ids[:HIDDEN_AMONG])
                documents = ((place, place) for place in places)
                if by is SortOrder.PUBLISHED:
                    both = [place for _, place in (*documents, *hidden)]
                    places = by_published(session, both)[:most]
                else:
                    filed = merge(documents, hidden, key=itemgetter(0), reverse=True)
                    places = [place for _, place in islice(filed, most)]
            if by is SortOrder.RELEVANCE:
                among = RELEVANT_AMONG
                if len(places) > among:
                    notes.append(f"more than {among:,} hits: the order is of the newest {among:,}")
                places = by_relevance(session, query, places[:among])[: limit or None]
            hits = [*load_hits(session, query, places, numbered=all_versions)]
            return SearchResult(hits, tuple(notes))

    def facets(self, text, *, filters=None, today=None):  # STUB
        from types import SimpleNamespace

        return SimpleNamespace(total=0, is_truncated=False, counts={}, days=())

    def page(
        self, text, *, filters=None, by=SortOrder.FILED, limit=20, cursor=None, today=None
    ):  # STUB
        from types import SimpleNamespace

        from storage.search.query import EVERYTHING

        with reading(self._engine) as session:
            q = parse(text, today)
            q = EVERYTHING if q.is_empty else q
            places = [*session.scalars(ordered(session, Document.id, by, q).limit(limit))]
            return SimpleNamespace(
                hits=[*load_hits(session, q, places, numbered=False)],
                notes=q.notes,
                next_cursor=None,
            )

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
    index: TextIndex = MAIN,
) -> list[int]:
    """The ids of the documents that a query finds, in the order of the index: those over ``after``,
    and of ``among`` alone."""
    found = _matching(session, query, index)
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


def _matching(session: Session, query: Query, index: TextIndex = MAIN) -> Select[int] | None:
    """The ids of the documents that a query finds; ``None`` where nothing can match."""
    id: ColumnElement[int] = table(index.name, column("rowid")).c.rowid
    match, words = sqlite.compile_query(query), f"{index.name} MATCH :match"
    if not is_sqlite(session):
        id = index.documents.c.id
        match, words = postgres.compile_query(query), "vector @@ CAST(:match AS tsquery)"
    return None if match is None else select(id).where(text(words).bindparams(match=match))


def _article_ids(session: Session, ids: Sequence[int]) -> dict[int, int]:
    rows = session.execute(select(Document.id, Document.article_id).where(Document.id.in_(ids)))
    return {row.id: row.article_id for row in rows}


def _hidden_ids(session: Session, query: Query, kinds: tuple[str, ...]) -> list[int]:
    """Those of the hidden index that match and are of these kinds, the newest versions first."""
    asked = replace(query, groups=(*query.groups, Group((Labels(kinds),))))
    return match_ids(session, asked, newest_first=True, limit=HIDDEN_AMONG + 1, index=HIDDEN)


def _in_filing_order(
    session: Session, query: Query, ids: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """(place in the filing order, place), the last filed first: of an article's versions the newer
    ones first, and none where the article itself matches."""
    rows = [row for part in parts(ids) for row in session.execute(_FILED, {"ids": part})]
    rows.sort(key=lambda row: (row.filed_by, row.id), reverse=True)
    for at in range(0, len(rows), CHUNK):
        part = rows[at : at + CHUNK]
        matching = {*match_ids(session, query, among={row.filed_by for row in part})}
        yield from ((row.filed_by, -row.id) for row in part if row.filed_by not in matching)
