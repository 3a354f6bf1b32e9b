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
    headings: Sequence[str] | None, rows: Sequence[Sequence[str]], *, flexible: int
) -> None:
    """Print rows of clean texts, no wider than the terminal."""
    console = open_console()
    table = Table(box=None, pad_edge=False, header_style="bold", show_header=headings is not None)
    columns = list(zip(*rows, *([headings] if headings else []), strict=True))
    widths = [min(max(map(cell_len, column)), WIDEST_CELL) for column in columns]
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
    console = open_console()
    for number, text in enumerate(texts):
        if number:
            emit("")
        if "\n" in text:
            emit(text)
        else:
            console.print(Text(text))
