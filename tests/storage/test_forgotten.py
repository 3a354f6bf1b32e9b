"""After ``forget`` no six letters in a row that only the article had are in the file, in its log
or in a backup made later, whatever its life was."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from storage.database.engine import open_engine
from storage.proof.verify import verify
from storage.upkeep import forgetting
from storage.upkeep.forgetting import Traces, forget
from tests.storage.forgotten import Life, backup_of, left_in, pieces_of, places_of

LIVES = {
    "filed": ["file"],
    "edited": ["file", "edit", "have_neighbours", "edit", "return_to_an_edit"],
    "walled": ["wall", "file", "wall", "lose_text", "edit"],
    "rejected": ["reject", "file", "reject", "reject_elsewhere_on_its_site", "fail"],
    "of parts": ["grow_parts", "grow_parts", "edit"],
    "at many addresses": ["file", "redirect_here", "repeat_here", "redirect_from_elsewhere"],
    "listed": ["be_listed", "file", "edit", "be_listed"],
    "copied": ["file", "edit", "be_copied", "edit"],
    "a story": ["be_rewritten", "file", "be_rewritten", "edit"],
    "others stored by it": ["file", "have_neighbours", "edit", "have_neighbours"],
    "stored by another": ["have_neighbours", "have_neighbours", "file", "edit"],
    "staged": ["file", "have_neighbours", "be_staged"],
    "read again": ["file", "edit", "be_read_again", "be_read_again_in_vain"],
}
STEPS = sorted({step for steps in LIVES.values() for step in steps})


@pytest.fixture(params=["as built", "without secure_delete"])
def library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite, as this system has built it, and as most others do."""
    if request.param == "as built":
        return
    connect = sqlite3.connect

    def connect_plainly(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection = connect(*arguments, **options)
        connection.execute("PRAGMA secure_delete = OFF")
        return connection

    monkeypatch.setattr(sqlite3, "connect", connect_plainly)


def live(engine: Engine, steps: list[str], seed: int = 0) -> Life:
    life = Life(engine, seed)
    life.have_neighbours()
    for step in ("file", *steps) if "file" not in steps else steps:
        getattr(life, step)()
    return life


def is_gone(life: Life, path: Path, backup: Path) -> None:
    pieces = pieces_of(life.told)
    assert len(pieces) > 100
    for name, data in [*places_of(path), ("backup", backup_of(life.engine, backup))]:
        assert left_in(pieces, data) == [], name


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("name", LIVES)
def test_nothing_of_it_is_left(name: str, path: Path, tmp_path: Path) -> None:
    engine = open_engine(path)
    life = live(engine, LIVES[name])
    assert left_in(pieces_of(life.told), b"".join(data for _, data in places_of(path)))
    done = forget(engine, life.article_id, life.now)
    assert done is not None
    assert done.traces is Traces.NONE
    is_gone(life, path, tmp_path / "backup.db")
    life.come_back()
    life.edit()
    assert verify(engine, life.now).damage == []
    is_gone(life, path, tmp_path / "later.db")
    engine.dispose()
