"""When a page or a source is due again: pure rules of (history, outcome, now).

Edits happen in an article's first days, so it is looked at again within hours, then at growing
intervals, then left alone. A source is polled the more often the more it brings. What fails
comes back later and later; nothing that may recover is dropped at the first failure.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta

# Ages at which a filed article is looked at again; after the last one it is left alone.
CHECKPOINTS = tuple(timedelta(hours=h) for h in (6, 18, 42, 96, 192, 384))
MIN_GAP = timedelta(hours=1)

POLL_FIRST = timedelta(hours=1)
POLL_MIN = timedelta(minutes=15)
POLL_MAX = timedelta(hours=12)
POLL_BACKOFF = timedelta(minutes=10)
POLL_BACKOFF_MAX = timedelta(days=1)

TRANSIENT_BACKOFF = timedelta(minutes=10)
TRANSIENT_MAX = timedelta(days=3)
TRANSIENT_TRIES = 12
# What the publisher means: asked again a few times in growing steps of days, then no more.
SETTLED_BACKOFF = timedelta(days=1)
SETTLED_TRIES = 4
SETTLED_REASONS = frozenset(
    "http_404 http_410 http_401 http_402 http_403 http_451 robots forbidden_address "
    "address redirects redirect_target too_large rejected".split()
)

HOST_REST = timedelta(minutes=15)


def next_visit(first_seen_at: datetime, now: datetime) -> datetime | None:
    """When an article that was just read well is due again, or ``None`` once it is old."""
    age = now - first_seen_at
    return next((first_seen_at + at for at in CHECKPOINTS if at - age >= MIN_GAP), None)


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
    previous: timedelta | None, new_links: int, floor: timedelta | None = None
) -> timedelta:
    """The polling interval after a poll that worked.

    Halved when the poll brought something, half as long again when it did not. ``floor`` is
    what the feed itself asks for (``ttl``), honoured up to ``POLL_MAX``.
    """
    if previous is None:
        interval = POLL_FIRST
    else:
        interval = previous / 2 if new_links else previous * 1.5
    return min(max(interval, POLL_MIN, floor or POLL_MIN), POLL_MAX)


def next_poll_after_failure(failures: int, now: datetime, jitter: float) -> datetime:
    """A failing source is polled later and later, and never given up.

    ``jitter`` (0 to 1, drawn by the caller) spreads sources that failed together over the
    second half of the wait.
    """
    wait = _backoff(POLL_BACKOFF, 2, failures, POLL_BACKOFF_MAX)
    return now + wait * (0.5 + jitter / 2)


def host_rests_until(now: datetime) -> datetime:
    """Until when an unreachable host's other pages wait. Short: they are not to blame, and the
    pages that did fail back off by themselves."""
    return now + HOST_REST


def _backoff(base: timedelta, factor: int, failures: int, limit: timedelta) -> timedelta:
    return min(base * math.pow(factor, min(failures - 1, 20)), limit)
