"""The scene of ``benchmarks.kills``: a newspaper that is served, crawls of it that are hit by
signals, and what is wrong with what they leave behind."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.kills.crawler import Crawler, Ended, Point
from scraper.model.types import SourceKind
from storage.database.engine import open_engine
from storage.frontier.sources import Sources
from tests.newspaper import content_of, edition, let_pass
from tests.servers import Behaviour, Request, Server

DAY = timedelta(days=1)
MAX_RUNS = 4
"""Crawls after which nothing may be due any more."""
SIGNAL_SECONDS = 10.0
SOURCES = (
    ("/feed.xml", SourceKind.FEED),
    ("/index.xml", SourceKind.SITEMAP),
    ("/", SourceKind.FRONT_PAGE),
)
LOCKED = 75


@dataclass(frozen=True)
class Peace:
    """An undisturbed crawl: what came of it, and what it takes."""

    content: dict[str, list[object]]
    requests: int
    writes: int
    seconds: float


class Trap:
    """Springs at one request: on the server's side, before or after the answer."""

    def __init__(self) -> None:
        self.requests = 0
        self._set: tuple[str, int, Callable[[], object]] | None = None

    def set(self, kind: str, at: int, spring: Callable[[], object]) -> None:
        self.requests, self._set = 0, (kind, at, spring)

    def clear(self) -> None:
        self.requests, self._set = 0, None

    def over(self, behaviour: Behaviour) -> Behaviour:
        """The same behaviour, with the trap around it."""

        async def behave(request: Request, writer: object) -> bool:
            self.requests += 1
            mine = self.requests
            self._spring("before", mine)
            keep = await behaviour(request, writer)  # type: ignore[arg-type]
            self._spring("after", mine)
            return keep

        return behave

    def _spring(self, kind: str, number: int) -> None:
        if self._set is not None and self._set[:2] == (kind, number):
            self._set[2]()


