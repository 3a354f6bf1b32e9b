"""Several writers at once, kills, and a full disk: nothing acknowledged is lost."""

from __future__ import annotations

import random
import subprocess
import sys
from multiprocessing import get_context
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from storage.archive import Archive
from storage.database.engine import open_engine, reading
from storage.database.places import Place
from storage.integrity.verify import verify
from storage.models import Fetch
from storage.reading.library import Library
from tests.storage import children
from tests.storage.makers import BY_HAND, NOW, make_article, make_capture

WRITERS, PAGES = 4, 30


def run_child(call: str) -> list[str]:
    script = f"from pathlib import Path; from tests.storage.children import *; {call}"
    return [sys.executable, "-c", script]


def is_sound(path: Path) -> bool:
    engine = open_engine(path, read_only=True)
    with reading(engine) as session:
        whole = session.scalar(text("PRAGMA integrity_check"))
        dangling = session.execute(text("PRAGMA foreign_key_check")).first()
        unfiled = session.scalar(text("SELECT count(*) FROM article WHERE filed_by = 0"))
    engine.dispose()
    return (whole, dangling, unfiled) == ("ok", None, 0)


def test_four_writers_lose_nothing_and_meet_no_lock(place: Place) -> None:
    open_engine(place).dispose()
    context = get_context("spawn")
    with context.Pool(WRITERS, children.hold_gate, (context.Barrier(WRITERS),)) as pool:
        calls = [(place, writer, PAGES) for writer in range(WRITERS)]
        done = pool.starmap(children.save_pages, calls, chunksize=1)
    assert [set(outcomes) for outcomes in done] == [{"new"}] * WRITERS
    engine = open_engine(place)
    filed = Library(engine).list(0)
    wanted = {f"https://w{w}.example/{n}" for w in range(WRITERS) for n in range(PAGES)}
    wanted |= {f"https://shared.example/{n // 10}" for n in range(PAGES)}
    assert {one.canonical_url for one in filed} == wanted
    assert [one.versions for one in filed] == [1] * len(wanted)
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(Fetch)) == WRITERS * PAGES * 2
    assert not verify(engine, NOW).damage
    engine.dispose()
    assert not isinstance(place, Path) or is_sound(place)


@pytest.mark.parametrize("seed", range(3))
def test_what_was_acknowledged_survives_a_kill(path: Path, seed: int) -> None:
    acknowledged = random.Random(seed).randrange(1, 40)
    child = subprocess.Popen(run_child(f"save_and_tell(Path({str(path)!r}))"), stdout=-1, text=True)
    assert child.stdout is not None
    with child, child.stdout as lines:
        for _, line in zip(range(acknowledged), lines, strict=False):
            last = int(line)
        child.kill()
        last = max([last, *(int(line) for line in lines if line.endswith("\n"))])
    engine = open_engine(path)
    library = Library(engine)
    found = {one.canonical_url for one in library.list(0)}
    assert {f"https://a.example/{number}" for number in range(last + 1)} <= found
    next_page = make_capture(f"https://a.example/{last + 2}", make_article("Life goes on."))
    assert Archive(engine).save(next_page, BY_HAND, NOW).filed
    engine.dispose()
    assert is_sound(path)


def test_a_full_disk_is_one_clear_line_and_loses_nothing(path: Path) -> None:
    open_engine(path).dispose()
    call = f"save_until_full(Path({str(path)!r}), 400_000)"
    done = subprocess.run(run_child(call), capture_output=True, text=True)
    stored, message = done.stdout.splitlines()
    assert done.stderr == ""
    assert str(path) in message
    assert "disk may be full" in message
    engine = open_engine(path)
    assert len(Library(engine).list(0)) == int(stored) > 0
    engine.dispose()
    assert is_sound(path)
