"""What ``verify`` finds beside the digests: values, links, addresses, stories, the index; and what
is no damage."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from scraper.errors import StorageError
from storage.archive import Archive
from storage.database.engine import open_engine, reading, writing
from storage.integrity.chain import verify_chain
from storage.integrity.verify import verify
from storage.maintenance import retention
from storage.maintenance.reindexing import rebuild_index
from storage.proof.entries import seal
from storage.search.finder import Search
from storage.search.query import parse
from tests.storage.integrity.test_proof import change, findings, in_a_file
from tests.storage.makers import BY_HAND, LATER, LONG, NOW, make_article, make_capture
from tests.storage.statements import recorded

ELSEWHERE = " ".join(f"other{number}" for number in range(150))
MANY_WORDS = " ".join(f"word{number}" for number in range(3000))


@pytest.fixture
def filed(engine: Engine) -> Engine:
    """One text on two hosts, which is a story, and another text."""
    archive = Archive(engine)
    archive.save(make_capture("https://a.example/1"), BY_HAND, NOW)
    archive.save(make_capture("https://b.example/2", make_article(title="Theirs")), BY_HAND, NOW)
    archive.save(make_capture("https://a.example/3", make_article(ELSEWHERE)), BY_HAND, LATER)
    seal(engine, LATER)
    assert findings(engine) == []
    return engine


@in_a_file
@pytest.mark.parametrize(
    ("statement", "names"),
    [
        ("UPDATE article SET first_seen_at = '2026-11-30 01:73:04.8' WHERE id = 3", "article 3"),
        ("UPDATE version SET modified_at = 1 WHERE id = 3", "version 3"),
        ("UPDATE version SET accepted = 2 WHERE id = 3", "version 3: accepted is no truth value"),
        ("UPDATE snapshot SET pruned_at = 1 WHERE id = 3", "snapshot 3"),
        ("UPDATE page SET forgotten_at = 1 WHERE id = 3", "page 3: forgotten_at is no time: 1"),
        ("UPDATE page SET due_at = '2026-02-31 00:00:00.000000' WHERE id = 3", "page 3: due_at"),
        ("UPDATE fetch SET fetched_at = '2026-02-21 00:00:00.q0' WHERE id = 3", "fetch 3"),
        ("UPDATE entry SET recorded_at = '2026-11-30 01:73:04' WHERE id = 3", "entry 3"),
        ("UPDATE entry SET fetched_at = 'soon' WHERE id = 3", "entry 3"),
        ("UPDATE entry SET detail = '{' WHERE id = 3", "entry 3"),
        ("UPDATE seal SET sealed_at = '2026-11-31 00:00:00.000000'", "seal 1"),
        ("UPDATE page SET due_at = due_at || char(0) || 'x' WHERE id = 3", "page 3: due_at is no"),
        ("UPDATE page SET etag = 'a' || char(0) || 'x' WHERE id = 3", "page 3: etag is no text"),
        ("UPDATE version SET title = title || char(0) || 'x' WHERE id = 3", "version 3: title is"),
        ("UPDATE version SET body = char(0) || body WHERE id = 3", "version 3: body is no text"),
        ("UPDATE host SET host = host || char(0) WHERE host LIKE 'b%'", "host b.example"),
        ("DROP TABLE watch", "watch"),
    ],
)
def test_a_value_of_another_kind_is_named_and_hides_nothing(
    filed: Engine, statement: str, names: str
) -> None:
    change(filed, "UPDATE version SET title = 'Another' WHERE id = 1")
    if statement.startswith("DROP"):
        with filed.begin() as connection:
            connection.exec_driver_sql(statement)
    else:
        change(filed, statement)
    found = findings(filed)
    assert any(one.startswith(names) for one in found), found
    assert "version 1 (of article 1): what it says was changed" in found


@in_a_file
def test_what_stands_behind_a_nul_is_told(filed: Engine) -> None:
    change(
        filed,
        "INSERT INTO run (id, pid, started_at, finished_at, summary) VALUES"
        " (1, 1, '2026-02-28 09:30:00.000000', '2026-02-28 09:30:00' || char(0) || 'x', NULL),"
        " (2, 1, '2026-02-28 09:30:00.000000', NULL, '{}' || char(0) || 'x')",
    )
    assert findings(filed) == [
        "run 1: finished_at is no time: '2026-02-28 09:30:00' (and more behind a NUL)",
        "run 2: summary is no JSON: '{}' (and more behind a NUL)",
    ]


@pytest.mark.parametrize("column", ["url", "canonical_url"])
def test_an_address_that_is_none_is_damage(filed: Engine, column: str) -> None:
    change(filed, f"UPDATE page SET {column} = 'no address' WHERE id = 1")
    (found,) = findings(filed)
    assert found.startswith("address 1: ")
    assert "no address" in found


@in_a_file
def test_what_points_nowhere_is_named_once_by_its_keys(filed: Engine) -> None:
    change(filed, "INSERT INTO page_source (page_id, source_id) VALUES (1, 7)")
    wanted = "page_source 1/7: source_id points to source 7, which is not there"
    assert findings(filed) == [wanted]


CONTRADICTIONS: tuple[dict[str, str], ...] = (
    {
        "UPDATE page SET article_id = 3 WHERE id = 1": "address 1: https://a.example/1 leads to",
        "UPDATE page SET url = 'https://x.example/' WHERE id = 2": "address 2: its spelling",
        'UPDATE "fetch" SET snapshot_id = 3 WHERE id = 2': "fetch 2: its stored page",
        "UPDATE article SET story_id = 3 WHERE id = 3": "article 3: nothing says why",
        "DELETE FROM shingle WHERE article_id = 3": "article 3: the fingerprint",
    },
    {
        "UPDATE page SET article_id = NULL WHERE id = 1": "address 1: https://a.example/1 leads to",
        'UPDATE "fetch" SET page_id = 3 WHERE id = 2': "fetch 2: was an attempt at",
        "UPDATE \"fetch\" SET outcome = 'nqw' WHERE id = 3": "fetch 3: its outcome",
        "UPDATE article SET story_id = NULL WHERE id = 2": "article 2: is of one text with 1",
        "UPDATE shingle SET hash = hash + 1 WHERE article_id = 3": "article 3: the fingerprint",
    },
    {
        "UPDATE page SET forgotten_at = '2026-01-01 00:00:00.0' WHERE id = 1": "address 1: is one",
        'UPDATE "fetch" SET article_id = 3 WHERE id = 1': "article 1: the attempt at",
        "UPDATE \"fetch\" SET fetched_at = '2020-01-01 00:00:00.0' WHERE id = 2": "article 2: the",
        "UPDATE entry SET article_id = 1 WHERE id = 3": "entry 3: its version of article 1",
        "UPDATE article SET story_id = 3 WHERE id = 2": "article 2: its story",
    },
)


@pytest.mark.parametrize("changes", CONTRADICTIONS, ids=["moved", "emptied", "exchanged"])
def test_tables_that_contradict_each_other_are_found(
    filed: Engine, changes: dict[str, str]
) -> None:
    for statement in changes:
        change(filed, statement)
    found = findings(filed)
    missed = [one for one in changes.values() if not any(each.startswith(one) for each in found)]
    assert not missed, found


def test_an_address_that_moved_with_its_page_is_no_damage(filed: Engine) -> None:
    """An article's own address leads to another one now, which took it over."""
    moved = make_capture("https://a.example/1", make_article(ELSEWHERE),
                         final="https://a.example/3")  # fmt: skip
    Archive(filed).save(moved, BY_HAND, LATER)
    assert findings(filed) == []


