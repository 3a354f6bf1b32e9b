"""What one address may use: seconds, and the memory that its body takes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Self


class TimeBudget:
    """The seconds left for one address. Only what runs inside ``spend`` counts."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._left = seconds

    @asynccontextmanager
    async def spend(self) -> AsyncIterator[None]:
        """Raises ``TimeoutError`` when the budget is used up."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            async with asyncio.timeout(self._left):
                yield
        finally:
            self._left -= loop.time() - started


class MemoryBudget:
    """The bytes that a body may have: ``most``; those of several that are kept together ``total``.

    Each of ``bounds`` is a size, and the places for what is larger; inside its context a place that
    was taken is kept.
    """

    def __init__(
        self, most: int, *bounds: tuple[int, asyncio.Semaphore], total: int | None = None
    ) -> None:
        self._most = most
        self._total = most if total is None else total
        self._kept = 0
        self._ahead = sorted(bounds, key=lambda bound: bound[0])
        self._held: list[asyncio.Semaphore] = []

    @property
    def left(self) -> int:
        """Bytes that the next body may have."""
        return max(0, min(self._most, self._total - self._kept))

    def keep(self, size: int) -> None:
        """A body has come whole, and stays beside those that come next."""
        self._kept += size

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.leave()

    def leave(self, *unused: object) -> None:
        """Give back the places that were taken; may be called again, and by whoever is done."""
        while self._held:
            self._held.pop().release()

    async def take(self, size: int) -> None:
        """Wait until a body that has come to ``size`` may go on."""
        while self._ahead and self._kept + size > self._ahead[0][0]:
            _, places = self._ahead.pop(0)
            await places.acquire()
            self._held.append(places)


@dataclass(frozen=True, slots=True)
class RequestPlan:
    """What one request asks for beside its address."""

    conditions: list[tuple[bytes, bytes]]
    budget: TimeBudget
    room: MemoryBudget
    may_cut: bool = False
    """A longer body is cut, and no error."""
    vouched: bool = False
    """A subscriber's headers and cookies may go along."""
