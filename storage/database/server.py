"""A PostgreSQL server as we find it: connections, what lies in the database, and the locks that
stand in for those of a file. Only the driver is loaded, not SQLAlchemy.

Two advisory locks (https://www.postgresql.org/docs/current/explicit-locking.html §13.3.5), each of
one schema of one database. The first is held by whoever writes, to the end of the transaction: as
with SQLite's BEGIN IMMEDIATE, writers queue, and neither a deadlock nor a lost update can happen.
The second is a crawl's for its whole life, on a connection of its own: it is free again as soon as
the crawl's process is dead. (A pooler between us and the server must leave sessions whole.)
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scraper.errors import StorageError
from storage.database.meanings import meaning_of
from storage.database.places import ServerAddress
from storage.database.schema import APPLICATION_ID, known_revisions

if TYPE_CHECKING:
    import psycopg

OLDEST = 160000
"""The oldest server: 16.0 (as ``server_version_num``)."""
MARK = "kliping"
"""The comment on our table of revisions: it tells that the tables are ours."""
WRITER, RUN = APPLICATION_ID, APPLICATION_ID + 1
"""First halves of the locks' keys; the second is the schema's number."""

_DEFAULTS = {
    "client_encoding": "UTF8",
    "fallback_application_name": "kliping",
    # A connection whose other end is gone is noticed within two minutes: the lock of a crawl
    # must not outlive it, nor a crawl its lock.
    "keepalives_idle": "60",
    "keepalives_interval": "10",
    "keepalives_count": "5",
}
_CONNECT_TIMEOUT = "10"
"""Seconds for each of the hosts, if nothing else is said."""

# What a role or a database may have set otherwise, and we rely on. A commit that is answered is on
# the disk.
_SET_UP = """
SET timezone = 'UTC';
SET datestyle = 'ISO';
SET jit = off;
SET lock_timeout = {patience};
SELECT set_config('synchronous_commit', 'on', false)
 WHERE current_setting('synchronous_commit') = 'off'
"""
_SCHEMA = "SELECT oid::int4 FROM pg_namespace WHERE nspname = current_schema()"
_LOOK = """
SELECT current_setting('server_version_num')::int, current_setting('server_encoding'),
       current_schema(), has_schema_privilege(current_schema(), 'CREATE'),
       versions.oid IS NOT NULL, obj_description(versions.oid, 'pg_class'),
       EXISTS (
           SELECT 1 FROM pg_class
            WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
              AND relkind IN ('r', 'p', 'v', 'm', 'f')
              AND NOT EXISTS (SELECT 1 FROM pg_depend  -- of an extension
                               WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid
                                 AND deptype = 'e'))
  FROM (SELECT to_regclass(quote_ident(current_schema()) || '.alembic_version')::oid) AS
       versions (oid)
"""


@dataclass(frozen=True, slots=True)
class DatabaseState:
    """What lies in a database."""

    revision: str | None
    """Of our schema; ``None`` for an empty database, empty where the table holds none."""
    may_create: bool


def load_driver() -> Any:
    """The module ``psycopg``. Raises ``StorageError`` where it is not installed."""
    try:
        import psycopg  # optional extra
    except ImportError:
        raise StorageError(
            "PostgreSQL needs psycopg, of kliping's extra 'postgres': the README says how to "
            "install it"
        ) from None
    return psycopg


@contextmanager
def told(address: ServerAddress) -> Iterator[None]:
    """Inside, the driver's errors are raised as ``StorageError``."""
    driver = load_driver()
    try:
        yield
    except driver.Error as error:
        raise StorageError(f"{address}: {meaning_of(error)}") from error


