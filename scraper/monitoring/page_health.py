"""What has gone wrong with a source's new pages, by the rules of ``source_health``. Pure.

For each thing that may go wrong (refused, walled, without a date, …) the pages are a row of good
and bad ones, the newest last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from scraper.model.health import Alarm, Attempt, Kind
from scraper.monitoring.causes import classify, code_in_words, code_of

# Those of the rules, in their order.
NEWS_AGE = timedelta(days=14)
NEW_NORMAL = timedelta(days=30)
BURST = timedelta(hours=6)
RUN, RARE = 8, 0.25
PAST = 20
"""Pages that must be known to tell what was usual."""
RISES = ((20, 0.45, 1.0), (40, 0.3, RARE))
"""By how much the share rose in so many pages, and from how much at most."""
RISE_TIME = timedelta(hours=8)
STILL = 0.3
MOSTLY = 0.75
OVER = ((8, MOSTLY), (20, 0.0))
"""How many of the last pages tell that a trouble is over, and which share it must have met."""
OVER_RISE, OVER_HALF = 0.15, 0.5
HARDLY_PAGES, HARDLY_MOST, HARDLY_SHARE = 10, 40, 0.9
SHORT = 0.5
EXAMPLES = 3
PAUSED = "paused"
"""Of a page that was not even asked for, because its host wanted to be left alone."""

_TROUBLES = {
    Kind.BLOCKED: "were refused",
    Kind.WALLED: "are walls or teasers",
    Kind.REJECTED: "are no articles",
    Kind.FAILING: "could not be fetched",
}


@dataclass(frozen=True, slots=True)
class _Row:
    """What may be wrong with a source's pages, and of each whether it is."""

    kind: Kind
    words: str
    pages: Sequence[Attempt]
    flags: Sequence[bool]

    def share(self, start: int = 0, end: int | None = None) -> float:
        flags = self.flags[start:end]
        return sum(flags) / len(flags) if flags else 0.0

    def usual(self, end: int) -> float | None:
        """The share before ``end``; ``None`` where too little is known."""
        return self.share(0, end) if end >= PAST else None

    def length(self, number: int, time: timedelta) -> int:
        """Of the last ``number`` pages, or of all within ``time``, if those are more."""
        newest = self.pages[-1].at
        last = (at for at, page in enumerate(reversed(self.pages)) if newest - page.at >= time)
        return max(number, next(last, len(self.pages)))


@dataclass(frozen=True, slots=True)
class _Finding:
    row: _Row
    since: datetime
    bad: tuple[Attempt, ...]
    number: int
    """Of the last pages, ``bad`` among them."""
    before: float | None
    """The share in the past."""


def judge_pages(
    attempts: Sequence[Attempt], opened: Mapping[str, datetime], now: datetime
) -> list[Alarm]:
    """What has gone wrong with a source's pages, at most one alarm of a kind. ``opened``: since
    when, by the kinds of its open alarms."""
    pages = [(page, classify(page)) for page in attempts if _tells_something(page)]
    news = [(page, kind) for page, kind in pages if page.at - page.news_at <= NEWS_AGE]
    findings: dict[Kind, list[_Finding]] = {}
    for row in _rows(news, opened.get(Kind.SHORT)):
        finding = _find(row, opened.get(row.kind), now)
        if finding is not None:
            findings.setdefault(row.kind, []).append(finding)
    alarms = [_alarm(kind, group) for kind, group in findings.items()]
    return alarms if _TROUBLES.keys() & findings else [*alarms, *_judge_hardly_any(pages, now)]


def _tells_something(page: Attempt) -> bool:
    return code_of(page) != PAUSED and not page.is_made_good


def _rows(news: Sequence[tuple[Attempt, Kind | None]], short_since: datetime | None) -> list[_Row]:
    pages = [page for page, _ in news]
    filed = [page for page, kind in news if kind is None]
    return [
        *(
            _Row(trouble, words, pages, [kind is trouble for _, kind in news])
            for trouble, words in _TROUBLES.items()
        ),
        _Row(Kind.FIELDS, "have no title", filed, [not page.has_title for page in filed]),
        _Row(Kind.FIELDS, "name no author", filed, [not page.has_authors for page in filed]),
        _Row(Kind.FIELDS, "have no date", filed, [not page.has_date for page in filed]),
        _short_ones(filed, short_since),
    ]


def _short_ones(filed: Sequence[Attempt], since: datetime | None) -> _Row:
    """Which have less than half of what was usual before ``since``, or before the last ones."""
    row = _Row(Kind.SHORT, "have less than half the usual text", filed, [])
    if not filed:
        return row
    sizes = [page.body_size for page in filed]
    settled = sizes[: max(PAST, len(sizes) - row.length(RISES[-1][0], BURST))]
    before = [page.body_size for page in filed if since is not None and page.at < since]
    usual = median(before if len(before) >= PAST else settled)
    return _Row(row.kind, row.words, filed, [size < SHORT * usual for size in sizes])


# ------------------------------------------------------------------ rules


def _find(row: _Row, since: datetime | None, now: datetime) -> _Finding | None:
    if not any(row.flags):
        return None
    if since is None:
        start = _new_trouble(row)
        if start is None:
            return None
        since = row.pages[start].at
    else:
        places = (place for place, page in enumerate(row.pages) if page.at >= since)
        start = next(places, len(row.pages))
        if _is_over(row, start):
            return None
    if row.kind in (Kind.FIELDS, Kind.SHORT) and now - since > NEW_NORMAL:
        return None
    pairs = zip(row.pages[start:], row.flags[start:], strict=True)
    bad = tuple(page for page, is_bad in pairs if is_bad)
    return _Finding(row, since, bad, len(row.pages) - start, row.usual(start))


