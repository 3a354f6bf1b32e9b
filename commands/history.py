"""``history`` and ``diff``: what became of an article's text, and how two versions differ."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from commands.config import load_settings
from commands.options import Config, Db, Json

if TYPE_CHECKING:
    from storage.edits import Change
    from storage.records import ArticleRecord, VersionRecord


def history(
    context: typer.Context,
    article: Annotated[
        str, typer.Argument(metavar="ID|URL", help="An article's id, or any of its addresses.")
    ],
    json: Json = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """List the versions of an article, and what each changed.

    Stealth: the publisher changed the text, and the time of change that the page states did not
    move. A version of ours (another extractor read the same page) is told from an edit. The current
    version has an asterisk. Without a terminal: version, time, state, change and title between
    tabs.

    \b
    Examples:
      kliping history 12
      kliping history https://example.com/news/story --json
    """
    from commands.edit_words import version_object
    from commands.render import emit_json
    from commands.terminal import say
    from storage.edits import history_of

    record, versions = _load(context, article)
    changes = history_of(versions)
    if json:
        for change in changes:
            emit_json(version_object(change))
    elif changes:
        _print_history(changes)
    else:
        say(_no_text(record))


def diff(
    context: typer.Context,
    article: Annotated[
        str, typer.Argument(metavar="ID|URL", help="An article's id, or any of its addresses.")
    ],
    first: Annotated[
        int | None,
        typer.Argument(metavar="V1", help="A version's number; alone: against the current one."),
    ] = None,
    second: Annotated[int | None, typer.Argument(metavar="V2", help="The one it became.")] = None,
    plain: Annotated[
        bool, typer.Option("--plain", help="Print a unified diff, as without a terminal.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Show how two versions of an article differ, word by word.

    Without numbers: the last accepted version and the one it is measured against in `history`.

    \b
    Examples:
      kliping diff 12
      kliping diff 12 1 3
      kliping diff 12 --plain > changes.diff
    """
    from commands.diff_render import print_diff, print_unified
    from commands.edit_words import diff_object
    from commands.exits import UsageError
    from commands.render import emit_json
    from commands.terminal import say

    if json and plain:
        raise UsageError("--json and --plain exclude each other")
    record, versions = _load(context, article)
    change = _choose(record, versions, first, second)
    if json:
        emit_json(diff_object(record.id, change))
    elif change is None or change.base is None:
        say(_nothing_to_compare(record, versions))
    elif not change.edits:
        base, version = change.base.number, change.version.number
        say(f"article {record.id}: versions {base} and {version} have the same text")
    elif plain or not sys.stdout.isatty():
        print_unified(change)
    else:
        print_diff(change)


def _load(context: typer.Context, wanted: str) -> tuple[ArticleRecord, list[VersionRecord]]:
    from commands.archive import find_article, open_archive
    from storage.library import Library

    with open_archive(load_settings(context), read_only=True) as engine:
        library = Library(engine)
        record = find_article(library, wanted)
        return record, library.versions(record.id)


def _print_history(changes: Sequence[Change]) -> None:
    from commands.edit_words import change_in_words
    from commands.render import emit_row, format_time, print_table

    if not sys.stdout.isatty():
        for change in changes:
            version = change.version
            seen, state = format_time(version.first_seen_at), _state(change)
            emit_row(version.number, seen, state, change_in_words(change), version.title)
        return
    from rich.console import Console

    numbers = [f"{one.version.number}{'*' if one.version.current else ''}" for one in changes]
    room = Console(file=sys.stdout).width - max(map(len, numbers)) - len("  2026-03-01 10:00  ")
    rows = []
    for number, change in zip(numbers, changes, strict=True):
        seen = change.version.first_seen_at.astimezone().strftime("%Y-%m-%d %H:%M")
        rows.append((number, seen, _in_room(change, room)))
    print_table(("No", "First seen", "What changed"), rows, flexible=2)


def _in_room(change: Change, room: int) -> str:
    """The change in so many columns, cut before what marks it as stealthy."""
    from commands.edit_words import change_in_words, in_short
    from commands.terminal import is_utf8

    mark = " (stealth)" if change.stealth else ""
    text, room = change_in_words(change), room - len(mark)
    if len(text) > room:
        text = in_short(text)
    if len(text) > room:
        gap = "…" if is_utf8() else "..."
        text = text[: max(room - len(gap) - 1, 0)]
        text = f"{text.rpartition(' ')[0] or text} {gap}"
    return text + mark


def _state(change: Change) -> str:
    states = ["(stealth)"] if change.stealth else []
    return " ".join([*states, *(["current"] if change.version.current else [])])


def _choose(
    record: ArticleRecord, versions: Sequence[VersionRecord], first: int | None, second: int | None
) -> Change | None:
    """The change to show; without a base where there is nothing to compare. Raises
    ``UsageError`` for a number that no version has."""
    from dataclasses import replace

    from storage.edits import bases_of, change_of

    numbered = {version.number: version for version in versions}
    for wanted in (first, second):
        if wanted is not None and wanted not in numbered:
            raise _no_version(record, [*numbered], wanted)
    bases = bases_of(versions)
    accepted = [version for version in versions if version.accepted]
    if first is None:
        last = accepted[-1] if accepted else None
        return change_of(last, bases.get(last.number)) if last else None
    if second is None:
        now = next((one for one in versions if one.current), versions[-1])
        second = now.number
    base, version = numbered[first], numbered[second]
    change = change_of(version, base)
    known = bases.get(second)
    is_step = known is not None and known.number == first
    return change if is_step else replace(change, stealth=False, step=False)


def _no_version(record: ArticleRecord, numbers: Sequence[int], wanted: int) -> Exception:
    from commands.exits import UsageError

    if not numbers:
        return UsageError(_no_text(record))
    have = f"versions 1 to {numbers[-1]}" if len(numbers) > 1 else "version 1 only"
    return UsageError(f"article {record.id} has no version {wanted}; it has {have}")


def _nothing_to_compare(record: ArticleRecord, versions: Sequence[VersionRecord]) -> str:
    if not versions:
        return _no_text(record)
    if len(versions) == 1:
        return f"article {record.id} has one version: nothing to compare"
    return (
        f"article {record.id} has no two accepted versions; "
        f"`kliping diff {record.id} 1 {versions[-1].number}` compares any"
    )


def _no_text(record: ArticleRecord) -> str:
    from commands.render import reason_of

    return f"article {record.id} has no text ({reason_of(record)})"
