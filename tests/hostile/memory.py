"""What a crawl takes of the machine, as ``/proc`` tells it: the memory of a process and of its
children, and how long it stood in line for a CPU (proc(5))."""

from __future__ import annotations

import bisect
import os
import threading
import time
from contextlib import suppress
from pathlib import Path

SAMPLE_SECONDS = 0.02
MIB = 1 << 20
_PAGE_BYTES = os.sysconf("SC_PAGESIZE")


class Watch(threading.Thread):
    """``with Watch(pid) as watch: …; watch.peak_mib``: the most that the process and its children
    had resident at a moment, all together."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.peak_mib = 0.0
        self._pid = pid
        self._times: list[float] = []
        self._waits: list[float] = []
        self._over = threading.Event()

    def __enter__(self) -> Watch:
        self.start()
        return self

    def __exit__(self, *unused: object) -> None:
        self._over.set()
        self.join()

    def starved(self, since: float, until: float) -> float:
        """Seconds between two moments of the clock in which the process could have run, and the
        machine was busy with others."""
        return self._wait_at(until) - self._wait_at(since)

    def run(self) -> None:
        while not self._over.wait(SAMPLE_SECONDS):
            with suppress(OSError):
                here = Path(f"/proc/{self._pid}")
                program = (here / "cmdline").read_bytes()
                children = (here / f"task/{self._pid}/children").read_text().split()
                sizes = [
                    _resident(here),
                    *(_of_child(Path("/proc") / c, program) for c in children),
                ]
                self.peak_mib = max(self.peak_mib, sum(sizes) / MIB)
                self._waits.append(int((here / "schedstat").read_text().split()[1]) / 1e9)
                self._times.append(time.time())

    def _wait_at(self, moment: float) -> float:
        at = bisect.bisect_left(self._times, moment)
        return self._waits[min(at, len(self._times) - 1)] if self._times else 0.0


def _of_child(process: Path, parent: bytes) -> int:
    """Bytes; none of a child that is about to be another program: until then it borrows its
    parent's memory (vfork(2)), which would count twice."""
    with suppress(OSError):
        if (process / "cmdline").read_bytes() != parent:
            return _resident(process)
    return 0


def _resident(process: Path) -> int:
    return int((process / "statm").read_text().split()[1]) * _PAGE_BYTES
