"""Tables and paragraphs on a terminal, by rich, which takes long to load: import this there."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Literal

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from commands.terminal import emit


def draw_table(
    headings: Sequence[str] | None, rows: Sequence[Sequence[str]], *, flexible: int, widest: int
) -> None:
    """Print rows of clean texts, no wider than the terminal."""
    console = Console(file=sys.stdout, highlight=False)
    table = Table(box=None, pad_edge=False, header_style="bold", show_header=headings is not None)
    columns = list(zip(*rows, *([headings] if headings else []), strict=True))
    widths = [min(max(map(cell_len, column)), widest) for column in columns]
    gaps = 2 * (len(columns) - 1)
    widths[flexible] = max(console.width - gaps - sum(widths) + widths[flexible], 8)
    for place, width in enumerate(widths):
        heading = headings[place] if headings else ""
        justify: Literal["right", "left"] = "right" if heading == "ID" else "left"
        table.add_column(
            heading, justify=justify, no_wrap=True, overflow="ellipsis", max_width=width
        )
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)


def print_wrapped(texts: Sequence[str]) -> None:
    """Clean paragraphs in lines of the terminal's width, broken between words; verbatim text, which
    has line breaks of its own, as it is."""
    console = Console(file=sys.stdout, highlight=False)
    for number, text in enumerate(texts):
        if number:
            emit("")
        if "\n" in text:
            emit(text)
        else:
            console.print(Text(text))
