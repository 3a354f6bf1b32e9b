"""Is everything as it was filed? Every stored page, version and article against its digest, every
entry against the chain, the links between tables, and the index against what it indexes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from sqlalchemy import Engine, and_, func, select, text
from sqlalchemy.orm import Session

from scraper.model.types import Verdict
from storage.database.engine import reading, writing
from storage.integrity.chain import check_chain, load_details, load_last_head, seal_what_can_be
from storage.integrity.check_addresses import check_fetches, check_pages
from storage.integrity.check_edits import check_edits
from storage.integrity.check_reextractions import check_changes
from storage.integrity.check_schema import check_shape
from storage.integrity.check_stories import check_stories
from storage.integrity.check_types import check_cells, check_links
from storage.integrity.report import (
    UNREADABLE,
    ChainHead,
    Damage,
    Note,
    VerifyReport,
    damage_of,
    is_unwritable,
)
from storage.integrity.walking import each_row
from storage.models import Article, Document, Entry, Snapshot, Version, table_of
from storage.proof import entries
from storage.proof.digests import snapshot_digest, version_digest
from storage.search import index
from storage.snapshots import load_payload

__all__ = ["ChainHead", "Damage", "Note", "VerifyReport", "load_last_head", "verify"]

_SNAPSHOTS, _VERSIONS, _ARTICLES = table_of(Snapshot), table_of(Version), table_of(Article)
_ENTRIES, _DOCUMENTS = table_of(Entry), table_of(Document)

Check = Callable[[Engine, VerifyReport, Note], Iterator[Damage]]


def verify(
    engine: Engine, now: datetime, against: ChainHead | None = None, note: Note = lambda *_: None
) -> VerifyReport:
    """Seal what is not in the chain yet, and check everything. Damage is reported, never raised.

    ``against``: a head that was written down; what lies before it must be as it was then. Raises
    ``StorageError`` where the database cannot be read now: another process keeps it locked, the
    connection was lost.
    """
    report = VerifyReport()
    seal_what_can_be(engine, now, report)
    checks: tuple[tuple[str, Check], ...] = (
        ("database", _check_database),
        ("schema", check_shape),
        ("values", lambda engine, _report, _note: check_cells(engine)),
        ("links", lambda engine, _report, _note: check_links(engine)),
        ("snapshots", _check_snapshots),
        ("versions", _check_versions),
        ("articles", _check_articles),
        ("addresses", check_pages),
        ("attempts", check_fetches),
        ("entries", partial(check_chain, against)),
        ("re-extractions", check_changes),
        ("stories", check_stories),
        ("edits", check_edits),
        ("index", _check_index),
    )
    for name, check in checks:
        report.checked[name] = 0
        try:
            report.add(check(engine, report, note))
        except UNREADABLE as error:
            found = damage_of(name, error)
            report.add([Damage(name, f"cannot be read: {found.problem}")])
    return report


def _check_database(engine: Engine, report: VerifyReport, _note: Note) -> Iterator[Damage]:
    """What the database itself says of its file."""
    report.checked["database"] = 1
    if engine.dialect.name != "sqlite":
        return  # it has checksums of its own
    with reading(engine) as session:
        for (finding,) in session.execute(text("PRAGMA integrity_check(100)")):
            if finding == "ok":
                continue
            # Newer SQLites have the index check itself, too.
            of_index = "FTS5 table" in str(finding)
            yield Damage("index" if of_index else "database", str(finding), of_index)


def _check_snapshots(engine: Engine, report: VerifyReport, note: Note) -> Iterator[Damage]:
    for session, snapshot_id in each_row(engine, _SNAPSHOTS, "snapshots", report, note):
        try:
            row = session.get_one(Snapshot, snapshot_id)
            reference = _payload_digest_of(session, row.reference_id)
            if snapshot_digest(vars(row), row.body, reference) != row.digest:
                yield Damage(f"snapshot {snapshot_id}", f"the stored page of {row.url} was changed")
            elif row.pruned_at is None:
                load_payload(session, row)
        except UNREADABLE as error:
            yield damage_of(f"snapshot {snapshot_id}", error)


def _payload_digest_of(session: Session, snapshot_id: int | None) -> bytes | None:
    if snapshot_id is None:
        return None
    query = select(_SNAPSHOTS.c.payload_digest).where(_SNAPSHOTS.c.id == snapshot_id)
    digest: bytes | None = session.scalar(query)
    return digest


def _check_versions(engine: Engine, report: VerifyReport, note: Note) -> Iterator[Damage]:
    query = select(_VERSIONS, _SNAPSHOTS.c.payload_digest).outerjoin(
        _SNAPSHOTS, _SNAPSHOTS.c.id == _VERSIONS.c.snapshot_id
    )
    for session, version_id in each_row(engine, _VERSIONS, "versions", report, note):
        name = f"version {version_id}"
        try:
            row = session.execute(query.where(_VERSIONS.c.id == version_id)).one()
            name = f"version {version_id} (of article {row.article_id})"
            if version_digest(row._asdict(), row.payload_digest) != row.digest:
                yield Damage(name, "what it says was changed")
        except UNREADABLE as error:
            yield damage_of(name, error)
    with reading(engine) as session:
        yield from _check_origins(session)


def _check_origins(session: Session) -> Iterator[Damage]:
    """Every version has an entry that says where it comes from, and every entry its version."""
    proves = and_(
        _ENTRIES.c.version_digest == _VERSIONS.c.digest,
        _ENTRIES.c.article_id == _VERSIONS.c.article_id,
    )
    unproven = (
        select(_VERSIONS.c.id, _VERSIONS.c.article_id)
        .outerjoin(_ENTRIES, proves)
        .where(_ENTRIES.c.id.is_(None))
    )
    for version_id, article_id in session.execute(unproven):
        name = f"version {version_id} (of article {article_id})"
        yield Damage(name, "no entry of the chain says where it comes from")
    lost = (
        select(_ENTRIES.c.id, _ENTRIES.c.article_id, _ENTRIES.c.url, _ENTRIES.c.version_digest)
        .outerjoin(_VERSIONS, proves)
        .where(_ENTRIES.c.version_digest.is_not(None), _VERSIONS.c.id.is_(None))
    )
    # The versions that went when two articles turned out to be one.
    details = load_details(session, entries.EntryKind.JOINING)
    doubles = {bytes.fromhex(one) for detail in details for one in detail.get("versions", ())}
    for entry_id, article_id, url, digest in session.execute(lost):
        if digest not in doubles:
            problem = f"its version of article {article_id} ({url}) is not there"
            yield Damage(f"entry {entry_id}", problem)


def _check_articles(engine: Engine, report: VerifyReport, note: Note) -> Iterator[Damage]:
    for session, article_id in each_row(engine, _ARTICLES, "articles", report, note):
        name = f"article {article_id}"
        try:
            row = session.execute(select(_ARTICLES).where(_ARTICLES.c.id == article_id)).one()
            report.rejected += row.verdict != Verdict.ARTICLE.value
            if entries.compute_article_digest(session, article_id, row._asdict()) != row.digest:
                yield Damage(name, f"what is known of {row.url} was changed")
        except UNREADABLE as error:
            yield damage_of(name, error)


def _check_index(engine: Engine, report: VerifyReport, _note: Note) -> Iterator[Damage]:
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
            yield Damage("index", f"article {article_id} cannot be found by its words", True)
        for problem in index.check(session):
            yield Damage("index", problem, True)
    try:
        with writing(engine) as session:  # the index checks itself by a statement that writes
            for problem in index.check_words(session):
                yield Damage("index", problem, True)
    except UNREADABLE as error:
        if not is_unwritable(error):
            raise
        report.unchecked.append(
            "the index was not compared with the texts, which needs a file that can be written"
        )
