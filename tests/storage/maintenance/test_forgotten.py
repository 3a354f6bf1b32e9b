"""After ``forget`` no six letters in a row that only the article had are in the file, in its log
or in a backup made later, whatever its life was."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from scraper.errors import LockedError
from scraper.model.types import Outcome
from storage.database import erasing
from storage.database.engine import open_engine, reading
from storage.integrity.verify import verify
from storage.maintenance import info
from storage.maintenance.forgetting import Traces, finish, forget, is_unfinished
from storage.reading.library import Library
from tests.storage.forgotten import Life, backup_of, left_in, pieces_of, places_of
from tests.storage.makers import BY_HAND, make_article, make_capture

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
    "read again": ["file", "edit", "be_read_again", "be_read_again_in_vain"],
}
STEPS = sorted({step for steps in LIVES.values() for step in steps})


@pytest.fixture(autouse=True)
def _library_leaves_deleted_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """As SQLite does if it is built without SECURE_DELETE; this system's may be built with it."""
    connect = sqlite3.connect

    def connect_plainly(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*arguments, **options)
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
    assert len(pieces) > 10
    for name, data in [*places_of(path), ("backup", backup_of(life.engine, backup))]:
        assert left_in(pieces, data) == [], name


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


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(STEPS), max_size=8), seed=st.integers(1, 10**6))
def test_nothing_of_any_life_is_left(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str], seed: int
) -> None:
    folder = tmp_path_factory.mktemp("life")
    engine = open_engine(folder / "kliping.db")
    life = live(engine, ["file", *steps], seed)
    assert forget(engine, life.article_id, life.now) is not None
    is_gone(life, folder / "kliping.db", folder / "backup.db")
    assert verify(engine, life.now).damage == []
    engine.dispose()


def config_of(engine: Engine) -> dict[str, int]:
    with reading(engine) as session:
        rows = session.connection().exec_driver_sql("SELECT k, v FROM search_config")
        return dict(tuple(row) for row in rows)


def test_every_connection_overwrites_and_the_index_from_its_first_word_on(path: Path) -> None:
    engine = open_engine(path)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA secure_delete").scalar_one() == 1
    assert config_of(engine)["secure-delete"] == 1
    life = live(engine, [])
    before = [*life.body]
    life.edit()
    former = pieces_of(before) - pieces_of(life.body)
    assert len(former) > 100
    with reading(engine) as session:
        rows = session.connection().exec_driver_sql("SELECT block FROM search_data")
        assert left_in(former, b"".join(row[0] for row in rows)) == []
    engine.dispose()


def test_whoever_reads_keeps_it_and_then_it_is_finished(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = open_engine(path)
    life = live(engine, ["edit"])
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM article").fetchone()
        done = forget(engine, life.article_id, life.now, patience=0)
        assert done is not None
        assert (done.traces, is_unfinished(engine)) == (Traces.READ, True)
        assert left_in(pieces_of(life.told), b"".join(data for _, data in places_of(path)))
        assert finish(engine, patience=0) is Traces.READ
        monkeypatch.setattr(info, "PATIENCE", 0)
        with pytest.raises(LockedError, match="still reads"):
            info.vacuum(engine)
    assert (finish(engine), is_unfinished(engine)) == (Traces.NONE, False)
    is_gone(life, path, tmp_path / "backup.db")
    engine.dispose()


def test_a_kill_before_the_log_is_empty_leaves_it_to_be_finished(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = open_engine(path)
    life = live(engine, [])
    with monkeypatch.context() as patch:
        patch.setattr(erasing, "empty_log", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            forget(engine, life.article_id, life.now)
    assert is_unfinished(engine)
    assert finish(engine) is Traces.NONE
    assert not is_unfinished(engine)
    engine.dispose()


def _interrupt(*_: object) -> bool:
    raise KeyboardInterrupt


def test_another_outlets_addresses_have_no_tombstone(path: Path) -> None:
    """They may publish something of their own there; and their words go all the same."""
    engine = open_engine(path)
    life = live(engine, ["redirect_here", "redirect_from_elsewhere", "be_listed"])
    with reading(engine) as session:
        ask = session.connection().exec_driver_sql
        shorts = [url for (url,) in ask("SELECT url FROM page WHERE host = 'short.example'")]
    assert len(shorts) == 2
    forget(engine, life.article_id, life.now)
    with reading(engine) as session:
        ask = session.connection().exec_driver_sql
        assert ask("SELECT count(*) FROM page WHERE forgotten_at IS NOT NULL").scalar_one() == 2
        assert [*ask("SELECT url FROM page WHERE host = 'short.example'")] == []
        assert [*ask("SELECT examples FROM alarm")] == [('["https://other.example/1"]',)]
    for number, short in enumerate(shorts):
        own = make_article(" ".join(f"own{number}{word}" for word in range(150)), f"Own {number}")
        saved = life.archive.save(make_capture(short, own), BY_HAND, life.now)
        assert saved.outcome == Outcome.NEW
    assert verify(engine, life.now).damage == []
    engine.dispose()


def test_an_address_where_another_article_is_at_home_goes_back_to_it(path: Path) -> None:
    engine = open_engine(path)
    life = live(engine, ["redirect_here"])
    with closing(sqlite3.connect(path)) as archive, archive:
        # As an archive holds it whose addresses were taken by what redirected to them.
        archive.execute("UPDATE page SET article_id = 3 WHERE id = 1")
    forget(engine, life.article_id, life.now)
    with reading(engine) as session:
        ask = session.connection().exec_driver_sql
        first = ask("SELECT article_id, forgotten_at FROM page WHERE id = 1").one()
    assert tuple(first) == (1, None)
    assert verify(engine, life.now).damage == []
    engine.dispose()


def test_a_host_of_its_own_goes_with_it_unless_it_asked_for_rest(path: Path) -> None:
    engine = open_engine(path)
    life = live(engine, [])
    for host in ("the-case-of-ann.example", "the-case-of-bob.example"):
        own = make_article(" ".join(f"{host[:15]}{word}" for word in range(150)), host)
        life.archive.save(make_capture(f"https://{host}/", own), BY_HAND, life.now)
    with closing(sqlite3.connect(path)) as archive, archive:
        archive.execute(
            "UPDATE host SET paused_until = '2099-01-01 00:00:00.000000' WHERE host LIKE '%bob%'"
        )
    ids = [one.id for one in Library(engine).list(0) if "the-case" in one.url]
    for number in ids:
        assert forget(engine, number, life.now) is not None
    with reading(engine) as session:
        hosts = session.connection().exec_driver_sql("SELECT host FROM host").scalars().all()
    assert {*hosts} == {"paper.example", "other.example", "the-case-of-bob.example", ""}
    assert b"ann.example" not in path.read_bytes()
    assert verify(engine, life.now).damage == []
    engine.dispose()
