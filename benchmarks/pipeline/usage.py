"""What a command and all that it starts cost: CPU by process and thread, memory, and time."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PERIOD = 0.25
"""Seconds between two looks at a running command."""


@dataclass(frozen=True, slots=True)
class Cpu:
    """Seconds of CPU, parted by where they were spent."""

    main: float = 0.0
    """The first process's main thread."""
    threads: float = 0.0
    """Its other threads."""
    children: float = 0.0
    """All processes below it."""

    @property
    def total(self) -> float:
        return self.main + self.threads + self.children

    def since(self, earlier: Cpu) -> Cpu:
        return Cpu(
            self.main - earlier.main,
            self.threads - earlier.threads,
            self.children - earlier.children,
        )


@dataclass(frozen=True, slots=True)
class Finished:
    """A command that has ended; times are seconds from its start."""

    code: int
    seconds: float
    cpu: Cpu
    samples: tuple[tuple[float, Cpu], ...]
    """What it had used at which time."""
    peak_mb: float
    """Of the whole tree at one time: the sum of the proportional set sizes, in which memory that
    several processes share counts once."""
    lines: tuple[tuple[float, str], ...]
    """When each line came on its stdout."""
    errors: str

    def cpu_between(self, first: float, last: float) -> tuple[Cpu, float]:
        """What it used in the samples from ``first`` to ``last``, and the seconds between them."""
        inside = [sample for sample in self.samples if first <= sample[0] <= last]
        if len(inside) < 2:
            return Cpu(), 0.0
        (begin, before), (end, after) = inside[0], inside[-1]
        return after.since(before), end - begin


def run_watched(command: Sequence[str], environment: Mapping[str, str], errors: Path) -> Finished:
    """Run it to its end; its stderr goes to ``errors``."""
    start = time.monotonic()
    with (
        errors.open("w", encoding="utf-8") as sink,
        subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=sink, encoding="utf-8"
        ) as process,
    ):
        watch = _Watch(process.pid, start)
        assert process.stdout is not None
        lines = tuple((time.monotonic() - start, line.rstrip("\n")) for line in process.stdout)
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # it stays in /proc
        seconds = time.monotonic() - start
        cpu = watch.finish()
        said = errors.read_text(encoding="utf-8", errors="replace")
        code = process.wait()
    return Finished(code, seconds, cpu, tuple(watch.samples), watch.peak_kb / 1024, lines, said)


class _Watch(threading.Thread):
    """Reads a process and those below it in ``/proc`` until it ends (proc(5))."""

    def __init__(self, pid: int, start: float) -> None:
        super().__init__(daemon=True)
        self.peak_kb = 0
        self.samples: list[tuple[float, Cpu]] = []
        self._pid = pid
        self._began = start
        self._threads: dict[str, int] = {}
        """Nanoseconds of each thread but the main one, as last seen: a thread takes with it what it
        used since."""
        self._over = threading.Event()
        self.start()

    def run(self) -> None:
        while not self._over.wait(PERIOD):
            with suppress(OSError):
                self._sample()

    def finish(self) -> Cpu:
        """Of the whole life of the process, which has ended and is still to be reaped."""
        self._over.set()
        self.join()
        return self._cpu(())

    def _sample(self) -> None:
        below = _tree(self._pid)[1:]
        self.peak_kb = max(self.peak_kb, sum(map(_pss_kb, [self._pid, *below])))
        for task in Path(f"/proc/{self._pid}/task").iterdir():
            if task.name != str(self._pid):
                with suppress(OSError):
                    self._threads[task.name] = _nanoseconds(task)
        self.samples.append((time.monotonic() - self._began, self._cpu(below)))

    def _cpu(self, below: Sequence[int]) -> Cpu:
        own, children = _times(self._pid)
        for pid in below:
            with suppress(OSError):
                children += sum(_times(pid))
        threads = sum(self._threads.values()) / 1e9
        return Cpu(max(0.0, own - threads), threads, children)


def _tree(pid: int) -> list[int]:
    """The process and all below it that are there now."""
    found = [pid]
    for one in found:  # which grows
        for task in _listed(Path(f"/proc/{one}/task")):
            with suppress(OSError):
                found += map(int, (task / "children").read_text().split())
    return found


def _times(pid: int) -> tuple[float, float]:
    """CPU seconds of a process, and of those of its children that it has waited for."""
    # Behind the name in brackets; fields 14 to 17 are utime, stime, cutime, cstime.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:15]
    own, own_system, children, children_system = (int(each) / TICKS for each in fields)
    return own + own_system, children + children_system


def _pss_kb(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def _nanoseconds(task: Path) -> int:
    """That a thread has run: the first field of its ``schedstat``."""
    return int((task / "schedstat").read_text().split()[0])


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []
