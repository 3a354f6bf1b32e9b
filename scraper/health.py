"""The health of a source: it is held against its own past. Pure.

What happened to its new pages, each counted once by its first attempt, is a row of good and bad
for each thing that may go wrong: refused, walled, without a date, … (``judge_pages``); an alarm is
a jump in such a row (``scraper.jumps``). Polls tell the rest: they fail, they bring nothing any
more, or something was missed between them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from scraper.alarms import Alarm, Attempt, History, Kind, PollSeen, classify, code_of
from scraper.jumps import MIN_PAST, MIN_RECENT, WINDOWS, find_jump, find_lasting
from scraper.types import Outcome

RECENT = timedelta(days=3)
NEWS_AGE = timedelta(days=14)
"""A page that was older when it was first tried is of a backfill; its template may be, too."""
NEW_NORMAL = timedelta(days=30)
"""After which fields that are gone, and texts that are short, are the publisher's way."""
BROKEN_PAGES, BROKEN_SHARE = 10, 0.9
SHORT = 0.5
FAILED_POLLS, FAILED_FOR = 3, timedelta(hours=6)
SILENT_NEWS = 10
SILENT_MIN = timedelta(hours=36)
SILENT_YOUNG = timedelta(hours=96)
"""Before three weeks are known, a long weekend of silence is not ruled out."""
YOUNG = timedelta(days=21)
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
    """What is wrong with a source, at most one alarm of a kind, in the order of ``Kind``."""
    if history.disabled_at is not None:
        reason = history.disabled_reason or "no reason was noted"
        detail = f"it is not polled any more: {reason}"
        return [Alarm(Kind.DISABLED, history.disabled_at, detail, (history.url,))]
    found = [
        judge_polls(history, now),
        judge_silence(history),
        _judge_gaps(history),
        *judge_pages(history.attempts, history.open, now),
    ]
    order = list(Kind)
    return sorted(filter(None, found), key=lambda alarm: order.index(alarm.kind))


# ------------------------------------------------------------------ polls


def judge_polls(history: History, now: datetime) -> Alarm | None:
    """Whether the last polls failed, three of them and for six hours at least."""
    failed: list[PollSeen] = []
    for poll in reversed(history.polls):
        if poll.error is None:
            break
        failed.append(poll)
    if len(failed) < FAILED_POLLS:
        return None
    since = failed[-1].at
    if len(failed) == len(history.polls):  # what came before is not known any more
        since = history.last_success_at or history.open.get(Kind.UNREACHABLE) or since
    if now - since < FAILED_FOR:
        return None
    detail = f"the last {len(failed)} polls failed: {failed[0].error}"
    return Alarm(Kind.UNREACHABLE, since, detail, (history.url,))


def judge_silence(history: History) -> Alarm | None:
    """Whether polls that worked have brought nothing for longer than this source ever paused.

    Longer than four times its pause between two polls with news (19 of 20 are shorter), and half
    as long again as its second-longest one: weekends are known, and the longest may have been
    ours.
    """
    news = history.news
    worked = [poll.at for poll in history.polls if poll.error is None]
    if len(news) < SILENT_NEWS or not worked:
        return None
    silence = worked[-1] - news[-1]
    pauses = sorted(later - earlier for earlier, later in pairwise(news))
    usual, second = pauses[int(0.95 * (len(pauses) - 1))], pauses[-2]
    least = SILENT_YOUNG if news[-1] - news[0] < YOUNG else SILENT_MIN
    meanwhile = sum(1 for at in worked if at > news[-1])
    if silence <= max(least, 4 * usual, 1.5 * second) or meanwhile < FAILED_POLLS:
        return None
    detail = f"nothing new, where a pause was seldom longer than {_in_hours(usual)}"
    return Alarm(Kind.SILENT, news[-1], detail, (history.url,))


def _judge_gaps(history: History) -> Alarm | None:
    if not history.gaps:
        return None
    since, until = history.gaps[0]
    more = len(history.gaps) - 1
    span = f"{since:%Y-%m-%d %H:%M} and {until:%Y-%m-%d %H:%M} UTC"
    detail = f"between {span} it turned over whole: what it listed between them was missed"
    detail += f", and {more} more such gap{'s' if more > 1 else ''}" if more else ""
    return Alarm(Kind.GAP, since, detail, (history.url,))


