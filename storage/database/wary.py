"""A file is not trusted for being an archive: somebody else may have made it, and handed it over.

SQLite keeps statements in its files: triggers, views, checks, defaults. Whoever opens one runs them
(https://sqlite.org/security.html, "Untrusted SQLite Database Files").
"""

from __future__ import annotations

import sqlite3
import sys

from scraper.errors import StorageError

_FOREIGN = "SELECT name FROM sqlite_master WHERE type NOT IN ('table', 'index', 'view') LIMIT 1"
_LONGEST = 60
"""Characters of a foreign name that are told."""


def be_wary(connection: sqlite3.Connection) -> None:
    """What views, checks and defaults call has no effects and reads nothing else; pages of the file
    that contradict themselves are told and not followed."""
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    if sys.version_info >= (3, 12):
        # Neither the schema nor the tables behind the index are written but as SQLite does it.
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_TRIGGER, False)


def refuse_triggers(connection: sqlite3.Connection, name: str) -> None:
    """A look that is quick enough for each opening; what else may be foreign in a schema
    ``storage.integrity.check_schema`` finds.

    kliping makes no trigger. With one nothing is as it seems: ``BEFORE DELETE … RAISE(IGNORE)``
    keeps what was deleted. Raises ``StorageError`` where there is one, and ``sqlite3.Error``.
    """
    found = connection.execute(_FOREIGN).fetchone()
    if found is not None:
        raise StorageError(
            f"{name}: holds a trigger that kliping did not make ({shown(found[0])}), which may "
            "change whatever is filed or removed, and was left untouched: restore a backup, or "
            "drop it if it is your own"
        )


def shown(name: object) -> str:
    """A name that anybody may have chosen, for a message."""
    return repr(str(name)[:_LONGEST])
