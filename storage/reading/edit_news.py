"""What a watch for edits has to tell: what publishers changed since it was run last."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Engine

from storage.database.engine import reading
from storage.reading.edit_log import EditEvent, list_edits_after
from storage.reading.news import CHUNK, match_versions
from storage.reading.watches import load_last
from storage.search.query import Query


class EditNews:
    """The edits after ``last_version_id`` (see ``Watch``) whose text the query finds, before the
    edit or after it: whoever looks for a word hears that it was taken out. ``None``: all edits.

    ``reached``: how far it looks, for ``Watches.advance``. Raises ``StorageError``.
    """

    def __init__(
        self, engine: Engine, query: Query | None, last_version_id: int, *, stealth: bool
    ) -> None:
        self._engine = engine
        self._query = query
        self._after = last_version_id
        self._stealth = stealth
        self.reached = {"last_version_id": load_last(engine)}

    def events(self) -> Iterator[EditEvent]:
        """The oldest first."""
        after, until = self._after, self.reached["last_version_id"]
        while found := list_edits_after(self._engine, after, until, CHUNK, stealth=self._stealth):
            yield from self._matching(found)
            after = found[-1].version_id

    def _matching(self, events: list[EditEvent]) -> list[EditEvent]:
        if self._query is None:
            return events
        versions = {each for event in events for each in (event.version_id, event.base_id)}
        with reading(self._engine) as session:
            matching = match_versions(session, self._query, sorted(versions))
        return [one for one in events if {one.version_id, one.base_id} & matching]
