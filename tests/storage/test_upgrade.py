"""Migrations: what a new database gets, and how an old one gets there."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from scraper.errors import StorageError
from storage.archive import Archive
from storage.database import schema
from storage.database.engine import open_engine
from storage.library import Library
from tests.storage import children
from tests.storage.makers import BY_HAND, NOW, make_capture
from tests.storage.schemas import dump, unlike_models

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
