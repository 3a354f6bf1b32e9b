"""Kill what changes or copies an archive at many points, and look at what is left.

    python -m benchmarks.kills.archive [--points 20] [--seed 1] [--only save,copy] [--keep FOLDER]
                                       [--writers 10000] [--server]

Of a small archive with articles, copies, edits and pages that are none: ``save`` (which tells what
is saved), ``db backup``, ``db restore --force`` over another archive, ``db copy``, ``import`` of
its WARC, ``reextract``. Each is run once in peace, which says how many steps it takes and how long
(``archive_nursery`` has what a step is); then it is killed with SIGKILL at every point, half of
them before a step, half at a moment, spread over the whole. After each kill

- ``verify`` finds nothing, and nothing that was told to be saved is missing;
- at the target there is nothing, what was there before, or all of it; never a half;
- the same command, run again, ends with what an undisturbed one leaves, and leaves no other file.

``--server``: ``db copy`` into a PostgreSQL database, too, and the writers on one. ``--writers N``:
four processes that save N pages each at once, of which none may be lost or meet a lock; 0 for none.

Prints a line a point; exit 1 where one failed, with what is wrong.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.kills.archive_acts import ACTS, CopyToServer
from benchmarks.kills.archive_scene import Act, Stage
from benchmarks.kills.fork_server import Ended, Nursery
from benchmarks.kills.writers import judge_writers

WRITERS = 4


def choose_points(peace: Ended, number: int, seed: int) -> Iterator[tuple[int, float]]:
    """(step, moment) with one of them 0, spread over the whole."""
    chance = random.Random(seed)
    for place in range(number):
        share = (place + chance.random()) / number
        if place % 2:
            yield 0, max(0.001, 0.95 * share * peace.seconds)
        else:
            yield 1 + int(share * peace.steps), 0.0


def main() -> int:
    parser = argparse.ArgumentParser(description="Kill what changes or copies an archive.")
    parser.add_argument("--points", type=int, default=20, help="of each command")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="commands, between commas")
    parser.add_argument("--keep", type=Path, help="leave what differs in this folder")
    parser.add_argument("--writers", type=int, default=10_000, help="pages that each of 4 saves")
    parser.add_argument("--server", action="store_true", help="also on PostgreSQL")
    options = parser.parse_args()
    if options.keep is not None:
        options.keep.mkdir(parents=True, exist_ok=False)
        return run_bench(options, options.keep)
    with tempfile.TemporaryDirectory(prefix="kliping-archive-kills-") as folder:
        return run_bench(options, Path(folder))


def run_bench(options: argparse.Namespace, folder: Path) -> int:
    failed = killed = played = 0
    acts: list[type[Act]] = [*ACTS, CopyToServer] if options.server else [*ACTS]
    if options.only:
        acts = [act for act in acts if act.name in options.only.split(",")]
    with Nursery() as nursery:
        stage = Stage(folder, nursery)
        for kind in acts:
            act = kind(stage)
            peace = act.in_peace()
            print(f"{act.name}: undisturbed {peace.steps} steps, {peace.seconds:.2f} s", flush=True)
            for step, moment in choose_points(peace, options.points, options.seed):
                said, wrong = act.play(step, moment)
                played, killed = played + 1, killed + (said == "killed")
                failed += bool(wrong)
                point = f"step {step}" if step else f"{moment:.3f} s"
                print(f"  {'FAILED' if wrong else 'good'}  {point}: {said}", flush=True)
                for line in wrong:
                    print(f"      {line}", flush=True)
    if options.writers:
        failed += run_writers(folder, options.writers, server=options.server)
    print(f"{played} points, {killed} met the command alive; {failed} failed")
    return 1 if failed else 0


def run_writers(folder: Path, saves: int, *, server: bool) -> int:
    from tests.postgres import postgres

    failed = 0
    for place in (folder / "writers.db", postgres().empty() if server else None):
        if place is None:
            continue
        begun = time.perf_counter()
        wrong = judge_writers(place, WRITERS, saves)
        seconds = time.perf_counter() - begun
        what = f"{WRITERS} processes, {saves:,} pages each"
        print(f"{'FAILED' if wrong else 'good'}  {what}: {seconds:.0f} s", flush=True)
        for line in wrong[:10]:
            print(f"    {line}")
        failed += bool(wrong)
    return failed


if __name__ == "__main__":
    sys.exit(main())
