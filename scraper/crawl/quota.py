"""How many more articles a run may file, shared by all its visits.

A place is taken before a page is fetched, and given back when the page turns out to be nothing new:
so no page is fetched in vain. Who waits long for an answer lends its place to others meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

SLOW = 2.0
"""Seconds after which who waits for an answer holds no place."""

T = TypeVar("T")


class ArticleQuota:
    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._filed = 0
        self._taken = 0
        self._changed = asyncio.Condition()

    @property
    def exhausted(self) -> bool:
        return self._limit is not None and self._filed >= self._limit

    async def take(self) -> QuotaSlot | None:
        """Wait for a place. ``None`` when the limit is reached."""
        place = QuotaSlot(self)
        return place if await place.take() else None

    async def hold(self) -> bool:
        """For ``QuotaSlot``."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.exhausted or self._has_place())
            self._taken += not self.exhausted
            return not self.exhausted

    async def let_go(self, *, filed: bool) -> None:
        """For ``QuotaSlot``."""
        async with self._changed:
            self._taken -= 1
            self._filed += filed
            self._changed.notify_all()

    async def end(self) -> None:
        """Wait until the limit is reached."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.exhausted)

    def _has_place(self) -> bool:
        return self._limit is None or self._filed + self._taken < self._limit


class QuotaSlot:
    """The right to file one article."""

    def __init__(self, quota: ArticleQuota) -> None:
        self._quota = quota
        self._is_held = False

    async def take(self) -> bool:
        """Wait for it. False when the limit is reached."""
        self._is_held = self._is_held or await self._quota.hold()
        return self._is_held

    async def give_back(self, *, filed: bool = False) -> None:
        """Once is enough."""
        if self._is_held:
            self._is_held = False
            await self._quota.let_go(filed=filed)

    async def lend_during(self, work: Coroutine[Any, Any, T]) -> T | None:
        """What ``work`` gives. If that takes long the place is given back, and is not held any more
        afterwards; ``None`` where the limit is reached before it has ended, which ends it."""
        working = asyncio.create_task(work)
        ending: asyncio.Task[None] | None = None
        try:
            await asyncio.wait({working}, timeout=SLOW)
            if not working.done():
                await self.give_back()
                ending = asyncio.create_task(self._quota.end())
                await asyncio.wait({working, ending}, return_when=asyncio.FIRST_COMPLETED)
            return working.result() if working.done() else None
        finally:
            tasks = [task for task in (working, ending) if task is not None and not task.done()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
