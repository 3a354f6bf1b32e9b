"""On a full disk what only reads goes on, and what writes says what to do."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.newspaper import newspaper, story
from tests.cli.running import Kliping, RunHere
from tests.servers import Server

FULL = (
    "import resource, signal, sys, cli; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    f"resource.setrlimit(resource.RLIMIT_FSIZE, (2000, {resource.RLIM_INFINITY})); "
    "sys.exit(cli.main())"
)
"""No file may grow; what is piped may."""


def run(user: Kliping, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-c", FULL, *arguments],
        env=user.environment(),
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.fixture
def archive(kliping: Kliping, run_here: RunHere) -> Kliping:
    page: Path = kliping.home / "page.html"
    page.write_text(story(1), encoding="utf-8")
    filed = run_here(kliping, "fetch", "--html", page, "--url", "https://example.com/1")
    assert filed.code == 0
    return kliping


@pytest.mark.parametrize(
    "command", ["list", "show 1", "search paragraph", "export --format jsonl", "db info"]
)
def test_what_reads_goes_on(archive: Kliping, run_here: RunHere, command: str) -> None:
    ended = run(archive, *command.split())
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == run_here(archive, *command.split()).out


def test_verify_says_what_it_did_not_check(archive: Kliping) -> None:
    ended = run(archive, "verify")
    assert ended.returncode == 0, ended.stderr
    assert "the index was not compared" in ended.stderr
    assert "nothing is damaged" in ended.stderr


@pytest.mark.parametrize("command", ["list", "crawl -q", "db restore {}", "db copy {} new.db"])
def test_a_new_archive_that_cannot_be_made_leaves_nothing(
    archive: Kliping, tmp_path: Path, command: str
) -> None:
    place = tmp_path / "empty"
    place.mkdir()
    words = command.format(archive.db).replace("new.db", str(place / "other.db")).split()
    ended = run(archive, "--db", str(place / "new.db"), *words)
    assert ended.returncode == 74
    assert [*place.iterdir()] == []


@pytest.mark.parametrize(
    "command", ["forget --yes 1", "db vacuum", "prune --snapshots-older-than 0d", "crawl -q"]
)
def test_what_writes_says_what_to_do(archive: Kliping, command: str) -> None:
    ended = run(archive, *command.split())
    assert ended.returncode == 74
    assert len(ended.stderr.splitlines()) == 1
    assert "free some space and try again" in ended.stderr


def test_a_crawl_counts_it_against_no_page(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    assert run_here(kliping, "sources", "add", newspaper(server, 3)).code == 0
    ended = run(kliping, "crawl")
    assert ended.returncode == 74
    again = run_here(kliping, "crawl")
    assert again.code == 0
    assert again.err.startswith("kliping: 3 pages: 3 new; ")
