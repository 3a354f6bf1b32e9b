"""Backups of a live archive, and putting one back."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine

from scraper.errors import ConfigError, LockedError, StorageError
from storage.archive import Archive
from storage.database.engine import open_engine
from storage.integrity.verify import verify
from storage.maintenance import info
from storage.maintenance.backup import backup, restore
from storage.maintenance.info import load_info, vacuum
from storage.reading.library import Library
from tests.storage.database.test_engine import spoil_schema
from tests.storage.makers import BY_HAND, LATER, NOW, make_article, make_capture

pytestmark = pytest.mark.parametrize("place", ["sqlite"], indirect=True)

WORDS = " ".join(f"word{number}" for number in range(150))


def file_some(engine: Engine, count: int, first: int = 0) -> None:
    for number in range(first, first + count):
        article = make_article(f"{number} {WORDS}", f"Title {number}")
        Archive(engine).save(make_capture(f"https://a.example/{number}", article), BY_HAND, NOW)


def titles(path: Path) -> list[tuple[int, str | None]]:
    engine = open_engine(path)
    found = [(one.id, one.title) for one in Library(engine).list(0)]
    assert verify(engine, LATER).damage == []
    engine.dispose()
    return found


def test_a_backup_is_an_archive_with_the_same_ids(engine: Engine, path: Path) -> None:
    file_some(engine, 3)
    target = path.with_name("backup.db")
    size = backup(engine, target)
    assert target.stat().st_size == size
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert titles(target) == titles(path)
    assert [*path.parent.glob(".kliping-*")] == []


def test_a_backup_made_while_others_write_is_of_one_moment(engine: Engine, path: Path) -> None:
    file_some(engine, 30)
    others = threading.Event()
    writers = open_engine(path)

    def write() -> None:
        number = 100
        while not others.is_set():
            file_some(writers, 1, number)
            number += 1

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for number in range(3):
            target = path.with_name(f"backup-{number}.db")
            backup(engine, target)
            assert len(titles(target)) >= 30
    finally:
        others.set()
        thread.join()
        writers.dispose()


@pytest.mark.parametrize("what", ["file", "directory", "dangling link"])
def test_a_target_that_exists_is_refused_and_left_alone(
    engine: Engine, path: Path, what: str
) -> None:
    target = path.with_name("there")
    if what == "file":
        target.write_text("mine")
    elif what == "directory":
        target.mkdir()
    else:
        target.symlink_to(path.with_name("nowhere"))
    with pytest.raises(ConfigError, match="exists already"):
        backup(engine, target)
    assert what != "file" or target.read_text() == "mine"
    assert not path.with_name("nowhere").exists()


def test_a_directory_that_is_missing_is_one_clear_line(engine: Engine, path: Path) -> None:
    with pytest.raises(StorageError, match=r"backup\.db"):
        backup(engine, path.parent / "no" / "backup.db")


UNDER_WAY = """
import os, sys
from pathlib import Path
os.getpid = lambda: 99_999_999  # a number that nobody has here: of another container
from storage.database.engine import open_engine
from storage.maintenance.backup import backup

def note(*_):
    print("half", flush=True)
    sys.stdin.readline()

