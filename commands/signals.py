"""SIGINT, SIGTERM and SIGHUP while something asynchronous runs."""

from __future__ import annotations

import _thread
import asyncio
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from types import FrameType, TracebackType
from typing import Any, Self

from commands.exits import Exit

GRACE = 8.0  # seconds from the signal to the end, whatever hangs
AGAIN = 0.5
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class SignalWatch:
    """The first signal calls ``stop`` (by default the task is cancelled), a second one cancels
    the task, and after ``GRACE`` seconds the process ends as it is: every transaction is whole,
    and the next run takes over what was leased.

    Plain handlers, not the event loop's: those would wait for a loop that is kept busy. The loop
    is woken through a pipe: a signal that comes just before it begins to wait, or that another
    thread receives, interrupts nothing.

    Want of memory that no task hears of (a thread died of it, the event loop could not wake a
    task) cancels the task and sets the same term: somebody may wait for ever for what was lost.
    """

    def __init__(self) -> None:
        self.received: int | None = None
        self.is_short = False
        """Of memory."""
        self.stop: Callable[[], object] = self._cancel
        self._task: asyncio.Task[object] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._before: dict[signal.Signals, Any] = {}
        self._unraisable = sys.unraisablehook

    @property
    def exit_code(self) -> Exit | None:
        return None if self.received is None else Exit(128 + self.received)

    def __enter__(self) -> Self:
        self._task, self._loop = asyncio.current_task(), asyncio.get_running_loop()
        self._loop.set_exception_handler(self._take_error)
        self._unraisable, sys.unraisablehook = sys.unraisablehook, self._take_unraisable
        self._pipe = os.pipe()
        for end in self._pipe:
            os.set_blocking(end, False)
        self._loop.add_reader(self._pipe[0], os.read, self._pipe[0], 4096)
        self._fd_before = signal.set_wakeup_fd(self._pipe[1], warn_on_full_buffer=False)
        for number in SIGNALS:
            if number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN:
                continue  # nohup
            self._before[number] = signal.signal(number, self._catch)
        self._before[signal.SIGALRM] = signal.signal(signal.SIGALRM, self._end)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        sys.unraisablehook = self._unraisable
        signal.set_wakeup_fd(self._fd_before)
        assert self._loop is not None
        self._loop.remove_reader(self._pipe[0])
        for end in self._pipe:
            os.close(end)
        if self.received is not None or self.is_short:
            del self._before[signal.SIGALRM]  # the end has its term
        for number, before in self._before.items():
            # Once stopped, a late signal must not change the exit status.
            signal.signal(number, before if self.received is None else signal.SIG_IGN)

    def _catch(self, number: int, frame: FrameType | None) -> None:
        assert self._loop is not None
        if self.received is not None:
            self._loop.call_soon_threadsafe(self._cancel)
            return
        self.received = number
        self._set_term()
        self._loop.call_soon_threadsafe(lambda: self.stop())

    def _take_error(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, (MemoryError, SystemError)):  # CPython's, where it had no memory
            self._run_short()
        else:
            loop.default_exception_handler(context)

    def _take_unraisable(self, unraisable: sys.UnraisableHookArgs) -> None:
        if unraisable.exc_type is MemoryError:
            self._run_short()
        else:
            self._unraisable(unraisable)

    def _run_short(self) -> None:
        """Called in any thread."""
        if not self.is_short:
            self._set_term()  # may want memory itself: the next one then tries again
            self.is_short = True
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._cancel)

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _set_term(self) -> None:
        """End the process after ``GRACE``. Two ways, for each fails where the other does not:

        - an alarm, which wakes the main thread from any lock, again and again until there is
          memory for its handler; no child inherits it (setitimer(2)), nobody else here uses it;
        - a thread, for a main thread that is inside a library. It is not waited for: without
          memory it may die before it begins (CPython issue 140746).
        """
        signal.setitimer(signal.ITIMER_REAL, GRACE, AGAIN)
        with suppress(RuntimeError, MemoryError):
            _thread.start_new_thread(self._end_later, (GRACE,))

    def _end_later(self, seconds: float) -> None:
        time.sleep(seconds)
        self._end()

    def _end(self, *unused: object) -> None:
        os._exit(Exit.SYSTEM if self.received is None else 128 + self.received)


def run_watched(work: Callable[[SignalWatch], Awaitable[Exit]]) -> Exit:
    """Run ``work`` to its end, or to a signal: then 130, 143 or 129 is its exit code.

    Raises ``MemoryError`` where memory was so short that something was lost unheard.
    """
    watch = SignalWatch()

    async def watched() -> Exit:
        with watch:
            return await work(watch)

    try:
        with asyncio.Runner() as runner:
            runner.get_loop()  # where none can be made, nothing has begun
            code = runner.run(watched())
    except asyncio.CancelledError:
        if watch.is_short and watch.received is None:
            raise MemoryError from None
        return watch.exit_code or Exit.INTERRUPTED
    return watch.exit_code or code
