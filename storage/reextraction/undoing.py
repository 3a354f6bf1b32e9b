"""A reading that took the place of another one is taken back, in the caller's transaction.

The version that it made stays as one that was not accepted; the entries of the chain say both.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.orm import Session

from scraper.model.types import Verdict
from storage.integrity import entries
from storage.models import Article, Fetch, Likeness, Snapshot, Version, table_of
from storage.reextraction.applying import CARD, record
from storage.saving import edit_rows, stories
from storage.search import index

_ARTICLES, _VERSIONS, _FETCHES = table_of(Article), table_of(Version), table_of(Fetch)
_SNAPSHOTS, _LIKENESS = table_of(Snapshot), table_of(Likeness)


def take_back(
    session: Session,
    go_id: int,
    article_id: int,
    made_version_id: int,
    undo: Mapping[str, Any],
    now: datetime,
) -> bool:
    """Give an article back what it was. ``False``, with nothing done, where it was changed since,
    or others came to hang on it."""
    card = session.execute(CARD, {"article": article_id}).one()
    was: Mapping[str, Any] = undo["article"]
    unfiles = "fetch" in undo
    if card.current_version_id != made_version_id or card.verdict != Verdict.ARTICLE:
        return False
    if unfiles and session.scalar(select(exists().where(_ARTICLES.c.duplicate_of == article_id))):
        return False
    made = session.execute(_VERSIONS.select().where(_VERSIONS.c.id == made_version_id)).one()
    former = _VERSIONS.c.id == was["current_version_id"]
    before = session.execute(select(_VERSIONS.c.digest, _VERSIONS.c.body).where(former)).first()
    index.remove(session, article_id)
    session.execute(update(_ARTICLES).where(_ARTICLES.c.id == article_id).values(**was))
    reason = f"undone: re-extraction {go_id}"
    state = (
        {"accepted": False, "reason": reason}
        if undo["made"]
        else {"accepted": undo["accepted"], "reason": undo["reason"]}
    )
    session.execute(update(_VERSIONS).where(_VERSIONS.c.id == made_version_id).values(**state))
    if unfiles:
        session.execute(delete(_FETCHES).where(_FETCHES.c.id == undo["fetch"]))
        _leave_story(session, article_id, made.body)
    elif before is not None and before.body != made.body:
        stories.follow(session, article_id, made.body, before.body)
    index.add(session, article_id)
    payload_digest = session.scalar(
        select(_SNAPSHOTS.c.payload_digest).where(_SNAPSHOTS.c.id == made.snapshot_id)
    )
    digest = before.digest if before else None
    record(session, card, now, made._asdict(), payload_digest, digest, go_id, undone=True)
    edit_rows.refresh(session, article_id)
    entries.sign(session, article_id)
    return True


def _leave_story(session: Session, article_id: int, body: str) -> None:
    stories.forget(session, article_id, body)
    its = or_(_LIKENESS.c.article_id == article_id, _LIKENESS.c.other_id == article_id)
    session.execute(delete(_LIKENESS).where(its))