backup(open_engine(Path(sys.argv[1])), Path(sys.argv[2]), note)
"""


@pytest.mark.parametrize("is_killed", [False, True])
def test_what_is_swept_is_what_a_killed_backup_left(
    engine: Engine, path: Path, is_killed: bool
) -> None:
    file_some(engine, 3)
    target, other = path.with_name("backup.db"), path.with_name("other.db")
    with subprocess.Popen(
        [sys.executable, "-c", UNDER_WAY, str(path), str(other)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "half\n"
        if is_killed:
            process.kill()
            process.wait(300)
        backup(engine, target)
        left = [*path.parent.glob(".kliping-*")]
        assert len(left) == (0 if is_killed else 1)
        if not is_killed:
            process.communicate("\n" * 100, timeout=300)
    assert titles(target) == titles(path)
    assert other.exists() is not is_killed
    assert is_killed or titles(other) == titles(path)
    assert [*path.parent.glob(".kliping-*")] == []


def test_a_backup_is_restored_to_a_new_place(engine: Engine, path: Path) -> None:
    file_some(engine, 3)
    target, new = path.with_name("backup.db"), path.parent / "sub" / "new.db"
    backup(engine, target)
    done = restore(target, new, NOW)
    assert (done.articles, done.aside) == (3, None)
    assert titles(new) == titles(path)


def test_a_good_archive_is_only_replaced_by_force_and_kept(engine: Engine, path: Path) -> None:
    file_some(engine, 2)
    target = path.with_name("backup.db")
    backup(engine, target)
    file_some(engine, 1, 7)
    engine.dispose()
    before = titles(path)
    with pytest.raises(ConfigError, match="--force"):
        restore(target, path, NOW)
    assert titles(path) == before
    done = restore(target, path, NOW, force=True)
    assert titles(path) == titles(target)
    assert done.aside is not None
    assert titles(done.aside) == before


def test_a_damaged_archive_is_replaced_and_kept(engine: Engine, path: Path) -> None:
    file_some(engine, 40)
    target = path.with_name("backup.db")
    backup(engine, target)
    engine.dispose()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    broken = bytearray(path.read_bytes())
    broken[4096:] = os.urandom(len(broken) - 4096)
    path.write_bytes(broken)
    done = restore(target, path, NOW)
    assert len(titles(path)) == 40
    assert done.aside is not None
    assert done.aside.read_bytes() == bytes(broken)


@pytest.mark.parametrize("force", [False, True])
def test_an_archive_whose_schema_is_no_text_is_replaced_and_kept(
    engine: Engine, path: Path, force: bool
) -> None:
    file_some(engine, 2)
    target = path.with_name("backup.db")
    backup(engine, target)
    engine.dispose()
    spoil_schema(path)
    with pytest.raises(StorageError, match=f"^{path}: .*damaged"):
        restore(path, path.with_name("new.db"), NOW)
    done = restore(target, path, NOW, force=force)
    assert len(titles(path)) == 2
    assert done.aside is not None


def test_a_damaged_backup_is_refused_and_nothing_changes(engine: Engine, path: Path) -> None:
    file_some(engine, 3)
    target, new = path.with_name("backup.db"), path.with_name("new.db")
    backup(engine, target)
    with closing(sqlite3.connect(target)) as connection, connection:
        connection.execute("UPDATE version SET title = 'Another' WHERE id = 2")
    with pytest.raises(StorageError, match=r"damaged and was not restored: version 2"):
        restore(target, new, NOW)
    assert not new.exists()
    assert [*path.parent.glob(".kliping-*")] == []


@pytest.mark.parametrize(
    "content",
    [b"", b"no database at all", b"SQLite format 3\0" + bytes(200), "cut", "newer", "scrambled"],
)
def test_what_is_no_backup_is_refused_by_its_name(
    engine: Engine, path: Path, content: bytes | str
) -> None:
    source, new = path.with_name("source.db"), path.with_name("new.db")
    if isinstance(content, bytes):
        source.write_bytes(content)
    else:
        backup(engine, source)
    if content == "newer":
        with closing(sqlite3.connect(source)) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = '29991231_0001'")
    elif isinstance(content, str):
        whole = source.read_bytes()
        rest = b"" if content == "cut" else os.urandom(len(whole) - 8192)
        source.write_bytes(whole[:8192] + rest)
    with pytest.raises(StorageError, match=f"^{source}: "):
        restore(source, new, NOW)
    assert not new.exists()


def test_a_full_disk_is_told_of_the_place(engine: Engine, path: Path) -> None:
    file_some(engine, 20)
    source, new = path.with_name("backup.db"), path.with_name("new.db")
    most = backup(engine, source) // 2
    script = (
        "import resource, signal, sys, cli; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, {most})); sys.exit(cli.main())"
    )
    command = (sys.executable, "-P", "-c", script, "--db", new, "db", "restore", source)
    done = subprocess.run([*map(str, command)], capture_output=True, text=True)
    assert (done.returncode, done.stderr.startswith(f"kliping: {new}: ")) == (74, True)
    assert "disk may be full" in done.stderr
    assert not new.exists()


def test_what_another_program_keeps_there_is_only_replaced_by_force(
    engine: Engine, path: Path
) -> None:
    file_some(engine, 1)
    source, foreign = path.with_name("backup.db"), path.with_name("foreign.db")
    backup(engine, source)
    with closing(sqlite3.connect(foreign)) as connection, connection:
        connection.execute("CREATE TABLE mine (it)")
    before = foreign.read_bytes()
    with pytest.raises(ConfigError, match="another program's file is there: --force"):
        restore(source, foreign, NOW)
    assert foreign.read_bytes() == before
    done = restore(source, foreign, NOW, force=True)
    assert done.aside is not None
    assert done.aside.read_bytes() == before
    empty = path.with_name("empty.db")
    empty.touch()
    assert restore(source, empty, NOW).aside is None


def test_a_vacuum_gives_way_to_a_writer(
    engine: Engine, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(info, "PATIENCE", 0.05)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LockedError, match="another process writes to it"):
            vacuum(engine)


def test_an_archive_in_use_is_not_replaced(engine: Engine, path: Path) -> None:
    file_some(engine, 1)
    target = path.with_name("backup.db")
    backup(engine, target)
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM article").all()
        with pytest.raises(LockedError, match="another process uses it"):
            restore(target, path, NOW, force=True)
    assert len(titles(path)) == 1


def test_an_archive_is_no_backup_of_itself(engine: Engine, path: Path) -> None:
    with pytest.raises(ConfigError, match="itself"):
        restore(path, path, NOW, force=True)


def leave_log(path: Path, ending: str) -> bytes:
    """What a killed process leaves beside an archive, which is then removed."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA journal_mode = {'WAL' if ending == '-wal' else 'DELETE'}")
        connection.execute("PRAGMA cache_size = 1")  # so that a journal comes to the disk
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("CREATE TABLE evil AS SELECT zeroblob(100000) AS it")
        connection.execute("UPDATE version SET title = 'Another'")
        if ending == "-wal":
            connection.execute("COMMIT")
        log = path.with_name(path.name + ending).read_bytes()
    path.unlink()
    path.with_name(path.name + ending).write_bytes(log)
    return log


