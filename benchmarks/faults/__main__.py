"""Do to a crawl whatever may happen to one, at random moments, and judge what is left.

    python -m benchmarks.faults [--kinds sigkill,disk-full] [--points 50] [--seed 1] [--markdown]
                                [--short] [--articles 8] [--folder FOLDER]

The newspaper (``tests.newspaper.edition``) is served on loopback; its first edition is in the
archive, and the crawl that is disturbed is one of the second, a day later. A fault meets it at a
random request, before or after its answer, and up to 30 ms later. After each point

- ``verify`` finds nothing, before and after the crawls that follow;
- nothing that was told on standard output, or could be read before the fault, is gone (``lost``);
- nothing is there twice (``doubled``);
- the crawl ended with the exit code and the one line that are documented, in time, and left no
  reader behind; those that follow succeed in silence (``told``);
- they complete what is due, and the archive is what an undisturbed crawl makes it.

Faults of the network, of the clock and of readers make pages fail that are tried again later: those
crawls are followed by one four days later, and what the archive knows is compared, not
each attempt. ``--short``: a stop and a lock last a second, not 60 and 30, and a reader is given up
after 10. Full disks need the right to mount a tmpfs, and are skipped without it.

Prints a line a point, and a table; exit 1 where anything was wrong.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from random import Random

from benchmarks.faults.disks import OF_DISKS
from benchmarks.faults.kinds import OF_PROCESSES, OF_SURROUNDINGS
from benchmarks.faults.scene import Scene, open_scene
from benchmarks.faults.trial import Fault, Result, SkippedError, Waits, play

FAULTS: tuple[Fault, ...] = (*OF_PROCESSES, *OF_SURROUNDINGS, *OF_DISKS)
SHORT = Waits(stop=1.0, lock=1.0, reader=10.0)
HEADS = ("fault", "points", "met", "clean", "lost", "doubled", "wrongly told", "seconds")


def chance_of(seed: int, fault: Fault, point: int) -> Random:
    """Each point's own: it can be made again alone."""
    return Random(f"{seed} {fault.name} {point}")


def row_of(fault: Fault, results: Sequence[Result]) -> tuple[str, ...]:
    bad = (
        sum(not each.unclean for each in results),
        sum(bool(each.lost) for each in results),
        sum(bool(each.doubled) for each in results),
        sum(bool(each.told) for each in results),
    )
    met = sum(each.is_met for each in results)
    seconds = sum(each.seconds for each in results)
    return (fault.name, *map(str, (len(results), met, *bad)), f"{seconds:.0f}")


def show_table(rows: Sequence[tuple[str, ...]], *, markdown: bool) -> None:
    if markdown:
        print(f"| {' | '.join(HEADS)} |")
        print(f"|---|{'---:|' * (len(HEADS) - 1)}")
        for row in rows:
            print(f"| {' | '.join(row)} |")
        return
    widths = [max(len(row[column]) for row in (HEADS, *rows)) for column in range(len(HEADS))]
    for row in (HEADS, *rows):
        print("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))


def run_kind(
    scene: Scene, fault: Fault, points: Sequence[int], seed: int, waits: Waits
) -> list[Result]:
    results = []
    for point in points:
        try:
            result = play(scene, fault, chance_of(seed, fault, point), waits)
        except SkippedError as reason:
            print(f"skipped {fault.name}: {reason}", flush=True)
            break
        results.append(result)
        said = ", ".join(result.said)
        print(f"{'FAILED' if result.wrong else 'good'}  {fault.name} {point}: {said}", flush=True)
        for line in result.wrong:
            print(f"    {line}", flush=True)
    return results


def main() -> int:
    parser = argparse.ArgumentParser(description="Do to a crawl whatever may happen to one.")
    parser.add_argument("--kinds", default="", help="faults, between commas; all, if none")
    parser.add_argument("--points", type=int, default=50, help="of each fault")
    parser.add_argument("--from", dest="first", type=int, default=0, help="the first point")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--articles", type=int, default=8, help="of each edition's feed")
    parser.add_argument("--short", action="store_true", help="stops and locks of a second")
    parser.add_argument("--folder", type=Path, help="work here, and leave all of it")
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args()
    names = [name for name in options.kinds.split(",") if name]
    unknown = set(names) - {fault.name for fault in FAULTS}
    if unknown:
        parser.error(f"no such faults: {', '.join(sorted(unknown))}")
    faults = [fault for fault in FAULTS if not names or fault.name in names]
    if options.folder is not None:
        options.folder.mkdir(parents=True, exist_ok=False)
        return run_bench(options, faults, options.folder)
    with tempfile.TemporaryDirectory(prefix="kliping-faults-") as folder:
        return run_bench(options, faults, Path(folder))


def run_bench(options: argparse.Namespace, faults: Sequence[Fault], folder: Path) -> int:
    points = range(options.first, options.first + options.points)
    waits = SHORT if options.short else Waits()
    found: dict[Fault, list[Result]] = {}
    with open_scene(folder, options.articles) as scene:
        peace = scene.peace
        print(f"undisturbed: {peace.requests} requests, {peace.seconds:.1f} s", flush=True)
        for fault in faults:
            found[fault] = run_kind(scene, fault, points, options.seed, waits)
    rows = [row_of(fault, results) for fault, results in found.items() if results]
    show_table(rows, markdown=options.markdown)
    results = [each for kind in found.values() for each in kind]
    failed = sum(bool(each.wrong) for each in results)
    seconds = sum(each.seconds for each in results)
    print(f"{len(results)} points of {len(rows)} faults in {seconds:.0f} s, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
