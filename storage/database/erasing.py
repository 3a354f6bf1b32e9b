"""What is removed from an archive's file is to be gone from it, not only out of reach.

If not told otherwise SQLite leaves deleted bytes where they stood until their place is used
(https://sqlite.org/pragma.html#pragma_secure_delete); and what a page held before stays in the file
until the log is written home, and in the log until that is emptied. Neither can be done while
another process reads the file as it was.

The header's ``user_version``, which is a program's to use, counts the removals that are not
finished.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

OVERWRITE = "PRAGMA secure_delete = ON"
"""For every connection that writes: a library may be built either way."""
FINISHED = "PRAGMA user_version = 0"
"""Nothing that was removed is left in the file's past pages, or in its log."""


def count_unfinished(connection: Connection) -> int:
    return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())


def note_removal(connection: Connection) -> None:
    """In the transaction of the removal: its end may not come to be."""
    connection.exec_driver_sql(f"PRAGMA user_version = {count_unfinished(connection) + 1}")


def note_end(connection: Connection, removals: int) -> None:
    """The log was emptied since so many ``removals`` were counted; of one that was made meanwhile
    it is not known."""
    if count_unfinished(connection) == removals:
        connection.exec_driver_sql(FINISHED)


def empty_log(path: str, patience: float) -> bool:
    """Write the log into the file, and leave nothing of it. ``False`` where another process kept
    it from that for as long as ``patience``, in seconds. Raises ``sqlite3.Error``."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=patience)) as file:
        file.execute("PRAGMA synchronous = FULL")
        busy, *_ = file.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy
