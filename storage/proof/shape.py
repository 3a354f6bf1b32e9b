"""Whether all is there that the schema consists of: a dropped index changes no row, and yet what
it kept single is no longer, and what it found at once takes for ever.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Engine, text

from storage.database.engine import reading
from storage.models import Base
from storage.proof.report import Damage, Note, Report

_IN_FILE = "SELECT name FROM sqlite_master"
_ON_SERVER = """
SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace
UNION SELECT conname FROM pg_constraint WHERE connamespace = current_schema()::regnamespace
"""
_SEARCH_IN_FILE = (
    ("view", "search_content"),
    *(("table", f"search{part}") for part in ("", "_data", "_idx", "_docsize", "_config")),
)
_SEARCH_ON_SERVER = (("index", "ix_document_vector"),)


def check_shape(engine: Engine, report: Report, _note: Note) -> Iterator[Damage]:
    """Tables, indexes and views that the schema has and the database has not; on a server its
    constraints too, which in a file are part of their tables."""
    is_file = engine.dialect.name == "sqlite"
    with reading(engine) as session:
        there = {*session.scalars(text(_IN_FILE if is_file else _ON_SERVER))}
    wanted = [*_wanted(constraints=not is_file)]
    report.checked["schema"] = len(wanted)
    for kind, name in [*wanted, *(_SEARCH_IN_FILE if is_file else _SEARCH_ON_SERVER)]:
        if name in there:
            continue
        if kind == "table":
            yield Damage("schema", f"the table {name} is missing")
        else:
            how = "`kliping db copy` into a new database makes it anew"
            yield Damage("schema", f"the {kind} {name} is missing: {how}")


def _wanted(*, constraints: bool) -> Iterator[tuple[str, str]]:
    for table in Base.metadata.sorted_tables:
        yield "table", table.name
        for index in sorted(table.indexes, key=lambda one: str(one.name)):
            yield "index", str(index.name)
        if constraints:
            names = sorted(str(one.name) for one in table.constraints if one.name is not None)
            yield from (("constraint", name) for name in names)
