"""The one source of time that whoever waits is handed, so that a year of cron runs in a test.

What is due, robots' age, Retry-After and revisits follow ``now`` (the wall clock, which may
jump); pace and deadlines follow ``monotonic``.
"""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The wall clock, aware, in UTC."""

    def monotonic(self) -> float:
        """Seconds from some fixed point; never goes back."""

    async def sleep(self, seconds: float) -> None: ...


def in_message(at: datetime) -> str:
    """As messages and JSON have a time: ISO 8601 in UTC, with seconds. Who shows a message to a
    person puts it into the person's zone (``commands.times``)."""
    return at.astimezone(UTC).isoformat(timespec="seconds")


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
