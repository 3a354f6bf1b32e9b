"""Copies of a whole archive file: making one while a crawl writes, and putting one in its place.

A copy of the file's bytes is no backup: a live database has part of what it holds in its log. A
backup is written beside its place and linked there when it is whole and safe on the disk.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from scraper.errors import ConfigError, LockedError, StorageError
from storage import temp_files
from storage.database.engine import BUSY_TIMEOUT, name_of, unchanged
from storage.database.failures import explained
from storage.database.meanings import SQLITE_ERRORS
from storage.database.sqlite import open_file, prepare_file
from storage.database.unlogged import is_still, refuse_logs
from storage.database.wary import be_wary
from storage.integrity.verify import verify
from storage.maintenance.info import Info, load_info

PAGES = 2_000
"""Pages of the file copied between two notes of progress."""
_LOGS = "-wal", "-journal", "-shm"
Note = Callable[[int, int], None]
"""Hears how many pages are copied, of how many."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did."""

    articles: int
    rejected: int
    """Pages that are none."""
    aside: Path | None
    """Where the database is that was there before, or the log of one that was removed."""


def backup(engine: Engine, target: Path, note: Note = lambda *_: None) -> int:
    """Copy the archive to ``target``; the size of the file in bytes.

    It is as the archive was at one moment, however much is written meanwhile. Raises
    ``ConfigError`` for a target that exists, ``StorageError`` for what cannot be read or written;
    then there is no target.
    """
    refuse_server(engine, "backup", "use pg_dump, or `kliping db copy`")
    if os.path.lexists(target):
        temp_files.sweep(target.parent)  # of a backup that was killed when it was in place
        raise ConfigError(
            f"{target}: exists already, and a backup replaces nothing: name a new file"
        )
    with explained(str(target)):
        refuse_logs(target, str(target))
    with explained(str(target)), _beside(target) as beside:
        with unchanged(engine):
            _copy(engine, beside, note)
        _put(beside, target)
        return target.stat().st_size


def restore(source: Path, path: Path, now: datetime, *, force: bool = False) -> Restored:
    """Put a backup in the place of the archive at ``path``, once everything in it has been checked.

    What is there stays, under another name. The caller holds the run lock. Raises ``ConfigError``
    where a good archive or another program's file is there and ``force`` is not given,
    ``StorageError`` for a backup that is damaged or none, and ``LockedError`` where another process
    uses the archive; then nothing has changed.
    """
    if not os.path.isfile(source):  # also for a name that no file can have
        raise ConfigError(f"{source}: there is no such file to restore from")
    if path.exists() and os.path.samefile(source, path):
        raise ConfigError(f"{source}: is the archive itself: name the backup to restore from")
    if not force and (what := _worth_keeping(path)):
        raise ConfigError(
            f"{path}: {what} is there: --force puts the backup in its place (and keeps it "
            "beside), --db NEW restores to another file"
        )
    with explained(str(path)):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _beside(path) as beside:
            found = _check(source, beside, now)
            if path.exists():  # who might read the one that was there may read this one
                beside.chmod(path.stat().st_mode & 0o777)
            aside = _set_aside(path, now)
            beside.replace(path)
            temp_files.sync_directory(path.parent)
    return Restored(found.articles, found.rejected, aside)


def _worth_keeping(path: Path) -> str | None:
    """What is there that nobody gives up unasked; a damaged archive is none."""
    if not path.is_file() or path.stat().st_size == 0:
        return None
    try:
        prepare_file(path)
    except StorageError:
        return "another program's file"
    return "a good archive" if _is_good(path) else None


def _is_good(path: Path) -> bool:
    """Whether SQLite finds nothing wrong with an archive of ours."""
    try:
        with closing(_open_read_only(path)) as connection:
            connection.execute("SELECT count(*) FROM article").fetchone()
            found = connection.execute("PRAGMA quick_check(1)").fetchall()
            return found == [("ok",)]
    except SQLITE_ERRORS:
        return False


def refuse_server(engine: Engine, what: str, instead: str) -> None:
    """Raises ``ConfigError`` where the archive is no file."""
    if engine.dialect.name != "sqlite":
        raise ConfigError(f"{name_of(engine)}: {what} is for archives in a file: {instead}")


