"""Turns: of all processes that share an archive one at a time asks a host, and leaves it the rest
that the one before owes it.

A small file beside the archive holds, for each host that was asked, until when it rests. Locks in
it are those of lockf(2): they end with their process, however it ends. Each host has two, so that
who comes back at once does not always come first: one is held while the host is asked, the other
by whoever is next.

Hosts share ``SLOTS`` places; two in one place wait for each other, and that is all.
"""

from __future__ import annotations

import fcntl
import os
import stat
from contextlib import suppress
from hashlib import blake2b, sha256
from pathlib import Path
from struct import Struct
from typing import Self

from storage.database.places import BESIDE, Place, ServerAddress, open_beside

SLOTS = 1 << 13
_ENTRY = Struct("<8sd")
"""Which host it is of, and until when it rests: seconds by the wall clock, since 1970."""
_LOCKS_AT = SLOTS * _ENTRY.size
"""Behind all entries: locks need no bytes."""


class TurnFile:
    """Implements ``scraper.fetch.politeness.Turns``. To be used in one thread. Where the file
    system has no locks, every turn is free."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._queued: set[int] = set()
        self._holders: dict[int, set[str]] = {}
        """By place, the hosts whose turn it is: a lock is the process's, and two may be there."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *unused: object) -> None:
        os.close(self._descriptor)

    def take(self, host: str, now: float) -> float | None:
        slot, owner = _place_of(host)
        if slot not in self._holders:
            if slot not in self._queued and not self._lock(_next(slot)):
                return None
            self._queued.add(slot)
            if not self._lock(_asked(slot)):
                return None
            self._leave_queue(slot)
        self._holders.setdefault(slot, set()).add(host)
        entry = os.pread(self._descriptor, _ENTRY.size, slot * _ENTRY.size)
        if len(entry) < _ENTRY.size:
            return 0.0
        told, free_at = _ENTRY.unpack(entry)
        return free_at - now if told == owner and free_at > now else 0.0

    def give_back(self, host: str, free_at: float | None) -> None:
        slot, owner = _place_of(host)
        self._leave_queue(slot)
        holders = self._holders.get(slot, set())
        if host not in holders:
            return
        if free_at is not None:
            with suppress(OSError):  # a full disk: the host's rest is known to this process alone
                entry = _ENTRY.pack(owner, free_at)
                os.pwrite(self._descriptor, entry, slot * _ENTRY.size)
        holders.discard(host)
        if not holders:
            del self._holders[slot]
            self._unlock(_asked(slot))

    def _leave_queue(self, slot: int) -> None:
        if slot in self._queued:
            self._queued.discard(slot)
            self._unlock(_next(slot))

    def _lock(self, at: int) -> bool:
        try:
            fcntl.lockf(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, at)
        except (BlockingIOError, PermissionError):
            return False
        except OSError:
            return True
        return True

    def _unlock(self, at: int) -> None:
        with suppress(OSError):
            fcntl.lockf(self._descriptor, fcntl.LOCK_UN, 1, at)


def open_turns(place: Place) -> TurnFile | None:
    """The turns of an archive. Those of one on a server are in the user's data directory, and so
    are shared by what one user runs on this machine. ``None`` where the file cannot be written: who
    cannot file there keeps a pace of its own."""
    suffix = BESIDE["turns at hosts"]
    try:
        if isinstance(place, ServerAddress):
            from platformdirs import user_data_path  # heavy: a server's address is rare

            home = user_data_path("kliping", appauthor=False)
            name = sha256(str(place).encode()).hexdigest()[:16]
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
            return _open(home / f"{name}{suffix}", home / name)
        real = Path(os.path.realpath(place))
        return _open(real.with_name(f"{real.name}{suffix}"), real)
    except OSError:
        return None


def _open(path: Path, archive: Path) -> TurnFile | None:
    """``None`` for what is no file of our own, as a pipe or another file's second name."""
    descriptor = open_beside(path, archive)
    status = os.fstat(descriptor)
    if stat.S_ISREG(status.st_mode) and status.st_nlink == 1:
        return TurnFile(descriptor)
    os.close(descriptor)
    return None


def _place_of(host: str) -> tuple[int, bytes]:
    owner = blake2b(host.encode(), digest_size=8).digest()
    return int.from_bytes(owner[:2], "little") % SLOTS, owner


def _asked(slot: int) -> int:
    return _LOCKS_AT + 2 * slot


def _next(slot: int) -> int:
    return _LOCKS_AT + 2 * slot + 1
