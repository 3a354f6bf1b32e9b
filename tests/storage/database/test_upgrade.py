"""Migrations: what a new database gets, and how an old one gets there."""

from __future__ import annotations

import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from scraper.errors import StorageError
from storage.archive import Archive
from storage.database import schema
from storage.database.engine import open_engine, reading
from storage.models import Base
from storage.reading.library import Library
from storage.reading.watches import Watches
from tests.cli.running import Kliping
from tests.storage import children
from tests.storage.makers import BY_HAND, NOW, make_capture
from tests.storage.statements import before_statement, recorded

SECOND = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "20991231_0001", "HEAD"
branch_labels = depends_on = None

def upgrade():
    op.create_table("extra", sa.Column("id", sa.Integer, primary_key=True))
    with op.batch_alter_table("article", recreate="always") as batch:
        batch.add_column(sa.Column("extra", sa.Text))
""".replace("HEAD", schema.HEAD)
Migrations = Callable[[str], Path]


def unlike_models(engine: Engine) -> list[Any]:
    """What Alembic would have to change for the database to be as the models say."""
    with engine.connect() as connection:
        opts = {"compare_type": True, "include_name": _is_no_index}
        return list(
            compare_metadata(MigrationContext.configure(connection, opts=opts), Base.metadata)
        )


def _is_no_index(name: str | None, kind: str, _parents: object) -> bool:
    """The full-text index, and what is kept for it alone, is none of the models."""
    its = r"search(_\w+)?|vector|ix_(hidden_)?document_vector"
    return name is None or not re.fullmatch(its, name)


def dump(path: Path) -> list[str]:
    """Everything in a database, the schema too."""
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


@pytest.fixture
def more_migrations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Migrations:
    """This program, as it would be with one migration more."""

    def add(script: str) -> Path:
        copy = tmp_path / "later" / "migrations"
        shutil.copytree(schema.migrations_path(), copy)
        (copy / "versions" / "20991231_0001_later.py").write_text(script)
        monkeypatch.setattr(schema, "migrations_path", lambda: copy)
        monkeypatch.setattr(schema, "HEAD", "20991231_0001")
        return copy

    return add


@pytest.fixture
def old(path: Path) -> Path:
    engine = open_engine(path)
    Archive(engine).save(make_capture("https://a.example/1"), BY_HAND, NOW)
    engine.dispose()
    return path


def test_the_program_works_with_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.migrations_path()))
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [schema.HEAD]
    assert {script.revision for script in scripts.walk_revisions()} == schema.known_revisions()


def test_the_migrations_make_what_the_models_say(engine: Engine) -> None:
    assert unlike_models(engine) == []


def test_an_old_database_is_upgraded_with_what_it_holds(
    old: Path, more_migrations: Migrations
) -> None:
    more_migrations(SECOND)
    engine = open_engine(old, read_only=True)
    assert [one.url for one in Library(engine).list()] == ["https://a.example/1"]
    engine.dispose()
    assert any("CREATE TABLE extra" in line for line in dump(old))


def test_alarms_of_before_notices_are_told_if_they_are_open(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.migrations_path()))
    scripts = [*ScriptDirectory.from_config(config).walk_revisions()]  # the newest first
    at = next(i for i, one in enumerate(scripts) if one.path.endswith("_notices.py"))
    before = tmp_path / "earlier" / "migrations"
    shutil.copytree(schema.migrations_path(), before)
    for script in scripts[: at + 1]:
        (before / "versions" / Path(script.path).name).unlink()
    with monkeypatch.context() as patch:
        patch.setattr(schema, "migrations_path", lambda: before)
        patch.setattr(schema, "HEAD", scripts[at + 1].revision)
        open_engine(path).dispose()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            """
            INSERT INTO host (host, throttled, unreachable, turn) VALUES ('h', 0, 0, 0);
            INSERT INTO source (id, url_key, url, name, kind, host, added_at, failures, vouched,
                                cursor_vouched)
                VALUES (1, x'00', 'https://h/', 'h', 'feed', 'h', '2026-01-01 00:00:00.000000', 0,
                        1, 1);
            INSERT INTO watch (id, name, query, added_at, last_document_id, last_entry_id)
                VALUES (1, 'w', 'q', '2026-01-01 00:00:00.000000', 5, 6);
            INSERT INTO alarm (id, source_id, kind, since, raised_at, cleared_at, detail, examples)
                SELECT column1, 1, 'gap', added_at, added_at, column2, '', '[]'
                  FROM watch, (VALUES (1, NULL), (2, '2026-01-02 00:00:00.000000'));
            """
        )
    engine = open_engine(path)
    (watch,) = Watches(engine).list()
    assert (watch.reports, watch.last_document_id, watch.last_version_id) == ("articles", 5, 0)
    with reading(engine) as session:
        announced = [*session.execute(text("SELECT announced FROM alarm ORDER BY id")).scalars()]
    engine.dispose()
    assert announced == [None, "ended"]


@pytest.mark.parametrize(
    "failure", ['    raise RuntimeError("no")', '    op.execute("DROP TABLE nothing")']
)
def test_a_migration_that_fails_leaves_the_old_database(
    old: Path, more_migrations: Migrations, failure: str
) -> None:
    before = dump(old)
    newest = more_migrations(SECOND + failure) / "versions" / "20991231_0001_later.py"
    with pytest.raises(StorageError, match="failed and was undone") as caught:
        open_engine(old)
    assert "SQL" not in str(caught.value), "the statement is nothing to a person"
    assert dump(old) == before
    newest.write_text(newest.read_text().removesuffix(failure))
    open_engine(old).dispose()


def test_a_migration_that_would_break_links_is_undone(
    old: Path, more_migrations: Migrations
) -> None:
    before = dump(old)
    more_migrations(SECOND + '    op.execute("DELETE FROM article")')
    with pytest.raises(StorageError, match="break links"):
        open_engine(old)
    assert dump(old) == before


@pytest.mark.parametrize("where", [0, 0.5, 1], ids=["first", "middle", "last"])
@pytest.mark.parametrize("way", ["fails", "killed"])
def test_an_upgrade_that_ends_at_any_statement_is_undone(
    old: Path, more_migrations: Migrations, where: float, way: str
) -> None:
    before = dump(old)
    migrations = more_migrations(SECOND)
    number = _number_of(old, where)
    if way == "fails":
        with (
            before_statement(number, _fail),
            pytest.raises(StorageError, match="failed and was undone: the statement failed"),
        ):
            open_engine(old)
    else:
        arguments = (old, number, migrations, schema.HEAD)
        process = get_context("spawn").Process(target=children.upgrade_and_die, args=arguments)
        process.start()
        process.join(300)
        assert process.exitcode == -signal.SIGKILL
    assert dump(old) == before
    open_engine(old).dispose()
    assert any("CREATE TABLE extra" in line for line in dump(old))


def test_a_kill_at_the_commit_undoes_all(old: Path, more_migrations: Migrations) -> None:
    before = dump(old)
    arguments = (old, -1, more_migrations(SECOND), schema.HEAD)
    process = get_context("spawn").Process(target=children.upgrade_and_die, args=arguments)
    process.start()
    process.join(300)
    assert process.exitcode == -signal.SIGKILL
    assert dump(old) == before


def _fail() -> None:
    raise RuntimeError("the statement failed")


def _number_of(old: Path, where: float) -> int:
    """Of a statement in the upgrade, from the first (0) to the last (1)."""
    copy = shutil.copyfile(old, old.with_name("copy.db"))
    with recorded() as statements:
        open_engine(copy).dispose()
    texts = [statement for statement, _ in statements]
    first = 1 + texts.index("BEGIN IMMEDIATE")
    last = max(n for n, one in enumerate(texts) if one.startswith("UPDATE alembic_version"))
    return round(first + where * (last - first))


@pytest.mark.parametrize("share", [0.01, 0.03, 0.06])
def test_a_full_disk_undoes_all(old: Path, more_migrations: Migrations, share: float) -> None:
    before = dump(old)
    limit = int(share * old.stat().st_size)
    program = f"""
