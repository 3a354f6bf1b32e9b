"""Today's reading of one article takes the place of the stored one, and is taken back again; each
in the caller's transaction.

What was there stays: today's reading is a version of its own, of cause ``extractor``, which is no
edit of the publisher's. A reading with another section, byline or list in the same words is one,
too: its content hash is one of its whole look, as that of its words is taken. ``dedup`` goes by the
words, and finds such versions the same.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from scraper import urls
from scraper.model.types import Outcome, Verdict
from storage import addresses
from storage.database.engine import insert_into
from storage.integrity import entries
from storage.integrity.digests import version_digest
from storage.integrity.entries import Kind
from storage.models import Article, Fetch, Likeness, Snapshot, Version, table_of
from storage.reextraction.findings import State, unpack
from storage.saving import edit_rows, stories
from storage.saving.save_plan import EXTRACTOR, PUBLISHER
from storage.saving.snapshots import copy_parts
from storage.search import index
from storage.text.fingerprint import fold, scrub

_ARTICLES, _VERSIONS = table_of(Article), table_of(Version)
_FETCHES, _SNAPSHOTS, _LIKENESS = table_of(Fetch), table_of(Snapshot), table_of(Likeness)
_LOOKS = (
    "title",
    "byline",
    "authors",
    "published_at",
    "published_offset",
    "published_precision",
    "published_zone",
    "published_relative",
    "modified_at",
    "language",
    "site_name",
    "image_url",
    "section",
    "tags",
    "body",
    "blocks",
)
"""What a reader sees of a version."""
CARD = select(
    _ARTICLES.c.id,
    _ARTICLES.c.url,
    _ARTICLES.c.site,
    _ARTICLES.c.verdict,
    _ARTICLES.c.evidence,
    _ARTICLES.c.filed_by,
    _ARTICLES.c.duplicate_of,
    _ARTICLES.c.current_version_id,
).where(_ARTICLES.c.id == bindparam("article"))
_SAME_WORDS = select(_VERSIONS).where(
    _VERSIONS.c.article_id == bindparam("article"), _VERSIONS.c.wording_hash == bindparam("words")
)
_HAS_CONTENT = select(_VERSIONS.c.id).where(
    _VERSIONS.c.article_id == bindparam("article"), _VERSIONS.c.content_hash == bindparam("content")
)
_BODY = select(_VERSIONS.c.body).where(_VERSIONS.c.id == bindparam("version"))
_TWIN = (
    select(_ARTICLES.c.id)
    .join(_VERSIONS, _VERSIONS.c.article_id == _ARTICLES.c.id)
    .where(_VERSIONS.c.text_hash == bindparam("text"), _VERSIONS.c.accepted)
    .where(_ARTICLES.c.verdict == Verdict.ARTICLE.value, _ARTICLES.c.id != bindparam("article"))
    .order_by(_ARTICLES.c.id)
    .limit(1)
)
_TWIN_HERE = _TWIN.where(_ARTICLES.c.site == bindparam("site"))
_TWIN_ELSEWHERE = _TWIN.where(_ARTICLES.c.site != bindparam("site"))
_RESIDENT = select(_ARTICLES.c.id).where(
    _ARTICLES.c.url_key == bindparam("key"), _ARTICLES.c.id != bindparam("article")
)
_LAST_FETCH = (
    select(_FETCHES.c.page_id, _FETCHES.c.requested_url, _FETCHES.c.url, _FETCHES.c.status)
    .where(_FETCHES.c.article_id == bindparam("article"), _FETCHES.c.snapshot_id.is_not(None))
    .order_by(_FETCHES.c.id.desc())
    .limit(1)
)
_CONFIRM = (
    update(_VERSIONS)
    .where(_VERSIONS.c.id == bindparam("version"))
    .where(_VERSIONS.c.extractor_version != bindparam("extractor"))
    .where(func.coalesce(_VERSIONS.c.confirmed_by, "") != bindparam("extractor"))
    .values(confirmed_by=bindparam("extractor"))
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A reading that was staged (a row of ``reextraction_change``)."""

    go_id: int
    article_id: int
    version_id: int | None
    """The version that was read again."""
    was: Verdict
    values: Mapping[str, Any]
    """As ``rereading.pack`` gives them."""


