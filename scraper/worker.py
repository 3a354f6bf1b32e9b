"""The child's side of the sandbox: run pure functions by name until the parent is gone.

Started as ``python -P -m scraper.worker PARENT_PID MEMORY_BYTES``. Requests and
replies are pickles behind a fixed header, on standard input and output. What is large in a request
stands behind its pickle as it is (PEP 574), so that it is in memory once. Everything else that
might write to standard output is sent to the null device.
"""

from __future__ import annotations

import os
import pickle
import resource
import signal
import struct
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any, BinaryIO

from scraper.heap import give_back_large_blocks

HEADER = struct.Struct("!QdH")
"""Before a request: its pickle's length, the seconds of CPU that the task may take, and how many
buffers follow the pickle."""
LENGTH = struct.Struct("!Q")
"""Of a buffer, behind the header; before a reply."""
RETURNED, RAISED, FAILED, OUT_OF_MEMORY = "returned", "raised", "failed", "memory"

_PR_SET_PDEATHSIG = 1


def main() -> None:
    parent, memory_bytes = int(sys.argv[1]), int(sys.argv[2])
    _die_with(parent)
    _limit(memory_bytes)
    give_back_large_blocks()
    replies = os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 1)
    serve(sys.stdin.buffer, replies)


def serve(requests: BinaryIO, replies: BinaryIO) -> None:
    """Answer until end of file. A task over its CPU time ends the process (SIGPROF)."""
    while header := requests.read(HEADER.size):
        length, cpu_seconds, count = HEADER.unpack(header)
        sizes = [LENGTH.unpack(requests.read(LENGTH.size))[0] for _ in range(count)]
        message = [requests.read(size) for size in (length, *sizes)]
        signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
        reply = _answer(message)
        signal.setitimer(signal.ITIMER_PROF, 0)
        replies.write(LENGTH.pack(len(reply)))
        replies.write(reply)
        replies.flush()


def _answer(message: list[bytes]) -> bytes:
    from scraper.errors import KlipingError

    try:
        name, args = pickle.loads(message[0], buffers=message[1:])  # noqa: S301 - our own parent
        message.clear()
        return _packed(RETURNED, load_function(name)(*args))
    except KlipingError as error:
        return _packed(RAISED, error)
    except MemoryError:
        return _packed(OUT_OF_MEMORY, None)
    except Exception as error:  # noqa: BLE001 - the parent decides; the child must live on
        return _packed(FAILED, f"{type(error).__name__}: {error}"[:500])


def load_function(name: str) -> Callable[..., Any]:
    """``"package.module:function"`` → the function."""
    module, _, attribute = name.partition(":")
    function: Callable[..., Any] = getattr(import_module(module), attribute)
    return function


def _packed(kind: str, value: object) -> bytes:
    return pickle.dumps((kind, value), protocol=pickle.HIGHEST_PROTOCOL)


def _die_with(parent: int) -> None:
    """Ctrl-C and a service manager's SIGTERM reach the whole group: the parent drains, not we."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before we could ask to be told
        sys.exit(0)


def _limit(memory_bytes: int) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if sys.platform == "linux":  # elsewhere the limit is ignored or unsupported
        if hard != resource.RLIM_INFINITY:
            memory_bytes = min(memory_bytes, hard)
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
