"""Is everything as it was filed? Every stored page, version and article against its digest, every
entry against the chain, the links between tables, and the index against what it indexes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Engine, Table, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from scraper import urls
from scraper.errors import StorageError
from scraper.types import Verdict
from storage.database.engine import reading, writing
from storage.models import Article, Document, Entry, Page, Part, Seal, Snapshot, Version, table_of
from storage.proof import entries
from storage.proof.digests import (
    CHAIN_START,
    chain,
    entry_digest,
    snapshot_digest,
    version_digest,
)
from storage.search import index
from storage.snapshots import load_payload

CHUNK = 200
"""Rows read at a time."""
LISTED = 1000
"""Findings that are kept; what is beyond is counted."""

_SNAPSHOTS, _VERSIONS, _ARTICLES = table_of(Snapshot), table_of(Version), table_of(Article)
_ENTRIES, _SEALS, _PAGES = table_of(Entry), table_of(Seal), table_of(Page)
_PARTS, _DOCUMENTS = table_of(Part), table_of(Document)

Note = Callable[[str, int, int], None]
"""Hears how far it is: what is checked, how many were, of how many."""


@dataclass(frozen=True, slots=True)
class Head:
    """The chain's state after so many entries: to write down elsewhere."""

    position: int
    digest: bytes

    def __str__(self) -> str:
        return f"{self.position}:{self.digest.hex()}"

    @classmethod
    def parse(cls, given: str) -> Head:
        """Raises ``ValueError`` for what ``str`` did not make."""
        position, _, digest = given.strip().partition(":")
        if not (position.isascii() and position.isdecimal() and len(digest) == 64):
            raise ValueError("a head is a number, a colon and 64 hexadecimal digits")
        return cls(int(position), bytes.fromhex(digest))


@dataclass(frozen=True, slots=True)
class Damage:
    """Something that is not as it was stored."""

    what: str
    """``snapshot 12``, ``version 4 (of article 3)``, ``index``, …"""
    problem: str


@dataclass(slots=True)
class Report:
    """What was checked, and what was found."""

    checked: dict[str, int] = field(default_factory=dict)
    damage: list[Damage] = field(default_factory=list)
    total: int = 0
    """Of findings, those included that are not kept."""
    head: Head = Head(0, CHAIN_START)

    def add(self, findings: Iterable[Damage]) -> None:
        for one in findings:
            self.total += 1
            if len(self.damage) < LISTED:
                self.damage.append(one)


def load_last_head(engine: Engine) -> Head:
    """Where the chain is now. Raises ``StorageError``."""
    with reading(engine) as session:
        digest, position = entries.load_head(session)
        return Head(position, digest)


def verify(
    engine: Engine, now: datetime, against: Head | None = None, note: Note = lambda *_: None
) -> Report:
    """Seal what is not in the chain yet, and check everything. Damage is reported, never raised.

    ``against``: a head that was written down; what lies before it must be as it was then.
    """
    report = Report()
    try:
        entries.seal(engine, now)
    except StorageError as error:
        report.add([Damage("chain", f"the latest entries could not be sealed: {error}")])
    checks: tuple[tuple[str, Callable[[Engine, Report, Note], Iterator[Damage]]], ...] = (
        ("database", _check_database),
        ("snapshots", _check_snapshots),
        ("versions", _check_versions),
        ("articles", _check_articles),
        ("addresses", _check_pages),
        ("entries", partial(_check_chain, against)),
        ("index", _check_index),
    )
    for name, check in checks:
        report.checked[name] = 0
        try:
            report.add(check(engine, report, note))
        except (StorageError, DBAPIError, sqlite3.Error) as error:
            report.add([Damage(name, f"cannot be read: {_short(error)}")])
    return report


def _check_database(engine: Engine, report: Report, _note: Note) -> Iterator[Damage]:
    """What the database itself says of its file and of the links between tables."""
    report.checked["database"] = 1
    if engine.dialect.name != "sqlite":
        return  # it has checksums of its own, and never lets a link break
    with reading(engine) as session:
        for (finding,) in session.execute(text("PRAGMA integrity_check(100)")):
            if finding != "ok":
                yield Damage("database", str(finding))
        for table, row_id, parent, _ in session.execute(text("PRAGMA foreign_key_check")):
            yield Damage(f"{table} {row_id}", f"points to a row of {parent} that is not there")