@dataclass(frozen=True, slots=True)
class Applied:
    state: State
    """``CHANGES`` or ``FILES`` where it was applied; ``SAME``, ``COPY`` or ``OVERTAKEN``."""
    made_version_id: int | None = None
    undo: dict[str, Any] | None = None
    """What ``take_back`` needs; JSON."""
    note: str = ""


# --------------------------------------------------------------------- applying


def confirm(session: Session, article_id: int, version_id: int, extractor: str) -> None:
    """This extractor makes the same of the version: it need not read it again."""
    values = {"version": version_id, "extractor": extractor}
    if session.connection().execute(_CONFIRM, values).rowcount:
        entries.sign(session, article_id)


def find_copy(session: Session, article_id: int, site: str, text_hash: bytes | None) -> int | None:
    """The article of this site that has the text already, of a page that would be one."""
    if text_hash is None:
        return None
    values = {"article": article_id, "text": text_hash, "site": site}
    found: int | None = session.scalar(_TWIN_HERE, values)
    return found


def apply(session: Session, reading: Reading, now: datetime) -> Applied:
    """Make a reading the article's current version; it is filed if it was no article."""
    card = session.execute(CARD, {"article": reading.article_id}).one()
    if (card.current_version_id, card.verdict) != (reading.version_id, reading.was.value):
        return Applied(State.OVERTAKEN)
    values, evidence = unpack(reading.values)
    files = reading.was is not Verdict.ARTICLE
    if files and (copy := find_copy(session, card.id, card.site, values["text_hash"])):
        return Applied(State.COPY, note=f"same text as article {copy}")
    before = session.scalar(_BODY, {"version": reading.version_id}) if not files else None
    payload_digest = session.scalar(
        select(_SNAPSHOTS.c.payload_digest).where(_SNAPSHOTS.c.id == values["snapshot_id"])
    )
    index.remove(session, card.id)
    cause = PUBLISHER if files else EXTRACTOR
    version, undo = _make_version(session, reading, values, cause, payload_digest, now)
    if version.id == reading.version_id and not files:
        index.add(session, card.id)
        confirm(session, card.id, version.id, values["extractor_version"])
        return Applied(State.SAME)
    changed: dict[str, Any] = {"current_version_id": version.id}
    if files:
        changed |= _file(session, reading, card, values, payload_digest) | {"evidence": evidence}
        undo["fetch"] = changed["filed_by"]
    undo["article"] = {name: getattr(card, name) for name in changed}
    session.execute(update(_ARTICLES).where(_ARTICLES.c.id == card.id).values(**changed))
    index.add(session, card.id)
    if values["body"] != before:
        stories.follow(session, card.id, before, values["body"])
    if changed.get("duplicate_of") is not None:
        stories.join(session, [card.id, changed["duplicate_of"]])
    record(session, card, now, values, payload_digest, version.digest, reading.go_id)
    edit_rows.refresh(session, card.id)
    entries.sign(session, card.id)
    return Applied(State.FILES if files else State.CHANGES, version.id, undo)


