"""The corpus server: original bytes, declared types, a feed and a sitemap of all pages."""

from __future__ import annotations

import gzip
import http.client
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parents[2]

PAGES = {
    "set/plain": ("pages/set/plain.html.gz", "utf-8", "<p>déjà vu</p>".encode()),
    "set/undeclared": ("pages/set/undeclared.html.gz", None, "<p>caf\xe9</p>".encode("latin-1")),
    "set/odd name & more": ("pages/set/odd name & more.html.gz", None, b"\x00\xff<p>odd"),
    "set/not gzipped": ("pages/set/not_gzipped.html", "shift_jis", "<p>新報".encode("shift_jis")),
}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    rows = []
    for identity, (name, encoding, body) in PAGES.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(gzip.compress(body) if name.endswith(".gz") else body)
        rows.append({"id": identity, "html": name, "encoding": encoding, "url": None})
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "manifest.jsonl").write_text(lines, encoding="utf-8")
    return tmp_path


@dataclass
class Running:
    process: subprocess.Popen[str]
    feed_url: str
    connection: http.client.HTTPConnection

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        self.connection.request("GET", path, headers=headers)
        answer = self.connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()

    def stop(self) -> tuple[int, str]:
        self.connection.close()
        self.process.send_signal(signal.SIGTERM)
        _, errors = self.process.communicate(timeout=10)
        return self.process.returncode, errors


def start(corpus: Path, *options: str) -> Running:
    command = [
        sys.executable,
        "-m",
        "benchmarks.crawl.serve_corpus",
        "--corpus",
        str(corpus),
        *options,
    ]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )
    assert process.stdout is not None
    feed_url = process.stdout.readline().strip()
    address = urlsplit(feed_url)
    return Running(process, feed_url, http.client.HTTPConnection(address.netloc, timeout=10))


@pytest.fixture
def server(corpus: Path) -> Iterator[Running]:
    running = start(corpus)
    yield running
    if running.process.poll() is None:
        running.stop()


def links(feed: bytes) -> list[str]:
    return [str(link.text) for link in ElementTree.fromstring(feed).iterfind("channel/item/link")]


def test_feed_and_sitemap_list_every_page_in_order(server: Running) -> None:
    status, headers, feed = server.get("/feed.xml")
    assert status == 200
    assert headers["Content-Type"] == "application/rss+xml"
    assert len(links(feed)) == len(PAGES)
    sitemap = ElementTree.fromstring(server.get("/sitemap.xml")[2])
    assert [str(node.text) for node in sitemap.iter() if node.tag.endswith("loc")] == links(feed)


def test_pages_are_the_original_bytes_with_the_declared_type(server: Running) -> None:
    addresses = links(server.get("/feed.xml")[2])
    for address, (_, encoding, body) in zip(addresses, PAGES.values(), strict=True):
        status, headers, served = server.get(urlsplit(address).path)
        declared = f"; charset={encoding}" if encoding else ""
        assert (status, served) == (200, body)
        assert headers["Content-Type"] == f"text/html{declared}"


def test_any_spelling_of_a_percent_escape_finds_the_page(server: Running) -> None:
    body = PAGES["set/odd name & more"][2]
    assert server.get("/pages/set/odd%20name%20&%20more.html")[2] == body
    assert server.get("/pages/set/odd%20name%20%26%20more.html")[2] == body


def test_unknown_paths_are_404_and_reported_at_the_end(server: Running) -> None:
    assert server.get("/robots.txt")[0] == 404
    assert server.get("/pages/set/nothing.html")[0] == 404
    code, errors = server.stop()
    assert code == 0
    assert "unknown path: /pages/set/nothing.html (1)" in errors
    assert "robots.txt" not in errors


def test_validators_are_offered_on_request_only(server: Running, corpus: Path) -> None:
    assert "ETag" not in server.get("/feed.xml")[1]
    other = start(corpus, "--validators")
    tag = other.get("/feed.xml")[1]["ETag"]
    status, headers, body = other.get("/feed.xml", **{"If-None-Match": tag})
    assert (status, headers["ETag"], body) == (304, tag, b"")
    other.stop()


