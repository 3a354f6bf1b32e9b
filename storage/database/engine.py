"""Opening the archive's database, and the two kinds of transaction: reading and writing.

Writers never work at the same time, on either database: what one checks before it writes stays as
it found it. Readers have a steady view, write nothing, and wait for no writer. How a database is
made to do so stands in ``sqlite`` and ``postgres``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Engine, Row, Select
from sqlalchemy.orm import Session

from scraper.errors import NotFoundError, StorageError
from storage.database import sqlite
from storage.database.failures import explained, readable
from storage.database.meanings import NO_DATABASE
from storage.database.places import Place, ServerAddress
from storage.database.schema import Tell, tell_nobody
from storage.models import Base, table_of

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import Insert
    from sqlalchemy.sql.dml import ReturningInsert

BUSY_TIMEOUT = 30.0
"""Seconds that a writer waits for another one."""


def is_sqlite(session: Session) -> bool:
    """Whether the archive is a file; else it is on a server."""
    return session.get_bind().dialect.name == "sqlite"


def open_engine(
    place: Place,
    *,
    read_only: bool = False,
    busy_timeout: float = BUSY_TIMEOUT,
    tell: Tell = tell_nobody,
) -> Engine:
    """Open the database at ``place``, current and ready; dispose of the engine when done.

    A missing or empty file becomes a new database (mode 0600, parents made), and so does an empty
    database of a server; an older schema is upgraded, in one transaction (``tell`` gets a line
    where that takes long). With ``read_only``
    nothing else can be written through the engine, and it never waits for a writer. Raises
    ``StorageError`` for a database that is not ours or a newer one, which is left untouched, and
    for one that is damaged, cannot be reached or cannot be written.
    """
    name = str(place)
    with explained(name):
        if isinstance(place, ServerAddress):
            from storage.database import (
                postgres,  # and its driver: only who names a server needs it
            )

            return postgres.open_server(place, read_only, busy_timeout, tell)
        return sqlite.open_file(place, name, read_only, busy_timeout, tell)


def open_to_read(
    place: Place, *, busy_timeout: float = BUSY_TIMEOUT, may_freeze: bool = True
) -> Engine:
    """Open an archive that is there, and leave it as it is: no file is made, also none beside it,
    nothing is upgraded, nothing can be written.

    A file that nobody has open is read as it stands; once ``has_moved`` says so, it is to be opened
    again. Unless it ``may_freeze`` it is read under SQLite's locks, which need files of their own
    beside it: where writers come and go all the time. Raises ``NotFoundError`` where there is none,
    and ``StorageError``.
    """
    name = str(place)
    try:
        with explained(name):
            if isinstance(place, ServerAddress):
                from storage.database import postgres  # as above

                return postgres.open_to_read(place, busy_timeout)
            return sqlite.open_to_read(place, name, busy_timeout, may_freeze=may_freeze)
    except StorageError as error:
        if NO_DATABASE in str(error):
            raise NotFoundError(str(error)) from error
        raise


def has_moved(engine: Engine) -> bool:
    """Whether a file that is read as it is has been written to since."""
    stillness = engine.get_execution_options().get(sqlite.FROZEN)
    return stillness is not None and not stillness.holds()


def connect_unchecked(place: Place, *, busy_timeout: float = BUSY_TIMEOUT) -> Engine:
    """Open a database of ours that is known to be there, whatever its revision says."""
    if isinstance(place, ServerAddress):
        from storage.database import postgres  # optional extra

        return postgres.make_engine(place, False, busy_timeout)
    return sqlite.make_engine(place, str(place), False, busy_timeout)


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session in one read transaction: a steady view. Raises ``StorageError``."""
    option = engine.execution_options(**{sqlite.READING: True})
    name = name_of(engine)
    with (
        explained(name),
        readable(name),
        unchanged(engine),
        Session(option, expire_on_commit=False) as session,
    ):
        yield session


@contextmanager
def unchanged(engine: Engine) -> Iterator[None]:
    """Inside, a file that is read as it is must stay so. Raises ``BusyError``."""
    stillness = engine.get_execution_options().get(sqlite.FROZEN)
    try:
        yield
    finally:
        if stillness is not None:  # before whatever was misread is told
            stillness.check(name_of(engine))


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A session in one write transaction, committed at the end. Raises ``StorageError``."""
    with (
        explained(name_of(engine)),
        Session(engine, expire_on_commit=False) as session,
        session.begin(),
    ):
        yield session


def name_of(engine: Engine) -> str:
    """The database's name as the user gave it, without a password, for messages."""
    return str(engine.get_execution_options().get("kliping_name", engine.url.database))


def beside_index(column: ColumnElement[str]) -> ColumnElement[str]:
    """The text of a column, so that SQLite does not go by an index over it.

    Without statistics it takes any index for selective: for every few ids it would go through all
    articles by their verdict, and sort them.
    """
    return column.concat("")


def rows_by_id(
    session: Session, query: Select[Any], id: ColumnElement[int], size: int = 500
) -> Iterator[Sequence[Row[Any]]]:
    """The rows of a query that selects this id, in its order, so many at a time; never all of them
    in memory."""
    last = 0
    while rows := session.execute(query.where(id > last).order_by(id).limit(size)).all():
        yield rows
        last = rows[-1].id


def insert_into(model: type[Base]) -> Insert:
    """An INSERT that can resolve a lost UNIQUE race (``ON CONFLICT``)."""
    from sqlalchemy.dialects.postgresql import insert  # heavy: whoever reads does without

    return insert(table_of(model))


def upsert(model: type[Base], keys: Sequence[str], changes: Sequence[str]) -> Insert:
    """An INSERT that, where there is a row with these UNIQUE keys, changes these columns of it."""
    table, statement = table_of(model), insert_into(model)
    return statement.on_conflict_do_update(
        index_elements=[table.c[key] for key in keys],
        set_={name: statement.excluded[name] for name in changes},
    )


def get_or_insert(model: type[Base], key: str) -> ReturningInsert[Any]:
    """An INSERT that gives the id of the row with this UNIQUE ``key``, new or not."""
    # Setting the key to itself makes RETURNING give the row that was there.
    return upsert(model, [key], [key]).returning(table_of(model).c.id)
