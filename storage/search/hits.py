"""What is shown of the places that a query was found at: records with the piece of text.

A place is a number: the id of a document of the main index, or, below zero, of one of the hidden
index.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from storage.models import Article, Document, HiddenDocument, Version
from storage.records import ArticleRecord
from storage.rows import LISTED, record_of
from storage.search import ranking
from storage.search.documents import captions_of
from storage.search.query import Query
from storage.search.snippets import LOOKED_AT, Snippet, make_snippet, needle_of

CHUNK = 500
"""Rows that are read at a time."""

_BODY = func.substr(Version.body, 1, LOOKED_AT).label("looked_at")


@dataclass(frozen=True, slots=True)
class HitVersion:
    """Which version of the article a hit is."""

    number: int
    of: int
    """How many versions there are."""
    current: bool
    accepted: bool


@dataclass(frozen=True, slots=True)
class Hit:
    record: ArticleRecord
    """As ``Library.list`` gives it; of an earlier version what that one said."""
    snippet: Snippet
    version: HitVersion | None = None
    """Where all versions were asked for."""


@dataclass(frozen=True, slots=True)
class _Found:
    """The same statement over each index."""

    main: Select[Any]
    hidden: Select[Any]

    def rows(self, session: Session, places: Sequence[int]) -> Iterator[tuple[int, Any]]:
        """Each row with its place."""
        for part in parts(places):
            for statement, sign in ((self.main, 1), (self.hidden, -1)):
                ids = [abs(place) for place in part if place * sign > 0]
                for row in session.execute(statement, {"ids": ids}) if ids else ():
                    yield sign * row.document_id, row


def _of_documents(*columns: Any) -> _Found:
    ids: Any = bindparam("ids", expanding=True)
    return _Found(
        select(Document.id.label("document_id"), *columns)
        .select_from(Document)
        .join(Article, Article.id == Document.article_id)
        .join(Version, Version.id == Article.current_version_id)
        .where(Document.id.in_(ids)),
        select(HiddenDocument.id.label("document_id"), *columns)
        .select_from(HiddenDocument)
        .join(Article, Article.id == HiddenDocument.article_id)
        .join(Version, Version.id == HiddenDocument.id)
        .where(HiddenDocument.id.in_(ids)),
    )


# Made once: putting a statement of thirty columns together takes longer than twenty rows of it.
_HITS = _of_documents(*LISTED, Version.id.label("version_id"), _BODY)
_PUBLISHED = _of_documents(func.coalesce(Version.published_at, Article.first_seen_at).label("at"))
_WORDING = _of_documents(Version.title, Version.authors, Version.byline, _BODY)
_MORE = select(Version.id, Version.blocks, Version.tags).where(
    Version.id.in_(bindparam("ids", expanding=True))
)
_EACH = Version.__table__.alias("each")
_COUNT = select(func.count()).where(_EACH.c.article_id == Version.article_id).correlate(Version)
_NUMBERS = (
    select(
        Version.id,
        _COUNT.where(_EACH.c.id <= Version.id).scalar_subquery().label("number"),
        _COUNT.scalar_subquery().label("of"),
        (Version.id == Article.current_version_id).label("current"),
        Version.accepted,
    )
    .join(Article, Article.id == Version.article_id)
    .where(Version.id.in_(bindparam("ids", expanding=True)))
)


def load_hits(
    session: Session, query: Query, places: Sequence[int], *, numbered: bool
) -> Iterator[Hit]:
    """In the order of the places. ``numbered``: with the version of each."""
    needles = _needles(query)
    for part in parts(places):
        found: dict[int, Hit] = {}
        versions: dict[int, int] = {}
        for place, row in _HITS.rows(session, part):
            fields = dict(row._mapping)
            del fields["document_id"]
            versions[place] = fields.pop("version_id")
            body = fields.pop("looked_at")
            found[place] = Hit(record_of(fields), make_snippet(body, needles))
        _look_at_captions(session, found, versions, needles)
        if numbered:
            _number(session, found, versions)
        yield from (found[place] for place in part if place in found)


def by_published(session: Session, places: Sequence[int]) -> list[int]:
    when = {place: row.at for place, row in _PUBLISHED.rows(session, places)}
    return sorted(when, key=lambda place: (when[place], place), reverse=True)


def by_relevance(session: Session, query: Query, places: Sequence[int]) -> list[int]:
    needles = _needles(query)
    return ranking.rank(
        ranking.weigh(
            place,
            row.title or "",
            " ".join([*row.authors, row.byline or ""]),
            row.looked_at,
            needles,
        )
        for place, row in _WORDING.rows(session, places)
    )


def parts(places: Sequence[int]) -> Iterator[Sequence[int]]:
    return (places[at : at + CHUNK] for at in range(0, len(places), CHUNK))


def _look_at_captions(
    session: Session,
    found: dict[int, Hit],
    versions: dict[int, int],
    needles: Sequence[re.Pattern[str]],
) -> None:
    """Where the text itself has none of the words, a caption or the tags may show them."""
    without = [place for place, hit in found.items() if not hit.snippet.has_hit]
    if not needles or not without:
        return
    rows = session.execute(_MORE, {"ids": [versions[place] for place in without]})
    more = {row.id: _in_words(row) for row in rows}
    for place in without:
        snippet = make_snippet(more[versions[place]], needles)
        if snippet.has_hit:
            found[place] = replace(found[place], snippet=snippet)


def _in_words(row: Any) -> str:
    tags = [f"Tags: {', '.join(row.tags)}"] if row.tags else []
    return "\n".join([*captions_of(row.blocks), *tags])


def _number(session: Session, found: dict[int, Hit], versions: dict[int, int]) -> None:
    rows = session.execute(_NUMBERS, {"ids": [*versions.values()]})
    numbers = {
        row.id: HitVersion(row.number, row.of, bool(row.current), bool(row.accepted))
        for row in rows
    }
    for place, hit in found.items():
        found[place] = replace(hit, version=numbers[versions[place]])


def _needles(query: Query) -> list[re.Pattern[str]]:
    return [needle for words in query.words if (needle := needle_of(words))]
