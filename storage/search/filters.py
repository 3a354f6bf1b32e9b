"""What a search is narrowed by beside its words, and the statement of what is left.

As much as can be is asked of the full-text index, where a filter costs no more than a word: site,
language and month have labels there, and an author's name is a phrase of the byline. What the
index knows only roughly (a host below a site, a name inside a longer one) is held against the rows
as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Select,
    TextClause,
    column,
    false,
    func,
    literal,
    select,
    table,
    text,
)
from sqlalchemy.orm import Session, aliased

from storage.database.engine import is_sqlite
from storage.models import Article, Document, Edit, HiddenDocument, Version
from storage.models.columns import CleanText
from storage.records import PUBLISHER
from storage.search import postgres, sqlite
from storage.search.documents import HIDDEN, MAIN, TextIndex
from storage.search.labels import FIRST, LAST, TEASER, language_labels, range_filter, site_filter
from storage.search.query import EVERYTHING, Field, Group, Labels, Query, Term, Words
from storage.search.tokenizer import tokens

PageType = Literal["article", "teaser"]

_MONTH = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """All of them must hold."""

    site: str | None = None
    """An outlet, as ``scraper.urls.site_of`` has it."""
    language: str | None = None
    """``en``."""
    author: str | None = None
    """A whole name, as it stands among the article's authors."""
    section: str | None = None
    month: str | None = None
    """``2026-03``: of the day by which an article is filtered (``documents.day_of``)."""
    edited: bool = False
    """The publisher edited it."""
    stealth: bool = False
    """… and does not say so, at least once."""
    story: bool = False
    """Another outlet carries its text."""
    type: PageType = "article"


class Source:
    """The articles, or teasers, that a query finds under filters, as a statement to select from."""

    def __init__(self, session: Session, query: Query, filters: Filters) -> None:
        self.session = session
        on_sqlite, is_main = is_sqlite(session), filters.type == "article"
        document: Any = Document if is_main else HiddenDocument
        self._document = document
        self.labels: Any = document.labels
        self.place: Any = Document.id if is_main else -HiddenDocument.id
        """As ``storage.search.hits`` counts them."""
        self.filed: Any = Document.id if is_main else Article.filed_by
        self.dated: Any = (
            Document.dated_at
            if is_main
            else func.coalesce(Version.published_at, Article.first_seen_at)
        )
        self._where: list[Any] = [*conditions(filters, on_sqlite=on_sqlite)]
        asked = narrow(query, filters)
        if asked == EVERYTHING and is_main:
            return
        found = match_condition(session, asked, MAIN if is_main else HIDDEN)
        if found is None:
            self._where.append(false())
            return
        id, condition = found
        self._where.append(condition)
        if on_sqlite:
            self._where.append(id == document.id)
            if is_main:  # so that FTS5's own order is used
                self.place = self.filed = id

    def select(self, *columns: Any) -> Select[Any]:
        is_main = self._document is Document
        version_id = Article.current_version_id if is_main else HiddenDocument.id
        return (
            select(*columns)
            .select_from(self._document)
            .join(Article, Article.id == self._document.article_id)
            .join(Version, Version.id == version_id)
            .where(*self._where)
        )


def matching(session: Session, query: Query, index: TextIndex = MAIN) -> Select[int] | None:
    """The ids of the documents that a query finds; ``None`` where nothing can match."""
    found = match_condition(session, query, index)
    return None if found is None else select(found[0]).where(found[1])


def match_condition(
    session: Session, query: Query, index: TextIndex
) -> tuple[ColumnElement[int], TextClause] | None:
    """The id of a document in the index, and what holds where it matches."""
    id: ColumnElement[int] = table(index.name, column("rowid")).c.rowid
    match, words = sqlite.compile_query(query), f"{index.name} MATCH :match"
    if not is_sqlite(session):
        id = index.documents.c.id
        match = postgres.compile_query(query)
        words = f"{index.documents.name}.vector @@ CAST(:match AS tsquery)"
    return None if match is None else (id, text(words).bindparams(match=match))


def narrow(query: Query, filters: Filters) -> Query:
    """What the index is asked for: the query, and what the index knows of the filters."""
    more = tuple(Group((term,)) for term in _terms(filters))
    if query == EVERYTHING and more:
        return Query(more)
    return replace(query, groups=(*query.groups, *more))


def conditions(filters: Filters, *, on_sqlite: bool) -> Iterator[ColumnElement[bool]]:
    """What else must hold, over ``Article`` and the ``Version`` that was found."""
    if filters.site is not None:
        yield Article.site == filters.site
    if filters.author is not None:
        yield literal(filters.author, CleanText()).in_(_authors(on_sqlite))
    if filters.section is not None:
        yield Version.section == filters.section
    if filters.edited or filters.stealth:
        yield is_edited(stealth=filters.stealth)
    if filters.story:
        yield is_in_story()


def is_edited(*, stealth: bool) -> ColumnElement[bool]:
    """The publisher edited the article; by ``stealth`` at least once."""
    version = aliased(Version)
    edited = (
        select(version.article_id)
        .join(Edit, Edit.version_id == version.id)
        .where(version.cause == PUBLISHER, version.accepted)
    )
    if stealth:
        edited = edited.where(Edit.stealth)
    # A sum, so that SQLite does not go from the edits to the index: it is quick the other way.
    return (Article.id + 0).in_(edited)


def is_in_story() -> ColumnElement[bool]:
    """Another outlet carries the article's text."""
    other = aliased(Article)
    return (
        select(other.id)
        .where(other.story_id == Article.story_id, other.site != Article.site)
        .correlate(Article)
        .exists()
    )


def _terms(filters: Filters) -> Iterator[Term]:
    if filters.site is not None and (hosts := site_filter(filters.site)):
        yield Labels(hosts)
    if filters.language is not None:
        yield Labels(language_labels(filters.language))
    if filters.month is not None:
        yield Labels(_month_labels(filters.month))
    if filters.author is not None and tokens(filters.author):
        yield Words(filters.author, Field.AUTHOR)
    if filters.type == "teaser":
        yield Labels((TEASER,))


def _month_labels(month: str) -> tuple[str, ...]:
    """None, which nothing matches, for what is no month that has a label."""
    found = _MONTH.fullmatch(month)
    if not found or not 1 <= int(found[2]) <= 12 or not FIRST.year <= int(found[1]) < LAST.year:
        return ()
    year, number = int(found[1]), int(found[2])
    return range_filter(date(year, number, 1), date(year + number // 12, number % 12 + 1, 1))


def _authors(on_sqlite: bool) -> Any:
    """The authors of the version, a row each."""
    if on_sqlite:
        return select(func.json_each(Version.authors).table_valued("value").c.value)
    return select(func.json_array_elements_text(Version.authors).column_valued("name"))
