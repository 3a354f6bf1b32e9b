"""A re-extraction from its first page to its last: begun or taken up again, applied, undone.

Resumable at every moment. Reading goes on from the last article that was staged; applying takes one
article a transaction, and what was applied stays so. Whoever starts one with other rules or another
scope drops what an unfinished one has staged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Set
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Engine, bindparam, delete, exists, func, select, update
from sqlalchemy.orm import Session

from scraper.model.types import Verdict
from storage.database.engine import insert_into, reading, writing
from storage.integrity.entries import seal
from storage.models import Reextraction, ReextractionChange, table_of
from storage.reextraction import applying, undoing
from storage.reextraction.applying import Reading
from storage.reextraction.candidates import Scope
from storage.reextraction.findings import State
from storage.reextraction.staging import CHUNK, Go

NAMED = 1_000
"""Articles that ``Undone`` names."""

_GOES, _CHANGES = table_of(Reextraction), table_of(ReextractionChange)
_IDS = (
    select(_CHANGES.c.article_id)
    .where(
        _CHANGES.c.reextraction_id == bindparam("go"), _CHANGES.c.article_id > bindparam("after")
    )
    .order_by(_CHANGES.c.article_id)
    .limit(CHUNK)
)
_ROW = select(_CHANGES).where(
    _CHANGES.c.reextraction_id == bindparam("go"), _CHANGES.c.article_id == bindparam("article")
)
_COUNT = select(func.count()).where(_CHANGES.c.reextraction_id == bindparam("go"))
_SET = update(_CHANGES).where(
    _CHANGES.c.reextraction_id == bindparam("go"), _CHANGES.c.article_id == bindparam("article")
)
_HAS_UNDO = _CHANGES.c.undo.is_not(None)
# An unfinished one may have applied some already.
_LAST_APPLIED = (
    select(_GOES.c.id, _GOES.c.started_at, _GOES.c.applied_at)
    .where(_GOES.c.undone_at.is_(None))
    .where(exists().where(_CHANGES.c.reextraction_id == _GOES.c.id, _HAS_UNDO))
    .order_by(_GOES.c.id.desc())
    .limit(1)
)

Note = Callable[[int, int], None]
"""Hears how many are done, of how many."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking one back came to."""

    id: int
    started_at: datetime
    articles: int
    left: int
    """Articles that were changed since: they stay as they are."""
    names: tuple[int, ...] = ()
    """The ids of those, up to ``NAMED``."""


# --------------------------------------------------------------------- beginning


def covered_before(engine: Engine, rules: str, scope: Scope) -> datetime | None:
    """Before when these rules have read every page without an article, within this scope.

    Raises ``StorageError``.
    """
    finished = select(_GOES.c.scope, _GOES.c.started_at).where(
        _GOES.c.extractor_version == rules,
        _GOES.c.read_at.is_not(None),
        _GOES.c.applied_at.is_not(None),
        _GOES.c.undone_at.is_(None),
    )
    with reading(engine) as session:
        rows = session.execute(finished).all()
    wholes = [
        row.started_at
        for row in rows
        if row.scope.get("since") is None and row.scope.get("site") in (None, scope.site)
    ]
    return max(wholes, default=None)


def begin(engine: Engine, rules: str, scope: Scope, now: datetime) -> Go:
    """Start a re-extraction, or go on with the one of the same rules and scope that was not
    finished. Any other unfinished one is over: what it applied stays. Raises ``StorageError``."""
    with writing(engine) as session:
        query = select(_GOES).where(_GOES.c.applied_at.is_(None)).order_by(_GOES.c.id)
        found = None
        for row in session.execute(query).all():
            if (row.extractor_version, row.scope) == (rules, asdict(scope)) and found is None:
                found = row
            else:
                _drop(session, row.id, now)
        if found is not None:
            is_read = found.read_at is not None
            return Go(found.id, found.started_at, found.cursor, is_read, found.counts, True)
        values = {
            "extractor_version": rules,
            "scope": asdict(scope),
            "started_at": now,
            "cursor": 0,
            "counts": {},
        }
        go_id = session.execute(
            insert_into(Reextraction).returning(_GOES.c.id), values
        ).scalar_one()
        return Go(go_id, now, 0, False, {}, False)


def discard(engine: Engine, go_id: int, now: datetime) -> None:
    """Drop what was staged and not applied. Raises ``StorageError``."""
    with writing(engine) as session:
        _drop(session, go_id, now)


