"""Whether each value can be what its column says, and each link leads somewhere.

SQLite stores whatever it is given; PostgreSQL would refuse it, and needs no such look. What is
meant to be read later (a due time, a poll's error) is checked here by its kind alone: nothing
else is known of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Engine,
    Float,
    Integer,
    LargeBinary,
    Select,
    Table,
    and_,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.types import NullType, TypeEngine

from scraper.errors import StorageError
from storage.database.engine import reading
from storage.integrity.report import Damage, damage_of
from storage.models import Base
from storage.models.columns import UtcDateTime

SHOWN = 60
"""Characters of a value that are shown."""


def check_cells(engine: Engine) -> Iterator[Damage]:
    """Values of another kind than their column's, by row. Nothing on a server."""
    if engine.dialect.name != "sqlite":
        return
    for table in Base.metadata.sorted_tables:
        try:
            with reading(engine) as session:
                for *keys, column_name, shown in session.execute(_wrong_cells(table)):
                    kind = _kind_of(table.columns[column_name].type)
                    yield Damage(name_row(table, keys), f"{column_name} is no {kind}: {shown}")
        except StorageError as error:  # one that cannot be read does not hide the others
            yield damage_of(table.name, error)


def check_links(engine: Engine) -> Iterator[Damage]:
    """Rows that point to a row which is not there."""
    if engine.dialect.name != "sqlite":
        return  # a server never lets a link break
    for table in Base.metadata.sorted_tables:
        for child, parent, query in _broken_links(table):
            with reading(engine) as session:
                for *keys, value in session.execute(query):
                    problem = f"{child} points to {parent} {value}, which is not there"
                    yield Damage(name_row(table, keys), problem)


def name_row(table: Table, keys: Sequence[Any]) -> str:
    """``page 7``; ``part 4/2`` where two columns are the key."""
    shown = "/".join(key.hex() if isinstance(key, bytes) else str(key) for key in keys)
    return f"{table.name} {shown}"


@cache
def _wrong_cells(table: Table) -> Select[Any]:
    """Of each row with such a cell: its keys, the first such column, and what stands there."""
    wrong = {column: _is_wrong(table, column) for column in table.columns}
    name = case(*((condition, column.name) for column, condition in wrong.items()))
    value = case(*((condition, _quoted(column)) for column, condition in wrong.items()))
    return select(*_keys(table), name, value).where(or_(*wrong.values()))


@cache
def _broken_links(table: Table) -> list[tuple[str, str, Select[Any]]]:
    """By foreign key: the column, the table it leads to, and the rows where it leads nowhere."""
    found = []
    for key in sorted(table.foreign_keys, key=lambda one: one.parent.name):
        child, target = key.parent, key.column.table.alias("target")
        parent = target.columns[key.column.name]
        query = select(*_keys(table), _quoted(child)).outerjoin(target, parent == child)
        nowhere = query.where(child.is_not(None), parent.is_(None))
        found.append((child.name, key.column.table.name, nowhere))
    return found


def _keys(table: Table) -> list[ColumnElement[Any]]:
    """As they are stored: a key, too, may be of another kind than its column."""
    return [type_coerce(column, NullType()) for column in table.primary_key]


def _quoted(column: Column[Any]) -> ColumnElement[Any]:
    """``quote`` ends at a NUL, too."""
    shown = func.substr(func.quote(column), 1, SHOWN)
    return shown.concat(case((_has_nul(column), " (and more behind a NUL)"), else_=""))


def _has_nul(column: Column[Any]) -> ColumnElement[bool]:
    """kliping files no text with one. Most functions of SQLite see what stands before it, and our
    digests leave it out."""
    return func.instr(type_coerce(column, NullType()), func.char(0)) > 0


def _kind_of(kind: TypeEngine[Any]) -> str:
    kinds: tuple[tuple[type[Any], str], ...] = (
        (UtcDateTime, "time"),
        (JSON, "JSON"),
        (Boolean, "truth value"),
        (Integer, "whole number"),
        (Float, "number"),
        (LargeBinary, "bytes"),
    )
    return next((name for one, name in kinds if isinstance(kind, one)), "text")


def _is_wrong(table: Table, column: Column[Any]) -> ColumnElement[bool]:
    raw, kind = type_coerce(column, NullType()), _kind_of(column.type)
    found = func.typeof(raw)
    if kind == "truth value":
        return and_(raw.is_not(None), raw.not_in([literal_column("0"), literal_column("1")]))
    stored = {"whole number": ["integer"], "number": ["real", "integer"], "bytes": ["blob"]}
    wrong: ColumnElement[bool] = found.not_in([*stored.get(kind, ["text"]), "null"])
    if kind not in stored:
        wrong = or_(wrong, _has_nul(column))
    if kind == "time":
        return or_(wrong, and_(raw.is_not(None), _is_no_time(raw)))
    # The large ones of rows that have a digest are read, and parsed, when that is checked.
    if kind == "JSON" and "digest" not in table.columns:
        return or_(wrong, and_(raw.is_not(None), func.json_valid(raw) == 0))
    return wrong


def _is_no_time(raw: ColumnElement[Any]) -> ColumnElement[bool]:
    """``2026-02-28 09:30:00.000000``: SQLite gives a day or minute that is none back as another."""
    second, fraction = func.substr(raw, 1, 19), func.substr(raw, 20)
    return or_(
        func.datetime(second).is_distinct_from(second),
        fraction.op("GLOB")(literal("?*[^0-9]*")),
        fraction.op("GLOB")(literal("[^.]*")),
        fraction == ".",
    )
