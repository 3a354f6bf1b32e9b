"""Threads, started by one that need not wait for them.

``threading.Thread.start`` waits until the new thread says that it runs. One that dies before, of
want of memory, never does, and its starter waits for ever (CPython issue 140746): a crawl under a
limit of memory hung, and held its lock.
"""

from __future__ import annotations

import _thread
import errno
from collections.abc import Callable
from threading import Event

BEGINS_WITHIN = 10.0  # seconds, on a machine that is busy with much else


def start_thread(work: Callable[[], object]) -> None:
    """Run ``work`` in a daemon thread, and don't wait for it to begin.

    Raises ``OSError`` (EAGAIN) where there can be no more threads.
    """
    try:
        _thread.start_new_thread(work, ())
    except RuntimeError as error:
        raise OSError(errno.EAGAIN, str(error)) from error


def start_lasting_thread(work: Callable[[], object]) -> None:
    """``start_thread`` for one that much relies on: it has begun on return.

    Raises ``MemoryError`` as well, where it died before.
    """
    begun = Event()

    def run() -> None:
        begun.set()
        work()

    start_thread(run)
    if not begun.wait(BEGINS_WITHIN):
        raise MemoryError("a thread could not begin")
