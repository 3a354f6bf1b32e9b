"""Crawl a thousand feeds of a hundred hosts over loopback with the real command, and measure it.

    python -m benchmarks.crawl.many_sources [--sources 1000] [--hosts 100] [--articles 10]
        [--latency 0.05] [--min-delay 0] [--keep FOLDER]

The hosts are ``h0.localhost``, ``h1.localhost``, …: kliping knows by itself that they are on the
loopback, and each is a site of its own, as ``localhost`` is no public suffix. They are served by
one process beside the crawl, whose CPU is counted nowhere. Every feed lists ``--articles`` pages
of its own, nine of ten of some 20 kB and the tenth of 150 kB; every answer comes ``--latency``
seconds after its request.

Prints, for a crawl of all of it: pages and polls a second, requests an article, CPU a page and peak
memory of the crawler and of its readers, and how evenly the hosts were served; then how long the
next crawl takes, which has nothing to do. Fairness is Jain's index of the pages that each host has
had so far: 1 where all have had as many, 1/n where one has had all ("A quantitative measure of
fairness and discrimination", DEC-TR-301, 1984).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.crawl.many_hosts import Traffic, serving

ROOT = Path(__file__).resolve().parents[2]
TICKS = os.sysconf("SC_CLK_TCK")
SAMPLE_SECONDS = 0.2


# ------------------------------------------------------------------ the crawler


@dataclass
class Usage:
    """Of one process or several."""

    cpu: float = 0.0
    peak_mb: float = 0.0


@dataclass
class Run:
    code: int
    seconds: float
    pages: list[tuple[float, str, str]]
    """Seconds from the start, host, outcome; in order."""
    crawler: Usage
    readers: Usage
    summary: str


class Bench:
    def __init__(self, folder: Path, min_delay: float) -> None:
        self._database = folder / "many.db"
        self._config = folder / "kliping.toml"
        self._config.write_text(
            f"[fetch]\nallow_private = true\n\n[pace]\nmin_delay = {min_delay}\n", encoding="utf-8"
        )

    def add_sources(self, urls: Sequence[str]) -> None:
        add_feeds(self._database, urls)

    def crawl(self) -> Run:
        options = ["--json", "--db", str(self._database), "--config", str(self._config)]
        start = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-c", "import sys, cli; sys.exit(cli.main())", "crawl", *options],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        sampler = Sampler(process.pid)
        pages: list[tuple[float, str, str]] = []
        assert process.stdout is not None
        assert process.stderr is not None
        for line in process.stdout:
            event = json.loads(line)
            host = urlsplit(event["url"]).netloc
            pages.append((time.monotonic() - start, host, event["outcome"]))
        crawler, readers = sampler.finish()
        seconds = time.monotonic() - start
        last = process.stderr.read().strip().splitlines()[-1:]
        return Run(process.wait(), seconds, pages, crawler, readers, " ".join(last))


def add_feeds(database: Path, urls: Sequence[str]) -> None:
    """As ``kliping sources import`` would, without asking each of them first."""
    from scraper.model.types import SourceKind
    from storage.database.engine import open_engine
    from storage.frontier.sources import Sources

    engine, now = open_engine(database), datetime.now(UTC)
    for url in urls:
        Sources(engine).add(url, name=None, kind=SourceKind.FEED, now=now, was_read=True)
    engine.dispose()


class Sampler(threading.Thread):
    """Reads a process and its children in ``/proc`` until it ends (proc(5))."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._own_peak = self._readers_peak = 0.0
        self._over = threading.Event()
        self.start()

    def run(self) -> None:
        while not self._over.wait(SAMPLE_SECONDS):
            with suppress(OSError):
                self._own_peak = max(self._own_peak, _peak_mb(self._pid))
                children = Path(f"/proc/{self._pid}/task/{self._pid}/children").read_text()
                together = sum(_peak_mb(int(child)) for child in children.split())
                self._readers_peak = max(self._readers_peak, together)

    def finish(self) -> tuple[Usage, Usage]:
        """Wait for its end; of the process, and of its children together."""
        os.waitid(os.P_PID, self._pid, os.WEXITED | os.WNOWAIT)
        self._over.set()
        # Behind the name in brackets; fields 14 to 17 are utime, stime, cutime, cstime.
        fields = Path(f"/proc/{self._pid}/stat").read_text().rpartition(")")[2].split()[11:15]
        own, own_system, children, children_system = (int(each) / TICKS for each in fields)
        return (
            Usage(own + own_system, self._own_peak),
            Usage(children + children_system, self._readers_peak),
        )