def _make_version(
    session: Session,
    reading: Reading,
    values: dict[str, Any],
    cause: str,
    payload_digest: bytes | None,
    now: datetime,
) -> tuple[Any, dict[str, Any]]:
    """The version's row (``id``, ``digest``), made or found, and what undoes that."""
    words = {"article": reading.article_id, "words": values["wording_hash"]}
    looks = _look(values)
    for row in session.execute(_SAME_WORDS, words):
        if _look(row._asdict()) == looks:
            session.execute(
                update(_VERSIONS).where(_VERSIONS.c.id == row.id).values(accepted=True, reason=None)
            )
            confirm(session, reading.article_id, row.id, values["extractor_version"])
            return row, {"made": False, "accepted": row.accepted, "reason": row.reason}
    taken = {"article": reading.article_id, "content": values["content_hash"]}
    if session.scalar(_HAS_CONTENT, taken) is not None:
        values["content_hash"] = sha256(values["content_hash"] + looks).digest()
    row_values = {
        **values,
        "article_id": reading.article_id,
        "accepted": True,
        "cause": cause,
        "first_seen_at": now,
    }
    row_values["digest"] = version_digest(row_values, payload_digest)
    statement = insert_into(Version).returning(_VERSIONS.c.id, _VERSIONS.c.digest)
    row = session.execute(statement, row_values).one()
    if reading.version_id is not None:
        copy_parts(session, reading.version_id, row.id)
    return row, {"made": True}


def _look(values: Mapping[str, Any]) -> bytes:
    """A digest of what a reader sees, typography folded."""
    shown = [_fold(values[name]) for name in _LOOKS]
    return sha256(json.dumps(shown, ensure_ascii=False, default=str).encode()).digest()


def _fold(value: Any) -> Any:
    """As it comes back from a database."""
    if isinstance(value, str):
        return fold(scrub(value))
    if isinstance(value, list | tuple):
        return [_fold(each) for each in value]
    if isinstance(value, dict):
        return {key: _fold(each) for key, each in sorted(value.items())}
    if isinstance(value, datetime):
        return value.timestamp()
    return value


def _file(
    session: Session,
    reading: Reading,
    card: Any,
    values: Mapping[str, Any],
    payload_digest: bytes | None,
) -> dict[str, Any]:
    """The columns of an article that is filed now: last of all, as one that a crawl brought.

    The order of filing is that of the attempts: so this is one, without a run.
    """
    other = None
    if values["text_hash"] is not None:
        twin = {"article": card.id, "text": values["text_hash"], "site": card.site}
        other = session.scalar(_TWIN_ELSEWHERE, twin)
    last = session.execute(_LAST_FETCH, {"article": card.id}).first()
    attempt = {
        "run_id": None,
        "source_id": None,
        "page_id": last.page_id if last else None,
        "article_id": card.id,
        "snapshot_id": values["snapshot_id"],
        "outcome": (Outcome.NEW if other is None else Outcome.DUPLICATE).value,
        "reason": f"read again by re-extraction {reading.go_id}",
        "status": last.status if last else None,
        "fetched_at": values["fetched_at"],
        "requested_url": last.requested_url if last else values["url"],
        "url": values["url"],
        "payload_digest": payload_digest,
        "with_credentials": values["with_credentials"],
    }
    statement = insert_into(Fetch).returning(_FETCHES.c.id)
    there = {"article": card.id, "key": addresses.parse(values["url"]).key}
    is_taken = session.scalar(_RESIDENT, there) is not None  # another article stands there by now
    home = card.url if is_taken else values["url"]
    return {
        "verdict": Verdict.ARTICLE.value,
        "filed_by": session.execute(statement, attempt).scalar_one(),
        "duplicate_of": other,
        "url": home,
        "site": urls.site_of(home),
    }


def record(
    session: Session,
    card: Any,
    now: datetime,
    origin: Mapping[str, Any],
    payload_digest: bytes | None,
    digest: bytes | None,
    go_id: int,
    *,
    undone: bool = False,
) -> None:
    entries.record(
        session,
        Kind.REEXTRACTION,
        now,
        article_id=card.id,
        url=origin["url"],
        fetched_at=origin["fetched_at"],
        payload_digest=payload_digest,
        version_digest=digest,
        detail={"reextraction": go_id} | ({"undone": True} if undone else {}),
    )