class Stage:
    """The newspaper, served, and an archive that has had its first edition a day ago."""

    def __init__(self, folder: Path, server: Server, articles: int = 8) -> None:
        self._folder = folder
        self._articles = articles
        self._server = server
        self._start = datetime.now(UTC).replace(microsecond=0)
        self._config = folder / "kliping.toml"
        self._config.write_text("[fetch]\nallow_private = true\n[pace]\nmin_delay = 0\n")
        self._base = folder / "base.db"
        self._names = 0
        self.trap = Trap()
        self._open(1)
        engine = open_engine(self._base)
        for path, kind in SOURCES:
            Sources(engine).add(
                server.url(path), name=path, kind=kind, now=self._start, was_read=True
            )
        engine.dispose()
        self._crawl(self._base)
        self._before = len(content_of(self._base)["outcomes"])
        let_pass(self._base, DAY)
        self._open(2)
        self._peace: dict[bool, Peace] = {}
        self._done: dict[bool, Path] = {}
        self._targets: list[str] = []

    def _open(self, day: int) -> None:
        routes = edition(day, self._start, self._articles)
        self._server.routes = {
            path: self.trap.over(behaviour)
            for path, behaviour in routes.items()
            if not isinstance(behaviour, Sequence)
        }

    def peace(self, *, backfill: bool) -> Peace:
        """The undisturbed crawl, made once."""
        if backfill not in self._peace:
            db, report = self._fresh(), self._folder / "writes"
            self.trap.clear()
            start, asked = time.monotonic(), len(self._server.requests)
            crawler = self._start_crawl(db, Point("moment", 0, backfill=backfill), report)
            assert crawler.wait().code == 0, "the undisturbed crawl failed"
            seconds, requests = time.monotonic() - start, self.trap.requests
            self._targets = [request.target for request in self._server.requests[asked:]]
            self._finish(db, backfill=backfill, was_cut=False)
            writes, self._done[backfill] = int(report.read_text()), db
            self._peace[backfill] = Peace(content_of(db), requests, writes, seconds)
        return self._peace[backfill]

    def number_of(self, target: str) -> int:
        """Which request it is that asks for ``target``, in the last undisturbed crawl."""
        if not self._targets:
            self.peace(backfill=True)
        return 1 + self._targets.index(target)

    def judge(self, point: Point) -> tuple[str, list[str]]:
        """What happened at a point, in words, and what is wrong."""
        peace, db = self.peace(backfill=point.backfill), self._fresh()
        said, wrong, current = [], [], point
        while True:
            ended = self.disturb(db, current)
            said.append(f"exit {ended.code}" if ended.was_hit else "not hit")
            wrong += self._judge_end(db, current, ended)
            if current.again is None:
                break
            current = replace(current.again, backfill=point.backfill)
        done = len(content_of(db)["outcomes"]) - self._before
        said.append(f"{done} of {len(peace.content['outcomes']) - self._before} pages done")
        wrong += self._finish(db, backfill=point.backfill, was_cut=ended.code != 0)
        wrong += differences(peace.content, content_of(db))
        if not wrong:
            for file in self._folder.glob(f"{db.name}*"):
                file.unlink()
        return ", ".join(said), wrong

    def disturb(self, db: Path, point: Point) -> Ended:
        """One crawl, hit at a point."""
        self.trap.clear()
        crawler = self._start_crawl(db, point)
        if point.kind in ("before", "after"):
            self.trap.set(point.kind, int(point.at), crawler.hit)
        elif point.kind == "moment":
            crawler.process.join(point.at)
            crawler.hit()
        ended = crawler.wait()
        self.trap.clear()
        return ended

    def judge_two_at_once(self, *, backfill: bool = False) -> list[str]:
        """What is wrong when two crawls start at once."""
        peace, db = self.peace(backfill=backfill), self._fresh()
        calm = Point("moment", 0, backfill=backfill)
        both = [self._start_crawl(db, calm), self._start_crawl(db, calm)]
        codes = sorted(crawler.wait().code for crawler in both)
        wrong = [] if codes == [0, LOCKED] else [f"two at once: exits {codes}"]
        wrong += self._finish(db, backfill=backfill, was_cut=False)
        return wrong + differences(peace.content, content_of(db))

    def judge_rest(self, *, backfill: bool = False) -> list[str]:
        """What is wrong with a crawl that has nothing to do."""
        peace, asked = self.peace(backfill=backfill), len(self._server.requests)
        self._crawl(self._done[backfill], backfill=backfill)
        wrong = [f"asked for {each.target}" for each in self._server.requests[asked:]]
        return wrong + differences(peace.content, content_of(self._done[backfill]))

    def _judge_end(self, db: Path, point: Point, ended: Ended) -> list[str]:
        wrong = [f"{ended.orphans} readers left behind"] if ended.orphans else []
        if not ended.was_hit:
            return wrong
        if point.readers:
            return wrong + ([] if ended.code == 0 else [f"exit {ended.code}"])
        wanted = -point.number if point.number == signal.SIGKILL else 128 + point.number
        if ended.code != wanted:
            wrong.append(f"exit {ended.code}, not {wanted}")
        if ended.seconds > SIGNAL_SECONDS:
            wrong.append(f"ended after {ended.seconds:.1f} s")
        with closing(sqlite3.connect(db)) as connection:
            if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                wrong.append("the database is damaged")
            if connection.execute("PRAGMA foreign_key_check").fetchone():
                wrong.append("a link leads nowhere")
            leased = "SELECT count(*) FROM page WHERE lease_run_id IS NOT NULL"
            if point.number != signal.SIGKILL and connection.execute(leased).fetchone() != (0,):
                wrong.append("pages are still leased")
        return wrong

    def _finish(self, db: Path, *, backfill: bool, was_cut: bool) -> list[str]:
        """Crawl until nothing is due, at least once where a crawl ``was_cut`` short; what is wrong
        with that."""
        for _ in range(MAX_RUNS):
            if not was_cut and not count_due(db):
                return []
            self._crawl(db, backfill=backfill)
            was_cut = False
        return [f"{count_due(db)} are due still after {MAX_RUNS} crawls"]

    def _crawl(self, db: Path, *, backfill: bool = False) -> None:
        ended = self._start_crawl(db, Point("moment", 0, backfill=backfill)).wait()
        assert ended.code == 0, f"a crawl in peace: exit {ended.code}"

    def _start_crawl(self, db: Path, point: Point, report: Path | None = None) -> Crawler:
        words = ["-q", "--db", str(db), "--config", str(self._config)]
        return Crawler(point, [*words, *(["--backfill"] if point.backfill else [])], report)

    def _fresh(self) -> Path:
        self._names += 1
        return Path(shutil.copy(self._base, self._folder / f"crawl-{self._names}.db"))


def count_due(db: Path, ahead: timedelta = timedelta()) -> int:
    """Pages and sources that are due, now or so much later."""
    now = (datetime.now(UTC) + ahead).replace(tzinfo=None).isoformat(sep=" ")
    with closing(sqlite3.connect(db)) as connection:
        return sum(
            connection.execute(f"SELECT count(*) FROM {table} WHERE due_at <= ?", [now]).fetchone()[
                0
            ]
            for table in ("page", "source")
        )


def differences(
    wanted: dict[str, list[object]], found: dict[str, list[object]], most: int = 6
) -> list[str]:
    """What one has and the other has not, a line each."""
    lines = []
    for name, rows in wanted.items():
        here, there = Counter(map(str, rows)), Counter(map(str, found[name]))
        for sign, more in (("missing", here - there), ("too much", there - here)):
            lines += [f"{name}: {sign}: {row[:300]}" for row in list(more.elements())[:most]]
        if here == there and rows != found[name]:
            lines.append(f"{name}: in another order")
    return lines


@contextmanager
def open_stage(folder: Path, articles: int = 8) -> Iterator[Stage]:
    with Server() as server:
        yield Stage(folder, server, articles)