from pathlib import Path
from tests.storage.children import upgrade_where_full
upgrade_where_full(Path({str(old)!r}), {limit}, Path({str(more_migrations(SECOND))!r}),
                   {schema.HEAD!r})
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=300
    )
    assert "the disk may be full: free some space and try again" in ended.stdout, ended.stderr
    assert dump(old) == before
    open_engine(old).dispose()


def test_a_long_upgrade_is_told(
    old: Path, more_migrations: Migrations, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(schema, "WORTH_TELLING", 1)
    more_migrations(SECOND)
    for path in (old, old, old.with_name("new.db")):
        open_engine(path, tell=told.append).dispose()
    assert told == [f"{old}: made by an older kliping; it is brought up to date, once"]


@pytest.mark.parametrize(
    ("revision", "line"),
    [
        ("20991231_0001", "written by a newer kliping"),
        ("20261125_0010", "`kliping export --format warc` of the kliping that wrote it"),
    ],
)
def test_another_schema_is_left_alone_in_one_line(path: Path, revision: str, line: str) -> None:
    kliping = Kliping(path.parent)
    open_engine(kliping.db).dispose()
    with closing(sqlite3.connect(kliping.db)) as connection, connection:
        connection.execute(f"UPDATE alembic_version SET version_num = '{revision}'")
    content = kliping.db.read_bytes()
    for words in (["list"], ["crawl", "-q"], ["db", "upgrade"], ["verify"]):
        ended = kliping.run(*words)
        assert (ended.code, ended.out, len(ended.errors)) == (74, "", 1), words
        assert line in ended.err
    assert kliping.db.read_bytes() == content


@pytest.mark.parametrize("before", ["missing", "older"])
def test_processes_that_meet_it_at_once_all_succeed(
    path: Path, more_migrations: Migrations, before: str
) -> None:
    if before == "older":
        open_engine(path).dispose()
    migrations = more_migrations(SECOND)
    context = get_context("spawn")
    gate = context.Barrier(4)
    with context.Pool(4, children.hold_gate, (gate,)) as pool:
        arguments = [(path, migrations, schema.HEAD)] * 4
        assert pool.starmap(children.open_at_once, arguments) == [[]] * 4
    assert sum("CREATE TABLE extra" in line for line in dump(path)) == 1
