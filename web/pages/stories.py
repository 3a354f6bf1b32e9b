"""Stories: texts that several outlets carry, who was first, and what each changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from commands.read.stories import Carrier, compare_carriers, story_object
from storage.reading.edit_log import EditEvent, list_edits_of
from storage.reading.library import LARGEST_ID, Library
from storage.reading.story_queries import StoryQueries, StoryRecord, came_first
from web.pages.diff import VIEWS, rows_of, view_of
from web.render import Plain, page
from web.site import MOST_PER_PAGE, ask, find_article, number_of, place_of

PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class Moment:
    """What happened to a story: an outlet carried it, or changed what it carries."""

    at: datetime
    carrier: Carrier
    edit: EditEvent | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A story with all that is known of it."""

    story: StoryRecord
    carriers: Sequence[Carrier]
    moments: Sequence[Moment]
    """The earliest first."""


def show_stories(request: Request) -> Response:
    found, following = _list(request, PER_PAGE)
    first = "cursor" not in request.query_params
    return page(request, "stories.html", stories=found, next=following, first=first)


def list_stories(request: Request) -> Response:
    """Each as ``stories --json`` has it."""
    limit = number_of(request, "limit", low=1, high=MOST_PER_PAGE, default=PER_PAGE)
    found, following = _list(request, limit)
    return Plain({"stories": [*map(story_object, found)], "next_cursor": following})


def show_story(request: Request) -> Response:
    """``with``: the article that is compared with the first one, word by word."""
    wanted = number_of(request, "with", low=1, high=LARGEST_ID, default=0)
    view, is_whole = view_of(request)

    def load(engine: Engine) -> Told:
        story = _find(engine, request.path_params["id"])
        carriers = compare_carriers(engine, story)
        by_article = {one.article.id: one for one in carriers}
        moments = [Moment(came_first(one.article)[0], one) for one in carriers]
        moments += [
            Moment(edit.seen_at, by_article[edit.article], edit)
            for edit in list_edits_of(engine, by_article)
        ]
        return Told(story, carriers, sorted(moments, key=lambda one: one.at))

    told = ask(request, load)
    compared = next((one for one in told.carriers if one.article.id == wanted and one.change), None)
    if wanted and compared is None:
        raise HTTPException(404, f"Article {wanted} does not carry the text of the first one.")
    rows = rows_of(compared.change, is_whole=is_whole) if compared and compared.change else ()
    return page(
        request, "story.html", told=told, compared=compared, rows=[*rows], view=view, views=VIEWS
    )


def give_story(request: Request) -> Response:
    """The object that ``show ID --story --json`` prints."""
    return Plain(story_object(ask(request, lambda one: _find(one, request.path_params["id"]))))


def _list(request: Request, limit: int) -> tuple[list[StoryRecord], str | None]:
    """A page of them, and where the next one begins."""
    before = place_of(request)
    found = ask(request, lambda engine: StoryQueries(engine).list(limit + 1, before))
    shown = found[:limit]
    return shown, str(shown[-1].grown_by) if len(found) > limit else None


def _find(engine: Engine, article_id: int) -> StoryRecord:
    """By any of its articles. Raises ``HTTPException``."""
    find_article(Library(engine), article_id)
    story = StoryQueries(engine).get(article_id)
    if story is None:
        raise HTTPException(404, f"No other article has the text of article {article_id}.")
    return story
