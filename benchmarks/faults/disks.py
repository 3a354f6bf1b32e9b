"""The faults of ``benchmarks.faults`` that are of disks and of the database's files."""

from __future__ import annotations

import mmap
import os
import resource
import shutil
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from benchmarks.faults.child import DURABLE, lose_patience, mark_durable, obey_modes
from benchmarks.faults.kinds import QUIETLY
from benchmarks.faults.power_cut import Durable, tear
from benchmarks.faults.trial import Codes, Fault, Play
from benchmarks.kills.crawler import state_of

FULL: Codes = {74: "it could not be written, the disk may be full: free some space"}
READ_ONLY: Codes = {74: "cannot be (written here: check|taken: Permission denied)"}
LOCKED: Codes = {75: "another process kept it locked for too long: try again"}
ROOM = 8 << 20

# ------------------------------------------------------------------ room


def fill_disk(play: Play) -> None:
    """The next command finds room again."""
    disk = play.small_disk(ROOM)
    crawl = play.crawl()
    play.reach(crawl)
    filler = _fill(disk)
    play.end(crawl, {**QUIETLY, **FULL})
    filler.unlink()


def fill_disk_for_a_while(play: Play) -> None:
    disk = play.small_disk(ROOM)
    crawl = play.crawl()
    play.reach(crawl)
    filler = _fill(disk)
    time.sleep(play.rng.uniform(0.01, 0.3))
    filler.unlink()
    play.end(crawl, {**QUIETLY, **FULL})


def limit_file_size(play: Play) -> None:
    crawl = play.crawl()
    play.reach(crawl)
    log = play.db.with_name(play.db.name + "-wal")
    most = (log if log.exists() else play.db).stat().st_size + play.rng.randint(0, 200_000)
    _, hard = resource.prlimit(crawl.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(crawl.pid, resource.RLIMIT_FSIZE, (most, hard))
    play.end(crawl, {**QUIETLY, **FULL})


def _fill(disk: Path) -> Path:
    filler = disk / "filler"
    size = 1 << 20
    with filler.open("wb", buffering=0) as file:
        while size >= 512:
            try:
                file.write(bytes(size))
            except OSError:
                size //= 2
    return filler


# ------------------------------------------------------------------ rights


def forbid_writing(play: Play) -> None:
    """The directory, or the file as well, may not be written: from the start, or from now on."""
    lock = play.db.with_name(play.db.name + ".lock")
    home = play.db.parent / "home"
    home.mkdir()
    play.db = Path(shutil.move(play.db, home / play.db.name))
    lock = home / lock.name
    if play.rng.random() < 0.5:
        lock.touch(0o600)
    from_start, too = play.rng.random() < 0.5, play.rng.random() < 0.5
    if from_start:
        _set_modes(play.db, 0o555, 0o444 if too else 0o600)
    crawl = play.crawl(None, None, obey_modes)
    if from_start:
        play.result.is_met = True
    else:
        play.reach(crawl)
        _set_modes(play.db, 0o555, 0o444 if too else 0o600)
    play.result.said.append("from the start" if from_start else "under way")
    play.end(crawl, READ_ONLY if from_start else {**QUIETLY, **READ_ONLY})
    _set_modes(play.db, 0o700, 0o600)


def _set_modes(db: Path, folder: int, file: int) -> None:
    db.chmod(file)
    db.parent.chmod(folder)


# ------------------------------------------------------------------ locks


def lock_database(play: Play) -> None:
    """Another process writes for long, in one transaction."""
    crawl = play.crawl()
    play.reach(crawl)
    with closing(sqlite3.connect(play.db, timeout=20, isolation_level=None)) as other:
        other.execute(play.rng.choice(("BEGIN IMMEDIATE", "BEGIN EXCLUSIVE")))
        time.sleep(play.waits.lock)
        other.execute("ROLLBACK")
    play.end(crawl, QUIETLY)


def lock_database_for_good(play: Play) -> None:
    crawl = play.crawl(None, None, lose_patience(lock=0.5))
    play.reach(crawl)
    with closing(sqlite3.connect(play.db, timeout=20, isolation_level=None)) as other:
        other.execute(play.rng.choice(("BEGIN IMMEDIATE", "BEGIN EXCLUSIVE")))
        play.end(crawl, LOCKED)


# ------------------------------------------------------------------ files


def cut_power(play: Play) -> None:
    """All that is left is what the disk held at one moment; the log's unsynced end as it was."""
    _cut_power(play, torn=False)


def cut_power_and_tear(play: Play) -> None:
    """The same; what was not synced is written in part, and so is a checkpoint."""
    _cut_power(play, torn=True)


def _cut_power(play: Play, *, torn: bool) -> None:
    mark = play.folder / "mark"
    mark.write_bytes(bytes(DURABLE.size))
    crawl = play.crawl(None, None, mark_durable(mark))
    play.reach(crawl)
    crawl.signal(signal.SIGSTOP)
    while state_of(crawl.pid) not in ("T", "Z", ""):
        time.sleep(0.001)
    disk = play.folder / "after the cut"
    disk.mkdir()
    for end in ("", "-wal"):
        file = play.db.with_name(play.db.name + end)
        if file.exists():
            shutil.copy(file, disk)
    with mark.open("rb") as file_of_mark:
        held = mmap.mmap(file_of_mark.fileno(), DURABLE.size, access=mmap.ACCESS_READ)
        durable = Durable(*DURABLE.unpack(held[:]))
    crawl.signal(signal.SIGKILL)
    play.end(crawl, {-signal.SIGKILL: ""})
    play.db = disk / play.db.name
    if torn:
        play.result.said.append(tear(play.db, durable, play.rng))


def delete_log(play: Play) -> None:
    """While nobody runs; after a kill it holds what the database does not."""
    crawl = play.crawl()
    play.reach(crawl)
    crawl.signal(signal.SIGKILL)
    play.end(crawl, {-signal.SIGKILL: ""})
    for end in ("-wal", *(["-shm"] if play.rng.random() < 0.5 else [])):
        os.unlink(play.db.with_name(play.db.name + end))


OF_DISKS = (
    Fault("disk-full", fill_disk),
    Fault("disk-back", fill_disk_for_a_while, reorders=True),
    Fault("file-size", limit_file_size),
    Fault("read-only", forbid_writing),
    Fault("locked", lock_database),
    Fault("locked-for-good", lock_database_for_good),
    Fault("power-cut", cut_power),
    Fault("power-cut-torn", cut_power_and_tear),
    Fault("log-deleted", delete_log, may_forget=True),
)
