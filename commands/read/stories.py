"""``stories``: one text, and the outlets that carry it; and ``show --story``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.archive import open_archive
from commands.cleaning import clean
from commands.options import Config, Db, Json, limit_option
from commands.render.articles import article_object, day_of, local_when, site_of, when
from commands.render.columns import Columns, emit_json, print_records
from commands.settings import load_settings
from commands.terminal import emit, emit_words, say
from commands.times import local_minute
from storage.reading.edit_words import edits_in_words
from storage.reading.edits import EditKind, VersionChange, find_edits
from storage.reading.library import Library
from storage.reading.story_queries import StoryQueries

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from storage.reading.story_queries import StoryRecord
    from storage.records import ArticleRecord


def stories(
    context: typer.Context,
    limit: Annotated[int, limit_option("The latest N")] = 20,
    json: Json = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """List texts that several outlets carry.

    The story that grew last comes first; `show ID --story` compares the articles of one. Without a
    terminal, a line an article: story, id, date, title and URL between tabs, the one that had it
    first on top.

    \b
    Examples:
      kliping stories
      kliping stories --json --limit 0
    """
    with open_archive(load_settings(context), read_only=True) as engine:
        found = StoryQueries(engine).list(limit)
    if not found and not json:
        say("no text is carried by more than one outlet here")
    elif json:
        for story in found:
            emit_json(story_object(story))
    else:
        rows = [_Row(story, article) for story in found for article in story.articles]
        print_records(rows, STORIES)


def story_object(story: StoryRecord) -> dict[str, Any]:
    return {
        "id": story.id,
        "title": story.first.title,
        "articles": [_member(one) for one in story.articles],
        "suggested": [
            _member(one) | {"containment": round(share, 3)} for one, share in story.suggested
        ],
    }


def _member(record: ArticleRecord) -> dict[str, Any]:
    keys = ("id", "url", "canonical_url", "title", "authors", "published_at", "first_seen_at")
    values = article_object(record)
    return {key: values[key] for key in keys}


@dataclass(frozen=True)
class _Row:
    """An article in the list of stories."""

    story: StoryRecord
    article: ArticleRecord

    @property
    def is_first(self) -> bool:
        return self.article is self.story.first


def _title_of(row: _Row) -> str | None:
    is_repeated = not row.is_first and row.article.title == row.story.first.title
    return '"' if is_repeated else row.article.title


STORIES: Columns[_Row] = Columns(
    line=("story.id", "article.id", lambda row: when(row.article), "article.title", "article.url"),
    table={
        "ID": lambda row: row.story.id if row.is_first else None,
        "Article": "article.id",
        "Published": lambda row: day_of(row.article),
        "Title": _title_of,
        "Site": lambda row: site_of(row.article),
    },
    flexible="Title",
)


def show_story(engine: Engine, record: ArticleRecord, *, json: bool) -> None:
    """Who had an article's text first, and who changed what."""
    story = StoryQueries(engine).get(record.id)
    if story is None:
        say(f"article {record.id}: no other article here carries its text")
        return
    if json:
        emit_json(story_object(story))
        return
    _print_story(engine, story)


@dataclass(frozen=True)
class Carrier:
    """An article of a story, and what it says differently from the one that had the text first."""

    article: ArticleRecord
    changed: str
    """``headline, 1 paragraph reworded``; empty where it says the same, and of the first one."""
    headline: str | None
    """Its own, where that is another one."""
    change: VersionChange | None = None
    """The same word by word, as if it were a version of the first one."""


def compare_carriers(engine: Engine, story: StoryRecord) -> list[Carrier]:
    """Who had it first on top. Raises ``StorageError``."""
    library = Library(engine)

    def current(article_id: int) -> Any:
        return next((one for one in library.versions(article_id) if one.current), None)

    first = current(story.first.id)
    carriers = [Carrier(story.first, "", None)]
    for one in story.articles[1:]:
        other = current(one.id)
        found = find_edits(first, other) if first and other else ()
        # Each outlet has a date of its own, which changes nothing of the text.
        edits = tuple(edit for edit in found if edit.kind is not EditKind.DATE)
        headline = (one.title or "(none)") if one.title != story.first.title else None
        change = (
            VersionChange(version=other, base=first, edits=edits, step=False)
            if first and other
            else None
        )
        carriers.append(Carrier(one, edits_in_words(edits), headline, change))
    return carriers


def _print_story(engine: Engine, story: StoryRecord) -> None:
    emit_words(clean(story.first.title or "(no title)"))
    for carrier in compare_carriers(engine, story):
        one = carrier.article
        emit("")
        emit_words(f"{local_when(one) or '(no date)'}  {clean(site_of(one))}, article {one.id}")
        emit_words(f"  {clean(one.url)}")
        seen = local_minute(one.first_seen_at)
        if one is story.first:
            emit_words(f"  {'had it first; ' if len(story.articles) > 1 else ''}seen {seen}")
            continue
        emit_words(f"  {clean(carrier.changed) or 'the same text'}; seen {seen}")
        if carrier.headline is not None:
            emit_words(f"  headline: {clean(carrier.headline)}")
    if story.suggested:
        emit("")
        emit_words("May belong to it too:")
        for one, share in story.suggested:
            emit_words(f"  article {one.id}, {share:.0%} in common: {clean(one.title or one.url)}")
            emit_words(f"    {clean(one.url)}")
