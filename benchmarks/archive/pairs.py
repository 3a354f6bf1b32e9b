"""Every pair of commands that write, started at once on one archive of its own.

    python -m benchmarks.archive.pairs [--only forget] [--rounds 1]

What is judged stands in ``tests/cli/pairs.py``. Exit code 1 where anything was lost, damaged, or
ended with anything but its work done or a line that says why it has to wait.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from tests.cli.pairs import NAMES, PAIRS, make_stage, run_pair
from tests.servers import Server


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=NAMES, help="pairs with this command alone")
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args()
    pairs = [pair for pair in PAIRS if options.only is None or options.only in pair]
    failed = 0
    with tempfile.TemporaryDirectory(prefix="kliping-pairs-") as folder, Server() as server:
        root = Path(folder)
        (root / "stage").mkdir()
        stage = make_stage(root / "stage", server)
        for number in range(options.rounds):
            for first, second in pairs:
                began = time.monotonic()
                found = run_pair(stage, root / f"{first}-{second}-{number}", first, second)
                failed += bool(found)
                took = time.monotonic() - began
                print(
                    f"{first:>9} {second:<9} {took:5.1f} s  {'; '.join(found) or 'ok'}", flush=True
                )
    print(f"{len(pairs) * options.rounds} pairs, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    raise SystemExit(main())