def _check_snapshots(engine: Engine, report: Report, note: Note) -> Iterator[Damage]:
    for session, snapshot_id in _each(engine, _SNAPSHOTS, "snapshots", report, note):
        try:
            row = session.get_one(Snapshot, snapshot_id)
            reference = _payload_digest_of(session, row.reference_id)
            if snapshot_digest(vars(row), row.body, reference) != row.digest:
                yield Damage(f"snapshot {snapshot_id}", f"the stored page of {row.url} was changed")
            elif row.pruned_at is None:
                load_payload(session, row)
        except (StorageError, DBAPIError, ValueError) as error:
            yield Damage(f"snapshot {snapshot_id}", _short(error))


def _payload_digest_of(session: Session, snapshot_id: int | None) -> bytes | None:
    if snapshot_id is None:
        return None
    query = select(_SNAPSHOTS.c.payload_digest).where(_SNAPSHOTS.c.id == snapshot_id)
    digest: bytes | None = session.scalar(query)
    return digest


def _check_versions(engine: Engine, report: Report, note: Note) -> Iterator[Damage]:
    query = select(_VERSIONS, _SNAPSHOTS.c.payload_digest).outerjoin(
        _SNAPSHOTS, _SNAPSHOTS.c.id == _VERSIONS.c.snapshot_id
    )
    for session, version_id in _each(engine, _VERSIONS, "versions", report, note):
        name = f"version {version_id}"
        try:
            row = session.execute(query.where(_VERSIONS.c.id == version_id)).one()
            name = f"version {version_id} (of article {row.article_id})"
            if version_digest(row._asdict(), row.payload_digest) != row.digest:
                yield Damage(name, "what it says was changed")
        except (StorageError, DBAPIError, ValueError) as error:
            yield Damage(name, _short(error))
    unproven = (
        select(_VERSIONS.c.id, _VERSIONS.c.article_id)
        .outerjoin(_ENTRIES, _ENTRIES.c.version_digest == _VERSIONS.c.digest)
        .where(_ENTRIES.c.id.is_(None))
    )
    lost = (
        select(_ENTRIES.c.id, _ENTRIES.c.article_id, _ENTRIES.c.url, _ENTRIES.c.version_digest)
        .outerjoin(_VERSIONS, _VERSIONS.c.digest == _ENTRIES.c.version_digest)
        .where(_ENTRIES.c.version_digest.is_not(None), _VERSIONS.c.id.is_(None))
    )
    with reading(engine) as session:
        for version_id, article_id in session.execute(unproven):
            name = f"version {version_id} (of article {article_id})"
            yield Damage(name, "no entry of the chain says where it comes from")
        doubles = _load_doubles(session)
        for entry_id, article_id, url, digest in session.execute(lost):
            if digest in doubles:
                continue
            name = f"entry {entry_id}"
            yield Damage(name, f"its version of article {article_id} ({url}) is not there")


def _load_doubles(session: Session) -> set[bytes]:
    """The versions that went when two articles turned out to be one."""
    query = select(_ENTRIES.c.detail).where(_ENTRIES.c.kind == entries.Kind.JOINING.value)
    details = session.scalars(query)
    return {
        bytes.fromhex(one) for detail in details if detail for one in detail.get("versions", ())
    }


def _check_articles(engine: Engine, report: Report, note: Note) -> Iterator[Damage]:
    for session, article_id in _each(engine, _ARTICLES, "articles", report, note):
        name = f"article {article_id}"
        try:
            row = session.execute(select(_ARTICLES).where(_ARTICLES.c.id == article_id)).one()
            if entries.compute_article_digest(session, article_id, row._asdict()) != row.digest:
                yield Damage(name, f"what is known of {row.url} was changed")
        except (StorageError, DBAPIError, ValueError) as error:
            yield Damage(name, _short(error))


def _check_pages(engine: Engine, report: Report, note: Note) -> Iterator[Damage]:
    """An address and its key say the same."""
    for session, page_id in _each(engine, _PAGES, "addresses", report, note):
        query = select(_PAGES.c.url_key, _PAGES.c.canonical_url, _PAGES.c.forgotten_at).where(
            _PAGES.c.id == page_id
        )
        row = session.execute(query).one()
        if row.forgotten_at is None and urls.url_key(row.canonical_url) != row.url_key:
            yield Damage(f"address {page_id}", f"{row.canonical_url} was changed")


