"""Who may read what kliping writes: nobody else, unless a file was there that says otherwise."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from commands.read.snapshots import LONGEST, PAGES
from storage.database.engine import open_engine, writing
from storage.export.writing import new_file
from tests.cli.conftest import QUICK
from tests.cli.newspaper import newspaper
from tests.cli.running import Kliping, prepare
from tests.servers import Server, silent

Modes = dict[str, int]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Kliping:
    """An archive of two articles."""
    user = Kliping(tmp_path_factory.mktemp("user"), QUICK)
    with Server() as server:
        assert prepare(user, "sources", "add", newspaper(server, 2)).code == 0
        assert prepare(user, "crawl", "-q").code == 0
    return user


@pytest.fixture
def umask() -> Iterator[Callable[[int], int]]:
    before = os.umask(0o022)
    yield os.umask
    os.umask(before)


def modes_in(directory: Path) -> Modes:
    return {path.name: stat.S_IMODE(path.lstat().st_mode) for path in directory.iterdir()}


@pytest.mark.parametrize("mask", [0o000, 0o077])
def test_a_new_archive_is_its_owners(
    tmp_path: Path, umask: Callable[[int], int], mask: int
) -> None:
    umask(mask)
    user = Kliping(tmp_path / "user", QUICK)
    user.home.mkdir(mode=0o700)
    db = user.home / "deep" / "er" / "kliping.db"
    with Server() as server:
        feed = newspaper(server, 2)
        server.routes["/story/2"] = silent()
        assert user.run("sources", "add", feed, "--db", db).code == 0
        with user.running("crawl", "-q", "--db", db) as process:
            # In the middle of a crawl, when all that belongs to it is there.
            while "/story/2" not in server.targets() and process.poll() is None:
                time.sleep(0.05)
            found = modes_in(db.parent)
    private = dict.fromkeys(("", "-wal", "-shm", ".lock", ".pace"), 0o600)
    assert found == {f"kliping.db{ending}": mode for ending, mode in private.items()}
    assert modes_in(db.parent.parent) == {"er": 0o700}


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o660, 0o664])
def test_a_mode_that_was_given_is_kept(
    tmp_path: Path, umask: Callable[[int], int], archive: Kliping, mode: int
) -> None:
    umask(0o077)
    db = tmp_path / "kliping.db"
    db.touch()
    db.chmod(mode)
    with Server() as server:
        assert prepare(archive, "sources", "add", newspaper(server, 1), "--db", db).code == 0
        assert prepare(archive, "crawl", "-q", "--db", db).code == 0
    engine = open_engine(db)
    with writing(engine):  # its log, too, is for those who share it
        found = modes_in(tmp_path)
    engine.dispose()
    assert set(found) == {
        f"kliping.db{ending}" for ending in ("", "-wal", "-shm", ".lock", ".pace")
    }
    assert set(found.values()) == {mode}
    assert prepare(archive, "db", "vacuum", "--db", db).code == 0
    assert modes_in(tmp_path)["kliping.db"] == mode


def test_backups_are_private_and_a_restored_archive_is_as_it_was(
    tmp_path: Path, umask: Callable[[int], int], archive: Kliping
) -> None:
    umask(0)
    backup, copy, restored = (tmp_path / name for name in ("backup.db", "copy.db", "again.db"))
    restored.touch(mode=0o640)
    assert prepare(archive, "db", "backup", backup).code == 0
    assert prepare(archive, "db", "copy", archive.db, copy).code == 0
    assert prepare(archive, "db", "restore", backup, "--db", restored).code == 0
    new = tmp_path / "new.db"
    assert prepare(archive, "db", "restore", backup, "--db", new).code == 0
    found = modes_in(tmp_path)
    assert {found[path.name] for path in (backup, copy, new)} == {0o600}
    assert found["again.db"] == 0o640


def test_an_export_is_as_open_as_what_it_replaces_or_as_the_umask_says(
    tmp_path: Path, umask: Callable[[int], int], archive: Kliping
) -> None:
    umask(0o027)
    new, kept = tmp_path / "new.jsonl", tmp_path / "kept.jsonl"
    kept.touch(mode=0o600)
    for target in (new, kept):
        ended = prepare(archive, "export", "--format", "jsonl", "-o", target, "--force")
        assert ended.code == 0, ended.err
    assert modes_in(tmp_path) == {"new.jsonl": 0o640, "kept.jsonl": 0o600}


def test_an_export_under_way_was_never_more_open(
    tmp_path: Path, umask: Callable[[int], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    umask(0)
    target, asked = tmp_path / "kept.jsonl", []
    target.touch(mode=0o600)
    opened = os.open

    def watched(path: str | Path, flags: int, mode: int = 0o777, **more: int) -> int:
        descriptor = opened(path, flags, mode, **more)
        if str(path).endswith(".part/new"):
            asked.append(stat.S_IMODE(os.fstat(descriptor).st_mode))
        return descriptor

    monkeypatch.setattr(os, "open", watched)
    with new_file(target, force=True) as out:
        out.write(b"{}\n")
    assert asked == [0o600]


def test_nothing_is_left_in_the_temporary_directory(
    tmp_path: Path, umask: Callable[[int], int], archive: Kliping
) -> None:
    umask(0)
    temporary, out = tmp_path / "tmp", tmp_path / "out"
    temporary.mkdir()
    out.mkdir()
    env = {"TMPDIR": str(temporary), "SQLITE_TMPDIR": str(temporary)}
    for words in (
        *(("export", "--format", kind, "-o", out / kind) for kind in ("epub", "warc", "wacz")),
        ("import", out / "wacz", "--db", tmp_path / "other.db"),
        ("verify",),
        ("reextract", "--dry-run"),
        ("db", "vacuum"),
        ("search", "harbour"),
    ):
        ended = archive.run(*words, env=env)
        assert ended.code == 0, (words, ended.err)
        assert list(temporary.iterdir()) == [], words
    assert {name for name in modes_in(archive.home) if "part" in name} == set()


def test_pages_for_the_browser_are_private_and_go_with_the_next(
    tmp_path: Path, umask: Callable[[int], int], archive: Kliping
) -> None:
    umask(0)
    env = {"TMPDIR": str(tmp_path), "BROWSER": "true"}
    other = tmp_path / f"{PAGES}other"
    other.symlink_to(archive.home)
    old = tmp_path / f"{PAGES}old"
    old.mkdir()
    (old / "article-1.html").touch()
    for directory in (old, archive.home):
        before = time.time() - LONGEST - 60
        os.utime(directory, (before, before))
    for _ in range(2):
        assert archive.run("open", "1", "--snapshot", env=env).code == 0
    left = [path for path in tmp_path.iterdir() if path != other]
    assert len(left) == 2
    assert old not in left
    assert archive.db.exists()
    for directory in left:
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700
        assert set(modes_in(directory).values()) == {0o600}
