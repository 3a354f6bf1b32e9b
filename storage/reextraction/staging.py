"""What a re-extraction reads, counted, and stored so that it may be told before it is applied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, bindparam, select, update
from sqlalchemy.orm import Session

from scraper.model.errors import BusyError
from scraper.model.types import Article, Verdict
from storage.database.engine import insert_into, reading, writing
from storage.models import Article as Card
from storage.models import Reextraction, ReextractionChange, table_of
from storage.reextraction.applying import confirm, find_copy
from storage.reextraction.candidates import Candidates
from storage.reextraction.findings import Candidate, Change, Finding, State, weigh

STAGED_AT_ONCE = 32
"""Pages kept in one transaction: what a kill costs."""
CHUNK = 200
TOLD = frozenset(State) - {State.SAME, State.NONE}
"""What has a row; of the rest only the number is kept."""

_GOES, _CHANGES = table_of(Reextraction), table_of(ReextractionChange)
_CARDS = table_of(Card)
_STAGE = insert_into(ReextractionChange)
_STAGED = (
    select(
        _CHANGES.c.article_id,
        _CHANGES.c.version_id,
        _CHANGES.c.verdict,
        _CHANGES.c.fields,
        _CARDS.c.url,
    )
    .join(_CARDS, _CARDS.c.id == _CHANGES.c.article_id)
    .where(
        _CHANGES.c.reextraction_id == bindparam("go"), _CHANGES.c.article_id > bindparam("after")
    )
    .order_by(_CHANGES.c.article_id)
    .limit(CHUNK)
)

Note = Callable[[int, int], None]
"""Hears how many articles were looked at, of how many."""


@dataclass(frozen=True, slots=True)
class Go:
    """One re-extraction under way."""

    id: int
    started_at: datetime
    cursor: int
    """The article from which reading goes on."""
    is_read: bool
    counts: Mapping[str, int]
    """By ``State``: what was read so far."""
    resumed: bool


class Tally:
    """What a re-extraction would find, with nothing stored: its ``findings`` go to ``tell``.

    A store of ``scraper.pages.reextraction``. Every method raises ``StorageError``.
    """

    def __init__(
        self,
        engine: Engine,
        candidates: Candidates,
        tell: Callable[[Finding], None] = lambda _: None,
        note: Note = lambda *_: None,
    ) -> None:
        self._engine = engine
        self._candidates = candidates
        self._tell = tell
        self._note = note
        self._total = candidates.count()
        self.counts: Counter[str] = Counter()

    def load_next(self) -> Candidate | None:
        return self._candidates.next()

    def keep(
        self,
        candidate: Candidate,
        article: Article | None,
        changes: tuple[Change, ...],
        problem: str | None,
    ) -> None:
        finding = self._check(weigh(candidate, article, changes, problem))
        self.counts[finding.state] += 1
        if finding.state in TOLD:
            self._tell(finding)
        self._note(candidate.scanned, self._total)

    def _check(self, finding: Finding) -> Finding:
        """A page that would be filed may have a text that is filed already."""
        if finding.state is not State.FILES or finding.values is None:
            return finding
        text = finding.values["text_hash"]
        with reading(self._engine) as session:
            site = session.scalar(select(_CARDS.c.site).where(_CARDS.c.id == finding.article_id))
            digest = bytes.fromhex(text) if text else None
            copy = find_copy(session, finding.article_id, site or "", digest)
        if copy is None:
            return finding
        note = f"same text as article {copy}"
        return replace(finding, state=State.COPY, note=note, fields={}, values=None)


class Staging(Tally):
    """What a re-extraction finds, stored so that it may be told and applied; ``finish`` it."""

    def __init__(
        self, engine: Engine, go: Go, candidates: Candidates, note: Note = lambda *_: None
    ) -> None:
        super().__init__(engine, candidates, self._stage, note)
        self._go_id = go.id
        self._stored = self._cursor = go.cursor
        self.counts.update(go.counts)
        self._pending: list[Finding] = []
        self._confirmed: list[Finding] = []
        self._waiting = 0

    def keep(
        self,
        candidate: Candidate,
        article: Article | None,
        changes: tuple[Change, ...],
        problem: str | None,
    ) -> None:
        super().keep(candidate, article, changes, problem)
        self._cursor = candidate.article_id
        self._waiting += 1
        if self._waiting >= STAGED_AT_ONCE:
            self.flush()

    def _stage(self, finding: Finding) -> None:
        self._pending.append(finding)

    def _check(self, finding: Finding) -> Finding:
        if finding.confirms is not None and finding.version_id is not None:
            self._confirmed.append(finding)
        return super()._check(finding)

    def flush(self) -> None:
        """Store what was found since the last time."""
        self._save()

    def finish(self, now: datetime) -> None:
        """All of it was read."""
        self._save(read_at=now)

    def _save(self, **more: Any) -> None:
        with writing(self._engine) as session:
            # Where another process is at the same work, one of the two is the first to come here.
            moved = session.connection().execute(
                update(_GOES)
                .where(_GOES.c.id == self._go_id, _GOES.c.cursor == self._stored)
                .where(_GOES.c.read_at.is_(None), _GOES.c.applied_at.is_(None))
                .values(cursor=self._cursor, counts=dict(self.counts), **more)
            )
            if not moved.rowcount:
                raise BusyError(
                    "another re-extraction of this archive is running: wait until it ends"
                )
            there = _still_there(session, [*self._pending, *self._confirmed])
            staged = [self._row(one) for one in self._pending if one.article_id in there]
            if staged:
                session.execute(_STAGE, staged)
            for one in self._confirmed:
                if one.article_id not in there:
                    continue
                assert one.version_id is not None
                assert one.confirms is not None
                confirm(session, one.article_id, one.version_id, one.confirms)
        self._stored = self._cursor
        self._pending, self._confirmed, self._waiting = [], [], 0

    def _row(self, one: Finding) -> dict[str, Any]:
        return {
            "reextraction_id": self._go_id,
            "article_id": one.article_id,
            "version_id": one.version_id,
            "made_version_id": None,
            "verdict": one.verdict,
            "fields": {
                "state": one.state.value,
                "was": one.was.value,
                "note": one.note,
                "fields": dict(one.fields),
            },
            "undo": None,
            "values": one.values,
        }


def _still_there(session: Session, found: Sequence[Finding]) -> set[int]:
    """The articles that were not removed for good since they were read."""
    ids = sorted({one.article_id for one in found})
    return set(session.scalars(select(_CARDS.c.id).where(_CARDS.c.id.in_(ids))))


def findings(engine: Engine, go_id: int) -> Iterator[Finding]:
    """What was staged, by the article's id, without the values; never all of it in memory.

    Raises ``StorageError``.
    """
    after = 0
    while True:
        with reading(engine) as session:
            rows = session.execute(_STAGED, {"go": go_id, "after": after}).all()
        for row in rows:
            said = row.fields
            yield Finding(
                row.article_id,
                row.url,
                row.version_id,
                Verdict(said["was"]),
                State(said["state"]),
                row.verdict,
                said["note"],
                said["fields"],
            )
        if not rows:
            return
        after = rows[-1].article_id


def load_counts(engine: Engine, go_id: int) -> dict[str, int]:
    """What was read, by ``State``. Raises ``StorageError``."""
    with reading(engine) as session:
        return dict(session.scalar(select(_GOES.c.counts).where(_GOES.c.id == go_id)) or {})
