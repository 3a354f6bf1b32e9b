"""Database errors → ``StorageError``: one clear line that names the file and what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from scraper.errors import StorageError

_LOCKED = "another process kept it locked for too long: try again when that one is done"
_FULL = "it could not be written, the disk may be full: free some space and try again"
_DAMAGED = "the database is damaged: restore a backup, or move it away to begin anew"
_UNWRITABLE = "it cannot be written here: check the permissions of the file and its directory"

# By SQLite's primary result code (https://sqlite.org/rescode.html).
_MEANINGS = {
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_IOERR: _FULL,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_PERM: _UNWRITABLE,
    sqlite3.SQLITE_READONLY: _UNWRITABLE,
    sqlite3.SQLITE_CANTOPEN: _UNWRITABLE,
}


@contextmanager
def explained(name: str) -> Iterator[None]:
    """Inside, errors of the database called ``name`` are raised as ``StorageError``."""
    try:
        yield
    except DBAPIError as error:
        raise StorageError(f"{name}: {_meaning(error.orig)}") from error
    except sqlite3.Error as error:
        raise StorageError(f"{name}: {_meaning(error)}") from error
    except OSError as error:
        raise StorageError(f"{name}: {error.strerror or error}: {_OS_ADVICE}") from error


_OS_ADVICE = "name another file with --db, or see to its directory"


def _meaning(error: BaseException | None) -> str:
    detail = " ".join(str(error).split())
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        # Raised by Python's own module, for instance for TEXT that is not UTF-8.
        return f"{_DAMAGED} ({detail})" if "UTF-8" in detail else detail
    meaning = _MEANINGS.get(code & 0xFF)
    if meaning is None and "no such" in detail:
        meaning = _DAMAGED
    return f"{meaning} ({detail})" if meaning else f"the database refused: {detail}"
