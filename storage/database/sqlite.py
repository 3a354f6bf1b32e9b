"""An archive in a file: is it ours, is it current, bringing it there, and its connections.

WAL, ``synchronous=FULL``, foreign keys on, what is deleted overwritten (``erasing``), transactions
begun by us as SQLAlchemy documents it. A
writing one begins IMMEDIATE, so that two writers queue instead of losing updates or failing
halfway; a reading one is plain and cannot write, so that it never waits for a crawl.

What decides is read from the file's header and by plain SQL. A file that is refused is never
opened for writing.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from scraper.errors import NotFoundError, StorageError
from storage.database import erasing, schema
from storage.database.schema import APPLICATION_ID, Tell, judge, tell_nobody
from storage.database.unlogged import (
    Stillness,
    bring_home,
    discard_empty,
    is_frozen,
    is_still,
    lacks_room,
    refuse_logs,
)
from storage.database.wary import be_wary, refuse_triggers
from storage.models.columns import dump_json, load_json

READING = "kliping_reading"
"""The execution option of a connection that only reads."""
FROZEN = "kliping_frozen"
"""The option that holds the ``Stillness`` of a file that is read as it is."""
_WAL_LIMIT = 64 * 1024 * 1024


def open_file(
    path: Path, name: str, read_only: bool, busy_timeout: float, tell: Tell = tell_nobody
) -> Engine:
    """See ``engine.open_engine``. Raises what ``failures.explained`` explains."""
    is_new = not os.path.exists(path)
    resolved = prepare_file(path)
    try:
        return _open(resolved, name, read_only, busy_timeout, tell)
    except (sqlite3.Error, DBAPIError, StorageError) as error:
        if is_new:
            discard_empty(resolved)
        if is_new or not read_only or not lacks_room(error):
            raise
        bring_home(resolved, busy_timeout)
        if not is_current(resolved, name):
            raise
    return make_engine(resolved, name, read_only, busy_timeout, frozen=Stillness(resolved))


def _open(resolved: Path, name: str, read_only: bool, busy_timeout: float, tell: Tell) -> Engine:
    current = is_current(resolved, name)
    if current and is_frozen(resolved):
        return make_engine(resolved, name, read_only, busy_timeout, frozen=Stillness(resolved))
    if current:
        engine = make_engine(resolved, name, read_only, busy_timeout)
    else:
        engine = make_engine(resolved, name, False, busy_timeout)
        try:
            upgrade(engine, name, tell)
        finally:
            engine.dispose()
        engine = make_engine(resolved, name, read_only, busy_timeout)
    try:
        enter_wal(engine, busy_timeout)
    except BaseException:
        engine.dispose()
        raise
    return engine


def open_to_read(path: Path, name: str, busy_timeout: float, *, may_freeze: bool = True) -> Engine:
    """See ``engine.open_to_read``. Raises what ``failures.explained`` explains.

    A file without a log is read as it is, which makes none; one with a log has what SQLite needs.
    """
    resolved = Path(os.path.abspath(path))
    if not resolved.exists() or (resolved.is_file() and resolved.stat().st_size == 0):
        raise NotFoundError(f"{name}: there is no archive")
    _refuse_other_files(resolved, path)
    stillness = Stillness(resolved)  # before the look for a log: a checkpoint has one till its end
    is_whole = may_freeze and is_still(resolved)
    try:
        if not judge(_look_up_revision(resolved, name, is_whole), name):
            raise StorageError(schema.OLDER.format(name=name))
    except (sqlite3.Error, StorageError):
        if not is_whole or stillness.holds():
            raise
        # It was written to just now, and misread.
        return open_to_read(path, name, busy_timeout, may_freeze=False)
    frozen = stillness if is_whole else None
    return make_engine(resolved, name, True, busy_timeout, frozen=frozen, mode="mode=ro")


def prepare_file(path: Path) -> Path:
    """Make the file if it is missing; refuse one that is not ours. Returns its absolute path.

    Raises ``StorageError`` and ``OSError``.
    """
    try:
        resolved = Path(os.path.abspath(path))
        if not resolved.exists():
            refuse_logs(resolved, str(path))
            resolved.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(resolved, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except (FileExistsError, NotADirectoryError):
        raise StorageError(
            f"{path}: a part of this path is a file, not a directory: name another file with --db"
        ) from None
    except ValueError as error:  # a NUL in the name
        raise StorageError(f"{path!r}: no file name: {error}") from None
    _refuse_other_files(resolved, path)
    return resolved


def _refuse_other_files(resolved: Path, path: Path) -> None:
    """Raises ``StorageError`` for what is there and is no archive, nor empty."""
    mode = resolved.stat().st_mode
    if stat.S_ISDIR(mode):
        raise StorageError(f"{path}: is a directory: name a file in it, for example kliping.db")
    if not stat.S_ISREG(mode):
        raise StorageError(f"{path}: is not a regular file: name another file with --db")
    if resolved.stat().st_size and _is_foreign(resolved):
        raise StorageError(
            f"{path}: is not a kliping database and was left untouched: name another file with --db"
        )


def is_current(path: Path, name: str) -> bool:
    """Whether the schema is this program's. Creates and changes nothing, not even beside the file.

    Raises ``StorageError`` for a newer schema, and for one with triggers.
    """
    if path.stat().st_size == 0:
        return False
    try:
        # Should another process begin to write just now, a misread ends in ``upgrade``, which
        # looks again under the lock.
        revision = _look_up_revision(path, name, is_still(path))
    except sqlite3.Error:
        return False  # ``upgrade`` says why
    return judge(revision, name)


def _look_up_revision(path: Path, name: str, is_whole: bool) -> str | None:
    """See ``_read_revision``. Without a log the file is whole and still, and may be read without
    the locks that would create one."""
    uri = f"{path.as_uri()}?mode=ro{'&immutable=1' if is_whole else ''}"
    with closing(sqlite3.connect(uri, uri=True, timeout=5.0)) as connection:
        be_wary(connection)
        return _read_revision(connection, name)


def upgrade(engine: Engine, name: str, tell: Tell = tell_nobody) -> None:
    """Create or upgrade the schema, in one transaction, under the write lock.

    Whoever comes second finds it done. Raises ``StorageError``; the database is then as it was.
    """
    with engine.connect() as connection:
        dbapi = connection.connection.dbapi_connection
        assert isinstance(dbapi, sqlite3.Connection)
        let_rebuild(dbapi)
        with connection.begin():
            if judge(_read_revision(dbapi, name), name):
                return
            schema.migrate(connection, name, tell)
            if dbapi.execute("PRAGMA foreign_key_check").fetchone():
                raise StorageError(f"{name}: the upgrade would break links between its tables")
            dbapi.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def let_rebuild(connection: sqlite3.Connection) -> None:
    """A migration may put a table in the place of another. Outside of a transaction."""
    connection.execute("PRAGMA foreign_keys = OFF")
    # A view stands by the names of its tables meanwhile.
    connection.execute("PRAGMA legacy_alter_table = ON")


def enter_wal(engine: Engine, patience: float) -> None:
    """Put the file into WAL mode, where it stays. Does nothing, and waits for no one, if it is."""
    raw = engine.raw_connection()
    try:
        dbapi = raw.dbapi_connection
        assert isinstance(dbapi, sqlite3.Connection)
        end = time.monotonic() + patience
        while dbapi.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            try:
                dbapi.execute("PRAGMA query_only = OFF")
                dbapi.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                # The change needs the file for itself, and SQLite does not wait for it.
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                    raise
                time.sleep(0.01)
    finally:
        raw.close()


def make_engine(
    path: Path,
    name: str,
    read_only: bool,
    busy_timeout: float,
    *,
    frozen: Stillness | None = None,
    mode: str | None = None,
) -> Engine:
    """Connections to a file that is ready. ``frozen``: it is read as it was then, without a log;
    ``mode``: how SQLite opens it, as a parameter of an address (https://sqlite.org/uri.html)."""
    mode = "immutable=1" if frozen else mode

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(
            f"{path.as_uri()}?{mode}" if mode else path,
            uri=bool(mode),
            timeout=busy_timeout,
            isolation_level=None,  # no BEGIN of its own; ours is in the event below
            check_same_thread=False,  # the pool hands a connection to one thread at a time
        )

    engine = create_engine(
        URL.create("sqlite", database=os.fspath(path)),
        creator=connect,
        json_serializer=dump_json,
        json_deserializer=load_json,
        execution_options={"kliping_name": name, FROZEN: frozen},
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _record: object) -> None:
        be_wary(connection)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(erasing.OVERWRITE)
        connection.execute(f"PRAGMA journal_size_limit = {_WAL_LIMIT}")

    opened: set[tuple[int, int]] = set()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        refuse_replaced(path, name, opened)
        only_reads = read_only or connection.get_execution_options().get(READING, False)
        if connection.info.get(READING) != only_reads:
            connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if only_reads else 'OFF'}")
            connection.info[READING] = only_reads
        connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")

    return engine


