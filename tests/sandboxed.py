"""Functions that the sandbox's tests run in its children."""

from __future__ import annotations

import ctypes
import fcntl
import mmap
import os
import resource
import signal
import socket
import time
from _thread import start_new_thread
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from itertools import count
from pathlib import Path

from scraper.errors import ParseError
from scraper.extraction import extract
from scraper.isolation.readers import extract_response

_ballast: list[mmap.mmap] = []


def add(a: int, b: int) -> int:
    return a + b


def describe(*values: bytes) -> tuple[list[str], list[str], int]:
    """Their types and digests; how much of this process was resident at most, in bytes."""
    kinds = [type(value).__name__ for value in values]
    digests = [sha256(value).hexdigest() for value in values]
    return kinds, digests, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def print_and_return(text: str) -> int:
    print(text)
    os.write(1, text.encode())
    return len(text)


def raise_parse_error(url: str) -> None:
    raise ParseError(url, "broken")


def divide(a: int, b: int) -> float:
    return a / b


def loop() -> None:
    while True:
        pass


def hang() -> None:
    time.sleep(60)


def allocate(size: int) -> int:
    return len(bytearray(size))


def die(number: int) -> None:
    os.kill(os.getpid(), number)
    time.sleep(5)


def nap() -> str:
    time.sleep(0.2)
    return "alive"


def signal_self(number: int) -> str:
    os.kill(os.getpid(), number)
    time.sleep(0.05)
    return "alive"


def read_in_little_memory(body: bytes, megabytes: int, promised: bool) -> str:
    """The evidence of ``extract`` (``promised``), or of the page as a crawl's reader reads it, with
    so much memory beside what the process has."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    read = partial(extract, body, "https://a.example/1", now=now)
    if not promised:
        read = partial(extract_response, body, "https://a.example/1", (), now)
    extract(b"<p>what is made once is made")
    fill_memory(megabytes << 20)
    return read().evidence


def fill_memory(left: int) -> None:
    """No limit can be set any more: so all is taken but what is to be left."""
    reserved = mmap.mmap(-1, left, mmap.MAP_PRIVATE)
    size = 1 << 30
    while size >= mmap.PAGESIZE:
        try:
            _ballast.append(mmap.mmap(-1, size, mmap.MAP_PRIVATE))
        except (OSError, MemoryError):
            size //= 2
    reserved.close()


# ------------------------------------------------------------------ a reader that was taken over


def tell_about_itself() -> tuple[dict[str, str], list[int], dict[int, tuple[int, int]]]:
    """Its environment, its descriptors, and its limits with the hard ones."""
    limits = {each: resource.getrlimit(each) for each in LIMITS}
    return dict(os.environ), descriptors(), limits


LIMITS = (
    resource.RLIMIT_AS,
    resource.RLIMIT_CORE,
    resource.RLIMIT_CPU,
    resource.RLIMIT_FSIZE,
    resource.RLIMIT_NOFILE,
    resource.RLIMIT_NPROC,
)


def descriptors() -> list[int]:
    found = []
    for number in range(1024):
        with suppress(OSError):
            os.fstat(number)
            found.append(number)
    return found


def answer_instead(data: bytes, times: int = 1) -> None:
    """Write this where answers go, so often (for ever: 0), and be the answer."""
    out = max(descriptors())
    for _ in range(times) if times else count():
        at = 0
        while at < len(data):
            at += os.write(out, data[at:])
    os._exit(0) if times else None


def close_all_and_wait() -> None:
    for descriptor in descriptors():
        with suppress(OSError):
            os.close(descriptor)
    time.sleep(600)


def put_off_the_timer() -> None:
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGPROF, signal.SIG_IGN)
    loop()


NOW = datetime(2026, 1, 1, tzinfo=UTC)


def try_everything(folder: str, secret: str, *without: str) -> dict[str, str]:
    """What of all this goes through, and how the rest fails. ``secret``: a file in ``folder``."""
    parent = os.getppid()
    there = str(Path(folder) / "new")
    C = ctypes.CDLL(None, use_errno=True)
    call = partial(_call, C)
    own = ctypes.create_string_buffer(16)
    acts: dict[str, Callable[[], object]] = {
        "read a file": lambda: Path(secret).read_bytes(),
        "read /etc/passwd": lambda: Path("/etc/passwd").read_bytes(),
        "list a folder": lambda: os.listdir(folder),
        "write a file": lambda: Path(there).write_bytes(b"x"),
        "make a file": lambda: os.open(there, os.O_CREAT | os.O_WRONLY),
        "empty a file": lambda: os.open(secret, os.O_WRONLY | os.O_TRUNC),
        "cut a file": lambda: os.truncate(secret, 0),
        "remove a file": lambda: os.unlink(secret),
        "rename a file": lambda: os.rename(secret, there),
        "link a file": lambda: os.link(secret, there),
        "make a folder": lambda: os.mkdir(there),
        "change a mode": lambda: os.chmod(secret, 0o777),
        "a file in memory": lambda: os.memfd_create("x"),
        "the parent's environment": lambda: Path(f"/proc/{parent}/environ").read_bytes(),
        "the parent's memory": lambda: os.open(f"/proc/{parent}/mem", os.O_RDONLY),
        "read the parent's memory": lambda: call(310, parent, own, 1, own, 1, 0),
        "trace the parent": lambda: call(101, 16, parent, 0, 0),
        "the parent's descriptors": lambda: call(438, call(434, parent, 0), 0, 0),
        "signal the parent": lambda: os.kill(parent, 0),
        "signal all": lambda: os.kill(-1, 0),
        "signal by a pipe": lambda: fcntl.fcntl(max(descriptors()), fcntl.F_SETOWN, parent),
        "limit the parent": lambda: resource.prlimit(parent, resource.RLIMIT_NOFILE, (0, 0)),
        "slow the parent down": lambda: os.setpriority(os.PRIO_PROCESS, parent, 19),
        "bind the parent": lambda: os.sched_setaffinity(parent, {0}),
        "raise a limit": lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (65, 65)),
        "lower and raise a limit": lambda: resource.setrlimit(resource.RLIMIT_AS, (-1, -1)),
        "outlive the parent": lambda: _checked(C.prctl(1, 0, 0, 0, 0)),
        "another name": lambda: _checked(C.prctl(15, b"init", 0, 0, 0)),
        "fork": _fork,
        "a thread": lambda: start_new_thread(int, ()),
        "run a program": lambda: os.posix_spawn("/bin/true", ["true"], {}),
        "become a program": lambda: os.execv("/bin/true", ["true"]),
        "a TCP socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
        "a UDP socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
        "a local socket": lambda: socket.socket(socket.AF_UNIX),
        "a pair of sockets": socket.socketpair,
        "another user": lambda: os.setuid(12345),
        "another root": lambda: os.chroot(folder),
        "a namespace": lambda: call(272, 0x10000000),
        "io_uring": lambda: call(425, 1, own),
        "bpf": lambda: call(321, 0, own, 16),
        "keys": lambda: call(250, 0, -3, 0),
    }
    return {name: _outcome(act) for name, act in acts.items() if name not in without}


def _outcome(act: Callable[[], object]) -> str:
    try:
        return f"done: {act()!r}"[:80]
    except (OSError, RuntimeError, ValueError) as error:
        return f"{type(error).__name__}: {error}"[:80]


def _call(libc: ctypes.CDLL, *words: object) -> int:
    return _checked(libc.syscall(*words))


def _checked(result: int) -> int:
    if result == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def _fork() -> int:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    return pid
