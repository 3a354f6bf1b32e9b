"""What a reader gives up before it reads: files, the network, other processes, and more of the
machine than a page may need.

Whoever takes a reader over by a fault in a parser can then do what is listed here and nothing else
(SECURITY.md says what of it holds where):

- limits (setrlimit(2)), hard ones;
- seccomp(2): the system calls of ``CALLS`` alone, of which none opens a socket, makes or signals a
  process, or changes a limit. Others fail as on a system that has not got them (ENOSYS), which C
  libraries are prepared for;
- landlock(7): no file is written, and none is read but the program's own; no signal, no socket and
  no look into the memory or the environment of a process beside it.

Where the kernel has one of the last two not, the others hold (``measures`` tells).
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import resource
import sys
import sysconfig
import zoneinfo
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # on Linux alone
    from landlockpy import Ruleset
    from seccompy import Filter

LIFETIME_CPU_SECONDS = 3600
"""Of a reader over all of its tasks: for whoever has put off the timer of one, and whose parent is
not there to see it."""
OPEN_FILES = 64

_PR_SET_DUMPABLE = 4
_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache")
CALLS = (
    # memory
    "brk mmap munmap mremap mprotect madvise mincore msync membarrier "
    # files
    "read readv pread64 preadv write writev close lseek dup dup2 dup3 fadvise64 stat lstat fstat "
    "newfstatat statx statfs fstatfs access faccessat faccessat2 readlink readlinkat getcwd "
    "getdents64 poll ppoll select pselect6 "
    # time
    "clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday time times "
    "setitimer getitimer restart_syscall "
    # itself
    "getpid gettid getppid getuid geteuid getgid getegid getgroups getrusage getrlimit uname "
    "sysinfo getcpu sched_yield sched_getaffinity futex futex_wait futex_wake futex_waitv rseq "
    "set_robust_list get_robust_list set_tid_address arch_prctl getrandom "
    "rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending sigaltstack exit exit_group"
).split()
"""What Python, its parsers and the C library call whatever the arguments are; others are let pass
with the arguments that ``_allowed_calls`` names."""
_WRITING = os.O_ACCMODE | os.O_CREAT | os.O_TRUNC
_TCGETS, _FIOCLEX = 0x5401, 0x5451  # asm-generic/ioctls.h
_F_DUPFD_CLOEXEC = 1030  # linux/fcntl.h


def confine(memory_bytes: int) -> None:
    """For this process and for good. ``memory_bytes``: of its address space, on Linux.

    Raises ``OSError`` where the kernel has a measure and does not carry it out: an unconfined
    reader reads nothing.
    """
    if sys.platform != "linux":
        _limit(memory_bytes)
        return
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    rules, calls = _file_rules(), _allowed_calls()
    _limit(memory_bytes)
    if rules is not None:
        with rules:
            rules.restrict()
    if calls is not None:
        calls.load()


def measures() -> list[str]:
    """What holds on this machine beside the limits, for a person to read."""
    if sys.platform != "linux":
        return []
    import landlockpy  # Linux only
    import seccompy

    found = []
    if _is_there(landlockpy.supported):
        found.append(f"Landlock ABI {landlockpy.abi_version()}")
    if _is_there(seccompy.supported):
        found.append("seccomp")
    return found


def _is_there(supported: Callable[[], bool]) -> bool:
    try:
        return supported()
    except OSError:  # a container's filter forbids to ask
        return False


def _limit(memory_bytes: int) -> None:
    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_CPU: LIFETIME_CPU_SECONDS,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: OPEN_FILES,
        resource.RLIMIT_NPROC: 0,
    }
    if sys.platform == "linux":  # elsewhere the limit is ignored or unsupported
        limits[resource.RLIMIT_AS] = memory_bytes
    for limit, most in limits.items():
        _, hard = resource.getrlimit(limit)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (most, most))


def _file_rules() -> Ruleset | None:
    """``None`` where the kernel has no Landlock."""
    import landlockpy  # Linux only
    from landlockpy import AccessFS, Ruleset, Scope

    if not _is_there(landlockpy.supported):
        return None
    rules = Ruleset(scoped=Scope.SIGNAL | Scope.ABSTRACT_UNIX_SOCKET)
    for path in _readable():
        inside = AccessFS.READ_DIR if path.is_dir() else AccessFS.NONE
        with suppress(PermissionError):  # it cannot be read anyway
            rules.allow_path(path, AccessFS.READ_FILE | inside)
    return rules


def _readable() -> list[Path]:
    """The program's own files, and what they load: Python's modules, C libraries, time zones."""
    places = (*sys.path, *sysconfig.get_paths().values(), *zoneinfo.TZPATH, *_LIBRARIES)
    return [Path(place) for place in dict.fromkeys(places) if os.path.exists(place)]


def _allowed_calls() -> Filter | None:
    """``None`` where the kernel has no filters, or the processor is one without a table of them."""
    import seccompy  # Linux only
    from seccompy import Action, ArgCmp, CmpOp, Filter

    if not _is_there(seccompy.supported):
        return None
    calls = Filter(Action.ERRNO | errno.ENOSYS)

    def allow(name: str, *wanted: ArgCmp) -> None:
        with suppress(ValueError):  # one that this architecture has not got
            calls.allow(name, args=wanted)

    for name in CALLS:
        allow(name)
    allow("open", ArgCmp(1, CmpOp.MASKED_EQ, 0, _WRITING))
    allow("openat", ArgCmp(2, CmpOp.MASKED_EQ, 0, _WRITING))
    for command in (fcntl.F_DUPFD, fcntl.F_GETFD, fcntl.F_SETFD, fcntl.F_GETFL, _F_DUPFD_CLOEXEC):
        allow("fcntl", ArgCmp(1, CmpOp.EQ, command))  # none that asks for signals to others
    for request in (_TCGETS, _FIOCLEX):
        allow("ioctl", ArgCmp(1, CmpOp.EQ, request))
    for name in ("kill", "tgkill"):  # abort(3)
        allow(name, ArgCmp(0, CmpOp.EQ, os.getpid()))
    allow("prlimit64", ArgCmp(0, CmpOp.EQ, 0), ArgCmp(2, CmpOp.EQ, 0))  # getrlimit(2) of itself
    return calls