def test_limit_takes_the_first_pages(corpus: Path) -> None:
    running = start(corpus, "--limit", "2")
    assert [link.rpartition("/")[2] for link in links(running.get("/feed.xml")[2])] == [
        "plain.html",
        "undeclared.html",
    ]
    running.stop()


def test_a_page_outside_the_corpus_is_refused(corpus: Path) -> None:
    row = {"id": "x", "html": "../secret.html", "encoding": None}
    (corpus / "manifest.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "benchmarks.crawl.serve_corpus", "--corpus", str(corpus)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=20)
    assert result.returncode == 2
    assert "lies outside the corpus" in result.stderr
    assert result.stdout == ""


# --------------------------------------------------------------------- the offline hook


def run_offline(tmp_path: Path, code: str) -> list[list[object]]:
    log = tmp_path / "offline.jsonl"
    environment = {
        "PYTHONPATH": str(ROOT / "benchmarks" / "offline"),
        "KLIPING_OFFLINE_LOG": str(log),
    }
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, timeout=30)
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


LOOKUP = """
import socket
try:
    socket.{call}
except OSError:
    pass
else:
    raise SystemExit("it went through")
"""


@pytest.mark.parametrize(
    ("call", "name"),
    [
        ("getaddrinfo('news.example', 80)", "news.example"),
        ("gethostbyname('news.example')", "news.example"),
        ("create_connection(('news.example', 80))", "news.example"),
        ("socket().connect(('192.0.2.1', 80))", "192.0.2.1"),
        ("socket().connect(('news.example', 80))", "news.example"),
    ],
)
def test_the_hook_stops_and_records_what_leaves_the_loopback(
    tmp_path: Path, call: str, name: str
) -> None:
    log = run_offline(tmp_path, LOOKUP.format(call=call))
    assert log[0][0] == "armed"
    assert [value for _, value in log[1:]] == [name]


def test_the_hook_lets_loopback_pass_and_covers_children(tmp_path: Path) -> None:
    code = """
import socket, subprocess, sys
with socket.create_server(("127.0.0.1", 0)) as server:
    socket.create_connection(server.getsockname()).close()
subprocess.run([sys.executable, "-c", "import socket; socket.getaddrinfo('::1', 80)"], check=True)
"""
    log = run_offline(tmp_path, code)
    assert [event for event, _ in log] == ["armed", "armed"]


# --------------------------------------------------------------------- the corpus crawl


def crawl_demo_pages(folder: Path, *names: str) -> subprocess.CompletedProcess[str]:
    """``crawl/corpus.py`` over a corpus of the demo's own pages."""
    rows = []
    for name in names:
        text = (ROOT / "commands" / "demo_site" / f"{name}.html").read_text(encoding="utf-8")
        (folder / f"{name}.html.gz").write_bytes(gzip.compress(text.encode()))
        rows.append({"id": f"demo/{name}", "html": f"{name}.html.gz", "encoding": "utf-8"})
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / "manifest.jsonl").write_text(lines, encoding="utf-8")
    command = [sys.executable, "-m", "benchmarks.crawl.corpus", "--corpus", str(folder)]
    return subprocess.run(
        command, capture_output=True, encoding="utf-8", timeout=90, cwd=ROOT, check=False
    )


def test_a_corpus_of_articles_passes_with_copies_filed_once(tmp_path: Path) -> None:
    result = crawl_demo_pages(
        tmp_path, "id_pilkada", "wire_lightship", "en_lightship", "de_freibad"
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "4 pages" in result.stdout
    assert "3 new, 1 duplicate" in result.stdout
    assert "names looked up: 0" in result.stdout


def test_too_many_rejected_pages_fail_and_are_named(tmp_path: Path) -> None:
    result = crawl_demo_pages(tmp_path, "de_freibad", "soft_404")
    assert result.returncode == 1
    assert "demo/soft_404  soft_404" in result.stdout
    assert "FAILED: 50.00% rejected or failed" in result.stdout
