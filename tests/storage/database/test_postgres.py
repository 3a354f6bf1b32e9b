"""The archive on a PostgreSQL server: opened, refused, upgraded, written by several at once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from scraper.errors import LockedError, StorageError
from storage.archive import Archive
from storage.database import schema, server
from storage.database.engine import name_of, open_engine, reading, writing
from storage.database.places import ServerAddress, parse_place
from storage.reading.library import Library
from tests.postgres import Postgres, postgres
from tests.storage import children
from tests.storage.database.test_upgrade import SECOND as REBUILT
from tests.storage.makers import BY_HAND, NOW, make_capture

PASSWORD = "correct-horse"
SECOND = REBUILT.replace('recreate="always"', 'recreate="auto"')


@pytest.fixture
def running() -> Iterator[Postgres]:
    found = postgres()
    yield found
    found.drop_used_once()


@pytest.fixture
def place(running: Postgres) -> ServerAddress:
    return running.fresh()


def refused(place: ServerAddress, **how: Any) -> str:
    """How it is refused: in one line, that holds no password."""
    with pytest.raises(StorageError) as caught:
        open_engine(place, **how).dispose()
    line = str(caught.value)
    assert line.startswith(f"{place}: ")
    assert "\n" not in line
    assert PASSWORD not in line
    return line.removeprefix(f"{place}: ")


def tables(running: Postgres, place: ServerAddress) -> list[str]:
    query = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1"
    return [name for (name,) in running.run(place, query)]


# ---------------------------------------------------------------------- opening


@pytest.mark.parametrize("read_only", [False, True])
def test_an_empty_database_becomes_an_archive(running: Postgres, read_only: bool) -> None:
    place = running.empty()
    for _ in range(2):
        engine = open_engine(place, read_only=read_only)
        assert Library(engine).list() == []
        assert name_of(engine) == str(place)
        engine.dispose()


def test_extensions_are_nobodys_tables(running: Postgres) -> None:
    place = running.empty()
    running.run(place, "CREATE EXTENSION pg_stat_statements")
    open_engine(place).dispose()


def test_an_archive_in_a_schema_of_its_own(running: Postgres) -> None:
    place = running.empty()
    running.run(place, "CREATE TABLE theirs (x int); CREATE SCHEMA news")
    options = (*place.options, ("options", "-csearch_path=news"))
    engine = open_engine(replace(place, options=options))
    Archive(engine).save(make_capture("https://a.example/1"), BY_HAND, NOW)
    engine.dispose()
    assert tables(running, place) == ["theirs"]


def test_connections_are_set_up_whatever_the_role_has(running: Postgres) -> None:
    place = running.empty()
    for setting in (
        "TimeZone = 'Asia/Jakarta'",
        "DateStyle = 'German'",
        "synchronous_commit = off",
    ):
        running.run(place, f"ALTER DATABASE {place.database} SET {setting}")
    engine = open_engine(place)
    Archive(engine).save(make_capture("https://a.example/1"), BY_HAND, NOW)
    assert [one.first_seen_at for one in Library(engine).list()] == [NOW]
    with writing(engine) as session:
        assert session.scalar(text("SHOW synchronous_commit")) == "on"
        assert session.scalar(text("SHOW timezone")) == "UTC"
    engine.dispose()


def test_an_engine_tells_no_password(place: ServerAddress) -> None:
    engine = open_engine(replace(place, secrets=(("password", PASSWORD),)))
    assert PASSWORD not in f"{engine} {engine.url!r} {name_of(engine)} {engine.url.password}"
    engine.dispose()


# ---------------------------------------------------------------------- refused


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize(
    "made",
    [
        "CREATE TABLE theirs (x int)",
        "CREATE VIEW theirs AS SELECT 1 AS x",
        "CREATE TABLE alembic_version (version_num text); "
        "INSERT INTO alembic_version VALUES ('1975ea83b712')",
        "CREATE TABLE alembic_version (x int)",
    ],
)
def test_another_programs_database_is_left_untouched(
    running: Postgres, made: str, read_only: bool
) -> None:
    place = running.empty()
    running.run(place, made)
    before = tables(running, place)
    assert "is not a kliping database and was left untouched" in refused(place, read_only=read_only)
    assert tables(running, place) == before


def test_a_newer_database_is_left_untouched(running: Postgres) -> None:
    place = running.empty()
    open_engine(place).dispose()
    running.run(place, "UPDATE alembic_version SET version_num = '20991231_2359'")
    line = refused(place)
    assert "newer kliping (schema 20991231_2359" in line
    assert "upgrade kliping" in line
    running.run(place, "DELETE FROM alembic_version")
    assert "damaged (it has no revision)" in refused(place)


def test_one_that_was_restored_without_comments_is_ours(running: Postgres) -> None:
    place = running.empty()
    open_engine(place).dispose()
    running.run(place, "COMMENT ON TABLE alembic_version IS NULL")
    open_engine(place).dispose()


def test_an_encoding_that_does_not_hold_every_text(running: Postgres) -> None:
    place = running.empty("ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'")
    assert "encoding is LATIN1" in refused(place)


def test_no_such_database_or_role(place: ServerAddress) -> None:
    assert "there is no such database: `createdb`" in refused(replace(place, database="nowhere"))
    assert "the server did not let us in" in refused(replace(place, user="nobody"))


def test_a_password_that_is_wrong_or_missing(
    running: Postgres, place: ServerAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    if running.data is None:
        pytest.skip("the rules of a server that is not ours are not changed")
    rules = running.data / "pg_hba.conf"
    before = rules.read_text()
    rules.write_text(f"local all locked scram-sha-256\n{before}")
    running.admin.execute("DROP ROLE IF EXISTS locked")
    running.admin.execute("CREATE ROLE locked LOGIN SUPERUSER PASSWORD 'of-the-role'")
    running.admin.execute("SELECT pg_reload_conf()")
    locked = replace(place, user="locked")
    try:
        end = time.monotonic() + 300
        while "did not let us in" not in refused_or_open(locked) and time.monotonic() < end:
            time.sleep(0.02)  # until the server has read its rules
        assert "give the password with PGPASSWORD or in ~/.pgpass" in refused(locked)
        wrong = replace(locked, secrets=(("password", PASSWORD),))
        assert "did not let us in" in refused(wrong)
        open_engine(replace(locked, secrets=(("password", "of-the-role"),))).dispose()
        monkeypatch.setenv("PGPASSWORD", "of-the-role")
        open_engine(locked).dispose()
    finally:
        rules.write_text(before)
        running.admin.execute("SELECT pg_reload_conf()")


def refused_or_open(place: ServerAddress) -> str:
    try:
        open_engine(place).dispose()
    except StorageError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("host", ["127.0.0.1:1", "nowhere.invalid", "[::1]:1"])
def test_a_server_that_cannot_be_reached(host: str) -> None:
    place = parse_place(f"postgresql://ann:{PASSWORD}@{host}/news")
    assert isinstance(place, ServerAddress)
    assert "the server cannot be reached: is it running" in refused(place)


def test_options_that_libpq_does_not_have(place: ServerAddress) -> None:
    strange = replace(place, options=(*place.options, ("colour", "red")))
    assert "no such option" in refused(strange)
    strange = replace(place, options=(*place.options, ("sslmode", "red")))
    assert 'invalid sslmode value: "red"' in refused(strange)


def test_rights_that_are_missing(running: Postgres) -> None:
    running.admin.execute("DROP ROLE IF EXISTS guest")
    running.admin.execute("CREATE ROLE guest LOGIN")
    place = running.empty()
    guest = replace(place, user="guest")
    assert "may not make tables there: let the database's owner grant CREATE" in refused(guest)
    open_engine(place).dispose()
    assert "lacks a right there: let the database's owner grant it" in refused(guest)
    running.run(place, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO guest")
    engine = open_engine(guest)
    assert Library(engine).list() == []
    with pytest.raises(StorageError, match="lacks a right"):
        Archive(engine).save(make_capture("https://a.example/1"), BY_HAND, NOW)
    engine.dispose()


def test_without_the_driver(place: ServerAddress, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StorageError, match="of kliping's extra 'postgres'"):
        open_engine(place)


def test_a_file_needs_no_driver(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from storage.database.engine import open_engine\n"
        f"open_engine(Path({str(tmp_path / 'a.db')!r})).dispose()\n"
        "print('psycopg' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("False", "")


# ---------------------------------------------------------------------- transactions


def test_a_reader_neither_waits_for_a_writer_nor_sees_half_of_it(place: ServerAddress) -> None:
    writer = open_engine(place)
    Archive(writer).save(make_capture("https://a.example/1"), BY_HAND, NOW)
    urls = text("SELECT url FROM article")
    with reading(writer) as steady:
        assert steady.scalars(urls).all() == ["https://a.example/1"]
        with writing(writer) as session:
            session.execute(text("UPDATE article SET url = 'https://half.example/'"))
            reader = open_engine(place, read_only=True, busy_timeout=0.05)
            assert [one.url for one in Library(reader).list()] == ["https://a.example/1"]
            reader.dispose()
        assert steady.scalars(urls).all() == ["https://a.example/1"]
    assert [one.url for one in Library(writer).list()] == ["https://half.example/"]
    writer.dispose()


def test_reading_cannot_write(place: ServerAddress) -> None:
    engine = open_engine(place)
    with pytest.raises(StorageError, match="cannot be written"), reading(engine) as session:
        session.execute(text("DELETE FROM page"))
    with writing(engine) as session:
        session.execute(text("DELETE FROM page"))
    engine.dispose()
    engine = open_engine(place, read_only=True)
    with pytest.raises(StorageError, match="cannot be written"):
        Archive(engine).save(make_capture("https://a.example/1"), BY_HAND, NOW)
    engine.dispose()


def test_a_writer_that_waits_in_vain_says_so(place: ServerAddress) -> None:
    first, second = open_engine(place), open_engine(place, busy_timeout=0.05)
    with writing(first) as session:
        session.execute(text("SELECT 1"))
        with pytest.raises(StorageError, match="another process") as caught:
            Archive(second).save(make_capture("https://a.example/1"), BY_HAND, NOW)
    assert "\n" not in str(caught.value)
    Archive(second).save(make_capture("https://a.example/1"), BY_HAND, NOW)
    first.dispose()
    second.dispose()


def test_a_connection_that_is_lost_loses_only_its_transaction(
    running: Postgres, place: ServerAddress
) -> None:
    engine = open_engine(place)
    Archive(engine).save(make_capture("https://a.example/1"), BY_HAND, NOW)

    def lose_it_midway() -> None:
        with writing(engine) as session:
            session.execute(text("UPDATE article SET url = 'x'"))
            own = session.scalar(text("SELECT pg_backend_pid()"))
            running.admin.execute(f"SELECT pg_terminate_backend({own}, 5000)")
            session.execute(text("UPDATE article SET url = 'y'"))

    with pytest.raises(StorageError, match="the connection to the server was lost"):
        lose_it_midway()
    assert [one.url for one in Library(engine).list()] == ["https://a.example/1"]
    engine.dispose()


# ---------------------------------------------------------------------- upgrades


@pytest.fixture
def more_migrations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """This program, as it would be with one migration more."""

    def add(script: str) -> Path:
        copy = tmp_path / "later" / "migrations"
        shutil.copytree(schema.migrations_path(), copy)
        (copy / "versions" / "20991231_0001_later.py").write_text(script)
        monkeypatch.setattr(schema, "migrations_path", lambda: copy)
        monkeypatch.setattr(schema, "HEAD", "20991231_0001")
        return copy

    return add


def test_a_migration_that_fails_leaves_the_old_database(
    running: Postgres, more_migrations: Callable[[str], Path]
) -> None:
    place = running.empty()
    engine = open_engine(place)
    Archive(engine).save(make_capture("https://a.example/1"), BY_HAND, NOW)
    engine.dispose()
    before = tables(running, place)
    migrations = more_migrations(SECOND + '    raise RuntimeError("no")')
    assert "failed and was undone" in refused(place)
    assert tables(running, place) == before
    (migrations / "versions" / "20991231_0001_later.py").write_text(SECOND)
    engine = open_engine(place, read_only=True)
    assert [one.url for one in Library(engine).list()] == ["https://a.example/1"]
    engine.dispose()
    assert "extra" in tables(running, place)


def test_processes_that_meet_it_at_once_all_succeed(
    running: Postgres, more_migrations: Callable[[str], Path]
) -> None:
    place = running.empty()
    migrations = more_migrations(SECOND)
    context = get_context("spawn")
    gate = context.Barrier(3)
    with context.Pool(3, children.hold_gate, (gate,)) as pool:
        arguments = [(place, migrations, schema.HEAD)] * 3
        assert pool.starmap(children.open_at_once, arguments) == [[]] * 3


# ---------------------------------------------------------------------- several at once, kills


def test_what_was_acknowledged_survives_a_kill(place: ServerAddress) -> None:
    call = f"save_and_tell(parse_place({str(place)!r}))"
    imports = (
        "from storage.database.places import parse_place; from tests.storage.children import *"
    )
    script = f"{imports}; {call}"
    child = subprocess.Popen([sys.executable, "-c", script], stdout=-1, text=True)
    assert child.stdout is not None
    with child, child.stdout as lines:
        for _, line in zip(range(12), lines, strict=False):
            last = int(line)
        child.kill()
        last = max([last, *(int(line) for line in lines if line.endswith("\n"))])
    engine = open_engine(place)
    found = {one.canonical_url for one in Library(engine).list(0)}
    assert {f"https://a.example/{number}" for number in range(last + 1)} <= found
    engine.dispose()


def test_the_lock_of_a_run_is_free_when_its_holder_is_dead(place: ServerAddress) -> None:
    script = (
        "from storage.database import server; from storage.database.places import parse_place\n"
        f"with server.run_lock(parse_place({str(place)!r})) as taken:\n"
        "    print(taken, flush=True); input()"
    )
    child = subprocess.Popen([sys.executable, "-c", script], stdin=-1, stdout=-1, text=True)
    with child:
        assert child.stdout is not None
        assert child.stdout.readline() == "True\n"
        with server.run_lock(place) as taken:
            assert not taken
        child.kill()
        child.wait()
        end = time.monotonic() + 300
        while not is_free(place) and time.monotonic() < end:
            time.sleep(0.01)  # until the server has noticed
        assert is_free(place)


def is_free(place: ServerAddress) -> bool:
    with server.run_lock(place) as taken:
        return taken


def test_the_lock_names_its_holder(place: ServerAddress) -> None:
    from commands.crawl.lock import run_lock
    from storage.frontier.store import Frontier

    engine = open_engine(place)
    frontier = Frontier(engine)
    with run_lock(place, frontier.current_run):
        frontier.start_run(os.getpid(), NOW)
        with (
            pytest.raises(LockedError, match=f"another crawl is running: process {os.getpid()}, "),
            run_lock(place, frontier.current_run),
        ):
            pass
    engine.dispose()
