"""Crawl a whole corpus over loopback with the real command, and judge the outcome.

    python -m benchmarks.crawl.corpus --corpus DIR [--limit N] [--keep FOLDER]

Serves the corpus (``serve_corpus.py``), adds its feed to a fresh database and runs
``kliping crawl`` three times as a child process: once, at once again, and once more with every
page and source made due. The run fails (exit 1) unless

* every crawl exits 0 and every page has exactly one outcome in the first,
* pages of one address or text are filed once: as many articles listed as reported new,
* of the pages that are no duplicates at most 2 % are rejected or failed,
* the later crawls store nothing new,
* no name was looked up, and no address off the loopback or unknown to the server asked for.

Every Python process below runs with the hook in ``benchmarks/offline``, which makes any look-up
fail and writes it down.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.crawl.serve_corpus import load_corpus

ROOT = Path(__file__).resolve().parents[2]
OFFLINE = ROOT / "benchmarks" / "offline"
MAX_REJECTED = 0.02
SETTINGS = "[fetch]\nallow_private = true\n\n[pace]\nmin_delay = 0\n"


@dataclass(frozen=True)
class CrawlRun:
    """One ``kliping crawl``: its exit code, its events and what it cost."""

    code: int
    events: list[dict[str, Any]]
    errors: str
    seconds: float
    cpu: float
    peak_mb: float

    @property
    def counts(self) -> Counter[str]:
        return Counter(event["outcome"] for event in self.events)


@dataclass
class Verdict:
    """The criteria that failed, in words."""

    failures: list[str] = field(default_factory=list)

    def check(self, holds: bool, otherwise: str) -> None:
        if not holds:
            self.failures.append(otherwise)


class Bench:
    """A folder with a database, a configuration and the log of the offline hook."""

    def __init__(self, folder: Path) -> None:
        self.database = folder / "corpus.db"
        self._config = folder / "kliping.toml"
        self._config.write_text(SETTINGS, encoding="utf-8")
        self._log = folder / "lookups.jsonl"
        self._environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join((str(OFFLINE), str(ROOT))),
            "KLIPING_OFFLINE_LOG": str(self._log),
            "KLIPING_CONFIG": str(self._config),
            "KLIPING_DB": str(self.database),
        }

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "import sys, cli; sys.exit(cli.main())", *arguments]
        return subprocess.run(
            command, env=self._environment, capture_output=True, encoding="utf-8", check=False
        )

    def crawl(self) -> CrawlRun:
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        result = self.run("crawl", "--json")
        seconds, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        events = [json.loads(line) for line in result.stdout.splitlines()]
        peak_mb = after.ru_maxrss / 1024
        return CrawlRun(result.returncode, events, result.stderr, seconds, cpu, peak_mb)

    def count_stored(self) -> dict[str, int]:
        """Rows of the tables in which content is filed."""
        with closing(sqlite3.connect(self.database)) as connection:
            return {
                table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                for table in ("article", "version", "snapshot", "page")
            }

    def make_all_due(self) -> None:
        """As if days had passed: what a person would wait for."""
        with closing(sqlite3.connect(self.database)) as connection, connection:
            for table in ("page", "source"):
                connection.execute(
                    f"UPDATE {table} SET due_at = '2000-01-01 00:00:00.000000'"
                    " WHERE due_at IS NOT NULL"
                )

    def read_log(self) -> tuple[int, list[str]]:
        """How many processes ran under the hook, and what it stopped."""
        lines = [json.loads(line) for line in self._log.read_text(encoding="utf-8").splitlines()]
        stopped = [f"{event} {value}" for event, value in lines if event != "armed"]
        return len(lines) - len(stopped), stopped


@contextmanager
def serve(options: argparse.Namespace, report: Path) -> Iterator[str]:
    """The corpus server as a child of its own; yields the feed's address."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.crawl.serve_corpus",
        "--corpus",
        str(options.corpus),
    ]
    if options.limit is not None:
        command += ["--limit", str(options.limit)]
    with (
        report.open("w", encoding="utf-8") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        assert process.stdout is not None
        try:
            feed_url = process.stdout.readline().strip()
            if not feed_url:
                raise SystemExit(f"the server did not start: {report.read_text()}")
            yield feed_url
        finally:
            process.terminate()


def main() -> int:
    parser = argparse.ArgumentParser(description="Crawl a corpus over loopback and judge it.")
    parser.add_argument("--corpus", type=Path, required=True, help="folder with manifest.jsonl")
    parser.add_argument("--limit", type=int, help="only the first N pages")
    parser.add_argument("--keep", type=Path, help="leave the database and the logs in this folder")
    options = parser.parse_args()
    if options.keep is None:
        with tempfile.TemporaryDirectory(prefix="kliping-corpus-") as folder:
            return run_bench(options, Path(folder))
    options.keep.mkdir(parents=True, exist_ok=False)
    return run_bench(options, options.keep)


def run_bench(options: argparse.Namespace, folder: Path) -> int:
    bench, verdict = Bench(folder), Verdict()
    ids = {page.path: page.id for page in load_corpus(options.corpus, options.limit).pages.values()}
    server_report = folder / "server.log"
    with serve(options, server_report) as feed_url:
        added = bench.run("sources", "add", feed_url)
        verdict.check(added.returncode == 0, f"sources add: {added.returncode} {added.stderr}")
        first = bench.crawl()
        show_run("first crawl", first)
        judge_first(first, ids, bench, verdict)
        stored = bench.count_stored()
        print(f"stored: {stored}")
        judge_again("at once again", bench, stored, verdict)
        bench.make_all_due()
        again = judge_again("again, everything due", bench, stored, verdict)
        verdict.check(
            len(again.events) > 0 or not first.events, "nothing was due in the last crawl"
        )
    judge_traffic(bench, server_report, verdict)
    for failure in verdict.failures:
        print(f"FAILED: {failure}")
    print("failed" if verdict.failures else "passed")
    return 1 if verdict.failures else 0


def show_run(name: str, run: CrawlRun) -> None:
    pages = len(run.events)
    counts = ", ".join(f"{count} {outcome}" for outcome, count in run.counts.most_common())
    print(
        f"{name}: {pages} pages in {run.seconds:.1f} s ({pages / run.seconds:.1f} pages/s,"
        f" {run.cpu:.1f} s CPU, peak {run.peak_mb:.0f} MB), exit {run.code}: {counts or 'none'}"
    )
    if run.code:
        print(run.errors)


def judge_first(run: CrawlRun, ids: dict[str, str], bench: Bench, verdict: Verdict) -> None:
    verdict.check(run.code == 0, f"the first crawl exits {run.code}")
    tried = Counter(urlsplit(event["url"]).path for event in run.events)
    twice = [ids.get(path, path) for path, times in tried.items() if times != 1]
    missing = [identity for path, identity in ids.items() if path not in tried]
    verdict.check(not twice, f"more than one outcome: {twice}")
    verdict.check(not missing, f"no outcome: {missing}")

    lost = [event for event in run.events if event["outcome"] in ("rejected", "failed")]
    others = len(run.events) - run.counts["duplicate"]
    share = len(lost) / others if others else 0.0
    show_lost(lost, ids)
    print(f"rejected or failed: {len(lost)} of {others} that are no duplicates ({share:.2%})")
    verdict.check(share <= MAX_REJECTED, f"{share:.2%} rejected or failed, over {MAX_REJECTED:.0%}")

    listed = bench.run("list", "--limit", "0", "--json").stdout.splitlines()
    addresses = Counter(json.loads(line)["canonical_url"] for line in listed)
    verdict.check(max(addresses.values(), default=1) == 1, "an address is listed twice")
    verdict.check(
        len(listed) == run.counts["new"],
        f"{len(listed)} articles listed, {run.counts['new']} reported new",
    )


def show_lost(lost: list[dict[str, Any]], ids: dict[str, str]) -> None:
    by_reason = defaultdict(list)
    for event in lost:
        kind = str(event["reason"]).partition(":")[0]
        by_reason[event["outcome"], kind].append(event)
    for (outcome, kind), events in sorted(by_reason.items()):
        print(f"  {outcome} {kind}: {len(events)}")
        for event in events:
            path = urlsplit(event["url"]).path
            print(f"    {ids.get(path, path)}  {event['reason']}")


def judge_again(name: str, bench: Bench, stored: dict[str, int], verdict: Verdict) -> CrawlRun:
    run = bench.crawl()
    show_run(name, run)
    verdict.check(run.code == 0, f"{name}: exit {run.code}")
    now = bench.count_stored()
    verdict.check(now == stored, f"{name}: stored {now} after {stored}")
    odd = [event for event in run.events if event["outcome"] in ("new", "changed")]
    verdict.check(not odd, f"{name}: {odd[:5]}")
    return run


def judge_traffic(bench: Bench, server_report: Path, verdict: Verdict) -> None:
    processes, stopped = bench.read_log()
    print(f"names looked up: {len(stopped)} (by {processes} processes under watch)")
    verdict.check(not stopped, f"looked up or connected to: {sorted(set(stopped))[:10]}")
    verdict.check(processes >= 4, f"the hook ran in {processes} processes only")
    unknown = [line for line in server_report.read_text().splitlines() if "unknown" in line]
    verdict.check(not unknown, f"asked the server for {unknown[:10]}")


if __name__ == "__main__":
    sys.exit(main())
