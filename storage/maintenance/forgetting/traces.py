"""The bytes that an article leaves in the file when its rows are gone.

They are overwritten as they go (``storage.database.erasing``), the index is written anew
(``storage.maintenance.rewriting``), and the log is emptied.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Engine

from storage.database import erasing
from storage.database.engine import name_of, reading, writing
from storage.database.failures import explained
from storage.maintenance import rewriting

PATIENCE = 30.0
"""Seconds that the bytes wait for who reads the file as it was."""


class Traces(StrEnum):
    """Where bytes of what was removed may be left in the database."""

    NONE = "none"
    READ = "read"
    """In the file and its log: another process still reads it as it was. ``finish`` it."""
    SERVER = "server"
    """In the server's tables, until they are vacuumed."""


def is_unfinished(engine: Engine) -> bool:
    """Whether bytes of something that was removed may still be in the file or its log."""
    if engine.dialect.name != "sqlite":
        return False
    with reading(engine) as session:
        return erasing.count_unfinished(session.connection()) > 0


def finish(engine: Engine, *, patience: float | None = None) -> Traces:
    """Have nothing left of what was removed; where there still may be.

    The index is written anew, in steps between which others may write: some 30 s for each 100,000
    articles. ``patience``: seconds that it waits for who reads the file as it was. Raises
    ``StorageError``.
    """
    if engine.dialect.name != "sqlite":
        return Traces.SERVER
    with reading(engine) as session:
        removals = erasing.count_unfinished(session.connection())
    rewriting.rewrite(engine)
    with explained(name_of(engine)):
        path = str(engine.url.database)
        if not erasing.empty_log(path, PATIENCE if patience is None else patience):
            return Traces.READ
    with writing(engine) as session:
        erasing.note_end(session.connection(), removals)
    return Traces.NONE
