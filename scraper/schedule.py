"""When a page or a source is due again: pure rules of (history, outcome, now).

Edits happen in an article's first days, so it is looked at again within hours, then at growing
intervals, then left alone. A source is polled the more often the more it brings. What fails
comes back later and later; nothing that may recover is dropped at the first failure.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from scraper.model.jobs import Gap, LinkComparison
from scraper.model.types import Link

Links = tuple[Link, ...]

# Ages at which a filed article is looked at again; after the last one it is left alone. With edits
# as in tests/world.py (half of them within 4 hours, a tenth after days), these three visits find
# 85 % of the edits, and the last text of 96 % of the edited articles; six visits over 16 days find
# 90 % and 99.6 %, for twice the requests.
CHECKPOINTS = tuple(timedelta(hours=h) for h in (6, 36, 168))
MIN_GAP = timedelta(hours=1)
FULL_AT = timedelta(hours=36)
FULL_EVERY = 8
"""One page of so many is asked for in full once: enough to find out a server that says 304 to
everything, and few enough to leave the others their 304s."""

POLL_FIRST = timedelta(hours=1)
POLL_MIN = timedelta(minutes=10)
POLL_MAX = timedelta(hours=12)
SLOWED_MAX = timedelta(hours=36)
"""Of a source that brought nothing in polls that were ``POLL_MAX`` apart."""
NEWS_MAX = timedelta(hours=24)
"""Of such a source that is a sitemap of news, which holds two days."""
NEWS_SPAN = timedelta(days=2)
WHOLE_EVERY = timedelta(days=7)
POLL_BACKOFF = timedelta(minutes=10)
POLL_BACKOFF_MAX = timedelta(days=2)
GONE = "http_410"
MAX_NEW = 5_000
"""Links that one poll queues as news, and the first polls of all sitemaps of an index together;
what is older waits for a backfill."""
NEWS_AGE = timedelta(days=7)
"""What is dated younger is news whatever its number."""
OLD_UNDATED = timedelta(days=30)
"""How old the links of a sitemap are taken to be that is read for the first time and dates none."""
FUTURE = timedelta(days=1)
"""What is dated further ahead than zones and embargoes explain counts as without a date."""
MAX_YOUNG = 5_000
"""Of what is young, so many links of one poll."""
MAX_SITEMAPS = 24
"""Sitemaps of an index that are polled as its news; the older ones wait for a backfill."""

TRANSIENT_BACKOFF = timedelta(minutes=10)
TRANSIENT_MAX = timedelta(days=3)
TRANSIENT_TRIES = 12
# What the publisher means: asked again a few times in growing steps of days, then no more.
SETTLED_BACKOFF = timedelta(days=1)
SETTLED_TRIES = 4
SETTLED_REASONS = frozenset(
    "http_404 http_410 http_401 http_402 http_403 http_451 robots forbidden_address forbidden_port "
    "address redirects redirect_target too_large rejected".split()
)

HOST_REST = timedelta(minutes=15)
HOST_REST_MAX = timedelta(hours=4)
"""Less than ``POLL_MAX``: a page that is listed while its host is down is not later than that."""


def next_visit(first_seen_at: datetime, now: datetime) -> datetime | None:
    """When an article that was just read well is due again, or ``None`` once it is old."""
    age = now - first_seen_at
    return next((first_seen_at + at for at in CHECKPOINTS if at - age >= MIN_GAP), None)


def is_asked_in_full(
    page_id: int, first_seen_at: datetime, last_checked_at: datetime, now: datetime
) -> bool:
    """Whether a page that a server may keep calling unchanged is to be asked for without
    conditions: once, at the first visit after ``FULL_AT``."""
    return page_id % FULL_EVERY == 1 and last_checked_at < first_seen_at + FULL_AT <= now


def has_slowed(interval: timedelta | None) -> bool:
    """Whether a source has brought nothing for long, as one does that says 304 to everything."""
    return interval is not None and interval > POLL_MAX


def is_read_in_full(last_whole_at: datetime | None, now: datetime) -> bool:
    """The same of a source that has slowed down: a week after it last came whole."""
    return last_whole_at is None or now - last_whole_at >= WHOLE_EVERY


def next_try(reason: str, failures: int, now: datetime) -> datetime | None:
    """When a page is tried again after its ``failures``-th failure in a row (from 1)."""
    if reason in SETTLED_REASONS:
        if failures >= SETTLED_TRIES:
            return None
        return now + SETTLED_BACKOFF * math.pow(4, failures - 1)
    if failures >= TRANSIENT_TRIES:
        return None
    return now + _backoff(TRANSIENT_BACKOFF, 3, failures, TRANSIENT_MAX)


def poll_interval(
    previous: timedelta | None,
    comparison: LinkComparison = LinkComparison(),
    floor: timedelta | None = None,
    *,
    is_news: bool = False,
) -> timedelta:
    """The polling interval after a poll that worked.

    The aim is a poll that brings one or two new items, and never one that is all new: a third of
    the document halves the interval, three items shorten it, one or two leave it, none
    makes it half as long again. ``floor`` is what the source itself asks for (``ttl``,
    Cache-Control), honoured up to ``POLL_MAX``. A source is polled twice a day at least; one that
    has brought nothing at that pace slows down to ``SLOWED_MAX``, a sitemap of news (``is_news``)
    to ``NEWS_MAX``.
    """
    if previous is None:
        return min(max(POLL_FIRST, floor or POLL_FIRST), POLL_MAX)
    new, listed = comparison.new, comparison.listed
    if new and 3 * new >= listed:
        interval = previous / 2
    elif new >= 3:
        interval = previous * 0.75
    else:
        interval = previous * (1 if new else 1.5)
    has_slowed = previous >= POLL_MAX and not new
    slowest = POLL_MAX if not has_slowed else NEWS_MAX if is_news else SLOWED_MAX
    return min(max(interval, POLL_MIN, min(floor or POLL_MIN, POLL_MAX)), slowest)


def part_interval(own: timedelta, comparison: LinkComparison) -> timedelta:
    """Of a sitemap whose index states when it changed: it is due when that says so. ``own`` holds
    where it brought something all the same."""
    return own if comparison.new else SLOWED_MAX


def find_gap(
    comparison: LinkComparison,
    last_success_at: datetime | None,
    now: datetime,
    *,
    is_news: bool = False,
) -> Gap | None:
    """Whether something was missed since the last poll: nothing that a source lists now had it
    listed before, though it had listed something."""
    turned_over = comparison.listed and comparison.had_any and not comparison.shared
    if not turned_over or last_success_at is None or last_success_at >= now:
        return None
    if is_news and now - last_success_at < NEWS_SPAN:
        return None  # it lists two days, however few stories these had
    return Gap(last_success_at, now)


def news_limit(comparison: LinkComparison, *, is_first: bool) -> int:
    """How many links of a poll are news at most."""
    return max(0, MAX_NEW - comparison.family) if is_first else MAX_NEW


def split_news(links: Sequence[Link], limit: int, now: datetime) -> tuple[Links, Links]:
    """What a poll queues, and what waits for a backfill; each in the document's order.

    Of a document with more than ``limit`` links the newest are queued, without dates the first,
    and whatever is younger than ``NEWS_AGE``.
    """
    young = {at for at in _newest(links, MAX_YOUNG, now) if _is_young(links[at], now)}
    return _split(links, _newest(links, limit, now) | young)


def split_sitemaps(
    sitemaps: Sequence[Link], now: datetime, limit: int = MAX_SITEMAPS
) -> tuple[Links, Links]:
    """The sitemaps of an index that are polled as news, and those that a backfill reads.

    The newest by the index's own dates. Without any, the first and the last ones: some systems
    begin a new one at the end, others at the start.
    """
    if len(sitemaps) <= limit or any(link.modified_at for link in sitemaps):
        return _split(sitemaps, _newest(sitemaps, limit, now))
    half = limit // 2
    return _split(sitemaps, {*range(half), *range(len(sitemaps) - half, len(sitemaps))})


def _newest(links: Sequence[Link], limit: int, now: datetime) -> set[int]:
    """The places of the newest links; those without a date come after all others."""

    def age(at: int) -> tuple[bool, float]:
        dated = links[at].dated_at
        if dated is None or dated - now > FUTURE:
            return True, 0.0
        return False, -dated.timestamp()

    return set(sorted(range(len(links)), key=age)[:limit])


def _is_young(link: Link, now: datetime) -> bool:
    dated = link.dated_at
    return dated is not None and -FUTURE <= now - dated < NEWS_AGE


def _split(links: Sequence[Link], chosen: set[int]) -> tuple[Links, Links]:
    inside = tuple(link for at, link in enumerate(links) if at in chosen)
    return inside, tuple(link for at, link in enumerate(links) if at not in chosen)


def disabling_reason(code: str) -> str | None:
    """Why a source that failed so is not polled again by itself; ``None``: it is."""
    return "the server says that it is gone for good (HTTP 410)" if code == GONE else None


def next_poll_after_failure(failures: int, now: datetime, jitter: float) -> datetime:
    """A failing source is polled later and later, and never given up.

    ``jitter`` (0 to 1, drawn by the caller) spreads sources that failed together over the
    second half of the wait.
    """
    wait = _backoff(POLL_BACKOFF, 2, failures, POLL_BACKOFF_MAX)
    return now + wait * (0.5 + jitter / 2)


def host_rests_until(unreachable: int, now: datetime, jitter: float) -> datetime:
    """Until when an unreachable host's other pages and sources wait, after its ``unreachable``-th
    visit in a row (from 1) that met nobody.

    They are not to blame, and what did fail backs off by itself: it is short at first, and never
    long. ``jitter`` (0 to 1, drawn by the caller) spreads hosts that went down together over the
    second half of the wait.
    """
    wait = _backoff(HOST_REST, 2, unreachable, HOST_REST_MAX)
    return now + wait * (0.5 + jitter / 2)


def _backoff(base: timedelta, factor: int, failures: int, limit: timedelta) -> timedelta:
    return min(base * math.pow(factor, min(failures - 1, 20)), limit)
