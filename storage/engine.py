"""Opening the archive's database, and the two kinds of transaction: reading and writing.

SQLite's particulars are all here and in ``schema``: WAL, ``synchronous=FULL``, foreign keys on,
transactions begun by us as SQLAlchemy documents it. A writing one begins IMMEDIATE, so that two
writers queue instead of losing updates or failing halfway; a reading one is plain and cannot
write, so that it never waits for a crawl.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, literal_column
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from storage import schema
from storage.columns import dump_json, load_json
from storage.failures import explained
from storage.models import Base, table_of

BUSY_TIMEOUT = 30.0
"""Seconds that a writer waits for another one."""
_READING = "kliping_reading"
_WAL_LIMIT = 64 * 1024 * 1024


def open_engine(
    path: Path, *, read_only: bool = False, busy_timeout: float = BUSY_TIMEOUT
) -> Engine:
    """Open the database at ``path``, current and ready; dispose of the engine when done.

    A missing or empty file becomes a new database (mode 0600, parents made), an older schema is
    upgraded, in one transaction. With ``read_only`` nothing else can be written through the
    engine, and it never waits for a writer. Raises ``StorageError`` for a file that is no
    database of ours or a newer one, which is left untouched, and for one that is damaged or
    cannot be written.
    """
    name = str(path)
    with explained(name):
        resolved = schema.prepare_file(path)
        if schema.is_current(resolved, name):
            engine = _make_engine(resolved, name, read_only, busy_timeout)
        else:
            engine = _make_engine(resolved, name, False, busy_timeout)
            try:
                schema.upgrade(engine, name)
            finally:
                engine.dispose()
            engine = _make_engine(resolved, name, read_only, busy_timeout)
        try:
            schema.enter_wal(engine, busy_timeout)
        except BaseException:
            engine.dispose()
            raise
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session in one read transaction: a steady view. Raises ``StorageError``."""
    option = engine.execution_options(**{_READING: True})
    with explained(name_of(engine)), Session(option, expire_on_commit=False) as session:
        yield session


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
    """The database's name as the user gave it, for messages."""
    return str(engine.get_execution_options().get("kliping_name", engine.url.database))


def insert_into(model: type[Base]) -> Insert:
    """An INSERT that can resolve a lost UNIQUE race (``ON CONFLICT``)."""
    return sqlite_insert(table_of(model))


def get_or_insert(model: type[Base], key: str) -> ReturningInsert[Any]:
    """An INSERT that gives the id of the row with this UNIQUE ``key``, new or not."""
    table = table_of(model)
    # Setting the key to itself makes RETURNING give the row that was there.
    statement = insert_into(model).on_conflict_do_update(
        index_elements=[table.c[key]], set_={key: literal_column(f"excluded.{key}")}
    )
    return statement.returning(table.c.id)


def _make_engine(path: Path, name: str, read_only: bool, busy_timeout: float) -> Engine:
    def connect() -> sqlite3.Connection:
        return sqlite3.connect(
            path,
            timeout=busy_timeout,
            isolation_level=None,  # no BEGIN of its own; ours is in the event below
            check_same_thread=False,  # the pool hands a connection to one thread at a time
        )

    engine = create_engine(
        URL.create("sqlite", database=os.fspath(path)),
        creator=connect,
        json_serializer=dump_json,
        json_deserializer=load_json,
        execution_options={"kliping_name": name},
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA journal_size_limit = {_WAL_LIMIT}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        only_reads = read_only or connection.get_execution_options().get(_READING, False)
        if connection.info.get(_READING) != only_reads:
            connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if only_reads else 'OFF'}")
            connection.info[_READING] = only_reads
        connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")

    return engine
