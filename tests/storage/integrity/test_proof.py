"""Digests, entries and the chain: what ``verify`` finds, and that it finds all."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from scraper.model.types import Verdict
from storage.archive import Archive
from storage.database.engine import open_engine
from storage.integrity.verify import ChainHead, load_last_head, verify
from storage.maintenance import retention
from storage.proof.entries import seal
from tests.storage.makers import BY_HAND, LATER, NOW, make_article, make_capture, make_rejected
from tests.tables import each_row

OTHER = " ".join(f"other{number}" for number in range(150))


@pytest.fixture
def filed(engine: Engine) -> Engine:
    """Two articles on two hosts, one of them edited, and a page that is none."""
    archive = Archive(engine)
    archive.save(make_capture("https://a.example/1"), BY_HAND, NOW)
    archive.save(make_capture("https://b.example/2", make_article(OTHER)), BY_HAND, NOW)
    edited = make_article(OTHER + " and so on and so forth")
    archive.save(make_capture("https://b.example/2", edited), BY_HAND, LATER)
    archive.save(make_rejected("https://a.example/wall", Verdict.CONSENT_WALL), BY_HAND, LATER)
    return engine


def findings(engine: Engine, against: ChainHead | None = None) -> list[str]:
    report = verify(engine, LATER, against=against)
    assert report.total == len(report.damage)
    return [f"{one.what}: {one.problem}" for one in report.damage]


def change(engine: Engine, statement: str) -> None:
    """Behind the archive's back, as damage comes: no foreign key is in its way."""
    if engine.dialect.name != "sqlite":
        with engine.begin() as server:
            assert server.exec_driver_sql(statement).rowcount > 0
        return
    with closing(sqlite3.connect(str(engine.url.database))) as connection, connection:
        assert connection.execute(statement).rowcount > 0


in_a_file = pytest.mark.parametrize("place", ["sqlite"], indirect=True)


def test_what_was_filed_is_whole(filed: Engine) -> None:
    report = verify(filed, LATER)
    assert report.damage == []
    assert report.checked["versions"] == 3
    assert report.checked["articles"] == 3
    assert report.checked["entries"] == 4


def test_an_empty_archive_is_whole(engine: Engine) -> None:
    report = verify(engine, NOW)
    assert report.damage == []
    assert report.head.position == 0


@in_a_file
@pytest.mark.parametrize(
    ("statement", "names"),
    [
        ("UPDATE version SET body = body || '.' WHERE id = 1", "version 1 (of article 1)"),
        ("UPDATE version SET title = 'Another' WHERE id = 2", "version 2 (of article 2)"),
        ("UPDATE version SET byline = 'x' WHERE id = 1", "version 1"),
        ("UPDATE version SET authors = '[\"x\"]' WHERE id = 1", "version 1"),
        ("UPDATE version SET published_at = '2020-01-01 00:00:00.000000'", "version 1"),
        ("UPDATE version SET published_offset = 7200 WHERE id = 1", "version 1"),
        ("UPDATE version SET blocks = '[]' WHERE id = 1", "version 1"),
        ("UPDATE version SET authors = '[' WHERE id = 1", "version 1"),
        ("UPDATE version SET body = CAST(x'ff' AS TEXT) WHERE id = 1", "version 1"),
        ("UPDATE version SET digest = x'00' WHERE id = 1", "version 1"),
        ("UPDATE version SET accepted = 0 WHERE id = 3", "article 2"),
        ("UPDATE version SET confirmed_by = 'x' WHERE id = 3", "article 2"),
        ("UPDATE article SET url = 'https://x.example/' WHERE id = 1", "article 1"),
        ("UPDATE article SET verdict = 'teaser' WHERE id = 1", "article 1"),
        ("UPDATE article SET evidence = 'x' WHERE id = 3", "article 3"),
        ("UPDATE article SET current_version_id = 2 WHERE id = 2", "article 2"),
        ("UPDATE page SET canonical_url = 'https://x.example/' WHERE id = 1", "address 1"),
        ("UPDATE snapshot SET body = x'00' WHERE id = 1", "snapshot 1"),
        ("UPDATE snapshot SET body = zeroblob(length(body)) WHERE id = 2", "snapshot 2"),
        ("UPDATE snapshot SET headers = '[]' WHERE id = 1", "snapshot 1"),
        ("UPDATE snapshot SET url = 'https://x.example/' WHERE id = 1", "snapshot 1"),
        ("UPDATE snapshot SET status = 201 WHERE id = 1", "snapshot 1"),
        ("UPDATE snapshot SET pruned_at = '2026-01-01 00:00:00.0' WHERE id = 1", "snapshot 1"),
        ("UPDATE entry SET url = 'https://x.example/' WHERE id = 1", "entry 1"),
        ("UPDATE entry SET fetched_at = '2020-01-01 00:00:00.000000' WHERE id = 2", "entry 2"),
        ("UPDATE entry SET redacted = 1 WHERE id = 2", "entry 2"),
        ("UPDATE entry SET digest = x'00' WHERE id = 2", "entry 2"),
        ("DELETE FROM entry WHERE id = 2", "chain"),
        ("DELETE FROM entry WHERE id = 4", "chain"),
        ("DELETE FROM seal", "chain"),
        ("UPDATE seal SET digest = x'00'", "chain"),
        ("DELETE FROM document WHERE article_id = 1", "index: article 1"),
        ("DELETE FROM version WHERE id = 2", "version"),
        ("DELETE FROM snapshot WHERE id = 1", "snapshot"),
    ],
)
def test_any_change_is_found_and_named(filed: Engine, statement: str, names: str) -> None:
    seal(filed, LATER)
    change(filed, statement)
    found = findings(filed)
    assert any(names in one for one in found), found


