"""Where a file or directory is made before it is whole: in a directory of its own beside its place.

Whoever works there holds a lock in it, for as long as it lives. What a killed process left nobody
holds: the next that comes by removes it. No process's number is asked, which means nothing in
another container or on another machine; what cannot be locked stays.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

_NAME = re.compile(r"\.kliping-[0-9a-f]{12}\.part")
_LOCK, _NEW = "lock", "new"


@contextmanager
def beside(place: Path) -> Iterator[Path]:
    """A path where nothing is yet, on the file system of ``place`` and in nobody else's sight. What
    is still there at the end is removed, and what was made beside it. Raises ``OSError``."""
    sweep(place.parent)
    room, lock = _open_room(place)
    with lock:
        try:
            yield room / _NEW
        finally:
            shutil.rmtree(room, ignore_errors=True)


def sync_directory(directory: Path) -> None:
    """Make a rename in it last (not every file system lets a directory be synced)."""
    with suppress(OSError):
        sync(directory)


def sync(path: Path) -> None:
    """Have a file or directory on the disk. Raises ``OSError``."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sweep(directory: Path) -> None:
    """Remove what was left there by processes that are dead."""
    with suppress(OSError):  # the directory may be missing, which is told by who writes there
        for left in directory.iterdir():
            if _NAME.fullmatch(left.name):
                with suppress(OSError):
                    _remove_if_left(left)


def _open_room(place: Path) -> tuple[Path, BinaryIO]:
    while True:
        room = place.with_name(f".kliping-{secrets.token_hex(6)}.part")
        room.mkdir(mode=0o700)
        with suppress(FileNotFoundError):  # who swept came between
            lock = (room / _LOCK).open("ab")
            if _hold(lock) is not False and _is_at(lock, room / _LOCK):
                return room, lock
            lock.close()


def _remove_if_left(room: Path) -> None:
    status = room.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid():
        return  # none of ours: where everybody may write, it could lead anywhere
    with (room / _LOCK).open("ab") as lock:
        if _hold(lock):
            shutil.rmtree(room, ignore_errors=True)


def _hold(lock: BinaryIO) -> bool | None:
    """Whether the lock is ours from now on; ``None`` on a file system that has no locks."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _is_at(file: BinaryIO, path: Path) -> bool:
    """Raises ``FileNotFoundError`` where nothing is there any more."""
    return os.path.samestat(os.fstat(file.fileno()), path.stat())
