"""Two versions side by side: word by word in colour on a terminal, and as a unified diff."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from commands.cleaning import clean, clean_block
from commands.render.edits import change_in_words, returns_in_words
from commands.terminal import emit, is_utf8
from commands.times import local_minute
from storage.reading.edit_words import edit_heading
from storage.reading.edits import date_text, texts_of
from storage.text.diff import Span, align, readable

if TYPE_CHECKING:
    from datetime import datetime

    from rich.console import Console
    from rich.text import Text

    from storage.reading.edits import Edit, VersionChange
    from storage.records import VersionRecord
    from storage.text.diff import DiffRun

CONTEXT_LINES = 3
"""Around each change of a unified diff, as ``diff -u`` has them."""
CONTEXT_WORDS = 60
"""Characters of unchanged text that are shown on either side of a change."""
REMOVED, ADDED, DIM = "red strike", "green underline", "dim"


# --------------------------------------------------------------------- on a terminal


def print_diff(change: VersionChange) -> None:
    """Each edit under a heading, its paragraph with the words taken out and put in.

    Without colours words taken out stand in ``[- -]``, words put in in ``{+ +}``.
    """
    from rich.padding import Padding
    from rich.text import Text

    from commands.render.rich_output import open_console  # heavy: only for a terminal

    console = open_console()
    base, version = change.base, change.version
    assert base is not None
    console.print(
        Text(
            f"{_label(base)} → {_label(version)}"
            if is_utf8()
            else f"{_label(base)} -> {_label(version)}",
            style="bold",
        )
    )
    stealth = " (stealth: the page's time of change did not move)" if change.stealth else ""
    back = returns_in_words(change.returned_at, local_minute)
    console.print(Text(clean(change_in_words(change)) + stealth + (f"; {back}" if back else "")))
    for edit in change.edits:
        if edit.kind.value == "typography":
            continue
        console.print()
        console.print(Text(edit_heading(edit), style="cyan"))
        console.print(Padding(edit_text(edit, console), (0, 0, 0, 2)))
    if count := sum(edit.kind.value == "typography" for edit in change.edits):
        places = "1 place" if count == 1 else f"{count} places"
        console.print()
        console.print(Text(f"typography only in {places}: --plain shows it", style=DIM))


def _label(version: VersionRecord) -> str:
    return f"version {version.number} ({local_minute(version.first_seen_at)})"


def edit_text(edit: Edit, console: Console) -> Text:
    from rich.text import Text  # heavy: only for a terminal

    if edit.kind.value == "paragraph_moved":
        return Text(_shorten(clean(edit.new or ""), first=True, last=False), style=DIM)
    runs = readable(edit.runs)
    marks = console.color_system is None or console.no_color
    text = Text()
    for at, run in enumerate(runs):
        if run.kind.value == "same":
            text.append(_context(run.new, first=at == 0, last=at == len(runs) - 1))
        else:
            _append_change(text, run, marks=marks)
    return text


def _append_change(text: Text, run: DiffRun, *, marks: bool) -> None:
    """The words in their style; the space behind them is no part of the change."""
    removed = run.kind.value == "removed"
    words, behind = _trimmed(run.old or run.new)
    style = REMOVED if removed else ADDED
    if marks:
        words = f"[-{words}-]" if removed else f"{{+{words}+}}"
        style = ""
    text.append(words, style=style)
    text.append(behind)


def _trimmed(text: str) -> tuple[str, str]:
    words = clean(text)
    return words, " " if text[-1:].isspace() else ""


def _context(text: str, *, first: bool, last: bool) -> str:
    words, behind = _trimmed(text)
    before = " " if text[:1].isspace() and not first else ""
    return before + _shorten(words, first=not first, last=not last) + behind


def _shorten(text: str, *, first: bool, last: bool) -> str:
    """The start and the end of the text, as far as each stands beside a change."""
    room = CONTEXT_WORDS * (first + last)
    if len(text) <= room + CONTEXT_WORDS // 2:
        return text
    start = text[:CONTEXT_WORDS].rpartition(" ")[0] or text[:CONTEXT_WORDS] if first else ""
    end = text[-CONTEXT_WORDS:].partition(" ")[2] or text[-CONTEXT_WORDS:] if last else ""
    gap = "…" if is_utf8() else "..."
    return " ".join(filter(None, (start, gap, end)))


# --------------------------------------------------------------------- unified


def print_unified(change: VersionChange) -> None:
    """As ``diff -u``: title, byline and date are the first lines, a paragraph is one line."""
    assert change.base is not None
    old, new = _lines(change.base), _lines(change.version)
    emit(f"--- {_side(change.base)}")
    emit(f"+++ {_side(change.version, *change.returned_at[-1:])}")
    for hunk in _hunks(align(old, new), len(old)):
        emit(_range_line(hunk))
        for span in hunk:
            _print_span(span, old, new)


def _side(version: VersionRecord, returned_at: datetime | None = None) -> str:
    """A file's name and time, as the header of ``diff -u`` has them."""
    return f"version {version.number}\t{(returned_at or version.first_seen_at).isoformat(sep=' ')}"


def _lines(version: VersionRecord) -> list[str]:
    byline = version.byline or ", ".join(version.authors)
    fields = {"Title": version.title, "Byline": byline, "Published": date_text(version)}
    lines = [f"{name}: {clean(value or '')}".rstrip() for name, value in fields.items()]
    lines.append("")
    for text in texts_of(version):
        lines += clean_block(text).split("\n")
    return lines


def _hunks(spans: Sequence[Span], length: int) -> Iterator[list[Span]]:
    """The changes with so many lines around each; those whose lines would meet are one."""
    hunk: list[Span] = []
    for at, span in enumerate(spans):
        if not span.same:
            hunk.append(span)
            continue
        lines, last = span.end - span.start, at == len(spans) - 1
        if hunk and (last or lines > 2 * CONTEXT_LINES):
            shown = min(lines, CONTEXT_LINES)
            hunk.append(
                Span(True, span.start, span.start + shown, span.new_start, span.new_start + shown)
            )
            yield hunk
            hunk = []
        elif hunk:
            hunk.append(span)
        if not hunk and not last:
            shown = min(lines, CONTEXT_LINES)
            hunk.append(Span(True, span.end - shown, span.end, span.new_end - shown, span.new_end))
    if any(not span.same for span in hunk):
        yield hunk


def _range_line(hunk: Sequence[Span]) -> str:
    old = _range(hunk[0].start, hunk[-1].end)
    return f"@@ -{old} +{_range(hunk[0].new_start, hunk[-1].new_end)} @@"


def _range(start: int, end: int) -> str:
    """POSIX ``diff -u``: the first line and how many; an empty range is numbered by the line
    before it."""
    length = end - start
    if length == 1:
        return f"{start + 1}"
    return f"{start + 1 if length else start},{length}"


def _print_span(span: Span, old: Sequence[str], new: Sequence[str]) -> None:
    if span.same:
        for line in old[span.start : span.end]:
            emit(f" {line}")
        return
    for line in old[span.start : span.end]:
        emit(f"-{line}")
    for line in new[span.new_start : span.new_end]:
        emit(f"+{line}")
