"""What a run of the fuzzer says: a table by kind, what came of the inputs, and each fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from benchmarks.fuzz.running import Run

OUTCOMES = 14
"""Of a kind, that are shown: the most frequent ones."""


def rows_of(run: Run) -> Iterator[str]:
    yield f"{'kind':9}{'inputs':>10}{'refused':>9}{'slowest ms':>12}{'ms each':>9}{'found':>7}"
    for name, tally in run.tallies.items():
        refused = sum(
            count for outcome, count in tally.outcomes.items() if outcome.startswith("refused: ")
        )
        found = sum(finding.kind == name for finding in run.findings.values())
        slowest, each = 1000 * tally.slowest, 1000 * tally.seconds / max(tally.inputs, 1)
        yield f"{name:9}{tally.inputs:>10,}{refused:>9,}{slowest:>12,.0f}{each:>9.2f}{found:>7}"
    for name, tally in run.tallies.items():
        outcomes = Counter(tally.outcomes).most_common(OUTCOMES)
        yield f"{name}: " + ", ".join(f"{outcome} {count:,}" for outcome, count in outcomes)
    for finding in run.findings.values():
        where = f"; {finding.path}" if finding.path else ""
        times = f"{finding.kind} {finding.number} ({finding.seen} times)"
        yield f"FOUND {times}: {finding.problem}{where}"
    yield _sum_of(run)


def _sum_of(run: Run) -> str:
    inputs = sum(tally.inputs for tally in run.tallies.values())
    reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(run.killed.items()))
    return (
        f"{inputs:,} inputs in {run.seconds:.0f} s with {run.plan.workers} workers"
        f" ({inputs / run.seconds:.0f} a second), seed {run.plan.seed}; children ended:"
        f" {reasons or 'none'}; the largest one {run.peak_bytes >> 20} MiB;"
        f" {len(run.findings)} findings"
    )
