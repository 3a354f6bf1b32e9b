"""An explained page as a table on a terminal, as tab-separated lines without one, and as JSON."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from commands.cleaning import clean, whole_words
from commands.read.explanation import TIMES, Entry, ExplainedField
from commands.render.columns import emit_json, emit_row, pick, print_table
from commands.render.provenance import reason_in_words, sources_in_words
from commands.terminal import emit, is_utf8

if TYPE_CHECKING:
    from commands.read.loading import LoadedPage
    from scraper.extraction.survey import Survey
    from scraper.model.types import Article

MAX_LOST = 4
"""Losers of one field in the table; --json and lines without a terminal have all."""
MAX_LEFT_OUT = 12
MAX_VALUE = 240
EXCERPT = 60
SOURCE_SHARE = 0.3
"""Of the table's width."""
MAX_SOURCES = 3
_NAMES = {"image_url": "image", "canonical_url": "address"}
_ADDRESSES = frozenset(_NAMES)
# Where an address may go on in the next line: behind its parts; and within a part too long for one.
_PARTS = re.compile(r"[^/?&]*[/?&]*")
_WORDS = re.compile(r"[^-_.,=+%]*[-_.,=+%]*")
_KINDS = {
    "paragraph": ("paragraph", "paragraphs"),
    "heading": ("heading", "headings"),
    "list_item": ("list item", "list items"),
    "quote": ("quote", "quotes"),
    "preformatted": ("preformatted block", "preformatted blocks"),
    "table_row": ("table row", "table rows"),
    "caption": ("caption", "captions"),
}


@dataclass(frozen=True)
class Explained:
    page: LoadedPage
    article: Article
    fields: tuple[ExplainedField, ...]
    survey: Survey | None

    @property
    def body(self) -> ExplainedField:
        return next(field for field in self.fields if field.name == "body")

    @property
    def share(self) -> float | None:
        """Of the page's text that is in the body."""
        if self.survey is None or not self.survey.characters:
            return None
        return min(1.0, len(self.article.body) / self.survey.characters)


# --------------------------------------------------------------------- JSON


def emit_explained(explained: Explained) -> None:
    article = explained.article
    emit_json(
        pick(explained.page, ("url", "origin", "fetched_at"))
        | {
            "verdict": {"value": article.verdict, "evidence": article.evidence},
            "fields": {field.name: _field_object(field, explained) for field in explained.fields},
        }
    )


def _field_object(field: ExplainedField, explained: Explained) -> dict[str, Any]:
    values = pick(field, ("value", "source", "confidence"))
    values["candidates"] = [_entry_object(entry) for entry in field.entries]
    if field.note:
        values["note"] = field.note
    return values | _body_object(explained) if field.name == "body" else values


def _entry_object(entry: Entry) -> dict[str, Any]:
    sources = "+".join(entry.sources)
    return {"value": entry.value, "source": sources} | pick(entry, ("confidence", "chosen"))


def _body_object(explained: Explained) -> dict[str, Any]:
    article, share = explained.article, explained.share
    passages = explained.survey.left_out if explained.survey else ()
    return {
        "blocks": dict(Counter(block.kind.value for block in article.blocks)),
        "characters": len(article.body),
        "share_of_page": None if share is None else round(share, 3),
        "left_out": [pick(passage, ("text", "characters", "reason")) for passage in passages],
    }


# --------------------------------------------------------------------- for people


def print_explained(explained: Explained) -> None:
    if sys.stdout.isatty():
        _print_table(explained)
    else:
        _print_lines(explained)


def _print_lines(explained: Explained) -> None:
    """Field, ``chosen`` or ``lost``, value, source, confidence, between tabs."""
    page, article = explained.page, explained.article
    emit_row("url", "", page.url, page.origin)
    emit_row("verdict", "chosen", article.verdict, article.evidence)
    for field in explained.fields:
        if value := _shown_value(field, explained):
            sources = _shown_sources(field)
            emit_row(field.name, "chosen", value, sources, _percent(field.confidence))
        for entry in _lost_of(field):
            sources = sources_in_words(entry.sources)
            emit_row(field.name, "lost", entry.value, sources, _percent(entry.confidence))
    for name, text in _body_ends(article.body):
        emit_row("body", name, text)
    for reason, text in _left_out(explained):
        emit_row("body", "left out", text, reason)


def _print_table(explained: Explained) -> None:
    from rich.text import Text

    from commands.render.rich_output import open_console  # heavy: only for a terminal

    page, article = explained.page, explained.article
    for line in filter(None, (page.url, page.origin)):
        emit(clean(line))  # in one piece, however long: it is copied from here
    verdict = clean(f"verdict: {article.verdict} ({article.evidence})")
    open_console().print(Text(verdict))
    emit("")
    _print_fields(explained)
    if article.body:
        emit("")
        print_table(
            None, [(f"text {name}", text) for name, text in _body_ends(article.body)], flexible=1
        )
    if left_out := _left_out(explained):
        emit("")
        rows = [(reason, text) for reason, text in left_out[:MAX_LEFT_OUT]]
        print_table(("Left out", "Text"), rows, flexible=1)
        if len(left_out) > MAX_LEFT_OUT:
            emit(f"and {len(left_out) - MAX_LEFT_OUT} more: --json has them")