def connect(address: ServerAddress, patience: float) -> psycopg.Connection[Any]:
    """A connection as we rely on it, outside of a transaction. ``patience``: seconds that a
    statement waits for a lock. Raises ``psycopg.Error``, and ``StorageError`` without psycopg."""
    driver = load_driver()
    given = dict(_DEFAULTS)
    if "PGCONNECT_TIMEOUT" not in os.environ:
        given["connect_timeout"] = _CONNECT_TIMEOUT
    connection = driver.connect(**(given | address.parameters()), autocommit=True)
    try:
        connection.execute(_SET_UP.format(patience=max(int(patience * 1000), 1)))
        connection.autocommit = False
    except BaseException:
        connection.close()
        raise
    return connection  # type: ignore[no-any-return]


def read_schema_number(connection: psycopg.Connection[Any]) -> int:
    """Of the schema in which our tables are, as the second half of a lock's key. 0 for none."""
    row = connection.execute(_SCHEMA).fetchone()
    return int(row[0]) if row else 0


def look(connection: psycopg.Connection[Any], name: str) -> DatabaseState:
    """What lies in the database. Raises ``StorageError`` where it is not ours, or cannot be."""
    row = connection.execute(_LOOK).fetchone()
    assert row is not None
    version, encoding, schema, may_create, has_revision, mark, has_tables = row
    if version < OLDEST:
        raise StorageError(
            f"{name}: the server is PostgreSQL {version // 10000}: kliping needs "
            f"{OLDEST // 10000} or newer"
        )
    if encoding != "UTF8":
        raise StorageError(
            f"{name}: the database's encoding is {encoding}, which does not hold every text: "
            "make one with ENCODING 'UTF8'"
        )
    if schema is None:
        raise StorageError(f"{name}: there is no schema for the tables: let search_path name one")
    if not has_revision:
        if has_tables:
            raise _foreign(name)
        return DatabaseState(None, bool(may_create))
    try:
        rows = connection.execute("SELECT version_num FROM alembic_version").fetchmany(2)
    except load_driver().errors.UndefinedColumn:
        raise _foreign(name) from None
    revision = str(rows[0][0]) if rows else ""
    if mark != MARK and revision not in known_revisions():
        raise _foreign(name)
    return DatabaseState(revision, bool(may_create))


def _foreign(name: str) -> StorageError:
    return StorageError(
        f"{name}: is not a kliping database and was left untouched: name an empty one with --db"
    )


_HOLDER = """
SELECT activity.application_name
  FROM pg_locks JOIN pg_stat_activity AS activity USING (pid)
 WHERE locktype = 'advisory' AND granted AND classid = %s AND objid = %s::int4::oid
   AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_MAY_PUBLIC_CONNECT = "SELECT has_database_privilege('public', current_database(), 'CONNECT')"


@contextmanager
def run_lock(address: ServerAddress) -> Iterator[bool]:
    """Take the lock of a run, without waiting, for as long as this lasts; whether it is ours.

    Raises ``StorageError``.
    """
    with hold_run_lock(address, "kliping") as other:
        yield other is None


@contextmanager
def hold_run_lock(address: ServerAddress, holder: str) -> Iterator[str | None]:
    """The same; ``None`` where it is ours, else what its ``holder`` said of itself, if the server
    shows it."""
    with told(address):
        connection = connect(address, 0.5)
    with closing(connection):
        with told(address):
            connection.autocommit = True
            connection.execute("SET idle_session_timeout = 0")
            connection.execute("SELECT set_config('application_name', %s, false)", (holder,))
            key = read_schema_number(connection)
            taken = connection.execute("SELECT pg_try_advisory_lock(%s, %s)", (RUN, key))
            row = taken.fetchone()
            other = None
            if not (row and row[0]):
                found = connection.execute(_HOLDER, (RUN, key)).fetchone()
                other = str(found[0] or "") if found else ""
        yield other


def may_anyone_connect(address: ServerAddress) -> bool:
    """Whether every role of the server may connect to the database, and so hold its locks: no
    right is asked for those. Raises ``StorageError``."""
    with told(address):
        connection = connect(address, 0.5)
        with closing(connection):
            row = connection.execute(_MAY_PUBLIC_CONNECT).fetchone()
    return bool(row and row[0])
