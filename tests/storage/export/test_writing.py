"""Nothing half-written is ever at its place, and what was there is never lost."""

from __future__ import annotations

import errno
import fcntl
import os
import resource
import sqlite3
import stat
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from scraper.errors import ConfigError, StorageError
from storage import temp_files
from storage.export.clips import is_clip_name
from storage.export.writing import new_directory, new_file


def names(directory: Path) -> list[str]:
    return sorted(os.listdir(directory))


def test_a_file_appears_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "clips.csv"
    with new_file(target) as out:
        out.write(b"one")
        assert not target.exists()
    assert target.read_bytes() == b"one"
    assert names(tmp_path) == ["clips.csv"]


def test_what_exists_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "clips.csv"
    target.write_text("old")
    with pytest.raises(ConfigError, match="exists already; --force"), new_file(target):
        pytest.fail("it was opened")
    target.chmod(0o600)
    with new_file(target, force=True) as out:
        out.write(b"new")
    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600, "it is no more open than before"


def test_what_appears_meanwhile_is_kept(tmp_path: Path) -> None:
    target = tmp_path / "clips.csv"

    def write() -> None:
        with new_file(target) as out:
            out.write(b"ours")
            target.write_text("theirs")

    with pytest.raises(ConfigError, match="exists already"):
        write()
    assert target.read_text() == "theirs"
    assert names(tmp_path) == ["clips.csv"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, ValueError])
def test_an_end_midway_leaves_nothing(tmp_path: Path, error: type[BaseException]) -> None:
    old = tmp_path / "old.csv"
    old.write_text("old")

    def write_file() -> None:
        with new_file(old, force=True) as out:
            out.write(b"half")
            raise error

    def write_directory() -> None:
        with new_directory(tmp_path / "clips", is_ours=is_clip_name) as directory:
            (directory / "1.md").write_text("half")
            raise error

    for write in (write_file, write_directory):
        with pytest.raises(error):
            write()
    assert old.read_text() == "old"
    assert names(tmp_path) == ["old.csv"]


def test_a_full_disk(tmp_path: Path) -> None:
    def write_file() -> None:
        with new_file(tmp_path / "clips.csv") as out:
            for _ in range(100):
                out.write(b"x" * 1000)

    def write_directory() -> None:
        with new_directory(tmp_path / "md", is_ours=is_clip_name) as directory:
            (directory / "1.md").write_bytes(b"x" * 20_000)

    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    try:
        for write in (write_file, write_directory):
            with pytest.raises(StorageError, match=r"(clips.csv|md): .*; free some space"):
                write()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert names(tmp_path) == []


