"""A run over stored pages: previewed, or applied in chunks.

Nothing is staged. ``Preview`` reads the pages and writes nothing; ``Application`` reads them and
applies ``CHUNK`` of them a transaction, which moves the run's cursor, too. So a run that is killed
is resumed behind its last whole chunk. Only the last run is ever resumed: what was begun with other
rules or another scope ends the one before it, and what that applied stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Engine, delete, func, select, update
from sqlalchemy.orm import Session

from scraper.errors import BusyError
from scraper.model.jobs import FieldChange
from scraper.model.types import Article
from storage.database.engine import insert_into, reading, writing
from storage.models import Reextraction, table_of
from storage.proof.entries import seal
from storage.reextraction import applying
from storage.reextraction.candidates import Candidates, Scope
from storage.reextraction.findings import Candidate, Finding, State, weigh

CHUNK = 32
"""Pages applied in one transaction: what a kill costs."""
TOLD = frozenset(State) - {State.SAME, State.NONE}
"""Of the rest only the number is kept."""

_RUNS = table_of(Reextraction)
_LAST_UNDO = select(func.max(_RUNS.c.undone_at))

Tell = Callable[[Finding], None]
Note = Callable[[int, int], None]
"""Hears how many articles were looked at, of how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReextractionRun:
    """A re-extraction under way."""

    id: int
    started_at: datetime
    cursor: int
    """The article behind which reading goes on."""
    found: Counter[str]
    """By ``State``: what was read so far."""
    applied: Counter[str]
    """By ``State``: what applying that came to."""
    resumed: bool


def covered_before(engine: Engine, rules: str, scope: Scope) -> datetime | None:
    """Before when these rules have read every page without an article, within this scope.

    What was read before something was taken back does not count: that may be such a page again.
    Raises ``StorageError``.
    """
    finished = select(_RUNS.c.scope, _RUNS.c.started_at).where(
        _RUNS.c.extractor_version == rules,
        _RUNS.c.finished_at.is_not(None),
        _RUNS.c.undone_at.is_(None),
    )
    with reading(engine) as session:
        rows = session.execute(finished).all()
        undone_at = session.scalar(_LAST_UNDO)
    wholes = [
        row.started_at
        for row in rows
        if row.scope.get("since") is None and row.scope.get("site") in (None, scope.site)
        if undone_at is None or undone_at < row.started_at
    ]
    return max(wholes, default=None)


def begin(engine: Engine, rules: str, scope: Scope, now: datetime) -> ReextractionRun:
    """Start a run, or resume the last one where it has these rules and this scope, was not finished
    and nothing was taken back since. Raises ``StorageError``."""
    asked = {"extractor_version": rules, "scope": asdict(scope)}
    with writing(engine) as session:
        last = session.execute(select(_RUNS).order_by(_RUNS.c.id.desc()).limit(1)).first()
        undone_at = session.scalar(_LAST_UNDO)
        if (
            last is not None
            and last.finished_at is None
            and (last.extractor_version, last.scope) == (rules, asked["scope"])
            and (undone_at is None or undone_at < last.started_at)
        ):
            found = dict(last.counts)
            applied = found.pop("applied", {})
            return ReextractionRun(
                id=last.id,
                started_at=last.started_at,
                cursor=last.cursor,
                found=Counter(found),
                applied=Counter(applied),
                resumed=True,
            )
        values = {**asked, "started_at": now, "cursor": 0, "counts": {}}
        run_id = session.execute(
            insert_into(Reextraction).returning(_RUNS.c.id), values
        ).scalar_one()
    return ReextractionRun(
        id=run_id, started_at=now, cursor=0, found=Counter(), applied=Counter(), resumed=False
    )


def discard(engine: Engine, run_id: int) -> None:
    """Forget a run that has applied nothing and is not to be resumed. Raises ``StorageError``."""
    with writing(engine) as session:
        session.execute(delete(_RUNS).where(_RUNS.c.id == run_id, _RUNS.c.cursor == 0))


