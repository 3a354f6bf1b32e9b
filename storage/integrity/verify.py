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
from storage.integrity import check_index
from storage.integrity.chain import check_chain, load_details, load_last_head, seal_what_can_be
from storage.integrity.check_addresses import check_fetches, check_pages
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
from storage.integrity.walking import check_rows
from storage.models import Article, Document, Entry, Image, Snapshot, Version, table_of
from storage.proof import entries
from storage.proof.digests import snapshot_digest, version_digest
from storage.saving import edit_rows
from storage.snapshots import load_payload

__all__ = ["ChainHead", "Damage", "Note", "VerifyReport", "load_last_head", "verify"]

_SNAPSHOTS, _VERSIONS, _ARTICLES = table_of(Snapshot), table_of(Version), table_of(Article)
_ENTRIES, _DOCUMENTS, _IMAGES = table_of(Entry), table_of(Document), table_of(Image)

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
        ("snapshots", partial(check_rows, _SNAPSHOTS, "snapshots", _check_snapshot)),
        ("versions", _check_versions),
        ("articles", partial(check_rows, _ARTICLES, "articles", partial(_check_article, report))),
        ("addresses", check_pages),
        ("images", _check_images),
        ("attempts", check_fetches),
        ("entries", partial(check_chain, against)),
        ("re-extractions", check_changes),
        ("stories", check_stories),
        ("edits", partial(check_rows, _ARTICLES, "edits", _check_edits)),
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


def _check_snapshot(session: Session, snapshot_id: int) -> Damage | None:
    row = session.get_one(Snapshot, snapshot_id)
    reference = select(_SNAPSHOTS.c.payload_digest).where(_SNAPSHOTS.c.id == row.reference_id)
    if snapshot_digest(vars(row), row.body, session.scalar(reference)) != row.digest:
        return Damage(f"snapshot {snapshot_id}", f"the stored page of {row.url} was changed")
    if row.pruned_at is None:
        load_payload(session, row)
    return None


def _check_versions(engine: Engine, report: VerifyReport, note: Note) -> Iterator[Damage]:
    yield from check_rows(_VERSIONS, "versions", _check_version, engine, report, note)
    with reading(engine) as session:
        yield from _check_origins(session)


def _check_version(session: Session, version_id: int) -> Damage | None:
    query = (
        select(_VERSIONS, _SNAPSHOTS.c.payload_digest)
        .outerjoin(_SNAPSHOTS, _SNAPSHOTS.c.id == _VERSIONS.c.snapshot_id)
        .where(_VERSIONS.c.id == version_id)
    )
    row = session.execute(query).one()
    if version_digest(row._asdict(), row.payload_digest) == row.digest:
        return None
    name = f"version {version_id} (of article {row.article_id})"
    return Damage(name, "what it says was changed")


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


def _check_images(engine: Engine, report: VerifyReport, _note: Note) -> Iterator[Damage]:
    """Each has an entry that says when its address gave these bytes."""
    its = and_(
        _ENTRIES.c.kind == entries.EntryKind.IMAGE.value,
        _ENTRIES.c.article_id == _IMAGES.c.article_id,
        _ENTRIES.c.url == _IMAGES.c.url,
        _ENTRIES.c.fetched_at == _IMAGES.c.fetched_at,
        _ENTRIES.c.payload_digest == _SNAPSHOTS.c.payload_digest,
    )
    stored = select(_IMAGES.c.article_id, _IMAGES.c.url).join(_SNAPSHOTS)
    unproven = stored.outerjoin(_ENTRIES, its).where(_ENTRIES.c.id.is_(None))
    with reading(engine) as session:
        count = select(func.count()).select_from(_IMAGES)
        report.checked["images"] = session.scalar(count) or 0
        for article_id, url in session.execute(unproven):
            name = f"image of article {article_id}"
            yield Damage(name, f"{url}: no entry of the chain says where it comes from")


def _check_article(report: VerifyReport, session: Session, article_id: int) -> Damage | None:
    row = session.execute(select(_ARTICLES).where(_ARTICLES.c.id == article_id)).one()
    report.rejected += row.verdict != Verdict.ARTICLE.value
    if entries.compute_article_digest(session, article_id, row._asdict()) == row.digest:
        return None
    return Damage(f"article {article_id}", f"what is known of {row.url} was changed")


def _check_edits(session: Session, article_id: int) -> Damage | None:
    """Takes the edits of an article anew."""
    if not edit_rows.differ(session, article_id):
        return None
    problem = "what its versions changed is stored otherwise than their texts say"
    return Damage(f"article {article_id}", problem, derived=True)


def _check_index(engine: Engine, report: VerifyReport, _note: Note) -> Iterator[Damage]:
    with reading(engine) as session:
        report.checked["index"] = session.scalar(select(func.count()).select_from(_DOCUMENTS)) or 0
        for problem in check_index.check(session):
            yield Damage("index", problem, True)
    try:
        with writing(engine) as session:  # the index checks itself by a statement that writes
            for problem in check_index.check_words(session):
                yield Damage("index", problem, True)
    except UNREADABLE as error:
        if not is_unwritable(error):
            raise
        report.unchecked.append(
            "the index was not compared with the texts, which needs a file that can be written"
        )
