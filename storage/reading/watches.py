"""Watches: queries whose new hits a person wants to hear of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine, delete, func, select, update
from sqlalchemy.orm import Session

from storage import outbox
from storage.database.engine import insert_into, reading, writing
from storage.models import Version, Watch, table_of
from storage.outbox import NoticeKind
from storage.reading.news import load_ends

_WATCHES = table_of(Watch)
_REACHED = ("last_document_id", "last_entry_id")


class Reports(StrEnum):
    """What a watch tells of."""

    ARTICLES = "articles"
    EDITS = "edits"
    STEALTH = "stealth"
    """Edits that the page does not own up to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchRecord:
    id: int
    name: str
    query: str
    added_at: datetime
    last_run_at: datetime | None
    last_document_id: int
    """What was filed up to here has been told (``Search.documents``)."""
    last_entry_id: int
    """… and what was edited up to here (``news``)."""
    teasers: bool = False
    """It tells of teasers, too."""
    reports: Reports = Reports.ARTICLES
    last_version_id: int = 0
    """Of a watch for edits: those that made versions up to here have been told."""


class Watches:
    """Every method raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self,
        name: str,
        query: str,
        now: datetime,
        reports: Reports = Reports.ARTICLES,
        *,
        teasers: bool = False,
    ) -> bool:
        """Whether it was added: there may be one of this name. It looks from now on."""
        values: dict[str, Any] = {"name": name, "query": query, "added_at": now, "teasers": teasers}
        values |= dict(zip(_REACHED, load_ends(self._engine), strict=True))
        if reports is not Reports.ARTICLES:
            values |= {"reports": reports.value, "last_version_id": load_last(self._engine)}
        statement = insert_into(Watch).values(**values).on_conflict_do_nothing()
        with writing(self._engine) as session:
            return session.execute(statement.returning(_WATCHES.c.id)).first() is not None

    def remove(self, name: str) -> bool:
        statement = delete(_WATCHES).where(_WATCHES.c.name == name).returning(_WATCHES.c.id)
        with writing(self._engine) as session:
            return session.execute(statement).first() is not None

    def list(self) -> list[WatchRecord]:
        """In the order they were added."""
        with reading(self._engine) as session:
            rows = session.execute(select(_WATCHES).order_by(_WATCHES.c.id)).all()
        return [_record(row._mapping) for row in rows]

    def advance(self, watch_id: int, reached: Mapping[str, int], now: datetime) -> None:
        """What was filed and edited up to here has been told; ``reached`` as of ``News`` or
        ``EditNews``. It never goes back: another run may have told more meanwhile."""
        with writing(self._engine) as session:
            _advance(session, watch_id, reached, now)

    def make_notice(
        self,
        watch: WatchRecord,
        reached: Mapping[str, int],
        items: Sequence[int],
        channels: Sequence[str],
        now: datetime,
    ) -> bool:
        """Note that it has been told, and with the same stroke make it a notice for these channels.

        ``items``: ids of articles, or of versions. Where another run was faster nothing is done.
        Returns whether there was room: else nothing is told, and the watch stays where it is.
        """
        kind = NoticeKind.ARTICLES if watch.reports is Reports.ARTICLES else NoticeKind.EDITS
        was = [_WATCHES.c.id == watch.id]
        was += [_WATCHES.c[name] == getattr(watch, name) for name in reached]
        with writing(self._engine) as session:
            if session.execute(select(_WATCHES.c.id).where(*was)).first() is None:
                return True
            room = outbox.put(session, channels, kind, items, now, watch=watch.name)
            if room:
                _advance(session, watch.id, reached, now)
            return room


def load_last(engine: Engine) -> int:
    """The id of the last version."""
    with reading(engine) as session:
        return session.scalar(select(func.max(Version.id))) or 0


def _advance(session: Session, watch_id: int, reached: Mapping[str, int], now: datetime) -> None:
    here = _WATCHES.c.id == watch_id
    session.execute(update(_WATCHES).where(here).values(last_run_at=now))
    for name, end in reached.items():
        further = update(_WATCHES).where(here, _WATCHES.c[name] < end)
        session.execute(further.values({name: end}))


def _record(values: Mapping[Any, Any]) -> WatchRecord:
    filled = {key: value for key, value in values.items() if value is not None}
    reports = Reports(filled.pop("reports", Reports.ARTICLES))
    return WatchRecord(**({"last_run_at": None} | filled), reports=reports)
