"""The chain: every entry says what it said, and stands where it stood."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Text, cast, func, select
from sqlalchemy.orm import Session

from storage.database.engine import reading
from storage.integrity.report import (
    UNREADABLE,
    ChainHead,
    Damage,
    Note,
    VerifyReport,
    damage_of,
    is_unwritable,
)
from storage.models import Entry, Seal, table_of
from storage.proof import entries
from storage.proof.digests import CHAIN_START, chain, entry_digest

CHUNK = 1000
"""Entries read at a time."""

_ENTRIES, _SEALS = table_of(Entry), table_of(Seal)
_PLACE = (_ENTRIES.c.id, _ENTRIES.c.position, _ENTRIES.c.digest, _ENTRIES.c.redacted)


def load_last_head(engine: Engine) -> ChainHead:
    """Where the chain is now. Raises ``StorageError``."""
    with reading(engine) as session:
        digest, position = entries.load_head(session)
        return ChainHead(position, digest)


def verify_chain(engine: Engine, now: datetime) -> VerifyReport:
    """Seal what is not in the chain yet, and check the chain alone. Raises ``StorageError`` where
    the database cannot be read now."""
    report = VerifyReport()
    seal_what_can_be(engine, now, report)
    try:
        report.add(check_chain(None, engine, report, lambda *_: None))
    except UNREADABLE as error:
        report.add([damage_of("chain", error)])
    return report


def seal_what_can_be(engine: Engine, now: datetime, report: VerifyReport) -> None:
    """Seal the latest entries, as far as they can be read; nothing where nothing is written.

    Raises ``StorageError`` where another process keeps the database locked.
    """
    try:
        entries.seal(engine, now)
    except UNREADABLE as error:
        if not is_unwritable(error):
            report.add([damage_of("chain", error)])
            return
        with reading(engine) as session:
            if unsealed := entries.count_unsealed(session):
                it_is = "entry is" if unsealed == 1 else "entries are"
                report.unchecked.append(f"the last {unsealed:,} {it_is} not in the chain yet")


def check_chain(
    against: ChainHead | None, engine: Engine, report: VerifyReport, note: Note
) -> Iterator[Damage]:
    """``against``: a head that was written down; what lies before it must be as it was then."""
    with reading(engine) as session:
        removed = load_redacted(session)
        rows = session.execute(select(_SEALS.c.position, _SEALS.c.digest)).all()
        seals = {row.position: row.digest for row in rows}
        # What a crawl seals meanwhile is left for the next time.
        end = session.scalar(select(func.max(_ENTRIES.c.position))) or 0
    state, position = CHAIN_START, 0
    wanted = dict(seals)
    report.checked["entries"] = 0
    for row, problem in _each_sealed(engine, end):
        position += 1
        report.checked["entries"] = position
        note("entries", position, end)
        if row.position != position:
            yield Damage("chain", f"entry {position} is missing: {row.position} follows")
            return
        yield from _check_entry(row, problem, removed)
        state = chain(state, [row.digest])
        sealed = wanted.pop(position, None)
        if sealed is not None and sealed != state:
            yield Damage("chain", f"it was broken before entry {position}: the seal does not fit")
            return
        if against is not None and position == against.position and against.digest != state:
            yield Damage("chain", f"the head {against} does not fit: something before it changed")
    report.head = ChainHead(position, state)
    for missing in sorted(wanted):
        yield Damage("chain", f"it was sealed up to entry {missing} and now ends at {position}")
    if against is not None and against.position > position:
        yield Damage("chain", f"the head {against} lies beyond its end, entry {position}")
    if against is not None and against.position == 0 and against.digest != CHAIN_START:
        yield Damage("chain", f"the head {against} is none of this program's")
    if position not in seals and position:
        yield Damage("chain", f"its end, entry {position}, was never sealed")
    for row, problem in _each(engine, _ENTRIES.c.id, _ENTRIES.c.position.is_(None)):
        report.checked["entries"] += 1
        yield from _check_entry(row, problem, removed)


def load_redacted(session: Session) -> set[int]:
    """The entries that removals say they emptied."""
    details = load_details(session, entries.EntryKind.REMOVAL)
    return {one for detail in details for one in detail.get("entries", ())}


def load_details(session: Session, kind: entries.EntryKind) -> Iterator[dict[str, Any]]:
    """The details of entries of one kind; none of what is damaged, which is told of its entry."""
    query = select(cast(_ENTRIES.c.detail, Text)).where(_ENTRIES.c.kind == kind.value)
    for text in session.scalars(query.where(_ENTRIES.c.detail.is_not(None))):
        try:
            detail = json.loads(text)
        except ValueError:
            continue
        if isinstance(detail, dict):
            yield detail


def _check_entry(row: Any, problem: Damage | None, removed: set[int]) -> Iterator[Damage]:
    if problem is not None:
        yield problem
    elif row.redacted:
        if row.id not in removed:
            yield Damage(f"entry {row.id}", "was emptied, and no removal says so")
    elif entry_digest(row._asdict()) != row.digest:
        yield Damage(f"entry {row.id}", f"what it says of {row.url} was changed")


def _each_sealed(engine: Engine, end: int) -> Iterator[tuple[Any, Damage | None]]:
    position = _ENTRIES.c.position
    return _each(engine, position, position <= end)


def _each(
    engine: Engine, key: ColumnElement[int], among: ColumnElement[bool]
) -> Iterator[tuple[Any, Damage | None]]:
    """Entries by a key that counts from 1; one that cannot be read by its place alone, and why."""
    last = 0
    while True:
        query = select(_ENTRIES).where(among, key > last).order_by(key)
        with reading(engine) as session:
            rows = [*_read(session, query.limit(CHUNK))]
        yield from rows
        if not rows:
            return
        reached = max(getattr(row, key.key or "") for row, _ in rows)
        if reached <= last:  # of a damaged table: each round must get further
            return
        last = reached


def _read(session: Session, query: Any) -> Iterator[tuple[Any, Damage | None]]:
    try:
        rows = session.execute(query).all()
    except UNREADABLE:
        places = query.with_only_columns(*_PLACE, maintain_column_froms=True)
        for place in session.execute(places).all():
            try:
                yield session.execute(select(_ENTRIES).where(_ENTRIES.c.id == place.id)).one(), None
            except UNREADABLE as error:
                yield place, damage_of(f"entry {place.id}", error)
    else:
        yield from ((row, None) for row in rows)
