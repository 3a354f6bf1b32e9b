"""Hours of cron against newspapers that change: what grows that should not, and what is lost?

    python -m benchmarks.soak --hours H [--sources 16] [--every 5] [--speed 180] [--resident]
        [--csv soak.csv] [--plot soak.png] [--verify-every 60] [--seed 1] [--keep FOLDER]

``kliping crawl -q`` runs every ``--every`` seconds in a new process, as cron starts it (a run that
takes longer lets the next ones fall out), or with ``--resident`` again and again in one process.
The wall clock of kliping and of the press (``newspapers.py``) runs ``--speed`` times as fast as
ours: as it comes, five seconds are the quarter of an hour of a crontab. Beside the crawls people
search and list (``beside.py``). Of every ``--verify-every`` runs a third have a reader beside
them that does not let go; in the last a backup is made while the crawl writes, and then archive and
backup are verified. At the end the press publishes no more, weeks go by in which all that waits is
asked again, and the archive is held against the press's own ledger (``ledger.py``).

A line a run goes into the CSV: memory, descriptors and threads while it lasted, log, database,
rows, seconds. The plot, as PNG and SVG, needs matplotlib (``pip install '.[benchmark]'``). Prints a
line a verdict (``verdicts.py`` says what is judged, and how); exit 1 where one failed.
"""

from __future__ import annotations

import argparse
import math
import sqlite3
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from itertools import count
from pathlib import Path

from benchmarks.soak import ledger
from benchmarks.soak.beside import Beside
from benchmarks.soak.fast_clock import FastClock
from benchmarks.soak.newspapers import Press
from benchmarks.soak.runs import Crawler, Cron, Desk, Ended, Resident
from benchmarks.soak.verdicts import Row, Verdict, append, judge, write_header
from storage.database.engine import open_engine
from storage.frontier.sources import Sources
from tests.world import DAY

START = datetime(2026, 3, 2, 6, tzinfo=UTC)
PAPERS_OF_WORLD = 4
"""Sources of the two papers of ``tests/world.py``."""
AFTER_DAYS = (0, 1, 1, 2, 4, 8, 8)
"""Between the last crawls. A source that failed waits two days at most, a page that was turned away
three times 16."""
TOLD_EVERY = 20
COUNTED = ("article", "version", "fetch", "page", "poll")


@dataclass(frozen=True)
class Counts:
    """Of the archive between two runs."""

    rows: dict[str, int]
    """By table."""
    database_mb: float
    free_mb: float

    @classmethod
    def of(cls, database: Path) -> Counts:
        with closing(sqlite3.connect(database)) as connection:

            def one(statement: str) -> int:
                return int(connection.execute(statement).fetchone()[0])

            rows = {name: one(f"SELECT count(*) FROM {name}") for name in COUNTED}
            size = one("PRAGMA page_size") / 2**20
            pages, free = one("PRAGMA page_count"), one("PRAGMA freelist_count")
        return cls(rows, pages * size, free * size)


