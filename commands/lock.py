"""The run lock: at most one crawl at a time works on a database.

``flock`` on a file beside the database: it is free again the moment its holder dies, however it
dies, and children never have it (the descriptor is closed on exec). The file stays where it is:
unlinking it would let two holders in.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from scraper.errors import LockedError, StorageError

if TYPE_CHECKING:
    from storage.records import RunRecord


@contextmanager
def run_lock(db: Path, load_holder: Callable[[], RunRecord | None]) -> Iterator[None]:
    """Hold the lock of ``db``. Raises ``LockedError`` at once if another process has it,
    naming the one that ``load_holder`` finds recorded."""
    from filelock import FileLock, Timeout

    path = Path(os.path.realpath(db)).with_name(Path(os.path.realpath(db)).name + ".lock")
    lock = FileLock(path, blocking=False)
    try:
        lock.acquire()
    except Timeout:
        raise LockedError(_describe(db, load_holder())) from None
    except OSError as error:
        raise StorageError(f"{path}: the lock cannot be taken: {error.strerror}") from None
    try:
        yield
    finally:
        lock.release()


def _describe(db: Path, holder: RunRecord | None) -> str:
    if holder is None:
        return f"{db}: another crawl is running; wait until it ends"
    since = holder.started_at.astimezone().isoformat(sep=" ", timespec="seconds")
    return f"{db}: another crawl is running: process {holder.pid}, since {since}; wait or stop it"
