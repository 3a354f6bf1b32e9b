"""Reading a file beside which SQLite cannot make its log: it is read as it is, or not at all."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from scraper.errors import BusyError, StorageError
from storage.archive import Archive
from storage.database import sqlite
from storage.database.engine import open_engine, reading
from storage.database.failures import NoRoomError
from storage.integrity.verify import verify
from storage.maintenance.backup import backup
from storage.reading.library import Library
from tests.storage.makers import BY_HAND, LATER, NOW, make_capture


@pytest.fixture
def full(path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An archive with one article, on a disk with no room for a log."""
    engine = open_engine(path)
    Archive(engine).save(make_capture("https://a.example/1"), BY_HAND, NOW)
    engine.dispose()

    def enter_wal(*_: object) -> None:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
        raise error

    monkeypatch.setattr(sqlite, "enter_wal", enter_wal)
    return path


def write(path: Path, statement: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(statement)
    return connection


def test_what_reads_reads_and_what_writes_says_what_to_do(full: Path) -> None:
    engine = open_engine(full, read_only=True)
    assert len(Library(engine).list()) == 1
    report = verify(engine, LATER)
    assert report.damage == []
    assert len(report.unchecked) == 2, "the last entry is not sealed, the index not compared"
    assert backup(engine, full.with_name("backup.db")) > 0
    engine.dispose()
    with pytest.raises(NoRoomError, match="free some space"):
        open_engine(full)


def test_what_the_log_holds_is_read(full: Path) -> None:
    statement = "UPDATE version SET title = 'In the log'"
    with closing(write(full, statement)):  # as one that died leaves it
        other = full.with_name("other.db")
        for ending in ("", "-wal"):
            shutil.copy(f"{full}{ending}", f"{other}{ending}")
    assert Path(f"{other}-wal").stat().st_size > 0
    engine = open_engine(other, read_only=True)
    assert [one.title for one in Library(engine).list()] == ["In the log"]
    engine.dispose()


def test_what_another_process_has_open_is_not_read(full: Path) -> None:
    with (
        closing(write(full, "UPDATE version SET title = 'In the log'")),
        pytest.raises(BusyError),
    ):
        open_engine(full, read_only=True, busy_timeout=0.0)


def test_a_file_that_changes_while_it_is_read_is_told(full: Path) -> None:
    engine = open_engine(full, read_only=True)
    library = Library(engine)
    assert len(library.list()) == 1
    write(full, "UPDATE version SET title = 'Another'").close()
    with pytest.raises(BusyError, match="try again"), reading(engine):
        raise StorageError("what was misread")
    with pytest.raises(BusyError):
        library.list()
    engine.dispose()
