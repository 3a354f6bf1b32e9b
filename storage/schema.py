"""The database file before it is used: is it ours, is it current, and bringing it there.

What decides is read from the file's header and by plain SQL; Alembic is imported only to
upgrade. A file that is refused is never opened for writing.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from contextlib import closing
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from scraper.errors import StorageError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

APPLICATION_ID = 0x6B6C6970
"""``klip``: in the header of each of our files (https://sqlite.org/fileformat2.html §1.3.14)."""
HEAD = "20261125_0001"
"""The revision that this program works with; a test holds it to the newest migration."""

_MAGIC = b"SQLite format 3\0"
_HEADER_SIZE = 100
_APPLICATION_ID_AT = 68


def migrations_path() -> Path:
    """Where the migrations are installed."""
    return Path(str(resources.files("migrations")))


def known_revisions() -> set[str]:
    """Of every migration of this program: the first two parts of its file's name."""
    names = (path.name for path in (migrations_path() / "versions").glob("2*.py"))
    return {"_".join(name.split("_")[:2]) for name in names}


def prepare_file(path: Path) -> Path:
    """Make the file if it is missing; refuse one that is not ours. Returns its absolute path.

    Raises ``StorageError`` and ``OSError``.
    """
    try:
        resolved = Path(os.path.abspath(path))
        if not resolved.exists():
            resolved.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(resolved, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except (FileExistsError, NotADirectoryError):
        raise StorageError(
            f"{path}: a part of this path is a file, not a directory: name another file with --db"
        ) from None
    except ValueError as error:  # a NUL in the name
        raise StorageError(f"{path!r}: no file name: {error}") from None
    mode = resolved.stat().st_mode
    if stat.S_ISDIR(mode):
        raise StorageError(f"{path}: is a directory: name a file in it, for example kliping.db")
    if not stat.S_ISREG(mode):
        raise StorageError(f"{path}: is not a regular file: name another file with --db")
    with resolved.open("rb") as file:
        header = file.read(_HEADER_SIZE)
    if header and _is_foreign(header):
        raise StorageError(
            f"{path}: is not a kliping database and was left untouched: name another file with --db"
        )
    return resolved


def is_current(path: Path, name: str) -> bool:
    """Whether the schema is this program's. Creates and changes nothing, not even beside the file.

    Raises ``StorageError`` for a newer schema.
    """
    if path.stat().st_size == 0:
        return False
    # Without a log the file is whole and still, and may be read without the locks that
    # would create one. (Should another process begin to write just now, a misread ends in
    # ``upgrade``, which looks again under the lock.)
    wal = path.with_name(path.name + "-wal")
    still = not wal.exists() or wal.stat().st_size == 0
    uri = f"{path.as_uri()}?mode=ro{'&immutable=1' if still else ''}"
    try:
        with closing(sqlite3.connect(uri, uri=True, timeout=5.0)) as connection:
            revision = _read_revision(connection)
    except sqlite3.Error:
        return False
    return _judge(revision, name)


def upgrade(engine: Engine, name: str) -> None:
    """Create or upgrade the schema, in one transaction, under the write lock.

    Whoever comes second finds it done. Raises ``StorageError``; the database is then as it was.
    """
    with engine.connect() as connection:
        dbapi = connection.connection.dbapi_connection
        assert isinstance(dbapi, sqlite3.Connection)
        # A migration may rebuild a table; the pragma does nothing inside a transaction.
        dbapi.execute("PRAGMA foreign_keys = OFF")
        with connection.begin():
            if _judge(_read_revision(dbapi), name):
                return
            _migrate(connection, name)
            if dbapi.execute("PRAGMA foreign_key_check").fetchone():
                raise StorageError(f"{name}: the upgrade would break links between its tables")
            dbapi.execute(f"PRAGMA application_id = {APPLICATION_ID}")


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


def _is_foreign(header: bytes) -> bool:
    """Our files carry the application id from their first transaction on, which is made before
    there is a log: the header alone tells."""
    written = header[_APPLICATION_ID_AT : _APPLICATION_ID_AT + 4]
    return not header.startswith(_MAGIC) or int.from_bytes(written, "big") != APPLICATION_ID


def _read_revision(connection: sqlite3.Connection) -> str | None:
    """The schema's revision; ``None`` for an empty database. Raises ``sqlite3.Error``."""
    if not connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        return None
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else ""


def _judge(revision: str | None, name: str) -> bool:
    """Whether the revision is ours (else: older). Raises ``StorageError`` for a newer one."""
    if revision == HEAD:
        return True
    if revision == "":
        raise StorageError(
            f"{name}: the database is damaged (it has no revision): restore a backup"
        )
    if revision is not None and revision not in known_revisions():
        raise StorageError(
            f"{name}: was written by a newer kliping (schema {revision}, this one "
            f"knows {HEAD}) and was left untouched: upgrade kliping"
        )
    return False


def _migrate(connection: Connection, name: str) -> None:
    from alembic import command  # 150 ms, and needed once in a schema's life
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations_path()).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except Exception as error:
        detail = " ".join(str(error).split())[:300]
        raise StorageError(f"{name}: the upgrade failed and was undone: {detail}") from error