class Soak:
    def __init__(self, options: argparse.Namespace, desk: Desk, press: Press) -> None:
        self.desk, self.press = desk, press
        self._options = options
        self._crawler: Crawler = Resident(desk) if options.resident else Cron(desk)
        self._beside = Beside(desk, options.verify_every)
        self._counts = Counts.of(desk.database)
        self._begun = time.monotonic()
        self.rows: list[Row] = []
        self._after: list[Row] = []
        """Of the crawls in the weeks after: they ask for other things, at another pace."""
        self.requests = 0

    def run(self) -> list[Verdict]:
        """All of it, while the press is served."""
        try:
            self._keep_cron()
            self._let_weeks_pass()
        finally:
            self._crawler.close()
            self._beside.let_go()
        self._beside.check()
        return [*judge(self.rows, self._after), self._judge_beside(), self._judge_ledger()]

    def _keep_cron(self) -> None:
        every, ends = self._options.every, self._begun + 3600 * self._options.hours
        for number in count(1):
            started = self._beside.begin(number)
            self.rows.append(self._note(number, self._crawler.crawl()))
            self._beside.end(number, started)
            # As cron: at the next full tick, however long this one has taken.
            ticks = math.floor((time.monotonic() - self._begun) / every) + 1
            at = self._begun + ticks * every
            if at >= ends:
                return
            time.sleep(max(0.0, at - time.monotonic()))

    def _let_weeks_pass(self) -> None:
        """Crawl, day after day, with all troubles over."""
        self._beside.let_go()
        clock = self.desk.clock
        clock.jump(max(timedelta(), self.press.end - clock.now()))
        for number, days in enumerate(AFTER_DAYS, start=1):
            clock.jump(days * DAY)
            self._after.append(self._note(len(self.rows) + number, self._crawler.crawl()))

    def _note(self, number: int, ended: Ended) -> Row:
        left, before = self.desk.place, self._counts
        wal_left = left.wal_mb  # before our own look at the database, which may clear it
        self._counts = now = Counts.of(self.desk.database)
        most, rest = ended.most, ended.rest
        row = Row(
            run=number,
            hours=(time.monotonic() - self._begun) / 3600,
            days=(self.desk.clock.now() - START) / DAY,
            exit_code=ended.code,
            seconds=ended.seconds,
            cpu_seconds=ended.cpu_seconds,
            pages=now.rows["fetch"] - before.rows["fetch"],
            polls=now.rows["poll"] - before.rows["poll"],
            own_mb=most.own_mb,
            children_mb=most.children_mb,
            descriptors=most.descriptors,
            threads=most.threads,
            processes=most.processes,
            rest_mb=rest.own_mb + rest.children_mb if rest else 0.0,
            rest_descriptors=rest.descriptors if rest else 0,
            wal_mb=most.wal_mb,
            wal_left_mb=wal_left,
            database_mb=now.database_mb,
            free_mb=now.free_mb,
            articles=now.rows["article"],
            versions=now.rows["version"],
            fetches=now.rows["fetch"],
            known_pages=now.rows["page"],
            temp_left=left.temp_files(),
            held=int(self._beside.is_held),
        )
        append(self._options.csv, row)
        self.requests += len(self.press.log)
        self.press.log.clear()
        self.press.requests.clear()
        if number % TOLD_EVERY == 0:
            print(
                f"run {number}, day {row.days:.1f}: {row.articles} articles, "
                f"{row.own_mb:.0f} + {row.children_mb:.0f} MB, log {row.wal_mb:.1f} MB, "
                f"{row.pages} pages in {row.seconds:.1f} s",
                flush=True,
            )
        return row

    def _judge_beside(self) -> Verdict:
        beside = self._beside
        did = (
            f"{beside.reads} readers, {beside.holds} long ones, {beside.exports} stalled exports,"
            f" {beside.backups} backups, {beside.verified} times verified"
        )
        return Verdict("beside", not beside.wrong, "; ".join([did, *beside.wrong[:5]]))

    def _judge_ledger(self) -> Verdict:
        found = ledger.judge(self.press, self.desk.database, self.desk.clock.now())
        said = (
            f"{found.published} stories published in {self.requests} requests,"
            f" {found.filed} filed, {found.versions} versions"
        )
        return Verdict("nothing lost", not found.wrong, "\n    ".join([said, *found.wrong[:20]]))


def play(options: argparse.Namespace, folder: Path) -> tuple[Soak, list[Verdict]]:
    """A whole soak, with its archive in ``folder``."""
    clock = FastClock(START, options.speed)
    days = math.ceil(options.hours * options.speed / 24)
    papers = max(0, options.sources - PAPERS_OF_WORLD)
    press = Press(options.seed, START, days, clock, papers)
    with (folder / "errors.log").open("w", encoding="utf-8") as log, press:
        desk = Desk(folder, clock, log)
        follow(press, desk.database)
        write_header(options.csv)
        soak = Soak(options, desk, press)
        return soak, soak.run()


def run_soak(options: argparse.Namespace, folder: Path) -> int:
    """Returns the exit code."""
    soak, verdicts = play(options, folder)
    for verdict in verdicts:
        print(verdict)
    plot(soak.rows, options)
    return 0 if all(verdict.good for verdict in verdicts) else 1


def follow(press: Press, database: Path) -> None:
    """As ``kliping sources import`` would, without asking each of them first."""
    engine = open_engine(database)
    for host in press.hosts:
        for url, kind in press.sources(host).items():
            Sources(engine).add(url, name=None, kind=kind, now=START, was_read=True)
    engine.dispose()


def plot(rows: list[Row], options: argparse.Namespace) -> None:
    if find_spec("matplotlib") is None:
        print("no plot: matplotlib is not there; pip install '.[benchmark]'")
        return
    from benchmarks.soak.plot import draw

    how = "one process" if options.resident else "a process each"
    title = (
        f"{len(rows)} crawls, {how}; {options.sources} sources, {rows[-1].days:.1f} days of news"
    )
    print(*draw(rows, title, options.plot or options.csv))


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Hours of cron against a changing press.")
    parser.add_argument("--hours", type=float, required=True, help="of our time")
    parser.add_argument("--sources", type=int, default=16)
    parser.add_argument("--every", type=float, default=5.0, help="seconds from a run to the next")
    parser.add_argument("--speed", type=float, default=180.0, help="seconds of the press in one")
    parser.add_argument("--resident", action="store_true", help="all runs in one process")
    parser.add_argument("--csv", type=Path, default=Path("soak.csv"))
    parser.add_argument("--plot", type=Path, help="as the CSV, if not given")
    parser.add_argument("--verify-every", type=int, default=60, help="runs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="leave archive and log in this folder")
    return parser.parse_args(arguments)


def main() -> int:
    options = parse()
    if options.keep is None:
        with tempfile.TemporaryDirectory(prefix="kliping-soak-") as folder:
            return run_soak(options, Path(folder))
    options.keep.mkdir(parents=True, exist_ok=False)
    return run_soak(options, options.keep.resolve())


if __name__ == "__main__":
    sys.exit(main())
