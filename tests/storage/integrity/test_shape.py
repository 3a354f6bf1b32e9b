"""A schema with something in it that kliping did not make: found by ``verify``, refused by
``restore`` and ``forget``; with a trigger in it, by whatever opens the file. The same schema,
otherwise spelled, is the same."""

from __future__ import annotations

import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from scraper.errors import StorageError
from storage.archive import Archive
from storage.database.engine import open_engine, reading, writing
from storage.database.places import ServerAddress
from storage.integrity.check_schema import made_by_migrations, refuse_foreign
from storage.integrity.schema_forms import clauses_of, words_of
from storage.integrity.verify import verify
from storage.maintenance.backup import backup, restore
from storage.maintenance.copying import copy_archive
from tests.postgres import Postgres, postgres
from tests.storage.makers import BY_HAND, LATER, NOW, make_capture

KEEPS = "BEFORE DELETE ON version BEGIN SELECT RAISE(IGNORE); END"
TRIGGERS = {
    "delete": f"CREATE TRIGGER keep {KEEPS}",
    "insert": "CREATE TRIGGER spy AFTER INSERT ON version BEGIN DELETE FROM article; END",
    "view": "CREATE TRIGGER x INSTEAD OF DELETE ON search_content BEGIN SELECT 1; END",
    "long": f'CREATE TRIGGER "{"x" * 500}" {KEEPS}',
    "newline": f'CREATE TRIGGER "a\nb" {KEEPS}',
}
FOREIGN = {
    "table": ("CREATE TABLE theirs (x)", "table 'theirs'"),
    "linked": ("CREATE TABLE theirs (x REFERENCES article (id))", "table 'theirs'"),
    "view": ("CREATE VIEW theirs AS SELECT * FROM version", "view 'theirs'"),
    "index": ("CREATE INDEX theirs ON page (url)", "index 'theirs'"),
    "unique": ("CREATE UNIQUE INDEX theirs ON page (host)", "index 'theirs'"),
    "expression": ("CREATE INDEX theirs ON page (abs(host))", "index 'theirs'"),
    "virtual": ("CREATE VIRTUAL TABLE theirs USING fts5(x)", "table 'theirs_config'"),
    "index_of_ours": ("CREATE VIRTUAL TABLE search_more USING fts5(x)", "table 'search_more'"),
}
# What becomes of a statement of ours: what it makes, a part of it, and what that is then.
CHANGED = {
    "ignored": ("page", "CONSTRAINT uq_page_url_key UNIQUE (url_key)",
                "CONSTRAINT uq_page_url_key UNIQUE (url_key) ON CONFLICT IGNORE"),
    "replaced": ("article", "id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT",
                 "id INTEGER NOT NULL PRIMARY KEY ON CONFLICT REPLACE AUTOINCREMENT"),
    "ids_again": ("article", " AUTOINCREMENT", ""),
    "checked": ("version", "body TEXT NOT NULL", "body TEXT NOT NULL CHECK (body <> 'x')"),
    "checked_table": ("version", "CONSTRAINT uq_ver", "CHECK (body <> 'x'), CONSTRAINT uq_ver"),
    "optional": ("version", "body TEXT NOT NULL", "body TEXT"),
    "default": ("version", "body TEXT NOT NULL", "body TEXT NOT NULL DEFAULT 'x'"),
    "collated": ("article", "site TEXT NOT NULL", "site TEXT NOT NULL COLLATE NOCASE"),
    "typed": ("article", "site TEXT NOT NULL", "site BLOB NOT NULL"),
    "generated": ("article", "site TEXT NOT NULL", "site TEXT NOT NULL AS (url) VIRTUAL"),
    "more": ("article", "site TEXT NOT NULL", "site TEXT NOT NULL, more TEXT"),
    "cascading": ("page", "REFERENCES article (id)", "REFERENCES article (id) ON DELETE CASCADE"),
    "later": ("page", "REFERENCES article (id)",
              "REFERENCES article (id) DEFERRABLE INITIALLY DEFERRED"),
    "unlinked": ("fetch", "CONSTRAINT fk_fetch_run_id FOREIGN KEY(run_id) REFERENCES run (id), ",
                 ""),
    "view": ("search_content", "coalesce(document.body, version.body)", "document.body"),
    "promised": ("edits", "edit.summary AS", "edit.kinds AS"),
    "tokens": ("search", "remove_diacritics 2", "remove_diacritics 0"),
    "content": ("search", "content = 'search_content'", "content = 'document'"),
    "partial": ("ix_page_lease", "lease_run_id IS NOT NULL", "lease_run_id > 7"),
    "order": ("ix_page_due", "due_at)", "due_at DESC)"),
    "comment": ("version", "body TEXT NOT NULL", "body /* the minister */ TEXT NOT NULL"),
    "comment_behind": ("ix_page_due", "due_at)", "due_at) -- the minister"),
    "constraint": ("page", "CONSTRAINT uq_page_url_key", "CONSTRAINT the_minister"),
}  # fmt: skip