@in_a_file
def test_words_that_are_not_indexed_are_found(filed: Engine) -> None:
    change(filed, "INSERT INTO search(search, rowid, title, author, body, labels)"
                  " SELECT 'delete', id, title, author, body, labels FROM search_content"
                  " WHERE article_id = 1")  # fmt: skip
    assert any(one.startswith("index") for one in findings(filed))


@in_a_file
@pytest.mark.parametrize("places", [3, 60])
def test_a_flipped_byte_in_what_is_filed_is_found(
    filed: Engine, tmp_path: Path, places: int
) -> None:
    """Anywhere in the bytes of a stored page or a text, each in a copy of its own."""
    seal(filed, LATER)
    with closing(sqlite3.connect(str(filed.url.database))) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        bodies = [row[0] for row in connection.execute("SELECT body FROM snapshot")]
        texts = [row[0].encode() for row in connection.execute("SELECT body FROM version")]
    whole = Path(str(filed.url.database)).read_bytes()
    random_source = random.Random(5)
    for number, piece in enumerate(random_source.choices([*bodies, *texts], k=places)):
        # Only what lies in one page of the file is found by its bytes.
        start = whole.find(piece[:64])
        assert start >= 0
        place = start + random_source.randrange(min(len(piece), 64))
        damaged = bytearray(whole)
        damaged[place] ^= 1 << random_source.randrange(8)
        copy = tmp_path / f"{number}.db"
        copy.write_bytes(damaged)
        engine = open_engine(copy)
        assert verify(engine, LATER).total, f"byte {place}"
        engine.dispose()


def test_a_head_that_was_written_down_proves_what_lies_before_it(filed: Engine) -> None:
    seal(filed, LATER)
    head = load_last_head(filed)
    assert ChainHead.parse(str(head)) == head
    Archive(filed).save(
        make_capture("https://c.example/3", make_article("c " * 90)), BY_HAND, LATER
    )
    assert findings(filed, against=head) == []


def test_a_chain_that_was_made_anew_does_not_fit_an_old_head(filed: Engine) -> None:
    seal(filed, LATER)
    head = load_last_head(filed)
    change(filed, "UPDATE entry SET position = NULL")
    change(filed, "DELETE FROM seal")
    change(filed, "DELETE FROM entry WHERE kind = 'rejection'")
    assert findings(filed) == []  # consistent in itself
    assert any("does not fit" in one or "beyond" in one for one in findings(filed, against=head))


@each_row("given", ["", "x", "1", "1:", "1:ab", ":" + "a" * 64, "-1:" + "a" * 64])
def test_what_is_no_head_is_said(given: str) -> None:
    with pytest.raises(ValueError, match="a head is"):
        ChainHead.parse(given)


def test_the_chain_is_one_whatever_the_batches(engine: Engine, tmp_path: Path) -> None:
    """Sealed after each save or once at the end, the same entries have the same head."""
    other = open_engine(tmp_path / "other.db")
    for number in range(5):
        capture = make_capture(f"https://a.example/{number}", make_article(f"{number} {OTHER}"))
        for one in (engine, other):
            Archive(one).save(capture, BY_HAND, NOW + timedelta(minutes=number))
        seal(engine, NOW)
    seal(other, LATER)
    assert load_last_head(engine) == load_last_head(other)
    other.dispose()


