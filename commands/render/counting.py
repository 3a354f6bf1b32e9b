"""Long work on a terminal: how far it is; numbers and sizes for people."""

from __future__ import annotations

import sys
import time
from types import TracebackType

from commands.render.cleaning import clean

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


def told_articles(articles: int, rejected: int) -> str:
    """``12 articles and 3 pages without an article``."""
    others = f" and {counted(rejected, 'page', 'pages')} without an article"
    return counted(articles, "article") + (others if rejected else "")


def counted(number: int, thing: str, things: str | None = None) -> str:
    """``1 version``, ``2,300 versions``; ``things``: where an s is not enough."""
    return f"{number:,} {thing if number == 1 else things or f'{thing}s'}"


def human_size(size: float) -> str:
    """``1.5 MB``: in units of a thousand."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"
