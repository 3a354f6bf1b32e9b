"""Going over a table by its ids, some rows at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import Engine, Table, func, select
from sqlalchemy.orm import Session

from storage.database.engine import reading
from storage.integrity.report import UNREADABLE, Damage, Note, VerifyReport, damage_of

CHUNK = 200
"""Rows read at a time."""

CheckRow = Callable[[Session, int], Damage | None]
"""What is wrong with the row of this id."""


def each_chunk(
    engine: Engine, table: Table, name: str, report: VerifyReport, note: Note
) -> Iterator[tuple[Session, int, int]]:
    """The first and the last id of each chunk of rows, with a session in which it is read.

    ``report.checked[name]`` counts the rows.
    """
    last = done = 0
    with reading(engine) as session:
        total = session.scalar(select(func.count()).select_from(table)) or 0
    while True:
        # A steady view is not needed for longer than a chunk, and would keep the log growing.
        with reading(engine) as session:
            query = select(table.c.id).where(table.c.id > last).order_by(table.c.id).limit(CHUNK)
            # A damaged table may give them again, in any order: each round must get further.
            ids = [one for one in session.scalars(query).all() if one > last]
            if not ids:
                return
            yield session, min(ids), max(ids)
        done += len(ids)
        report.checked[name] = done
        note(name, done, total)
        last = max(ids)


def check_rows(
    table: Table, name: str, check: CheckRow, engine: Engine, report: VerifyReport, note: Note
) -> Iterator[Damage]:
    """What is wrong with the rows of a table, by their ids: also that one cannot be read."""
    for session, low, high in each_chunk(engine, table, name, report, note):
        ids = select(table.c.id).where(table.c.id.between(low, high)).order_by(table.c.id)
        for row_id in session.scalars(ids).all():
            what = f"{table.name} {row_id}"
            try:
                found = check(session, row_id)
            except UNREADABLE as error:
                yield damage_of(what, error)
            else:
                if found is not None:
                    yield found
        session.expunge_all()