class TestRetention:
    @pytest.fixture
    def pages(self, engine: Engine) -> Engine:
        """A host with one reference page and three that are stored by it."""
        archive = Archive(engine)
        for number in range(4):
            html = f"<html>{'<div class=furniture>' * 400}<p>{number} {OTHER}</p>".encode()
            archive.save(
                make_capture(
                    f"https://a.example/{number}",
                    make_article(f"{number} {OTHER} {number * 7}"),
                    body=html,
                ),
                BY_HAND,
                NOW,
            )
        return engine

    def test_pruned_pages_leave_everything_else(self, pages: Engine) -> None:
        before = NOW + timedelta(seconds=1)
        plan = retention.survey(pages, before)
        done = retention.prune(pages, before, LATER)
        assert (done.snapshots, done.size) == (plan.snapshots, plan.size) == (4, plan.size)
        report = verify(pages, LATER)
        assert report.damage == []
        assert report.checked["versions"] == 4
        assert retention.prune(pages, before, LATER).snapshots == 0

    def test_a_page_that_others_are_stored_by_stays(self, pages: Engine) -> None:
        change(pages, "UPDATE snapshot SET fetched_at = '2020-01-01 00:00:00.000000' WHERE id = 1")
        assert retention.survey(pages, NOW).needed == 1
        assert retention.prune(pages, NOW, LATER).snapshots == 0

    def test_what_is_forgotten_is_gone_and_does_not_come_back(
        self, pages: Engine, tmp_path: Path
    ) -> None:
        seal(pages, LATER)
        head = load_last_head(pages)
        done = retention.forget(pages, 1, LATER)
        assert done is not None
        assert (done.versions, done.snapshots, done.addresses) == (1, 1, 1)
        assert findings(pages, against=head) == []
        if pages.dialect.name == "sqlite":
            raw = Path(str(pages.url.database)).read_bytes()
            assert b"a.example/0" not in raw
            assert b"a.example/1" in raw
        again = make_capture("https://a.example/0", make_article(f"0 {OTHER} 0"))
        assert Archive(pages).save(again, BY_HAND, LATER).reason is not None
        elsewhere = make_capture(
            "https://a.example/new", again.article, final="https://a.example/0"
        )
        assert Archive(pages).save(elsewhere, BY_HAND, LATER).article_id is None
        assert findings(pages) == []

    def test_an_article_that_is_not_there_is_none(self, engine: Engine) -> None:
        assert retention.forget(engine, 7, NOW) is None


class TestEveryVersionIsProven:
    """Whatever way a version was made, an entry of the chain says where it comes from."""

    def test_a_teaser_and_then_the_whole(self, engine: Engine) -> None:
        teaser = make_article("short of it", verdict=Verdict.TEASER, evidence="cut")
        Archive(engine).save(make_capture("https://a.example/1", teaser), BY_HAND, NOW)
        assert findings(engine) == []
        Archive(engine).save(make_capture("https://a.example/1"), BY_HAND, LATER)
        assert findings(engine) == []

    def test_our_own_reading_and_an_edit_at_once(self, engine: Engine) -> None:
        archive = Archive(engine)
        archive.save(make_capture("https://a.example/1"), BY_HAND, NOW)
        better = make_article(authors=("Ana Ruiz", "Bo Li"), extractor_version="2")
        edited = make_article(better.body + " and more", authors=better.authors,
                              extractor_version="2")  # fmt: skip
        capture = make_capture("https://a.example/1", edited, baseline=better)
        archive.save(capture, BY_HAND, LATER)
        report = verify(engine, LATER)
        assert report.damage == []
        assert report.checked["versions"] == 3

    def test_a_shell_that_turns_out_to_be_an_articles_address(self, engine: Engine) -> None:
        archive = Archive(engine)
        teaser = make_article("short of it", verdict=Verdict.TEASER, evidence="cut")
        archive.save(make_capture("https://a.example/old", teaser), BY_HAND, NOW)
        archive.save(make_capture("https://a.example/1"), BY_HAND, NOW)
        moved = make_capture("https://a.example/old", make_article(), final="https://a.example/1")
        archive.save(moved, BY_HAND, LATER)
        assert findings(engine) == []
