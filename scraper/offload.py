"""One thread for everything that talks to the database.

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
from threading import Event
from typing import Any, ParamSpec, TypeVar

from scraper.threads import start_lasting_thread

P = ParamSpec("P")
R = TypeVar("R")


class Offload:
    """``await offload(function, *args)`` runs it in the thread. Cancelling the caller does not
    stop a call that has begun: a transaction under way is finished.

    The thread is there from the start, not from the first call on: where the system has none to
    give, nothing has been leased yet. Raises ``OSError`` or ``MemoryError`` then.
    """

    def __init__(self) -> None:
        self._calls: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._closed = False
        self._ended = Event()
        start_lasting_thread(self._serve)

    async def __call__(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        if self._closed or self._ended.is_set():
            raise RuntimeError("the database's thread has ended")
        return await asyncio.wrap_future(self._enqueue(partial(function, *args, **kwargs)))

    def close(self) -> None:
        """Wait for the calls under way and end the thread."""
        self._closed = True
        self._calls.put(None)
        self._ended.wait()

    def _enqueue(self, work: Callable[[], R]) -> Future[R]:
        answer: Future[R] = Future()
        self._calls.put((answer, work))
        return answer

    def _serve(self) -> None:
        try:
            while (call := self._calls.get()) is not None:
                _carry_out(*call)
                del call  # what it holds is not kept until the next one
        finally:
            self._ended.set()


def _carry_out(answer: Future[Any], work: Callable[[], Any]) -> None:
    try:
        if answer.set_running_or_notify_cancel():
            answer.set_result(work())
    except BaseException as error:  # noqa: BLE001 - it is the caller's
        answer.set_exception(error)
    finally:
        del answer, work  # the error's traceback holds this frame, and the answer the error
