"""Edits and versions as JSON objects, and in the words of a line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from commands.render.articles import marks_object
from commands.render.columns import pick
from commands.render.values import format_time
from storage.fields import block_object
from storage.reading.edits import words_of
from storage.records import UNKNOWN_REASON

if TYPE_CHECKING:
    from storage.reading.captures import Rejection
    from storage.reading.edits import Edit, VersionChange
    from storage.records import VersionRecord


# --------------------------------------------------------------------- JSON


def version_object(change: VersionChange, rejections: Sequence[Rejection] = ()) -> dict[str, Any]:
    """A version as ``history --json`` tells it; ``rejections`` are the article's, which the last
    one has."""
    version = change.version
    return {
        "version": version.number,
        "first_seen_at": format_time(version.first_seen_at),
        "title": version.title,
        "edits": [edit_object(edit) for edit in change.edits],
        "compared_with": change.base.number if change.base else None,
        "cause": version.cause,
        "accepted": version.accepted,
        "current": version.current,
        "reason": reason_of_version(version),
        "stealth": change.stealth,
        "modified_at": format_time(version.modified_at),
        "fetched_at": format_time(version.fetched_at),
        "url": version.url,
        "recorded": version.recorded,
        "returned_at": [*map(format_time, change.returned_at)],
        "rejections": [
            pick(rejection, ("reason", "times", "first_at", "last_at")) for rejection in rejections
        ],
    } | marks_object(version)


def edit_object(edit: Edit) -> dict[str, Any]:
    """An edit with the words that it took out and put in."""
    removed, added = words_of(edit)
    keys = ("kind", "field", "old_block", "new_block", "moved", "old", "new")
    return pick(edit, keys) | {"removed": removed, "added": added}


def diff_object(article_id: int, change: VersionChange | None) -> dict[str, Any]:
    """Two versions as ``diff --json`` compares them; with nothing to compare, ``from`` is null."""
    edits = [edit_object(edit) for edit in change.edits] if change else []
    returned_at = format_time(change.returned_at[-1]) if change and change.returned_at else None
    return {
        "id": article_id,
        "from": change.base.number if change and change.base else None,
        "to": change.version.number if change else None,
        "edits": edits,
        "removed": [word for edit in edits for word in edit["removed"]],
        "added": [word for edit in edits for word in edit["added"]],
        "cause": change.version.cause if change else None,
        "stealth": change.stealth if change else False,
        "returned_at": returned_at,
    }


def reason_of_version(version: VersionRecord) -> str | None:
    """Why it is not the article's text; ``None`` if it is."""
    if version.accepted:
        return None
    return getattr(version, "reason", None) or UNKNOWN_REASON


def text_object(version: VersionRecord) -> dict[str, Any]:
    """What a version says, in the keys of ``show --json``."""
    return {
        "byline": version.byline,
        "authors": list(version.authors),
        "published_at": format_time(version.published_at, version.published_precision),
        "modified_at": format_time(version.modified_at),
        "body": version.body,
        "blocks": [*map(block_object, version.blocks)],
    }


# --------------------------------------------------------------------- for people


def change_in_words(change: VersionChange) -> str:
    """What a version changed, and whose change it was: ``headline, 2 paragraphs reworded, 1
    added``."""
    from storage.reading.edit_words import NOTHING, edits_in_words, summarize

    version = change.version
    if not change.step:
        return _with_origin(edits_in_words(change.edits) or NOTHING, version)
    return step_in_words(version, summarize(version.cause, change.edits) if change.base else None)


def step_in_words(version: VersionRecord, summary: str | None) -> str:
    """The same, of the change that is stored with a version; ``None``: it is measured against
    nothing."""
    reason = reason_of_version(version)
    said = f"not the article's text: {reason}" if reason else summary or "first version"
    return _with_origin(said, version)


def _with_origin(said: str, version: VersionRecord) -> str:
    return f"{said} (from a web archive alone)" if version.recorded else said


def returns_in_words(times: Sequence[datetime], spell: Callable[[datetime], str | None]) -> str:
    """``back 2026-03-02 10:00``, or how often and when last; empty for a version that did not
    come back."""
    if not times:
        return ""
    often = f"{len(times)} times, last " if len(times) > 1 else ""
    return f"back {often}{spell(times[-1])}"


def rejection_in_words(rejection: Rejection, spell: Callable[[datetime], str | None]) -> str:
    """``not taken: 2026-03-02 10:00 login_wall: …``, with how often and until when."""
    said = f"not taken: {spell(rejection.first_at)} {rejection.reason}"
    if rejection.times == 1:
        return said
    return f"{said} ({rejection.times} times, last {spell(rejection.last_at)})"
