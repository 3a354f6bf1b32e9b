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
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Select,
    TextClause,
    case,
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
from storage.search.documents import (
    AUTHOR,
    FACET_SEPARATOR,
    HIDDEN,
    MAIN,
    SECTION,
    SITE,
    TextIndex,
    facet,
)
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
        self.facets: Any = document.facets
        self.article_id: Any = document.article_id
        self.place: Any = Document.id if is_main else -HiddenDocument.id
        """As ``storage.search.hits`` counts them."""
        self.filed: Any = Document.id if is_main else Article.filed_by
        self.dated: Any = (
            Document.dated_at
            if is_main
            else func.coalesce(Version.published_at, Article.first_seen_at)
        )
        self._where: list[Any] = [*conditions(document, filters, on_sqlite=on_sqlite)]
        asked = narrow(query, filters)
        self._narrowed = asked, filters
        self.is_asked = asked != EVERYTHING and is_main
        """The main index is asked; else everything in it matches, or it is not about it."""
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

    def some(self, limit: int) -> Select[Any]:
        """The places of so many hits, the last filed first."""
        return self.select(self.place).order_by(self.filed.desc()).limit(limit)

    def since(self, day: date) -> Source:
        """The hits that are dated after this day, in UTC. So that the index has fewer to go
        through, its own days, which are those of the publishers, take part."""
        asked, filters = self._narrowed
        later = Group((Labels(range_filter(day, None)),))
        narrowed = Source(self.session, replace(asked, groups=(*asked.groups, later)), filters)
        end = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=2)
        narrowed._where.append(narrowed.dated >= end)
        return narrowed

    def select(self, *columns: Any) -> Select[Any]:
        """Columns of the documents; of teasers also of ``Article`` and ``Version``."""
        if self._document is HiddenDocument:
            return self.select_whole(*columns)
        return select(*columns).select_from(Document).where(*self._where)

    def select_whole(self, *columns: Any) -> Select[Any]:
        """Columns of ``Article`` and of the ``Version`` that was found as well."""
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


def conditions(document: Any, filters: Filters, *, on_sqlite: bool) -> Iterator[Any]:
    """What else must hold of ``Document`` or ``HiddenDocument``."""
    place = func.instr if on_sqlite else func.strpos
    for letter, value in (
        (SITE, filters.site), (SECTION, filters.section), (AUTHOR, filters.author),
    ):  # fmt: skip
        if value is not None:
            wanted = FACET_SEPARATOR + facet(letter, value) + FACET_SEPARATOR
            yield place(document.facets, literal(wanted, CleanText())) > 0
    if filters.edited or filters.stealth:
        edited = edited_articles()
        if filters.stealth:
            edited = edited.having(func.max(_STEALTH) == 1)
        yield (document.article_id + 0).in_(edited.with_only_columns(Version.article_id))
    if filters.story:
        yield (document.article_id + 0).in_(articles_in_stories())


_STEALTH = case((Edit.stealth, 1), else_=0)


def edited_articles() -> Select[int, int]:
    """The ids of the articles that the publisher edited, and whether (1, else 0) one of the edits
    is by stealth."""
    return (
        select(Version.article_id, func.max(_STEALTH))
        # A sum, so that SQLite goes from the edits to their versions: these are many more.
        .join(Edit, Version.id == Edit.version_id + 0)
        .where(Version.cause == PUBLISHER, Version.accepted)
        .group_by(Version.article_id)
    )


def articles_in_stories() -> Select[int]:
    """The ids of the articles whose text another outlet carries."""
    other = aliased(Article)
    shared = (
        select(other.story_id)
        .where(other.story_id.is_not(None))
        .group_by(other.story_id)
        .having(func.count(other.site.distinct()) > 1)
    )
    return select(Article.id).where(Article.story_id.in_(shared))


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
