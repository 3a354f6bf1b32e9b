"""What a process and its children hold while it works: read in ``/proc`` until told to stop.

Memory is the proportional set size (``Pss`` of ``smaps_rollup``, proc_pid_smaps_rollup(5)): pages
that several processes share are counted once among them, so that the sum is what is really taken.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path

EVERY = 0.1
"""Seconds between two looks."""
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Held:
    """At one moment, or the most of each over several."""

    own_mb: float = 0.0
    """MiB of the process itself."""
    children_mb: float = 0.0
    """MiB of all that descend from it, together."""
    descriptors: int = 0
    """Open in the process itself."""
    threads: int = 0
    processes: int = 0
    """It and all that descend from it."""
    wal_mb: float = 0.0
    temp_files: int = 0

    def rise_to(self, other: Held) -> None:
        for each in fields(self):
            setattr(self, each.name, max(getattr(self, each.name), getattr(other, each.name)))


@dataclass(frozen=True)
class Place:
    """Where the watched processes work."""

    database: Path
    temp: Path
    """Their TMPDIR."""

    @property
    def wal_mb(self) -> float:
        with suppress(FileNotFoundError):
            return self.database.with_name(self.database.name + "-wal").stat().st_size / 2**20
        return 0.0

    def temp_files(self) -> int:
        """Whatever lies in TMPDIR, and beside the database but its own files."""
        own = {self.database.name + end for end in ("", "-wal", "-shm", ".lock", ".pace")}
        beside = [path for path in self.database.parent.iterdir() if path.name not in own]
        return len(beside) + sum(1 for _ in self.temp.rglob("*"))


def look(pid: int, place: Place) -> Held:
    """Raises ``OSError`` where the process has ended."""
    below = [*descend(pid)]
    return Held(
        own_mb=_pss_mb(pid),
        children_mb=sum(_pss_of_passing(child) for child in below),
        descriptors=len(os.listdir(f"/proc/{pid}/fd")),
        threads=len(os.listdir(f"/proc/{pid}/task")),
        processes=1 + len(below),
        wal_mb=place.wal_mb,
        temp_files=place.temp_files(),
    )


def descend(pid: int) -> Iterator[int]:
    """All processes below one, whichever of its threads started them."""
    with suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            for child in Path(f"/proc/{pid}/task/{task}/children").read_text().split():
                yield int(child)
                yield from descend(int(child))


def cpu_seconds(pid: int) -> float:
    """Of a process and of its children that have ended and been waited for."""
    # Behind the name in brackets; fields 14 to 17 are utime, stime, cutime, cstime.
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, words[11:15])) / TICKS


def _pss_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _pss_of_passing(pid: int) -> float:
    """Of a child, which may end meanwhile."""
    with suppress(OSError):
        return _pss_mb(pid)
    return 0.0


class Watch(threading.Thread):
    """Looks again and again; ``finish`` gives the most that was held."""

    def __init__(self, pid: int, place: Place) -> None:
        super().__init__(daemon=True)
        self._pid, self._place = pid, place
        self._most = Held()
        self._over = threading.Event()
        self.start()

    def run(self) -> None:
        while not self._over.is_set():
            with suppress(OSError):  # it has ended: ``finish`` comes next
                self._most.rise_to(look(self._pid, self._place))
            self._over.wait(EVERY)

    def finish(self) -> Held:
        self._over.set()
        self.join()
        return self._most
