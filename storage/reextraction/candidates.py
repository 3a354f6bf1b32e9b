"""The stored pages that a re-extraction reads, one after the other.

Read are the articles whose current version today's extractor neither made nor is known to make
the same of; and the pages that are filed as no article, or as the beginning of one, as far as they
are stored. Of these a finished re-extraction with the same rules has read all that were fetched
before it.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Engine, Row, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session

from scraper import urls
from scraper.errors import StorageError
from scraper.model.types import StoredPage, Verdict
from storage.contents import read_article
from storage.database.engine import reading
from storage.models import Article, Fetch, Part, Snapshot, Version, table_of
from storage.reextraction.findings import Candidate, State
from storage.snapshots import load_stored_page, response_of

CHUNK = 500
"""Articles that are looked through at a time."""

_ORIGIN = ("snapshot_id", "url", "fetched_at", "with_credentials", "recorded", "answer")
_NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,9}){0,5}")
_CARDS, _VERSIONS, _PARTS = table_of(Article), table_of(Version), table_of(Part)
_LOOKED_AT = (
    select(
        _CARDS.c.id,
        _CARDS.c.verdict,
        _CARDS.c.url,
        _CARDS.c.canonical_url,
        _CARDS.c.current_version_id,
        _CARDS.c.last_checked_at,
        _VERSIONS.c.extractor_version,
        _VERSIONS.c.confirmed_by,
        _VERSIONS.c.url.label("read_at"),
    )
    .outerjoin(_VERSIONS, _VERSIONS.c.id == _CARDS.c.current_version_id)
    .order_by(_CARDS.c.id)
)
_VERSION = select(_VERSIONS).where(_VERSIONS.c.id == bindparam("version"))
_PARTS_OF = select(func.count()).select_from(_PARTS).where(_PARTS.c.version_id == bindparam("it"))
_LAST_FETCH = (
    select(Fetch.snapshot_id, Fetch.url, Fetch.fetched_at, Fetch.with_credentials)
    .where(Fetch.article_id == bindparam("article"), Fetch.snapshot_id.is_not(None))
    .order_by(Fetch.id.desc())
    .limit(1)
)


class FiledArticle(NamedTuple):
    """An article, and what read its current version."""

    id: int
    verdict: str
    url: str
    canonical_url: str
    current_version_id: int | None
    last_checked_at: datetime
    extractor_version: str | None
    confirmed_by: str | None
    read_at: str | None
    """The address at which that version was read."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which pages are read."""

    since: str | None = None
    """Only what extractors of this number and later ones made (``2``)."""
    site: str | None = None
    """Only what is on this host, or on the hosts below it; in canonical form."""
    everything: bool = False
    """Also what today's extractor made, or is known to make the same of."""


class Candidates:
    """The pages of a scope from one article's id on, in the order of these.

    ``today``: which extractor would read an address now. ``covered``: before when pages without an
    article have been read by it. Every method raises ``StorageError``; a page that is damaged is a
    candidate without one.
    """

    def __init__(
        self,
        engine: Engine,
        scope: Scope,
        today: Callable[[str], str],
        *,
        after: int = 0,
        covered: datetime | None = None,
    ) -> None:
        self._engine = engine
        self._scope = scope
        self._today = today
        self._since = number_of(scope.since) if scope.since else None
        self._after = after
        self._covered = None if scope.everything else covered
        self._wanted: deque[tuple[FiledArticle, int]] = deque()
        """With its number among the articles looked at."""
        self._scanned = 0

    def count(self) -> int:
        """How many articles are looked at, from where it begins."""
        query = select(func.count()).select_from(_CARDS).where(_CARDS.c.id > self._after)
        with reading(self._engine) as session:
            return int(session.scalar(self._on_site(query)) or 0)

    def next(self) -> Candidate | None:
        while True:
            while not self._wanted:
                if not self._look_further():
                    return None
            filed, scanned = self._wanted.popleft()
            with reading(self._engine) as session:
                candidate = _load(session, filed, scanned)
            if candidate is not None:
                return candidate

    def _look_further(self) -> bool:
        """Whether there were more articles to look at."""
        query = self._on_site(_LOOKED_AT.where(_CARDS.c.id > self._after)).limit(CHUNK)
        with reading(self._engine) as session:
            rows = [FiledArticle(*row) for row in session.execute(query)]
            numbered = enumerate(rows, start=self._scanned + 1)
            self._wanted.extend((row, number) for number, row in numbered if self._is_wanted(row))
        if rows:
            self._after = rows[-1].id
            self._scanned += len(rows)
        return bool(rows)

    def _on_site(self, query: Select[Any]) -> Select[Any]:
        host = self._scope.site
        return query if host is None else query.where(_may_be_on(host))

    def _is_wanted(self, row: FiledArticle) -> bool:
        scope = self._scope
        if scope.site is not None and not is_on(row.canonical_url, scope.site):
            return False
        if self._since is not None:
            made_by = number_of(row.extractor_version or "")
            if made_by is None or made_by < self._since:
                return False
        if row.read_at is not None and not scope.everything:
            known = (row.extractor_version, row.confirmed_by)
            if self._today(row.read_at) in known:
                return False
        is_article = row.verdict == Verdict.ARTICLE
        return is_article or self._covered is None or row.last_checked_at >= self._covered