def _peak_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


# ------------------------------------------------------------------ the report


def jain(shares: Sequence[float]) -> float:
    squares = sum(share * share for share in shares)
    return sum(shares) ** 2 / (len(shares) * squares) if squares else 1.0


def show_crawl(run: Run, traffic: Traffic, hosts: int) -> None:
    pages, kinds = len(run.pages), traffic.kinds
    outcomes = Counter(outcome for _, _, outcome in run.pages)
    articles = outcomes["new"] or 1
    requests = kinds.total()
    print(f"exit {run.code}; {run.summary}")
    print(f"{run.seconds:.1f} s: {pages / run.seconds:.1f} pages/s, ", end="")
    print(f"{kinds['feed'] / run.seconds:.1f} polls/s; {dict(outcomes)}")
    print(f"{requests} requests ({dict(kinds)}): {requests / articles:.3f} an article; ", end="")
    print(f"at most {traffic.busiest} at a time to one host")
    for name, usage in (("crawler", run.crawler), ("readers", run.readers)):
        per_page = usage.cpu * 1000 / max(pages, 1)
        print(f"{name}: {usage.cpu:.1f} s CPU, {per_page:.1f} ms a page; ", end="")
        print(f"peak {usage.peak_mb:.0f} MB")
    show_fairness(run.pages, hosts)


def show_fairness(pages: Sequence[tuple[float, str, str]], hosts: int) -> None:
    for share in (0.25, 0.5, 0.75, 1.0):
        had = Counter(host for _, host, _ in pages[: round(len(pages) * share)])
        index = jain([*had.values(), *([0] * (hosts - len(had)))])
        print(f"after {share:.0%} of the pages: {len(had)} hosts served, Jain's index {index:.2f}")
    firsts = {host: at for at, host, _ in reversed(pages)}
    lasts = {host: at for at, host, _ in pages}
    for name, times in (("first", list(firsts.values())), ("last", list(lasts.values()))):
        if times:
            middle = statistics.median(times)
            print(f"a host's {name} page: {min(times):.1f} s, {middle:.1f} s, {max(times):.1f} s")


def main() -> int:
    parser = argparse.ArgumentParser(description="Crawl many sources over loopback.")
    parser.add_argument("--sources", type=int, default=1000)
    parser.add_argument("--hosts", type=int, default=100)
    parser.add_argument("--articles", type=int, default=10, help="of each source")
    parser.add_argument("--latency", type=float, default=0.05, help="seconds before an answer")
    parser.add_argument("--min-delay", type=float, default=0.0, help="[pace] min_delay")
    parser.add_argument("--keep", type=Path, help="leave the database in this folder")
    options = parser.parse_args()
    if options.keep is None:
        with tempfile.TemporaryDirectory(prefix="kliping-many-") as folder:
            return run_bench(options, Path(folder))
    options.keep.mkdir(parents=True, exist_ok=False)
    return run_bench(options, options.keep)


def run_bench(options: argparse.Namespace, folder: Path) -> int:
    """The exit code: 1 unless every page was filed once and the second crawl asked nobody."""
    bench = Bench(folder, options.min_delay)
    with serving(options.articles, options.latency) as (port, pipe):
        urls = [
            f"http://h{n % options.hosts}.localhost:{port}/s{n // options.hosts}.xml"
            for n in range(options.sources)
        ]
        bench.add_sources(urls)
        first = bench.crawl()
        pipe.send(True)
        show_crawl(first, pipe.recv(), min(options.hosts, options.sources))
        again = min((bench.crawl() for _ in range(3)), key=lambda run: run.seconds)
        print(f"nothing due: {again.seconds:.2f} s, {again.crawler.cpu:.2f} s CPU")
        pipe.send(True)
        asked = pipe.recv().kinds.total()
    filed = sum(outcome == "new" for _, _, outcome in first.pages)
    wanted = options.sources * options.articles
    good = first.code == again.code == asked == 0 and filed == len(first.pages) == wanted
    print("passed" if good else f"failed: {filed} of {wanted} filed, {asked} asked for again")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
