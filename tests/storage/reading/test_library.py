"""Reading: filing order, finding, and speed at a size that matters."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from scraper.errors import AddressError
from scraper.model.types import Verdict
from storage.archive import Archive
from storage.database.engine import open_engine, reading
from storage.reading.library import Library
from tests.storage.makers import BY_HAND, LONG, NOW, make_article, make_capture, make_rejected

WALL = "https://a.example/login"


@pytest.fixture
def filed(archive: Archive, library: Library) -> Library:
    for number in range(25):
        capture = make_capture(f"https://a.example/{number}", make_article(f"{LONG} {number}"))
        archive.save(capture, BY_HAND, NOW)
    archive.save(make_rejected("https://a.example/x", Verdict.LOGIN_WALL, final=WALL), BY_HAND, NOW)
    return library


def test_an_empty_archive(library: Library) -> None:
    assert library.list() == library.list(0) == library.list(rejected=True) == []
    assert library.find("https://a.example/") is None
    with pytest.raises(AddressError):
        library.find("no address")


def test_the_last_filed_come_first(filed: Library) -> None:
    assert [one.id for one in filed.list()] == list(range(25, 5, -1))
    assert [one.id for one in filed.list(2)] == [25, 24]
    assert len(filed.list(0)) == 25
    assert [one.id for one in filed.list(0, rejected=True)] == [26]
    assert filed.list(1)[0].body is None


def test_finding_by_any_address_or_by_what_it_led_to(filed: Library) -> None:
    whole = filed.find("http://www.a.example/3/?fbclid=1")
    assert whole is not None
    assert (whole.id, whole.body) == (4, f"{LONG} 3")
    for address in (WALL, "https://a.example/x"):
        rejected = filed.find(address)
        assert rejected is not None
        assert (rejected.id, rejected.title, rejected.body) == (26, None, None)


@pytest.mark.parametrize(("asked", "nearest"), [(0, 1), (7, 7), (26, 26), (99, 26), (-5, 1)])
def test_the_nearest_id(filed: Library, asked: int, nearest: int) -> None:
    assert filed.nearest_id(asked) == nearest


def test_the_stored_answer(filed: Library) -> None:
    whole = filed.load_response(4)
    assert whole is not None
    assert (whole.url, whole.status, whole.fetched_at) == ("https://a.example/3", 200, NOW)
    assert whole.body == f"A title|{LONG} 3|article".encode()
    assert whole.header("content-type") == "text/html"
    wall = filed.load_response(26)
    assert wall is not None
    assert wall.url == WALL
    assert filed.load_response(27) is None


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_lists_use_their_indexes(engine: Engine, filed: Library) -> None:
    """They must not sort or scan 100,000 articles for the newest twenty."""
    conditions = {
        "article.verdict = 'article'": "ix_article_filing",
        "article.verdict <> 'article'": "ix_article_rejected",
    }
    with reading(engine) as session:
        for condition, index in conditions.items():
            plan = session.execute(
                text(
                    "EXPLAIN QUERY PLAN SELECT article.id FROM article LEFT JOIN version "
                    "ON version.id = article.current_version_id "
                    f"WHERE {condition} ORDER BY article.filed_by DESC LIMIT 20"
                )
            ).all()
            steps = " ".join(row.detail for row in plan)
            assert index in steps
            assert "TEMP B-TREE" not in steps


def test_the_archive_outlasts_the_program(path: Path) -> None:
    engine = open_engine(path)
    Archive(engine).save(make_capture("https://a.example/1"), BY_HAND, NOW)
    engine.dispose()
    again = open_engine(path, read_only=True)
    record = Library(again).get(1)
    assert record is not None
    assert record.body == LONG
    again.dispose()
