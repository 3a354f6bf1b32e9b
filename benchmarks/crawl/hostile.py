"""Serve hostile servers, each at an address of its own, crawl them, and tell what came of each.

    python -m benchmarks.crawl.hostile [--deadline 30] [--role page …] [--only NAME …] [--markdown]

The cases are those of ``tests/hostile``: each is met as a page, as the robots.txt before a good
page, as a feed and as a sitemap, in one crawl of a process of its own, beside good hosts. It begins
with a crawl of these alone: the memory that a crawl takes.

Prints a row a case and role: seconds from the first misbehaviour to the record in the archive, what
of it the crawl stood in line for a CPU, and the reason as it was recorded. Then the memory of the
crawl with its children, and the good pages that came in. Exit 1 where a reason is another than was
to be expected, an attempt lasted longer than its deadline and a second, or a good page is missing.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.hostile.stage import (
    GOOD_HOSTS,
    GOOD_PAGES,
    ROLES,
    Ran,
    Row,
    crawl_good,
    run_crawl,
)
from tests.hostile.table import CASES


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Crawl hostile servers.")
    parser.add_argument("--deadline", type=float, default=30.0, help="seconds for an answer")
    parser.add_argument("--role", nargs="+", choices=[role.name for role in ROLES])
    parser.add_argument("--only", nargs="+", default=[""], help="cases whose names begin so")
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args(argv)
    roles = [role for role in ROLES if options.role is None or role.name in options.role]
    cases = [case for case in CASES if case.name.startswith(tuple(options.only))]
    with tempfile.TemporaryDirectory(prefix="kliping-hostile-") as name:
        folder = Path(name)
        (folder / "good").mkdir()
        peace = crawl_good(folder / "good", options.deadline)
        ran = run_crawl([(c, r) for c in cases for r in roles], folder, options.deadline)
    for line in told(ran.rows, options.deadline, markdown=options.markdown):
        print(line)
    wrong = [row for row in ran.rows if not is_well(row, options.deadline)]
    print(
        f"\n{len(ran.rows)} meetings with {len(cases)} behaviours in {ran.seconds:.1f} s,", end=" "
    )
    print(f"{len(wrong)} of them not as they should be")
    for row in wrong:
        print(f"    {row}")
    print(f"good pages filed: {ran.good} of {GOOD_HOSTS * GOOD_PAGES}; exit {ran.code}")
    print(f"memory: {ran.peak_mib:.0f} MiB; of the good hosts alone {peace.peak_mib:.0f} MiB")
    return int(bool(wrong) or not is_all_there(ran))


def is_well(row: Row, deadline: float) -> bool:
    return row.is_right and not row.is_late(deadline)


def is_all_there(ran: Ran) -> bool:
    return ran.good == GOOD_HOSTS * GOOD_PAGES


def told(rows: Sequence[Row], deadline: float, *, markdown: bool) -> Iterator[str]:
    """The table, a line a row."""
    if markdown:
        yield "| behaviour | as | s | waited for CPU, s | recorded |"
        yield "|---|---|---:|---:|---|"
    for row in rows:
        name, role, reason = row.case.name, row.role.name, row.reason
        seconds = "–" if row.seconds is None else f"{row.seconds:.2f}"
        if markdown:
            escaped = reason.replace("|", "\\|")
            yield f"| {name} | {role} | {seconds} | {row.starved:.2f} | {escaped} |"
            continue
        mark = " " if is_well(row, deadline) else "!"
        yield f"{mark} {name:32}{role:8}{seconds:>6} {row.starved:5.2f}  {reason}"


if __name__ == "__main__":
    sys.exit(main())
