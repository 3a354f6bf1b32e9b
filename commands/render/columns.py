"""Records as a table, as lines and as JSON, all from one declaration of their columns.

A table is for a terminal; lines, with tabs between the cells, are for a pipe; JSON has an object
a line. Every string is cleaned. Scripts build on the lines and on the JSON: their columns keep
their names and their order, and a new one comes last.
"""

from __future__ import annotations

import json as json_module
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from operator import attrgetter
from typing import Any, Generic, TypeVar

from commands.cleaning import clean, escape_in_json
from commands.render.values import format_time
from commands.terminal import emit, is_utf8
from commands.times import local_minute

WIDEST_CELL = 24
"""Characters of what does not give way in a table."""
ROWS_AT_ONCE = 1_000
"""Of a table; then it begins anew."""
R = TypeVar("R")
Value = str | Callable[[R], object]
"""Where a cell is from: an attribute of the record (``article.url``), or a function of it."""


@dataclass(frozen=True, kw_only=True)
class Columns(Generic[R]):
    """The columns of one kind of record, in each form and in its order."""

    json: Sequence[str] | Callable[[R], Mapping[str, Any]] = ()
    """The keys, each an attribute; or what makes the whole object."""
    line: Sequence[Value[R]]
    table: Mapping[str, Value[R]] = field(default_factory=dict)
    """By heading. Without any, lines are printed on a terminal as well."""
    optional: Mapping[str, Value[R]] = field(default_factory=dict)
    """The last columns of lines and table, by heading: there only if a record has a value."""
    flexible: str = ""
    """The heading of the column that gives way where the terminal is narrow."""


def print_records(records: Iterable[R], columns: Columns[R], *, json: bool = False) -> None:
    """Print every record, in the form that was asked for or fits where the output goes; few of them
    at a time, however many there are."""
    if json:
        for record in records:
            emit_json(object_of(record, columns))
    elif columns.table and sys.stdout.isatty():
        waiting = iter(records)
        while part := [*islice(waiting, ROWS_AT_ONCE)]:
            _print_part(part, columns)
    else:
        for record in records:
            optional_cells = (_cell(record, value) for value in columns.optional.values())
            cells = (_cell(record, value) for value in columns.line)
            emit_row(*cells, *filter(None, optional_cells))


def _print_part(records: Sequence[R], columns: Columns[R]) -> None:
    optional = {
        heading: value
        for heading, value in columns.optional.items()
        if any(_cell(record, value) for record in records)
    }
    shown = {**columns.table, **optional}
    rows = [[_cell(record, value) for value in shown.values()] for record in records]
    print_table([*shown], rows, flexible=[*shown].index(columns.flexible))


def print_rows(headings: Sequence[str], rows: Iterable[Sequence[object]], *, flexible: str) -> None:
    """The same cells as a table on a terminal and as lines elsewhere."""
    if sys.stdout.isatty():
        print_table(headings, [*rows], flexible=headings.index(flexible))
    else:
        for row in rows:
            emit_row(*row)


def object_of(record: R, columns: Columns[R]) -> Mapping[str, Any]:
    if callable(columns.json):
        return columns.json(record)
    return pick(record, columns.json)


def pick(record: object, keys: Iterable[str]) -> dict[str, Any]:
    """These attributes of a record, as JSON has them."""
    return {key: plain(getattr(record, key)) for key in keys}


def emit_json(values: Mapping[str, Any], *, now: bool = False) -> None:
    """One object on one line, safe for a terminal and for ``str.splitlines``."""
    document = json_module.dumps(values, ensure_ascii=not is_utf8(), allow_nan=False)
    emit(escape_in_json(document), now=now)


def emit_row(*cells: object) -> None:
    """Cells between tabs: no cell has one, an unknown one is empty."""
    emit("\t".join(_texts(cells, format_time)))


def print_table(
    headings: Sequence[str] | None,
    rows: Sequence[Sequence[object]],
    *,
    flexible: int,
    whole: int | None = None,
) -> None:
    """A table no wider than the terminal: the ``flexible`` column gives way first, the ``whole``
    one never; of the others no cell has more than ``WIDEST_CELL`` characters."""
    if not rows:
        return
    from commands.render.rich_output import draw_table  # heavy: only for a terminal

    shown = [[*_texts(row, local_minute)] for row in rows]
    draw_table(headings, shown, flexible=flexible, whole=whole)


def plain(value: Any) -> Any:
    """Dataclasses, mappings, tuples and times as what JSON has."""
    if isinstance(value, Mapping):
        return {str(key): plain(below) for key, below in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(below) for below in value]
    if hasattr(value, "__dataclass_fields__"):
        return pick(value, value.__dataclass_fields__)
    if isinstance(value, datetime):
        return format_time(value)
    return value


def _cell(record: R, value: Value[R]) -> object:
    return attrgetter(value)(record) if isinstance(value, str) else value(record)


def _texts(
    cells: Iterable[object], format_moment: Callable[[datetime], str | None]
) -> Iterator[str]:
    for cell in cells:
        shown = format_moment(cell) if isinstance(cell, datetime) else cell
        yield "" if shown is None else clean(str(shown))