class Preview:
    """What a run would find; nothing is written.

    A store of ``scraper.pages.reextraction``. Every method raises ``StorageError``.
    """

    def __init__(
        self,
        engine: Engine,
        candidates: Candidates,
        tell: Tell = lambda _: None,
        note: Note = lambda *_: None,
    ) -> None:
        self._engine = engine
        self._candidates = candidates
        self._tell = tell
        self._note = note
        self._total = candidates.count()
        self.found: Counter[str] = Counter()

    def load_next(self) -> Candidate | None:
        return self._candidates.next()

    def keep(
        self,
        candidate: Candidate,
        article: Article | None,
        changes: tuple[FieldChange, ...],
        problem: str | None,
    ) -> None:
        self._take(weigh(candidate, article, changes, problem))
        self._note(candidate.scanned, self._total)

    def _take(self, finding: Finding) -> None:
        with reading(self._engine) as session:
            finding = applying.find_copy(session, finding)
        self.found[finding.state] += 1
        self._say(finding)

    def _say(self, finding: Finding) -> None:
        if finding.state in TOLD:
            self._tell(finding)


class Application(Preview):
    """Applies what it reads, chunk by chunk; ``finish`` it, or ``flush`` it where it is stopped.

    Texts that would be cut are left as they are, unless ``accept_losses``. A finding is told when
    its chunk is stored.
    """

    def __init__(
        self,
        engine: Engine,
        run: ReextractionRun,
        candidates: Candidates,
        now: Callable[[], datetime],
        tell: Tell = lambda _: None,
        note: Note = lambda *_: None,
        *,
        accept_losses: bool = False,
    ) -> None:
        super().__init__(engine, candidates, tell, note)
        self._run_id, self._cursor, self._now = run.id, run.cursor, now
        self._wanted = {State.CHANGES, State.FILES} | ({State.LOSES} if accept_losses else set())
        self._pending: list[Finding] = []
        self.found, self.applied = run.found.copy(), run.applied.copy()

    def _take(self, finding: Finding) -> None:
        self._pending.append(finding)
        if len(self._pending) >= CHUNK:
            self.flush()

    def flush(self, finished_at: datetime | None = None) -> None:
        """Apply what was read since the last time."""
        cursor = max((finding.article_id for finding in self._pending), default=self._cursor)
        with writing(self._engine) as session:
            self._move_cursor(session, cursor)
            stored = [self._apply(session, finding) for finding in self._pending]
            values = {
                "counts": {**self.found, "applied": dict(self.applied)},
                "finished_at": finished_at,
            }
            session.execute(update(_RUNS).where(_RUNS.c.id == self._run_id).values(**values))
        self._cursor, self._pending = cursor, []
        for finding in stored:
            if finding is not None:
                self._say(finding)

    def finish(self) -> None:
        """All of it was read."""
        now = self._now()
        self.flush(finished_at=now)
        seal(self._engine, now)

    def _move_cursor(self, session: Session, cursor: int) -> None:
        """Raises ``BusyError`` where another process is at the same work, or has begun another
        run: one of the two is the first to come here."""
        runs = _RUNS.alias("runs")
        moved = session.connection().execute(
            update(_RUNS)
            .where(_RUNS.c.id == self._run_id, _RUNS.c.cursor == self._cursor)
            .where(_RUNS.c.finished_at.is_(None), _RUNS.c.undone_at.is_(None))
            .where(_RUNS.c.id == select(func.max(runs.c.id)).scalar_subquery())
            .values(cursor=cursor)
        )
        if not moved.rowcount:
            raise BusyError("another re-extraction of this archive is running: wait until it ends")

    def _apply(self, session: Session, finding: Finding) -> Finding | None:
        """The finding as it turns out; ``None`` where the article was removed since."""
        card = applying.load_card(session, finding.article_id)
        if card is None:
            return None
        finding = applying.find_copy(session, finding)
        self.found[finding.state] += 1
        if finding.state in self._wanted:
            state = applying.apply(session, card, finding, self._run_id, self._now())
            self.applied[state] += 1
        elif finding.state is State.COPY:
            self.applied[State.COPY] += 1
        elif (
            finding.confirms
            and finding.version_id
            and finding.version_id == card.current_version_id
        ):
            applying.confirm(session, card.id, finding.version_id, finding.confirms)
        return finding