@in_a_file
class TestIndex:
    @pytest.fixture
    def wide(self, engine: Engine) -> Engine:
        """An index of several pages."""
        article = make_article(MANY_WORDS)
        Archive(engine).save(make_capture("https://a.example/1", article), BY_HAND, NOW)
        return engine

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE search_idx SET term = CAST('0sord' AS BLOB) WHERE term > CAST('0w' AS BLOB)"
            " AND pgno = (SELECT max(pgno) FROM search_idx)",
            "DELETE FROM search_idx WHERE length(term) = 0",
            "UPDATE search_idx SET pgno = pgno + 1 WHERE length(term) > 0",
            "DELETE FROM search_docsize",
            "UPDATE search_data SET block = zeroblob(length(block)) WHERE id > 1000",
        ],
    )
    def test_damage_is_named_and_mended_by_a_rebuild(self, wide: Engine, statement: str) -> None:
        change(wide, statement)
        report = verify(wide, LATER)
        assert report.total
        assert {one.what for one in report.damage} == {"index"}
        assert report.derived == report.total
        rebuild_index(wide)
        assert findings(wide) == []
        assert [*Search(wide).iterate(parse("word2999"))] == [1]

    def test_what_was_removed_for_good_leaves_it_whole(self, engine: Engine) -> None:
        """FTS5 takes the words off their pages then, and leaves by what the pages are found."""
        for number in (0, 1):
            words = " ".join(f"word{one}" for one in range(number, 5000, 2))
            capture = make_capture(f"https://a.example/{number}", make_article(words))
            Archive(engine).save(capture, BY_HAND, NOW)
        with writing(engine) as session:
            session.execute(text("INSERT INTO search(search) VALUES ('optimize')"))
        retention.forget(engine, 1, LATER)
        assert findings(engine) == []
        assert [*Search(engine).iterate(parse("word4999 OR word4998"))] == [2]