def _check_chain(
    against: Head | None, engine: Engine, report: Report, note: Note
) -> Iterator[Damage]:
    """Every entry says what it said, and stands where it stood."""
    with reading(engine) as session:
        removed = _load_redacted(session)
        rows = session.execute(select(_SEALS.c.position, _SEALS.c.digest)).all()
        seals = {row.position: row.digest for row in rows}
        total = session.scalar(select(func.count()).select_from(_ENTRIES)) or 0
    state, position = CHAIN_START, 0
    wanted = dict(seals)
    for row in _each_entry(engine):
        position += 1
        report.checked["entries"] = position
        note("entries", position, total)
        if row.position != position:
            yield Damage("chain", f"entry {position} is missing: {row.position} follows")
            return
        if row.redacted:
            if row.id not in removed:
                yield Damage(f"entry {row.id}", "was emptied, and no removal says so")
        elif entry_digest(row._asdict()) != row.digest:
            yield Damage(f"entry {row.id}", f"what it says of {row.url} was changed")
        state = chain(state, [row.digest])
        sealed = wanted.pop(position, None)
        if sealed is not None and sealed != state:
            yield Damage("chain", f"it was broken before entry {position}: the seal does not fit")
            return
        if against is not None and position == against.position and against.digest != state:
            yield Damage("chain", f"the head {against} does not fit: something before it changed")
    report.head = Head(position, state)
    for missing in sorted(wanted):
        yield Damage("chain", f"it was sealed up to entry {missing} and now ends at {position}")
    if against is not None and against.position > position:
        yield Damage("chain", f"the head {against} lies beyond its end, entry {position}")
    if against is not None and against.position == 0 and against.digest != CHAIN_START:
        yield Damage("chain", f"the head {against} is none of this program's")
    if position not in seals and position:
        yield Damage("chain", f"its end, entry {position}, was never sealed")


def _load_redacted(session: Session) -> set[int]:
    """The entries that removals say they emptied."""
    query = select(_ENTRIES.c.detail).where(_ENTRIES.c.kind == entries.Kind.REMOVAL.value)
    details = session.scalars(query)
    return {one for detail in details if detail for one in detail.get("entries", ())}


def _each_entry(engine: Engine) -> Iterator[Any]:
    last = 0
    while True:
        query = (
            select(_ENTRIES)
            .where(_ENTRIES.c.position > last)
            .order_by(_ENTRIES.c.position)
            .limit(CHUNK * 5)
        )
        with reading(engine) as session:
            rows = session.execute(query).all()
        yield from rows
        if not rows:
            return
        last = rows[-1].position


def _check_index(engine: Engine, report: Report, _note: Note) -> Iterator[Damage]:
    listed = _ARTICLES.c.verdict == Verdict.ARTICLE.value
    unindexed = (
        select(_ARTICLES.c.id)
        .outerjoin(_DOCUMENTS, _DOCUMENTS.c.article_id == _ARTICLES.c.id)
        .where(listed, _ARTICLES.c.current_version_id.is_not(None))
        .where(_DOCUMENTS.c.id.is_(None) | (_DOCUMENTS.c.id != _ARTICLES.c.filed_by))
    )
    with reading(engine) as session:
        report.checked["index"] = session.scalar(select(func.count()).select_from(_DOCUMENTS)) or 0
        for article_id in session.scalars(unindexed):
            yield Damage("index", f"article {article_id} cannot be found by its words")
    with writing(engine) as session:  # the index checks itself by a statement that writes
        for problem in index.check(session):
            yield Damage("index", problem)


def _each(
    engine: Engine, table: Table, name: str, report: Report, note: Note
) -> Iterator[tuple[Session, int]]:
    """The ids of a table, with a session in which that row's chunk is read."""
    last = 0
    with reading(engine) as session:
        total = session.scalar(select(func.count()).select_from(table)) or 0
    while True:
        # A steady view is not needed for longer than a chunk, and would keep the log growing.
        with reading(engine) as session:
            query = select(table.c.id).where(table.c.id > last).order_by(table.c.id).limit(CHUNK)
            ids = session.scalars(query).all()
            for row_id in ids:
                yield session, row_id
                report.checked[name] += 1
            session.expunge_all()
        if not ids:
            return
        note(name, report.checked[name], total)
        last = ids[-1]


def _short(error: BaseException) -> str:
    cause = getattr(error, "orig", None) or error
    return " ".join(str(cause).split())[:300]