def number_of(version: str) -> tuple[int, ...] | None:
    """``3+rule:1f2e`` → ``(3,)``; ``None`` for what begins with no number."""
    number = _NUMBER.match(version)
    return tuple(map(int, number[0].split("."))) if number else None


def is_on(url: str, site: str) -> bool:
    """Whether an address is on a host, whatever its port unless one is named, or below it."""
    host = urls.host_of(url)
    if ":" not in site.rpartition("]")[2]:
        bare, _, port = host.rpartition(":")
        host = bare if port.isdecimal() else host
    return host == site or host.endswith(f".{site}")


def _may_be_on(host: str) -> ColumnElement[bool]:
    """The sites of what is on a host or below it: its own, as today's lists and those of an
    earlier version have it, and those that it is shared by."""
    own, below = f"https://{host}/", f"https://below.{host}/"
    sites = _CARDS.c.site.in_({urls.site_of(own), urls.domain_of(own)})
    if urls.site_of(below) == urls.site_of(own):
        return sites
    return or_(sites, _CARDS.c.site.endswith(f".{host}", autoescape=True))


def _load(session: Session, row: FiledArticle, scanned: int) -> Candidate | None:
    """The page behind a row; ``None`` where there never was one that could be read."""
    version_id = row.current_version_id
    base = Candidate(
        article_id=row.id,
        url=row.url,
        verdict=Verdict(row.verdict),
        scanned=scanned,
        version_id=version_id,
    )
    try:
        version = None
        if version_id is None:
            fetch = session.execute(_LAST_FETCH, {"article": row.id}).first()
            if fetch is None:
                return None
            origin = dict(fetch._mapping) | {"url": fetch.url or row.url}
        else:
            version = session.execute(_VERSION, {"version": version_id}).first()
            if version is None:
                return None  # its article was removed for good meanwhile
            origin = {name: getattr(version, name) for name in _ORIGIN}
            read_by = version.confirmed_by or version.extractor_version
            base = replace(base, article=read_article(version, base.verdict), read_by=read_by)
        return _with_page(session, replace(base, origin=origin), version)
    except (StorageError, ValueError, KeyError, TypeError) as error:  # a damaged cell or page
        return replace(base, missing=State.DAMAGED, problem=str(error))


def _with_page(session: Session, base: Candidate, version: Row[Any] | None) -> Candidate | None:
    snapshot_id = base.origin["snapshot_id"]
    snapshot = None if snapshot_id is None else session.get(Snapshot, snapshot_id)
    if snapshot is None:
        return _without_page(base, "its page was not stored")
    if snapshot.pruned_at is not None:
        return _without_page(base, f"its stored page was pruned on {snapshot.pruned_at:%Y-%m-%d}")
    if version is None:
        url, fetched_at = base.origin["url"], base.origin["fetched_at"]
        return replace(base, page=StoredPage(response_of(session, snapshot, url, fetched_at), ""))
    page = load_stored_page(session, snapshot, version)
    if not page.parts and session.scalar(_PARTS_OF, {"it": version.id}):
        return _without_page(base, "a further page of it was pruned")
    return replace(base, page=page)


def _without_page(base: Candidate, why: str) -> Candidate | None:
    """``None`` for a page that is no article: it has nothing to lose by it."""
    is_article = base.verdict is Verdict.ARTICLE
    return replace(base, missing=State.PRUNED, problem=why) if is_article else None
