"""The health of a source: it is held against its own past. Pure.

What happened to its new pages, each counted once by its first attempt, is a row of good and bad for
each thing that may go wrong: refused, walled, without a date, … (``judge_pages``); an alarm is a
jump in such a row (``scraper.monitoring.change_points``) that is more than one burst. Polls tell
the rest (``scraper.monitoring.poll_health``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from scraper.model.types import Outcome
from scraper.monitoring.alarms import (
    BY_HAND,
    Alarm,
    Attempt,
    History,
    Kind,
    classify,
    code_in_words,
    code_of,
)
from scraper.monitoring.change_points import (
    MIN_PAST,
    MIN_RECENT,
    WINDOWS,
    Jump,
    find_jump,
    find_lasting,
    is_burst,
)
from scraper.monitoring.poll_health import judge_disabled, judge_listing, note_listing

RECENT = timedelta(days=3)
NEWS_AGE = timedelta(days=14)
"""A page that was older when it was first tried is of a backfill; its template may be, too."""
NEW_NORMAL = timedelta(days=30)
"""After which fields that are gone, and texts that are short, are the publisher's way."""
BROKEN_PAGES, BROKEN_SHARE = 10, 0.9
SHORT = 0.5
BURST = timedelta(hours=6)
"""A host that is down, or one bad deployment, is mended within these; what lasts longer is told."""
EXAMPLES = 3
PAUSED = "paused"
"""Of a page that was not even asked for, because its host wanted to be left alone."""


@dataclass(frozen=True, slots=True)
class Rates:
    """What a source has brought of late. Shares are 0 to 1, ``None`` where there is nothing."""

    pages: int
    articles_a_day: float | None
    filed: float | None
    failed: float | None
    titles: float | None
    authors: float | None
    dates: float | None
    median_size: float | None


@dataclass(frozen=True, slots=True)
class _Row:
    """What may be wrong with a source's pages, and of each whether it is."""

    kind: Kind
    words: str
    attempts: Sequence[Attempt]
    flags: Sequence[bool]


@dataclass(frozen=True, slots=True)
class _Finding:
    row: _Row
    since: datetime
    bad: tuple[Attempt, ...]
    number: int
    """Of the last pages, ``bad`` among them."""
    before: float | None
    """The share in the past."""


_TROUBLES = {
    Kind.BLOCKED: "were refused",
    Kind.WALLED: "are walls or teasers",
    Kind.REJECTED: "are no articles",
    Kind.FAILING: "could not be had",
}


def judge_source(history: History, now: datetime) -> list[Alarm]:
    """What is wrong with a source, at most one alarm of a kind, in the order of ``Kind``. That a
    person disabled it is not wrong."""
    disabled = judge_disabled(history)
    if disabled is not None:
        return [] if disabled.cause == BY_HAND else [disabled]
    found = [
        *judge_listing(history, now),
        *judge_pages(history.attempts, history.open, now),
        *_judge_full(history),
    ]
    order = list(Kind)
    return sorted(found, key=lambda alarm: order.index(alarm.kind))


def note_source(history: History, now: datetime) -> list[Alarm]:
    """What should be told of a source, and is no alarm: why it is not read."""
    disabled = judge_disabled(history)
    if disabled is not None:
        return [disabled] if disabled.cause == BY_HAND else []
    return note_listing(history, now)


def _judge_full(history: History) -> list[Alarm]:
    """It brings more than a run stores. Over a day after it did so last."""
    if not history.full:
        return []
    size = sum(size for _, size in history.full)
    runs = len(history.full)
    in_runs = "a crawl" if runs == 1 else f"each of {runs} crawls"
    detail = (
        f"its pages brought more than {in_runs} stores of one source, {size / 1e6:,.0f} MB in all: "
        "what was left waits for the next"
    )
    return [Alarm(Kind.FULL, history.full[0][0], detail, (history.url,))]


# ------------------------------------------------------------------ pages


def judge_pages(
    attempts: Sequence[Attempt], opened: Mapping[str, datetime], now: datetime
) -> list[Alarm]:
    """What has gone wrong with a source's pages, at most one alarm of a kind."""
    sorted_out = [(one, classify(one)) for one in attempts if _tells_something(one)]
    news = [(one, kind) for one, kind in sorted_out if one.at - one.news_at <= NEWS_AGE]
    filed = [one for one, kind in news if kind is None]
    rows = [
        *(
            _Row(kind, words, [one for one, _ in news], [met is kind for _, met in news])
            for kind, words in _TROUBLES.items()
        ),
        _Row(Kind.FIELDS, "have no title", filed, [not one.has_title for one in filed]),
        _Row(Kind.FIELDS, "name no author", filed, [not one.has_authors for one in filed]),
        _Row(Kind.FIELDS, "have no date", filed, [not one.has_date for one in filed]),
        _Row(
            Kind.SHORT,
            "have less than half the usual text",
            filed,
            _are_short(filed, opened.get(Kind.SHORT)),
        ),
    ]
    found: dict[Kind, list[_Finding]] = {}
    for row in rows:
        finding = _find(row, opened.get(row.kind), now)
        if finding is not None:
            found.setdefault(row.kind, []).append(finding)
    alarms = [_alarm(kind, findings) for kind, findings in found.items()]
    return alarms if _TROUBLES.keys() & found else [*alarms, *_judge_broken(sorted_out, now)]


