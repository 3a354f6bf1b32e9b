"""What was asked for in a browser and is carried out: each as the command that does it, in a
process of its own.

So it runs under the same locks, at the same pace and with the same words as in a terminal, can be
stopped as there, and no page that it reads is read by the server. A list of them is kept in memory.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from commands.exits import Exit
from scraper.clock import Clock, SystemClock
from scraper.threads import start_thread

AT_ONCE = 2
"""Commands that run; others wait."""
MOST_WAITING = 20
MOST_KEPT = 100
MOST_LINES = 200
"""Of a command's messages; the last ones count."""
LONGEST_LINE = 2_000
LONGEST_ANSWER = 4_000_000
"""Characters of the JSON that a command prints."""
OURS = "kliping: "
"""Before each message of a command."""
STOPPING = 5.0
"""Seconds that a command has to end when the server does."""

_COMMAND = (sys.executable, "-P", "-c", "import sys, cli; sys.exit(cli.main())")


class TooMuchError(Exception):
    """So much waits already that nothing more is taken."""


@dataclass(slots=True)
class Job:
    """One command; its fields change while it runs."""

    id: int
    title: str
    """For a person: ``Clip https://…``."""
    arguments: Sequence[str]
    back: str
    """The path of the page that it was asked for on."""
    asked_at: datetime
    code: int | None = None
    """Its exit code; ``None`` until it ends."""
    lines: list[str] = field(default_factory=list)
    """What it had to say, without our name before it."""
    answer: Mapping[str, Any] = field(default_factory=dict)
    """The first object of its JSON, if it printed any."""
    ended: threading.Event = field(default_factory=threading.Event)


class Jobs:
    """Safe to use from several threads."""

    def __init__(self, environment: Mapping[str, str], clock: Clock | None = None) -> None:
        """``environment``: which archive and settings the commands take, beside our own."""
        self._environment = {
            **os.environ,
            **environment,
            "PYTHONIOENCODING": "utf-8",
            "NO_COLOR": "1",
        }
        self._clock = clock or SystemClock()
        self._numbers = count(1)
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._jobs: dict[int, Job] = {}
        self._running: set[subprocess.Popen[str]] = set()
        self._is_closed = False

    def start(self, title: str, arguments: Sequence[str], back: str) -> Job:
        """Raises ``TooMuchError``, and ``OSError`` where there can be no more threads."""
        with self._lock:
            if self._is_closed or self._open_ones() >= MOST_WAITING:
                raise TooMuchError
            job = Job(next(self._numbers), title, arguments, back, self._clock.now())
            self._jobs[job.id] = job
            for old in [*self._jobs.values()][:-MOST_KEPT]:
                if old.ended.is_set():
                    del self._jobs[old.id]
        start_thread(lambda: self._carry_out(job))
        return job

    def get(self, number: int) -> Job | None:
        return self._jobs.get(number)

    def list(self) -> list[Job]:
        """The one asked for last first."""
        with self._lock:
            return [*self._jobs.values()][::-1]

    def close(self) -> None:
        """Ask what runs to end, as Ctrl-C would, and wait a little."""
        with self._lock:
            self._is_closed = True
            running = [*self._running]
        for process in running:
            process.terminate()
        for process in running:
            try:
                process.wait(STOPPING)
            except subprocess.TimeoutExpired:
                process.kill()

    def _open_ones(self) -> int:
        return sum(not job.ended.is_set() for job in self._jobs.values())

    def _carry_out(self, job: Job) -> None:
        try:
            with self._places:
                job.code = self._run(job)
        except OSError as error:
            job.lines.append(f"the command could not be started: {error.strerror}")
            job.code = Exit.SYSTEM
        finally:
            job.ended.set()

    def _run(self, job: Job) -> int:
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as answer:
            with self._lock:
                if self._is_closed:
                    return Exit.TERMINATED
                process = subprocess.Popen(  # noqa: S603 - our own command, no shell
                    [*_COMMAND, *job.arguments],
                    env=self._environment,
                    stdin=subprocess.DEVNULL,
                    stdout=answer,
                    stderr=subprocess.PIPE,
                    encoding="utf-8",
                    errors="replace",
                )
                self._running.add(process)
            try:
                assert process.stderr is not None
                with process.stderr as told:
                    while line := told.readline(LONGEST_LINE):
                        job.lines = [*job.lines, line.strip().removeprefix(OURS)][-MOST_LINES:]
                code = process.wait()
            finally:
                with self._lock:
                    self._running.discard(process)
            answer.seek(0)
            job.answer = _first_object(answer.readline(LONGEST_ANSWER))
            return code


def _first_object(line: str) -> Mapping[str, Any]:
    """Of what a command printed; empty where it printed no JSON."""
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
