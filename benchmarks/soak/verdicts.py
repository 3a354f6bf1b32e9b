"""What ``benchmarks.soak`` writes down of each run, and what it makes of all of them.

A quantity is *flat* where its least-squares line over time rises by no more than a twentieth of its
mean over the whole soak, or where it cannot be told from noise (less than two standard errors of
the slope). The first fifth of the soak is left out: an archive that is empty asks for less.
"""

from __future__ import annotations

import csv
import math
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from itertools import pairwise
from pathlib import Path

MOST_MB = 300.0
WAL_MB = 16.0
"""Without a long reader: SQLite writes its log back at 4 MB, and a transaction may be larger."""
WAL_LEFT_MB = 64.0
"""After a long reader: ``journal_size_limit``."""
WARM_UP = 0.2
TOLERANCE = 0.05
SLOWER = 1.3
"""The noise of CPU seconds on a machine that does other work."""
FREE_SHARE = 0.1
SOURCES_FAILED = (0, 3, 4)
"""Exit codes that a crawl may have here: its sources ail by design."""


@dataclass(frozen=True)
class Row:
    """One run: the most that was held while it lasted, and what was left after it."""

    run: int
    hours: float
    """Since the start, of our time."""
    days: float
    """Of the press's time."""
    exit_code: int
    seconds: float
    cpu_seconds: float
    pages: int
    """That were asked for."""
    polls: int
    own_mb: float
    children_mb: float
    descriptors: int
    threads: int
    processes: int
    rest_mb: float
    """After the run, of a process that stays; else 0, as the next."""
    rest_descriptors: int
    wal_mb: float
    wal_left_mb: float
    database_mb: float
    free_mb: float
    """Of the file, in pages that hold nothing."""
    articles: int
    versions: int
    fetches: int
    known_pages: int
    temp_left: int
    """Files that are left in TMPDIR and beside the database."""
    held: int
    """1 while a long reader holds its view."""

    @property
    def pages_per_second(self) -> float:
        return self.pages / self.seconds

    @property
    def reader_mb(self) -> float:
        """Of one of its children: a run with little to read has fewer."""
        return self.children_mb / max(1, self.processes - 1)


@dataclass(frozen=True)
class Line:
    """A least-squares line: by how much it rises an hour, with its standard error."""

    mean: float
    slope: float
    error: float

    def is_flat(self, hours: float) -> bool:
        is_noise = self.slope < 2 * self.error
        return is_noise or self.slope * hours <= TOLERANCE * self.mean


@dataclass(frozen=True)
class Verdict:
    name: str
    good: bool
    said: str

    def __str__(self) -> str:
        return f"{'good' if self.good else 'FAILED':7} {self.name}: {self.said}"


