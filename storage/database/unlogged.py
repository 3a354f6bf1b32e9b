"""Reading a file without the log beside it: on a medium that is read-only, and on a full disk.

SQLite makes two files, ``-wal`` and ``-shm``, before it reads (https://sqlite.org/wal.html). Where
they cannot be made, a file without a log is whole and read as it is; a log that holds something is
first written home, or the file is not read at all. Nobody is kept from writing meanwhile: a file
that was changed while it was read is told, never taken for a damaged one.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from scraper.errors import BusyError, StorageError

_NO_SHARED_MEMORY = frozenset(
    {sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_SHMOPEN, sqlite3.SQLITE_IOERR_SHMMAP}
)

# Where every process that reads or writes holds a lock (https://sqlite.org/lockingv3.html, os.h).
_LOCK_AT, _LOCK_BYTES = 0x40000000, 512


class Stillness:
    """A file as it was when it was opened."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._before = _look(path)

    def holds(self) -> bool:
        """Whether nobody has written since, be it to the log alone."""
        try:
            return _look(self._path) == self._before and is_still(self._path)
        except FileNotFoundError:
            return False

    def check(self, name: str) -> None:
        """Raises ``BusyError`` where it has been changed since."""
        if not self._path.exists():
            raise StorageError(f"{name}: was deleted while it was open")
        if _look(self._path) != self._before:
            raise BusyError(f"{name}: another process wrote to it while it was read: try again")


def is_frozen(path: Path) -> bool:
    """Whether nobody can change it from here."""
    return is_still(path) and not os.access(path, os.W_OK) and not os.access(path.parent, os.W_OK)


def is_still(path: Path) -> bool:
    """Whether the file is whole without a log, and without the journal of a first transaction that
    was broken off (from the next on there is a log)."""
    return not logs_of(path)


def logs_of(path: Path) -> list[Path]:
    """What SQLite would write into the file as soon as it opens it."""
    beside = (path.with_name(path.name + ending) for ending in ("-wal", "-journal"))
    return [one for one in beside if one.exists() and one.stat().st_size]


def refuse_logs(path: Path, name: str) -> None:
    """Where a new file is about to be made. Raises ``StorageError`` for the log of one that was
    removed: SQLite would throw it away, or lay it over the new file."""
    for log in logs_of(Path(os.path.realpath(path))):
        if not path.exists():  # else another process has made it meanwhile, and the log is its own
            raise StorageError(
                f"{name}: is not there, but the log of a database that was removed is: put both "
                f"together again, or move {log} away"
            )


def lacks_room(error: BaseException) -> bool:
    """Whether the disk has no room for what SQLite must make before it reads or writes."""
    cause: BaseException | None = error
    while cause is not None:  # an upgrade's error is one of ours, and SQLAlchemy's holds SQLite's
        code = getattr(getattr(cause, "orig", None) or cause, "sqlite_errorcode", None)
        if code is not None:
            return code & 0xFF == sqlite3.SQLITE_FULL or code in _NO_SHARED_MEMORY
        cause = cause.__cause__
    return False


def bring_home(path: Path, patience: float) -> None:
    """Write what the log holds into the file, and end the log. It takes no new room, unless the
    file grows by it.

    Alone with the file SQLite needs no ``-shm``. Raises ``sqlite3.Error``, also where another
    process has it open; the log is then as it was.
    """
    with closing(sqlite3.connect(path, isolation_level=None, timeout=patience)) as connection:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        with suppress(OSError):  # what could not be made whole
            path.with_name(path.name + "-shm").unlink()


def discard_empty(path: Path) -> None:
    """Take away a file that was made just now and could not be filled, unless another process is
    about to fill it."""
    with suppress(OSError), path.open("r+b") as file:
        # SQLite's own way to lock an empty file would write to it.
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, _LOCK_BYTES, _LOCK_AT)
        if os.fstat(file.fileno()).st_size == 0:
            path.unlink()


def _look(path: Path) -> tuple[int, int, int]:
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns
