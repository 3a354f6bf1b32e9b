"""The rows of a table on their way into another database, with their ids.

Whatever is there already is brought into line: so a copy that was interrupted goes on by doing the
same again, without noting anywhere how far it was, and whatever has happened to the source since.
Memory is bounded: rows are streamed, and written a few megabytes at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Executable,
    Select,
    Table,
    bindparam,
    func,
    select,
    tuple_,
)
from sqlalchemy import update as update_of
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.exc import IntegrityError

from scraper.errors import StorageError
from storage.database.engine import reading, writing
from storage.models import Base
from storage.search.documents import BOTH

T = TypeVar("T")

MOST_ROWS, MOST_BYTES = 2_000, 4 << 20
"""What is written in one transaction: no more rows, and no further one after so many bytes."""
LOOKED_UP = 500
"""Rows that are compared at a time."""
FEW, MANY = 8, 500
"""Rows that are read ahead, of tables with texts and pages, and of others."""

# Proven by the row's own digest (``storage.proof.digests``), and large.
COVERED = {
    "snapshot": frozenset({"headers", "body"}),
    "version": frozenset({"body", "blocks", "provenance"}),
}
_LARGE = {*COVERED, "robots", "reextraction_change"}
_ROW_SIZE = 200
"""Bytes that a row counts for beside its texts."""

Note = Callable[[int], None]
"""Hears how many rows of a table are done."""


class OtherRowsError(Exception):
    """The target holds rows that the source has no more, or the source's rows contradict each
    other."""


@dataclass(frozen=True)
class TableCopy:
    """A table, and which of its columns point at rows that may not be there yet."""

    table: Table
    late: frozenset[str]

    @cached_property
    def key(self) -> tuple[Column[Any], ...]:
        return tuple(self.table.primary_key.columns)

    @cached_property
    def compared(self) -> list[Column[Any]]:
        """What tells whether a row is as it should be."""
        covered = COVERED.get(self.table.name, frozenset())
        return [one for one in self.table.columns if one.name not in covered]

    @property
    def name(self) -> str:
        return self.table.name

    def key_of(self, row: Any) -> tuple[Any, ...]:
        return tuple(row._mapping[column] for column in self.key)


def all_goods() -> list[TableCopy]:
    """Every table that is copied, those that others point at first. The index is none: it is made
    anew from what it indexes."""
    derived = [index.documents for index in BOTH]
    order = [one for one in Base.metadata.sorted_tables if one not in derived]
    places = {table.name: place for place, table in enumerate(order)}
    goods = []
    for table in order:
        late = {
            element.parent.name
            for constraint in table.foreign_key_constraints
            for element in constraint.elements
            if places[constraint.referred_table.name] >= places[table.name]
        }
        goods.append(TableCopy(table, frozenset(late)))
    return goods


def bring(goods: TableCopy, source: Connection, target: Engine, note: Note) -> None:
    """Make the target's rows what the source's are, but for what points at later ones.

    Raises ``StorageError``, and ``OtherRowsError`` where the target holds something else.
    """
    statement = _upsert(goods)
    rows = _stream(source, select(goods.table).order_by(*goods.key), _ahead(goods))
    if not _is_empty(goods, target):
        rows = _only_other(goods, source, target)
    done = 0
    for batch in _batches(rows):
        values = [_values(goods, row) for row in batch]
        _write(target, statement, values)
        done += len(batch)
        note(done)


def link(goods: TableCopy, source: Connection, target: Engine) -> None:
    """Set what points at rows that had to come first. Raises as ``bring``."""
    if not goods.late:
        return
    late = [goods.table.c[name] for name in sorted(goods.late)]
    columns = [*goods.key, *late]
    (key,) = goods.key
    statement = update_of(goods.table).where(key == bindparam("row"))
    statement = statement.values({column.name: bindparam(f"to_{column.name}") for column in late})
    wanted = select(*columns).order_by(key)
    for rows in _chunks(_stream(source, wanted, MANY), LOOKED_UP):
        there = _look_up(goods, columns, [goods.key_of(row) for row in rows], target)
        changes = [
            {"row": row[0]} | {f"to_{column.name}": row._mapping[column] for column in late}
            for row in rows
            if there.get((row[0],)) != tuple(row)
        ]
        if changes:
            _write(target, statement, changes)


def fingerprint(goods: TableCopy, connection: Connection) -> tuple[int, int]:
    """How many rows a table has, and the sum of their SHA-256, in whatever order they come. What
    a row's digest covers is left out."""
    count = total = 0
    for row in _stream(connection, select(*goods.compared), _ahead(goods)):
        count += 1
        said = repr(tuple(row)).encode("utf-8", "backslashreplace")
        total = (total + int.from_bytes(sha256(said).digest(), "big")) % (1 << 256)
    return count, total


