"""Kill a crawl at many points, start it again, and compare with one that nothing disturbed.

    python -m benchmarks.kills [--points 50] [--seed 1] [--keep FOLDER]

The newspaper (``tests.newspaper.edition``) has sources of every kind. Its first edition is crawled
in peace and a day is let pass; what is killed is a crawl of the second one, ordinary or with
``--backfill``: of the points one third are at a request (before or after its answer), one third at
a statement that writes to the database, one third at a moment; every fourth crawl is killed
once more when it is run again. Then crawls run until nothing is due, and the archive must say what
that of an undisturbed crawl says (``tests.newspaper.content_of``). Beside these: the readers alone
are killed, and SIGTERM and SIGINT at five points must end it within 10 s, with 143 or 130, no lease
left and every transaction whole; and of two crawls started at once one works and one exits 75.

Prints a line a point; exit 1 where one failed, with what differs.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.kills.crawl_scene import LOCKED, Peace, open_stage
from benchmarks.kills.crawler import Point


def choose_points(peaces: dict[bool, Peace], number: int, seed: int) -> list[Point]:
    """Spread over a whole crawl, each kind evenly."""
    rng, points = random.Random(seed), []
    for place in range(number):
        kind = ("before", "write", "moment", "after", "write", "moment")[place % 6]
        backfill = place % 2 == 1 if kind != "moment" else place % 4 == 1
        peace, share = peaces[backfill], (place + rng.random()) / number
        again = None
        if place % 4 == 3:
            again = Point("write", rng.randint(5, peace.writes // 2))
        points.append(Point(kind, _at(kind, share, peace), backfill=backfill, again=again))
    return points


def _at(kind: str, share: float, peace: Peace) -> float:
    if kind == "moment":
        return peace.seconds * (0.4 + 0.6 * share)  # start-up writes nothing
    return 1 + int(share * (peace.writes if kind == "write" else peace.requests))


def signal_points(peaces: dict[bool, Peace]) -> Iterator[Point]:
    """SIGTERM and SIGINT at five points each, and the readers killed at five."""
    for place in range(5):
        peace = peaces[place % 2 == 1]
        at = _at("before", (place + 0.5) / 5, peace)
        for number in (signal.SIGTERM, signal.SIGINT):
            yield Point("before", at, number=number, backfill=place % 2 == 1)
        yield Point("after", at, readers=True, backfill=place % 2 == 1)


def main() -> int:
    parser = argparse.ArgumentParser(description="Kill a crawl at many points.")
    parser.add_argument("--points", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="leave the archives that differ in this folder")
    options = parser.parse_args()
    if options.keep is None:
        with tempfile.TemporaryDirectory(prefix="kliping-kills-") as folder:
            return run_bench(options, Path(folder))
    options.keep.mkdir(parents=True, exist_ok=False)
    return run_bench(options, options.keep)


def run_bench(options: argparse.Namespace, folder: Path) -> int:
    with open_stage(folder) as stage:
        peaces = {backfill: stage.peace(backfill=backfill) for backfill in (False, True)}
        for backfill, peace in peaces.items():
            print(
                f"undisturbed{', with backfill' if backfill else ''}: {peace.requests} requests,"
                f" {peace.writes} writes, {len(peace.content['articles'])} articles,"
                f" {peace.seconds:.1f} s"
            )
        points = choose_points(peaces, options.points, options.seed)
        failed = hit = 0
        for point in [*points, *signal_points(peaces)]:
            said, wrong = stage.judge(point)
            hit += "not hit" not in said
            failed += bool(wrong)
            print(f"{'FAILED' if wrong else 'same'}  {point}: {said}", flush=True)
            for line in wrong:
                print(f"    {line}", flush=True)
        two = stage.judge_two_at_once()
        print(f"{'FAILED' if two else 'same'}  two at once: one works, one exits {LOCKED}")
        for line in two:
            print(f"    {line}")
        failed += bool(two)
    print(f"{len(points)} kills and 15 other points, {hit} of all met a crawl; {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
