"""An archive under cron, and the two ways to run ``kliping`` on it again and again: a new process
each time, or one process that stays (``fast_clock.py``). Both are watched while a run lasts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from benchmarks.soak.fast_clock import ROOT, FastClock
from benchmarks.soak.watch import Held, Place, Watch, cpu_seconds, look

ENTRY = "benchmarks.soak.fast_clock"
# No Crawl-delay of a paper: it is real seconds, and there are few between two runs.
CONFIG = "[fetch]\nallow_private = true\n\n[pace]\nmin_delay = 0.05\nmax_crawl_delay = 0.2\n"


Process = subprocess.Popen[str]


@dataclass(frozen=True)
class Ended:
    """A crawl that is over."""

    code: int
    seconds: float
    cpu_seconds: float
    """Its own and its readers'."""
    most: Held
    rest: Held | None = None
    """What a process that stays holds after it."""


class Desk:
    """Where kliping is run: a folder with an archive, a TMPDIR and a log of standard error."""

    def __init__(self, folder: Path, clock: FastClock, log: IO[str]) -> None:
        self.clock, self.log = clock, log
        self.database = folder / "archive" / "kliping.db"
        self.place = Place(self.database, folder / "tmp")
        self.side = folder / "beside"
        for path in (self.database.parent, self.place.temp, self.side):
            path.mkdir()
        self._config = folder / "kliping.toml"
        self._config.write_text(CONFIG, encoding="utf-8")

    def words(self, *words: str, db: Path | None = None) -> list[str]:
        return [*words, "--db", str(db or self.database), "--config", str(self._config)]

    def start(self, *arguments: str, out: int = subprocess.DEVNULL) -> Process:
        """``fast_clock.py`` with these arguments."""
        environment = {**os.environ, "TMPDIR": str(self.place.temp), "PYTHONPATH": str(ROOT)}
        return subprocess.Popen(
            [sys.executable, "-m", ENTRY, *arguments],
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=self.log,
            env=environment,
            cwd=self.side,
            text=True,
        )

    def kliping(
        self, *words: str, db: Path | None = None, out: int = subprocess.DEVNULL
    ) -> Process:
        """A command on the archive, or on another."""
        return self.start(self.clock.told(), *self.words(*words, db=db), out=out)


class Crawler(Protocol):
    def crawl(self) -> Ended: ...

    def close(self) -> None: ...


class Cron:
    """Each run is a process."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def crawl(self) -> Ended:
        begun = time.monotonic()
        process = self._desk.kliping("crawl", "-q")
        watch = Watch(process.pid, self._desk.place)
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # its times can be read still
        seconds, cpu = time.monotonic() - begun, cpu_seconds(process.pid)
        process.communicate()
        return Ended(process.returncode, seconds, cpu, watch.finish())

    def close(self) -> None:
        pass


class Resident:
    """All runs in one process, as a program would that embeds kliping."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._process = desk.start("--resident", out=subprocess.PIPE)

    def crawl(self) -> Ended:
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        begun, before = time.monotonic(), cpu_seconds(process.pid)
        watch = Watch(process.pid, self._desk.place)
        line = json.dumps([self._desk.clock.told(), self._desk.words("crawl", "-q")])
        process.stdin.write(line + "\n")
        process.stdin.flush()
        answer = process.stdout.readline()
        seconds = time.monotonic() - begun
        most = watch.finish()
        if not answer:
            raise RuntimeError(f"the resident process ended with {process.wait()}")
        cpu = cpu_seconds(process.pid) - before
        return Ended(int(answer), seconds, cpu, most, look(process.pid, self._desk.place))

    def close(self) -> None:
        self._process.communicate()
