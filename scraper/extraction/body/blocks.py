"""Runs → typed blocks: headings with level, nested list items, quotes, table rows."""

from __future__ import annotations

from collections.abc import Sequence

from scraper.extraction.body.runs import Run
from scraper.extraction.document import Document
from scraper.types import Block, BlockKind

MAX_CELL = 200


def make_blocks(document: Document, runs: Sequence[Run]) -> tuple[Block, ...]:
    """One block a run; the cells of a row of a table of data become one block."""
    blocks: list[Block] = []
    row: int | None = None
    for run in runs:
        kind, level, holder = _kind_of(document, run)
        if kind is BlockKind.TABLE_ROW and row == holder and blocks:
            last = blocks[-1]
            blocks[-1] = Block(kind, f"{last.text} {run.text}")
            continue
        row = holder if kind is BlockKind.TABLE_ROW else None
        blocks.append(Block(kind, run.text, level))
    return tuple(blocks)


def _kind_of(document: Document, run: Run) -> tuple[BlockKind, int | None, int]:
    """Kind, level, and for a table row the ``tr``."""
    tags = document.tags
    own = tags[run.owner]
    if len(own) == 2 and own[0] == "h" and own[1].isdigit():
        return BlockKind.HEADING, int(own[1]), 0
    at, depth, is_item = run.owner, 0, False
    for _ in range(16):
        if at < 0:
            break
        tag = tags[at]
        if tag == "pre":
            return BlockKind.PREFORMATTED, None, 0
        if tag == "blockquote":
            return BlockKind.QUOTE, None, 0
        if tag in ("li", "dd", "dt"):
            is_item = True
        elif tag in ("ul", "ol", "dl"):
            depth += 1
        elif tag == "tr" and not is_item:
            return _row_kind(document, run, at)
        at = document.parents[at]
    if is_item:
        return BlockKind.LIST_ITEM, max(1, depth), 0
    return BlockKind.PARAGRAPH, None, 0


def _row_kind(document: Document, run: Run, row: int) -> tuple[BlockKind, int | None, int]:
    """A row of data has short cells and several; else the table only lays the page out."""
    cells = [at for at in document.children(row) if document.tags[at] in ("td", "th")]
    own = document.tags[run.owner]
    if len(cells) < 2 or run.size > MAX_CELL or own not in ("td", "th", "p", "div", "span"):
        return BlockKind.PARAGRAPH, None, 0
    return BlockKind.TABLE_ROW, None, row