def _new_trouble(row: _Row) -> int | None:
    """Where a trouble that lasts to the end began: the place of a bad page."""
    run = row.length(RUN - 1, BURST) + 1  # with the page that lies so far back
    if run <= len(row.flags) and all(row.flags[-run:]):
        before = row.usual(len(row.flags) - run)
        if row.kind in _TROUBLES if before is None else before <= RARE:
            return _start(row, ((before or 0.0) + 1) / 2)
    for number, rise, most in RISES:
        size = min(row.length(number, RISE_TIME), len(row.flags) - PAST)
        if size < number or row.share(0, len(row.flags) - size) > most:
            continue
        start = _risen(row, size, rise)
        if start is not None:
            return start
    return None


def _risen(row: _Row, size: int, rise: float) -> int | None:
    """Where a trouble began that makes the last ``size`` pages so much worse than those before."""
    place = len(row.flags) - size
    before, share = row.share(0, place), row.share(place)
    last = row.share(len(row.flags) - RUN)
    if (
        share - before < rise
        or last - before < STILL
        or (row.kind is Kind.SHORT and share <= SHORT)
    ):
        return None
    start = _start(row, (before + share) / 2)
    rest = _without_worst_hours(row, start)
    if len(rest) < RUN or sum(rest) / len(rest) - before < STILL:
        return None
    return start


def _without_worst_hours(row: _Row, start: int) -> list[bool]:
    """From ``start`` on, but not the six hours with the most bad pages: a host that is down for
    an hour fails all its pages of that hour together, so that they are no independent evidence."""
    most, worst = -1, (start, start)
    end, bad = start, 0
    for first in range(start, len(row.flags)):
        while end < len(row.flags) and row.pages[end].at - row.pages[first].at < BURST:
            bad += row.flags[end]
            end += 1
        if bad > most:
            most, worst = bad, (first, end)
        bad -= row.flags[first]
    return [*row.flags[start : worst[0]], *row.flags[worst[1] :]]


def _start(row: _Row, level: float) -> int:
    """The bad page from which on most pages more are bad than ``level`` of them would be."""
    excess, most, start = 0.0, float("-inf"), 0
    for place in range(len(row.flags) - 1, -1, -1):
        excess += row.flags[place] - level
        if row.flags[place] and excess >= most:
            most, start = excess, place
    return start


def _is_over(row: _Row, start: int) -> bool:
    """Whether the trouble that began at ``start`` is."""
    before = row.usual(start)
    limit = OVER_HALF if before is None else before + OVER_RISE
    if row.share(start) < limit:
        return True
    for number, least in OVER:
        place = len(row.flags) - row.length(number, BURST)
        if place >= start and row.share(place) < limit:
            met = row.share(start, place) if place > start else 1.0
            if met >= least:
                return True
    return False


def _judge_hardly_any(pages: Sequence[tuple[Attempt, Kind | None]], now: datetime) -> list[Alarm]:
    """Whether, past or no past, hardly any page of a source is an article."""
    last, earlier = pages[-HARDLY_MOST:], pages[:-HARDLY_MOST]
    troubles = [kind for _, kind in last if kind is not None]
    if len(last) < HARDLY_PAGES or len(troubles) <= HARDLY_SHARE * len(last):
        return []
    kind = max(_TROUBLES, key=troubles.count)
    bad = [page for page, trouble in last if trouble is kind]
    was_well = any(trouble is None for _, trouble in earlier)
    if was_well or kind is Kind.FAILING:  # else it would not get better by waiting
        until = bad[-1].at if was_well else now
        if until - bad[0].at < BURST:
            return []
    detail = f"{_of_the_last(len(bad), len(last))} pages {_TROUBLES[kind]}{_why(bad)}"
    if len(bad) < len(last):
        articles = len(last) - len(troubles)
        detail += (
            f", and {articles or 'none'} {'are articles' if articles > 1 else 'is an article'}"
        )
    return [Alarm(kind, bad[0].at, detail, _examples(bad), _most_common(bad))]


# ------------------------------------------------------------------ words


def _alarm(kind: Kind, findings: Sequence[_Finding]) -> Alarm:
    bad = {page.url: page for finding in findings for page in finding.bad}
    newest_last = sorted(bad.values(), key=lambda page: page.at)
    detail = "; ".join(map(_in_words, findings))
    since = min(finding.since for finding in findings)
    return Alarm(kind, since, detail, _examples(newest_last), _most_common(newest_last))


def _in_words(finding: _Finding) -> str:
    is_page = finding.row.kind in _TROUBLES
    thing = "pages" if is_page else "articles"
    text = f"{_of_the_last(len(finding.bad), finding.number)} new {thing}"
    text += f" {finding.row.words}{_why(finding.bad) if is_page else ''}"
    return text if finding.before is None else f"{text} ({finding.before:.0%} before)"


def _of_the_last(part: int, number: int) -> str:
    return f"{part} of the last {number}" if part < number else f"all of the last {number}"


def _why(bad: Sequence[Attempt]) -> str:
    code = _most_common(bad)
    if not code:
        return ""
    is_all = all(code_of(page) == code for page in bad)
    return f"{': ' if is_all else ', mostly: '}{code_in_words(code)}"


def _most_common(bad: Sequence[Attempt]) -> str:
    """The code; empty without any."""
    codes = [*map(code_of, bad)]
    return max(sorted(set(codes)), key=codes.count, default="")


def _examples(bad: Sequence[Attempt]) -> tuple[str, ...]:
    return tuple(page.url for page in reversed(bad[-EXAMPLES:]))