@pytest.fixture
def archive(path: Path) -> Path:
    """An archive of one article, closed."""
    engine = open_engine(path)
    Archive(engine).save(make_capture("https://a.example/1"), BY_HAND, NOW)
    engine.dispose()
    return path


def do(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(statement)


def statement_of(path: Path, name: str) -> str:
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT sql FROM sqlite_master WHERE name = ?"
        return str(connection.execute(query, [name]).fetchone()[0])


def rewrite(path: Path, name: str, before: str, after: str) -> None:
    """Change the statement that made something, as no statement of SQL could."""
    sql = statement_of(path, name)
    assert before in sql, sql
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        changed = sql.replace(before, after, 1)
        connection.execute("UPDATE sqlite_master SET sql = ? WHERE name = ?", [changed, name])


def found_in(path: Path) -> list[str]:
    engine = open_engine(path)
    try:
        return [one.problem for one in verify(engine, LATER).damage if one.what == "schema"]
    finally:
        engine.dispose()


def refused(path: Path) -> str:
    with pytest.raises(StorageError) as caught:
        open_engine(path).dispose()
    return str(caught.value)


# ---------------------------------------------------------------------- triggers


@pytest.mark.parametrize("statement", TRIGGERS.values(), ids=TRIGGERS)
def test_a_file_with_a_trigger_is_refused_untouched(archive: Path, statement: str) -> None:
    do(archive, statement)
    before = archive.read_bytes()
    line = refused(archive)
    assert line.startswith(f"{archive}: holds a trigger that kliping did not make (")
    assert "\n" not in line
    assert len(line) < len(str(archive)) + 300
    assert archive.read_bytes() == before


def test_an_older_file_with_a_trigger_is_not_upgraded(archive: Path) -> None:
    do(archive, "UPDATE alembic_version SET version_num = '20261125_0010'")
    do(archive, TRIGGERS["delete"])
    before = archive.read_bytes()
    assert "holds a trigger" in refused(archive)
    assert archive.read_bytes() == before


def test_a_backup_with_a_trigger_is_not_restored(archive: Path) -> None:
    do(archive, TRIGGERS["delete"])
    new = archive.with_name("new.db")
    with pytest.raises(StorageError, match=f"^{archive}: holds a trigger"):
        restore(archive, new, LATER)
    assert not new.exists()


# ---------------------------------------------------------------------- anything else


@pytest.mark.parametrize(("statement", "name"), FOREIGN.values(), ids=FOREIGN)
def test_what_is_none_of_ours_is_named(archive: Path, statement: str, name: str) -> None:
    do(archive, statement)
    found = found_in(archive)
    assert (
        f"the {name} is none of kliping's: `kliping db copy` into a new database leaves it out"
        in (found)
    )
    _is_refused_where_it_counts(archive)
    _is_left_behind_by_a_copy(archive)


@pytest.mark.parametrize(("name", "before", "after"), CHANGED.values(), ids=CHANGED)
def test_what_is_otherwise_than_we_make_it_is_named(
    archive: Path, name: str, before: str, after: str
) -> None:
    rewrite(archive, name, before, after)
    kind = {"search_content": "view", "edits": "view"}.get(
        name, "index" if name.startswith("ix_") else "table"
    )
    assert found_in(archive) == [
        f"the {kind} {name} is not as kliping makes it: `kliping db copy` into a new database "
        "makes it anew"
    ]
    _is_refused_where_it_counts(archive)


def _is_refused_where_it_counts(archive: Path) -> None:
    engine, new = open_engine(archive), archive.with_name("new.db")
    with pytest.raises(StorageError, match=f"^{archive}: the (table|view|index) "):
        refuse_foreign(engine)
    engine.dispose()
    with pytest.raises(StorageError, match=r"damaged and was not restored: (schema|database): "):
        restore(archive, new, LATER)
    assert not new.exists()


def _is_left_behind_by_a_copy(archive: Path) -> None:
    engine, copy = open_engine(archive), archive.with_name("copy.db")
    copy_archive(engine, copy, "here")
    engine.dispose()
    assert found_in(copy) == []


SPOILED = {
    "a name in bytes": "UPDATE sqlite_master SET name = CAST(name AS BLOB) WHERE name = 'theirs'",
    "a statement in bytes": "UPDATE sqlite_master SET sql = CAST(sql AS BLOB)"
    " WHERE name = 'theirs'",
    "a kind in bytes": "UPDATE sqlite_master SET type = CAST(type AS BLOB) WHERE name = 'theirs'",
    "no kind": "UPDATE sqlite_master SET type = NULL WHERE name = 'theirs'",
    "no name": "UPDATE sqlite_master SET name = NULL WHERE name = 'theirs'",
    "no text": "UPDATE sqlite_master SET name = CAST(x'ff' AS TEXT) WHERE name = 'theirs'",
    "another kind": "UPDATE sqlite_master SET type = 'table' WHERE name = 'keep'",
    "in capitals": "UPDATE sqlite_master SET type = 'TRIGGER' WHERE name = 'keep'",
    "of bytes": "UPDATE sqlite_master SET type = CAST('trigger' AS BLOB) WHERE name = 'keep'",
    "without a kind": "UPDATE sqlite_master SET type = NULL WHERE name = 'keep'",
    "unknown": "INSERT INTO sqlite_master VALUES ('table', 'x', 'x', 0,"
    " 'CREATE VIRTUAL TABLE x USING nothing_known(y)')",
}


@pytest.mark.parametrize("statement", SPOILED.values(), ids=SPOILED)
def test_what_no_statement_could_make_is_no_way_round(archive: Path, statement: str) -> None:
    """Written into the schema's own table."""
    do(archive, "CREATE TABLE theirs (x)")
    if "'keep'" in statement:
        do(archive, TRIGGERS["delete"])
    with closing(sqlite3.connect(archive, isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(statement)
    new = archive.with_name("new.db")
    with pytest.raises(StorageError, match=f"^{archive}: "):
        restore(archive, new, LATER)
    assert not new.exists()
    with pytest.raises(StorageError, match=f"^{archive}: "):
        verify_and_refuse(archive)


def verify_and_refuse(archive: Path) -> None:
    engine = open_engine(archive)
    try:
        assert verify(engine, LATER).total
        refuse_foreign(engine)
    finally:
        engine.dispose()


def test_statistics_are_nobodys_harm(archive: Path) -> None:
    do(archive, "ANALYZE")
    assert found_in(archive) == []
    engine = open_engine(archive)
    refuse_foreign(engine)
    backup(engine, archive.with_name("backup.db"))
    engine.dispose()
    assert restore(archive.with_name("backup.db"), archive.with_name("new.db"), LATER).articles == 1


ADVICE = ": `kliping db copy` into a new database leaves it out"
NO_STATISTICS = {
    "nothing of ours": "UPDATE sqlite_stat1 SET tbl = 'the minister'",
    "no index": "UPDATE sqlite_stat1 SET idx = 'the minister'",
    "no counts": "UPDATE sqlite_stat1 SET stat = '1 2 the minister'",
    "behind a NUL": "UPDATE sqlite_stat1 SET stat = stat || char(0) || 'the minister'",
    "in bytes": "UPDATE sqlite_stat1 SET stat = CAST(stat AS BLOB)",
    "no text": "UPDATE sqlite_stat1 SET stat = CAST(x'ff' AS TEXT)",
    "more columns": "UPDATE sqlite_master SET sql = 'CREATE TABLE sqlite_stat1(tbl,idx,stat,"
    " more DEFAULT ''the minister'')' WHERE name = 'sqlite_stat1'",
    "samples": "CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)",
}


@pytest.mark.parametrize("statement", NO_STATISTICS.values(), ids=NO_STATISTICS)
def test_statistics_hold_nothing_but_counts(archive: Path, statement: str) -> None:
    """A text among them would outlive what it was of."""
    do(archive, "ANALYZE")
    with closing(sqlite3.connect(archive, isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(statement)
    with pytest.raises(StorageError, match=f"^{archive}: "):
        verify_and_refuse(archive)
    with pytest.raises(StorageError, match=f"^{archive}: is damaged and was not restored: "):
        restore(archive, archive.with_name("new.db"), LATER)


def test_what_is_advised_leaves_nothing_of_statistics_behind(archive: Path) -> None:
    """Dropped by an SQLite that does not overwrite, they stay in free pages."""
    do(archive, "ANALYZE")
    with closing(sqlite3.connect(archive, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete = OFF")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(NO_STATISTICS["samples"])
        for name, row in (("stat1", "'a', 'b', ?"), ("stat4", "'a', 'b', '1', '1', '1', ?")):
            connection.execute(f"INSERT INTO sqlite_{name} VALUES ({row})", ("the minister " * 9,))
    found = found_in(archive)
    assert len(found) == 2
    assert all("sqlite_stat" in one and one.endswith(ADVICE) for one in found)
    new = archive.with_name("new.db")
    engine = open_engine(archive, read_only=True)
    copy_archive(engine, new, "here")
    engine.dispose()
    assert found_in(new) == []
    assert b"the minister" not in new.read_bytes()


def test_how_statements_are_spelled_does_not_matter(archive: Path) -> None:
    names = sorted(name for kind, name in made_by_migrations() if kind != "view")
    names = [name for name in names if not name.startswith(("search", "sqlite_"))]
    assert len(names) > 40
    for name in names:
        sql = statement_of(archive, name)
        head, bracket, rest = sql.partition("(")
        quoted = re.sub(rf'"?\b{name}\b"?', f'"{name}" ', head, count=1)
        spelled = f"{quoted}{bracket}\n \n{rest}"
        spelled = spelled.replace(" REFERENCES ", " references  ").replace("\t", " ")
        rewrite(archive, name, sql, spelled)
    assert found_in(archive) == []


def test_columns_and_keys_may_stand_in_another_order(archive: Path) -> None:
    rewrite(
        archive,
        "watch",
        "last_document_id INTEGER NOT NULL, \n\tlast_entry_id INTEGER NOT NULL",
        "last_entry_id INTEGER NOT NULL, \n\tlast_document_id INTEGER NOT NULL",
    )
    assert found_in(archive) == []


@pytest.mark.parametrize(
    ("statement", "clauses"),
    [
        ("CREATE TABLE a (x INT COLLATE nocase CHECK (x > (1+2)))",
         ["", "x check ( x > ( 1 + 2 ) )", "x collate nocase"]),
        ("CREATE TABLE a (x AS (y) STORED, UNIQUE (y) ON CONFLICT FAIL) WITHOUT ROWID, STRICT",
         [" on conflict fail", " without rowid , strict", "x as ( y )"]),
        ("CREATE TABLE a (\"check\" TEXT, x DEFAULT 'CHECK' REFERENCES b ON DELETE CASCADE)", [""]),
        ("CREATE TABLE a (x CHECK (", ["", "x check ("]),
        ("CREATE TABLE a", [""]),
        ("CREATE TABLE a (x COLLATE)", ["", "x collate )"]),
    ],
)  # fmt: skip
def test_clauses(statement: str, clauses: list[str]) -> None:
    assert sorted(" ".join(one) for one in clauses_of(words_of(statement))) == clauses


# ---------------------------------------------------------------------- connections


def test_no_connection_trusts_its_file(archive: Path) -> None:
    engine = open_engine(archive)
    for session in (reading(engine), writing(engine)):
        with session as opened:
            for pragma, value in (("trusted_schema", 0), ("cell_size_check", 1)):
                assert opened.execute(text(f"PRAGMA {pragma}")).scalar() == value, pragma
    engine.dispose()


@pytest.mark.skipif(sys.version_info < (3, 12), reason="Python's sqlite3 cannot say so before")
def test_no_trigger_runs_that_came_later(archive: Path) -> None:
    engine = open_engine(archive)
    do(archive, TRIGGERS["delete"])
    with writing(engine) as session:
        session.execute(text("DELETE FROM version"))
        assert session.execute(text("SELECT count(*) FROM version")).scalar() == 0
        session.rollback()
    engine.dispose()


# ---------------------------------------------------------------------- on a server


@pytest.fixture
def running() -> Iterator[Postgres]:
    found = postgres()
    yield found
    found.drop_used_once()


@pytest.fixture
def server(running: Postgres) -> ServerAddress:
    place = running.empty()
    engine = open_engine(place)
    Archive(engine).save(make_capture("https://a.example/1"), BY_HAND, NOW)
    engine.dispose()
    return place


_FUNCTION = "CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
_TRIGGER = "CREATE TRIGGER keep BEFORE DELETE ON version FOR EACH ROW EXECUTE FUNCTION nothing()"
ON_SERVER = {
    "trigger": (f"{_FUNCTION}; {_TRIGGER}", "the trigger 'keep on version' is none"),
    "rule": (
        "CREATE RULE keep AS ON DELETE TO version DO INSTEAD NOTHING",
        "the rule 'keep on version' is none",
    ),
    "policy": (
        "CREATE POLICY part ON version USING (id > 7)",
        "the policy 'part on version' is none",
    ),
    "heir": (
        "CREATE TABLE heir () INHERITS (version)",
        "the table 'heir that inherits from version' is none",
    ),
    "index": ("CREATE UNIQUE INDEX theirs ON page (host)", "the index 'theirs' is none"),
    "check": (
        "ALTER TABLE version ADD CONSTRAINT theirs CHECK (body <> 'x')",
        "the constraint 'theirs' is none",
    ),
    "column": ("ALTER TABLE version ADD COLUMN more text", "the column 'version.more' is none"),
    "optional": (
        "ALTER TABLE version ALTER COLUMN body DROP NOT NULL",
        "the column version.body is not as kliping makes it",
    ),
    "typed": (
        "ALTER TABLE article ALTER COLUMN evidence TYPE varchar(9)",
        "the column article.evidence is not as kliping makes it",
    ),
    "lost": ("ALTER TABLE watch DROP COLUMN query", "the column watch.query is missing"),
    "view": (
        "ALTER TABLE watch RENAME TO old; CREATE VIEW watch AS SELECT * FROM old",
        "the table watch is missing",
    ),
    "promised": ("DROP VIEW edits", "the view edits is missing"),
}


@pytest.mark.parametrize(("statement", "problem"), ON_SERVER.values(), ids=ON_SERVER)
def test_what_hangs_on_a_table_of_a_server_is_named(
    running: Postgres, server: ServerAddress, statement: str, problem: str
) -> None:
    running.run(server, statement)
    engine = open_engine(server)
    found = [one.problem for one in verify(engine, LATER).damage if one.what == "schema"]
    assert any(one.startswith(problem) for one in found), found
    if "missing" not in problem:
        with pytest.raises(StorageError, match=re.escape(f"{server}: {problem}")):
            refuse_foreign(engine)
    engine.dispose()


def test_tables_of_others_on_a_server_are_left_alone(
    running: Postgres, server: ServerAddress
) -> None:
    running.run(server, "CREATE TABLE theirs (x int); CREATE VIEW seen AS SELECT x FROM theirs")
    engine = open_engine(server)
    assert verify(engine, LATER).damage == []
    refuse_foreign(engine)
    engine.dispose()
