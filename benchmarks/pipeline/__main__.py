"""kliping's whole crawl beside Scrapy with trafilatura and newspaper4k: same server, same pages.

    python -m benchmarks.pipeline [--pages 2000] [--hosts 40] [--corpus DIR]
        [--contenders kliping,scrapy,scrapy-2,newspaper4k] [--rounds 1] [--peers-keep-pages]
        [--filed 1000,10000,100000] [--profile] [--envs FOLDER] [--keep FOLDER]
        [--markdown] [--json FILE]

Pages of many hosts (``pages.py``) are served by one process on loopback
(``server.py``), without pauses. Each contender files all of them in an empty SQLite
database, as a command of its own, one after the other, in turns where there is more than one round
(of which the median by pages/s is shown):

- ``kliping``: ``kliping crawl`` on feeds that list the pages. Everything on: robots.txt, sandboxed
  extraction, deduplication and stories, snapshots, search index, hash chain, a transaction a page
  with ``synchronous=FULL``.
- ``scrapy``: Scrapy, trafilatura and an item pipeline on SQLite, on a list of the pages
  (``peers/crawl_scrapy.py`` has each setting). robots.txt obeyed; a transaction an article with
  ``synchronous=NORMAL``; no search, no versions, and the page itself only with
  ``--peers-keep-pages``. ``scrapy-2``: two such processes, each with half the hosts, as Scrapy
  itself uses one core only.
- ``newspaper4k``: its ``fetch_news`` on threads, kept in SQLite likewise; no robots.txt.

Peers run in environments of their own with pinned versions, built once, from PyPI. A contender that
did not file every page with a body (of a corpus, nine of ten: not all of its pages are articles)
has no figures: the run fails (exit 1).

In the same run, on the same pages: what the server can give, and the floor (``floor.py``).
``--filed`` crawls the pages once more into archives that hold so many others already.
``--profile`` crawls once more under py-spy and says where the time goes.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.extraction.__main__ import DEFAULT_ENVIRONMENTS
from benchmarks.extraction.peer_processes import PeerError
from benchmarks.pipeline.contenders import CONTENDERS, Contender, Kliping, make_contender
from benchmarks.pipeline.filed import filled_archive
from benchmarks.pipeline.floor import measure_floor, measure_server
from benchmarks.pipeline.pages import Edition, corpus_pages, made_pages, print_edition
from benchmarks.pipeline.profiling import read_stacks, watched_by_py_spy, write_profile
from benchmarks.pipeline.report import (
    LEGEND,
    Run,
    describe,
    judge,
    write_floor,
    write_growth,
    write_ratios,
    write_runs,
    write_server,
    write_stages,
)
from benchmarks.pipeline.server import Server, serving
from benchmarks.pipeline.usage import run_watched

MADE, CORPUS = 1.0, 0.9
"""The share of the pages that a contender must have filed with a body."""


class Bench:
    """One served edition, and a folder for what is filed of it."""

    def __init__(self, edition: Edition, server: Server, folder: Path) -> None:
        self.edition = edition
        self.server = server
        self._folder = folder

    def run(self, contender: Contender) -> Run:
        folder = self._new_folder(contender.name)
        command = contender.prepare(folder, self.edition, self.server.port)
        before = self.server.traffic()
        finished = run_watched(command, contender.environment, folder / "stderr.txt")
        after = self.server.traffic()
        if after.unknown:
            print(f"asked for what is not there: {after.unknown}", file=sys.stderr)
        kept = contender.count_bytes(folder)
        filed = contender.load(folder)
        used = after.cpu - before.cpu
        return judge(contender.name, self.edition, finished, filed, kept, used)

    def profile(self, environments: Path) -> str:
        """Where kliping's crawl spends its time."""
        contender, folder = Kliping(), self._new_folder("profile")
        command = contender.prepare(folder, self.edition, self.server.port)
        stacks = folder / "stacks.txt"
        watched = watched_by_py_spy(command, stacks, environments)
        finished = run_watched(watched, contender.environment, folder / "stderr.txt")
        if not stacks.exists():
            return f"py-spy did not run: {finished.errors.strip()[-300:]}"
        return "\n".join(write_profile(read_stacks(stacks)))

    def _new_folder(self, name: str) -> Path:
        folder = self._folder / f"{len(list(self._folder.iterdir()))}-{name}"
        folder.mkdir()
        return folder


