"""A power cut: the database and its log as a disk may hold them when the current is gone.

What a commit has synced is there (``Durable`` says how far). Behind that each sector of the log is
what it was, what it should become, or nothing; and of the pages that the log holds, each sector in
the database is the old or the new one, as when a checkpoint was under way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

SECTOR = 512
_HEAD, _FRAME_HEAD = 32, 24


@dataclass(frozen=True)
class Durable:
    """The salt of the log, and how many of its frames are synced."""

    salt: bytes
    frames: int


def tear(db: Path, durable: Durable, rng: Random) -> str:
    """Damage copies of a database and its log as a power cut may; what was done, in words."""
    log = db.with_name(db.name + "-wal")
    data = bytearray(log.read_bytes() if log.exists() else b"")
    if len(data) < _HEAD:
        return "no log"
    size = int.from_bytes(data[8:12], "big")
    frames = durable.frames if data[16:24] == durable.salt else 0
    safe = _HEAD + frames * (_FRAME_HEAD + size) if frames else 0
    if len(data) == safe and frames:  # nothing was under way: the next transaction's first frame
        head = data[safe - _FRAME_HEAD - size : safe - size]
        data += head + rng.randbytes(rng.randint(0, size))
    mixed = _mix_pages(db, list(_frames(data[:safe], size)), size, rng)
    cut = rng.randint(safe, len(data))
    torn = 0
    for start in range(cut - cut % SECTOR, len(data), SECTOR):
        # The rest of a sector that begins before the cut is the cut's.
        begin = max(start, cut)
        if rng.random() < 0.5:
            end = min(start + SECTOR, len(data))
            data[begin:end] = rng.choice((bytes(end - begin), rng.randbytes(end - begin)))
            torn += 1
    if rng.random() < 0.5:
        del data[cut:]
    log.write_bytes(data)
    return f"{frames} frames safe, {torn} sectors torn behind them, {mixed} pages half written"


def _frames(data: bytes | bytearray, size: int) -> Iterator[tuple[int, bytes]]:
    """The pages in a log: number, from 1, and content."""
    for start in range(_HEAD, len(data) - _FRAME_HEAD - size + 1, _FRAME_HEAD + size):
        content = start + _FRAME_HEAD
        yield int.from_bytes(data[start : start + 4], "big"), bytes(data[content : content + size])


def _mix_pages(db: Path, frames: list[tuple[int, bytes]], size: int, rng: Random) -> int:
    """Write sectors of pages that stand in the log into the database; of how many pages."""
    newest, mixed = dict(frames), 0
    with db.open("r+b") as file:
        for number, content in newest.items():
            if rng.random() < 0.7:
                continue
            mixed += 1
            for start in range(0, size, SECTOR):
                if rng.random() < 0.5:
                    file.seek((number - 1) * size + start)
                    file.write(content[start : start + SECTOR])
    return mixed
