"""kliping under a wall clock that runs fast, so that days of cron pass in an hour
(``benchmarks.soak``).

    python -m benchmarks.soak.fast_clock CLOCK WORD...    # one command, as `kliping WORD...`
    python -m benchmarks.soak.fast_clock --resident       # a command a line of standard input, as
    JSON

Only ``SystemClock.now`` is another one: what is due, Retry-After and revisits follow it. Pace,
deadlines and every wait stay real. A resident process answers each line ``[CLOCK, [WORD, ...]]``
with the exit code on a line of its standard output; it is what a program is that embeds kliping.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from scraper.clock import SystemClock

ROOT = Path(__file__).resolve().parents[2]


class FastClock(SystemClock):
    """``speed`` seconds of its wall clock are one of ours; the monotonic one is the system's.

    Linux has one CLOCK_MONOTONIC for all processes: those that were told the same clock agree.
    """

    def __init__(self, start: datetime, speed: float, began: float | None = None) -> None:
        self._start, self._speed = start, speed
        self._began = time.monotonic() if began is None else began

    def now(self) -> datetime:
        return self._start + timedelta(seconds=(time.monotonic() - self._began) * self._speed)

    def jump(self, span: timedelta) -> None:
        self._start += span

    def told(self) -> str:
        """What makes the same clock in another process."""
        return json.dumps([self._start.isoformat(), self._speed, self._began])

    @classmethod
    def read(cls, told: str) -> FastClock:
        start, speed, began = json.loads(told)
        return cls(datetime.fromisoformat(start), speed, began)


def run(told: str, words: Sequence[str]) -> int:
    """One command; its exit code."""
    # A bound method, which a class hands out as it is.
    SystemClock.now = FastClock.read(told).now  # type: ignore[method-assign, assignment]
    import cli

    return cli.main(list(words))


def serve() -> None:
    """Commands, one after the other, until standard input ends."""
    # The answers have standard output to themselves, whatever a command prints.
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)
        for line in sys.stdin:
            told, words = json.loads(line)
            code = run(told, words)
            gc.collect()  # what is left is held by something, and not only not yet collected
            print(code, file=answers, flush=True)


def main(arguments: Sequence[str]) -> int:
    if list(arguments) == ["--resident"]:
        serve()
        return 0
    told, *words = arguments
    return run(told, words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
