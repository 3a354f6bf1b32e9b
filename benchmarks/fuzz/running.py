"""A run of the fuzzer: batches handed to children of the sandbox, and what is found written down.

The parent is kliping's own (``scraper.isolation.sandbox``), with its limits of CPU time and memory:
a child that dies costs the parent an error with a reason and nothing else, which is what is proved
here.
"""

from __future__ import annotations

import asyncio
import os
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.fuzz.kinds import KINDS, Tally, key_of, make_input
from benchmarks.fuzz.shrinking import shrink
from scraper.errors import SandboxError
from scraper.isolation.functions import PureFunction
from scraper.isolation.sandbox import Sandbox, SandboxLimits

BATCH = 100
"""Inputs that a child is handed at a time."""
TRIALS = "benchmarks.fuzz.kinds"
"""The module whose ``try_batch`` and ``try_data`` a child runs."""
SHRINKING, SLOW_SHRINKING = 20.0, 60.0
"""Seconds for making the input of a finding small."""
ROOT = str(Path(__file__).resolve().parents[2])
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    seed: int = 1
    kinds: Sequence[str] = tuple(KINDS)
    minutes: float | None = None
    inputs: int | None = None
    """Of each kind, at most."""
    first: int = 0
    """The number of the first input."""
    corpus: str | None = None
    folder: Path | None = None
    """Where findings are written to."""
    workers: int = 1
    limits: SandboxLimits = field(default_factory=SandboxLimits)
    """Those of a crawl."""


@dataclass(slots=True)
class Finding:
    kind: str
    number: int
    """Of the first input that showed it."""
    problem: str
    seen: int = 0
    path: Path | None = None


@dataclass
class Run:
    """What came of it, by kind, and each fault once."""

    plan: Plan
    tallies: dict[str, Tally] = field(default_factory=dict)
    findings: dict[tuple[str, str], Finding] = field(default_factory=dict)
    killed: Counter[str] = field(default_factory=Counter)
    """Inputs that ended their child, by the recorded reason."""
    seconds: float = 0.0
    """By the clock."""
    peak_bytes: int = 0
    """Of the largest child."""


async def fuzz(plan: Plan, tell: Tell) -> Run:
    """Try inputs until the time is over or all were tried."""
    run = Run(plan, {name: Tally() for name in plan.kinds})
    started = time.monotonic()
    with _children_told():
        async with Workshop(plan.workers, plan.limits) as sandbox:
            work = _Work(run, sandbox, started, tell)
            telling = asyncio.create_task(_tell_progress(run, started, tell))
            async with asyncio.TaskGroup() as group:
                for _ in range(plan.workers):
                    group.create_task(work.go_on())
            telling.cancel()
            run.seconds = time.monotonic() - started
            for finding in run.findings.values():
                await _write_down(finding, plan, sandbox)
    run.peak_bytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    return run


async def try_file(kind: str, path: Path) -> str | None:
    """What is wrong with the input in a file; ``None`` where nothing is."""
    with _children_told():
        async with Workshop(1) as sandbox:
            return await _problem_of(kind, path.read_bytes(), sandbox)


@contextmanager
def _children_told() -> Iterator[None]:
    """The sandbox's children inherit the environment: where this code is, and a folder for their
    files that goes with them."""
    with tempfile.TemporaryDirectory(prefix="kliping-fuzz-") as scratch:
        told = {"PYTHONPATH": ROOT, "TMPDIR": scratch}
        before = {name: os.environ.get(name) for name in told}
        os.environ.update(told)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


class Workshop(Sandbox):
    """Its children may write files."""

    worker = "benchmarks.fuzz.worker"


def _trial(name: str) -> PureFunction[Tally]:
    return PureFunction(f"{TRIALS}:{name}", Tally)


