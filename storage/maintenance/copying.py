"""``db copy``: an archive whole into another database, of the same kind or the other.

The source is read as it is at one moment, whatever is written meanwhile. Until everything is there
and checked the target's revision says that a copy is not finished: no other command opens it, and
the same copy, run again, goes on (``transfer``). The last transaction makes the index and the next
ids and takes that mark away.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, Table, func, select, text
from sqlalchemy.orm import Session

from scraper.errors import StorageError
from storage.database.engine import connect_unchecked, open_engine, reading, rows_by_id, writing
from storage.database.places import Place, ServerAddress
from storage.database.schema import COPYING, HEAD, UnfinishedCopyError
from storage.maintenance.transfer import (
    OtherRowsError,
    TableCopy,
    all_goods,
    bring,
    count_rows,
    fingerprint,
    link,
)
from storage.models import Article, Snapshot, Version, table_of
from storage.proof.digests import snapshot_digest, version_digest
from storage.proof.entries import compute_article_digest
from storage.search import index

CHECKED_AHEAD = 8
"""Rows with their texts and pages that are read ahead to be checked."""
_SNAPSHOTS, _VERSIONS, _ARTICLES = table_of(Snapshot), table_of(Version), table_of(Article)
_REFERENCES = _SNAPSHOTS.alias("reference")
_DIGESTED_SNAPSHOTS = (
    select(_SNAPSHOTS, _REFERENCES.c.payload_digest.label("reference_digest"))
    .outerjoin(_REFERENCES, _REFERENCES.c.id == _SNAPSHOTS.c.reference_id)
    .order_by(_SNAPSHOTS.c.id)
)
_DIGESTED_VERSIONS = (
    select(_VERSIONS, _SNAPSHOTS.c.payload_digest)
    .outerjoin(_SNAPSHOTS, _SNAPSHOTS.c.id == _VERSIONS.c.snapshot_id)
    .order_by(_VERSIONS.c.id)
)

Note = Callable[[str, int, int], None]
"""Hears how far it is: what is done, how many rows are, of how many (0: not known)."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy did."""

    articles: int
    versions: int
    snapshots: int
    was_there: bool = False
    """The target held exactly this archive already."""
    damaged: int = 0
    """Rows that do not fit their digest, in the source as well as in the copy."""


def copy_archive(source: Engine, place: Place, origin: str, note: Note = lambda *_: None) -> Copied:
    """Copy everything from ``source``, called ``origin``, into the database at ``place``.

    The target must be missing, empty, or an unfinished copy of the same origin. The caller holds
    its run lock. Raises ``StorageError``.
    """
    try:
        target = open_engine(place)
    except UnfinishedCopyError:
        target = connect_unchecked(place)
    try:
        if not _begin(target, place, origin):
            return _compare_finished(source, target, place, note)
        try:
            return _go_on(source, target, place, note)
        except OtherRowsError:
            # The source has changed since the copy was interrupted, in such a way that rows of
            # both do not go together: rare enough to begin anew.
            _clear(target)
        try:
            return _go_on(source, target, place, note)
        except OtherRowsError as error:
            raise StorageError(
                f"{place}: the rows of the source do not go together ({error}): `kliping verify` "
                "says what is wrong with it"
            ) from error
    finally:
        target.dispose()


def is_same_place(one: Place, other: Place) -> bool:
    if isinstance(one, ServerAddress) or isinstance(other, ServerAddress):
        return one == other
    return os.path.realpath(one) == os.path.realpath(other)


def name_origin(place: Place) -> str:
    """By which a copy that is taken up again knows where it is from."""
    return str(place) if isinstance(place, ServerAddress) else os.path.realpath(place)


# --------------------------------------------------------------------- begin, go on, end


def _begin(target: Engine, place: Place, origin: str) -> bool:
    """Mark the target as an unfinished copy; ``False`` where it holds a whole archive."""
    with writing(target) as session:
        if _revision(session) == COPYING:
            known, schema = session.execute(text("SELECT origin, revision FROM copying")).one()
            if known != origin:
                raise StorageError(
                    f"{place}: a copy of {known} into it is not finished: finish that one, or name "
                    "another database"
                )
            if schema != HEAD:
                raise StorageError(
                    f"{place}: a copy into it was begun by another version of kliping: remove it, "
                    "and begin anew"
                )
            return True
        if any(_has_rows(session, goods.table) for goods in all_goods()):
            return False
        session.execute(text("CREATE TABLE copying (origin TEXT NOT NULL, revision TEXT NOT NULL)"))
        values = {"origin": origin, "revision": HEAD}
        session.execute(text("INSERT INTO copying VALUES (:origin, :revision)"), values)
        session.execute(text("UPDATE alembic_version SET version_num = :now"), {"now": COPYING})
        return True


def _go_on(source: Engine, target: Engine, place: Place, note: Note) -> Copied:
    goods = all_goods()
    with reading(source) as session:
        given = session.connection()
        totals = {one.name: count_rows(one, given) for one in goods}
        for one in goods:
            bring(one, given, target, partial(_note_rows, note, one.name, totals[one.name]))
        for one in goods:
            link(one, given, target)
        damaged = _check(goods, given, target, place, note)
        last_ids = {one.name: _last_id(given, one.table) for one in goods}
    note("search index", 0, 0)
    with writing(target) as session:
        index.rebuild(session)
        for one in goods:
            _set_last_id(session, one.table, last_ids[one.name])
        session.execute(text("DROP TABLE copying"))
        session.execute(text("UPDATE alembic_version SET version_num = :now"), {"now": HEAD})
    with writing(target) as session:  # what a planner would else guess until the next vacuum
        session.execute(text("ANALYZE"))
    return Copied(totals["article"], totals["version"], totals["snapshot"], damaged=damaged)


