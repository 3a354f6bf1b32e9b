"""``history`` and ``diff``: what became of an article's text, and how two versions differ."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from commands.archive import find_article, no_version, open_archive
from commands.cleaning import clean
from commands.exits import UsageError
from commands.options import Article, Config, Db, Json, JsonObject
from commands.render.articles import marks_in_words, reason_of
from commands.render.columns import emit_json, emit_row
from commands.render.diff import print_diff, print_unified
from commands.render.edits import (
    change_in_words,
    diff_object,
    rejection_in_words,
    returns_in_words,
    text_object,
    version_object,
)
from commands.render.values import format_time
from commands.settings import load_settings
from commands.terminal import say
from commands.times import local_minute
from storage.reading.library import Library
from storage.reading.past import Past, load_past

if TYPE_CHECKING:
    from storage.reading.captures import Rejection
    from storage.reading.edits import VersionChange
    from storage.records import ArticleRecord, VersionRecord


def history(
    context: typer.Context,
    article: Article,
    texts: Annotated[
        bool, typer.Option("--texts", help="With --json: the text of each version, too.")
    ] = False,
    json: Json = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """List the versions of an article, and what each changed.

    Stealth: the publisher changed the text, but not the time of change that the page states.
    Back: an earlier text returned. A version that another extractor read from the same page is
    marked, and is no edit. The current version has an asterisk. Pages that were no article, and
    so replaced nothing, come last. Without a terminal: version, time, state, change, title and
    the address it was read at between tabs.

    \b
    Examples:
      kliping history 12
      kliping history https://example.com/news/story --json
      kliping history 12 --json --texts
    """
    if texts and not json:
        raise UsageError("--texts belongs to --json; `kliping show ID --version N` prints one text")
    past = _load(context, article)
    changes = past.history()
    if json:
        for change in changes:
            is_last = change is changes[-1]
            values = version_object(change, past.rejections if is_last else ())
            emit_json(values | text_object(change.version) if texts else values)
    elif not changes:
        say(_no_text(past.article))
    elif sys.stdout.isatty():
        _print_table(changes, past.rejections)
    else:
        for change in changes:
            version = change.version
            state, changed = _state_of(change), _in_words(change)
            cells = (version.number, version.first_seen_at, state, changed)
            emit_row(*cells, version.title, version.url)
        for rejection in past.rejections:
            say(rejection_in_words(rejection, local_minute))


def diff(
    context: typer.Context,
    article: Article,
    first: Annotated[
        int | None,
        typer.Argument(metavar="V1", help="A version's number; alone: against the current one."),
    ] = None,
    second: Annotated[
        int | None, typer.Argument(metavar="V2", help="The version that it became.")
    ] = None,
    plain: Annotated[
        bool, typer.Option("--plain", help="Print a unified diff, as without a terminal.")
    ] = False,
    json: JsonObject = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Show how two versions of an article differ, word by word.

    Without numbers: the last change, from what was there before to the last accepted version, or
    to the one that came back since.

    \b
    Examples:
      kliping diff 12
      kliping diff 12 1 3
      kliping diff 12 --plain > changes.diff
    """
    if json and plain:
        raise UsageError("--json and --plain exclude each other")
    past = _load(context, article)
    record, versions = past.article, past.versions
    try:
        change = past.choose(first, second)
    except LookupError as error:
        raise no_version(record, len(versions), error.args[0]) from None
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


def _load(context: typer.Context, wanted: str) -> Past:
    with open_archive(load_settings(context), read_only=True) as engine:
        library = Library(engine)
        return load_past(library, find_article(library, wanted))


def _state_of(change: VersionChange) -> str:
    states = ["(stealth)"] if change.stealth else []
    return " ".join([*states, *(["current"] if change.version.current else [])])


def _in_words(change: VersionChange) -> str:
    returned = returns_in_words(change.returned_at, format_time)
    parts = (change_in_words(change), returned, marks_in_words(change.version))
    return "; ".join(filter(None, parts))


def _print_table(changes: Sequence[VersionChange], rejections: Sequence[Rejection]) -> None:
    """No wider than the terminal: what changed, and why something was not taken, goes on in the
    next line."""
    from rich.table import Table
    from rich.text import Text

    from commands.render.rich_output import open_console  # heavy: only for a terminal

    console = open_console()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("No", "First seen"):
        table.add_column(heading, no_wrap=True)
    table.add_column("What changed", overflow="fold")
    addresses = {change.version.url for change in changes}
    for change in changes:
        number = f"{change.version.number}{'*' if change.version.current else ''}"
        back = returns_in_words(change.returned_at, local_minute)
        said = change_in_words(change) + (" (stealth)" if change.stealth else "")
        marks = clean(marks_in_words(change.version))
        said = "; ".join(filter(None, (clean(said), back, marks)))
        if len(addresses) > 1:
            said += f"\nat {clean(change.version.url)}"
        table.add_row(number, local_minute(change.version.first_seen_at), Text(said))
    console.print(table)
    if len(addresses) == 1:
        console.print(Text(f"read at {clean(addresses.pop())}"))
    for rejection in rejections:
        console.print(Text(clean(rejection_in_words(rejection, local_minute))))


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
    return f"article {record.id} has no text ({reason_of(record)})"
