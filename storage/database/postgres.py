"""An archive on a PostgreSQL server: is it ours, is it current, bringing it there, and SQLAlchemy's
connections to it.

A writing transaction takes the writers' lock first of all (``server``) and then sees every commit
(READ COMMITTED); a reading one is READ ONLY and sees one moment (REPEATABLE READ).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text

from scraper.errors import NotFoundError, StorageError
from storage.database import schema, server
from storage.database.places import ServerAddress
from storage.database.schema import Tell, judge
from storage.database.sqlite import READING
from storage.models.columns import dump_json, load_json

_SCHEMA = "kliping_schema"


def open_server(address: ServerAddress, read_only: bool, busy_timeout: float, tell: Tell) -> Engine:
    """See ``engine.open_engine``. Raises what ``failures.explained`` explains."""
    engine = make_engine(address, read_only, busy_timeout)
    try:
        if is_current(engine, address):
            return engine
        writer = make_engine(address, False, busy_timeout)
        try:
            upgrade(writer, address, tell)
        finally:
            writer.dispose()
    except BaseException:
        engine.dispose()
        raise
    return engine


def open_to_read(address: ServerAddress, busy_timeout: float) -> Engine:
    """See ``engine.open_to_read``. Raises what ``failures.explained`` explains."""
    engine = make_engine(address, True, busy_timeout)
    try:
        with engine.connect() as connection, connection.begin():
            revision = _look(connection, address).revision
        if revision is None:
            raise NotFoundError(f"{address}: there is no archive")
        if not judge(revision, str(address)):
            raise StorageError(schema.OLDER.format(name=address))
    except BaseException:
        engine.dispose()
        raise
    return engine


def is_current(engine: Engine, address: ServerAddress) -> bool:
    """Whether the schema is this program's. Changes nothing. Raises ``StorageError`` for one that
    is newer, or not ours."""
    with engine.execution_options(**{READING: True}).connect() as connection, connection.begin():
        return judge(_look(connection, address).revision, str(address))


def upgrade(engine: Engine, address: ServerAddress, tell: Tell) -> None:
    """Create or upgrade the schema, in one transaction, under the writers' lock.

    Whoever comes second finds it done. Raises ``StorageError``; the database is then as it was.
    """
    name = str(address)
    with engine.begin() as connection:
        found = _look(connection, address)
        if judge(found.revision, name):
            return
        if not found.may_create:
            raise StorageError(
                f"{name}: the user may not make tables there: let the database's owner grant "
                "CREATE on its schema"
            )
        schema.migrate(connection, name, tell)
        connection.execute(text(f"COMMENT ON TABLE alembic_version IS '{server.MARK}'"))


def make_engine(address: ServerAddress, read_only: bool, busy_timeout: float) -> Engine:
    """Connections to a database that is ready. Raises ``StorageError`` without psycopg."""
    server.load_driver()
    from psycopg import IsolationLevel  # optional extra

    engine = create_engine(
        "postgresql+psycopg://",  # without the password: an engine may be printed
        creator=lambda: server.connect(address, busy_timeout),
        json_serializer=dump_json,
        json_deserializer=load_json,
        use_native_hstore=False,
        execution_options={"kliping_name": str(address)},
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, record: Any) -> None:
        record.info[_SCHEMA] = server.read_schema_number(connection)
        connection.rollback()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        only_reads = bool(read_only or connection.get_execution_options().get(READING, False))
        if connection.info.get(READING) != only_reads:
            driven = _driver_connection(connection)
            driven.read_only = only_reads
            level = IsolationLevel.REPEATABLE_READ if only_reads else IsolationLevel.READ_COMMITTED
            driven.isolation_level = level
            connection.info[READING] = only_reads
        if not only_reads:
            key = f"{server.WRITER}, {connection.info[_SCHEMA]}"
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({key})")

    return engine


def _look(connection: Connection, address: ServerAddress) -> server.DatabaseState:
    with server.told(address):
        return server.look(_driver_connection(connection), str(address))


def _driver_connection(connection: Connection) -> Any:
    return connection.connection.driver_connection