@pytest.mark.parametrize("ending", ["-wal", "-journal"])
@pytest.mark.parametrize("before", ["missing", "empty"])
def test_the_log_of_an_archive_that_was_removed_is_kept_and_laid_over_nothing(
    engine: Engine, path: Path, ending: str, before: str
) -> None:
    file_some(engine, 3)
    target = path.with_name("backup.db")
    backup(engine, target)
    engine.dispose()
    log = leave_log(path, ending)
    taken = path.with_name(f"{path.name}.before-{NOW:%Y%m%d-%H%M%S}-journal")
    taken.write_text("mine")
    if before == "empty":
        path.touch()
    done = restore(target, path, NOW)
    assert titles(path) == titles(target)
    assert done.aside == path.with_name(f"{path.name}.before-{NOW:%Y%m%d-%H%M%S}-2{ending}")
    assert done.aside.read_bytes() == log
    assert taken.read_text() == "mine"


def test_no_backup_is_made_beside_the_log_of_another(engine: Engine, path: Path) -> None:
    target = path.with_name("backup.db")
    backup(engine, target)
    log = leave_log(target, "-wal")
    with pytest.raises(StorageError, match=f"^{target}: .* move {target}-wal away"):
        backup(engine, target)
    assert not target.exists()
    assert Path(f"{target}-wal").read_bytes() == log


def test_vacuum_gives_room_back(engine: Engine, path: Path) -> None:
    file_some(engine, 60)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE big AS SELECT zeroblob(3000000) AS it")
        connection.execute("DROP TABLE big")
    before, after = vacuum(engine)
    assert after < before - 2_000_000
    assert verify(engine, LATER).damage == []
    held = load_info(engine)
    assert (held.articles, held.versions, held.snapshots, held.free) == (60, 60, 60, 0)


def test_a_log_that_was_left_alone_is_not_laid_over_what_is_restored(
    engine: Engine, path: Path
) -> None:
    file_some(engine, 3)
    source = path.with_name("backup.db")
    backup(engine, source)
    file_some(engine, 6, first=3)
    target = path.with_name("new.db")
    log = path.with_name(f"{path.name}-wal").read_bytes()
    assert log
    left = target.with_name("new.db-wal")
    left.write_bytes(log)
    done = restore(source, target, NOW)
    assert titles(target) == titles(source)
    assert done.aside is not None
    assert done.aside.name.startswith("new.db.before-")
    assert done.aside.read_bytes() == log
