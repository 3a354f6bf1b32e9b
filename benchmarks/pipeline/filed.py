"""Archives in which so many pages are filed already, for ``benchmarks.pipeline --filed``: made
once, then copied."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from benchmarks.archive.bulk import write_in_bulk
from benchmarks.archive.newspapers import Press
from benchmarks.crawl.many_sources import ROOT
from storage.database.engine import open_engine


def filled_archive(count: int, folder: Path) -> Path:
    """Written in bulk, as ``benchmarks.archive --fast`` does; of today's schema. One that is in the
    folder already is taken as it is."""
    newest = max(path.stem for path in (ROOT / "migrations" / "versions").glob("2*.py"))
    path = folder / f"filed-{count}-{newest[:13]}.db"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _fill(path, count)
    return path


def _fill(path: Path, count: int) -> None:
    part = path.with_name(f"{path.name}.part")
    for left in path.parent.glob(f"{part.name}*"):
        left.unlink()
    engine = open_engine(part)
    write_in_bulk(engine, Press(count), count)
    engine.dispose()
    with closing(sqlite3.connect(part)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    os.replace(part, path)  # a fill that was interrupted is done again
