"""What stands beside an article in a list: whether it was edited, and who else has its text."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Engine, Integer, cast, func, select

from storage.database.engine import reading
from storage.models import Article, Edit, Version
from storage.records import PUBLISHER
from storage.search.filters import is_in_story


@dataclass(frozen=True, slots=True)
class Marks:
    edits: int = 0
    """Versions by which the publisher edited it."""
    stealth: int = 0
    """… of these, those that the page does not own up to."""
    story_id: int | None = None
    """The story, where another outlet carries its text."""


def load_marks(engine: Engine, article_ids: Collection[int]) -> dict[int, Marks]:
    """Of each of these articles that is there; a list's, not all of an archive. Raises
    ``StorageError``."""
    edits = (
        select(Version.article_id, func.count(), func.sum(cast(Edit.stealth, Integer)))
        .join(Edit, Edit.version_id == Version.id)
        .where(Version.article_id.in_(article_ids))
        .where(Version.cause == PUBLISHER, Version.accepted)
        .group_by(Version.article_id)
    )
    articles = select(Article.id, Article.story_id, is_in_story()).where(
        Article.id.in_(article_ids)
    )
    with reading(engine) as session:
        counted = {row[0]: (row[1], row[2]) for row in session.execute(edits)}
        return {
            article_id: Marks(*counted.get(article_id, (0, 0)), story_id if shared else None)
            for article_id, story_id, shared in session.execute(articles)
        }