def _note_rows(note: Note, name: str, total: int, done: int) -> None:
    note(name, done, total)


def _compare_finished(source: Engine, target: Engine, place: Place, note: Note) -> Copied:
    """The copy may have been finished before, and its end not been told."""
    goods = all_goods()
    with reading(source) as given, reading(target) as there:
        one, other = given.connection(), there.connection()
        totals = {each.name: count_rows(each, one) for each in goods}
        is_same = all(count_rows(each, other) == totals[each.name] for each in goods)
        if not is_same or any(_compare(goods, one, other, note)):
            held = other.execute(select(func.count()).select_from(_ARTICLES)).scalar_one()
            articles = f"{held} article{'' if held == 1 else 's'}"
            raise StorageError(
                f"{place}: already holds another archive, with {articles}: name an empty or "
                "new database"
            )
        damaged = len({*_unfit(one)})
    return Copied(
        totals["article"], totals["version"], totals["snapshot"], was_there=True, damaged=damaged
    )


def _clear(target: Engine) -> None:
    with writing(target) as session:
        if target.dialect.name == "sqlite":
            session.execute(text("PRAGMA defer_foreign_keys = ON"))
            for one in reversed(all_goods()):
                session.execute(one.table.delete())
        else:
            names = ", ".join(f'"{one.name}"' for one in all_goods())
            session.execute(text(f"TRUNCATE {names} CASCADE"))


# --------------------------------------------------------------------- checking


def _check(
    goods: list[TableCopy], given: Connection, target: Engine, place: Place, note: Note
) -> int:
    """Whether everything arrived; how many rows do not fit their digest in the source either."""
    with reading(target) as session:
        there = session.connection()
        for one in goods:
            if count_rows(one, there) != count_rows(one, given):
                raise OtherRowsError(f"{one.name}: their number differs")
        for name in _compare(goods, given, there, note):
            raise StorageError(
                f"{place}: the copy's table {name} differs from its source: copy again; if that "
                "does not help, into a new database"
            )
        wrong = {*_unfit(there)}
    # What a digest covers is compared by it: a row that fits is what it was.
    return len(wrong) and _count_damaged(given, wrong, place)


def _compare(
    goods: list[TableCopy], one: Connection, other: Connection, note: Note
) -> Iterator[str]:
    """The tables that differ."""
    for number, each in enumerate(goods, start=1):
        note("tables checked", number, len(goods))
        if fingerprint(each, one) != fingerprint(each, other):
            yield each.name


def _unfit(connection: Connection) -> Iterator[tuple[str, int]]:
    """Snapshots, versions and articles that are not what their digest says."""
    options = {"stream_results": True, "yield_per": CHECKED_AHEAD}
    with connection.execute(_DIGESTED_SNAPSHOTS, execution_options=options) as rows:
        for row in rows:
            if snapshot_digest(row._asdict(), row.body, row.reference_digest) != row.digest:
                yield "snapshot", row.id
    with connection.execute(_DIGESTED_VERSIONS, execution_options=options) as rows:
        for row in rows:
            if version_digest(row._asdict(), row.payload_digest) != row.digest:
                yield "version", row.id
    yield from _unfit_articles(connection)


def _unfit_articles(connection: Connection) -> Iterator[tuple[str, int]]:
    with Session(connection) as session:
        for rows in rows_by_id(session, select(_ARTICLES), _ARTICLES.c.id):
            for row in rows:
                if compute_article_digest(session, row.id, row._asdict()) != row.digest:
                    yield "article", row.id


def _count_damaged(given: Connection, wrong: set[tuple[str, int]], place: Place) -> int:
    only_here = wrong - {*_unfit(given)}
    if only_here:
        name, row_id = min(only_here)
        raise StorageError(
            f"{place}: {name} {row_id} did not arrive as it was: copy into a new database"
        )
    return len(wrong)


# --------------------------------------------------------------------- ids


def _last_id(connection: Connection, table: Table) -> int:
    """The last id that was given to a row of a table, or would have been: none is given twice."""
    if connection.dialect.name == "sqlite":
        query = text("SELECT seq FROM sqlite_sequence WHERE name = :table")
        return int(connection.execute(query, {"table": table.name}).scalar() or 0)
    sequence = _sequence(connection, table)
    if sequence is None:
        return 0
    query = text(f"SELECT last_value FROM {sequence} WHERE is_called")  # noqa: S608 - its own name
    return int(connection.execute(query).scalar() or 0)


def _set_last_id(session: Session, table: Table, last_id: int) -> None:
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        if table.dialect_options["sqlite"]["autoincrement"] and last_id:
            values = {"table": table.name, "last": last_id}
            session.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), values)
            session.execute(
                text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :last)"), values
            )
        return
    sequence = _sequence(connection, table)
    if sequence is not None and last_id:
        values = {"sequence": sequence, "last": last_id}
        session.execute(text("SELECT setval(CAST(:sequence AS regclass), :last)"), values)


def _sequence(connection: Connection, table: Table) -> str | None:
    """The sequence of a table's ids, as PostgreSQL writes its name; ``None`` for none."""
    if "id" not in table.c:
        return None
    query = text("SELECT pg_get_serial_sequence(:table, 'id')")
    name: Any = connection.execute(query, {"table": table.name}).scalar()
    return None if name is None else str(name)


def _has_rows(session: Session, table: Table) -> bool:
    return session.execute(select(*table.primary_key.columns).limit(1)).first() is not None


def _revision(session: Session) -> str:
    return str(session.execute(text("SELECT version_num FROM alembic_version")).scalar_one())