class _Work:
    """Hands out the next batch, of the kind that is furthest behind its share of the time."""

    def __init__(self, run: Run, sandbox: Sandbox, started: float, tell: Tell) -> None:
        self._run, self._plan, self._sandbox = run, run.plan, sandbox
        self._tell = tell
        self._deadline = started + 60 * run.plan.minutes if run.plan.minutes else None
        self._next = dict.fromkeys(run.plan.kinds, run.plan.first)

    async def go_on(self) -> None:
        while (taken := self._take()) is not None:
            name, numbers = taken
            self._note(name, await self._try_all(name, numbers))

    def _take(self) -> tuple[str, Sequence[int]] | None:
        if self._deadline is not None and time.monotonic() >= self._deadline:
            return None
        plan, most = self._plan, self._plan.inputs
        open_kinds = [
            name for name, at in self._next.items() if most is None or at - plan.first < most
        ]
        if not open_kinds:
            return None
        name = min(open_kinds, key=self._progress_of)
        at = self._next[name]
        end = at + BATCH if most is None else min(at + BATCH, plan.first + most)
        self._next[name] = end
        return name, range(at, end)

    def _progress_of(self, name: str) -> float:
        """What is under way counts as a hundredth of a second an input."""
        tally = self._run.tallies[name]
        under_way = self._next[name] - self._plan.first - tally.inputs
        return (tally.seconds + 0.01 * under_way) / KINDS[name].weight

    async def _try_all(self, name: str, numbers: Sequence[int]) -> Tally:
        """A batch; where it ends its child, its inputs one by one."""
        plan = self._plan
        limit = plan.limits.cpu_seconds
        arguments = (name, plan.seed, numbers, plan.corpus, limit)
        try:
            # Each input sets a limit of its own.
            batch = await self._sandbox.run(
                _trial("try_batch"), *arguments, cpu_seconds=limit * len(numbers)
            )
        except SandboxError as error:
            batch = Tally()
            for number in numbers:
                batch.add(await self._try_one(name, number))
            if not batch.problems:
                many = f"{len(numbers)} inputs together, and none of them alone"
                batch.problems.append((numbers[0], f"{_described(error)} ({many})"))
        return batch

    async def _try_one(self, name: str, number: int) -> Tally:
        plan = self._plan
        data = make_input(name, plan.seed, number, plan.corpus)
        try:
            alone = await self._sandbox.run(_trial("try_data"), name, data, number)
        except SandboxError as error:
            self._run.killed[error.reason] += 1
            took = plan.limits.cpu_seconds if error.reason == "timeout" else 0.0
            alone = Tally(1, took, took)
            alone.outcomes[f"killed: {error.reason}"] += 1
            alone.problems.append((number, _described(error)))
        return alone

    def _note(self, name: str, tally: Tally) -> None:
        for number, problem in tally.problems:
            key = (name, key_of(problem))
            if key not in self._run.findings:  # at once: a run that is broken off writes no files
                self._tell(f"found: {name} {number}: {problem}")
            finding = self._run.findings.setdefault(key, Finding(name, number, problem))
            finding.seen += 1
        self._run.tallies[name].add(tally)


def _described(error: SandboxError) -> str:
    """A child that was ended over its CPU time is slow; what else ends it has its reason."""
    return f"slow: {error}" if error.reason == "timeout" else f"{error.reason}: {error}"


async def _write_down(finding: Finding, plan: Plan, sandbox: Sandbox) -> None:
    """Its input, as small as a simple search makes it, into a file beside a note of it."""
    if plan.folder is None:
        return
    data = make_input(finding.kind, plan.seed, finding.number, plan.corpus)
    wanted, note = key_of(finding.problem), finding.problem

    async def shows(smaller: bytes) -> bool:
        found = await _problem_of(finding.kind, smaller, sandbox)
        return found is not None and key_of(found) == wanted

    if await shows(data):
        data = await shrink(data, shows, SLOW_SHRINKING if wanted == "slow" else SHRINKING)
    else:
        note += "\nNot of this input alone: of what was read before it as well."
    plan.folder.mkdir(parents=True, exist_ok=True)
    finding.path = plan.folder / f"{finding.kind}-{plan.seed}-{finding.number}.bin"
    finding.path.write_bytes(data)
    finding.path.with_suffix(".txt").write_text(f"{note}\n", encoding="utf-8")


async def _problem_of(kind: str, data: bytes, sandbox: Sandbox) -> str | None:
    """What is wrong with an input, tried in a child."""
    try:
        tally = await sandbox.run(_trial("try_data"), kind, data)
    except SandboxError as error:
        return _described(error)
    return tally.problems[0][1] if tally.problems else None


async def _tell_progress(run: Run, started: float, tell: Tell) -> None:
    while True:
        await asyncio.sleep(20)
        inputs = sum(tally.inputs for tally in run.tallies.values())
        seconds = time.monotonic() - started
        pages = run.tallies["page"].inputs if "page" in run.tallies else 0
        tell(
            f"{seconds:5.0f} s  {inputs:9,} inputs, {pages:9,} pages,"
            f" {inputs / seconds:5.0f} a second, {len(run.findings)} findings"
        )