def write_header(path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerow([*(each.name for each in fields(Row)), "pages_per_second"])


def append(path: Path, row: Row) -> None:
    """A line, safe in the file at once: a soak that is broken off has all before."""
    values = [*asdict(row).values(), row.pages_per_second]
    told = [round(value, 4) if isinstance(value, float) else value for value in values]
    with path.open("a", newline="", encoding="utf-8") as file:
        csv.writer(file).writerow(told)


def fit(points: Sequence[tuple[float, float]]) -> Line:
    """Of at least three points (hours, value); the error is that of ordinary least squares."""
    times, values = zip(*points, strict=True)
    slope, intercept = statistics.linear_regression(times, values)
    residuals = sum((value - intercept - slope * time) ** 2 for time, value in points)
    spread = sum((time - statistics.fmean(times)) ** 2 for time in times)
    error = math.sqrt(residuals / (len(points) - 2) / spread)
    return Line(statistics.fmean(values), slope, error)


def judge(rows: Sequence[Row], after: Sequence[Row] = ()) -> list[Verdict]:
    """Of the runs of one soak, in their order, and of those ``after`` it, which were of another
    kind: only how they ended counts, what they took at most, and what they left."""
    every = [*rows, *after]
    busy = [row for row in settled(rows) if row.pages]
    read = [row for row in busy if row.processes > 1]
    return [
        Verdict("exits", not _odd_exits(every), _told_exits(every)),
        _judge_peak(every),
        _judge_flat("memory of the crawler", busy, lambda row: row.own_mb, "MB"),
        _judge_flat("memory of a reader", read, lambda row: row.reader_mb, "MB"),
        _judge_flat("memory between the runs", settled(rows), lambda row: row.rest_mb, "MB"),
        _judge_flat("descriptors", busy, lambda row: row.descriptors, ""),
        _judge_flat("descriptors between the runs", settled(rows), _rest_descriptors, ""),
        _judge_flat("threads", busy, lambda row: row.threads, ""),
        *_judge_wal(every),
        _judge_free(every),
        _judge_temp(every),
        _judge_speed(busy),
    ]


def settled(rows: Sequence[Row]) -> Sequence[Row]:
    """Without the warm-up."""
    return rows[int(WARM_UP * len(rows)) :]


def _rest_descriptors(row: Row) -> float:
    return row.rest_descriptors


def _odd_exits(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if row.exit_code not in SOURCES_FAILED]


def _told_exits(rows: Sequence[Row]) -> str:
    odd = _odd_exits(rows)
    found = ", ".join(f"run {row.run} ended with {row.exit_code}" for row in odd[:5])
    return f"{len(rows)} runs; {found or 'none ended with an error of its own'}"


def _judge_peak(rows: Sequence[Row]) -> Verdict:
    most = max(row.own_mb + row.children_mb for row in rows)
    return Verdict("memory", most < MOST_MB, f"at most {most:.0f} MB, of {MOST_MB:.0f}")


def _judge_flat(
    name: str, rows: Sequence[Row], value: Callable[[Row], float], unit: str
) -> Verdict:
    points = [(row.hours, value(row)) for row in rows]
    if len(points) < 3 or not any(value for _, value in points):
        return Verdict(name, True, "nothing to measure")
    line, hours = fit(points), points[-1][0] - points[0][0]
    said = (
        f"mean {line.mean:.1f} {unit}, {line.slope:+.2f} ± {line.error:.2f} an hour,"
        f" {line.slope * hours:+.2f} over {hours:.2f} h of it"
    )
    return Verdict(name, line.is_flat(hours), said)


def _judge_wal(rows: Sequence[Row]) -> list[Verdict]:
    """A run after a long reader has let go counts for neither: it begins with the log that this
    one kept alive."""
    free, held, written, was_held = [0.0], [0.0], 0.0, False
    for before, row in pairwise([rows[0], *rows]):
        if row.held:
            held.append(row.wal_mb)
        elif not was_held:
            free.append(row.wal_mb)
        written += (row.database_mb - before.database_mb) * row.held
        was_held = bool(row.held)
    left = max([row.wal_left_mb for row in rows if not row.held], default=0.0)
    most = max(free)
    return [
        Verdict("log", most <= WAL_MB, f"at most {most:.1f} MB without a long reader"),
        Verdict(
            "log after a long reader",
            left <= WAL_LEFT_MB,
            f"grew to {max(held):.1f} MB while one read, and the archive by {written:.2f} MB;"
            f" {left:.1f} MB at most left after it",
        ),
    ]


def _judge_free(rows: Sequence[Row]) -> Verdict:
    last = rows[-1]
    share = last.free_mb / last.database_mb
    said = f"{last.free_mb:.1f} of {last.database_mb:.1f} MB hold nothing ({share:.1%})"
    return Verdict("free pages", share <= FREE_SHARE, said)


def _judge_temp(rows: Sequence[Row]) -> Verdict:
    left = max(row.temp_left for row in rows)
    return Verdict("files left behind", left == 0, f"at most {left}")


def _judge_speed(busy: Sequence[Row]) -> Verdict:
    """The second half against what a line through the first half (CPU seconds over what a run
    asks for) says of its runs."""
    name = "time of a run"
    half = len(busy) // 2
    first, second = busy[:half], busy[half:]
    if half < 3 or len({_requests(row) for row in first}) < 2:
        return Verdict(name, True, "too few runs to tell")
    per_request, start = statistics.linear_regression(
        [_requests(row) for row in first], [row.cpu_seconds for row in first]
    )
    expected = sum(start + per_request * _requests(row) for row in second)
    slower = sum(row.cpu_seconds for row in second) / expected
    grown = _mean_articles(second) / max(1.0, _mean_articles(first))
    said = (
        f"CPU {start:.2f} s + {1000 * per_request:.0f} ms a request in the first half;"
        f" the second took {slower:.2f} of that, its archive {grown:.2f} as large"
    )
    return Verdict(name, slower <= max(SLOWER, grown), said)


def _requests(row: Row) -> int:
    return row.pages + row.polls


def _mean_articles(rows: Sequence[Row]) -> float:
    return statistics.fmean(row.articles for row in rows)
