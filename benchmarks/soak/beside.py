"""What goes on beside the crawls of ``benchmarks.soak``: people who search and list, readers that
do not let go, backups, and looking whether all is as it was filed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.soak.runs import Desk, Process

READ_EVERY = 3
"""Runs from one reader to the next."""
QUERIES = ("mayor", '"near the river"', "harbour -school", "site:p0.localhost bridge")
HOLDING = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN")
connection.execute("SELECT count(*) FROM article").fetchone()
print("reading", flush=True)
sys.stdin.read()
"""
"""A read transaction, as a program has it that stops in the middle of a listing."""


class Beside:
    """Everything that runs at the same time as a crawl; ``wrong`` is what failed of it."""

    def __init__(self, desk: Desk, every: int) -> None:
        """``every`` so many runs all is verified; the third of them in the middle has a reader
        that does not let go: another program's that holds a read transaction, and the next time
        an export of ours whose output nobody takes."""
        self._desk, self._every = desk, every
        self._holding = range(every // 2, every // 2 + max(1, every // 3))
        self._holder: Process | None = None
        self._is_export = False
        self._backup_path = desk.side / "backup.db"
        self.wrong: list[str] = []
        self.reads = self.backups = self.verified = self.holds = self.exports = 0
        self._head = self._check("verify", "--head")

    @property
    def is_held(self) -> bool:
        """Whether the log must grow: an export holds nothing while it waits."""
        return self._holder is not None and not self._is_export

    def begin(self, number: int) -> list[Process]:
        """Start what belongs to the run of this number, from 1."""
        if number % self._every not in self._holding:
            self.let_go()
        elif self._holder is None:
            self._is_export = number // self._every % 2 == 1
            self._holder = self._export() if self._is_export else self._hold()
        started = []
        if number % READ_EVERY == 0:
            query = QUERIES[number // READ_EVERY % len(QUERIES)]
            started.append(self._desk.kliping("search", "--json", "--", query))
            started.append(self._desk.kliping("list", "--json", "--limit", "50"))
            self.reads += len(started)
        if self._is_checked(number):
            self._backup_path.unlink(missing_ok=True)
            started.append(self._desk.kliping("db", "backup", str(self._backup_path), "-q"))
            self.backups += 1
        return started

    def end(self, number: int, started: list[Process]) -> None:
        """Wait for it, and check the archive and its backup where it is their turn."""
        for process in started:
            self._wait(process)
        if self._is_checked(number):
            self.check_copy()
            self.check()

    def check(self) -> None:
        """``verify`` of the archive: all of it, and that it goes on from the last time's head."""
        self._head = self._check("verify", "--head", "--against", self._head)

    def check_copy(self) -> None:
        self._check("verify", "-q", db=self._backup_path)

    def _check(self, *words: str, db: Path | None = None) -> str:
        """What it prints."""
        process = self._desk.kliping(*words, db=db, out=subprocess.PIPE)
        told = process.communicate()[0].strip()
        self._note(process, *words)
        self.verified += 1
        return told

    def let_go(self) -> None:
        """End the reader, by force: so it leaves the log to who comes next."""
        if self._holder is not None:
            self._holder.kill()
            self._holder.communicate()
            self._holder = None

    def _hold(self) -> Process:
        process = subprocess.Popen(
            [sys.executable, "-c", HOLDING, str(self._desk.database)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        process.stdout.readline()  # it reads from now on
        self.holds += 1
        return process

    def _export(self) -> Process:
        self.exports += 1
        return self._desk.kliping("export", "--format", "jsonl", out=subprocess.PIPE)

    def _wait(self, process: Process) -> None:
        process.communicate()
        self._note(process)

    def _note(self, process: Process, *words: str) -> None:
        if process.returncode:
            what = words or process.args
            self.wrong.append(f"{what!r}: exit {process.returncode}")

    def _is_checked(self, number: int) -> bool:
        return number % self._every == 0
