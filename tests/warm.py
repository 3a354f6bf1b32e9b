"""A sandbox whose children outlive it, for tests of what is around it.

A child imports all of extraction, 0.4 s of CPU, which every crawl of every test would pay anew. So
those that are well when their sandbox closes are kept, and the next sandbox takes them over. How
children start, end and die is tested with ``scraper.isolation.sandbox`` itself
(tests/isolation/test_sandbox.py) and where kliping runs as a process of its own
(tests/crawl/test_kill.py).
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from types import TracebackType
from typing import cast

from scraper.isolation.sandbox import Sandbox, _Child

MOST_KEPT = 4
_kept: list[subprocess.Popen[bytes]] = []


class WarmSandbox(Sandbox):
    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        idle, self._idle = self._idle[:MOST_KEPT], self._idle[MOST_KEPT:]
        for child in idle:
            self._all.discard(child)
            cast(_Process, child.process).release()
        await super().__aexit__(kind, error, tb)

    async def _start(self) -> _Child:
        process = _Process(_take() or _spawn(self._limits.memory_bytes))
        await process.connect()
        child = _Child(cast(asyncio.subprocess.Process, process))
        self._all.add(child)
        return child


class _Process:
    """A child as ``asyncio.subprocess.Process`` shows it, but that no event loop owns."""

    def __init__(self, popen: subprocess.Popen[bytes]) -> None:
        self._popen = popen

    async def connect(self) -> None:
        # Of copies, as an event loop closes what it has been given.
        pipes = self._popen.stdin, self._popen.stdout
        ours, theirs = (os.dup(pipe.fileno()) for pipe in pipes if pipe)
        loop = asyncio.get_running_loop()
        self.stdout = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(self.stdout)
        self._reading, _ = await loop.connect_read_pipe(lambda: protocol, os.fdopen(theirs, "rb"))
        # A pipe that is written to has a protocol of its own, whose reader nobody reads.
        flow = asyncio.StreamReaderProtocol(asyncio.StreamReader())
        writing, _ = await loop.connect_write_pipe(lambda: flow, os.fdopen(ours, "wb"))
        self.stdin = asyncio.StreamWriter(writing, flow, None, loop)

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def returncode(self) -> int | None:
        return self._popen.poll()

    def kill(self) -> None:
        self._popen.kill()

    async def wait(self) -> int:
        self._reading.close()
        self.stdin.close()
        return await asyncio.to_thread(_end, self._popen)

    def release(self) -> None:
        self._reading.close()
        self.stdin.close()
        if self.returncode is None and len(_kept) < MOST_KEPT:
            _kept.append(self._popen)
        else:
            self._popen.kill()
            _end(self._popen)


def dismiss() -> None:
    """End those that are kept."""
    while child := _take():
        child.kill()
        _end(child)


def _take() -> subprocess.Popen[bytes] | None:
    while _kept:
        child = _kept.pop()
        if child.poll() is None:
            return child
        _end(child)
    return None


def _spawn(memory_bytes: int) -> subprocess.Popen[bytes]:
    """As ``Sandbox`` starts them."""
    words = ("-P", "-m", "scraper.isolation.worker", str(os.getpid()), str(memory_bytes))
    return subprocess.Popen(
        [sys.executable, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _end(child: subprocess.Popen[bytes]) -> int:
    status = child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            pipe.close()
    return status
