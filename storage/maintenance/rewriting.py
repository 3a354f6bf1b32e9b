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
from storage.search.documents import BOTH, FIELDS, TextIndex

STEP = 1_000
"""Pages of the index, of 4 kB, that are written in one transaction."""
_CHANGES = text("SELECT total_changes()")


def rewrite(engine: Engine) -> None:
    """Write both indexes of a file anew. It may be interrupted and run again. Raises
    ``StorageError``."""
    for index in BOTH:
        _rewrite(engine, index)


def _rewrite(engine: Engine, index: TextIndex) -> None:
    lay, take = _second_part(index)
    merge = f"INSERT INTO {index.name} ({index.name}, rank) VALUES ('merge', {{}})"  # noqa: S608
    with writing(engine) as session:
        for command in (lay, merge.format(-STEP), take):
            session.execute(text(command))
    goes_on = True
    while goes_on:
        with writing(engine) as session:
            before = session.scalar(_CHANGES)
            session.execute(text(merge.format(STEP)))
            # Its own row is one (ibid.).
            goes_on = (session.scalar(_CHANGES) or 0) - (before or 0) > 1


def optimizing() -> list[str]:
    """The statements that do the same in one transaction."""
    return [
        statement
        for index in BOTH
        for lay, take in [_second_part(index)]
        for statement in (lay, str(index.command("optimize")), take)
    ]


def _second_part(index: TextIndex) -> tuple[str, str]:
    """A single part would be left as it is: so a second one is laid, and taken again. No document
    has this id."""
    name, empty = index.name, ", ".join(["''"] * len(FIELDS))
    lay = f"INSERT INTO {name} (rowid, {index.columns}) VALUES (0, {empty}, 'kliping')"  # noqa: S608
    take = (
        f"INSERT INTO {name} ({name}, rowid, {index.columns})"  # noqa: S608
        f" VALUES ('delete', 0, {empty}, 'kliping')"
    )
    return lay, take