def main() -> int:
    options = parse_arguments()
    if options.keep is None:
        with tempfile.TemporaryDirectory(prefix="kliping-pipeline-") as folder:
            return measure(options, Path(folder))
    options.keep.mkdir(parents=True, exist_ok=False)
    return measure(options, options.keep)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="A whole crawl beside its peers, on loopback.")
    add = parser.add_argument
    add("--pages", type=int, default=2000)
    add("--hosts", type=int, default=40)
    add("--corpus", type=Path, help="annotated pages instead of made ones (annotated.py)")
    add("--contenders", type=_split, default=list(CONTENDERS), help=f"of {','.join(CONTENDERS)}")
    add("--rounds", type=int, default=1)
    add("--peers-keep-pages", action="store_true", help="the peers store the raw pages too")
    add("--filed", type=_split, default=[], metavar="N,N", help="pages that are filed already")
    add("--profile", action="store_true", help="crawl once more under py-spy")
    add("--envs", type=Path, default=DEFAULT_ENVIRONMENTS, metavar="FOLDER",
        help="where environments and filled archives are kept (default: %(default)s)")  # fmt: skip
    add("--keep", type=Path, metavar="FOLDER", help="leave databases and logs there")
    add("--markdown", action="store_true", help="print the tables as Markdown")
    add("--json", type=Path, metavar="FILE", help="write every figure there")
    options = parser.parse_args()
    if unknown := set(options.contenders) - set(CONTENDERS):
        parser.error(f"no such contender: {', '.join(sorted(unknown))}")
    return options


def _split(text: str) -> list[str]:
    return [part for part in text.split(",") if part]


def measure(options: argparse.Namespace, folder: Path) -> int:
    """The exit code."""
    try:
        contenders = [
            make_contender(name, options.envs, keeps_pages=options.peers_keep_pages)
            for name in options.contenders
        ]
        edition = make_edition(options, folder / "served")
    except (PeerError, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    with serving(edition) as server:
        (folder / "runs").mkdir()
        bench = Bench(edition, server, folder / "runs")
        show_setting(edition, options)
        print(write_server(measure_server(server, edition)), flush=True)
        costs = measure_floor(server, edition, folder)
        rounds = [[bench.run(one) for one in contenders] for _ in range(options.rounds)]
        runs = [_median(of_one) for of_one in zip(*rounds, strict=True)]
        growth = measure_growth(bench, options)
        least = CORPUS if options.corpus else MADE
        good = [run for run in runs if run.failure(least) is None]
        own = next((run for run in good if run.name == "kliping"), None)
        show(good, own, growth, options)
        print(f"\n{write_floor(costs, own, os.cpu_count() or 1, markdown=options.markdown)}")
        if options.profile:
            print(bench.profile(options.envs))
    if options.json:
        write_json(options.json, runs, growth, costs)
    failures = [(run, run.failure(least)) for run in (*runs, *growth.values())]
    for run, failure in failures:
        if failure:
            print(f"{run.name} does not count: {failure}")
    return 1 if any(failure for _, failure in failures) else 0


def make_edition(options: argparse.Namespace, folder: Path) -> Edition:
    if options.corpus:
        pages = corpus_pages(options.corpus, options.pages)
    else:
        pages = made_pages(options.pages, options.hosts)
    return print_edition(folder, pages, options.hosts)


def measure_growth(bench: Bench, options: argparse.Namespace) -> dict[int, Run]:
    """By the number of pages that were filed before."""
    growth = {}
    for count in map(int, options.filed):
        archive = filled_archive(count, options.envs)
        growth[count] = bench.run(Kliping(archive, f"kliping on {count:,}"))
    return growth


def _median(runs: Sequence[Run]) -> Run:
    """The one in the middle by pages/s; the first that failed, where one did."""
    if broken := [run for run in runs if run.code]:
        return broken[0]
    middle = statistics.median_low([run.rate for run in runs])
    return next(run for run in runs if run.rate == middle)


# ------------------------------------------------------------------ the report


def show_setting(edition: Edition, options: argparse.Namespace) -> None:
    count = len(edition.pages)
    kind = "annotated pages" if options.corpus else "made pages"
    print(
        f"{count} {kind} of {edition.page_bytes / count / 1000:.0f} kB on {options.hosts} hosts;"
        f" {options.rounds} rounds; {os.cpu_count()} cores, Python {platform.python_version()},"
        f" {datetime.now(UTC).date()}"
    )


def show(
    runs: Sequence[Run], own: Run | None, growth: dict[int, Run], options: argparse.Namespace
) -> None:
    """Those whose figures count."""
    print(f"\n{write_runs(runs, markdown=options.markdown)}\n\n{LEGEND}\n")
    for line in write_ratios(runs):
        print(line)
    if own is not None:
        print(f"\n{write_stages(own, markdown=options.markdown)}")
    if growth:
        print(f"\n{write_growth(growth, markdown=options.markdown)}")


def write_json(path: Path, runs: Sequence[Run], growth: dict[int, Run], costs: object) -> None:
    content = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "runs": [describe(run) for run in runs],
        "filed": {count: describe(run) for count, run in growth.items()},
        "costs": costs,
    }
    path.write_text(json.dumps(content, indent=1, default=asdict) + "\n", encoding="utf-8")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
