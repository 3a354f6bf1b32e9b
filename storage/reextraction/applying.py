"""Today's reading of an article takes the place of the stored one, in the caller's transaction.

What was there stays: today's reading is a version of its own, of cause ``extractor``, which is no
edit of the publisher's. A reading with another section, byline or list in the same words is one,
too: its content hash is one of its whole look, as that of its words is taken. ``dedup`` goes by the
words, and finds such versions the same.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select, update
from sqlalchemy.orm import Session

from scraper import urls
from scraper.model.types import Outcome, Verdict
from storage import addresses
from storage.contents import version_values
from storage.database.engine import insert_into
from storage.models import Article, Fetch, ReextractionChange, Snapshot, Version, table_of
from storage.proof import entries
from storage.proof.digests import version_digest
from storage.records import EXTRACTOR, PUBLISHER
from storage.reextraction.findings import Finding, State
from storage.saving import edit_rows, stories, versions
from storage.search import index
from storage.snapshots import copy_parts
from storage.text.fingerprint import content_of, fold, scrub


class Card(NamedTuple):
    """The columns of an article that a re-extraction may change."""

    id: int
    url: str
    site: str
    verdict: str
    evidence: str
    filed_by: int
    duplicate_of: int | None
    current_version_id: int | None


class MadeVersion(NamedTuple):
    id: int
    digest: bytes | None
    undo: dict[str, Any]
    """``made``: whether there was none with this look before; else what the old one said."""


_ARTICLES, _VERSIONS = table_of(Article), table_of(Version)
_FETCHES, _SNAPSHOTS = table_of(Fetch), table_of(Snapshot)
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
_CARD = select(*(_ARTICLES.c[name] for name in Card._fields)).where(
    _ARTICLES.c.id == bindparam("article")
)
_SITE = select(_ARTICLES.c.site).where(_ARTICLES.c.id == bindparam("article")).scalar_subquery()
_SAME_WORDS = select(_VERSIONS).where(
    _VERSIONS.c.article_id == bindparam("article"), _VERSIONS.c.wording_hash == bindparam("words")
)
_HAS_CONTENT = select(_VERSIONS.c.id).where(
    _VERSIONS.c.article_id == bindparam("article"), _VERSIONS.c.content_hash == bindparam("content")
)
_PAYLOAD = select(_SNAPSHOTS.c.payload_digest).where(_SNAPSHOTS.c.id == bindparam("snapshot"))
_BODY = select(_VERSIONS.c.body).where(_VERSIONS.c.id == bindparam("version"))
_TWINS = _ARTICLES.alias("twins")
_TWIN = (
    select(_TWINS.c.id)
    .join(_VERSIONS, _VERSIONS.c.article_id == _TWINS.c.id)
    .where(_VERSIONS.c.text_hash == bindparam("text"), _VERSIONS.c.accepted)
    .where(_TWINS.c.verdict == Verdict.ARTICLE.value, _TWINS.c.id != bindparam("article"))
    .order_by(_TWINS.c.id)
    .limit(1)
)
_TWIN_HERE, _TWIN_ELSEWHERE = (
    _TWIN.where(_TWINS.c.site == _SITE),
    _TWIN.where(_TWINS.c.site != _SITE),
)
_RESIDENT = select(_ARTICLES.c.id).where(
    _ARTICLES.c.url_key == bindparam("key"), _ARTICLES.c.id != bindparam("article")
)
_LAST_FETCH = (
    select(_FETCHES.c.page_id, _FETCHES.c.requested_url, _FETCHES.c.url, _FETCHES.c.status)
    .where(_FETCHES.c.article_id == bindparam("article"), _FETCHES.c.snapshot_id.is_not(None))
    .order_by(_FETCHES.c.id.desc())
    .limit(1)
)


def load_card(session: Session, article_id: int) -> Card | None:
    row = session.execute(_CARD, {"article": article_id}).first()
    return None if row is None else Card(*row)


def confirm(session: Session, article_id: int, version_id: int, extractor: str) -> None:
    """This extractor makes the same of the version: it need not read it again."""
    if versions.confirm(session, version_id, extractor):
        entries.sign(session, article_id)


def find_copy(session: Session, finding: Finding) -> Finding:
    """The finding; ``COPY`` where it would file a text that an article of this site has already."""
    if finding.state is not State.FILES or finding.reading is None:
        return finding
    copy = _find_twin(session, _TWIN_HERE, finding.article_id, content_of(finding.reading).text)
    if copy is None:
        return finding
    note = f"same text as article {copy}"
    return replace(finding, state=State.COPY, note=note, changes=(), reading=None)


def _find_twin(
    session: Session, query: Select[Any], article_id: int, text: bytes | None
) -> int | None:
    if text is None:
        return None
    twin: int | None = session.scalar(query, {"article": article_id, "text": text})
    return twin


def apply(session: Session, card: Card, finding: Finding, run_id: int, now: datetime) -> State:
    """Make a reading the article's current version; it is filed if it was no article.

    Returns ``CHANGES`` or ``FILES`` where it was applied, else ``SAME`` or ``OVERTAKEN``.
    """
    assert finding.reading is not None
    if (card.current_version_id, card.verdict) != (finding.version_id, finding.was.value):
        return State.OVERTAKEN
    article, files = finding.reading, finding.was is not Verdict.ARTICLE
    values = {**finding.origin, **version_values(article, content_of(article))}
    before = None if files else session.scalar(_BODY, {"version": finding.version_id})
    payload_digest = session.scalar(_PAYLOAD, {"snapshot": values["snapshot_id"]})
    index.remove(session, card.id)
    cause = PUBLISHER if files else EXTRACTOR
    version = _make_version(session, finding, values, cause, payload_digest, now)
    if version.id == finding.version_id and not files:
        index.add(session, card.id)
        confirm(session, card.id, version.id, article.extractor_version)
        return State.SAME
    undo, changed = version.undo, dict[str, Any](current_version_id=version.id)
    if files:
        changed |= _file(session, card, values, payload_digest, run_id)
        changed["evidence"] = article.evidence
        undo["fetch"] = changed["filed_by"]
    undo["article"] = {name: getattr(card, name) for name in changed}
    session.execute(update(_ARTICLES).where(_ARTICLES.c.id == card.id).values(**changed))
    index.add(session, card.id)
    if values["body"] != before:
        stories.follow(session, card.id, before, values["body"])
    if changed.get("duplicate_of") is not None:
        stories.join(session, [card.id, changed["duplicate_of"]])
    versions.record_reading(
        session,
        now,
        card.id,
        values,
        payload_digest=payload_digest,
        version_digest=version.digest,
        detail={"reextraction": run_id},
    )
    edit_rows.refresh(session, card.id)
    entries.sign(session, card.id)
    change = {
        "reextraction_id": run_id,
        "article_id": card.id,
        "version_id": finding.version_id,
        "made_version_id": version.id,
        "undo": undo,
    }
    session.execute(insert_into(ReextractionChange), change)
    return State.FILES if files else State.CHANGES


def _make_version(
    session: Session,
    finding: Finding,
    values: dict[str, Any],
    cause: str,
    payload_digest: bytes | None,
    now: datetime,
) -> MadeVersion:
    article_id = finding.article_id
    words = {"article": article_id, "words": values["wording_hash"]}
    looks = _look(values)
    for row in session.execute(_SAME_WORDS, words):
        if _look(row._asdict()) == looks:
            session.execute(
                update(_VERSIONS).where(_VERSIONS.c.id == row.id).values(accepted=True, reason=None)
            )
            confirm(session, article_id, row.id, values["extractor_version"])
            undo = {"made": False, "accepted": row.accepted, "reason": row.reason}
            return MadeVersion(row.id, row.digest, undo)
    taken = {"article": article_id, "content": values["content_hash"]}
    if session.scalar(_HAS_CONTENT, taken) is not None:
        values["content_hash"] = sha256(values["content_hash"] + looks).digest()
    row_values = {
        **values,
        "article_id": article_id,
        "accepted": True,
        "cause": cause,
        "first_seen_at": now,
    }
    row_values["digest"] = version_digest(row_values, payload_digest)
    statement = insert_into(Version).returning(_VERSIONS.c.id)
    version_id: int = session.execute(statement, row_values).scalar_one()
    if finding.version_id is not None:
        copy_parts(session, finding.version_id, version_id)
    return MadeVersion(version_id, row_values["digest"], {"made": True})


def _look(values: Mapping[str, Any]) -> bytes:
    """A digest of what a reader sees, typography folded."""
    shown = [_fold(values[name]) for name in _LOOKS]
    return sha256(json.dumps(shown, ensure_ascii=False, default=str).encode()).digest()


def _fold(value: Any) -> Any:
    """As it comes back from a database."""
    if isinstance(value, str):
        return fold(scrub(value))
    if isinstance(value, list | tuple):
        return [_fold(item) for item in value]
    if isinstance(value, dict):
        return {key: _fold(each) for key, each in sorted(value.items())}
    if isinstance(value, datetime):
        return value.timestamp()
    return value


def _file(
    session: Session,
    card: Card,
    values: Mapping[str, Any],
    payload_digest: bytes | None,
    run_id: int,
) -> dict[str, Any]:
    """The columns of an article that is filed now: last of all, as one that a crawl brought.

    The order of filing is that of the attempts: so this is one, without a run.
    """
    other = _find_twin(session, _TWIN_ELSEWHERE, card.id, values["text_hash"])
    last = session.execute(_LAST_FETCH, {"article": card.id}).first()
    attempt = {
        "run_id": None,
        "source_id": None,
        "page_id": last.page_id if last else None,
        "article_id": card.id,
        "snapshot_id": values["snapshot_id"],
        "outcome": (Outcome.NEW if other is None else Outcome.DUPLICATE).value,
        "reason": f"read again by re-extraction {run_id}",
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
