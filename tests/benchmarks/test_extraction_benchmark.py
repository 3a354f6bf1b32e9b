"""The extraction benchmark over a tiny corpus; without network, so kliping is the only peer."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.extraction import peer_processes
from benchmarks.extraction.annotated import AnnotatedPage, load_pages
from benchmarks.extraction.peer_processes import Peer, PeerProcess
from benchmarks.extraction.scoring import Gold, Prediction

PEERS = Path(__file__).resolve().parents[2] / "benchmarks" / "peers"
TEXT = [
    "The harbour council met on Monday and agreed to widen the northern pier by spring, at last.",
    "Fishermen had asked for it since the storm, when eleven boats were lost within one night.",
    "Work begins in October; the ferry will land at the old quay until the new one is ready.",
]
PAGE = f"""<!doctype html><html lang="en"><head><title>Pier to be widened</title>
<meta property="article:published_time" content="2024-03-01T09:00:00Z">
<meta name="author" content="Ann Lee"></head><body><article><h1>Pier to be widened</h1>
{"".join(f"<p>{paragraph}</p>" for paragraph in TEXT)}</article></body></html>"""
GOLD = {"title": "Pier to be widened", "authors": ["Ann Lee"], "date": "2024-03-01",
        "datetime": None, "body": "\n".join(TEXT), "optional": None, "must": None,
        "must_not": None}  # fmt: skip


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    rows = []
    for number, gold in enumerate((GOLD, {**GOLD, "title": "Another"})):
        name = f"{number}.html.gz" if number else "0.html"
        data = PAGE.encode()
        (tmp_path / name).write_bytes(gzip.compress(data) if number else data)
        url = f"https://example.org/{number}"
        rows.append({"id": f"s/{number}", "set": "s", "url": url, "domain": f"{number + 1}.example",
                     "html": name, "encoding": "utf-8", "gold": gold})  # fmt: skip
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "manifest.jsonl").write_text(lines, encoding="utf-8")
    return tmp_path


def run_benchmark(corpus: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "benchmarks.extraction",
        "--corpus",
        str(corpus),
        "--peers",
        "kliping",
        *options,
    ]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


def test_a_run(corpus: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    result = run_benchmark(corpus, "--worst", "3", "--json", str(report))
    assert result.returncode == 0, result.stderr
    assert max(map(len, result.stdout.partition("kliping, ")[0].splitlines())) <= 80
    assert "expected  Another" in result.stdout
    assert len(result.stderr.splitlines()) == 1

    figures = json.loads(report.read_text(encoding="utf-8"))["peers"]["kliping"]
    assert figures["macro"]["body_f1"] == 1
    assert (figures["macro"]["title"], figures["macro"]["all_four"]) == (0.5, 0.5)
    assert figures["errors"] == 0
    assert figures["cpu_ms"]["median"] > 0


def test_predictions_and_a_table_for_the_readme(corpus: Path, tmp_path: Path) -> None:
    result = run_benchmark(corpus, "--markdown", "--predictions", str(tmp_path / "given"))
    assert "| kliping" in result.stdout
    lines = (tmp_path / "given" / "kliping.jsonl").read_text(encoding="utf-8").splitlines()
    first = json.loads(lines[0])
    assert (first["id"], first["authors"], first["date"]) == ("s/0", ["Ann Lee"], "2024-03-01")


def test_each_part_from_one_run(corpus: Path) -> None:
    lines = run_benchmark(corpus, "--part", "each").stdout.splitlines()
    assert [line.partition(";")[0] for line in lines if " pages of " in line] == [
        "1 pages of 1 sets, publishers tuned on",
        "1 pages of 1 sets, publishers not tuned on",
        "2 pages of 1 sets, all publishers",
    ]
    titles = [line.split()[4] for line in lines if line.startswith("kliping ")]
    assert titles == ["1.000", "0.000", "0.500"]


@pytest.mark.parametrize(
    ("options", "reason"), [(["--sets", "t"], "no such set: t"), (["--limit", "0"], "not above 0")]
)
def test_nothing_to_measure(corpus: Path, options: list[str], reason: str) -> None:
    result = run_benchmark(corpus, *options)
    assert result.returncode == 2
    assert reason in result.stderr.splitlines()[-1]


def test_no_corpus(tmp_path: Path) -> None:
    result = run_benchmark(tmp_path)
    assert result.returncode == 2
    assert result.stderr == f"{tmp_path / 'manifest.jsonl'}: No such file or directory\n"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "manifest.jsonl:1: Expecting property name"),
        ('{"id": "s/0"}', "manifest.jsonl:1: no 'set'"),
        ("[]", "manifest.jsonl:1: list indices"),
        ('{"id": "a", "set": "s", "html": "gone", "gold": {}}', "manifest.jsonl:1: no file gone"),
    ],
)
def test_a_line_that_describes_no_page(tmp_path: Path, line: str, reason: str) -> None:
    (tmp_path / "manifest.jsonl").write_text(line, encoding="utf-8")
    with pytest.raises(ValueError, match=reason):
        load_pages(tmp_path)


def test_parts_and_limits(corpus: Path) -> None:
    pages = load_pages(corpus)
    by_part = {part: [p.id for p in pages if p.part == part] for part in ("tuned", "unseen")}
    assert by_part == {"tuned": ["s/0"], "unseen": ["s/1"]}  # by the SHA-1 of 2.example
    assert [page.id for page in load_pages(corpus, part="unseen")] == ["s/1"]
    assert [page.id for page in load_pages(corpus, limit=1)] == ["s/0"]


# A worker whose extractor does what the page's address says.
WORKER = f"""
import os, sys, time
sys.path.insert(0, {str(PEERS)!r})
import adapters, worker

def run(page):
    if page.url == "die":
        print("last words", file=sys.stderr, flush=True)
        os._exit(3)
    if page.url == "raise":
        raise LookupError("no body")
    if page.url == "swallow":
        for _ in range(100):
            try:
                time.sleep(0.1)
            except Exception:
                pass
    if page.url == "hang":
        worker.signal.pthread_sigmask(worker.signal.SIG_BLOCK, [worker.signal.SIGALRM])
        time.sleep(60)
    print("noise")
    return {{"title": page.decode(), "body": "text"}}

adapters.ADAPTERS["odd"] = lambda: run
worker.main()
"""


def test_whatever_a_peer_does_is_an_error_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "worker.py").write_text(WORKER, encoding="utf-8")
    (tmp_path / "page").write_bytes(b"caf\xe9")
    monkeypatch.setattr(peer_processes, "WORKER", tmp_path / "worker.py")
    monkeypatch.setattr(peer_processes, "GRACE", 0.5)
    process = PeerProcess(Peer("odd", ()), Path(sys.executable), time_limit=0.5)

    def ask(what: str) -> Prediction:
        file = tmp_path / "page"
        return process.ask(AnnotatedPage(what, "s", what, "p", file, "latin-1", Gold()))

    try:
        process.start()
        assert ask("fine").title == "café"
        assert ask("raise").error == "LookupError: no body"
        assert ask("swallow").error == "took more than 0.5 s"
        assert ask("die").error == "died, exit 3: last words"
        assert ask("hang").error == "no answer in 1 s"
        again = ask("fine")
        assert (again.title, again.error) == ("café", None)
        assert again.cpu is not None
    finally:
        process.close()
