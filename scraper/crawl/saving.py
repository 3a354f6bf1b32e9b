"""Saving what a crawl captured: in order, and in one transaction what is ready together.

A transaction costs about as much as what is written in it. While one is under way the captures of
other pages become ready; they make the next one ("group commit"). Nothing ever waits for company.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence

from scraper.clock import Clock
from scraper.isolation.db_thread import DbThread
from scraper.model.types import Capture, Decision, PendingSave, Settlement
from scraper.pages.capture import CaptureStore

TOGETHER = 25
"""Captures of one transaction at most: other writers wait for its end."""


class Saver:
    """``await saver.save(…)`` gives what the archive decided, once that is on the disk.

    A call whose caller is cancelled is carried out all the same.
    """

    def __init__(self, archive: CaptureStore, offload: DbThread, clock: Clock) -> None:
        self._archive = archive
        self._offload = offload
        self._clock = clock
        self._waiting: deque[tuple[Capture, Settlement, asyncio.Future[Decision]]] = deque()
        self._working: asyncio.Task[None] | None = None

    def save(self, capture: Capture, settlement: Settlement) -> asyncio.Future[Decision]:
        """Takes its place in the order at once. Raises what ``CaptureStore.save`` raises of it."""
        decided: asyncio.Future[Decision] = asyncio.get_running_loop().create_future()
        self._waiting.append((capture, settlement, decided))
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work())
        return decided

    async def _work(self) -> None:
        while self._waiting:
            count = min(len(self._waiting), TOGETHER)
            taken = [self._waiting.popleft() for _ in range(count)]
            now = self._clock.now()
            savings = [PendingSave(capture, settlement, now) for capture, settlement, _ in taken]
            decided = [future for _, _, future in taken]
            if not await self._save(savings, decided) and count > 1:
                # One of them can't be saved: it alone shall fail.
                for saving, future in zip(savings, decided, strict=True):
                    await self._save([saving], [future])

    async def _save(
        self, savings: Sequence[PendingSave], decided: Sequence[asyncio.Future[Decision]]
    ) -> bool:
        """Whether it is settled; several that could not be saved together are not."""
        try:
            decisions = await self._offload(self._archive.save_all, savings)
        except Exception as error:  # noqa: BLE001 - it is the caller's, who waits for it
            if len(decided) > 1:
                return False
            if not decided[0].cancelled():
                decided[0].set_exception(error)
            return True
        for future, decision in zip(decided, decisions, strict=True):
            if not future.cancelled():  # whoever asked may have been told to stop twice
                future.set_result(decision)
        return True
