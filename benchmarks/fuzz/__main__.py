"""Read damaged pages, feeds, dates and the like, and see that nothing breaks.

    python -m benchmarks.fuzz [--minutes 10] [--inputs N] [--seed 1] [--kind page,feed,...]
        [--corpus FOLDER] [--workers 2] [--folder fuzz-findings] [--first 0]
    python -m benchmarks.fuzz --kind page --again FILE

Inputs are made from the pages of the tests, a corpus (in the format of ``crawl/serve_corpus.py``)
and small documents of every kind, by damaging bytes, tags, attributes and JSON (``fuzz_mutations``,
``fuzz_json``). They are read in kliping's own sandbox. A finding is an error that no reader raises
on purpose, a broken promise of a result (``fuzz_promises``), another result for the same input, a
dead child, and an input that takes over 2 s of CPU time. Each fault is told once; its input, made
small, goes into a folder. ``--again`` tries such a file; input N of a seed is always the same, so
``--first N --inputs 1`` tries it again as well.

Prints progress on standard error and a table in the end. Exit 1 where something was found.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from pathlib import Path

from benchmarks.fuzz.kinds import KINDS
from benchmarks.fuzz.report import rows_of
from benchmarks.fuzz.running import Plan, fuzz, try_file


def main() -> int:
    parser = argparse.ArgumentParser(description="Read damaged inputs of every kind.")
    parser.add_argument("--minutes", type=float, help="how long (default: 1, without --inputs)")
    parser.add_argument("--inputs", type=int, help="of each kind, at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first input")
    parser.add_argument("--kind", default=",".join(KINDS), help="with commas between")
    parser.add_argument("--corpus", help="folder with manifest.jsonl, for pages")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--folder", type=Path, default=Path("fuzz-findings"))
    parser.add_argument("--again", type=Path, help="try this file as the one --kind")
    options = parser.parse_args()
    kinds = options.kind.split(",")
    if unknown := [name for name in kinds if name not in KINDS]:
        parser.error(f"no such kind: {unknown[0]}; there are {', '.join(KINDS)}")
    if options.again is not None:
        problem = asyncio.run(try_file(kinds[0], options.again))
        print(problem or "nothing is wrong")
        return 1 if problem else 0
    minutes = options.minutes
    if minutes is None and options.inputs is None:
        minutes = 1.0
    plan = Plan(
        seed=options.seed,
        kinds=kinds,
        minutes=minutes,
        inputs=options.inputs,
        first=options.first,
        corpus=options.corpus,
        folder=options.folder,
        workers=options.workers,
    )
    run = asyncio.run(fuzz(plan, _tell))
    for line in rows_of(run):
        print(line)
    return 1 if run.findings else 0


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
