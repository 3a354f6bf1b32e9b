"""The child's side of ``benchmarks.faults``: ``kliping``'s own main under conditions that are set
before it begins.

What can be done to a process from outside (signals, limits, files) is done from outside; here is
what cannot: streams that go elsewhere, a clock that is set, names that do not resolve, a patience
that a test can wait for, a limit from the first line on, a superuser who is told no, and the mark
of what is safe on the disk.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import resource
import signal
import socket
import sqlite3
import struct
import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

HOST = "post.test"
"""The name of the newspaper, which stands for loopback."""
SHIFT = struct.Struct("d")
"""Of a clock's file: by how many seconds it is ahead."""
DURABLE = struct.Struct("=8sI")
"""Of the file that marks what is safe: the log's salt (empty: none yet), and its frames."""
Hook = Callable[[], None]


def run_command(words: Sequence[str], out: str, err: str, hooks: Sequence[Hook]) -> None:
    """Run a command with its streams in these files; ends the process with its exit code."""
    for number, path in ((1, out), (2, err)):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(file, number)
        os.close(file)
    # As Python opens it: the one that it has opened knows another kind of file.
    sys.stdout = os.fdopen(1, "w", closefd=False)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whoever started us may have ignored it
    _answer_for(HOST)
    for hook in hooks:
        hook()
    import cli

    sys.exit(cli.main(list(words)))


# ------------------------------------------------------------------ names


def _answer_for(name: str, broken: Path | None = None) -> None:
    """Let ``name`` stand for loopback; it cannot be resolved while there is a file ``broken``."""
    ask = socket.getaddrinfo

    def answer(host: bytes | str | None, *rest: Any, **more: Any) -> Any:
        if host not in (name, name.encode()):
            return ask(host, *rest, **more)
        if broken is not None and broken.exists():
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return ask("127.0.0.1", *rest, **more)

    socket.getaddrinfo = answer


def break_names(broken: Path) -> Hook:
    return partial(_answer_for, HOST, broken)


# ------------------------------------------------------------------ clock, patience


def set_clock(file: Path) -> Hook:
    """The wall clock is ahead by what ``file`` says, at every moment."""
    return partial(_set_clock, file)


def _set_clock(file: Path) -> None:
    from scraper.clock import SystemClock

    with file.open("rb") as opened:
        shown = mmap.mmap(opened.fileno(), SHIFT.size, access=mmap.ACCESS_READ)
    real = SystemClock.now

    def now(self: SystemClock) -> datetime:
        return real(self) + timedelta(seconds=SHIFT.unpack(shown[:])[0])

    SystemClock.now = now  # type: ignore[method-assign]


def lose_patience(lock: float | None = None, reader: float | None = None) -> Hook:
    """Seconds that the program waits for a lock of the database, and for a reader's answer."""
    return partial(_lose_patience, lock, reader)


def _lose_patience(lock: float | None, reader: float | None) -> None:
    if lock is not None:
        _connect_with(timeout=lock)
    if reader is not None:
        from scraper.isolation import sandbox

        limits = partial(sandbox.SandboxLimits, wall_seconds=reader)
        sandbox.SandboxLimits = limits  # type: ignore[assignment,misc]


def _connect_with(**options: Any) -> None:
    connect = sqlite3.connect

    def connect_so(*words: Any, **given: Any) -> Any:
        return connect(*words, **(given | options))

    sqlite3.connect = connect_so


# ------------------------------------------------------------------ limits, rights


def count_processors(number: int) -> Hook:
    """As on a machine with so many of them, for each of which there is a reader."""
    return partial(_count_processors, number)


def _count_processors(number: int) -> None:
    os.cpu_count = lambda: number


def limit_descriptors(more: int) -> Hook:
    """So many files may be open at a time, beside those that are."""
    return partial(_limit_descriptors, more)


def _limit_descriptors(more: int) -> None:
    opened = max(int(name) for name in os.listdir("/proc/self/fd")) + 1
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (opened + more, hard))


_CAPABILITIES_3 = 0x20080522
_OVERRIDES = 0b110
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH (capabilities(7))."""


def obey_modes() -> None:
    """Let the modes of files hold for the superuser as well, as far as it has a choice."""
    if os.geteuid() != 0:
        return
    libc = ctypes.CDLL(None, use_errno=True)
    head = (ctypes.c_uint32 * 2)(_CAPABILITIES_3, 0)
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; twice 32 bits of them
    if libc.capget(head, sets):
        raise OSError(ctypes.get_errno(), "capget")
    for each in range(3):
        sets[each] &= ~_OVERRIDES
    if libc.capset(head, sets):
        raise OSError(ctypes.get_errno(), "capset")


# ------------------------------------------------------------------ what is safe


_FULL = 2
"""``PRAGMA synchronous``: the log is synced at each commit."""


def mark_durable(file: Path) -> Hook:
    """After each commit, note in ``file`` how much of the log a power cut must not take."""
    return partial(_mark_durable, file)


def _mark_durable(file: Path) -> None:
    with file.open("r+b") as opened:
        mark = mmap.mmap(opened.fileno(), DURABLE.size)

    class Marking(sqlite3.Connection):
        def commit(self) -> None:
            super().commit()
            if self.execute("PRAGMA synchronous").fetchone() != (_FULL,):
                return  # written, and not synced
            (path,) = (row[2] for row in self.execute("PRAGMA database_list") if row[1] == "main")
            mark[:] = DURABLE.pack(*_read_index(path + "-shm"))

    _connect_with(factory=Marking)


_opened: dict[int, int] = {}
"""Files by inode. They stay open: to close one would end SQLite's locks on it (fcntl(2))."""


def _read_index(path: str) -> tuple[bytes, int]:
    """The salt and the last frame of the index of a log
    (https://sqlite.org/walformat.html#the_wal_index_header)."""
    try:
        inode = os.stat(path).st_ino
        if inode not in _opened:
            _opened[inode] = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        head = os.pread(_opened[inode], 48, 0)
    except FileNotFoundError:
        return b"", 0
    return head[32:40], int.from_bytes(head[16:20], sys.byteorder)
