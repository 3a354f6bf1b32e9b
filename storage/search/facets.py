"""How many of the hits each value of a facet has, counted over a bounded number of the newest.

A facet is counted under the query and all filters but its own, so that a person can change their
mind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from heapq import nsmallest
from typing import Any

from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import Session

from storage.database.engine import is_sqlite
from storage.search.documents import AUTHOR, DAY, FACET_SEPARATOR, LANGUAGE, SECTION, SITE
from storage.search.filters import Filters, PageType, Source, articles_in_stories, edited_articles
from storage.search.query import Query

FACETED = 10_000
"""Hits that are counted, the last filed."""
MOST_VALUES = 20
LONGEST_IN_DAYS, LONGEST_IN_MONTHS = 62, 60
"""Days, and months, that are shown as such."""

Counts = tuple[tuple[str, int], ...]

FACETS = (
    "site", "language", "author", "section", "month", "edited", "stealth", "story", "type",
)  # fmt: skip
MARKED = ("edited", "stealth", "story")
"""Those that hold or not."""
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


@dataclass(frozen=True, slots=True)
class _Found:
    """The hits that are counted."""

    total: int = 0
    """One more than are counted where there are more."""
    values: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """By the letter of what they are of (``documents.facets_of``): how many have each."""
    article_ids: frozenset[str] = frozenset()


def count_facets(session: Session, query: Query, filters: Filters) -> Facets:
    found = _load(session, query, filters)
    marked = _load_marked(session) if found.total else dict.fromkeys(MARKED, frozenset[str]())
    counts: dict[str, Counts] = {}
    for name in FACETS[:-1]:
        own = replace(filters, **{name: getattr(Filters(), name)})
        its = found if own == filters else _load(session, query, own)
        if name in marked:
            number = len(its.article_ids & marked[name])
            counts[name] = ((YES, number),) if number else ()
        elif name == "month":
            counts[name] = _months_of(its.values[DAY])
        else:
            counts[name] = _most(its.values[_LETTERS[name]])
    counts["type"] = _count_types(session, query, filters, found)
    days = by_period({_day(one): number for one, number in found.values[DAY].items()})
    return Facets(min(found.total, FACETED), found.total > FACETED, counts, days)


def _load(session: Session, query: Query, filters: Filters) -> _Found:
    """All values in one text, as they are counted quickest so."""
    source = Source(session, query, filters)
    hits = source.select(source.article_id.label("article_id"), source.facets.label("facets"))
    newest = hits.order_by(source.filed.desc()).limit(FACETED).subquery()
    joined = func.group_concat if is_sqlite(session) else func.string_agg
    row = session.execute(
        select(
            func.count(),
            joined(cast(newest.c.article_id, String), FACET_SEPARATOR),
            joined(newest.c.facets, FACET_SEPARATOR),
        )
    ).one()
    total, ids, values = row
    if total == FACETED:
        total += session.scalar(select(hits.offset(FACETED).limit(1).exists())) or 0
    counted: dict[str, dict[str, int]] = {letter: {} for letter in _LETTERS.values()}
    for value, number in Counter((values or "").split(FACET_SEPARATOR)).items():
        if value:
            counted[value[0]][value[1:]] = number
    return _Found(total, counted, frozenset((ids or "").split(FACET_SEPARATOR)) - {""})


_LETTERS = {"site": SITE, "language": LANGUAGE, "author": AUTHOR, "section": SECTION, "month": DAY}


def _load_marked(session: Session) -> dict[str, frozenset[str]]:
    """The articles, as text, of which each facet that holds or not does."""
    edited = {str(one): is_stealth for one, is_stealth in session.execute(edited_articles())}
    return {
        "edited": frozenset(edited),
        "stealth": frozenset(one for one, is_stealth in edited.items() if is_stealth),
        "story": frozenset(map(str, session.scalars(articles_in_stories()))),
    }


def _months_of(days: Mapping[str, int]) -> Counts:
    months: Counter[str] = Counter()
    for day, number in days.items():
        months[f"{day[:4]}-{day[4:6]}"] += number
    return tuple(sorted(months.items(), reverse=True))


def _day(value: str) -> date:
    return date(int(value[:4]), int(value[4:6]), int(value[6:]))


def _count_types(session: Session, query: Query, filters: Filters, found: _Found) -> Counts:
    other: PageType = "teaser" if filters.type == "article" else "article"
    source = Source(session, query, replace(filters, type=other))
    some = source.select(source.place).limit(FACETED).subquery()
    number = session.scalar(select(func.count()).select_from(some)) or 0
    return _most(Counter({filters.type: min(found.total, FACETED), other: number}))


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


def _most(found: Mapping[Any, int]) -> Counts:
    some = (one for one in found.items() if one[1])
    return tuple(nsmallest(MOST_VALUES, some, key=lambda one: (-one[1], one[0])))
