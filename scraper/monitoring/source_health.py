"""The health of a source: it is held against its own past. Pure.

What happened to its new pages counts once for each page, by its first attempt. Left out are pages
that were older than 14 days when they were first tried (a backfill), that a later attempt brought,
and that were not asked for because their host wanted to be left alone.

1. In a row: eight new pages or more, over six hours or more, all met one trouble, which at most a
   quarter of those before met. Where fewer than 20 are known before, the eight alone suffice; but
   that fields are missing or texts are short is only told where it was otherwise before.
2. More often: the share with one trouble rose by 45 points in the last 20 pages; or by 30 in the
   last 40, from a quarter at most. It is still 30 points higher in the last eight, and without its
   worst six hours. At a busy source all pages of the last eight hours count, if they are more. Of
   short texts it must be the half.
3. Hardly any: more than nine in ten of the last 40 pages, ten at least, are no articles. At once,
   unless it was well before, or its pages could not be fetched: then after six hours.
4. Over: an alarm ends where the share since it began, in the last 20 pages, or, if most pages met
   it, in the last eight, is less than 15 points above what it was before; where that is not
   known, less than half.
5. A new normal: missing fields and short texts are no alarm after 30 days.
6. Short is a text of less than half the median of those before.
7. Polls: it is unreachable after three failed polls over six hours, or where it could not be read
   for a day after it was added; overdue three days after it was due, or a day after it was added;
   silent after four times the pause that 19 in 20 do not exceed, half as long again as the
   second-longest, and a day and a half at least (four days, until three weeks are known).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from scraper.model.health import BY_HAND, Alarm, Attempt, History, Kind
from scraper.model.types import Outcome
from scraper.monitoring.causes import classify
from scraper.monitoring.page_health import judge_pages
from scraper.monitoring.poll_health import judge_disabled, judge_listing, note_listing


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


# ------------------------------------------------------------------ rates


@dataclass(frozen=True, slots=True, kw_only=True)
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
