"""``stories``: one text, and the outlets that carry it; and ``show --story``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.archive import open_archive
from commands.options import Config, Db, Json, all_if_huge
from commands.render.articles import (
    day_of,
    emit_json,
    emit_row,
    format_time,
    print_table,
    site_of,
    when,
)
from commands.render.cleaning import clean
from commands.settings import load_settings
from commands.terminal import emit, say
from storage.reading.edit_words import edits_in_words
from storage.reading.edits import EditKind, find_edits
from storage.reading.library import Library
from storage.reading.story_queries import Storybook

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from storage.reading.records import ArticleRecord
    from storage.reading.story_queries import StoryRecord


def stories(
    context: typer.Context,
    limit: Annotated[
        int,
        typer.Option(
            "--limit", metavar="N", min=0, callback=all_if_huge, help="The latest N; 0 lists all."
        ),
    ] = 20,
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
        found = Storybook(engine).list(limit)
    if json:
        for story in found:
            emit_json(story_object(story))
    elif not found:
        say("no text is carried by more than one outlet here")
    else:
        _print_stories(found)


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
    return {
        "id": record.id,
        "url": record.url,
        "canonical_url": record.canonical_url,
        "title": record.title,
        "authors": list(record.authors),
        "published_at": format_time(record.published_at, record.published_precision),
        "first_seen_at": format_time(record.first_seen_at),
    }


def _print_stories(found: list[StoryRecord]) -> None:
    if not sys.stdout.isatty():
        for story in found:
            for one in story.articles:
                emit_row(story.id, one.id, when(one), one.title, one.url)
        return
    rows: list[tuple[object, ...]] = []
    for story in found:
        for one in story.articles:
            name = story.id if one is story.first else ""
            title = one.title if one is story.first or one.title != story.first.title else '"'
            rows.append((name, one.id, day_of(one), title, site_of(one)))
    print_table(("ID", "Article", "Published", "Title", "Site"), rows, flexible=3)


def show_story(engine: Engine, record: ArticleRecord, *, json: bool) -> None:
    """Who had an article's text first, and who changed what."""
    story = Storybook(engine).get(record.id)
    if story is None:
        say(f"article {record.id}: no other article here carries its text")
        return
    if json:
        emit_json(story_object(story))
        return
    _print_story(engine, story)


def _print_story(engine: Engine, story: StoryRecord) -> None:
    library = Library(engine)

    def current(article_id: int) -> Any:
        return next((one for one in library.versions(article_id) if one.current), None)

    first = current(story.first.id)
    emit(clean(story.first.title or "(no title)"))
    for one in story.articles:
        emit("")
        emit(f"{when(one) or '(no date)'}  {clean(site_of(one))}, article {one.id}")
        emit(f"  {clean(one.url)}")
        seen = f"{one.first_seen_at.astimezone():%Y-%m-%d %H:%M}"
        if one is story.first:
            emit(f"  {'had it first; ' if len(story.articles) > 1 else ''}seen {seen}")
            continue
        other = current(one.id)
        edits = find_edits(first, other) if first and other else ()
        # Each outlet has a date of its own, which changes nothing of the text.
        changed = edits_in_words([one for one in edits if one.kind is not EditKind.DATE])
        emit(f"  {clean(changed) or 'the same text'}; seen {seen}")
        if one.title != story.first.title:
            emit(f"  headline: {clean(one.title or '(none)')}")
    if story.suggested:
        emit("")
        emit("May belong to it too:")
        for one, share in story.suggested:
            emit(f"  article {one.id}, {share:.0%} in common: {clean(one.title or one.url)}")
            emit(f"    {clean(one.url)}")
