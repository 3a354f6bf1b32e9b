"""The run lock: at most one crawl at a time works on a database.

``flock`` on a file beside the database: it is free again the moment its holder dies, however it
dies, and children never have it (the descriptor is closed on exec). The file stays where it is:
unlinking it would let two holders in. On a server it is a lock of a session
(``storage.database.server``), which ends with its holder too.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from scraper.errors import LockedError, StorageError
from storage.database.places import Place, ServerAddress

if TYPE_CHECKING:
    from storage.records import RunRecord


@contextmanager
def run_lock(db: Place, load_holder: Callable[[], RunRecord | None]) -> Iterator[None]:
    """Hold the lock of ``db``. Raises ``LockedError`` at once if another process has it,
    naming the one that ``load_holder`` finds recorded."""
    with _lock_of_server(db) if isinstance(db, ServerAddress) else _lock_of_file(db) as is_ours:
        if not is_ours:
            raise LockedError(_describe(db, load_holder()))
        yield


def _lock_of_server(db: ServerAddress) -> AbstractContextManager[bool]:
    from storage.database import server

    return server.run_lock(db)


@contextmanager
def _lock_of_file(db: Path) -> Iterator[bool]:
    from filelock import FileLock, Timeout

    real = Path(os.path.realpath(db))
    path = real.with_name(real.name + ".lock")
    # Whoever may not write the archive may not keep others from it either.
    made = not path.exists()
    mode = 0o600 | (real.stat().st_mode & 0o666 if real.exists() else 0)
    lock = FileLock(path, mode=mode, blocking=False)
    try:
        lock.acquire()
    except Timeout:
        yield False
        return
    except OSError as error:
        raise StorageError(f"{path}: the lock cannot be taken: {error.strerror}") from None
    try:
        yield True
    finally:
        if made and not real.exists():  # a restore into a new place failed: nothing to guard
            path.unlink(missing_ok=True)
        lock.release()


def _describe(db: Place, holder: RunRecord | None) -> str:
    if holder is None:
        return f"{db}: another crawl is running; wait until it ends"
    since = holder.started_at.astimezone().isoformat(sep=" ", timespec="seconds")
    return f"{db}: another crawl is running: process {holder.pid}, since {since}; wait or stop it"
