"""One article: its text, as it is or as it was, and all that is known of it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from storage.reading.library import Library
from storage.reading.story_queries import StoryQueries, StoryRecord
from storage.records import ArticleRecord, EditRecord, VersionRecord
from web.render import page
from web.site import ask, find_article, number_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of an article."""

    article: ArticleRecord
    versions: list[VersionRecord]
    edits: dict[int, EditRecord]
    """By version."""
    story: StoryRecord | None
    shown: ArticleRecord
    """As it is now, or as it was in the version that was asked for."""


def show_article(request: Request) -> Response:
    article_id = request.path_params["id"]
    number = number_of(request, "version", low=1, high=2**31, default=0)
    known = ask(request, lambda engine: _load(engine, article_id, number))
    return page(
        request, "article.html", known=known, article=known.shown, number=number, has_image=False
    )


def _load(engine: Engine, article_id: int, number: int) -> Known:
    library = Library(engine)
    article = find_article(library, article_id)
    versions = library.versions(article_id)
    if number > len(versions):
        raise HTTPException(404, f"Article {article_id} has {len(versions)} versions.")
    version = library.get_version(versions[number - 1].id) if number else None
    return Known(
        article=article,
        versions=versions,
        edits=library.edits(article_id),
        story=StoryQueries(engine).get(article_id),
        shown=version or article,
    )
