"""The alarms of sources: raised, kept while they last, closed; and what they are judged by."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, Select, func, or_, select, union
from sqlalchemy.orm import Session

from scraper.model import health
from storage import outbox
from storage.database.engine import reading, writing
from storage.ledger.histories import load_histories
from storage.models import Alarm, Fetch, Run, Source, record_from
from storage.outbox import NoticeKind

BEGAN, ENDED = "began", "ended"
STALE = timedelta(days=7)
"""After so long nobody need hear of an alarm that was never told and is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRecord:
    id: int
    source_id: int
    source: str
    host: str
    kind: str
    since: datetime
    raised_at: datetime
    detail: str
    examples: tuple[str, ...] = ()
    cleared_at: datetime | None = None


class HealthBook:
    """Every method raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def load_histories(
        self, now: datetime, source_ids: Collection[int] | None = None
    ) -> list[health.History]:
        """Of all sources, or of these, by id; a bounded number of rows each."""
        with reading(self._engine) as session:
            return load_histories(session, now, _load_open(session), source_ids)

    def roots_of(self, source_ids: Collection[int]) -> set[int]:
        """Of these sources; of a sitemap of an index, the index."""
        root = func.coalesce(Source.parent_id, Source.id)
        with reading(self._engine) as session:
            return set(session.scalars(select(root).where(Source.id.in_(source_ids))))

    def touched_by(self, run_id: int) -> set[int]:
        """The sources that a run polled, or whose pages it fetched."""
        started = select(Run.started_at).where(Run.id == run_id).scalar_subquery()
        polled = select(Source.id).where(Source.last_polled_at >= started)
        fetched = select(Fetch.source_id).where(Fetch.run_id == run_id)
        members = union(polled, fetched).subquery()
        root = func.coalesce(Source.parent_id, Source.id)
        with reading(self._engine) as session:
            return set(session.scalars(select(root).where(Source.id.in_(select(members)))))

    def save_all(self, found: Mapping[int, Sequence[health.Alarm]], now: datetime) -> list[int]:
        """Keep what is wrong with these sources now, in one transaction.

        An open alarm of the same kind stays as it was raised, with what is said of it renewed;
        others are raised, and those that are over are closed. Nothing is written where nothing
        changed. A source that was removed meanwhile has none. Returns the ids of the new ones.
        """
        with reading(self._engine) as session:
            if not any(_changes(session, found)):
                return []
        raised: list[int] = []
        with writing(self._engine) as session:
            for row, alarm, source_id in _changes(session, found):
                if alarm is None:
                    assert row is not None
                    row.cleared_at = now
                elif row is not None:
                    row.detail, row.examples = alarm.detail, list(alarm.examples)
                else:
                    row = Alarm(
                        source_id=source_id,
                        kind=str(alarm.kind),
                        since=alarm.since,
                        raised_at=now,
                        detail=alarm.detail,
                        examples=list(alarm.examples),
                    )
                    session.add(row)
                    session.flush()
                    raised.append(row.id)
        return raised

    def load(self, alarm_ids: Iterable[int]) -> list[AlarmRecord]:
        """Those of these alarms that there are, open or over."""
        with reading(self._engine) as session:
            rows = session.execute(_alarms().where(Alarm.id.in_([*alarm_ids])).order_by(Alarm.id))
            return [_record(*row) for row in rows]

    def make_notices(
        self, channels: Sequence[str], title_of: Callable[[str], str], now: datetime
    ) -> bool:
        """Make a notice for these channels of each alarm that began or ended since the last one.

        One that is over before anybody heard of it is told once, as ended; not after a week
        (``STALE``). Whether there was room: else they are told later.
        """
        began = Alarm.cleared_at.is_(None) & Alarm.announced.is_(None)
        unheard = Alarm.announced.is_(None) & (Alarm.cleared_at >= now - STALE)
        ended = Alarm.cleared_at.is_not(None) & (Alarm.announced == BEGAN)
        query = select(Alarm).where(or_(began, ended, unheard)).order_by(Alarm.since, Alarm.id)
        with reading(self._engine) as session:
            if session.scalars(query.limit(1)).first() is None:
                return True
        with writing(self._engine) as session:
            changed = [
                (row, BEGAN if row.cleared_at is None else ENDED) for row in session.scalars(query)
            ]
            items = [
                {"alarm": row.id, "event": event, "title": title_of(row.kind)}
                for row, event in changed
            ]
            if not outbox.put(session, channels, NoticeKind.ALARMS, items, now):
                return False
            for row, event in changed:
                row.announced = event
        return True

    def open_alarms(self, source_ids: Collection[int] | None = None) -> list[AlarmRecord]:
        """The oldest trouble first."""
        query = _alarms().where(Alarm.cleared_at.is_(None)).order_by(Alarm.since, Alarm.id)
        with reading(self._engine) as session:
            found = [_record(*row) for row in session.execute(query)]
        return [one for one in found if source_ids is None or one.source_id in source_ids]


# ------------------------------------------------------------------ alarms

Change = tuple[Alarm | None, health.Alarm | None, int]


def _changes(session: Session, found: Mapping[int, Sequence[health.Alarm]]) -> list[Change]:
    """The open row with what takes its place, where they differ."""
    known = {(row.source_id, row.kind): row for row in _open_rows(session, found)}
    exist = set(session.scalars(select(Source.id)))
    changes: list[Change] = []
    for source_id, alarms in found.items():
        if source_id not in exist:
            continue
        for alarm in alarms:
            row = known.pop((source_id, str(alarm.kind)), None)
            said = (alarm.detail, list(alarm.examples))
            if row is None or (row.detail, row.examples) != said:
                changes.append((row, alarm, source_id))
    return [*changes, *((row, None, row.source_id) for row in known.values())]


def _open_rows(session: Session, source_ids: Collection[int]) -> Sequence[Alarm]:
    rows = session.scalars(select(Alarm).where(Alarm.cleared_at.is_(None)).order_by(Alarm.id))
    return [row for row in rows if row.source_id in source_ids]


def _alarms() -> Select[Alarm, str, str]:
    return select(Alarm, Source.name, Source.host).join(Source, Source.id == Alarm.source_id)


def _record(row: Alarm, source: str, host: str) -> AlarmRecord:
    examples = tuple(map(str, row.examples))
    return record_from(AlarmRecord, row, source=source, host=host, examples=examples)


def _load_open(session: Session) -> dict[int, dict[str, datetime]]:
    rows = session.execute(
        select(Alarm.source_id, Alarm.kind, Alarm.since).where(Alarm.cleared_at.is_(None))
    )
    found: dict[int, dict[str, datetime]] = {}
    for source_id, kind, since in rows:
        found.setdefault(source_id, {})[kind] = since
    return found
