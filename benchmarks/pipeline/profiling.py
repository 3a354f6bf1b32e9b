"""Where a crawl spends its time, function by function: py-spy looks 100 times a second.

It reads the processes from outside and does not stop them, so that nothing is slowed down but by
the CPU that py-spy itself takes. Threads that sleep are not counted; those that wait for a core
are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.extraction.peer_processes import Peer, prepare_environment

PY_SPY = Peer("py-spy", ("py-spy==0.4.3",))
RATE = 100
TOP = 25
_FRAME = re.compile(r"(?P<name>.+) \((?P<file>.+?)(?::\d+)?\)$")
_OURS = re.compile(r"(?:^|[ /])((?:scraper|storage|commands)/[^:]*)$")


@dataclass
class Stage:
    """Samples by function. ``within``: in it or in what it called."""

    name: str
    samples: int = 0
    itself: Counter[str] = field(default_factory=Counter)
    within: Counter[str] = field(default_factory=Counter)


def watched_by_py_spy(command: Sequence[str], stacks: Path, environments: Path) -> list[str]:
    """The command that runs ``command`` and leaves its stacks. Raises ``PeerError``."""
    spy = prepare_environment(PY_SPY, environments).parent / "py-spy"
    options = ["--nonblocking", "--subprocesses", "--threads", "--rate", str(RATE)]
    return [
        str(spy), "record", *options, "--format", "raw", "--output", str(stacks), "--", *command
    ]  # fmt: skip


def read_stacks(stacks: Path) -> list[Stage]:
    """Of the crawler's event loop, of its database thread, and of the readers together."""
    stages: dict[str, Stage] = {}
    for line in stacks.read_text(encoding="utf-8").splitlines():
        stack, _, count = line.rpartition(" ")
        frames = stack.split(";")
        name = _stage_of(frames)
        stage = stages.setdefault(name, Stage(name))
        names = [_short(frame) for frame in frames if _FRAME.match(frame)]
        if names:
            stage.samples += int(count)
            stage.itself[names[-1]] += int(count)
            for one in set(names):
                stage.within[one] += int(count)
    return sorted(stages.values(), key=lambda stage: -stage.samples)


def write_profile(stages: Sequence[Stage]) -> Iterator[str]:
    total = sum(stage.samples for stage in stages)
    for stage in stages:
        yield f"\n{stage.name}: {stage.samples / total:.1%} of the samples"
        ours = [(name, count) for name, count in stage.within.most_common() if _OURS.search(name)]
        for heading, rows in (("itself", stage.itself.most_common(TOP)), ("within", ours[:TOP])):
            yield f"  {heading}"
            for name, count in rows:
                yield f"    {count / max(stage.samples, 1):6.1%}  {name}"


def _stage_of(frames: Sequence[str]) -> str:
    text = ";".join(frames)
    if "-m scraper.isolation.worker " in text:  # the command of a process above
        return "readers"
    return "database thread" if "(scraper/isolation/db_thread.py:" in text else "event loop"


def _short(frame: str) -> str:
    """``name file``, the file from its package on."""
    match = _FRAME.match(frame)
    assert match is not None
    file = match["file"].partition("site-packages/")[2] or match["file"]
    ours = _OURS.search(file)
    return f"{match['name']} {ours[1] if ours else file}"
