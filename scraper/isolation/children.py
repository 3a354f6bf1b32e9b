"""How the event loop learns that a child process has ended.

asyncio before Python 3.12 starts a thread for each child, which waits for it. Threads are what a
system short of memory has not got (``scraper.threads``), and a child needs none: its
pidfd becomes readable as it ends. Later versions do that by themselves.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from typing import TypeVarTuple

_Ts = TypeVarTuple("_Ts")


def wait_without_threads() -> None:
    """For every event loop of this process, in whatever thread; where the system has pidfds and
    nobody has chosen another way."""
    if sys.version_info < (3, 12) and _has_pidfds():
        policy = asyncio.get_event_loop_policy()
        if not isinstance(policy, asyncio.DefaultEventLoopPolicy):
            return
        if type(policy.get_child_watcher()) is asyncio.ThreadedChildWatcher:
            policy.set_child_watcher(_PidfdWatcher())


def _has_pidfds() -> bool:
    """Not on macOS, on Linux before 5.3, or where a container's filter forbids them."""
    try:
        os.close(os.pidfd_open(os.getpid()))
    except (AttributeError, OSError):
        return False
    return True


if sys.version_info < (3, 12):

    class _PidfdWatcher(asyncio.AbstractChildWatcher):
        """As in Python 3.12: each child is its own loop's, while ``asyncio.PidfdChildWatcher`` of
        3.11 serves one loop only, that of the main thread."""

        def add_child_handler(
            self, pid: int, callback: Callable[[int, int, *_Ts], object], *args: *_Ts
        ) -> None:
            pidfd = os.pidfd_open(pid)
            loop = asyncio.get_running_loop()
            loop.add_reader(pidfd, self._reap, loop, pid, pidfd, callback, args)

        def remove_child_handler(self, pid: int) -> bool:
            """asyncio never asks for it."""
            return False

        def _reap(
            self,
            loop: asyncio.AbstractEventLoop,
            pid: int,
            pidfd: int,
            callback: Callable[..., object],
            args: tuple[object, ...],
        ) -> None:
            loop.remove_reader(pidfd)
            try:
                code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            except ChildProcessError:  # somebody else has asked for its status
                code = 255
            finally:
                os.close(pidfd)
            callback(pid, code, *args)

        def attach_loop(self, loop: asyncio.AbstractEventLoop | None) -> None: ...

        def close(self) -> None: ...

        def is_active(self) -> bool:
            return True

        def __enter__(self) -> _PidfdWatcher:
            return self

        def __exit__(self, *args: object) -> None: ...
