"""Tables and paragraphs on a terminal, by rich, which takes long to load: import this there."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import IO, Any, Literal, cast

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from commands.render.columns import WIDEST_CELL
from commands.terminal import emit

# With what ends a style, which may stand behind them.
_BLANKS_AT_END = re.compile(r"(?: |\x1b\[[\d;]*m)+(?=\n)")


class _Output:
    """Standard output without the blanks with which rich fills up its lines."""

    def write(self, text: str) -> int:
        sys.stdout.write(_BLANKS_AT_END.sub(lambda found: found[0].replace(" ", ""), text))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(sys.stdout, name)


def open_console(**options: Any) -> Console:
    """For what is shown on standard output."""
    return Console(file=cast(IO[str], _Output()), highlight=False, **options)


def draw_table(
    headings: Sequence[str] | None,
    rows: Sequence[Sequence[str]],
    *,
    flexible: int,
    whole: int | None = None,
) -> None:
    """Print rows of clean texts, no wider than the terminal; where columns have no room, a line
    for each cell."""
    console = open_console()
    columns = list(zip(*rows, *([headings] if headings else []), strict=True))
    widths = _fit(columns, flexible, whole, console.width)
    if widths is None:
        _print_cells(console, headings, rows)
        return
    table = Table(box=None, pad_edge=False, header_style="bold", show_header=headings is not None)
    for place, width in enumerate(widths):
        heading = headings[place] if headings else ""
        justify: Literal["right", "left"] = "right" if heading == "ID" else "left"
        table.add_column(
            heading, justify=justify, no_wrap=True, overflow="ellipsis", max_width=width
        )
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)


def _fit(
    columns: Sequence[Sequence[str]], flexible: int, whole: int | None, room: int
) -> list[int] | None:
    """The width of each column, the flexible one with all that is left; ``None`` if one would be
    too narrow to be read. Times are never cut, nor is the ``whole`` one."""
    natural = [max(map(cell_len, column)) for column in columns]
    gaps = 2 * (len(columns) - 1)
    kept = [place == whole or _is_time(column) for place, column in enumerate(columns)]
    for least, widest in _TRIED:
        widths = [
            width if is_kept else min(width, widest)
            for width, is_kept in zip(natural, kept, strict=True)
        ]
        widths[flexible] = 0
        left = room - gaps - sum(widths)
        if left >= min(least, natural[flexible]):
            widths[flexible] = left
            return widths
    return None


# Characters of the flexible column at least, and of another one at most: the first pair that fits.
_TRIED = (*((least, widest) for least in (28, 20, 12, 8) for widest in (WIDEST_CELL, 16)), (8, 12))


def _is_time(column: Sequence[str]) -> bool:
    return any(re.match(r"\d{4}-\d\d-\d\d", cell) for cell in column)


def _print_cells(
    console: Console, headings: Sequence[str] | None, rows: Sequence[Sequence[str]]
) -> None:
    if headings is None:
        for row in rows:
            console.print(Text("  ".join(cell.strip() for cell in row if cell.strip())))
        return
    margin = max(map(cell_len, headings)) + 2
    for number, row in enumerate(rows):
        if number:
            console.print()
        for heading, cell in zip(headings, row, strict=True):
            if cell:
                grid = Table.grid()
                grid.add_column(width=margin, no_wrap=True, style="bold")
                grid.add_column(overflow="fold")
                grid.add_row(heading, Text(cell))
                console.print(grid)


def print_wrapped(texts: Sequence[str]) -> None:
    """Clean paragraphs in lines of the terminal's width, broken between words; verbatim text, which
    has line breaks of its own, as it is."""
    console = open_console()
    for number, text in enumerate(texts):
        if number:
            emit("")
        if "\n" in text:
            emit(text)
        else:
            console.print(Text(text))
