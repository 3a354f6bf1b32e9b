"""How many of the hits each value of a facet has, counted over a bounded number of the newest.

A facet is counted under the query and all filters but its own, so that a person can change their
mind.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import String, case, cast, func, select
from sqlalchemy.orm import Session

from storage.models import Article, Version
from storage.search.filters import Filters, PageType, Source, is_edited, is_in_story
from storage.search.query import Query

FACETED = 10_000
"""Hits that are counted, the last filed."""
MOST_VALUES = 20
LONGEST_IN_DAYS, LONGEST_IN_MONTHS = 62, 120
"""Days, and months, that are shown as such."""

Counts = tuple[tuple[str, int], ...]

FACETS = (
    "site", "language", "author", "section", "month", "edited", "stealth", "story", "type",
)  # fmt: skip
YES = "1"
"""The only value of a facet that holds or not."""


@dataclass(frozen=True, slots=True)
class Facets:
    total: int
    """Hits that were counted."""
    is_truncated: bool
    """There are more."""
    counts: Mapping[str, Counts]
    """Of each of ``FACETS`` the values with their numbers, the most first, at most ``MOST_VALUES``;
    of ``month`` all, the newest first."""
    days: Counts = field(default=())
    """By the day (``2026-03-05``), by the month where the hits span more than ``LONGEST_IN_DAYS``,
    by the year where they span more than ``LONGEST_IN_MONTHS``; the oldest first, without gaps."""


_COLUMNS = (
    Article.site,
    Version.section,
    cast(Version.authors, String).label("authors"),
    case((is_edited(stealth=False), 1), else_=0).label("edited"),
    case((is_edited(stealth=True), 1), else_=0).label("stealth"),
    case((is_in_story(), 1), else_=0).label("story"),
)
"""What is counted, beside the labels, which come first."""


@dataclass(frozen=True, slots=True)
class _Rows:
    """The hits by columns."""

    labels: Sequence[str] = ()
    site: Sequence[str] = ()
    section: Sequence[str | None] = ()
    authors: Sequence[str] = ()
    edited: Sequence[int] = ()
    stealth: Sequence[int] = ()
    story: Sequence[int] = ()


def count_facets(session: Session, query: Query, filters: Filters) -> Facets:
    rows = _load(session, query, filters)
    counts = {}
    for name in FACETS[:-1]:
        own = replace(filters, **{name: getattr(Filters(), name)})
        counts[name] = _count(name, rows if own == filters else _load(session, query, own))
    counts["type"] = _count_types(session, query, filters)
    total = len(rows.labels)
    return Facets(min(total, FACETED), total > FACETED, counts, _count_days(rows))


def _load(session: Session, query: Query, filters: Filters) -> _Rows:
    """Of the newest hits, one more than are counted."""
    source = Source(session, query, filters)
    hits = source.select(source.labels, *_COLUMNS).order_by(source.filed.desc())
    rows = session.execute(hits.limit(FACETED + 1)).all()
    return _Rows(*zip(*rows, strict=True)) if rows else _Rows()


def _count_types(session: Session, query: Query, filters: Filters) -> Counts:
    kinds: tuple[PageType, ...] = ("article", "teaser")
    found: Counter[str] = Counter()
    for kind in kinds:
        source = Source(session, query, replace(filters, type=kind))
        some = source.select(source.place).limit(FACETED).subquery()
        found[kind] = session.scalar(select(func.count()).select_from(some)) or 0
    return _most(found)


def _count(name: str, rows: _Rows) -> Counts:
    """The values of a facet."""
    if name in ("language", "month"):
        found = _labelled(rows, {"language": "zzl", "month": "zzm"}[name])
        if name == "month":
            months = {f"{one[:4]}-{one[4:]}": found[one] for one in found}
            return tuple(sorted(months.items(), reverse=True))
        return _most(found)
    if name == "author":
        authors: Counter[str] = Counter()
        for text, number in Counter(rows.authors[:FACETED]).items():
            for one in dict.fromkeys(json.loads(text)):
                authors[one] += number
        return _most(authors)
    values = Counter(getattr(rows, name)[:FACETED])
    if name in ("edited", "stealth", "story"):
        return ((YES, values[1]),) if values[1] else ()
    return _most(values)


def _count_days(rows: _Rows) -> Counts:
    found = _labelled(rows, "zzd")
    return by_period({date(int(one[:4]), int(one[4:6]), int(one[6:])): found[one] for one in found})


def by_period(by_day: Mapping[date, int]) -> Counts:
    """The numbers by day, month or year (see ``Facets.days``)."""
    if not by_day:
        return ()
    first, last = min(by_day), max(by_day)
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    counts: Counter[str] = Counter()
    names: Iterable[str]
    if (last - first).days < LONGEST_IN_DAYS:
        days = range((last - first).days + 1)
        names, length = ((first + timedelta(n)).isoformat() for n in days), 10
    elif months <= LONGEST_IN_MONTHS:
        names, length = _months(first, months), 7
    else:
        names, length = (f"{year:04}" for year in range(first.year, last.year + 1)), 4
    for day, number in by_day.items():
        counts[day.isoformat()[:length]] += number
    return tuple((name, counts[name]) for name in names)


def _months(first: date, count: int) -> Iterator[str]:
    for at in range(first.month - 1, first.month - 1 + count):
        yield f"{first.year + at // 12:04}-{at % 12 + 1:02}"


def _labelled(rows: _Rows, kind: str) -> Counter[str]:
    """How many hits have each label that begins so, by what follows."""
    every = Counter(" ".join(rows.labels[:FACETED]).split())
    return Counter({one[3:]: every[one] for one in every if one.startswith(kind)})


def _most(found: Counter[Any]) -> Counts:
    ranked = sorted((one for one in found.items() if all(one)), key=lambda one: (-one[1], one[0]))
    return tuple(ranked[:MOST_VALUES])
