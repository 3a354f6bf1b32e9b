"""The child's side of the sandbox: run pure functions by name until the parent is gone.

Started as ``python -P -m scraper.isolation.worker PARENT_PID MEMORY_BYTES``. A request is a pickle
behind a fixed header, on standard input: the parent is believed. What is large in it stands behind
the pickle as it is (PEP 574), so that it is in memory once. An answer is data
(``scraper.isolation.answers``), on what was standard output; everything else that might write there
is sent to the null device.
"""

from __future__ import annotations

import compileall
import os
import pickle
import signal
import struct
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from scraper.isolation.answers import REPLY, AnswerKind, write_error, write_result
from scraper.isolation.confinement import confine
from scraper.isolation.malloc import give_back_large_blocks

HEADER = struct.Struct("!QdH")
"""Before a request: its pickle's length, the seconds of CPU that the task may take, and how many
buffers follow the pickle."""
LENGTH = struct.Struct("!Q")
"""Of a buffer, behind the header."""

_PR_SET_PDEATHSIG = 1


def main() -> None:
    parent, memory_bytes = int(sys.argv[1]), int(sys.argv[2])
    replies = begin(parent)
    keep_bytecode()
    confine(memory_bytes)
    serve(sys.stdin.buffer, replies)


def begin(parent: int) -> BinaryIO:
    """Returns where replies are written to."""
    _die_with(parent)
    give_back_large_blocks()
    replies = os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 1)
    os.close(null)
    return replies


def keep_bytecode() -> None:
    """A confined reader writes nothing, so not what it compiles either: where nobody has compiled
    kliping yet (an editable installation, one by ``uv``), each would do it anew, in a second."""
    here = Path(__file__).parents[1]  # all of ``scraper``
    if os.access(here, os.W_OK):
        compileall.compile_dir(here, quiet=2)
    sys.dont_write_bytecode = True


def serve(requests: BinaryIO, replies: BinaryIO) -> None:
    """Answer until end of file. A task over its CPU time ends the process (SIGPROF)."""
    while header := requests.read(HEADER.size):
        length, cpu_seconds, count = HEADER.unpack(header)
        sizes = [LENGTH.unpack(requests.read(LENGTH.size))[0] for _ in range(count)]
        message = [requests.read(size) for size in (length, *sizes)]
        signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
        kind, answer = _answer(message)
        signal.setitimer(signal.ITIMER_PROF, 0)
        replies.write(REPLY.pack(kind, len(answer)))
        replies.write(answer)
        replies.flush()


def _answer(message: list[bytes]) -> tuple[AnswerKind, bytes]:
    try:
        name, args = pickle.loads(message[0], buffers=message[1:])  # noqa: S301 - our own parent
        message.clear()
        return write_result(load_function(name)(*args))
    except Exception as error:  # noqa: BLE001 - the parent decides; the child must live on
        return write_error(error)


def load_function(name: str) -> Callable[..., Any]:
    """``"package.module:function"`` → the function."""
    module, _, attribute = name.partition(":")
    function: Callable[..., Any] = getattr(import_module(module), attribute)
    return function


def _die_with(parent: int) -> None:
    """Ctrl-C and a service manager's SIGTERM reach the whole group: the parent drains, not we."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if sys.platform == "linux":
        import ctypes  # needed on Linux only

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before we could ask to be told
        sys.exit(0)


if __name__ == "__main__":
    main()
