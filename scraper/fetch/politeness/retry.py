"""When to come back to a host that said "not now". Pure.

RFC 9110 §10.2.3: ``Retry-After = HTTP-date / delay-seconds``. Ours on top of it: a back-off that
doubles with each refusal in a row, and a cap of a day on both.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

MAX_PAUSE = timedelta(hours=24)
FIRST_BACKOFF = timedelta(seconds=60)

_SECONDS = re.compile(r"([0-9]+)(?:\.[0-9]*)?")


def parse_retry_after(value: str | None, now: datetime) -> timedelta | None:
    """How long a Retry-After asks us to wait: seconds or an HTTP-date, from 0 to 24 hours.

    A date in the past is 0. ``None`` for a header that is absent or neither of the two.
    """
    text = (value or "").strip()
    seconds = _SECONDS.fullmatch(text)
    if seconds:
        digits = seconds[1]
        return MAX_PAUSE if len(digits) > 6 else min(timedelta(seconds=int(digits)), MAX_PAUSE)
    date = _parse_http_date(text)
    if date is None:
        return None
    return min(max(date - now, timedelta()), MAX_PAUSE)


def pause(stated: timedelta | None, nth: int) -> timedelta:
    """How long a host is left alone after its ``nth`` refusal in a row (from 1).

    The longer of theirs and ours, at most 24 hours. Ours is 60 s doubled each time; where they
    state a time, the first refusal is theirs alone, and ours counts from the second.
    """
    count = nth if stated is None else nth - 1
    ours = backoff(count) if count > 0 else timedelta()
    return min(max(ours, stated or timedelta()), MAX_PAUSE)


def backoff(count: int) -> timedelta:
    """60 s · 2^(count-1), capped at 24 hours."""
    doublings = min(count - 1, 20)
    return min(FIRST_BACKOFF * (1 << doublings), MAX_PAUSE)


def _parse_http_date(text: str) -> datetime | None:
    """The three forms of RFC 9110 §5.6.7; the two that name no zone are in UTC too."""
    if not re.match(r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)", text, re.IGNORECASE):
        return None
    try:
        date = parsedate_to_datetime(text)
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
