"""The benchmark of the whole pipeline, small and without network: kliping is the only contender."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.extraction.scoring import Prediction
from benchmarks.pipeline.contenders import Filed, Script
from benchmarks.pipeline.floor import FLOOR, Cost
from benchmarks.pipeline.pages import Edition, made_pages, print_edition
from benchmarks.pipeline.profiling import read_stacks, write_profile
from benchmarks.pipeline.report import judge, write_floor, write_ratios, write_runs
from benchmarks.pipeline.server import serving
from benchmarks.pipeline.usage import Cpu, Finished, run_watched

PEERS = Path(__file__).resolve().parents[2] / "benchmarks" / "peers"


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    return print_edition(tmp_path_factory.mktemp("served"), made_pages(4, hosts=2), hosts=2)


def test_a_run(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    options = ["--pages", "30", "--hosts", "3", "--contenders", "kliping", "--json", str(report)]
    result = subprocess.run(
        [sys.executable, "-m", "benchmarks.pipeline", *options],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "the floor allows" in result.stdout

    figures = json.loads(report.read_text(encoding="utf-8"))
    (run,) = figures["runs"]
    assert (run["filed"], run["title"], run["clean"]) == (1, 1, 1)
    assert min(run["cpu"].values()) > 0
    assert run["peak_mb"] > 20
    assert run["kept"] > 1000
    assert min(cost["cpu"] for cost in figures["costs"].values()) >= 0
    assert figures["costs"]["extract"]["cpu"] > figures["costs"]["parse"]["cpu"]


def test_the_server(edition: Edition) -> None:
    page = edition.pages[3]
    ask = f"{page.path} HTTP/1.1\r\nhost:{page.host}:80\r\n\r\n"
    with (
        serving(edition) as server,
        socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection,
        connection.makefile("rb") as answers,
    ):
        connection.sendall(f"HEAD {ask}GE".encode())
        head = [answers.readline() for _ in range(4)]
        assert head[0] == b"HTTP/1.1 200 OK\r\n"
        length = int(head[2].partition(b":")[2])
        connection.sendall(f"T {ask}GET /none HTTP/1.1\r\nHost: h0.localhost\r\n\r\n".encode())
        assert [answers.readline() for _ in range(4)] == head
        body = answers.read(length)
        assert body.startswith(b"<!DOCTYPE html>")
        assert body.endswith(b"</html>")
        assert (page.gold.title or "").encode() in body
        assert answers.readline() == b"HTTP/1.1 404 Not Found\r\n"
        traffic = server.traffic()
    assert (traffic.requests, traffic.unknown) == (3, {"h0.localhost/none": 1})


BUSY = """
import subprocess, sys, threading, time
def burn(seconds):
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass
print("begun", flush=True)
thread = threading.Thread(target=burn, args=(0.6,))
thread.start()
burn(0.3)
thread.join()
ballast = bytearray(50_000_000)
child = "import time\\nwhile time.process_time() < 1: pass"
subprocess.run([sys.executable, "-c", child])
ending = threading.Event()
threading.Thread(target=ending.wait, args=(0.6,)).start()  # a last look at the threads
print("ended")
print("last words", file=sys.stderr)
sys.exit(3)
"""


def test_what_a_command_costs(tmp_path: Path) -> None:
    run = run_watched([sys.executable, "-c", BUSY], os.environ, tmp_path / "errors")
    assert (run.code, run.errors) == (3, "last words\n")
    assert [line for _, line in run.lines] == ["begun", "ended"]
    assert 0 < run.lines[0][0] < run.lines[1][0] <= run.seconds
    # All of a thread's, but for at most one period's.
    assert 0.3 <= run.cpu.threads <= 0.8
    assert 0.9 <= run.cpu.main + run.cpu.threads <= 1.5  # with the interpreter's start
    assert 0.9 <= run.cpu.children <= 1.3
    assert 50 < run.peak_mb < 150
    inside, seconds = run.cpu_between(0, run.seconds)
    assert 0.5 < inside.total <= run.cpu.total
    assert 0 < seconds < run.seconds


def finished(code: int = 0) -> Finished:
    lines = tuple((1 + n / 10, "line") for n in range(100))
    samples = tuple((float(at), Cpu(at / 10, at / 20, at / 5)) for at in range(13))
    return Finished(code, 12.0, Cpu(1, 2, 3), samples, 90.0, lines, "why\n")


def read_right(edition: Edition) -> Filed:
    golds = {(page.host, page.path): page.gold for page in edition.pages}
    return {
        place: Prediction(gold.title, gold.authors or (), gold.date, gold.body or "")
        for place, gold in golds.items()
    }


def test_whoever_misses_a_page_does_not_count(edition: Edition) -> None:
    filed = read_right(edition)
    whole = judge("kliping", edition, finished(), filed, 4000, 0.4)
    assert (whole.filed, whole.title, whole.clean, whole.kept) == (1, 1, 1, 1000)
    assert whole.failure(1.0) is None
    filed[edition.pages[0].host, edition.pages[0].path] = Prediction("Another", body=" ")
    part = judge("other", edition, finished(), filed, 4000, 0.4)
    assert (part.filed, part.title, part.clean) == (0.75, 0.75, 0.75)
    assert part.failure(1.0) == "only 75.00% of the pages are filed with a body"
    assert part.failure(0.7) is None
    killed = judge("other", edition, finished(-9), read_right(edition), 4000, 0.4)
    assert killed.failure(1.0) == "exit -9: why"


def test_figures(edition: Edition) -> None:
    """100 pages, one each tenth of a second from the first second on; 0.35 s of CPU a second."""
    run = judge("kliping", edition, finished(), read_right(edition), 4000, 0.4)
    assert run.rate == pytest.approx(4 / 12)
    assert run.steady == pytest.approx(10, rel=0.05)
    assert run.steady_cpu.total == pytest.approx(35, rel=0.05)
    assert run.steady_cpu.children == pytest.approx(20, rel=0.05)
    assert run.cpu.total == 1500
    assert run.server_ms == 100
    at_once = replace(finished(), lines=tuple((11.5, "line") for _ in range(100)))
    unsteady = judge("batches", edition, at_once, read_right(edition), 4000, 0.4)
    table = write_runs([run, unsteady], markdown=True).splitlines()
    assert len({line.count("|") for line in table}) == 1
    assert table[-1].startswith("| batches | 0.3 | – | 1500.0 | – |")


def test_ratios_and_floor(edition: Edition) -> None:
    own = judge("kliping", edition, finished(), read_right(edition), 4000, 0.4)
    other = replace(own, name="other", seconds=24.0, cpu=Cpu(3000))
    assert list(write_ratios([own, other])) == [
        "kliping beside other: 2.00 × the pages/s (1.00 × steady)"
        " for 0.50 × the CPU a page (1.00 × steady)"
    ]
    costs = dict.fromkeys((*FLOOR, "extract"), Cost(0.5, 1.0))
    lines = write_floor(costs, own, 2, markdown=False)
    assert "the floor allows 1000 pages/s, with extraction as it is 800" in lines


STACKS = """\
process 1:"kliping";thread (1): MainThread;run (asyncio/base_events.py:3);take (/x/scraper/crawl/visit.py:7) 4
process 1:"kliping";thread (2);_serve (scraper/isolation/db_thread.py:58);save (storage/archive.py:5);do_commit (/x/site-packages/sqlalchemy/engine/default.py:9) 5
process 1:"kliping";process 3:"python -P -m scraper.isolation.worker 1 2";thread (3): MainThread;serve (scraper/isolation/worker.py:45);extract (scraper/extraction/__init__.py:64) 1
"""  # noqa: E501


def test_a_profile_by_stage(tmp_path: Path) -> None:
    (tmp_path / "stacks").write_text(STACKS, encoding="utf-8")
    stages = read_stacks(tmp_path / "stacks")
    assert [(stage.name, stage.samples) for stage in stages] == [
        ("database thread", 5),
        ("event loop", 4),
        ("readers", 1),
    ]
    text = "\n".join(write_profile(stages))
    assert "database thread: 50.0% of the samples" in text
    assert text.count("do_commit sqlalchemy/engine/default.py") == 1  # not among ours
    assert "take scraper/crawl/visit.py" in text


def test_peers_reach_the_loopback_alone(tmp_path: Path) -> None:
    """By the names that they are given, and no other name; what they file, once."""
    (tmp_path / "list").write_text("http://h0.localhost/1\nhttp://h1.localhost/2\n")
    code = """
import crawling, socket, sys
print(socket.getaddrinfo("h3.localhost", 80)[0][4], socket.gethostbyname("localhost"))
try:
    socket.getaddrinfo("example.com", 80)
except socket.gaierror as error:
    print(error)
options = crawling.parse_arguments()
shelf = crawling.Shelf(options.database, keeps_pages=True)
for url in options.urls * 2:
    shelf.put(url, {"title": "Title", "authors": ["Ann"], "body": "Text"}, b"page")
shelf.close()
"""
    command = [sys.executable, "-c", code, str(tmp_path / "list"), str(tmp_path / "db")]
    said = subprocess.run(
        [*command, "--shard", "1", "--shards", "2"],
        env={**os.environ, "PYTHONPATH": str(PEERS)},
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout.splitlines()
    assert said[0] == "('127.0.0.1', 80) 127.0.0.1"
    assert "may not be looked up" in said[1]
    assert said[2:] == ["http://h1.localhost/2"] * 2

    (tmp_path / "db").rename(tmp_path / "articles.db")
    filed = Script("odd", "odd.py", Path(sys.executable)).load(tmp_path)
    assert filed == {("h1.localhost", "/2"): Prediction("Title", ("Ann",), None, "Text")}
