"""A million things that a hostile outlet could do beside an honest one (tests/storage/two_outlets).

    python -m benchmarks.archive.identity --steps 1000000

After each step the honest one's addresses must show what it served; after every fiftieth the
history and the search are looked at, too, and at the end of each archive it is verified. The first
counter-example is printed with the steps that led to it, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from pathlib import Path

import pytest

from scraper.errors import KlipingError
from storage.database.engine import open_engine
from storage.integrity.verify import verify
from tests.once import make_once
from tests.storage.two_outlets import World

DEEP = 50


@cache
def _empty_archive() -> bytes:
    """Its making takes as long as fifty steps."""
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "kliping.db"
        open_engine(file).dispose()
        return file.read_bytes()


def play(seed: int, steps: int, directory: str | None) -> str | None:
    """One archive; gives the counter-example, if there is one."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(dir=directory) as place:
        file = Path(place) / "kliping.db"
        file.write_bytes(_empty_archive())
        engine = open_engine(file)
        try:
            world = World(engine, lambda options: chance.choice(list(options)))
            for number in range(1, steps + 1):
                world.step()
                world.check(deep=number % DEEP == 0)
            damage = verify(engine, world.now).damage
            return f"seed {seed}: {damage}" if damage else None
        except (AssertionError, KlipingError, LookupError, ValueError) as error:
            return f"seed {seed}, step {world.count}: {type(error).__name__}: {error}"
        finally:
            engine.dispose()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--each", type=int, default=500, help="steps in one archive")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--dir", help="where the archives are made; memory is quickest")
    given = parser.parse_args()
    began, done = time.monotonic(), 0
    patch = pytest.MonkeyPatch()  # compiling statements anew for each archive takes half the time
    seeds = range(given.seed, given.seed + -(-given.steps // given.each))
    with ProcessPoolExecutor(given.processes, initializer=make_once, initargs=(patch,)) as pool:
        for found in pool.map(partial(play, steps=given.each, directory=given.dir), seeds):
            done += given.each
            if found:
                print(found)
                pool.shutdown(cancel_futures=True)
                return 1
            if done % (20 * given.each) == 0:
                print(
                    f"{done:,} steps, {done / (time.monotonic() - began):.0f} a second", flush=True
                )
    print(f"{done:,} steps in {time.monotonic() - began:.0f} s: no counter-example")
    return 0


if __name__ == "__main__":
    sys.exit(main())