def test_targets_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    impossible = ["no/such/place", "file/below", "loop/x", "x" * 300]
    for name in impossible:
        with pytest.raises(StorageError, match="-o"), new_file(tmp_path / name):
            pytest.fail(name)
        with (
            pytest.raises(StorageError, match="-o"),
            new_directory(tmp_path / name, is_ours=is_clip_name),
        ):
            pytest.fail(name)
    with pytest.raises(ConfigError, match="is a directory"), new_file(tmp_path, force=True):
        pytest.fail("a directory")
    with (
        pytest.raises(ConfigError, match="no directory"),
        new_directory(tmp_path / "file", force=True, is_ours=is_clip_name),
    ):
        pytest.fail("a file")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_directory(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(StorageError, match="Permission denied"), new_file(tmp_path / "x"):
            pytest.fail("it was opened")
    finally:
        tmp_path.chmod(0o700)


def test_a_database_is_never_replaced(tmp_path: Path) -> None:
    target = tmp_path / "news.db"
    with closing(sqlite3.connect(target)) as connection, connection:
        connection.execute("CREATE TABLE clip (id)")
    before = target.read_bytes()
    with pytest.raises(ConfigError, match="never replaced"), new_file(target, force=True):
        pass
    assert target.read_bytes() == before


def test_a_device_is_written_onwards() -> None:
    """It takes a seek, and is where it was."""
    with new_file(Path("/dev/null")) as out, zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a", "b")
        archive.writestr("c", "d")


def test_a_link_stays_one(tmp_path: Path) -> None:
    real, link = tmp_path / "real.csv", tmp_path / "link.csv"
    real.write_text("old")
    link.symlink_to(real)
    with new_file(link, force=True) as out:
        out.write(b"new")
    assert link.is_symlink()
    assert real.read_text() == "new"


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    with new_file(pipe) as out:
        out.write(b"through")
    reader.join(300)
    assert read == [b"through"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


# ---------------------------------------------------------------------- directories


def fill(target: Path, *clips: str, force: bool = False) -> None:
    with new_directory(target, force=force, is_ours=is_clip_name) as directory:
        for clip in clips:
            (directory / clip).write_text(clip)


def test_a_directory_appears_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "clips"
    with new_directory(target, is_ours=is_clip_name) as directory:
        (directory / "1-a.md").write_text("a")
        assert not target.exists()
    assert names(target) == ["1-a.md"]
    assert names(tmp_path) == ["clips"]


def test_an_empty_directory_is_filled(tmp_path: Path) -> None:
    (tmp_path / "clips").mkdir()
    fill(tmp_path / "clips", "1.md")
    assert names(tmp_path / "clips") == ["1.md"]


def test_an_earlier_export_is_replaced_by_force_alone(tmp_path: Path) -> None:
    target = tmp_path / "clips"
    fill(target, "1-a.md", "2.md")
    with pytest.raises(ConfigError, match="--force"):
        fill(target, "3.md")
    assert names(target) == ["1-a.md", "2.md"]
    fill(target, "3.md", force=True)
    assert names(target) == ["3.md"]
    assert names(tmp_path) == ["clips"]


def test_nobody_may_read_more_than_before(tmp_path: Path) -> None:
    target = tmp_path / "clips"
    target.mkdir(0o700)
    fill(target, "1.md")
    assert modes(target) == [0o700, 0o600]
    target.chmod(0o755)
    fill(target, "2.md", force=True)
    assert modes(target) == [0o755, 0o600]
    (target / "2.md").chmod(0o640)
    fill(target, "3.md", force=True)
    assert modes(target) == [0o755, 0o640]


def modes(directory: Path) -> list[int]:
    """Of the directory and the files in it."""
    return [stat.S_IMODE(path.stat().st_mode) for path in (directory, *sorted(directory.iterdir()))]


@pytest.mark.parametrize("other", ["notes.txt", "1-a.txt", "a.md", ".git", "1-dir.md/"])
def test_the_files_of_others_are_never_replaced(tmp_path: Path, other: str) -> None:
    target = tmp_path / "clips"
    fill(target, "1.md")
    place = target / other
    if other.endswith("/"):
        place.mkdir()
    else:
        place.write_text("mine")
    with pytest.raises(ConfigError, match="holds more than an earlier export"):
        fill(target, "1.md", force=True)
    assert place.exists()


def test_the_current_directory_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match="current directory"):
        fill(Path(), "1.md")
    fill(Path("clips"), "1.md")
    assert names(tmp_path) == ["clips"]


def test_no_mode_keeps_a_directory_from_its_place(tmp_path: Path) -> None:
    target = tmp_path / "clips"
    target.mkdir(0o555)
    fill(target, "1.md")
    assert modes(target) == [0o555, 0o644 & 0o444 | 0o600]


# ---------------------------------------------------------------------- links that lead nowhere


@pytest.mark.parametrize("how", ["straight", "by another link"])
def test_a_link_to_nothing_is_followed_by_force_alone(tmp_path: Path, how: str) -> None:
    nowhere, link = tmp_path / "nowhere", tmp_path / "link"
    if how == "straight":
        link.symlink_to(nowhere)
    else:
        (tmp_path / "between").symlink_to(nowhere)
        link.symlink_to(tmp_path / "between")
    before = names(tmp_path)
    told = f"{link}: it is a link to {nowhere}, .*--force"
    with pytest.raises(ConfigError, match=told), new_file(link):
        pytest.fail("it was opened")
    with pytest.raises(ConfigError, match=told):
        fill(link, "1.md")
    assert names(tmp_path) == before
    with new_file(link, force=True) as out:
        out.write(b"asked for")
    assert link.is_symlink()
    assert nowhere.read_bytes() == b"asked for"


def test_a_link_that_appears_meanwhile_is_not_followed(tmp_path: Path) -> None:
    target, nowhere = tmp_path / "clips.csv", tmp_path / "nowhere"

    def write() -> None:
        with new_file(target) as out:
            out.write(b"ours")
            target.symlink_to(nowhere)

    with pytest.raises(ConfigError, match="exists already"):
        write()
    assert names(tmp_path) == ["clips.csv"]


# ---------------------------------------------------------------------- what is left by others

UNDER_WAY = """
import os, sys, time
from pathlib import Path
os.getpid = lambda: 99_999_999  # a number that nobody has here: of another container
from storage.export.writing import new_directory, new_file
with new_file(Path("clips.csv")) as out, new_directory(Path("clips"), is_ours=bool) as directory:
    out.write(b"half")
    out.flush()
    (directory / "1.md").write_text("half")
    print("half", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def other(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process, which is writing a file and a directory."""
    with subprocess.Popen(
        [sys.executable, "-P", "-c", UNDER_WAY],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "half\n"
        yield process
        process.kill()


def test_what_another_process_writes_is_left_to_it(
    other: subprocess.Popen[str], tmp_path: Path
) -> None:
    for number in range(2):
        with new_file(tmp_path / f"mine-{number}.csv") as out:
            out.write(b"whole")
    temp_files.sweep(tmp_path)
    other.communicate("go on\n", timeout=300)
    assert other.returncode == 0
    assert names(tmp_path) == ["clips", "clips.csv", "mine-0.csv", "mine-1.csv"]
    assert names(tmp_path / "clips") == ["1.md"]


def test_what_a_killed_process_left_is_removed_by_the_next(
    other: subprocess.Popen[str], tmp_path: Path
) -> None:
    other.kill()
    other.wait(300)
    assert len(names(tmp_path)) == 2
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / ".kliping-0123456789ab.part").symlink_to(elsewhere)  # none of ours
    (tmp_path / ".kliping-0123456789ac.part").mkdir()  # killed before it was locked
    kept = [".kliping-0123456789ab.part", ".kliping-0a.old", ".kliping-mine.part", "elsewhere"]
    for name in kept[1:3]:
        (tmp_path / name).touch()
    with new_file(tmp_path / "clips.csv") as out:
        out.write(b"whole")
    assert names(tmp_path) == sorted([*kept, "clips.csv"])
    assert names(elsewhere) == []


def test_what_cannot_be_locked_is_not_swept(
    other: subprocess.Popen[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a file system without locks."""

    def flock(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    other.kill()
    other.wait(300)
    left = names(tmp_path)
    monkeypatch.setattr(fcntl, "flock", flock)
    with new_file(tmp_path / "clips.csv") as out:
        out.write(b"whole")
    assert names(tmp_path) == sorted([*left, "clips.csv"])


def test_who_sweeps_just_then_takes_no_place_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the making of a place and its lock, it is swept: another is made."""
    mkdir = Path.mkdir
    swept: list[Path] = []

    def mkdir_and_sweep(path: Path, mode: int = 0o777, **more: bool) -> None:
        mkdir(path, mode, **more)
        if not swept:
            swept.append(path)
            temp_files.sweep(tmp_path)

    monkeypatch.setattr(Path, "mkdir", mkdir_and_sweep)
    with new_file(tmp_path / "clips.csv") as out:
        out.write(b"whole")
    assert len(swept) == 1
    assert names(tmp_path) == ["clips.csv"]
