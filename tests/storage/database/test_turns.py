"""Turns at hosts among processes: one at a time, the next one next, and the rest is told."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from storage.database.places import parse_place
from storage.database.turns import TurnFile, open_turns

OTHER = """
import sys
from pathlib import Path
from storage.database.turns import open_turns
with open_turns(Path(sys.argv[1])) as turns:
    for line in sys.stdin:
        print(eval(line), flush=True)
"""


class Other:
    """Another process with the same archive."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def take(self, host: str) -> str:
        return self._do(f"turns.take({host!r}, 1000)")

    def give_back(self, host: str, free_at: float | None) -> str:
        return self._do(f"turns.give_back({host!r}, {free_at})")

    def _do(self, call: str) -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{call}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()


@contextmanager
def opened(path: Path) -> Iterator[TurnFile]:
    turns = open_turns(path)
    assert turns is not None
    with turns:
        yield turns


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "a.db"


@pytest.fixture
def other(archive: Path) -> Iterator[Other]:
    with subprocess.Popen(
        [sys.executable, "-c", OTHER, str(archive)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Other(process)
        process.kill()


def test_one_at_a_time_and_who_waits_is_next(archive: Path, other: Other) -> None:
    with opened(archive) as turns:
        assert other.take("a.example") == "0.0"
        assert turns.take("a.example", 1000) is None
        assert turns.take("b.example", 1000) == 0.0
        other.give_back("a.example", 1004.0)
        assert other.take("a.example") == "None", "it came back at once, and is not the next"
        assert turns.take("a.example", 1001) == 3.0
        turns.give_back("a.example", None)
        assert other.take("a.example") == "4.0", "who did not ask leaves the rest as it was"


def test_who_stops_waiting_leaves_the_queue(archive: Path, other: Other) -> None:
    with opened(archive) as turns:
        other.take("a.example")
        assert turns.take("a.example", 1000) is None
        turns.give_back("a.example", None)
        other.give_back("a.example", None)
        assert other.take("a.example") == "0.0"


def test_two_hosts_in_one_place(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They share its locks, and neither gives back the other's turn."""
    monkeypatch.setattr("storage.database.turns._place_of", lambda host: (7, host[:8].encode()))
    with opened(archive) as turns:
        assert turns.take("a.example", 1000) == 0.0
        turns.give_back("b.example", 1009.0)
        assert turns.take("b.example", 1000) == 0.0, "nobody wrote of its rest"
        turns.give_back("a.example", 1002.0)
        assert turns.take("a.example", 1000) == 2.0


def test_a_killed_process_has_no_turn(archive: Path, other: Other) -> None:
    with opened(archive) as turns:
        other.take("a.example")
        assert turns.take("a.example", 1000) is None
        other.process.kill()
        other.process.wait()
        assert turns.take("a.example", 1000) == 0.0


def test_what_cannot_be_shared_is_not(tmp_path: Path) -> None:
    assert open_turns(Path("/proc/nowhere/a.db")) is None
    (tmp_path / "b.db.pace").symlink_to(tmp_path / "elsewhere")
    assert open_turns(tmp_path / "b.db") is None
    assert not (tmp_path / "elsewhere").exists()


def test_an_archive_on_a_server_has_a_file_of_the_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    turns = open_turns(parse_place("postgresql://me:secret@db.example/news"))
    assert turns is not None
    with turns:
        assert turns.take("a.example", 1000) == 0.0
    (file,) = (tmp_path / "kliping").iterdir()
    assert (file.suffix, file.stat().st_mode & 0o777) == (".pace", 0o600)


def test_what_is_no_file_of_its_own_is_left_alone(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.db.pace")
    assert open_turns(tmp_path / "pipe.db") is None
    (tmp_path / "precious").write_text("precious")
    os.link(tmp_path / "precious", tmp_path / "linked.db.pace")
    assert open_turns(tmp_path / "linked.db") is None
    assert (tmp_path / "precious").read_text() == "precious"