def _tells_something(one: Attempt) -> bool:
    """Not where the host wanted to be left alone, nor where a later attempt did what failed."""
    return code_of(one) != PAUSED and not one.is_made_good


def _are_short(filed: Sequence[Attempt], since: datetime | None) -> list[bool]:
    """Of each: whether it has less than half of what was usual before ``since``, or before the
    last ones."""
    sizes = [one.body_size for one in filed]
    last = max(*WINDOWS, _number_of_last(filed, BURST))
    settled = sizes[: max(MIN_PAST, len(sizes) - last)]
    if since is not None:
        before = [one.body_size for one in filed if one.at < since]
        settled = before if len(before) >= MIN_RECENT else settled
    usual = median(settled) if settled else 0
    return [size < SHORT * usual for size in sizes]


def _find(row: _Row, since: datetime | None, now: datetime) -> _Finding | None:
    seen, flags = row.attempts, row.flags
    if not any(flags):
        return None
    if since is None:
        jump = _find_new(row)
    else:
        start = next((at for at, one in enumerate(seen) if one.at >= since), len(seen))
        jump = find_lasting(flags, start)
    if jump is None:
        return None
    since = since or seen[jump.start].at
    if row.kind in (Kind.FIELDS, Kind.SHORT) and now - since > NEW_NORMAL:
        return None
    last = zip(seen[jump.start :], flags[jump.start :], strict=True)
    bad = tuple(one for one, is_bad in last if is_bad)
    return _Finding(row, since, bad, len(seen) - jump.start, jump.before)


def _find_new(row: _Row) -> Jump | None:
    """A jump that is more than one burst, and not over by the measure that ends an alarm."""
    seen, flags = row.attempts, row.flags
    least = 0.5 if row.kind is Kind.SHORT else 0.0  # it is the median that must have fallen
    sizes = [_number_of_last(seen, time) for time in (BURST, RECENT)]
    jump = find_jump(flags, sizes, least)
    if jump is None or is_burst(flags, [one.at for one in seen], jump, BURST):
        return None
    return find_lasting(flags, jump.start)


def _number_of_last(seen: Sequence[Attempt], time: timedelta) -> int:
    first = seen[-1].at - time if seen else None
    older = (at for at, one in enumerate(reversed(seen)) if first is not None and one.at < first)
    return next(older, len(seen))


def _judge_broken(attempts: Sequence[tuple[Attempt, Kind | None]], now: datetime) -> list[Alarm]:
    """A source of which, past or no past, next to nothing is an article."""
    last = attempts[-max(WINDOWS) :]
    troubles = [kind for _, kind in last if kind is not None]
    if len(last) < BROKEN_PAGES or len(troubles) <= BROKEN_SHARE * len(last):
        return []
    kind = max(_TROUBLES, key=troubles.count)
    bad = [one for one, met in last if met is kind]
    if any(met is None for _, met in attempts[: -len(last)]):  # it was well
        if bad[-1].at - bad[0].at < BURST:
            return []
    elif kind is Kind.FAILING and now - attempts[0][0].at < BURST:  # it is tried again
        return []
    detail = f"{_of_the_last(len(bad), len(last))} pages {_TROUBLES[kind]}{_why(bad)}"
    if len(bad) < len(last):
        articles = len(last) - len(troubles)
        detail += (
            f", and {articles or 'none'} {'are articles' if articles > 1 else 'is an article'}"
        )
    return [Alarm(kind, bad[0].at, detail, _examples(bad), _most_common(bad))]


# ------------------------------------------------------------------ rates


def measure(attempts: Sequence[Attempt], now: datetime) -> Rates:
    """Rates over the attempts known."""
    filed = [one for one in attempts if classify(one) is None]
    got = len(filed) + sum(one.is_made_good for one in attempts)
    failed = sum(one.outcome == Outcome.FAILED and not one.is_made_good for one in attempts)
    days = max((now - attempts[0].at) / timedelta(days=1), 1.0) if attempts else None

    def share(part: int, whole: Sequence[Attempt]) -> float | None:
        return part / len(whole) if whole else None

    return Rates(
        pages=len(attempts),
        articles_a_day=got / days if days else None,
        filed=share(got, attempts),
        failed=share(failed, attempts),
        titles=share(sum(one.has_title for one in filed), filed),
        authors=share(sum(one.has_authors for one in filed), filed),
        dates=share(sum(one.has_date for one in filed), filed),
        median_size=median(one.body_size for one in filed) if filed else None,
    )


# ------------------------------------------------------------------ words


def _alarm(kind: Kind, findings: Sequence[_Finding]) -> Alarm:
    bad = {one.url: one for finding in findings for one in finding.bad}
    newest = sorted(bad.values(), key=lambda one: one.at)
    detail = "; ".join(map(_in_words, findings))
    since = min(finding.since for finding in findings)
    return Alarm(kind, since, detail, _examples(newest), _most_common(newest))


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
    is_all = all(code_of(one) == code for one in bad)
    return f"{': ' if is_all else ', mostly: '}{code_in_words(code)}"


def _most_common(bad: Sequence[Attempt]) -> str:
    """The code; empty without any."""
    codes = [*map(code_of, bad)]
    return max(sorted(set(codes)), key=codes.count, default="")


def _examples(bad: Sequence[Attempt]) -> tuple[str, ...]:
    return tuple(one.url for one in reversed(bad[-EXAMPLES:]))
