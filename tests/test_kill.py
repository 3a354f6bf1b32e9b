"""A crawl that is killed at any moment, run once more, files what an undisturbed one files."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.newspaper import content_of, kliping, newspaper, objects
from tests.servers import Server

POINTS = 12


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(newspaper()) as running:
        yield running


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("config") / "kliping.toml"
    path.write_text("[fetch]\nallow_private = true\n[pace]\nmin_delay = 0\n")
    return path


@pytest.fixture(scope="module")
def undisturbed(server: Server, config: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the source and nothing else yet, and beside it one crawled in peace."""
    folder = tmp_path_factory.mktemp("undisturbed")
    fresh, crawled = folder / "fresh.db", folder / "crawled.db"
    kliping("sources", "import", "-q", _list(folder, server), "--db", fresh, "--config", config)
    shutil.copy(fresh, crawled)
    started = time.monotonic()
    kliping("crawl", "-q", "--db", crawled, "--config", config)
    (folder / "seconds").write_text(str(time.monotonic() - started))
    return folder


def _list(folder: Path, server: Server) -> Path:
    path = folder / "sources.txt"
    path.write_text(server.url("/feed.xml") + "\n")
    return path


def test_killed_at_any_moment_and_run_once_more(
    undisturbed: Path, config: Path, tmp_path: Path
) -> None:
    whole = float((undisturbed / "seconds").read_text())
    in_the_midst = 0
    for point in range(POINTS):
        db = tmp_path / f"killed-{point}.db"
        shutil.copy(undisturbed / "fresh.db", db)
        # The first third is start-up; the points are spread over the rest, each in its slice.
        at = whole * (0.3 + 0.7 * (point + random.Random(point).random()) / POINTS)
        with subprocess.Popen(
            [sys.executable, "-m", "cli", "crawl", "-q", "--db", str(db), "--config", str(config)],
            stderr=subprocess.DEVNULL,
        ) as crawl:
            with suppress(subprocess.TimeoutExpired):
                crawl.wait(timeout=at)
            crawl.kill()
        in_the_midst += 0 < len(content_of(db)["outcomes"]) < len(newspaper())
        again = kliping("crawl", "-q", "--db", db, "--config", config)
        assert (again.stdout, again.stderr) == ("", "")
        assert content_of(db) == content_of(undisturbed / "crawled.db"), f"killed after {at:.2f} s"
    assert in_the_midst >= 3, "too few of the kills met a crawl at work"


def test_a_third_crawl_finds_nothing_to_do(undisturbed: Path, config: Path) -> None:
    db = undisturbed / "crawled.db"
    before = content_of(db)
    result = kliping("crawl", "--json", "--db", db, "--config", config)
    assert objects(result.stdout) == []
    assert content_of(db) == before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_crawl_in_good_order(
    undisturbed: Path, config: Path, tmp_path: Path, number: signal.Signals
) -> None:
    db = tmp_path / "stopped.db"
    shutil.copy(undisturbed / "fresh.db", db)
    with subprocess.Popen(
        [sys.executable, "-m", "cli", "crawl", "--json", "--db", str(db), "--config", str(config)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as crawl:
        assert crawl.stdout is not None
        crawl.stdout.readline()  # a page was done: it is in the midst of it
        crawl.send_signal(number)
        crawl.stdout.read()
        assert crawl.wait(timeout=10) == 128 + number
    with closing(sqlite3.connect(db)) as connection:
        leases = "SELECT count(*) FROM page WHERE lease_run_id IS NOT NULL"
        assert connection.execute(leases).fetchone() == (0,)
    kliping("crawl", "-q", "--db", db, "--config", config)
    assert content_of(db) == content_of(undisturbed / "crawled.db")
