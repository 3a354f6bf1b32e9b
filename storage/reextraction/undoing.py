"""A re-extraction is taken back: its articles are given what they were.

The versions that it made stay, as ones that were not accepted; the entries of the chain say both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, bindparam, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from scraper.model.types import Verdict
from storage.database.engine import writing
from storage.models import (
    Article,
    Fetch,
    Likeness,
    Reextraction,
    ReextractionChange,
    Snapshot,
    Version,
    table_of,
)
from storage.proof import entries
from storage.reextraction.applying import load_card
from storage.saving import edit_rows, stories
from storage.saving.versions import record_reading
from storage.search import index

CHUNK = 32
"""Articles given back in one transaction."""
NAMED = 1_000
"""Articles that ``Undone`` names."""

_RUNS, _CHANGES = table_of(Reextraction), table_of(ReextractionChange)
_ARTICLES, _VERSIONS, _FETCHES = table_of(Article), table_of(Version), table_of(Fetch)
_SNAPSHOTS, _LIKENESS = table_of(Snapshot), table_of(Likeness)
_STANDS = _CHANGES.c.undo.is_not(None)
# A run that was stopped may have applied some.
_LAST_RUN = (
    select(_RUNS.c.id, _RUNS.c.started_at)
    .where(_RUNS.c.undone_at.is_(None))
    .where(exists().where(_CHANGES.c.reextraction_id == _RUNS.c.id, _STANDS))
    .order_by(_RUNS.c.id.desc())
    .limit(1)
)
_COUNT = select(func.count()).where(_CHANGES.c.reextraction_id == bindparam("run"), _STANDS)
_NEXT = (
    select(_CHANGES)
    .where(_CHANGES.c.reextraction_id == bindparam("run"), _STANDS)
    .where(_CHANGES.c.article_id > bindparam("after"))
    .order_by(_CHANGES.c.article_id)
    .limit(bindparam("most"))
)
_GIVEN_BACK = (
    update(_CHANGES)
    .where(_CHANGES.c.reextraction_id == bindparam("run"))
    .where(_CHANGES.c.article_id == bindparam("article"))
    .values(undo=None)
)


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking a re-extraction back came to."""

    id: int
    started_at: datetime
    articles: int
    left: int
    """Articles that were changed since: they stay as they are."""
    names: tuple[int, ...] = ()
    """The ids of those, up to ``NAMED``."""


def undo(
    engine: Engine, now: datetime, note: Callable[[int, int], None] = lambda *_: None
) -> Undone | None:
    """Take back the last re-extraction that changed anything; ``None`` where there is none.

    It may be interrupted and run again. ``note`` hears how many are done, of how many. Raises
    ``StorageError``.
    """
    with writing(engine) as session:
        run = session.execute(_LAST_RUN).first()
        if run is None:
            return None
        total = session.scalar(_COUNT, {"run": run.id}) or 0
    count, left, after = 0, list[int](), 0
    while True:
        with writing(engine) as session:
            rows = session.execute(_NEXT, {"run": run.id, "after": after, "most": CHUNK}).all()
            if not rows:
                over = update(_RUNS).where(_RUNS.c.id == run.id).values(undone_at=now)
                session.execute(over)
                break
            for row in rows:
                if _give_back(session, row, now):
                    count += 1
                else:
                    left.append(row.article_id)
        after = rows[-1].article_id
        note(count + len(left), total)
    entries.seal(engine, now)
    return Undone(run.id, run.started_at, count, len(left), tuple(left[:NAMED]))


def _give_back(session: Session, change: Row[Any], now: datetime) -> bool:
    """Give an article back what it was. ``False``, with nothing done, where it was changed since,
    or others came to hang on it."""
    article_id, made_version_id, undo = change.article_id, change.made_version_id, change.undo
    card = load_card(session, article_id)
    assert card is not None  # what is removed for good takes its changes along
    unfiles = "fetch" in undo
    if card.current_version_id != made_version_id or card.verdict != Verdict.ARTICLE:
        return False
    if unfiles and session.scalar(select(exists().where(_ARTICLES.c.duplicate_of == article_id))):
        return False
    made = session.execute(select(_VERSIONS).where(_VERSIONS.c.id == made_version_id)).one()
    former = _VERSIONS.c.id == undo["article"]["current_version_id"]
    before = session.execute(select(_VERSIONS.c.digest, _VERSIONS.c.body).where(former)).first()
    index.remove(session, article_id)
    session.execute(update(_ARTICLES).where(_ARTICLES.c.id == article_id).values(**undo["article"]))
    reason = f"undone: re-extraction {change.reextraction_id}"
    state = (
        {"accepted": False, "reason": reason}
        if undo["made"]
        else {"accepted": undo["accepted"], "reason": undo["reason"]}
    )
    session.execute(update(_VERSIONS).where(_VERSIONS.c.id == made_version_id).values(**state))
    if unfiles:
        session.execute(delete(_FETCHES).where(_FETCHES.c.id == undo["fetch"]))
        stories.forget(session, article_id, made.body)
        its = or_(_LIKENESS.c.article_id == article_id, _LIKENESS.c.other_id == article_id)
        session.execute(delete(_LIKENESS).where(its))
    elif before is not None and before.body != made.body:
        stories.follow(session, article_id, made.body, before.body)
    index.add(session, article_id)
    payload_digest = session.scalar(
        select(_SNAPSHOTS.c.payload_digest).where(_SNAPSHOTS.c.id == made.snapshot_id)
    )
    record_reading(
        session,
        now,
        article_id,
        made._asdict(),
        payload_digest=payload_digest,
        version_digest=before.digest if before else None,
        detail={"reextraction": change.reextraction_id, "undone": True},
    )
    edit_rows.refresh(session, article_id)
    entries.sign(session, article_id)
    session.execute(_GIVEN_BACK, {"run": change.reextraction_id, "article": article_id})
    return True
