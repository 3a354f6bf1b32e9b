"""Whether the schema is what kliping makes, no less and no more.

A dropped index changes no row, and yet what it kept single is no longer, and what it found at once
takes for ever. What somebody else put there can do anything: a trigger or an ``ON CONFLICT IGNORE``
lets a statement succeed and do nothing, another view under the index keeps words in it that were
removed. A file is compared with what the migrations make of an empty one; on a server, what is
attached to our tables with the models.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from functools import cache

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from scraper.errors import StorageError
from storage.database.engine import is_sqlite, name_of, reading
from storage.database.schema import migrate, tell_nobody
from storage.database.sqlite import let_rebuild
from storage.database.wary import shown
from storage.integrity.attached import expected_on_server, read_attached
from storage.integrity.report import Damage, Note, VerifyReport
from storage.integrity.schema_forms import Form, Forms, read_forms, words_of

_STATISTICS = "table", "sqlite_stat1"
"""Of ANALYZE, which anybody may have run. (``sqlite_stat4`` is refused: it holds samples of what is
indexed, also of what was removed since.)"""
_OF_STATISTICS = words_of("CREATE TABLE sqlite_stat1(tbl,idx,stat)")
_COUNTS = re.compile(r"\d+( \d+)*( unordered| sz=\d+| noskipscan)*", re.ASCII)
_MADE_ANEW = "`kliping db copy` into a new database makes it anew"
_LEFT_OUT = "`kliping db copy` into a new database leaves it out"
"""Dropped, it would stay in free pages, where SQLite does not overwrite them."""


def check_shape(engine: Engine, report: VerifyReport, _note: Note) -> Iterator[Damage]:
    """What the schema lacks, what it holds otherwise, and what in it is none of ours."""
    with reading(engine) as session:
        wanted, there = _compare(session)
        report.checked["schema"] = len(wanted)
        for kind, name in sorted(wanted.keys() - there.keys()):
            remedy = "" if kind == "table" else f": {_MADE_ANEW}"
            yield Damage("schema", f"the {kind} {name} is missing{remedy}")
        for problem in _foreign(session, wanted, there):
            yield Damage("schema", problem)


def refuse_foreign(engine: Engine) -> None:
    """For who promises that something is gone. Raises ``StorageError`` where somebody else put
    something into the schema; what is missing there keeps nothing."""
    with reading(engine) as session:
        for problem in _foreign(session, *_compare(session)):
            raise StorageError(f"{name_of(engine)}: {problem}")


@cache
def made_by_migrations() -> Forms:
    """The schema of a new file."""
    engine = create_engine("sqlite://")
    try:
        with engine.connect() as connection:
            memory = connection.connection.dbapi_connection
            assert isinstance(memory, sqlite3.Connection)
            let_rebuild(memory)
            migrate(connection, "a new archive", tell_nobody)
            return read_forms(connection)
    finally:
        engine.dispose()


def _compare(session: Session) -> tuple[Forms, Forms]:
    """What should be there, and what is."""
    connection = session.connection()
    if is_sqlite(session):
        wanted = made_by_migrations()
        return wanted, read_forms(connection, wanted)
    return expected_on_server(connection.dialect), read_attached(connection)


def _foreign(session: Session, wanted: Forms, there: Forms) -> Iterator[str]:
    for kind, name in sorted(there.keys() - wanted.keys() - {_STATISTICS}):
        yield f"the {kind} {shown(name)} is none of kliping's: {_LEFT_OUT}"
    for kind, name in sorted(there.keys() & wanted.keys()):
        if there[kind, name] != wanted[kind, name]:
            yield f"the {kind} {name} is not as kliping makes it: {_MADE_ANEW}"
    if _STATISTICS in there and not _are_counts(session, there[_STATISTICS]):
        yield f"the table sqlite_stat1 is not as ANALYZE makes it: {_LEFT_OUT}"


def _are_counts(session: Session, form: Form) -> bool:
    """Whether statistics are numbers of what is there. On how right those are only SQLite's pace
    depends."""
    if words_of(form.statement) != _OF_STATISTICS:
        return False
    names = text("SELECT tbl_name, name FROM sqlite_master")
    named = {tuple(row) for row in session.execute(names)}
    return all(
        (table, table if index is None else index) in named
        and isinstance(counts, str)
        and _COUNTS.fullmatch(counts)
        for table, index, counts in session.execute(text("SELECT tbl, idx, stat FROM sqlite_stat1"))
    )
