"""A pool of killable child processes that run pure functions on what the web sent.

An HTML or feed parser can crash, loop or swallow all memory on hostile input, and a thread cannot
be stopped (docs/architecture.md): so extraction and feed parsing run here, under a limit of CPU
time and of memory each. Children are started by exec, so they inherit no descriptor (the run's lock
least of all), ignore SIGINT and SIGTERM, and die with their parent. What they answer is data that
is checked (``scraper.isolation.answers``); what they may do, ``scraper.isolation.confinement``
says.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import re
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import ClassVar, Generic, Self, TypeVar

from scraper.errors import SandboxError
from scraper.isolation.answers import REPLY, AnswerError, AnswerKind, check_head, read_answer
from scraper.isolation.children import wait_without_threads
from scraper.isolation.db_thread import DbThread
from scraper.isolation.functions import PureFunction
from scraper.isolation.worker import HEADER, LENGTH

INHERITED = re.compile(
    r"PYTHON(?:PATH|HOME|UTF8|HASHSEED|IOENCODING|MALLOC|WARNINGS|DONTWRITEBYTECODE|FAULTHANDLER)"
    r"|LC_(?:ALL|CTYPE|COLLATE|MESSAGES|MONETARY|NUMERIC|TIME)|LD_(?:LIBRARY_PATH|PRELOAD)"
    r"|DYLD_(?:FALLBACK_)?LIBRARY_PATH|MALLOC_(?:ARENA_MAX|(?:TRIM|MMAP)_THRESHOLD_)"
    r"|PATH|HOME|LANG|TZ|TMPDIR"
)
"""Of the environment, what a child needs to be the same program. Nothing else: what reads hostile
bytes shall not hold a database's password, or whatever else stands there."""
HEAVY_BYTES = 2 * 1024 * 1024
APART_BYTES = 64 * 1024
"""Of an argument that is sent as it is, and not copied into the message."""
LARGE_ANSWER = 256 * 1024
"""Bytes of an answer that is read beside the event loop: 50,000 addresses are checked in 0.7 s."""
PIECE = 256 * 1024  # bytes written to a child at a time
DYING_SECONDS = 10.0
"""That a reader may take to end after its answer broke off."""
RECYCLE_AFTER = 2000  # tasks a child: bounds whatever a C library leaks
GRACE = 1.0
"""Seconds of CPU time after which a child is ended whose own timer has not done so."""

T = TypeVar("T")


@dataclass(frozen=True)
class SandboxLimits:
    cpu_seconds: float = 5.0
    """CPU time of one task: a stopped or a busy machine costs no page its chance."""
    wall_seconds: float = 120.0
    """Backstop for a child that hangs without using the CPU."""
    memory_bytes: int = 1 << 30


