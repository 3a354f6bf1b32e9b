"""One point of ``benchmarks.faults``: a crawl that meets a fault, and what is wrong with what is
left."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from benchmarks.faults.child import Hook
from benchmarks.faults.scene import Command, Content, Scene, knowledge_of
from benchmarks.kills.crawl_scene import MAX_RUNS, SIGNAL_SECONDS, count_due, differences
from storage.database.engine import open_engine
from storage.integrity.verify import verify
from tests.newspaper import content_of

Codes = Mapping[int, str]
"""Exit codes that are right, and what the one line on standard error says; empty: nothing."""
LATER = timedelta(days=4, hours=2)
"""When all that failed, or was rejected for the second time, is due again (``schedule``)."""
SOURCE_FAILED = frozenset({3, 4})


class SkippedError(Exception):
    """The fault cannot be made on this machine."""


@dataclass(frozen=True)
class Waits:
    """Seconds that faults last."""

    stop: float = 60.0
    lock: float = 30.0
    reader: float = 30.0
    """After which one that does not answer is given up."""


@dataclass(frozen=True)
class Fault:
    name: str
    play: Callable[[Play], None]
    is_repeated: bool = False
    """Pages may have been tried in vain, or by two: what is known in the end is compared, not each
    attempt."""
    comes_later: bool = False
    """What failed is due again later."""
    may_forget: bool = False
    """What was acknowledged last may be gone, and is fetched anew."""
    reorders: bool = False
    """What could not be saved is filed behind what was saved after it."""


@dataclass
class Result:
    """What came of a point."""

    fault: str
    said: list[str] = field(default_factory=list)
    is_met: bool = False
    """The fault met the crawl under way."""
    unclean: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    """Wrong exit codes and messages, and what came too late."""
    seconds: float = 0.0

    @property
    def wrong(self) -> list[str]:
        named = (("unclean", self.unclean), ("lost", self.lost), ("doubled", self.doubled))
        return [f"{name}: {each}" for name, all_ in (*named, ("told", self.told)) for each in all_]


class Play:
    """What a fault does its work with."""

    def __init__(self, scene: Scene, fault: Fault, rng: Random, waits: Waits) -> None:
        self.scene, self.rng, self.waits = scene, rng, waits
        self.folder = scene.new_folder()
        self.db = scene.fresh(self.folder)
        self.result = Result(fault.name)
        self.cleanup = ExitStack()
        self._fault = fault
        self._acknowledged: list[tuple[str, str]] = []
        self._committed: list[tuple[int, str, str]] = []
        self._hidden: list[Path] = []

    # -------------------------------------------------------------- for the faults

    def crawl(self, out: Path | None = None, err: Path | None = None, *hooks: Hook) -> Command:
        words = ("crawl", "-q", "--json", "--db", self.db)
        return self.scene.start(self.folder, *words, out=out, err=err, hooks=hooks)

    def reach(self, command: Command) -> bool:
        """Wait until a random moment of the crawl; false where it was over before."""
        reached, trap = threading.Event(), self.scene.trap
        number = 1 + int(self.rng.uniform(0.05, 0.8) * self.scene.peace.requests)
        where = self.rng.choice(("before", "after"))
        trap.set(where, number, reached.set)
        self.result.said.append(f"{where} answer {number}")
        while not reached.wait(0.01) and command.is_running:
            pass
        trap.clear()
        time.sleep(self.rng.uniform(0, 0.03))
        command.readers()
        self._committed = self._attempts()
        self.result.is_met = command.is_running
        return self.result.is_met

    def end(self, command: Command, codes: Codes, *, within: float | None = None) -> int:
        """Wait for the end and judge it; its exit code."""
        ended = command.wait()
        self._acknowledged += command.acknowledged()
        self.result.said.append(f"exit {ended.code}")
        wrong = self.result.told
        if ended.orphans:
            wrong.append(f"{ended.orphans} readers left behind")
        if within is not None and ended.seconds > within:
            wrong.append(f"ended after {ended.seconds:.1f} s")
        wrong += _judge_words(ended.code, ended.err, codes)
        return ended.code

    def end_by_signal(self, command: Command, code: int, words: str) -> None:
        self.end(command, {code: words}, within=SIGNAL_SECONDS)

    def is_told(self, wanted: object, found: object) -> None:
        if wanted != found:
            self.result.told.append(f"{found}, not {wanted}")

    def small_disk(self, room: int) -> Path:
        """Move the archive to a file system of its own with so much free room; where it is."""
        disk = self.folder / "disk"
        disk.mkdir()
        size = self.db.stat().st_size + room
        options = f"size={size},mode=700"
        mount = ["mount", "-t", "tmpfs", "-o", options, "kliping-faults", str(disk)]
        if subprocess.run(mount, capture_output=True).returncode:
            raise SkippedError("no file system can be mounted")
        self.cleanup.callback(lambda: subprocess.run(["umount", "-l", str(disk)], check=True))
        self.db = self.scene.fresh(disk)
        return disk

    # -------------------------------------------------------------- judging

    def judge(self) -> None:
        """What is wrong after the fault, and after the crawls that follow it."""
        self._verify()
        self._judge_memory()
        self._finish(LATER if self._fault.comes_later else timedelta())
        self._compare(self.scene.peace.content, content_of(self.db))
        self._verify()

    def _finish(self, ahead: timedelta = timedelta()) -> None:
        for _ in range(MAX_RUNS):
            self.scene.crawl_in_peace(self.db, ahead)
            if not (due := count_due(self.db, ahead)):
                return
        self.result.lost.append(f"{due} are due still after {MAX_RUNS} crawls")

    def _verify(self) -> None:
        engine = open_engine(self.db)
        try:
            report = verify(engine, datetime.now(UTC))
        finally:
            engine.dispose()
        self.result.unclean += [str(damage) for damage in report.damage]

    def _judge_memory(self) -> None:
        """What was told, and what could be read before the fault, is there."""
        if self._fault.may_forget:
            return
        found = self._attempts()
        known = Counter((url, outcome) for _, url, outcome in found)
        told = Counter(self._acknowledged)
        self.result.lost += [f"told, and gone: {each}" for each in told - known]
        gone = set(self._committed) - set(found)
        self.result.lost += [f"committed, and gone: {each}" for each in sorted(gone)]

    def _attempts(self) -> list[tuple[int, str, str]]:
        with closing(sqlite3.connect(f"{self.db.as_uri()}?mode=ro", uri=True)) as connection:
            return connection.execute("SELECT id, requested_url, outcome FROM fetch").fetchall()

    def _compare(self, wanted: Content, found: Content) -> None:
        if self._fault.is_repeated or self._fault.comes_later:
            wanted, found = knowledge_of(wanted), knowledge_of(found)
        lines = differences(wanted, found)
        if self._fault.reorders:
            lines = [line for line in lines if line != "filing order: in another order"]
        for line in lines:
            (self.result.doubled if ": too much: " in line else self.result.lost).append(line)


def _judge_words(code: int, err: Sequence[str], codes: Codes) -> list[str]:
    if code not in codes:
        return [f"exit {code}, not {' or '.join(map(str, codes))}: {' | '.join(err)}"]
    wrong = [f"no line of ours: {line}" for line in err if not line.startswith("kliping: ")]
    wanted = codes[code]
    if not wanted and err:
        wrong.append(f"exit {code} says: {' | '.join(err)}")
    if wanted and not any(re.search(wanted, line) for line in err):
        wrong.append(f"exit {code} does not say {wanted!r}: {' | '.join(err)}")
    if len(err) > 1 and code not in SOURCE_FAILED:
        wrong.append(f"exit {code} says {len(err)} lines: {' | '.join(err)}")
    return wrong


def play(scene: Scene, fault: Fault, rng: Random, waits: Waits) -> Result:
    """One point. Raises ``SkippedError``."""
    begun, point = time.monotonic(), Play(scene, fault, rng, waits)
    with point.cleanup:
        try:
            fault.play(point)
            point.judge()
        except AssertionError as error:
            point.result.told.append(str(error))
        finally:
            scene.trap.clear()
            scene.outage.end()
    point.result.seconds = time.monotonic() - begun
    return point.result
