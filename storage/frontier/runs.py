"""Past runs, read."""

from __future__ import annotations

from sqlalchemy import Engine, select

from storage.database.engine import reading
from storage.models import Run
from storage.records import RunRecord


class Runs:
    """Every method raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def list(self, limit: int = 20) -> list[RunRecord]:
        """The last runs, the newest first; 0 lists all."""
        query = select(Run).order_by(Run.id.desc())
        with reading(self._engine) as session:
            rows = session.scalars(query.limit(limit) if limit else query)
            return [
                RunRecord(
                    row.id,
                    row.pid,
                    row.started_at,
                    row.finished_at,
                    row.exit_code,
                    row.counts or {},
                    row.summary or {},
                )
                for row in rows
            ]