class Sandbox:
    """``async with Sandbox() as sandbox: article = await sandbox.run(EXTRACT, body, …)``.

    Children start when they are first needed. ``run`` raises what the function raised where
    that is a ``ParseError``, else ``SandboxError``.
    """

    worker: ClassVar[str] = "scraper.isolation.worker"
    """The module that a child runs."""

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
        self._offload = DbThread()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._idle.clear()
        await asyncio.gather(*(self._discard(child) for child in list(self._all)))
        self._offload.close()

    async def run(
        self,
        function: PureFunction[T],
        *args: object,
        cpu_seconds: float | None = None,
        is_long: bool = False,
    ) -> T:
        """Call ``function`` on picklable ``args`` in a child.

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

    async def _try(self, task: _Task[T]) -> T:
        child = self._idle.pop() if self._idle else await self._start()
        try:
            async with asyncio.timeout(self._limits.wall_seconds):
                kind, data = await child.ask(task)
            result: T
            told = kind, data, task.function, task.args
            if len(data) < LARGE_ANSWER:
                result, error = read_answer(*told)
            else:
                result, error = await self._offload(read_answer, *told)
        except TimeoutError:
            await self._discard(child)
            # Pure functions wait for nothing, and one that computes is ended by its CPU time.
            raise _OutsideError("timeout", "its reader hung twice and was stopped") from None
        except (asyncio.IncompleteReadError, ConnectionError):
            try:
                async with asyncio.timeout(DYING_SECONDS):
                    status = await child.process.wait()
            except TimeoutError:
                raise SandboxError("answer", "its reader closed its end and went on") from None
            finally:
                await self._discard(child)
            raise _death(status, task, child.overran) from None
        except AnswerError as lie:
            await self._discard(child)  # it may be another's by now
            raise SandboxError("answer", f"its reader gave no answer that can be: {lie}") from None
        except BaseException:
            await self._discard(child)
            raise
        child.tasks += 1
        if child.tasks < RECYCLE_AFTER and not task.is_heavy:
            self._idle.append(child)
        else:  # of what a large page took, much would stay with it
            await self._discard(child)
        if error is not None:
            raise error
        return result

    async def _start(self) -> _Child:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",  # never import from the working directory
            "-m",
            self.worker,
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
class _Task(Generic[T]):
    function: PureFunction[T]
    args: tuple[object, ...]
    message: bytes
    buffers: tuple[memoryview, ...]
    """What is large in it."""
    cpu_seconds: float

    @property
    def is_heavy(self) -> bool:
        return sum(map(len, self.buffers)) > HEAVY_BYTES


def _task(function: PureFunction[T], args: tuple[object, ...], cpu_seconds: float) -> _Task[T]:
    buffers: list[pickle.PickleBuffer] = []
    apart = tuple(
        pickle.PickleBuffer(each) if isinstance(each, bytes) and len(each) >= APART_BYTES else each
        for each in args
    )
    message = pickle.dumps((function.path, apart), protocol=5, buffer_callback=buffers.append)
    return _Task(function, args, message, tuple(each.raw() for each in buffers), cpu_seconds)


def _death(status: int, task: _Task[T], overran: bool) -> Exception:
    if status == -signal.SIGPROF or overran:
        return SandboxError("timeout", f"reading it took more than {task.cpu_seconds:g} s of CPU")
    if status == -signal.SIGKILL:
        return _OutsideError("memory", "its reader was killed twice")
    return SandboxError("crash", f"its reader crashed (status {status})")


@dataclass(eq=False)
class _Child:
    process: Process
    tasks: int = 0
    overran: bool = False
    """Ended for the CPU time that it took."""

    async def ask(self, task: _Task[T]) -> tuple[AnswerKind, bytes]:
        """Raises ``AnswerError`` for an answer that is larger than it may be."""
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None
        assert stdout is not None
        with self._within(task.cpu_seconds):
            stdin.write(HEADER.pack(len(task.message), task.cpu_seconds, len(task.buffers)))
            for buffer in task.buffers:
                stdin.write(LENGTH.pack(len(buffer)))
            for whole in (memoryview(task.message), *task.buffers):
                for at in range(0, len(whole), PIECE):  # at once it would be copied whole
                    stdin.write(whole[at : at + PIECE])
                    await stdin.drain()
            kind, length = check_head(await stdout.readexactly(REPLY.size), task.function)
            return kind, await stdout.readexactly(length)

    @contextmanager
    def _within(self, seconds: float) -> Iterator[None]:
        """A child's own timer ends it when its task takes longer; one that has put the timer off,
        as whoever took it over would, is ended from here."""
        loop = asyncio.get_running_loop()
        clock = _cpu_clock(self.process.pid)
        started = _read(clock)
        timer: asyncio.TimerHandle | None = None
        if started is None:
            yield
            return

        def look() -> None:
            nonlocal timer
            now = _read(clock)
            if now is None:
                return
            left = started + seconds + GRACE - now
            if left <= 0:
                self.overran = True
                with suppress(ProcessLookupError):
                    self.process.kill()
            else:  # one thread: it cannot be over before
                timer = loop.call_later(max(left, 0.05), look)

        timer = loop.call_later(seconds + GRACE, look)
        try:
            yield
        finally:
            timer.cancel()

    async def kill(self) -> None:
        if self.process.stdin is not None:
            self.process.stdin.close()
        if self.process.returncode is None:
            with suppress(ProcessLookupError):
                self.process.kill()
        stdout = self.process.stdout
        assert stdout is not None
        with suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(DYING_SECONDS):
                # ``wait`` waits for the pipes too, and one that is full of what nobody read stays
                # open: a reader that said too much would keep its parent waiting for ever.
                while await stdout.read(PIECE):
                    pass
                await self.process.wait()


def _cpu_clock(pid: int) -> int:
    """The clock of another process's CPU time, as the C library's ``clock_getcpuclockid`` makes it
    on Linux (``CPUCLOCK_SCHED``, linux/posix-timers.h)."""
    return ~pid << 3 | 2


def _read(clock: int) -> float | None:
    """``None`` where the process has ended, or the system has no such clocks."""
    if sys.platform != "linux":
        return None
    try:
        return time.clock_gettime(clock)
    except OSError:
        return None
