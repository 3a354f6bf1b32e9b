"""What ``benchmarks.pipeline`` says: one row a contender, kliping's stages, the limits, the
growth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean
from typing import Any

from benchmarks.extraction.peer_processes import ALL_FIELDS
from benchmarks.extraction.scoring import Prediction, score_page
from benchmarks.pipeline.contenders import Filed
from benchmarks.pipeline.floor import FLOOR, Cost, ServerLimit
from benchmarks.pipeline.pages import Edition
from benchmarks.pipeline.usage import Cpu, Finished

BEGUN, ENDING = 0.1, 0.9
"""The shares of the pages between which a run is steady: it has started and does not end yet."""
STAGES = (
    ("main", "event loop", "fetch, robots, feeds, order"),
    ("threads", "database thread", "dedup, snapshot, index, SQLite"),
    ("children", "readers", "extraction, in their processes"),
)
"""Where kliping's CPU goes: field of ``Cpu``, its name, what is done there."""
HEADS = ("", "pages/s", "steady", "CPU ms", "steady CPU", "peak MB", "kB kept", "filed", "title",
         "body", "server CPU")  # fmt: skip
LEGEND = """\
pages/s: from start to end of the process; steady: between a tenth and nine tenths of the pages.
CPU: milliseconds a page, of all its processes. peak MB: all processes together (PSS). kB kept: on
disk, a page. filed: share of the pages with a body; title: exact; body: share with F1 >= 0.95.
server CPU: what the server used on the same cores meanwhile, milliseconds a page."""


@dataclass(frozen=True, slots=True)
class Run:
    """One contender, once."""

    name: str
    pages: int
    seconds: float
    first: float
    """Seconds to the first page that was filed."""
    steady: float
    """Pages a second; 0 where the run is too short to say."""
    cpu: Cpu
    steady_cpu: Cpu
    """Both in milliseconds a page."""
    peak_mb: float
    kept: float
    """Bytes a page."""
    server_ms: float
    filed: float
    title: float | None
    clean: float | None
    """Shares; ``None`` where no page is annotated."""
    code: int
    errors: str

    @property
    def rate(self) -> float:
        return self.pages / self.seconds

    def failure(self, least: float) -> str | None:
        """Why its figures do not count. ``least``: the share of pages that must have a body."""
        if self.code:
            return f"exit {self.code}: {self.errors.strip()[-300:]}"
        if self.filed < least:
            return f"only {self.filed:.2%} of the pages are filed with a body"
        return None


def judge(
    name: str, edition: Edition, run: Finished, filed: Filed, kept: int, server_cpu: float
) -> Run:
    count = len(edition.pages)
    given = [filed.get((page.host, page.path), Prediction()) for page in edition.pages]
    scores = [
        score_page(page.gold, one, ALL_FIELDS)
        for page, one in zip(edition.pages, given, strict=True)
    ]
    times = [at for at, _ in run.lines] or [0.0]
    begin, end = times[int(len(times) * BEGUN)], times[int((len(times) - 1) * ENDING)]
    used, seconds = run.cpu_between(begin, end)
    # Of too few looks nothing can be said; nor of pages that were filed all at once.
    steady = len(times) * (ENDING - BEGUN) / (end - begin) if seconds else 0.0
    return Run(
        name=name,
        pages=count,
        seconds=run.seconds,
        first=times[0],
        steady=steady,
        cpu=_per_page(run.cpu, count),
        steady_cpu=_per_page(used, seconds * steady),
        peak_mb=run.peak_mb,
        kept=kept / count,
        server_ms=1000 * server_cpu / count,
        filed=fmean(bool(one.body.strip()) for one in given),
        title=_share(score.title for score in scores),
        clean=_share(score.body.clean if score.body else None for score in scores),
        code=run.code,
        errors=run.errors,
    )


def _per_page(cpu: Cpu, pages: float) -> Cpu:
    each = 1000 / pages if pages else 0.0
    return Cpu(cpu.main * each, cpu.threads * each, cpu.children * each)


