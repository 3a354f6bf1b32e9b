"""A crawl as a child process that is hit by a signal: when, how, and how it ended."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]

MAX_SECONDS = 60.0

# Crawlers are forked from a process that has loaded the program: to load it is a third of a small
# crawl, and nothing that is judged here.
births = get_context("forkserver")
births.set_forkserver_preload(
    """
    cli commands.crawl.run commands.sources.health commands.settings.sites filelock
    scraper.crawl.run scraper.setup storage.archive storage.frontier.store storage.frontier.hosts
    storage.ledger.coverage storage.proof.entries
    """.split()
)


def crawl_traced(limit: int, report: str, words: Sequence[str]) -> None:
    """``kliping``'s own main, in a process of its own. Counts the statements that write, as
    SQLite's trace tells them, COMMIT included, and dies before the one that it was told."""
    written = 0

    def count(statement: str) -> None:
        nonlocal written
        if statement.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE", "COMMIT"):
            written += 1
            if written == limit:
                os.kill(os.getpid(), signal.SIGKILL)

    connect = sqlite3.connect

    def traced(*words: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*words, **options)
        connection.set_trace_callback(count)
        return connection

    sqlite3.connect = traced  # type: ignore[assignment]  # its overloads
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    import cli

    code = cli.main(list(words))
    if report:
        Path(report).write_text(str(written))
    sys.exit(code)


@dataclass(frozen=True)
class Point:
    """When a crawl is disturbed, and how."""

    kind: str
    """``before`` or ``after`` the answer to a request, at a ``write`` or ``moment``."""
    at: float
    """Its number, from 1; seconds of a moment."""
    number: signal.Signals = signal.SIGKILL
    readers: bool = False
    """The signal goes to the crawler's children, not to itself."""
    again: Point | None = None
    """How the next crawl is disturbed."""
    backfill: bool = False

    def __str__(self) -> str:
        what = "readers " if self.readers else ""
        at = f"{self.at:.2f} s" if self.kind == "moment" else f"{self.at:.0f}"
        text = f"{what}{self.number.name} {self.kind} {at}{', backfill' if self.backfill else ''}"
        return text if self.again is None else f"{text}; then {self.again}"


@dataclass(frozen=True)
class Ended:
    """A crawl that was disturbed."""

    code: int
    was_hit: bool
    """The signal met it alive."""
    seconds: float
    """From the signal to its end."""
    orphans: int = 0
    """Readers that were left behind."""


class Crawler:
    """One ``kliping crawl`` as a child process that may be hit by a signal."""

    def __init__(self, point: Point, words: Sequence[str], report: Path | None = None) -> None:
        self._point = point
        self._hit_at: float | None = None
        limit = int(point.at) if point.kind == "write" else 0
        told = (limit, str(report or ""), ["crawl", *words])
        self.process = births.Process(target=crawl_traced, args=told)
        self.process.start()
        assert self.process.pid is not None
        self._pid, self._is_over = self.process.pid, False

    def hit(self) -> None:
        """Send the point's signal. Called from any thread, while only one may ask the process."""
        targets = self.readers() if self._point.readers else [self._pid]
        if not self._is_over and targets and is_running(self._pid):
            self._hit_at = time.monotonic()
            for pid in targets:
                with suppress(ProcessLookupError):
                    os.kill(pid, self._point.number)

    def readers(self) -> list[int]:
        return children_of(self._pid)

    def wait(self) -> Ended:
        readers: set[int] = set()
        end = time.monotonic() + MAX_SECONDS
        while self.process.is_alive() and time.monotonic() < end:
            readers |= set(self.readers())
            time.sleep(0.005)
        over = time.monotonic()
        self.process.kill()  # does nothing where it is over
        self.process.join()
        self._is_over = True
        code = self.process.exitcode
        assert code is not None
        self.process.close()
        hit = self._hit_at is not None or (self._point.kind == "write" and code < 0)
        return Ended(code, hit, over - (self._hit_at or over), count_left(readers))


def state_of(pid: int) -> str:
    """The letter of its state; empty where there is none."""
    with suppress(OSError):
        # Its name, in brackets, may hold anything (proc_pid_stat(5)).
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    return ""


def is_running(pid: int) -> bool:
    """Not if it has ended, and its parent has yet to hear of it: no signal meets it then."""
    return state_of(pid) not in ("", "Z", "X")


def children_of(pid: int) -> list[int]:
    with suppress(OSError):
        path = Path(f"/proc/{pid}/task/{pid}/children")
        return [int(child) for child in path.read_text().split()]
    return []


def count_left(pids: set[int], patience: float = 20.0) -> int:
    """How many of these processes are there still, once the kernel has had its time."""
    end = time.monotonic() + patience
    while (left := sum(map(is_running, pids))) and time.monotonic() < end:
        time.sleep(0.01)
    return left
