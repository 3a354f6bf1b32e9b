"""Archives of every earlier schema, as the programs of their time left them (``old_archives``), are
upgraded: all is still there, as a new one would have it, and the work goes on."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, DateTime, Engine, MetaData, text

from storage.database import postgres as on_server
from storage.database import schema, sqlite
from storage.database.columns import load_json
from storage.database.engine import open_engine, writing
from storage.database.places import ServerAddress
from storage.library import Library
from storage.proof.verify import verify
from storage.search import index
from storage.search.finder import Search
from storage.watches import Watches
from tests.cli.running import Kliping, prepare
from tests.newspaper import page, rss
from tests.postgres import postgres
from tests.press import Press
from tests.search.shelf import Shelf
from tests.servers import Server
from tests.storage.old_archives import ARCHIVES, DAY, LETTERS, PORT, START, WATCH, Old, routes_of
from tests.storage.schemas import bring, columns_of, rows_of, selection, shape_of, unlike_models

NOW = START + 5 * DAY
BY_NAME = {old.name: old for old in ARCHIVES}
# Where no program ever left one: an archive of the revision before, brought there.
BETWEEN = ("20261125_0002", "20261125_0003")
VERSIONS = (
    "SELECT canonical_url, count(*) FROM article JOIN version ON article_id = article.id GROUP BY 1"
)


@pytest.fixture(params=[*BY_NAME, *BETWEEN])
def old(request: pytest.FixtureRequest, path: Path) -> Old:
    """What is unpacked at ``path``."""
    if request.param in BY_NAME:
        given = BY_NAME[request.param]
        given.unpack(path)
        return given
    BY_NAME["ledger"].unpack(path)
    engine = sqlite.make_engine(path, str(path), False, 5.0)
    with engine.begin() as connection:
        bring(connection, request.param)
        connection.exec_driver_sql("UPDATE source SET folder = 'Harbours' WHERE id = 1")
    engine.dispose()
    return Old("ledger", BY_NAME["ledger"].commit, request.param)


def found_by(engine: Engine, query: str) -> list[str | None]:
    return [hit.record.title for hit in Search(engine).find(query).hits]


def damage_of(engine: Engine) -> list[tuple[str, str]]:
    return [(each.what, each.problem) for each in verify(engine, NOW).damage]


def test_everything_is_still_there(old: Old, path: Path) -> None:
    columns = columns_of(path)
    before = rows_of(path, columns)
    assert len(before["version"]) >= 12
    assert len(before["fetch"]) >= 28
    open_engine(path).dispose()
    assert rows_of(path, columns) == before


def test_what_the_program_of_its_time_listed_is_listed(old: Old, path: Path) -> None:
    kliping = Kliping(path.parent)
    path.rename(kliping.db)
    ended = prepare(kliping, "list", "--limit", "0", "--json")
    assert (ended.code, ended.err) == (0, "")
    told = [
        {key: now[key] for key in then} for now, then in zip(ended.objects, old.listed, strict=True)
    ]
    assert told == old.listed


def test_a_long_upgrade_is_told(old: Old, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(schema, "WORTH_TELLING", 12)
    open_engine(path, tell=told.append).dispose()
    articles = len(rows_of(path, columns_of(path))["article"])
    assert told == [
        f"{path}: made by an older kliping; it is brought up to date, once: "
        f"about 1 min for {articles} articles"
    ]
    open_engine(path, tell=told.append).dispose()
    open_engine(path.with_name("new.db"), tell=told.append).dispose()
    assert len(told) == 1


def test_it_verifies_and_has_the_schema_of_a_new_one(old: Old, path: Path) -> None:
    engine = open_engine(path)
    assert damage_of(engine) == []
    assert unlike_models(engine) == []
    engine.dispose()
    new = path.with_name("new.db")
    open_engine(new).dispose()
    assert shape_of(path) == shape_of(new)


def test_the_work_goes_on(old: Old, path: Path) -> None:
    press = Press(path)
    assert found_by(press.engine, "aegir lukasz strasse") == [LETTERS]
    watches = [(one.name, one.last_entry_id > 0) for one in Watches(press.engine).list()]
    assert watches == ([(WATCH, True)] if old.name.startswith("archive") else [])
    before = dict(press.sql(VERSIONS))
    with Server(port=PORT) as server:
        server.routes = routes_of(2)
        server.routes["/news/1"] = page(
            "Council buries plan 1 for the bridge", "Plan 1, now over, is"
        )
        server.routes["/late"] = page("The heron of the late edition", "The heron is")
        server.routes["/feed.xml"] = rss(["/late", "/news/1"])
        press.crawl(NOW)
        edited, late = server.url("/news/1"), server.url("/late")
    after = dict(press.sql(VERSIONS))
    assert after[edited] == before[edited] + 1
    assert after[late] == 1
    assert found_by(press.engine, "heron") == ["The heron of the late edition"]
    assert press.sql("SELECT count(*) FROM page WHERE lease_run_id IS NOT NULL") == [(0,)]
    assert damage_of(press.engine) == []
    press.engine.dispose()


def test_characters_and_letters_are_found_as_in_a_new_one(path: Path) -> None:
    """Of the schema before, whose index stood for other words."""
    engine = open_engine(path)
    shelf = Shelf(engine)
    shelf.add("昨日は晴れ。")
    shelf.add("أكد المجلس في ٢٠٢٦")
    engine.dispose()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP INDEX ix_article_current_version")
        for column in (
            "article DROP directives",
            "version DROP recorded",
            "version DROP directives",
            "version DROP with_credentials",
            "fetch DROP with_credentials",
            "page DROP vouched",
            "source DROP vouched",
            "source DROP cursor_vouched",
            "version DROP answer",
            "part DROP answer",
        ):
            connection.execute(f"ALTER TABLE {column}")
        connection.execute("UPDATE document SET body = '昨日 日は は晴 晴れ れ' WHERE id = 1")
        connection.execute("UPDATE document SET body = NULL WHERE id = 2")
        connection.execute("INSERT INTO search (search) VALUES ('rebuild')")
        connection.execute("UPDATE alembic_version SET version_num = '20261130_0001'")
    engine = open_engine(path)
    for query, wanted in {"晴": [1], "اكد": [2], "2026": [2], "晴れ": [1]}.items():
        assert [hit.record.id for hit in Search(engine).find(query).hits] == wanted, query
    with writing(engine) as session:
        assert [*index.check(session), *index.check_words(session)] == []
    engine.dispose()


def test_a_newer_archive_is_left_alone_in_one_line(path: Path) -> None:
    kliping = Kliping(path.parent)
    open_engine(kliping.db).dispose()
    with closing(sqlite3.connect(kliping.db)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '20991231_0001'")
    content = kliping.db.read_bytes()
    for words in (["list"], ["crawl", "-q"], ["db", "upgrade"], ["verify"]):
        ended = kliping.run(*words)
        assert (ended.code, ended.out, len(ended.errors)) == (74, "", 1), words
        assert "written by a newer kliping" in ended.err
    assert kliping.db.read_bytes() == content


# --------------------------------------------------------------------- on a server


def test_a_server_is_upgraded_to_the_same(old: Old, path: Path) -> None:
    address = _moved_to_server(old, path)
    here, there = open_engine(path), open_engine(address)
    assert Library(there).list(limit=0) == Library(here).list(limit=0)
    assert Watches(there).list() == Watches(here).list()
    assert found_by(there, "aegir lukasz strasse") == [LETTERS]
    assert damage_of(there) == []
    assert unlike_models(there) == []
    for engine in (here, there):
        engine.dispose()


def _moved_to_server(old: Old, path: Path) -> ServerAddress:
    """A database of the same schema with the same rows."""
    address = postgres().empty()
    engine = on_server.make_engine(address, False, 5.0)
    with engine.begin() as connection, closing(sqlite3.connect(path)) as given:
        bring(connection, old.revision)
        if not old.has_reached:
            connection.execute(text("ALTER TABLE watch DROP COLUMN last_entry_id"))
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        tables = MetaData()
        tables.reflect(connection)
        for name, columns in columns_of(path).items():
            if name == "document":
                continue  # a server keeps their words in a form of its own, which is made anew
            table = tables.tables[name]
            rows = [
                {
                    one: _as_type(table.c[one].type, value)
                    for one, value in zip(columns, row, strict=True)
                }
                for row in given.execute(selection(name, columns))
            ]
            if rows:
                connection.execute(table.insert(), rows)
            if rows and "id" in columns:
                sequence, last = f"pg_get_serial_sequence('{name}', 'id')", rows[-1]["id"]
                connection.execute(text(f"SELECT setval({sequence}, {last})"))
    engine.dispose()
    return address


def _as_type(kind: Any, value: Any) -> Any:
    """What SQLite holds, for a column of this type."""
    if value is None:
        return None
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    if isinstance(kind, Boolean):
        return bool(value)
    return load_json(value) if isinstance(kind, JSON) else value
