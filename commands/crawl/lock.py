"""The run lock: at most one crawl at a time works on a database, and nothing that makes it anew.

``flock`` on a file beside the database: it is free again the moment its holder dies, however it
dies, and children never have it (the descriptor is closed on exec). The file stays where it is:
unlinking it would let two holders in. It holds who has it, for whoever has to wait. On a server it
is a lock of a session (``storage.database.server``), which ends with its holder too.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from commands.times import local_minute
from scraper.errors import LockedError, StorageError
from storage.database import server
from storage.database.places import BESIDE, Place, ServerAddress, open_beside

if TYPE_CHECKING:
    from storage.records import RunRecord

CRAWL = "crawl"
_LONGEST = 200
_TOLD = re.compile(r"(\d{1,10}) (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) ([a-z-]+(?: [a-z-]+)*)")


@contextmanager
def run_lock(
    db: Place, load_holder: Callable[[], RunRecord | None], command: str = CRAWL
) -> Iterator[None]:
    """Hold the lock of ``db`` for a ``command``, as it is typed. Raises ``LockedError`` at once if
    another process has it, naming that one as it told itself, or as ``load_holder`` finds it
    recorded."""
    told = f"{os.getpid()} {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {command}"
    lock = _lock_of_server(db, told) if isinstance(db, ServerAddress) else _lock_of_file(db, told)
    with lock as other:
        if other is not None:
            raise LockedError(f"{db}: {_describe(other, load_holder())}")
        yield


def _lock_of_server(db: ServerAddress, told: str) -> AbstractContextManager[str | None]:
    return server.hold_run_lock(db, told)


@contextmanager
def _lock_of_file(db: Path, told: str) -> Iterator[str | None]:
    """``None``: it is ours; else what its holder told, if anything."""
    from filelock import lock_descriptor  # heavy: only to lock a file

    real = Path(os.path.realpath(db))
    path = real.with_name(real.name + BESIDE["run lock"])
    made = not path.exists()
    try:
        descriptor = open_beside(path, real)
    except OSError as error:
        raise StorageError(f"{path}: the lock cannot be taken: {error.strerror}") from None
    try:
        if not lock_descriptor(descriptor, blocking=False):
            yield os.pread(descriptor, _LONGEST, 0).decode(errors="replace")
            return
        _tell(descriptor, told)
        try:
            yield None
        finally:
            _tell(descriptor, "")
            if made and not real.exists():  # a restore into a new place failed: nothing to guard
                path.unlink(missing_ok=True)
    finally:
        os.close(descriptor)


def _tell(descriptor: int, line: str) -> None:
    with suppress(OSError):  # on a full disk: the lock holds all the same
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, line.encode(), 0)


def _describe(told: str, recorded: RunRecord | None) -> str:
    """Which command has the lock: process, start and command, as ``run_lock`` writes them."""
    found = _TOLD.fullmatch(told.strip())
    pid, since, command = found.groups() if found else ("", "", CRAWL)
    if command == CRAWL and recorded is not None:
        pid, since = str(recorded.pid), recorded.started_at.isoformat()
    what = "another crawl" if command == CRAWL else f"`kliping {command}`"
    if not pid:
        return f"{what} is running; wait until it ends"
    began = local_minute(datetime.fromisoformat(since))
    return f"{what} is running: process {pid}, since {began}; wait or stop it"
