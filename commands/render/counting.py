"""Long work on a terminal: how far it is, and that it goes on."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Event, RLock, Thread
from types import TracebackType

from commands.cleaning import clean
from commands.render.values import short_time
from commands.terminal import share_terminal, take_terminal_back

AFTER = 1.0
"""Seconds of work of which nothing is shown."""
EVERY = 0.2
"""Seconds between two states of the line."""


class Counting:
    """One line on standard error that is overwritten, where that is a terminal; gone at the end.

    What else is written to the terminal meanwhile stands in lines of its own. ``state``: what the
    line says, asked for each time, under ``lock``; else it is what was ``said`` last.
    """

    def __init__(
        self,
        what: str,
        *,
        quiet: bool = False,
        state: Callable[[], str] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.lock = RLock()
        self._what = self._line = what
        self._state = state
        # A dumb terminal can't clear a line.
        self._shown = not quiet and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._monotonic = monotonic
        self._began = monotonic()
        self._last = float("-inf")
        self._written = False
        self._ended = Event()
        self._thread = Thread(target=self._keep_ticking, name="counting", daemon=True)

    def show(self, done: int, total: int) -> None:
        share = f" ({done * 100 // total} %)" if total else ""
        self.say(f"{self._what}: {done:,} of {total:,}{share}")

    def say(self, line: str) -> None:
        self._line = line
        self.tick()

    def tick(self) -> None:
        """Write the line, unless it is too early."""
        now = self._monotonic()
        with self.lock:
            is_early = now - self._began < AFTER or now - self._last < EVERY
            if not self._shown or is_early or self._ended.is_set():
                return
            line = self._state() if self._state else f"{self._line}, {self._spent(now)}"
            room = max(shutil.get_terminal_size().columns - 1, 1)
            self._write(f"\r\x1b[K{clean(line)[:room]}")
            self._last, self._written = now, True

    def hide(self) -> None:
        """Clear the line for what else is to stand there; it comes back a little later."""
        with self.lock:
            if self._written:
                self._write("\r\x1b[K")
                self._last, self._written = self._monotonic(), False

    def _spent(self, now: float) -> str:
        return short_time(now - self._began)

    def _write(self, text: str) -> None:
        with suppress(OSError, ValueError):  # the terminal is gone: the work goes on
            sys.stderr.write(text)
            sys.stderr.flush()

    def _keep_ticking(self) -> None:
        while not self._ended.wait(EVERY):
            self.tick()

    def __enter__(self) -> Counting:
        if self._shown:
            share_terminal(self.hide)
            self.tick()
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        if self._shown:
            self._thread.join()
            take_terminal_back(self.hide)
            self.hide()
