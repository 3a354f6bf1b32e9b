"""What the pages of ``kliping serve`` cost on an archive, beside Datasette's table page of it.

    python -m benchmarks.reading --db FILE [--datasette PATH] [--seconds 3] [--readers 50]

Starts the server as a process and asks for each page again and again. Prints the milliseconds of
CPU that a request takes in the server's process (of ``/proc``, which other work on the machine
hardly blurs), those of the clock, and the size without images; how long the first answer takes
after the start; and what ``--readers``, each of whom opens a page every ten seconds, add to the
time that a writer takes: it saves generated articles into a copy of the archive, alone and beside
them, in turn. ``--datasette``: its program (version 0.65 was measured), which serves the same file.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from storage.archive import Archive
from storage.database.engine import open_engine
from tests.storage.makers import BY_HAND, make_article, make_capture

PAUSE = 10.0
"""Seconds between two pages of one reader."""
SAVED = 300
"""Articles that the writer saves."""
ROUNDS = 3
TICKS = os.sysconf("SC_CLK_TCK")
AIMS = {"front page": 15, "article": 15, "search": 40}
"""Milliseconds of CPU."""


def main() -> None:
    parser = argparse.ArgumentParser(description="What the pages of the reading room cost.")
    parser.add_argument("--db", type=Path, required=True)
    parser.add_argument("--datasette", help="its program")
    parser.add_argument("--seconds", type=float, default=3.0, help="for each page")
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--word", default="", help="a common word of the archive")
    options = parser.parse_args()
    with _kliping(options.db) as server:
        pages = _choose(server, options.word)
        _print_head()
        for name, path in pages.items():
            _measure(server, name, path, options.seconds)
    if options.datasette:
        with _datasette(options.datasette, options.db) as server:
            _measure(server, "Datasette's table page", server.table, options.seconds)
    print(f"start to first answer: {server_start(options.db):.2f} s")
    if options.readers:
        _beside_a_writer(options.db, options.readers, [*pages.values()])


class Served:
    """A server under way."""

    def __init__(self, process: subprocess.Popen[Any], address: str, table: str = "") -> None:
        self.process = process
        self.address = address
        self.table = table
        self.client = httpx.Client(base_url=address, trust_env=False, timeout=120)

    def cpu(self) -> float:
        """Seconds of the process so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS


@contextmanager
def _kliping(db: Path) -> Iterator[Served]:
    command = [sys.executable, "-m", "cli", "serve", "--port", "0", "--db", str(db)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        found = re.search(r"http://\S+", process.stderr.readline())
        assert found is not None
        yield from _until_done(Served(process, found[0]))


@contextmanager
def _datasette(program: str, db: Path) -> Iterator[Served]:
    command = [program, "serve", "--immutable", str(db), "--port", "8977"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        served = Served(process, "http://127.0.0.1:8977/", f"/{db.stem}/article")
        for _ in range(100):
            try:
                served.client.get("/")
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield from _until_done(served)


def _until_done(served: Served) -> Iterator[Served]:
    try:
        yield served
    finally:
        served.client.close()
        served.process.terminate()


def server_start(db: Path) -> float:
    """Seconds from the start of the process to the first page, the least of a few times."""
    times = []
    for _ in range(ROUNDS):
        start = time.monotonic()
        with _kliping(db) as server:
            server.client.get("/").raise_for_status()
            times.append(time.monotonic() - start)
    return min(times)


def _choose(server: Served, word: str) -> dict[str, str]:
    """The pages by their names: the article is the one edited last, if any is."""
    edits = server.client.get("/api/v1/edits?limit=1").json()["edits"]
    listed = server.client.get("/api/v1/articles?limit=1").json()["articles"]
    article = edits[0]["article"] if edits else listed[0]["id"]
    pages = {"front page": "/", "article": f"/articles/{article}"}
    if edits:
        pages["diff"] = f"/articles/{article}/diff"
    pages["search of everything, facets"] = "/search"
    if word:
        pages["search of a common word, facets"] = f"/search?q={word}"
    site = httpx.URL(listed[0]["url"]).host
    return pages | {
        "search of one outlet, facets": f"/search?q=site:{site}",
        "search without a hit, facets": "/search?q=xyzzyplugh",
        "edits": "/edits",
        "stories": "/stories",
        "sources": "/sources",
        "figures": "/stats",
        "JSON list": "/api/v1/articles",
    }


def _print_head() -> None:
    print(f"{'page':34} {'CPU ms':>8} {'ms':>8} {'kB':>6}")


def _measure(server: Served, name: str, path: str, seconds: float) -> None:
    for _ in range(5):  # what is not in memory yet may take longer than a page may
        answer = server.client.get(path)
        if answer.is_success:
            break
    answer.raise_for_status()
    count, cpu, start = 0, server.cpu(), time.monotonic()
    while time.monotonic() - start < seconds or count < 3:
        server.client.get(path)
        count += 1
    wall = time.monotonic() - start
    spent = 1000 * (server.cpu() - cpu) / count
    aim = next((ms for kind, ms in AIMS.items() if name.startswith(kind)), None)
    missed = f"  aim {aim}" if aim is not None and spent > aim else ""
    size = len(answer.content) / 1000
    print(f"{name:34} {spent:8.1f} {1000 * wall / count:8.1f} {size:6.1f}{missed}", flush=True)


def _beside_a_writer(db: Path, readers: int, paths: list[str]) -> None:
    """What a writer takes beside readers, against what it takes alone."""
    with tempfile.TemporaryDirectory(dir=db.parent) as folder:
        copy = Path(folder, "copy.db")
        shutil.copyfile(db, copy)
        open_engine(copy).dispose()
        with _kliping(copy) as server:
            alone, beside = [], []
            for number in range(ROUNDS):
                alone.append(_save(copy, 2 * number))
                with _readers(server.address, readers, paths):
                    beside.append(_save(copy, 2 * number + 1))
    one, other = statistics.median(alone), statistics.median(beside)
    print(f"{SAVED} articles saved alone: {one:.2f} s; beside {readers} readers: {other:.2f} s")
    print(f"ratio {other / one:.2f} (aim under 1.10)")


def _save(db: Path, round_number: int) -> float:
    """Seconds that it takes to save so many articles of their own, one after the other."""
    engine = open_engine(db)
    archive, now = Archive(engine), datetime.now(UTC)
    start = time.monotonic()
    for number in range(SAVED):
        words = " ".join(f"w{round_number}x{number}y{place}" for place in range(300))
        url = f"https://bench.example/{round_number}/{number}"
        capture = make_capture(url, make_article(words, f"Number {number} of {round_number}"))
        archive.save(capture, BY_HAND, now + timedelta(microseconds=number))
    taken = time.monotonic() - start
    engine.dispose()
    return taken


@contextmanager
def _readers(address: str, count: int, paths: list[str]) -> Iterator[None]:
    """So many, each of whom opens a page every ten seconds until the end of the block."""
    over = threading.Event()

    def read(seed: int) -> None:
        chance = random.Random(seed)
        with httpx.Client(base_url=address, trust_env=False, timeout=120) as client:
            over.wait(chance.uniform(0, PAUSE))
            while not over.is_set():
                client.get(chance.choice(paths))
                over.wait(PAUSE)

    threads = [threading.Thread(target=read, args=(seed,)) for seed in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


if __name__ == "__main__":
    main()