def _print_fields(explained: Explained) -> None:
    """The value taken wraps; each value that lost has one line."""
    from rich.table import Table
    from rich.text import Text

    from commands.render.rich_output import open_console  # heavy: only for a terminal

    found = [field for field in explained.fields if field.value]
    console = open_console()
    names = max((len(_name(field)) for field in found), default=0)
    source_width = min(int(console.width * SOURCE_SHARE), 36)
    room = max(console.width - names - source_width - len("✓100%") - 4, 8)
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("Field", style="bold", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("Value", width=room)
    table.add_column("Source", width=source_width)
    table.add_column("Sure", justify="right", no_wrap=True)
    for field in found:
        name, mark = _name(field), "✓" if is_utf8() else "*"
        value, sources = _shown_value(field, explained), _shown_sources(field, MAX_SOURCES)
        shown = _cut_value(field, value, MAX_VALUE)
        if field.name in _ADDRESSES:
            shown = "\n".join(_address_lines(shown, room))
        value_cell, sure = Text(shown, overflow="fold"), _percent(field.confidence)
        table.add_row(name, mark, value_cell, Text(sources), sure)
        for cells in _lost_cells(field, room):
            table.add_row(
                "", "", *(Text(cell, no_wrap=True, overflow="ellipsis") for cell in cells)
            )
    console.print(table)
    wanted = [field for field in explained.fields if field.name != "directives"]
    if missing := [_name(field) for field in wanted if not field.value]:
        console.print(Text(f"not found: {', '.join(missing)}"))


def _lost_cells(field: ExplainedField, room: int) -> Iterator[tuple[str, str, str]]:
    lost = _lost_of(field)
    for entry in lost[:MAX_LOST]:
        sources = clean(sources_in_words(entry.sources))
        value = clean(entry.value) or "(nothing)"
        yield _cut_value(field, value, room), sources, _percent(entry.confidence)
    if len(lost) > MAX_LOST:
        yield f"and {len(lost) - MAX_LOST} more: --json has them", "", ""


def _lost_of(field: ExplainedField) -> Sequence[Entry]:
    """The authors are read from the byline: what lost against it is told there."""
    return () if field.name == "authors" else field.lost


def _shown_sources(field: ExplainedField, limit: int | None = None) -> str:
    if field.name == "authors" and field.value:
        return "the byline"
    return clean(sources_in_words(field.sources, limit))


def _shown_value(field: ExplainedField, explained: Explained) -> str:
    if not field.value:
        return ""
    if field.name == "body":
        return _body_in_numbers(explained)
    text = ", ".join(field.value) if isinstance(field.value, list) else str(field.value)
    return clean(_shown_time(field, text) if field.name in TIMES else text)


def _shown_time(field: ExplainedField, text: str) -> str:
    """The moment, the words it was read from if it had to be read, and what was assumed."""
    printed = next((entry.value for entry in field.entries if entry.chosen), "")
    told = text.replace("T", " ").replace(":00+", "+").replace(":00-", "-")
    if not printed.startswith(text[:10]):
        told += f" (“{printed}”)"
    return f"{told}; {field.note}" if field.note and "T" in text else told


def _body_in_numbers(explained: Explained) -> str:
    kinds = Counter(block.kind.value for block in explained.article.blocks)
    parts = [f"{count} {_kind(kind, count)}" for kind, count in kinds.most_common()]
    parts.append(f"{len(explained.article.body):,} characters")
    if explained.share is not None:
        parts.append(f"{explained.share:.0%} of the page's text")
    return ", ".join(parts)


def _kind(kind: str, count: int) -> str:
    one, many = _KINDS.get(kind, (kind, kind))
    return one if count == 1 else many


def _body_ends(body: str) -> list[tuple[str, str]]:
    """The first and the last words, as many as ``EXCERPT`` columns hold."""
    from rich.cells import cell_len, set_cell_size  # heavy: only for a terminal

    words = clean(body)
    if not words:
        return []
    if len(words) <= EXCERPT and cell_len(words) <= EXCERPT:
        return [("in full", words)]
    start = set_cell_size(words[:EXCERPT], EXCERPT)
    backwards = set_cell_size(words[: -EXCERPT - 1 : -1], EXCERPT)
    return [("begins", f"{whole_words(start)} …"), ("ends", f"… {whole_words(backwards)[::-1]}")]


def _left_out(explained: Explained) -> list[tuple[str, str]]:
    passages = explained.survey.left_out if explained.survey else ()
    return [(reason_in_words(each.reason), clean(each.text)) for each in passages]


def _name(field: ExplainedField) -> str:
    return _NAMES.get(field.name, field.name.removesuffix("_at").replace("_", " "))


def _percent(confidence: float | None) -> str:
    return "" if confidence is None else f"{confidence:.0%}"


def _cut_value(field: ExplainedField, text: str, limit: int) -> str:
    """Of an address the middle goes: what tells two of them apart stands at the end."""
    if len(text) <= limit:
        return text
    if field.name in _ADDRESSES:
        half = (limit - 1) // 2
        return f"{text[:half]}…{text[len(text) - half :]}"
    return f"{text[: limit - 1].rstrip()}…"


def _address_lines(address: str, width: int) -> list[str]:
    """The address in lines of ``width``, broken at its slashes, or else between words."""
    lines = [""]
    for part in _PARTS.findall(address):
        pieces = [part] if len(part) <= width else _WORDS.findall(part)
        for piece in pieces:
            if lines[-1] and len(lines[-1]) + len(piece) > width:
                lines.append("")
            lines[-1] += piece
    return lines
