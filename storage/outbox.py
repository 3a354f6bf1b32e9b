"""Notices that wait until they are delivered: each once for every channel.

A notice is put here in the transaction that notes its hits as told, and leaves when its channel has
taken it. So a kill at any moment loses none; it may make one come twice, with the same key.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import Any

from sqlalchemy import Engine, delete, func, select, update
from sqlalchemy.orm import Session

from storage.database.engine import reading, writing
from storage.models import Notice, record_from, table_of

MOST_ITEMS = 50
"""Hits in one notice; more make a further one."""
MOST_WAITING = 1_000
"""Notices of one channel. Where as many wait nothing is made a notice, and nothing noted as told:
it becomes one later."""
SENDING = timedelta(minutes=2)
"""For so long no other process sends what one is sending."""
_NOTICES = table_of(Notice)


class NoticeKind(StrEnum):
    """What a notice tells of, and its items."""

    ARTICLES = "articles"
    """Ids of articles."""
    EDITS = "edits"
    """Ids of the versions that they made."""
    ALARMS = "alarms"
    """Objects: ``alarm`` (its id), ``event`` (``began`` or ``ended``), ``title``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingNotice:
    id: int
    key: str
    channel: str
    kind: str
    watch: str | None
    made_at: datetime
    items: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for one channel."""

    channel: str
    count: int
    since: datetime
    problem: str | None
    """Of the last try; ``None`` before the first one."""


def put(
    session: Session,
    channels: Sequence[str],
    kind: NoticeKind,
    items: Sequence[Any],
    now: datetime,
    *,
    watch: str | None = None,
) -> bool:
    """Make notices for all these channels, in the caller's transaction. Whether there was room."""
    if not items:
        return True
    waiting = _counts(session)
    if any(waiting.get(channel, 0) >= MOST_WAITING for channel in channels):
        return False
    for part in _parts(items):
        key = uuid.uuid4().hex
        for channel in channels:
            session.add(
                Notice(
                    key=key,
                    channel=channel,
                    kind=kind.value,
                    watch=watch,
                    made_at=now,
                    due_at=now,
                    items=[*part],
                )
            )
    return True


class Outbox:
    """Every method raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def take(
        self, channel: str, now: datetime, tried: Collection[int] = ()
    ) -> WaitingNotice | None:
        """The one that has waited longest for its turn, for this process alone to send; none of
        ``tried``."""
        free = (
            select(Notice)
            .where(Notice.channel == channel, Notice.due_at <= now, Notice.id.not_in(tried))
            .order_by(Notice.due_at, Notice.id)
            .limit(1)
        )
        with writing(self._engine) as session:
            row = session.scalars(free).first()
            if row is None:
                return None
            row.due_at = now + SENDING
            return record_from(WaitingNotice, row, items=tuple(row.items))

    def remove(self, notice: WaitingNotice) -> None:
        """It is delivered, or there is nothing left to tell."""
        with writing(self._engine) as session:
            session.execute(delete(_NOTICES).where(_NOTICES.c.id == notice.id))

    def put_back(self, notice: WaitingNotice, problem: str, now: datetime) -> None:
        """It could not be delivered, and is the last one to be tried again."""
        here = _NOTICES.c.id == notice.id
        with writing(self._engine) as session:
            session.execute(update(_NOTICES).where(here).values(problem=problem, due_at=now))

    def drop_others(self, channels: Sequence[str]) -> dict[str, int]:
        """Remove what waits for channels that there are no more: how many of each."""
        gone = _NOTICES.c.channel.not_in(channels)
        with reading(self._engine) as session:
            if session.execute(select(_NOTICES.c.id).where(gone).limit(1)).first() is None:
                return {}
        dropped: dict[str, int] = {}
        with writing(self._engine) as session:
            removed = delete(_NOTICES).where(gone).returning(_NOTICES.c.channel)
            for channel in session.scalars(removed):
                dropped[channel] = dropped.get(channel, 0) + 1
        return dropped

    def waiting(self) -> list[Waiting]:
        """Of the channels for which notices wait."""
        last = (
            select(Notice.channel, Notice.problem)
            .where(Notice.problem.is_not(None))
            .order_by(Notice.due_at)
        )
        each = (
            select(Notice.channel, func.count(), func.min(Notice.made_at))
            .group_by(Notice.channel)
            .order_by(Notice.channel)
        )
        with reading(self._engine) as session:
            problems = dict(session.execute(last).all())
            return [Waiting(*row, problems.get(row[0])) for row in session.execute(each)]


def _parts(items: Sequence[Any]) -> Iterator[list[Any]]:
    rest = iter(items)
    while part := [*islice(rest, MOST_ITEMS)]:
        yield part


def _counts(session: Session) -> dict[str, int]:
    each = select(_NOTICES.c.channel, func.count()).group_by(_NOTICES.c.channel)
    return dict(session.execute(each).all())
