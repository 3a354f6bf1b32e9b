"""Asking the index: the newest hits, a bounded number of them in another order, or all ids.

The newest first is the index's own order (FTS5 iterates its rowids downwards, which are the filing
order): the cost is that of the hits shown, however many there are. The order of publication has an
index of its own, in which the hits are looked up. The order of relevance has to read every hit, and
reads a bounded number of the newest. What a plain search does not see (``documents``) has its place
where its article was filed; of it, too, a bounded number is looked at.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from heapq import merge
from itertools import islice
from operator import itemgetter
from typing import Any

from sqlalchemy import Engine, Select, bindparam, false, select, tuple_
from sqlalchemy.orm import Session

from scraper.errors import KlipingError
from storage.database.engine import reading
from storage.models import Article, Document, HiddenDocument
from storage.search.documents import HIDDEN, MAIN, TextIndex
from storage.search.facets import FACETS, Facets, count_facets
from storage.search.filters import Filters, Source, matching
from storage.search.hits import CHUNK, Hit, by_published, by_relevance, load_hits, parts
from storage.search.labels import PAST, TEASER
from storage.search.query import EVERYTHING, Group, Labels, Query, parse

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


@dataclass(frozen=True, slots=True)
class ResultPage:
    hits: list[Hit]
    notes: tuple[str, ...]
    """What a person should be told: a line each."""
    next_cursor: str | None
    """Where the next page begins; ``None`` on the last one."""


class CursorError(KlipingError):
    """What was given as a cursor is none."""


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

    def page(
        self,
        text: str,
        *,
        filters: Filters = Filters(),  # noqa: B008 - it is frozen
        by: SortOrder = SortOrder.FILED,
        limit: int = 20,
        cursor: str | None = None,
        today: date | None = None,
    ) -> ResultPage:
        """``limit`` hits in this order from the cursor on, which the page before gave; an empty
        text means everything. What is filed meanwhile moves nothing.

        Raises ``CursorError``.
        """
        start = _read_cursor(cursor, by) if cursor is not None else ()
        query, notes = _understand(text, today)
        with reading(self._engine) as session:
            if query is None:
                return ResultPage([], notes, None)
            source = Source(session, query, filters)
            if by is SortOrder.RELEVANCE:
                places, following, more = _relevant_page(source, query, start, limit)
                notes = (*notes, *more)
            else:
                places, following = _keyed_page(source, by, start, limit)
            hits = [*load_hits(session, query, places, numbered=False)]
        return ResultPage(hits, notes, following)

    def facets(
        self,
        text: str,
        *,
        filters: Filters = Filters(),  # noqa: B008 - as above
        today: date | None = None,
    ) -> Facets:
        """How many hits each value of a facet has, of the newest ``facets.FACETED``."""
        query, _ = _understand(text, today)
        if query is None:
            return Facets(0, False, dict.fromkeys(FACETS, ()))
        with reading(self._engine) as session:
            return count_facets(session, query, filters)

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


def _understand(text: str, today: date | None) -> tuple[Query | None, tuple[str, ...]]:
    """The query, and what a person should be told of it; ``None`` where there is nothing to look
    for."""
    query = parse(text, today)
    if not text.strip():
        return EVERYTHING, query.notes
    if query.is_empty:
        return None, (*query.notes, "nothing to look for: the query has no word")
    return query, query.notes


def _keyed_page(
    source: Source, by: SortOrder, start: tuple[int, ...], limit: int
) -> tuple[list[int], str | None]:
    """The places of one page in an order by columns, and where the next begins."""
    if by is SortOrder.PUBLISHED:
        for recent in _recent(source, start):
            if len(rows := _load_keyed(recent, by, start, limit + 1)) > limit:
                return _cut(rows, by, limit)
    return _cut(_load_keyed(source, by, start, limit + 1), by, limit)


def _load_keyed(source: Source, by: SortOrder, start: tuple[int, ...], limit: int) -> Sequence[Any]:
    """Rows of a place and its keys."""
    keys = (source.filed,) if by is SortOrder.FILED else (source.dated, source.filed)
    wanted = source.select(source.place, *keys).order_by(*(key.desc() for key in keys))
    if start and by is SortOrder.FILED:
        wanted = wanted.where(source.filed < start[0])
    elif start:
        wanted = wanted.where(tuple_(*keys) < tuple_(_time(start[0]), start[1]))
    return source.session.execute(wanted.limit(limit)).all()


def _time(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)


def _cut(rows: Sequence[Any], by: SortOrder, limit: int) -> tuple[list[int], str | None]:
    """The places of a page, of rows of a place and its keys of which one more may be there."""
    if len(rows) <= limit:
        return [place for place, *_ in rows], None
    rows = rows[:limit]
    *dated, filed = rows[-1][1:]
    following = _write_cursor(by, *((at - _EPOCH) // _MICROSECOND for at in dated), filed)
    return [place for place, *_ in rows], following


COMMON = 2_000
"""Of so many hits a page in the order of publication is looked for among the last days first: to
sort them all takes longer."""
WINDOWS = (7, 30, 120, 480)
"""Days before the newest document, or before the last hit of the page before."""


def _recent(source: Source, start: tuple[int, ...]) -> Iterator[Source]:
    """The same over a growing number of the last days, where it finds much."""
    if not source.is_asked or len(source.session.execute(source.some(COMMON + 1)).all()) <= COMMON:
        return
    newest = select(Document.dated_at).order_by(Document.dated_at.desc()).limit(1)
    end = _time(start[0]) if start else source.session.scalar(newest)
    if end is not None:
        for days in WINDOWS:
            with suppress(OverflowError):
                yield source.since((end - timedelta(days=days)).date())


def _relevant_page(
    source: Source, query: Query, start: tuple[int, ...], limit: int
) -> tuple[list[int], str | None, list[str]]:
    """As ``_keyed_page``, with notes: of the newest hits up to where the first page found the
    newest."""
    among, notes = RELEVANT_AMONG, []
    wanted = source.select(source.place, source.filed).order_by(source.filed.desc())
    if start:
        wanted = wanted.where(source.filed <= start[0])
    rows = source.session.execute(wanted.limit(among + 1)).all()
    if len(rows) > among:
        notes.append(f"more than {among:,} hits: the order is of the newest {among:,}")
    places = by_relevance(source.session, query, [place for place, _ in rows[:among]])
    offset = start[1] if start else 0
    head = start[0] if start else (rows[0][1] if rows else 0)
    end = offset + limit
    following = _write_cursor(SortOrder.RELEVANCE, head, end) if end < len(places) else None
    return places[offset:end], following, notes


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LARGEST = 2**58
"""No id and no number of microseconds of ours is as large."""
_NUMBERS = {SortOrder.FILED: 1, SortOrder.PUBLISHED: 2, SortOrder.RELEVANCE: 2}
"""Of a cursor: the keys of the last hit; of relevance the newest hit, and how many were shown."""


def _write_cursor(by: SortOrder, *numbers: int) -> str:
    text = " ".join([by.value[0], *map(str, numbers)])
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(cursor: str, by: SortOrder) -> tuple[int, ...]:
    """The numbers that it was written with. Raises ``CursorError``."""
    try:
        kind, *parts = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii").split()
        numbers = tuple(map(int, parts))
        if len(numbers) == _NUMBERS[by] and _write_cursor(by, *numbers) == cursor:
            _EPOCH + timedelta(microseconds=numbers[0])  # raises
            if kind == by.value[0] and 0 <= numbers[-1] < _LARGEST:
                return numbers
    except (binascii.Error, ValueError, OverflowError):
        pass
    raise CursorError("this cursor is none that the archive gave for this order")


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
    found = matching(session, query, index)
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
    found = matching(session, query)
    return documents.where(false() if found is None else Document.id.in_(found))


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
