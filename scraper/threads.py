"""Threads, started by one that need not wait for them.

``threading.Thread.start`` waits until the new thread says that it runs. One that dies before, of
want of memory, never does, and its starter waits for ever (CPython issue 140746): a crawl under a
limit of memory hung, and held its lock.
"""

from __future__ import annotations

import _thread
import errno
from collections.abc import Callable

BEGINS_WITHIN = 10.0  # seconds, on a machine that is busy with much else


def start_thread(work: Callable[[], object]) -> None:
    """Run ``work`` in a daemon thread, and don't wait for it to begin.

    Raises ``OSError`` (EAGAIN) where there can be no more threads.
    """
    try:
        _thread.start_new_thread(work, ())
    except RuntimeError as error:
        raise OSError(errno.EAGAIN, str(error)) from error


class WorkerThread:
    """A thread that much relies on: it has begun once this is made.

    Raises as ``start_thread``, and ``MemoryError`` where it died before it began. Locks, for
    they are let go without a byte of memory, which events are not.
    """

    def __init__(self, work: Callable[[], object]) -> None:
        begins, self._runs = _thread.allocate_lock(), _thread.allocate_lock()
        begins.acquire()
        self._runs.acquire()

        def run() -> None:
            try:
                begins.release()
                work()
            finally:
                self._runs.release()

        start_thread(run)
        if not begins.acquire(timeout=BEGINS_WITHIN):
            raise MemoryError("a thread could not begin")

    @property
    def has_ended(self) -> bool:
        """Whether ``work`` is over, by an error or without one."""
        return not self._runs.locked()

    def join(self) -> None:
        with self._runs:
            pass