# ------------------------------------------------------------------ pages


def judge_pages(
    attempts: Sequence[Attempt], opened: Mapping[str, datetime], now: datetime
) -> list[Alarm]:
    """What has gone wrong with a source's pages, at most one alarm of a kind."""
    sorted_out = [(one, classify(one)) for one in attempts if code_of(one) != PAUSED]
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
    return alarms if _TROUBLES.keys() & found else [*alarms, *_judge_broken(sorted_out)]


def _are_short(filed: Sequence[Attempt], since: datetime | None) -> list[bool]:
    """Of each: whether it has less than half of what was usual before ``since``, or before the
    last ones."""
    sizes = [one.body_size for one in filed]
    settled = sizes[: max(MIN_PAST, len(sizes) - max(WINDOWS))]
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
        least = 0.5 if row.kind is Kind.SHORT else 0.0  # it is the median that must have fallen
        jump = find_jump(flags, (_number_of_recent(seen),), least)
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


def _number_of_recent(seen: Sequence[Attempt]) -> int:
    first = seen[-1].at - RECENT if seen else None
    older = (at for at, one in enumerate(reversed(seen)) if first is not None and one.at < first)
    return next(older, len(seen))


def _judge_broken(attempts: Sequence[tuple[Attempt, Kind | None]]) -> list[Alarm]:
    """A source of which, past or no past, next to nothing is an article."""
    last = attempts[-max(WINDOWS) :]
    troubles = [kind for _, kind in last if kind is not None]
    if len(last) < BROKEN_PAGES or len(troubles) <= BROKEN_SHARE * len(last):
        return []
    kind = max(_TROUBLES, key=troubles.count)
    bad = [one for one, met in last if met is kind]
    detail = f"{_of_the_last(len(bad), len(last))} pages {_TROUBLES[kind]}{_most_common(bad)}"
    if len(bad) < len(last):
        articles = len(last) - len(troubles)
        detail += (
            f", and {articles or 'none'} {'are articles' if articles > 1 else 'is an article'}"
        )
    return [Alarm(kind, bad[0].at, detail, _examples(bad))]


# ------------------------------------------------------------------ rates


def measure(attempts: Sequence[Attempt], now: datetime) -> Rates:
    """Rates over the attempts known."""
    filed = [one for one in attempts if classify(one) is None]
    days = max((now - attempts[0].at) / timedelta(days=1), 1.0) if attempts else None

    def share(part: int, whole: Sequence[Attempt]) -> float | None:
        return part / len(whole) if whole else None

    return Rates(
        pages=len(attempts),
        articles_a_day=len(filed) / days if days else None,
        filed=share(len(filed), attempts),
        failed=share(sum(one.outcome == Outcome.FAILED for one in attempts), attempts),
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
    return Alarm(kind, min(finding.since for finding in findings), detail, _examples(newest))


def _in_words(finding: _Finding) -> str:
    is_page = finding.row.kind in _TROUBLES
    thing = "pages" if is_page else "articles"
    text = f"{_of_the_last(len(finding.bad), finding.number)} new {thing}"
    text += f" {finding.row.words}{_most_common(finding.bad) if is_page else ''}"
    return text if finding.before is None else f"{text} ({finding.before:.0%} before)"


def _of_the_last(part: int, number: int) -> str:
    return f"{part} of the last {number}" if part < number else f"all of the last {number}"


def _most_common(bad: Sequence[Attempt]) -> str:
    codes = [*map(code_of, bad)]
    code = max(sorted(set(codes)), key=codes.count, default="")
    return f", most of them {code}" if code else ""


def _examples(bad: Sequence[Attempt]) -> tuple[str, ...]:
    return tuple(one.url for one in reversed(bad[-EXAMPLES:]))


def _in_hours(time: timedelta) -> str:
    hours = max(round(time / timedelta(hours=1)), 1)
    if hours >= 72:
        return f"{round(hours / 24)} days"
    return "an hour" if hours == 1 else f"{hours} hours"
