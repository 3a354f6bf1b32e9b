"""Stories, read: which articles carry one text, who had it first, and what may belong to it too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, or_, select
from sqlalchemy.orm import Session

from storage.database.engine import reading
from storage.models import Article, Likeness, table_of
from storage.records import ArticleRecord
from storage.rows import LISTED, article_of, select_articles

_ARTICLES, _LIKENESS = table_of(Article), table_of(Likeness)


@dataclass(frozen=True, slots=True)
class StoryRecord:
    """One text and who carries it."""

    id: int
    """Of the article that was filed first: a story is found by any of its articles."""
    articles: tuple[ArticleRecord, ...]
    """The earliest first (``came_first``)."""
    suggested: tuple[tuple[ArticleRecord, float], ...] = ()
    """Articles that share much with one of them, but too little to be called the same text."""
    grown_by: int = 0
    """Of a list: the place in the filing order of the article that was filed to it last."""

    @property
    def first(self) -> ArticleRecord:
        return self.articles[0]


def came_first(record: ArticleRecord) -> tuple[datetime, datetime, int]:
    """By what the publishers claim; where one claims nothing, or more than can be, by when we saw
    it: nobody had a text later than it was fetched."""
    seen = record.first_seen_at
    claimed = record.published_at or seen
    return min(claimed, seen), seen, record.id


class StoryQueries:
    """Every method raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def list(self, limit: int | None = 20, before: int | None = None) -> list[StoryRecord]:
        """The stories to which an article was filed last, the latest first; 0 lists all. Those
        ``before`` one: the next page, by the ``grown_by`` of the last story."""
        latest = func.max(_ARTICLES.c.filed_by)
        query = (
            select(_ARTICLES.c.story_id, latest)
            .where(_ARTICLES.c.story_id.is_not(None))
            .group_by(_ARTICLES.c.story_id)
            .having(func.count() > 1)
            .order_by(latest.desc())
            .limit(limit or None)
        )
        if before is not None:
            query = query.having(latest < before)
        with reading(self._engine) as session:
            return [
                replace(_load(session, story_id), grown_by=grown_by)
                for story_id, grown_by in session.execute(query).all()
            ]

    def get(self, article_id: int) -> StoryRecord | None:
        """The story that an article belongs to, with what else may; ``None`` where it is alone and
        nothing is like it."""
        with reading(self._engine) as session:
            story_id = session.scalar(
                select(_ARTICLES.c.story_id).where(_ARTICLES.c.id == article_id)
            )
            story = None if story_id is None else _load(session, story_id)
            suggested = _suggest(
                session, [one.id for one in story.articles] if story else [article_id]
            )
            if story is None and suggested:
                story = StoryRecord(article_id, tuple(_articles(session, [article_id])))
        if story is None or (len(story.articles) < 2 and not suggested):
            return None
        return StoryRecord(story.id, story.articles, suggested)


def _load(session: Session, story_id: int) -> StoryRecord:
    members = select(_ARTICLES.c.id).where(_ARTICLES.c.story_id == story_id)
    articles = _articles(session, session.scalars(members).all())
    return StoryRecord(story_id, tuple(articles))


def _articles(session: Session, ids: Sequence[int]) -> list[ArticleRecord]:
    rows: Any = session.execute(select_articles(*LISTED).where(Article.id.in_(ids)))
    return sorted(map(article_of, rows), key=came_first)


def _suggest(session: Session, members: Sequence[int]) -> tuple[tuple[ArticleRecord, float], ...]:
    rows = session.execute(
        select(_LIKENESS.c.article_id, _LIKENESS.c.other_id, _LIKENESS.c.containment).where(
            or_(_LIKENESS.c.article_id.in_(members), _LIKENESS.c.other_id.in_(members)),
            _LIKENESS.c.linked.is_(False),
        )
    )
    shares: dict[int, float] = {}
    for one, other, share in rows:
        for article_id in {one, other} - set(members):
            shares[article_id] = max(share, shares.get(article_id, 0.0))
    articles = _articles(session, list(shares)) if shares else ()
    return tuple((one, shares[one.id]) for one in articles)