def count_rows(goods: TableCopy, connection: Connection) -> int:
    query = select(func.count()).select_from(goods.table)
    return int(connection.execute(query).scalar_one())


# --------------------------------------------------------------------- one table


def _write(target: Engine, statement: Executable, values: list[dict[str, Any]]) -> None:
    try:
        with writing(target) as session:
            session.connection().execute(statement, values)
    except StorageError as error:
        if isinstance(error.__cause__, IntegrityError):
            raise OtherRowsError(" ".join(str(error.__cause__.orig).split())) from error
        raise


def _upsert(goods: TableCopy) -> Insert:
    statement = insert(goods.table)
    names = {one.name for one in goods.key} | goods.late
    given = {one.name: statement.excluded[one.name] for one in goods.table.columns}
    rest = {name: value for name, value in given.items() if name not in names}
    if not rest:
        return statement.on_conflict_do_nothing()
    return statement.on_conflict_do_update(index_elements=list(goods.key), set_=rest)


def _values(goods: TableCopy, row: Any) -> dict[str, Any]:
    """A late column keeps what points back: rows of a table come by their ids."""
    values = {column.name: row._mapping[column] for column in goods.table.columns}
    for constraint in goods.table.foreign_key_constraints:
        for element in constraint.elements:
            name = element.parent.name
            if name not in goods.late or values[name] is None:
                continue
            to_itself = constraint.referred_table is goods.table
            if not to_itself or values[name] > values["id"]:
                values[name] = None
    return values


def _only_other(goods: TableCopy, source: Connection, target: Engine) -> Iterator[Any]:
    """The source's rows that the target lacks, or has otherwise."""
    columns = [one for one in goods.compared if one.name not in goods.late]
    wanted = select(*columns).order_by(*goods.key)
    for rows in _chunks(_stream(source, wanted, _ahead(goods)), LOOKED_UP):
        keys = [goods.key_of(row) for row in rows]
        there = _look_up(goods, columns, keys, target)
        other = [key for key, row in zip(keys, rows, strict=True) if there.get(key) != tuple(row)]
        if other:
            whole = _among(goods, select(goods.table), other).order_by(*goods.key)
            yield from _stream(source, whole, _ahead(goods))


def _look_up(
    goods: TableCopy, columns: Sequence[Column[Any]], keys: Collection[Any], target: Engine
) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    with reading(target) as session:
        rows = session.connection().execute(_among(goods, select(*columns), keys))
        return {goods.key_of(row): tuple(row) for row in rows}


def _among(goods: TableCopy, query: Select[Any], keys: Collection[Any]) -> Select[Any]:
    if len(goods.key) == 1:
        return query.where(goods.key[0].in_([key for (key,) in keys]))
    return query.where(tuple_(*goods.key).in_(keys))


def _is_empty(goods: TableCopy, target: Engine) -> bool:
    with reading(target) as session:
        return session.connection().execute(select(*goods.key).limit(1)).first() is None


def _ahead(goods: TableCopy) -> int:
    return FEW if goods.name in _LARGE else MANY


def _stream(connection: Connection, query: Select[Any], ahead: int) -> Iterator[Any]:
    """Rows as they come: on a server through a cursor, so that it does not send all at once."""
    options = {"stream_results": True, "yield_per": ahead}
    with connection.execute(query, execution_options=options) as rows:
        yield from rows


def _batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    batch: list[Any] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += _ROW_SIZE + sum(len(one) for one in row if isinstance(one, str | bytes))
        if len(batch) >= MOST_ROWS or size >= MOST_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _chunks(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    given = iter(rows)
    while chunk := [*islice(given, size)]:
        yield chunk
