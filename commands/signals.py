"""SIGINT, SIGTERM and SIGHUP while something asynchronous runs."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

from commands.exits import Exit

GRACE = 8.0  # seconds from the signal to the end, whatever hangs
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class SignalWatch:
    """The first signal calls ``stop`` (by default the task is cancelled), a second one cancels
    the task, and after ``GRACE`` seconds the process ends as it is: every transaction is whole,
    and the next run takes over what was leased."""

    def __init__(self) -> None:
        self.received: int | None = None
        self.stop: Callable[[], object] = self._cancel
        self._task: asyncio.Task[object] | None = None
        self._watchdog: threading.Timer | None = None
        self._installed: list[signal.Signals] = []

    @property
    def exit_code(self) -> Exit | None:
        return None if self.received is None else Exit(128 + self.received)

    def __enter__(self) -> Self:
        self._task = asyncio.current_task()
        if threading.current_thread() is not threading.main_thread():
            return self
        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            if number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN:
                continue  # nohup
            loop.add_signal_handler(number, self._on_signal, number)
            self._installed.append(number)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        loop = asyncio.get_running_loop()
        for number in self._installed:
            loop.remove_signal_handler(number)
            if self.received is not None:  # a late one must not change the exit status
                signal.signal(number, signal.SIG_IGN)

    def end(self) -> None:
        """The command is done: no watchdog any more."""
        if self._watchdog is not None:
            self._watchdog.cancel()

    def _on_signal(self, number: int) -> None:
        if self.received is not None:
            self._cancel()
            return
        self.received = number
        self._watchdog = threading.Timer(GRACE, os._exit, (128 + number,))
        self._watchdog.daemon = True
        self._watchdog.start()
        self.stop()

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()


def run_watched(work: Callable[[SignalWatch], Awaitable[Exit]]) -> Exit:
    """Run ``work`` to its end, or to a signal: then 130, 143 or 129 is its exit code."""
    watch = SignalWatch()

    async def watched() -> Exit:
        with watch:
            return await work(watch)

    try:
        code = asyncio.run(watched())
        return watch.exit_code or code
    except asyncio.CancelledError:
        return watch.exit_code or Exit.INTERRUPTED
    finally:
        watch.end()
