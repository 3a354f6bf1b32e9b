"""Rows of good and bad, the newest last: has the share of bad ones jumped, since when, is it over?

Pure. A jump is a rise by ``RISE`` at least that chance makes less than once in ``1 / CHANCE``
(Fisher's exact test, one-sided, which holds for small numbers). It is over where the last ones
are well again: less than half a rise above the past, so that it does not flap.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

CHANCE = 1e-5
RISE = 0.3
MIN_RECENT, MIN_PAST = 8, 20
WINDOWS = (8, 12, 20, 40)
LAST = (8, 12, 20)
"""How many of the last ones tell whether it is over."""
IS_OVER = 1e-3
IS_STILL = 0.01
"""What chance makes more often than this is no difference that lasts."""


@dataclass(frozen=True, slots=True)
class Jump:
    """From ``start`` to the end of the row the share is another one."""

    start: int
    before: float | None
    """The share until then; ``None`` where too little is known of it."""


def find_jump(
    flags: Sequence[bool], sizes: Collection[int] = (), least: float = 0.0
) -> Jump | None:
    """Whether the last ones are worse than all before them.

    Several numbers of last ones are tried, ``sizes`` among them, and the largest that shows a jump
    tells the shares. ``least``: a share that must be exceeded as well.
    """
    found = None
    total = sum(flags)
    for size in sorted({*WINDOWS, *sizes}):
        if not MIN_RECENT <= size <= len(flags) - MIN_PAST:
            continue
        bad = sum(flags[-size:])
        share, before = bad / size, (total - bad) / (len(flags) - size)
        if share - before < RISE or share <= least:
            continue
        if fisher_tail(total - bad, len(flags) - size, bad, size) < CHANCE:
            found = share, before
    if found is None:
        return None
    share, before = found
    return Jump(find_change(flags, before, share), before)


def is_burst(
    flags: Sequence[bool], times: Sequence[datetime], jump: Jump, longest: timedelta
) -> bool:
    """Whether the jump is all of one burst: a host that is down for an hour fails all its pages of
    that hour together, so that they are no independent evidence.

    It is one where, without its worst stretch of ``longest``, the rest of what came since then
    differs too little from what was before. ``times``: of each flag, never falling.
    """
    start, before = jump.start, jump.before or 0.0
    first, last = _worst_stretch(flags, times, start, longest)
    rest = [*flags[start:first], *flags[last:]]
    bad = sum(rest)
    if not bad or bad / len(rest) - before < RISE:
        return True
    return fisher_tail(sum(flags[:start]), start, bad, len(rest)) >= IS_OVER


def _worst_stretch(
    flags: Sequence[bool], times: Sequence[datetime], start: int, longest: timedelta
) -> tuple[int, int]:
    """From ``start`` on, where the most bad ones are within ``longest``: from, and up to before."""
    best, found = -1, (start, start)
    end, bad = start, 0
    for first in range(start, len(flags)):
        while end < len(flags) and times[end] - times[first] < longest:
            bad += flags[end]
            end += 1
        if bad > best:
            best, found = bad, (first, end)
        bad -= flags[first]
    return found


def find_lasting(flags: Sequence[bool], start: int) -> Jump | None:
    """Whether what was found at ``start`` is still so."""
    past, recent = flags[:start], flags[start:]
    if not any(recent):
        return None
    before = sum(past) / len(past) if len(past) >= MIN_RECENT else None
    # With nothing to compare with: what was plainly broken is well if half of it is.
    limit = 0.5 if before is None else before + RISE / 2
    if any(_are_well(recent, size, limit) for size in LAST):
        return None
    if before is not None:
        chance = fisher_tail(sum(past), len(past), sum(recent), len(recent))
        if chance > IS_STILL:
            return None
    return Jump(start, before)


def _are_well(recent: Sequence[bool], size: int, limit: float) -> bool:
    """Whether the last ones are; of a few it must be plain that they are others than before."""
    bad, stretch = sum(recent[-size:]), recent[:-size]
    if len(recent) < size or bad / size >= limit:
        return False
    return size == max(LAST) or fisher_tail(bad, size, sum(stretch), len(stretch)) < IS_OVER


def find_change(flags: Sequence[bool], before: float, after: float) -> int:
    """Where a stretch that lasts to the end most likely began: the place of a bad one.

    It is the suffix with the greatest likelihood ratio of the share ``after`` against ``before``
    (Page's CUSUM, 1954). Raises ``ValueError`` where nothing is bad.
    """
    low = min(max(before, 0.02), 0.96)
    high = min(max(after, low + 0.02), 0.98)
    if_bad, if_good = math.log(high / low), math.log((1 - high) / (1 - low))
    score, best, start = 0.0, -math.inf, -1
    for at in range(len(flags) - 1, -1, -1):
        score += if_bad if flags[at] else if_good
        if flags[at] and score >= best:
            best, start = score, at
    if start < 0:
        raise ValueError("nothing is bad")
    return start


def fisher_tail(bad_before: int, before: int, bad_now: int, now: int) -> float:
    """How often chance alone puts ``bad_now`` or more of all the bad ones among the last ``now``:
    the upper tail of the hypergeometric distribution."""
    total, bad = before + now, bad_before + bad_now
    ways = sum(
        math.comb(bad, each) * math.comb(total - bad, now - each)
        for each in range(bad_now, min(bad, now) + 1)
    )
    return ways / math.comb(total, now)
