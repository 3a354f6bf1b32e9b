"""What is removed from an archive's file is to be gone from it, not only out of reach.

If not told otherwise SQLite leaves deleted bytes where they stood until their place is used
(https://sqlite.org/pragma.html#pragma_secure_delete); and what a page held before stays in the file
until the log is written home, and in the log until that is emptied. Neither can be done while
another process reads the file as it was.

What is known of that stands in the header's ``user_version``, which is a program's to use: the
lowest bit says that no deleted byte was ever left in the file; above it are counted the removals
that are not finished.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

OVERWRITE = "PRAGMA secure_delete = ON"
"""For every connection that writes: a library may be built either way."""
CLEAN = "PRAGMA user_version = 1"
"""Of a file that is made or written anew by connections that overwrite."""
_REMOVAL = 2


def read_state(connection: Connection) -> int:
    return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())


def is_clean(state: int) -> bool:
    """Whether there is nothing in free room that an older program left there."""
    return bool(state % _REMOVAL)


def is_finished(state: int) -> bool:
    """Whether nothing that was removed is left in the file's past pages, or in its log."""
    return state < _REMOVAL


def note_removal(connection: Connection) -> None:
    """In the transaction of the removal: its end may not come to be."""
    connection.exec_driver_sql(f"PRAGMA user_version = {read_state(connection) + _REMOVAL}")


def note_end(connection: Connection, state: int) -> None:
    """The log was emptied since ``state`` was read; of a removal that was made meanwhile it is not
    known."""
    if read_state(connection) == state:
        connection.exec_driver_sql(f"PRAGMA user_version = {state % _REMOVAL}")


def empty_log(path: str, patience: float) -> bool:
    """Write the log into the file, and leave nothing of it. ``False`` where another process kept
    it from that for as long as ``patience``, in seconds. Raises ``sqlite3.Error``."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=patience)) as file:
        file.execute("PRAGMA synchronous = FULL")
        busy, *_ = file.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy
