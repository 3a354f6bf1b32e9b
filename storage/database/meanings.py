"""What a database's error means to a person, and what to do. No database library is loaded."""

from __future__ import annotations

import sqlite3

from storage.database.places import HOW_TO_LOG_IN

SQLITE_ERRORS = (sqlite3.Error, UnicodeDecodeError)
"""What Python's module raises for a file: the second where the file's schema, which SQLite's own
message quotes, is no text any more."""

_LOCKED = "another process kept it locked for too long: try again when that one is done"
_FULL = "it could not be written, the disk may be full: free some space and try again"
DAMAGED = "the database is damaged: restore a backup, or move it away to begin anew"
_UNWRITABLE = "it cannot be written here: check the permissions of the file and its directory"

# By SQLite's primary result code (https://sqlite.org/rescode.html).
_MEANINGS = {
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_IOERR: _FULL,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: DAMAGED,
    sqlite3.SQLITE_PERM: _UNWRITABLE,
    sqlite3.SQLITE_READONLY: _UNWRITABLE,
    sqlite3.SQLITE_CANTOPEN: _UNWRITABLE,
}

_LOST = "the connection to the server was lost: see to the server, and run it again"
_NO_ROOM = "the server has no connection free: try again later, or let it take more"
_REFUSED = f"the server did not let us in: check the user's name; {HOW_TO_LOG_IN}"
NO_DATABASE = "there is no such database: `createdb` makes one, for example"
_UNREACHABLE = "the server cannot be reached: is it running, and is the address right?"
_NO_RIGHTS = "the user lacks a right there: let the database's owner grant it"
_UNWRITABLE_SERVER = "it cannot be written here: name the server that takes writes"
_TOO_LONG = "the server ended what took too long by its settings: raise statement_timeout"

# By SQLSTATE, or its class, the first two letters
# (https://www.postgresql.org/docs/current/errcodes-appendix.html).
_SQLSTATES = {
    "55P03": _LOCKED,  # lock_timeout
    "40P01": _LOCKED,
    "53100": _FULL,
    "53300": _NO_ROOM,
    "42501": _NO_RIGHTS,
    "25006": _UNWRITABLE_SERVER,
    "57014": _TOO_LONG,
    "57P01": _LOST,
    "57P02": _LOST,
    "57P03": _UNREACHABLE,
    "25P03": _LOST,
    "08": _LOST,
    "28": _REFUSED,
    "3D": NO_DATABASE,
    "42P01": DAMAGED,  # a table is missing
    "42703": DAMAGED,
    "58": _FULL,
    "XX001": DAMAGED,
    "XX002": DAMAGED,
}
# Before there is a session libpq gives a text alone. The server's own are in its language: what is
# not known here is told as it is.
_UNCONNECTED = (
    ("does not exist", "database", NO_DATABASE),
    ("password", "", _REFUSED),
    ("pg_hba.conf", "", _REFUSED),
    ("role", "", _REFUSED),
    ("permission denied for database", "", _NO_RIGHTS),
    ("too many", "", _NO_ROOM),
    ("remaining connection slots", "", _NO_ROOM),
    ("invalid connection option", "", "no such option: see what may stand behind the ?"),
    ("invalid", "value", "an option of the address has a value that it cannot have"),
    ("connection", "", _UNREACHABLE),
    ("resolve host", "", _UNREACHABLE),
    ("host name", "", _UNREACHABLE),
    ("timeout", "", _UNREACHABLE),
)


def is_busy(error: BaseException | None) -> bool:
    """Whether another process kept the database locked for too long."""
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", None)
        return code is not None and _MEANINGS.get(code & 0xFF) is _LOCKED
    return _SQLSTATES.get(getattr(error, "sqlstate", None) or "") is _LOCKED


def meaning_of(error: BaseException | None) -> str:
    """What an error of either database means to a person, with its own words behind."""
    detail = " ".join(str(error).split())
    if not isinstance(error, sqlite3.Error) and hasattr(error, "sqlstate"):
        return _meaning_of_server(getattr(error, "sqlstate", None), detail)
    if isinstance(error, UnicodeDecodeError):
        return f"{DAMAGED} (its schema is no text)"
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        # Raised by Python's own module, for instance for TEXT that is not UTF-8.
        return f"{DAMAGED} ({detail})" if "UTF-8" in detail else detail
    meaning = _MEANINGS.get(code & 0xFF)
    if meaning is None and "no such" in detail:
        meaning = DAMAGED
    return f"{meaning} ({detail})" if meaning else f"the database refused: {detail}"


def _meaning_of_server(sqlstate: str | None, detail: str) -> str:
    detail = detail[:300]
    if sqlstate is not None:
        meaning = _SQLSTATES.get(sqlstate) or _SQLSTATES.get(sqlstate[:2])
        return f"{meaning} ({detail})" if meaning else f"the database refused: {detail}"
    if "closed the connection" in detail or "connection is closed" in detail:
        return f"{_LOST} ({detail})"
    for first, second, meaning in _UNCONNECTED:
        if first in detail and second in detail:
            return f"{meaning} ({detail})"
    return f"the server refused: {detail}"
