"""Archives as earlier programs left them: what is kept of them, and how they were made.

    python -m tests.storage.old_archives    # in a checkout with its history; makes them anew

Each is crawled by the program of its time (``git archive COMMIT``), over two days, from a newspaper
on loopback: sources of every kind that it knew, an edit, the same text twice, on two hosts, pages
that are no article, two pages fetched by hand; at last a crawl that is killed while it waits for a
page. Kept are the file, and what that program's ``list`` said of it.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import zstandard

from tests.newspaper import article_html, edition, page, rss
from tests.servers import Behaviour, Routes, Server, reply, silent

KEPT = Path(__file__).parents[1] / "data" / "archives"
PORT = 18471
"""Below those that a system gives out, so that the newspaper can be there again."""
START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
LETTERS = "Ægir Łukasz crossed the Straße"
"""Of an article's title: letters that no mark makes."""
LONG = "/2026/03/01/the-long-story-of-the-bridge"
"""An article of three pages."""
WATCH = "bridge"

_SOURCES = ("/feed.xml", "/index.xml", "/", "/letters.xml")
# The program, on a day of our choice.
_RUN = """
import sys, cli
from datetime import timedelta
from scraper.clock import SystemClock
now = SystemClock.now
SystemClock.now = lambda clock: now(clock) + timedelta(seconds=float(sys.argv[1]))
sys.exit(cli.main(sys.argv[2:]))
"""
_CONFIG = "[fetch]\nallow_private = true\n[pace]\nmin_delay = 0\n"


@dataclass(frozen=True)
class Old:
    name: str
    commit: str
    """One of those that wrote this schema, the last whose tree is whole."""
    revision: str

    @property
    def listed(self) -> list[dict[str, Any]]:
        """What its program listed, a clip each."""
        text = (KEPT / f"{self.name}.jsonl").read_text(encoding="utf-8")
        return [json.loads(line) for line in text.strip().split("\n")]

    @property
    def has_reached(self) -> bool:
        """Whether its watches remember how far they have looked at edits."""
        return self.name not in ("archive-a", "archive-b")

    def unpack(self, path: Path) -> None:
        packed = (KEPT / f"{self.name}.db.zst").read_bytes()
        path.write_bytes(zstandard.ZstdDecompressor().decompress(packed))


# 20261125_0002 and _0003 were new together with _0010: no program ever left an archive at one of
# them. _0010 itself was changed twice before it was published, and kept its name.
ARCHIVES = (
    Old("first", "e9d0b00", "20261124_0001"),
    Old("ledger", "62fd3bb", "20261125_0001"),
    Old("archive-a", "67c2a18", "20261125_0010"),
    Old("archive-b", "ffcc5ba", "20261125_0010"),
    Old("archive-c", "04617ad", "20261125_0010"),
    Old("archive-d", "84b9e0c", "20261130_0001"),
    Old("archive-e", "857ddea", "20261130_0002"),
)


def routes_of(day: int, start: datetime = START + DAY) -> Routes:
    """The newspaper on its first or second day."""
    routes = edition(day, start, articles=4)
    routes["/letters"] = page(LETTERS, "The letter is")
    routes["//localhost/copy/2"] = routes["/news/2"]
    routes["//localhost/copies.xml"] = rss(["/copy/2"])
    routes["/letters.xml"] = rss(["/letters", LONG])
    routes |= {f"{LONG}?page={number}": _part(number) for number in (2, 3)}
    routes[LONG] = _part(1)
    return routes


def _part(number: int) -> Behaviour:
    pager = f'<div class="pager"><a href="{LONG}?page={number + 1}">Next</a></div>'
    html = article_html("The long story of the bridge", f"Page {number}").decode()
    return reply(html.replace("</article>", f"</article>{pager if number < 3 else ''}"))


class _Program:
    """A kliping of the past, and an archive of its own."""

    def __init__(self, old: Old, home: Path) -> None:
        self.code, self.db = home / "code", home / "old.db"
        self._started = 0
        self.code.mkdir()
        packed = subprocess.run(["git", "archive", old.commit], stdout=subprocess.PIPE, check=True)
        subprocess.run(["tar", "-x", "-C", self.code], input=packed.stdout, check=True)
        config = home / "kliping.toml"
        config.write_text(_CONFIG)
        mine = {"PYTHONPATH": str(self.code), "KLIPING_CONFIG": str(config), "HOME": str(home)}
        self._environment = {**os.environ, **mine, "KLIPING_DB": str(self.db)}

    def start(self, day: int, *words: str) -> subprocess.Popen[str]:
        self._started += 1  # each a minute after the last
        moment = START + (day - 1) * DAY + self._started * timedelta(minutes=1)
        shift = (moment - datetime.now(UTC)).total_seconds()
        command = [sys.executable, "-P", "-c", _RUN, str(shift), *words]
        return subprocess.Popen(
            command, cwd=self.code, env=self._environment, text=True, stdout=subprocess.PIPE
        )

    def run(self, day: int, *words: str) -> str:
        with self.start(day, *words) as process:
            out, _ = process.communicate(timeout=120)
        print(f"{process.returncode}: {' '.join(words)}", flush=True)
        return out


def make(old: Old, server: Server) -> None:
    with tempfile.TemporaryDirectory() as home:
        program = _Program(old, Path(home))
        server.routes = routes_of(1)
        for source in _SOURCES:
            program.run(1, "sources", "add", server.url(source), "--name", source)
        program.run(1, "sources", "add", server.url("/copies.xml", "localhost"), "--name", "copies")
        program.run(1, "crawl", "-q")
        program.run(1, "watch", "add", WATCH)  # where it is known
        server.routes = routes_of(2)
        program.run(2, "crawl", "-q")
        program.run(2, "fetch", server.url("/news/1"), server.url("/gone-soft"))
        program.run(2, "watch", "run")
        _kill_a_crawl(program, server)
        (KEPT / f"{old.name}.jsonl").write_text(program.run(3, "list", "--limit", "0", "--json"))
        _keep(program.db, KEPT / f"{old.name}.db.zst")


def _kill_a_crawl(program: _Program, server: Server) -> None:
    server.routes = routes_of(2) | {"/feed.xml": rss(["/late"]), "/late": silent()}
    server.requests.clear()
    with program.start(3, "crawl", "-q") as process:
        try:
            while "/late" not in server.targets() and process.poll() is None:
                time.sleep(0.1)
        finally:
            process.kill()


def _keep(db: Path, target: Path) -> None:
    """With what its log holds."""
    whole = db.with_name("whole.db")
    with closing(sqlite3.connect(db)) as source, closing(sqlite3.connect(whole)) as copy:
        source.backup(copy)
    target.write_bytes(zstandard.ZstdCompressor(level=19).compress(whole.read_bytes()))
    print(f"{target.name}: {target.stat().st_size} of {whole.stat().st_size} bytes", flush=True)


if __name__ == "__main__":
    with Server(port=PORT) as running:
        for one in [each for each in ARCHIVES if each.name in sys.argv[1:] or not sys.argv[1:]]:
            print(f"== {one.name}", flush=True)
            make(one, running)