def _drop(session: Session, go_id: int, now: datetime) -> None:
    mine = _CHANGES.c.reextraction_id == go_id
    session.execute(delete(_CHANGES).where(mine, _CHANGES.c.made_version_id.is_(None)))
    if session.scalar(select(exists().where(mine))):
        # Not as one that has read everything: what it found and did not apply is to be read again.
        over = {"applied_at": now, "read_at": None}
        session.execute(update(_GOES).where(_GOES.c.id == go_id).values(**over))
    else:
        session.execute(delete(_GOES).where(_GOES.c.id == go_id))


# --------------------------------------------------------------------- applying


def apply(
    engine: Engine,
    go_id: int,
    now: datetime,
    *,
    accept_losses: bool = False,
    note: Note = lambda *_: None,
) -> Counter[str]:
    """Apply what was staged, an article a transaction, and end the re-extraction.

    Texts that would be cut are left as they are, unless ``accept_losses``. Returns how many came to
    what (``State``), those included that an earlier attempt had applied. Raises ``StorageError``.
    """
    wanted = {State.CHANGES, State.FILES} | ({State.LOSES} if accept_losses else set())
    with reading(engine) as session:
        total = session.scalar(_COUNT, {"go": go_id}) or 0
    done: Counter[str] = Counter()
    for number, article_id in enumerate(_each_id(engine, go_id), start=1):
        with writing(engine) as session:
            state = _apply_one(session, go_id, article_id, now, wanted)
        if state is not None:
            done[state] += 1
        note(number, total)
    with writing(engine) as session:
        mine = _CHANGES.c.reextraction_id == go_id
        session.execute(update(_CHANGES).where(mine).values({_CHANGES.c["values"]: None}))
        counts = session.scalar(select(_GOES.c.counts).where(_GOES.c.id == go_id)) or {}
        over = {"applied_at": now, "counts": counts | {"applied": dict(done)}}
        session.execute(update(_GOES).where(_GOES.c.id == go_id).values(**over))
    seal(engine, now)
    return done


def _each_id(engine: Engine, go_id: int) -> Iterator[int]:
    after = 0
    while True:
        with reading(engine) as session:
            ids = session.scalars(_IDS, {"go": go_id, "after": after}).all()
        yield from ids
        if not ids:
            return
        after = ids[-1]


def _apply_one(
    session: Session, go_id: int, article_id: int, now: datetime, wanted: Set[State]
) -> State | None:
    """What it came to, now or at an earlier attempt; ``None`` where nothing was to be applied."""
    here = {"go": go_id, "article": article_id}
    row = session.execute(_ROW, here).first()
    if row is None:
        return None  # removed for good meanwhile
    said = dict(row.fields)
    state = State(said["state"])
    if row.made_version_id is not None or state in (State.OVERTAKEN, State.COPY):
        return state
    packed = row._mapping["values"]
    if state not in wanted or packed is None:
        return None
    staged = Reading(go_id, article_id, row.version_id, Verdict(said["was"]), packed)
    applied = applying.apply(session, staged, now)
    values = {
        "fields": said | {"state": applied.state.value, "note": applied.note or said["note"]},
        "values": None,
        "undo": applied.undo,
        "made_version_id": applied.made_version_id,
    }
    session.execute(_SET.values({_CHANGES.c[name]: value for name, value in values.items()}), here)
    return applied.state


# --------------------------------------------------------------------- taking back


def undo(engine: Engine, now: datetime, note: Note = lambda *_: None) -> Undone | None:
    """Take back the last re-extraction that changed anything; ``None`` where there is none.

    It may be interrupted and run again. Raises ``StorageError``.
    """
    with writing(engine) as session:
        go = session.execute(_LAST_APPLIED).first()
        if go is None:
            return None
        if go.applied_at is None:
            _drop(session, go.id, now)  # what it had not applied yet is not to follow
        total = session.scalar(_COUNT.where(_HAS_UNDO), {"go": go.id}) or 0
    count, left = 0, list[int]()
    for article_id in _each_id(engine, go.id):
        with writing(engine) as session:
            done = _undo_one(session, go.id, article_id, now)
        if done is None:
            continue
        count += done
        if not done:
            left.append(article_id)
        note(count + len(left), total)
    with writing(engine) as session:
        session.execute(update(_GOES).where(_GOES.c.id == go.id).values(undone_at=now))
    seal(engine, now)
    return Undone(go.id, go.started_at, count, len(left), tuple(left[:NAMED]))


def _undo_one(session: Session, go_id: int, article_id: int, now: datetime) -> bool | None:
    """Whether it was taken back; ``None`` where it is already, or was never applied."""
    here = {"go": go_id, "article": article_id}
    row = session.execute(_ROW, here).first()
    if row is None or row.undo is None:
        return None
    done = undoing.take_back(session, go_id, article_id, row.made_version_id, row.undo, now)
    if done:
        session.execute(_SET.values(undo=None), here)
    return done
