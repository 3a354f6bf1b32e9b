"""What ``benchmarks.archive`` measures, and its table."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

ROUNDS = 15


@dataclass
class Figures:
    """Of one size, in the order in which they are measured."""

    articles: int
    cpu: dict[str, float] = field(default_factory=dict)
    """Milliseconds."""
    wall: dict[str, float] = field(default_factory=dict)
    sizes: dict[str, float] = field(default_factory=dict)
    """Bytes."""
    counts: dict[str, int] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)

    @contextmanager
    def timing(self, name: str, times: int = 1) -> Iterator[None]:
        cpu, wall = time.process_time(), time.perf_counter()
        yield
        self.cpu[name] = self.cpu.get(name, 0) + (time.process_time() - cpu) * 1000 / times
        self.wall[name] = self.wall.get(name, 0) + (time.perf_counter() - wall) * 1000 / times

    def median(self, name: str, work: Callable[[], Any]) -> Any:
        cpus, walls, given = [], [], None
        for _ in range(ROUNDS):
            cpu, wall = time.process_time(), time.perf_counter()
            given = work()
            cpus.append((time.process_time() - cpu) * 1000)
            walls.append((time.perf_counter() - wall) * 1000)
        self.cpu[name], self.wall[name] = statistics.median(cpus), statistics.median(walls)
        return given


def rows_of(sizes: list[Figures]) -> Iterator[list[str]]:
    yield ["", *(f"{one.articles:,}" for one in sizes), *_grown(sizes, None)]
    for name in sizes[0].cpu:
        if name == "backup":
            continue
        values = [one.cpu.get(name, 0.0) for one in sizes]
        shown = [f"{one.cpu.get(name, 0):.2f} ({one.wall.get(name, 0):.2f})" for one in sizes]
        yield [f"{name}, ms CPU (wall)", *shown, *_grown(sizes, values)]
    seconds = [one.wall["backup"] / 1000 for one in sizes]
    yield ["backup, s", *(f"{one:.2f}" for one in seconds), *_grown(sizes, seconds)]
    for name in sizes[0].sizes:
        values = [one.sizes.get(name, 0.0) for one in sizes]
        yield [f"{name}, bytes", *(f"{one:,.0f}" for one in values), *_grown(sizes, values)]


def _grown(sizes: list[Figures], values: list[float] | None) -> Iterator[str]:
    for at in range(1, len(sizes)):
        if values is None:
            yield f"x{sizes[at].articles / sizes[at - 1].articles:.0f}"
        else:
            yield f"{values[at] / values[at - 1]:.2f}" if values[at - 1] else "-"


def show(sizes: list[Figures], markdown: bool) -> None:
    rows = [*rows_of(sizes)]
    if markdown:
        for number, row in enumerate(rows):
            print(f"| {' | '.join(row)} |")
            if not number:
                print(f"|---|{'---:|' * (len(row) - 1)}")
        return
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        _, *rest = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        print(row[0].ljust(widths[0]), *rest, sep="  ")
