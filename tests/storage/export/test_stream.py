"""Whole articles out of the archive, one by one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from scraper.model.types import Verdict
from storage.archive import Archive
from storage.database.engine import open_engine
from storage.maintenance.forgetting import forget
from storage.reading import library as reading
from storage.reading.library import Library
from tests.storage.makers import BY_HAND, NOW, make_article, make_capture, make_rejected


@pytest.fixture
def engine(tmp_path: Path):  # type: ignore[no-untyped-def]
    engine = open_engine(tmp_path / "news.db")
    yield engine
    engine.dispose()


def fill(engine: Engine, numbers: range) -> None:
    for number in numbers:
        article = make_article(f"Text {number} of the day. " * 40, f"Title {number}")
        capture = make_capture(f"https://example.com/{number}", article)
        Archive(engine).save(capture, BY_HAND, NOW)


def test_all_that_is_listed_whole_and_the_first_filed_first(engine: Engine) -> None:
    fill(engine, range(1, 4))
    capture = make_rejected("https://example.com/gone", Verdict.SOFT_404)
    Archive(engine).save(capture, BY_HAND, NOW)
    library = Library(engine)
    records = [*library.stream()]
    assert [record.id for record in records] == [record.id for record in reversed(library.list(0))]
    assert records == [library.get(record.id) for record in records]
    assert records[0].title == "Title 1"
    assert records[0].blocks
    assert [*Library(engine).stream([])] == []


def test_of_ids_those_that_are_listed_in_their_order(engine: Engine) -> None:
    fill(engine, range(1, 4))
    Archive(engine).save(make_rejected("https://example.com/gone", Verdict.SOFT_404), BY_HAND, NOW)
    wanted = [2, 99, 1, 4, -1, 3]
    assert [record.id for record in Library(engine).stream(wanted)] == [2, 1, 3]


def test_an_empty_archive(engine: Engine) -> None:
    assert [*Library(engine).stream()] == []


@pytest.mark.parametrize(
    ("ids", "records", "characters"), [(1, 32, 10**6), (2, 3, 10**6), (1000, 32, 1), (7, 7, 1)]
)
def test_steps_of_any_size_give_each_once(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, ids: int, records: int, characters: int
) -> None:
    fill(engine, range(1, 8))
    monkeypatch.setattr(reading, "IDS_AT_ONCE", ids)
    monkeypatch.setattr(reading, "RECORDS_AT_ONCE", records)
    monkeypatch.setattr(reading, "CHARACTERS_AT_ONCE", characters)
    streamed = [record.id for record in Library(engine).stream()]
    assert streamed == [record.id for record in reversed(Library(engine).list(0))]


def test_a_slow_reader_holds_no_transaction(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is filed while it reads is stored at once, and follows."""
    monkeypatch.setattr(reading, "RECORDS_AT_ONCE", 1)
    monkeypatch.setattr(reading, "IDS_AT_ONCE", 1)
    fill(engine, range(1, 4))
    stream = Library(engine).stream()
    first = next(stream)
    with closing(sqlite3.connect(str(engine.url.database))) as connection:
        (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    assert busy == 0
    fill(engine, range(4, 6))
    rest = [record.title for record in stream]
    assert [first.title, *rest] == [f"Title {number}" for number in range(1, 6)]


# ------------------------------------------------------------------ versions


def edit(engine: Engine, number: int, times: int) -> None:
    for time in range(1, times + 1):
        article = make_article(
            f"Text {number} of the day. " * 40, f"Title {number}, edition {time}"
        )
        capture = make_capture(f"https://example.com/{number}", article)
        Archive(engine).save(capture, BY_HAND, NOW + timedelta(hours=time))


@pytest.mark.parametrize(("ids", "characters"), [(1, 1), (2, 2_000), (1000, 10**6)])
def test_versions_come_by_article_and_number_whatever_the_steps(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, ids: int, characters: int
) -> None:
    fill(engine, range(1, 4))
    edit(engine, 2, 5)
    edit(engine, 1, 1)
    Archive(engine).save(make_rejected("https://example.com/gone", Verdict.SOFT_404), BY_HAND, NOW)
    monkeypatch.setattr(reading, "IDS_AT_ONCE", ids)
    monkeypatch.setattr(reading, "CHARACTERS_AT_ONCE", characters)
    library = Library(engine)
    streamed = [(one.id, one.version.number) for one in library.stream_versions() if one.version]
    expected = [
        (one.id, each.number) for one in library.stream() for each in library.versions(one.id)
    ]
    assert streamed == expected
    assert len(expected) == 3 + 5 + 1
    assert [one.id for one in library.stream_versions([3, 99, 1])] == [3, 1, 1]


def test_the_current_version_is_the_article(engine: Engine) -> None:
    fill(engine, range(1, 3))
    edit(engine, 1, 2)
    library = Library(engine)
    for article in library.stream():
        (current,) = (
            one
            for one in library.stream_versions([article.id])
            if one.version and one.version.current
        )
        assert replace(current, version=None) == article


def test_what_is_removed_meanwhile_is_not_given(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "CHARACTERS_AT_ONCE", 1)
    fill(engine, range(1, 4))
    edit(engine, 1, 3)
    stream = Library(engine).stream_versions()
    assert next(stream).id == 1
    forget(engine, 1, NOW)
    assert [one.id for one in stream] == [2, 3]
    assert [one.id for one in Library(engine).stream_versions()] == [2, 3]
