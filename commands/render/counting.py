"""Long work on a terminal: how far it is."""

from __future__ import annotations

import sys
import time
from types import TracebackType

from commands.cleaning import clean

EVERY = 0.2
"""Seconds between two states of the line."""


class Counting:
    """One line on standard error that is overwritten, where that is a terminal; gone at the end."""

    def __init__(self, what: str, *, quiet: bool = False) -> None:
        self._what = what
        self._shown = not quiet and sys.stderr.isatty()
        self._last = 0.0
        self._written = False

    def show(self, done: int, total: int) -> None:
        share = f" ({done * 100 // total} %)" if total else ""
        self.say(f"{self._what}: {done:,} of {total:,}{share}")

    def say(self, line: str) -> None:
        now = time.monotonic()
        if self._shown and now - self._last >= EVERY:
            self._last, self._written = now, True
            sys.stderr.write(f"\r\x1b[K{clean(line)}")
            sys.stderr.flush()

    def __enter__(self) -> Counting:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._written:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
