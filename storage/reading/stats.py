"""Figures of an archive, or of what a query finds: articles over time and by outlet, edits, delays.

A bounded number of articles is counted, those filed last: the work is bounded, too.
"""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from scraper.model.types import Precision
from storage.database.engine import reading
from storage.models import Article, Edit, Snapshot, Version
from storage.records import PUBLISHER
from storage.search.facets import Counts, by_period
from storage.search.filters import Filters, Source
from storage.search.query import EVERYTHING, parse
from storage.text.fingerprint import read_time

COUNTED = 100_000
"""Articles, where nothing else is asked for."""
TO_THE_MINUTE = frozenset({Precision.MINUTE.value, Precision.SECOND.value})
TO_THE_HOUR = TO_THE_MINUTE | {Precision.HOUR.value}
_NOTHING_ASKED = "nothing to look for: the query has no word"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletStats:
    site: str
    articles: int
    edits: int
    """Versions by which the publisher edited these articles."""
    stealth: int
    """… of these, those that the page does not own up to."""
    median_delay: float | None
    """Seconds from the publication to when we saw it first, where the page says the minute and it
    was read on the web; ``None`` where that is so of no article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    articles: int
    """How many were counted."""
    is_truncated: bool
    """There are more."""
    edits: int
    stealth: int
    median_delay: float | None
    stored_bytes: int
    """What the pages behind the current texts take, compressed, each once."""
    days: Counts
    """Articles by day of publication, or by month or year (``facets.by_period``); without a date
    by the day (UTC) on which it was first seen."""
    hours: tuple[int, ...]
    """Articles by the hour of publication, 0 to 23, at the offset that the page states; only where
    it says the hour."""
    outlets: tuple[OutletStats, ...]
    """The one with the most articles first."""
    notes: tuple[str, ...] = ()
    """What a person should be told of the query: a line each."""


def load_stats(
    engine: Engine,
    text: str = "",
    *,
    filters: Filters = Filters(),  # noqa: B008 - it is frozen
    since: datetime | None = None,
    today: date | None = None,
    most: int = COUNTED,
) -> Stats:
    """Of the articles that a query finds (empty: of all), published from ``since`` on; at most so
    many. ``today``: see ``query.parse``. Raises ``StorageError``."""
    query = parse(text, today)
    notes = query.notes
    if not text.strip():
        query = EVERYTHING
    elif query.is_empty:
        notes = (*notes, _NOTHING_ASKED)
    columns = (
        Article.id,
        Article.site,
        Article.first_seen_at,
        Version.published_at,
        Version.published_offset,
        Version.published_precision,
        Version.recorded,
        Version.snapshot_id,
        Snapshot.stored_size,
    )
    with reading(engine) as session:
        source = Source(session, query, filters)
        wanted = source.select_whole(*columns).outerjoin(
            Snapshot, Snapshot.id == Version.snapshot_id
        )
        if since is not None:
            wanted = wanted.where(source.dated >= since)
        wanted = wanted.order_by(source.filed.desc()).limit(most + 1)
        rows = [] if query.is_empty else session.execute(wanted).all()
        edits = _load_edits(session) if rows else {}
    return _count(rows, most, edits, notes)


def _load_edits(session: Session) -> Mapping[int, Sequence[bool]]:
    """Of each article that was edited, for each edit whether it was by stealth."""
    edits: dict[int, list[bool]] = defaultdict(list)
    rows = session.execute(
        select(Version.article_id, Edit.stealth)
        .join(Edit, Edit.version_id == Version.id)
        .where(Version.cause == PUBLISHER, Version.accepted)
    )
    for article_id, stealth in rows:
        edits[article_id].append(stealth)
    return edits


def _count(
    rows: Sequence[Any],
    most: int,
    edits: Mapping[int, Sequence[bool]],
    notes: tuple[str, ...],
) -> Stats:
    days: Counter[date] = Counter()
    hours = [0] * 24
    sizes: dict[int | None, int] = {}
    articles: Counter[str] = Counter()
    edited: Counter[str] = Counter()
    in_silence: Counter[str] = Counter()
    delays: dict[str, list[float]] = defaultdict(list)
    for id, site, seen, published_at, offset, precision, recorded, snapshot, size in rows[:most]:
        published = read_time(published_at, offset)
        articles[site] += 1
        days[(published or seen).date()] += 1
        sizes[snapshot] = size or 0
        if published and precision in TO_THE_HOUR:
            hours[published.hour] += 1
        if published and precision in TO_THE_MINUTE and not recorded:
            delays[site].append(max(0.0, (seen - published).total_seconds()))
        for stealth in edits.get(id, ()):
            edited[site] += 1
            in_silence[site] += stealth
    every = [delay for some in delays.values() for delay in some]
    return Stats(
        articles=min(len(rows), most),
        is_truncated=len(rows) > most,
        edits=edited.total(),
        stealth=in_silence.total(),
        median_delay=statistics.median(every) if every else None,
        stored_bytes=sum(sizes.values()),
        days=by_period(days),
        hours=tuple(hours),
        outlets=tuple(
            OutletStats(
                site=site,
                articles=number,
                edits=edited[site],
                stealth=in_silence[site],
                median_delay=statistics.median(delays[site]) if delays[site] else None,
            )
            for site, number in sorted(articles.items(), key=lambda one: (-one[1], one[0]))
        ),
        notes=notes,
    )
