"""What one address may use: seconds, and the memory that its body takes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Self


class Budget:
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


class Room:
    """The bytes that a body may have: ``most``, of which what is beyond ``usual`` needs one of
    ``places``. Inside its context a place that was taken is kept."""

    def __init__(
        self, usual: int, most: int | None = None, places: asyncio.Semaphore | None = None
    ) -> None:
        self.most = usual if most is None else most
        self._usual = usual
        self._places = places
        self._has_place = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._places is not None and self._has_place:
            self._places.release()
            self._has_place = False

    async def take(self, size: int) -> None:
        """Wait until a body that has come to ``size`` may go on."""
        if self._places is not None and size > self._usual and not self._has_place:
            await self._places.acquire()
            self._has_place = True


@dataclass(frozen=True, slots=True)
class Wish:
    """What one request asks for beside its address."""

    conditions: list[tuple[bytes, bytes]]
    budget: Budget
    room: Room
    may_cut: bool = False
    """A longer body is cut, and no error."""
