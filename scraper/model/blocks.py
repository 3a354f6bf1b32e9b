"""What every rendering of an article's blocks begins with. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from scraper.model.types import Block, BlockKind


def lines_of(body: str) -> tuple[Block, ...]:
    """The paragraphs of a text without blocks."""
    return tuple(Block(BlockKind.PARAGRAPH, line) for line in body.split("\n") if line.strip())


def split_tables(rows: Sequence[Block]) -> Iterator[Sequence[Block]]:
    """One table each: its rows are numbered upwards."""
    starts = [
        index
        for index, (before, row) in enumerate(pairwise(rows), start=1)
        if row.number is not None and before.number is not None and row.number <= before.number
    ]
    for start, end in pairwise((0, *starts, len(rows))):
        yield rows[start:end]