def _copy(engine: Engine, beside: Path, note: Note) -> None:
    with (
        engine.connect() as connection,
        closing(sqlite3.connect(beside, isolation_level=None)) as copy,
    ):
        source = connection.connection.driver_connection
        assert isinstance(source, sqlite3.Connection)
        # The pages come by the log of the source: none of its own is needed before it is whole.
        copy.execute("PRAGMA journal_mode = OFF")
        copy.execute("PRAGMA synchronous = OFF")
        # In one reading transaction, or each commit of a crawl would make it begin anew.
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        try:
            source.backup(
                copy,
                pages=PAGES,
                progress=lambda _, left, total: note(total - left, total),
                sleep=0,
            )
        finally:
            source.execute("ROLLBACK")
    temp_files.sync(beside)


def _check(source: Path, beside: Path, now: datetime) -> Info:
    """Copy a backup beside the archive and check the copy; what it holds.

    Raises ``StorageError`` that names the backup.
    """
    engine = _open_copy(source, beside)
    try:
        report = verify(engine, now)
        if report.total:
            first = report.damage[0]
            raise StorageError(
                f"{source}: is damaged and was not restored: {first.what}: {first.problem}"
                + (f" (and {report.total - 1} more)" if report.total > 1 else "")
            )
        found = load_info(engine)
    finally:
        engine.dispose()
    temp_files.sync(beside)
    return found


def _open_copy(source: Path, beside: Path) -> Engine:
    """Copy a database of ours as it is, with what its log holds, and open the copy, upgraded.

    What cannot be read is told of the backup, what cannot be written of the archive's place, which
    the caller explains.
    """
    with explained(str(source)):
        prepare_file(source)
        if not source.stat().st_size:
            raise StorageError(f"{source}: is empty, and no backup")
    try:
        with closing(_open_read_only(source)) as given, closing(sqlite3.connect(beside)) as copy:
            given.backup(copy)
        return open_file(beside, str(source), False, BUSY_TIMEOUT)
    except (*SQLITE_ERRORS, DBAPIError) as error:
        if _is_of_disk(error):
            raise
        with explained(str(source)):
            raise


def _is_of_disk(error: Exception) -> bool:
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(cause, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)


def _open_read_only(path: Path) -> sqlite3.Connection:
    """Without a log beside it, a file is read as it is: even where nothing may be written."""
    path = Path(os.path.abspath(path))
    uri = f"{path.as_uri()}?mode=ro{'&immutable=1' if is_still(path) else ''}"
    connection = sqlite3.connect(uri, uri=True, timeout=5.0)
    be_wary(connection)
    return connection


def _set_aside(path: Path, now: datetime) -> Path | None:
    """Give what is at ``path`` a second name, with its log's content in it. A log that is still
    there, of a database that is damaged or was removed, goes with it: SQLite would lay it over the
    next one."""
    is_there = path.exists() and path.stat().st_size > 0
    if is_there:
        _bring_home(path)
    aside = _free_name(f"{path}.before-{now:%Y%m%d-%H%M%S}")
    kept = []
    if is_there:
        os.link(path, aside)
        kept.append(aside)
    for ending in _LOGS:
        with suppress(FileNotFoundError):
            log = path.with_name(path.name + ending)
            kept.append(log.replace(aside.with_name(aside.name + ending)))
    temp_files.sync_directory(path.parent)  # no log may come back beside the next one
    return kept[0] if kept else None


def _free_name(wanted: str) -> Path:
    """With a number, where something is called so."""
    names = (Path(wanted if number == 1 else f"{wanted}-{number}") for number in count(1))
    return next(
        name for name in names if not any(os.path.lexists(f"{name}{end}") for end in ("", *_LOGS))
    )


def _bring_home(path: Path) -> None:
    """Write the log into the database and end it, which needs the database for oneself."""
    try:
        with closing(sqlite3.connect(path, isolation_level=None, timeout=2.0)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise LockedError(f"{path}: another process uses it: wait until it ends") from None
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        return  # damaged: it goes aside as it is


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A private file on the target's file system, gone at the end unless it was put in place."""
    with temp_files.beside(target) as beside:
        os.close(os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        yield beside


def _put(beside: Path, target: Path) -> None:
    try:
        os.link(beside, target)  # unlike a rename, it replaces nothing
    except FileExistsError:
        raise ConfigError(f"{target}: exists already, and a backup replaces nothing") from None
    except OSError:  # a file system without hard links
        if os.path.lexists(target):
            raise ConfigError(f"{target}: exists already") from None
        beside.rename(target)
    temp_files.sync_directory(target.parent)