def _share(values: Iterable[bool | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


# ------------------------------------------------------------------ tables


def write_runs(runs: Sequence[Run], *, markdown: bool) -> str:
    rows = [
        [
            run.name,
            f"{run.rate:.1f}",
            _known(run.steady),
            f"{run.cpu.total:.1f}",
            _known(run.steady_cpu.total),
            f"{run.peak_mb:.0f}",
            f"{run.kept / 1000:.1f}",
            _percent(run.filed),
            _percent(run.title),
            _percent(run.clean),
            f"{run.server_ms:.2f}",
        ]
        for run in runs
    ]
    return _table([list(HEADS), *rows], markdown=markdown)


def write_ratios(runs: Sequence[Run]) -> Iterator[str]:
    """kliping beside each other: how many times the pages a second, for what part of the CPU."""
    own = next((run for run in runs if run.name == "kliping"), None)
    for other in runs:
        if own is not None and other is not own:
            yield (
                f"kliping beside {other.name}: {_ratio(own.rate, other.rate)} the pages/s"
                f" ({_ratio(own.steady, other.steady)} steady)"
                f" for {_ratio(own.cpu.total, other.cpu.total)} the CPU a page"
                f" ({_ratio(own.steady_cpu.total, other.steady_cpu.total)} steady)"
            )


def write_stages(run: Run, *, markdown: bool) -> str:
    """kliping's CPU by stage, and what starting costs."""
    rows = [["CPU ms a page", "all", "steady"]]
    rows += [
        [f"{name}: {work}", f"{getattr(run.cpu, at):.2f}", f"{getattr(run.steady_cpu, at):.2f}"]
        for at, name, work in STAGES
    ]
    rows.append(["all of it", f"{run.cpu.total:.2f}", f"{run.steady_cpu.total:.2f}"])
    return _table(rows, markdown=markdown) + f"\nfirst page after {run.first:.1f} s"


def write_floor(costs: Mapping[str, Cost], run: Run | None, cores: int, *, markdown: bool) -> str:
    rows = [["ms a page", "CPU", "wall"]]
    rows += [[name, f"{cost.cpu:.2f}", f"{cost.wall:.2f}"] for name, cost in costs.items()]
    floor = sum(costs[name].cpu for name in FLOOR)
    wall = sum(costs[name].wall for name in FLOOR)
    rows.append([f"floor ({' + '.join(FLOOR)})", f"{floor:.2f}", f"{wall:.2f}"])
    lines = [_table(rows, markdown=markdown)]
    with_extraction = floor + costs["extract"].cpu
    lines.append(
        f"on {cores} cores the floor allows {1000 * cores / floor:.0f} pages/s, with extraction"
        f" as it is {1000 * cores / with_extraction:.0f}"
    )
    if run is not None and run.steady_cpu.total:
        lines.append(
            f"kliping uses {run.steady_cpu.total / floor:.1f} × the floor,"
            f" {run.steady_cpu.total / with_extraction:.1f} × floor and extraction"
        )
    return "\n".join(lines)


def write_growth(runs: Mapping[int, Run], *, markdown: bool) -> str:
    names = [name for _, name, _ in STAGES]
    rows = [["already filed", "pages/s", "steady", "CPU ms", *names, "kB kept"]]
    rows += [
        [
            f"{count:,}",
            f"{run.rate:.1f}",
            _known(run.steady),
            f"{run.steady_cpu.total:.2f}",
            *(f"{getattr(run.steady_cpu, at):.2f}" for at, _, _ in STAGES),
            f"{run.kept / 1000:.1f}",
        ]
        for count, run in runs.items()
    ]
    return _table(rows, markdown=markdown)


def write_server(limit: ServerLimit) -> str:
    return (
        f"the server alone: {limit.pages_per_second:.0f} pages/s to a raw client,"
        f" {limit.server_ms:.2f} ms of its CPU a page"
    )


def describe(run: Run) -> dict[str, Any]:
    """Every figure as plain values."""
    return {**asdict(run), "rate": run.rate}


def _table(rows: Sequence[Sequence[str]], *, markdown: bool) -> str:
    if markdown:
        head, *body = [f"| {' | '.join(row)} |" for row in rows]
        return "\n".join([head, "|---" + "|---:" * (len(rows[0]) - 1) + "|", *body])
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            [row[0].ljust(widths[0])]
            + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        )
        for row in rows
    )


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def _known(figure: float) -> str:
    return f"{figure:.1f}" if figure else "–"


def _ratio(over: float, under: float) -> str:
    return f"{over / under:.2f} ×" if over and under else "–"
