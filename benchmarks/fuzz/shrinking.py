"""A smaller input that shows the same: pieces are left out, large ones first (Zeller and
Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002, without its second half)."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

MOST_TRIES = 1_500

Shows = Callable[[bytes], Awaitable[bool]]


async def shrink(data: bytes, shows: Shows, seconds: float) -> bytes:
    """``shows``: whether an input still shows it. Stops after so many seconds by the clock."""
    deadline, tries = time.monotonic() + seconds, 0
    size = max(len(data) // 2, 1)
    while size:
        at, is_smaller = 0, False
        while at < len(data):
            if tries >= MOST_TRIES or time.monotonic() > deadline:
                return data
            tries += 1
            shorter = data[:at] + data[at + size :]
            if await shows(shorter):
                data, is_smaller = shorter, True
            else:
                at += size
        if not is_smaller or size > len(data):
            size //= 2
    return data
