"""SIGINT, SIGTERM and SIGHUP while something asynchronous runs."""

from __future__ import annotations

import _thread
import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from types import FrameType, TracebackType
from typing import Any, Self

from commands.exits import Exit

GRACE = 8.0  # seconds from the signal to the end, whatever hangs
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class SignalWatch:
    """The first signal calls ``stop`` (by default the task is cancelled), a second one cancels
    the task, and after ``GRACE`` seconds the process ends as it is: every transaction is whole,
    and the next run takes over what was leased.

    Plain handlers, not the event loop's: those would wait for a loop that is kept busy.
    """

    def __init__(self) -> None:
        self.received: int | None = None
        self.stop: Callable[[], object] = self._cancel
        self._task: asyncio.Task[object] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._before: dict[signal.Signals, Any] = {}

    @property
    def exit_code(self) -> Exit | None:
        return None if self.received is None else Exit(128 + self.received)

    def __enter__(self) -> Self:
        self._task, self._loop = asyncio.current_task(), asyncio.get_running_loop()
        for number in SIGNALS:
            if number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN:
                continue  # nohup
            self._before[number] = signal.signal(number, self._catch)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for number, before in self._before.items():
            # Once stopped, a late signal must not change the exit status.
            signal.signal(number, before if self.received is None else signal.SIG_IGN)

    def _catch(self, number: int, frame: FrameType | None) -> None:
        assert self._loop is not None
        if self.received is not None:
            self._loop.call_soon_threadsafe(self._cancel)
            return
        self.received = number
        _end_after(GRACE, 128 + number)
        self._loop.call_soon_threadsafe(lambda: self.stop())

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()


def _end_after(seconds: float, code: int) -> None:
    """End the process then, whatever hangs. Two ways, for each fails where the other does not:

    - an alarm, which needs no memory and wakes the main thread from any lock; no child inherits
      it (setitimer(2)), and nobody else here uses it;
    - a thread, for a main thread that is inside a library. It is not waited for: under a limit of
      memory it may die before it begins (CPython issue 140746).
    """

    def end() -> None:
        time.sleep(seconds)
        os._exit(code)

    signal.setitimer(signal.ITIMER_REAL, seconds)
    signal.signal(signal.SIGALRM, lambda number, frame: os._exit(code))
    with suppress(RuntimeError, MemoryError):
        _thread.start_new_thread(end, ())


def run_watched(work: Callable[[SignalWatch], Awaitable[Exit]]) -> Exit:
    """Run ``work`` to its end, or to a signal: then 130, 143 or 129 is its exit code."""
    watch = SignalWatch()

    async def watched() -> Exit:
        with watch:
            return await work(watch)

    try:
        with asyncio.Runner() as runner:
            runner.get_loop()  # where none can be made, nothing has begun
            code = runner.run(watched())
    except asyncio.CancelledError:
        return watch.exit_code or Exit.INTERRUPTED
    return watch.exit_code or code
