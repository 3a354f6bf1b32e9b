"""One article: its text, as it is or as it was, and all that is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import Response

from commands.render.edits import rejection_in_words, returns_in_words, step_in_words
from commands.times import local_minute
from storage.reading.captures import returns_of
from storage.reading.images import has_images
from storage.reading.library import Library
from storage.reading.past import Past, load_past
from storage.reading.story_queries import StoryQueries, StoryRecord
from storage.records import ArticleRecord, EditRecord, VersionRecord
from web.render import page
from web.site import ask, find_article, number_of, pick_version


@dataclass(frozen=True, slots=True)
class Step:
    """A version on the line of time."""

    version: VersionRecord
    said: str
    """What it changed, or why it is not the article's text."""
    stealth: bool
    has_diff: bool
    """It is measured against another one."""
    back: str
    """When it came back after another one; empty where it did not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of an article."""

    article: ArticleRecord
    versions: list[Step]
    rejections: list[str]
    """What its addresses brought that was no article."""
    story: StoryRecord | None
    addresses: list[str]
    shown: ArticleRecord
    """As it is now, or as it was in the version that was asked for."""
    has_image: bool
    """The lead image of what it says now is stored."""

    @property
    def carriers(self) -> list[ArticleRecord]:
        """The others that carry its text, who had it first on top."""
        members = self.story.articles if self.story else ()
        return [one for one in members if one.id != self.article.id]


def show_article(request: Request) -> Response:
    article_id = request.path_params["id"]
    number = number_of(request, "version", low=1, high=2**31, default=0)
    known = ask(request, lambda engine: _load(engine, article_id, number))
    return page(request, "article.html", known=known, article=known.shown, number=number)


def _load(engine: Engine, article_id: int, number: int) -> Known:
    library = Library(engine)
    article = find_article(library, article_id)
    past = load_past(library, article)
    version = pick_version(past.versions, number) if number else None
    return Known(
        article=article,
        versions=_steps(past, library.edits(article_id) if len(past.versions) > 1 else {}),
        rejections=[rejection_in_words(one, local_minute) for one in past.rejections],
        story=StoryQueries(engine).get(article_id),
        addresses=library.addresses(article_id),
        shown=(version and library.get_version(version.id)) or article,
        has_image=bool(article.image_url and has_images(engine, [article_id])),
    )


def _steps(past: Past, edits: dict[int, EditRecord]) -> list[Step]:
    """The first one first. What each changed is as it was stored: nothing is compared anew."""
    back: dict[int, list[datetime]] = {}
    for one in returns_of(past.versions, past.showings):
        back.setdefault(one.version.number, []).append(one.at)
    steps = []
    for version in past.versions:
        edit = edits.get(version.id)
        steps.append(
            Step(
                version,
                step_in_words(version, edit.summary if edit else None),
                stealth=edit is not None and edit.stealth,
                has_diff=edit is not None,
                back=returns_in_words(back.get(version.number, ()), local_minute),
            )
        )
    return steps
