"""FTS5's index written anew, so that no word of a text that is gone is left in it.

A word is left in two ways. An index that was made without ``secure-delete`` (SQLite before 3.42)
only notes that a text was taken out, and each edit takes one out. And the table ``search_idx``, by
which pages of the index are found, keeps the beginnings of words that were on them. A merge of all
parts into one drops both (https://sqlite.org/fts5.html §6.8). It is done in steps, so that a crawl
can write in between.
"""

from __future__ import annotations

from sqlalchemy import Engine, text

from storage.database.engine import writing

STEP = 1_000
"""Pages of the index, of 4 kB, that are written in one transaction."""
# A single part would be left as it is: so there is a second one. No document has this id.
LAY = "INSERT INTO search (rowid, title, author, body, labels) VALUES (0, '', '', '', 'kliping')"
TAKE = (
    "INSERT INTO search (search, rowid, title, author, body, labels)"
    " VALUES ('delete', 0, '', '', '', 'kliping')"
)
OPTIMIZE = "INSERT INTO search (search) VALUES ('optimize')"
_MERGE = "INSERT INTO search (search, rank) VALUES ('merge', {})"
_CHANGES = text("SELECT total_changes()")


def rewrite(engine: Engine) -> None:
    """Write the whole index of a file anew. It may be interrupted and run again. Raises
    ``StorageError``."""
    with writing(engine) as session:
        for command in (LAY, _MERGE.format(-STEP), TAKE):
            session.execute(text(command))
    goes_on = True
    while goes_on:
        with writing(engine) as session:
            before = session.scalar(_CHANGES)
            session.execute(text(_MERGE.format(STEP)))
            # Its own row is one (ibid.).
            goes_on = (session.scalar(_CHANGES) or 0) - (before or 0) > 1