def refuse_replaced(path: Path, name: str, opened: set[tuple[int, int]]) -> None:
    """What is written to a file that was deleted, or that another one has replaced, is lost without
    a word. ``opened``: the device and number of the file, noted the first time. Raises
    ``StorageError``."""
    try:
        status = path.stat()
    except FileNotFoundError:
        raise StorageError(f"{name}: was deleted while it was open") from None
    found = status.st_dev, status.st_ino
    if opened and found not in opened:
        raise StorageError(f"{name}: another file has replaced it while it was open")
    opened.add(found)


def _is_foreign(path: Path) -> bool:
    """Our files carry the application id from their first transaction on, which is made before
    there is a log: the header alone tells.

    SQLite reads it: closed by our own hand, the file would lose the locks of all connections that
    this process has to it (https://sqlite.org/howtocorrupt.html §2.2).
    """
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)) as connection:
            written = connection.execute("PRAGMA application_id").fetchone()[0]
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_CANTOPEN:
            raise
        return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_NOTADB
    return bool(written != APPLICATION_ID)


def _read_revision(connection: sqlite3.Connection, name: str) -> str | None:
    """The schema's revision; ``None`` for an empty database. Raises ``sqlite3.Error``, and
    ``StorageError`` for a schema that holds a trigger."""
    refuse_triggers(connection, name)
    if not connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        return None
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else ""