def test_fingerprints_are_made_anew_with_the_index(filed: Engine) -> None:
    change(filed, "UPDATE shingle SET hash = hash + 1")
    report = verify(filed, LATER)
    assert report.derived == report.total == 3
    rebuild_index(filed)
    assert findings(filed) == []
    late = make_capture("https://c.example/4", make_article(LONG + " late", "Late"))
    article_id = Archive(filed).save(late, BY_HAND, LATER).article_id
    with reading(filed) as session:
        story = text("SELECT story_id FROM article WHERE id = :id")
        assert session.scalar(story, {"id": article_id}) == 1


@in_a_file
def test_a_few_rows_at_a_time_cost_no_look_at_all_of_them(filed: Engine) -> None:
    """A part of the articles is found by their ids: by their verdict each part cost as much as the
    whole."""
    with recorded() as statements:
        verify(filed, LATER)
        rebuild_index(filed)
    parts = {
        each: values
        for each, values in statements
        if re.search(r"article\.verdict[^=]*=.*article\.id (>|BETWEEN) \?", each, re.DOTALL)
    }
    assert len(parts) == 4, "of verify: stories, contents; of the index: contents, fingerprints"
    with reading(filed) as session:
        for statement, values in parts.items():
            plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            first = plan.first()
            assert first is not None
            assert first.detail.startswith("SEARCH article USING INTEGER PRIMARY KEY"), statement


@in_a_file
def test_the_chain_can_be_checked_alone(filed: Engine) -> None:
    change(filed, "UPDATE version SET title = 'Another'")
    assert verify_chain(filed, LATER).total == 0
    change(filed, "UPDATE entry SET url = 'https://x.example/' WHERE id = 2")
    assert [one.what for one in verify_chain(filed, LATER).damage] == ["entry 2"]


@in_a_file
def test_what_another_process_keeps_locked_is_not_damaged(filed: Engine) -> None:
    path = Path(str(filed.url.database))
    impatient = open_engine(path, busy_timeout=0.01)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StorageError, match="locked for too long"):
            verify(impatient, LATER)
    impatient.dispose()


class TestReadOnly:
    @pytest.fixture
    def frozen(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
        """An archive where nobody may write: for the superuser, too, as for any other."""
        engine = open_engine(path)
        Archive(engine).save(make_capture("https://a.example/1"), BY_HAND, NOW)
        engine.dispose()
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for ending in ("-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)

        def access(_: Any, mode: int) -> bool:
            return mode != os.W_OK

        monkeypatch.setattr(os, "access", access)
        engine = open_engine(path)
        yield engine
        engine.dispose()

    def test_it_is_read_and_found_whole_with_no_file_beside_it(
        self, frozen: Engine, path: Path
    ) -> None:
        assert [*Search(frozen).iterate(parse("word7"))] == [1]
        report = verify(frozen, LATER)
        assert report.damage == []
        assert [one.partition(" ")[0] for one in report.unchecked] == ["the", "the"]
        assert "1 entry is not in the chain yet" in report.unchecked[0]
        assert "index" in report.unchecked[1]
        assert [one.name for one in path.parent.iterdir()] == [path.name]

    def test_writing_to_it_is_refused(self, frozen: Engine) -> None:
        with pytest.raises(StorageError, match="cannot be written here"):
            Archive(frozen).save(make_capture("https://a.example/2"), BY_HAND, LATER)

    def test_a_log_with_something_in_it_is_not_left_out(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        engine = open_engine(path)
        Archive(engine).save(make_capture("https://a.example/1"), BY_HAND, NOW)
        monkeypatch.setattr(os, "access", lambda *_: False)
        other = open_engine(path, read_only=True)
        assert [*Search(other).iterate(parse("word7"))] == [1]
        other.dispose()
        engine.dispose()


# ---------------------------------------------------------------------- the schema


_ON_FETCH = ("index", "ix_fetch_run", 'CREATE INDEX ix_fetch_run ON "fetch" (run_id)')
_VIEW = ("view", "search_content", None)
_VECTOR = (
    "index",
    "ix_document_vector",
    "CREATE INDEX ix_document_vector ON document USING gin (vector)",
)
PARTS_OF_SCHEMA = {"sqlite": (_ON_FETCH, _VIEW), "postgresql": (_ON_FETCH, _VECTOR)}
"""Kind, name, and what makes it anew: a server's database is used again by other tests."""


@pytest.mark.parametrize("number", [0, 1])
def test_what_the_schema_lacks_is_named(filed: Engine, number: int) -> None:
    kind, name, remade = PARTS_OF_SCHEMA[filed.dialect.name][number]
    try:
        with filed.begin() as connection:
            connection.exec_driver_sql(f"DROP {kind} {name}")
        found = [one.problem for one in verify(filed, LATER).damage if one.what == "schema"]
        assert len(found) == 1
        assert f"the {kind} {name} is missing: `kliping db copy` into a new database" in found[0]
    finally:
        if remade is not None:
            with filed.begin() as connection:
                connection.exec_driver_sql(remade)
