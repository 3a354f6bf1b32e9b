"""One thread for everything that talks to the database.

A save waits for the disk, and for another process's transaction if there is one; the event
loop, with its deadlines and its hundred open connections, must not. One thread, not a pool:
SQLite has one writer anyway, and calls keep their order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Offload:
    """``await offload(function, *args)`` runs it in the thread. Cancelling the caller does not
    stop a call that has begun: a transaction under way is finished."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="archive")

    async def __call__(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, partial(function, *args, **kwargs))

    def close(self) -> None:
        """Wait for the calls under way and end the thread."""
        self._executor.shutdown(wait=True)
