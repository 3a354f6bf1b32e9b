"""The edits of all articles, the newest first: what publishers changed, as it was stored with each
version (``storage.saving.edit_rows``); and what a watch for edits has to tell."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Select, String, cast, func, or_, select
from sqlalchemy.orm import aliased

from storage.database.engine import reading
from storage.models import Article, Edit, Version
from storage.reading.edits import EditKind
from storage.reading.news import CHUNK, match_versions
from storage.reading.watches import load_last
from storage.records import PUBLISHER
from storage.search.query import Query


@dataclass(frozen=True, slots=True, kw_only=True)
class EditEvent:
    """One change of one article by its publisher."""

    article: int
    url: str
    title: str | None
    """As it is since."""
    version: int
    """The number of the version that it made."""
    seen_at: datetime
    kinds: tuple[str, ...]
    stealth: bool
    summary: str
    version_id: int
    base_id: int
    """Of the version that it is measured against."""


def list_edits(
    engine: Engine,
    limit: int,
    *,
    since: datetime | None = None,
    site: str | None = None,
    stealth: bool = False,
    kind: EditKind | None = None,
    before: int | None = None,
) -> list[EditEvent]:
    """The one seen last first; ``limit`` 0: all. ``site``: an outlet, as ``scraper.urls.site_of``
    has it. ``stealth``: only those that the page does not own up to. ``before``: the next page, by
    the ``version_id`` of the last edit. Raises ``StorageError``."""
    query = _edits().order_by(Version.id.desc()).limit(limit or None)
    if before is not None:
        query = query.where(Version.id < before)
    if since is not None:
        query = query.where(Version.first_seen_at >= since)
    if site is not None:
        query = query.where(or_(Article.site == site, Article.site.endswith(f".{site}")))
    if stealth:
        query = query.where(Edit.stealth)
    if kind is not None:
        query = query.where(cast(Edit.kinds, String).contains(f'"{kind.value}"'))
    return _load(engine, query)


def list_edits_after(
    engine: Engine, version_id: int, until: int, limit: int, *, stealth: bool = False
) -> list[EditEvent]:
    """Those that made versions after this one, up to that one; the oldest first."""
    query = _edits().where(Version.id > version_id, Version.id <= until)
    if stealth:
        query = query.where(Edit.stealth)
    return _load(engine, query.order_by(Version.id).limit(limit))


def load_edits(engine: Engine, version_ids: Collection[int]) -> list[EditEvent]:
    """Those that made these versions, as far as they are there; the oldest first."""
    return _load(engine, _edits().where(Version.id.in_(version_ids)).order_by(Version.id))


def list_edits_of(engine: Engine, article_ids: Collection[int]) -> list[EditEvent]:
    """Those of these articles, the oldest first. Raises ``StorageError``."""
    return _load(engine, _edits().where(Article.id.in_(article_ids)).order_by(Version.id))


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


def _edits() -> Select[Any]:
    earlier = aliased(Version)
    number = (
        select(func.count())
        .where(earlier.article_id == Version.article_id, earlier.id <= Version.id)
        .correlate(Version)
    )
    return (
        select(Edit, Version, Article.id, Article.url, number.scalar_subquery())
        .join(Version, Version.id == Edit.version_id)
        .join(Article, Article.id == Version.article_id)
        .where(Version.cause == PUBLISHER, Version.accepted)
    )


def _load(engine: Engine, query: Select[Any]) -> list[EditEvent]:
    with reading(engine) as session:
        return [_event(row) for row in session.execute(query)]


def _event(row: Any) -> EditEvent:
    edit, version, article_id, url, place = row
    return EditEvent(
        article=article_id,
        url=url,
        title=version.title,
        version=place,
        seen_at=version.first_seen_at,
        kinds=tuple(edit.kinds),
        stealth=edit.stealth,
        summary=edit.summary,
        version_id=edit.version_id,
        base_id=edit.base_id,
    )
