"""What another reading of a page changes, in words that a person can judge, on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from commands.cleaning import clean, whole_words
from commands.render.diff import edit_text
from commands.terminal import emit, is_utf8
from storage.reading.edit_words import edit_heading, edits_in_words
from storage.reading.edits import EditKind, find_text_edits, texts_of

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from scraper.model.types import Article

SHOWN_EDITS = 4
"""Places of a text that are shown; the rest is counted."""
MAX_EDIT = 320
"""Characters shown of a place."""
EXCERPT = 60
"""Characters shown of a text's beginning and of its end."""
INDENT = "  "


def print_words(line: str) -> None:
    """A line, cleaned and broken between words, in bold."""
    from rich.text import Text

    from commands.render.rich_output import open_console  # heavy: only for a terminal

    _print_below(open_console(), "", Text(clean(line), style="bold"))


def print_values(before: str, after: str) -> None:
    """A field's values, each a clean line: side by side where both fit in one."""
    from rich.text import Text

    from commands.render.rich_output import open_console  # heavy: only for a terminal

    console = open_console()
    line = f"{before} {_arrow()} {after}"
    if len(INDENT) + Text(line).cell_len <= console.width:
        emit(f"{INDENT}{line}")
        return
    for name, value in (("before", before), ("after", after)):
        _print_below(console, f"{INDENT}{name:8}", Text(value))


def print_text_change(before: Article, after: Article) -> None:
    """What goes and what comes, word by word, and where the text then begins and ends."""
    from rich.text import Text

    from commands.render.rich_output import open_console  # heavy: only for a terminal

    console = open_console()
    edits = find_text_edits(texts_of(before), texts_of(after))
    told = [edit for edit in edits if edit.kind is not EditKind.TYPOGRAPHY]
    if not told:
        _print_below(console, INDENT, Text(edits_in_words(edits) or "the same words"))
        return
    _print_below(console, INDENT, Text(edits_in_words(edits)))
    for edit in told[:SHOWN_EDITS]:
        words = edit_text(edit, console)
        if len(words) > MAX_EDIT:
            words = Text.assemble(words[:MAX_EDIT], _gap())
        _print_below(console, INDENT, Text.assemble((f"{edit_heading(edit)}: ", "cyan"), words))
    if (more := len(told) - SHOWN_EDITS) > 0:
        _print_below(console, INDENT, Text(f"and {more} more {'place' if more == 1 else 'places'}"))
    for name, end in zip(("begins", "ends"), _ends(after.body), strict=False):
        _print_below(console, f"{INDENT}now {name:8}", Text(end))


def _ends(body: str) -> list[str]:
    """The first and the last words; all of a short text; nothing of none."""
    text = clean(body)
    if len(text) <= 2 * EXCERPT:
        return [text] if text else ["(no text is left)"]
    start, end = whole_words(text[:EXCERPT]), whole_words(text[: -EXCERPT - 1 : -1])[::-1]
    return [f"{start} {_gap()}", f"{_gap()} {end}"]


def _print_below(console: Console, start: str, text: Text) -> None:
    """Broken between words, without a blank at the end; further lines stand below the text."""
    from rich.text import Text  # heavy: only for a terminal

    for line in text.wrap(console, max(console.width - len(start), 8)):
        line.rstrip()
        console.print(Text.assemble(start, line), soft_wrap=True)
        start = " " * len(start)


def _arrow() -> str:
    return "→" if is_utf8() else "->"


def _gap() -> str:
    return "…" if is_utf8() else "..."
