"""The measures: a fixed piece of work for CPU time, what a process began with for memory."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import process_time

ROOT = Path(__file__).parents[2]


@contextmanager
def at_most(units: float, *, children: bool = False) -> Iterator[None]:
    """What is done inside takes at most so many units of CPU time. A unit is what a fixed piece of
    work takes here and now, some 0.1 s: it is measured before and after, and the longer time
    counts. ``children`` counts what ended child processes took instead."""
    before = _unit()
    began = _spent(children)
    yield
    spent = _spent(children) - began
    unit = max(before, _unit())
    assert spent < units * unit, f"{spent / unit:.1f} units of {unit:.2f} s"


def _spent(children: bool) -> float:
    if not children:
        return process_time()
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _unit() -> float:
    began = process_time()
    words = [f"word{number * 7919 % 10_007}" for number in range(400_000)]
    counts: dict[str, int] = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    assert len(sorted(counts)) == 10_007
    return process_time() - began


MEASURE = """
import resource, sys
{imports}
def grown():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = grown()
{work}
print(grown() / before)
"""


def growth(imports: str, work: str, *arguments: str) -> tuple[list[str], float]:
    """In a process of its own: what ``work`` prints, and the process's peak as a multiple of its
    size once ``imports`` were done."""
    program = MEASURE.format(imports=imports, work=work)
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    *said, times = done.stdout.splitlines()
    return said, float(times)
