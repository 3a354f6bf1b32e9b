"""What a version changed, in the words of a line. Pure; no word of the text is in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from storage.reading.edits import Edit, EditKind
from storage.records import DATE, EXTRACTOR

NOTHING = "nothing that shows"

_FIELDS = (EditKind.HEADLINE, EditKind.BYLINE, EditKind.DATE)
_PARAGRAPHS = {
    EditKind.REWORDED: "reworded",
    EditKind.ADDED: "added",
    EditKind.REMOVED: "removed",
    EditKind.MOVED: "moved",
    EditKind.FIGURES: "with changed numbers",
}

_HEADINGS = {
    "headline": "headline",
    "byline": "byline",
    "date": "date",
    "correction": "correction notice",
    "paragraph_added": "added",
    "paragraph_removed": "removed",
    "paragraph_reworded": "reworded",
    "paragraph_moved": "moved",
    "figures": "changed numbers",
    "typography": "typography",
}


def edit_heading(edit: Edit) -> str:
    """``paragraph 3, moved from 5 and reworded``."""
    name = _HEADINGS[edit.kind.value]
    if edit.field != "body":
        return name
    if edit.old_block is None or edit.new_block is None:
        return f"paragraph {edit.new_block or edit.old_block}, {name}"
    if not edit.moved:
        return f"paragraph {edit.new_block}, {name}"
    whence = f"paragraph {edit.new_block}, moved from {edit.old_block}"
    return whence if edit.kind.value == "paragraph_moved" else f"{whence} and {name}"


def summarize(cause: str, edits: Sequence[Edit]) -> str:
    """What a version of this cause changed, and whose change it was."""
    said = edits_in_words(edits) or NOTHING
    if cause == EXTRACTOR:
        return f"our reading, not an edit: {said}"
    if cause == DATE:
        return f"the same text, its date {_date(edits)}"
    return said


def edits_in_words(edits: Sequence[Edit]) -> str:
    """``headline, 2 paragraphs reworded, 1 added, correction notice``; empty without an edit."""
    kinds: Counter[EditKind] = Counter(
        edit.kind for edit in edits if edit.kind is not EditKind.TYPOGRAPHY
    )
    parts: list[str] = [name.value for name in _FIELDS if kinds[name]]
    parts += _notices(edits)
    named = False
    for kind, verb in _PARAGRAPHS.items():
        if count := kinds[kind]:
            noun = "" if named else " paragraph" if count == 1 else " paragraphs"
            parts.append(f"{count}{noun} {verb}")
            named = True
    if not parts and edits:
        return "typography only"
    return ", ".join(parts)


def _notices(edits: Sequence[Edit]) -> Iterator[str]:
    notices = [edit for edit in edits if edit.kind is EditKind.CORRECTION]
    if notices:
        gone = all(edit.new is None for edit in notices)
        yield "correction notice removed" if gone else "correction notice"


def _date(edits: Sequence[Edit]) -> str:
    dates = [edit.new for edit in edits if edit.kind is EditKind.DATE]
    if not dates or dates[0] is None:
        return "now stated"
    return "now " + dates[0].replace("T", " ")[:16]
