"""A pool of killable child processes that run pure functions on what the web sent.

An HTML or feed parser can crash, loop or swallow all memory on hostile input, and a thread
cannot be stopped (docs/architecture.md): so extraction and feed parsing run here, under a limit
of CPU time and of memory each. Children are started by exec, so they inherit no descriptor (the
run's lock least of all), ignore SIGINT and SIGTERM, and die with their parent.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import re
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import nullcontext
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from scraper.children import wait_without_threads
from scraper.errors import SandboxError
from scraper.worker import HEADER, LENGTH, OUT_OF_MEMORY, RAISED, RETURNED

INHERITED = re.compile(r"(?:PYTHON|LC_|LD_|DYLD_|MALLOC_)\w*|PATH|HOME|LANG|TZ|TMPDIR")
"""Of the environment, what a child needs to be the same program. Nothing else: what reads hostile
bytes shall not hold a database's password, or whatever else stands there."""
HEAVY_BYTES = 2 * 1024 * 1024
APART_BYTES = 64 * 1024
"""Of an argument that is sent as it is, and not copied into the message."""
PIECE = 256 * 1024  # bytes written to a child at a time
RECYCLE_AFTER = 2000  # tasks a child: bounds whatever a C library leaks


@dataclass(frozen=True)
class SandboxLimits:
    cpu_seconds: float = 5.0
    """CPU time of one task: a stopped or a busy machine costs no page its chance."""
    wall_seconds: float = 120.0
    """Backstop for a child that hangs without using the CPU."""
    memory_bytes: int = 1 << 30


class Sandbox:
    """``async with Sandbox() as sandbox: article = await sandbox.run("module:function", …)``.

    Children start when they are first needed. ``run`` raises what the function raised where
    that is a ``KlipingError``, else ``SandboxError``.
    """

    def __init__(self, workers: int | None = None, limits: SandboxLimits | None = None) -> None:
        self._limits = limits or SandboxLimits()
        self._slots = asyncio.Semaphore(workers or os.cpu_count() or 1)
        self._long = asyncio.Semaphore(max(1, (workers or os.cpu_count() or 1) // 2))
        """For the few that take long: children beside those of ``_slots``."""
        self._heavy = asyncio.Semaphore(max(1, (workers or os.cpu_count() or 1) // 2))
        """For the few that are large: each takes ten times its size while it is read."""
        self._idle: list[_Child] = []
        self._all: set[_Child] = set()

    async def __aenter__(self) -> Self:
        wait_without_threads()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._idle.clear()
        await asyncio.gather(*(self._discard(child) for child in list(self._all)))

    async def run(
        self, function: str, *args: object, cpu_seconds: float | None = None, is_long: bool = False
    ) -> Any:
        """Call ``function`` (``"package.module:name"``) on picklable ``args`` in a child.

        ``cpu_seconds`` replaces the limit for this task. ``is_long``: it waits in a lane of its
        own, so that quick ones don't wait for it.

        A child that someone outside killed (SIGKILL: an operator, the kernel's OOM killer) or
        stopped is replaced and the task tried once more; a second time is the input's fault.
        """
        task = _task(function, args, cpu_seconds or self._limits.cpu_seconds)
        heavy = self._heavy if task.is_heavy else nullcontext()
        async with heavy, self._long if is_long else self._slots:
            try:
                return await self._try(task)
            except _OutsideError:
                await self._discard_idle()  # what befell it may have befallen them as well
                try:
                    return await self._try(task)
                except _OutsideError as error:
                    raise SandboxError(error.reason, error.told_twice) from None

    async def _try(self, task: _Task) -> Any:
        child = self._idle.pop() if self._idle else await self._start()
        try:
            async with asyncio.timeout(self._limits.wall_seconds):
                kind, value = await child.ask(task)
        except TimeoutError:
            await self._discard(child)
            # Pure functions wait for nothing, and one that computes is ended by its CPU time.
            raise _OutsideError("timeout", "its reader hung twice and was stopped") from None
        except (asyncio.IncompleteReadError, ConnectionError):
            status = await child.process.wait()
            await self._discard(child)
            raise _death(status, task) from None
        except BaseException:
            await self._discard(child)
            raise
        child.tasks += 1
        if child.tasks < RECYCLE_AFTER and not task.is_heavy:
            self._idle.append(child)
        else:  # of what a large page took, much would stay with it
            await self._discard(child)
        if kind == RETURNED:
            return value
        if kind == RAISED:
            raise value
        if kind == OUT_OF_MEMORY:
            raise SandboxError("memory", "reading it needs more memory than one page may use")
        raise SandboxError("error", f"its reader failed: {value}")

    async def _start(self) -> _Child:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",  # never import from the working directory
            "-m",
            "scraper.worker",
            str(os.getpid()),
            str(self._limits.memory_bytes),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env={name: value for name, value in os.environ.items() if INHERITED.fullmatch(name)},
        )
        child = _Child(process)
        self._all.add(child)
        return child

    async def _discard_idle(self) -> None:
        idle, self._idle = self._idle, []
        for child in idle:
            await self._discard(child)

    async def _discard(self, child: _Child) -> None:
        self._all.discard(child)
        await child.kill()


class _OutsideError(Exception):
    """A child died of a SIGKILL that we did not send, or stood still."""

    def __init__(self, reason: str, told_twice: str) -> None:
        super().__init__(told_twice)
        self.reason = reason
        self.told_twice = told_twice


@dataclass(frozen=True)
class _Task:
    message: bytes
    buffers: tuple[memoryview, ...]
    """What is large in it."""
    cpu_seconds: float

    @property
    def is_heavy(self) -> bool:
        return sum(map(len, self.buffers)) > HEAVY_BYTES


def _task(function: str, args: tuple[object, ...], cpu_seconds: float) -> _Task:
    buffers: list[pickle.PickleBuffer] = []
    apart = tuple(
        pickle.PickleBuffer(each) if isinstance(each, bytes) and len(each) >= APART_BYTES else each
        for each in args
    )
    message = pickle.dumps((function, apart), protocol=5, buffer_callback=buffers.append)
    return _Task(message, tuple(buffer.raw() for buffer in buffers), cpu_seconds)


def _death(status: int, task: _Task) -> Exception:
    if status == -signal.SIGPROF:
        return SandboxError("timeout", f"reading it took more than {task.cpu_seconds:g} s of CPU")
    if status == -signal.SIGKILL:
        return _OutsideError("memory", "its reader was killed twice")
    return SandboxError("crash", f"its reader crashed (status {status})")


@dataclass(eq=False)
class _Child:
    process: Process
    tasks: int = 0

    async def ask(self, task: _Task) -> tuple[str, Any]:
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(HEADER.pack(len(task.message), task.cpu_seconds, len(task.buffers)))
        for buffer in task.buffers:
            stdin.write(LENGTH.pack(len(buffer)))
        for whole in (memoryview(task.message), *task.buffers):
            for at in range(0, len(whole), PIECE):  # at once it would be copied whole
                stdin.write(whole[at : at + PIECE])
                await stdin.drain()
        (length,) = LENGTH.unpack(await stdout.readexactly(LENGTH.size))
        kind, value = pickle.loads(await stdout.readexactly(length))  # noqa: S301 - our own child
        return kind, value

    async def kill(self) -> None:
        if self.process.stdin is not None:
            self.process.stdin.close()
        if self.process.returncode is None:
            try:
                self.process.kill()
            except ProcessLookupError:
                return
        await self.process.wait()
