"""One thread for everything that talks to the database, and one for large answers of readers.

A save waits for the disk, and for another process's transaction if there is one; the event
loop, with its deadlines and its hundred open connections, must not. One thread, not a pool:
SQLite has one writer anyway, and calls keep their order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from queue import SimpleQueue
from typing import Any, ParamSpec, TypeVar

from scraper.threads import WorkerThread

P = ParamSpec("P")
R = TypeVar("R")


LOOKS_EVERY = 1.0  # seconds


class DbThread:
    """``await offload(function, *args)`` runs it in the thread. Cancelling the caller does not
    stop a call that has begun: a transaction under way is finished.

    The thread is there from the start, not from the first call on: where the system has none to
    give, nothing has been leased yet. Raises ``OSError`` or ``MemoryError`` then; a call raises
    ``MemoryError`` as well where the thread has died of it.
    """

    def __init__(self) -> None:
        self._calls: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._closed = False
        self._thread = WorkerThread(self._serve)

    async def __call__(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        if self._closed:
            raise RuntimeError("the thread has been ended")
        return await self._wait(self._enqueue(partial(function, *args, **kwargs)))

    def close(self) -> None:
        """Wait for the calls under way and end the thread."""
        self._closed = True
        self._calls.put(None)
        self._thread.join()

    def _enqueue(self, work: Callable[[], R]) -> Future[R]:
        answer: Future[R] = Future()
        self._calls.put((answer, work))
        return answer

    async def _wait(self, answer: Future[R]) -> R:
        """Not only for the thread to tell: that needs memory, and so it may fail."""
        told = asyncio.wrap_future(answer)
        try:
            while not (await asyncio.wait((told,), timeout=LOOKS_EVERY))[0]:
                if answer.done():
                    return answer.result()
                if self._thread.has_ended:
                    raise MemoryError("a thread has died")
            return told.result()
        finally:
            told.cancel()
            del told, answer  # an error's traceback holds this frame, and they the error

    def _serve(self) -> None:
        while (call := self._calls.get()) is not None:
            _carry_out(*call)
            del call  # what it holds is not kept until the next one


def _carry_out(answer: Future[Any], work: Callable[[], Any]) -> None:
    try:
        if answer.set_running_or_notify_cancel():
            answer.set_result(work())
    except BaseException as error:  # noqa: BLE001 - it is the caller's
        answer.set_exception(error)
    finally:
        del answer, work
