"""Watches: queries whose new hits a person wants to hear of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, delete, select, update

from storage.database.engine import insert_into, reading, writing
from storage.models import Watch, table_of
from storage.reading.news import load_ends

_WATCHES = table_of(Watch)
_REACHED = ("last_document_id", "last_entry_id")


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


class Watches:
    """Every method raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, name: str, query: str, now: datetime) -> bool:
        """Whether it was added: there may be one of this name. It looks from now on."""
        values = {"name": name, "query": query, "added_at": now}
        values |= dict(zip(_REACHED, load_ends(self._engine), strict=True))
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
        return [WatchRecord(**row._mapping) for row in rows]

    def advance(self, watch_id: int, document_id: int, entry_id: int, now: datetime) -> None:
        """What was filed up to this document, and edited up to this entry, has been told. It never
        goes back: another run may have told more meanwhile."""
        here = _WATCHES.c.id == watch_id
        with writing(self._engine) as session:
            session.execute(update(_WATCHES).where(here).values(last_run_at=now))
            for name, reached in zip(_REACHED, (document_id, entry_id), strict=True):
                further = update(_WATCHES).where(here, _WATCHES.c[name] < reached)
                session.execute(further.values({name: reached}))
