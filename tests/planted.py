"""Readers with a fault each, for the tests of the fuzzer: they show that it finds what it should.

A sandbox's children import this module in the place of ``benchmarks.fuzz.kinds``.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from itertools import count

from benchmarks.fuzz.kinds import KINDS, Kind, try_batch, try_data
from benchmarks.fuzz.mutations import LINES
from benchmarks.fuzz.promises import BrokenPromiseError

__all__ = ["try_batch", "try_data"]

FAULT = b"!"
"""An input with this in it meets the fault."""
_readings = count()
_seen: set[bytes] = set()


def seeds() -> Sequence[bytes]:
    return (b"one\ntwo\nthree\nfour", b"five\n!\nsix\nseven\neight")


def crash(data: bytes) -> tuple[str, str]:
    if FAULT in data:
        os.kill(os.getpid(), signal.SIGSEGV)
    return "read", ""


def loop(data: bytes) -> tuple[str, str]:
    while FAULT in data:
        pass
    return "read", ""


def fill(data: bytes) -> tuple[str, str]:
    return "read", str(len(bytearray(8 << 30 if FAULT in data else 1)))


def fail(data: bytes) -> tuple[str, str]:
    names = [data.split()[at] for at in range(3)] if FAULT in data else []
    return "read", str(names and names[7])


def lie(data: bytes) -> tuple[str, str]:
    if FAULT in data:
        raise BrokenPromiseError("what holds of all")
    return "read", ""


def waver(data: bytes) -> tuple[str, str]:
    return "read", str(next(_readings))


def tire(data: bytes) -> tuple[str, str]:
    """Ends at the second reading of an input, which it has in a batch alone."""
    if data in _seen:
        os.kill(os.getpid(), signal.SIGSEGV)
    _seen.add(data)
    return "read", ""


PLANTED = {
    read.__name__: Kind("tests.planted:seeds", LINES, f"tests.planted:{read.__name__}")
    for read in (crash, loop, fill, fail, lie, waver, tire)
}
KINDS |= PLANTED
