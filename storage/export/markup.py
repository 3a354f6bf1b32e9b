"""An article's blocks as XHTML, valid as XML and as HTML. Pure.

Every text is escaped, so that nothing of a page becomes markup; only http and https addresses are
written, and only as links: nothing is loaded by opening the document.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from scraper.model.blocks import lines_of, split_tables
from scraper.model.types import Block, BlockKind
from storage.export.texts import escape_line, escape_text, web_address

MAX_DEPTH = 8
"""Of nested lists, as in Markdown."""
LARGEST_NUMBER = 2**31 - 1
"""HTML's ``value`` of an item is a 32-bit integer in browsers."""


class Text(Protocol):
    """An article, or a version of it."""

    @property
    def blocks(self) -> Sequence[Block]: ...
    @property
    def body(self) -> str | None: ...


def render_blocks(record: Text, top: int = 2) -> Iterator[str]:
    """One element a string. Headings begin at the level ``top`` and keep their distances; without
    blocks the lines of the body are paragraphs."""
    blocks = record.blocks or lines_of(record.body or "")
    levels = [block.level or 2 for block in blocks if block.kind is BlockKind.HEADING]
    shift = top - min(levels, default=2)
    for kind, group in groupby(blocks, key=lambda block: block.kind):
        if kind is BlockKind.LIST_ITEM:
            yield "".join(_Lists().render([*group]))
        elif kind is BlockKind.TABLE_ROW:
            yield from map(_render_table, split_tables([*group]))
        elif kind is BlockKind.QUOTE:
            lines = "".join(f"<p>{escape_line(block.text)}</p>" for block in group)
            yield f"<blockquote>{lines}</blockquote>"
        else:
            for block in group:
                yield _render_block(block, shift)


def _render_block(block: Block, shift: int) -> str:
    if block.kind is BlockKind.HEADING:
        level = max(2, min(6, (block.level or 2) + shift))
        return f"<h{level}>{escape_line(block.text)}</h{level}>"
    if block.kind is BlockKind.PREFORMATTED:
        return f"<pre>{escape_text(block.text)}</pre>"
    if block.kind is BlockKind.CAPTION:
        return f'<p class="caption">{_link(block.text, block.image_url)}</p>'
    return f"<p>{escape_line(block.text)}</p>"


def _link(text: str, url: str | None) -> str:
    address = web_address(url)
    shown = escape_line(text)
    return f'<a href="{escape_line(address)}">{shown}</a>' if address else shown


@dataclass(slots=True)
class _Open:
    """A list under way: an item of it is open, too."""

    tag: str
    number: int | None = None
    """Of the item."""


class _Lists:
    """Items with their depths and numbers → nested lists."""

    def __init__(self) -> None:
        self._open: list[_Open] = []

    def render(self, items: Sequence[Block]) -> Iterator[str]:
        for item in items:
            yield from self._render_item(item)
        yield from self._close_to(0)

    def _render_item(self, item: Block) -> Iterator[str]:
        text, number = escape_line(item.text), item.number
        if number is not None and not 0 <= number <= LARGEST_NUMBER:
            number = None
        tag = "ul" if number is None else "ol"
        depth = max(1, min(item.level or 1, len(self._open) + 1, MAX_DEPTH))
        yield from self._close_to(depth)
        if len(self._open) == depth and self._open[-1].tag != tag:
            yield from self._close_to(depth - 1)
        if len(self._open) == depth:
            own = self._open[-1]
            if number is not None and number == own.number:  # a second paragraph of the item
                yield f"<p>{text}</p>"
                return
            yield "</li>"
        else:
            own = _Open(tag, 0 if tag == "ol" else None)
            self._open.append(own)
            yield f"<{tag}>"
        counted = number is None or (own.number is not None and number == own.number + 1)
        own.number = number
        yield f"<li>{text}" if counted else f'<li value="{number}">{text}'

    def _close_to(self, depth: int) -> Iterator[str]:
        while len(self._open) > depth:
            yield f"</li></{self._open.pop().tag}>"


def _render_table(rows: Sequence[Block]) -> str:
    lines = (
        "".join(f"<td>{escape_line(cell)}</td>" for cell in row.cells or (row.text,))
        for row in rows
    )
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"
