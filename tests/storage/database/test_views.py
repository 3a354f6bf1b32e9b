"""The views for people who come with SQL: what they hold, on both databases (docs/sql.md)."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from scraper.model.types import Capture, Precision, Verdict
from storage.archive import Archive
from storage.database.engine import open_engine, reading, writing
from storage.database.places import Place
from storage.integrity.verify import verify
from storage.maintenance.copying import copy_archive
from storage.maintenance.forgetting import forget
from storage.maintenance.reindexing import rebuild_index
from tests.postgres import postgres
from tests.storage.makers import (
    BY_HAND,
    LATER,
    LONG,
    NOW,
    make_article,
    make_capture,
    make_rejected,
)

URL = "https://www.paper.example/story"
DOC = Path(__file__).parents[3] / "docs" / "sql.md"
EDITED = f"{LONG}\nThe council met on Tuesday."


def rows(engine: Engine, query: str) -> list[dict[str, Any]]:
    with reading(engine) as session:
        return [dict(row._mapping) for row in session.execute(text(query))]


def shown(body: str, at: datetime, **fields: Any) -> Capture:
    capture = make_capture(URL, make_article(body, **fields))
    assert capture.response is not None
    return replace(capture, attempted_at=at, response=replace(capture.response, fetched_at=at))


def fill(archive: Archive) -> None:
    """An article that was edited in silence, and a page that is none."""
    archive.save(shown(LONG, NOW), BY_HAND, NOW)
    archive.save(shown(EDITED, LATER, title="Another title"), BY_HAND, LATER)
    archive.save(make_rejected("https://www.paper.example/", Verdict.LISTING), BY_HAND, LATER)


def test_an_article_has_its_text_and_iso_times(engine: Engine, archive: Archive) -> None:
    there = timezone(timedelta(hours=9))
    more = {
        "authors": ("Ana Ruiz", "Bo Li"),
        "published_at": datetime(2026, 3, 1, tzinfo=there),
        "published_precision": Precision.DAY,
        "tags": ("harbour",),
        "language": "en",
    }
    archive.save(shown(LONG, NOW, **more), BY_HAND, NOW)
    (article,) = rows(engine, "SELECT * FROM articles")
    assert article == {
        "id": 1,
        "site": "paper.example",
        "url": URL,
        "title": "A title",
        "byline": None,
        "authors": "Ana Ruiz; Bo Li",
        "published_at": "2026-02-28T15:00:00Z",
        "published_on": "2026-03-01",
        "modified_at": None,
        "language": "en",
        "section": None,
        "tags": "harbour",
        "site_name": None,
        "image_url": None,
        "first_seen_at": "2026-03-01T12:00:00Z",
        "last_checked_at": "2026-03-01T12:00:00Z",
        "versions": 1,
        "duplicate_of": None,
        "story_id": None,
        "body": LONG,
    }


@pytest.mark.parametrize(
    ("precision", "day"), [(Precision.YEAR, "2026"), (Precision.MONTH, "2026-02")]
)
def test_a_day_is_told_as_far_as_it_is_known(
    engine: Engine, archive: Archive, precision: Precision, day: str
) -> None:
    archive.save(shown(LONG, NOW, published_precision=precision), BY_HAND, NOW)
    assert rows(engine, "SELECT published_on FROM articles") == [{"published_on": day}]


def test_versions_and_what_each_changed(engine: Engine, archive: Archive) -> None:
    fill(archive)
    versions = rows(engine, "SELECT * FROM versions ORDER BY article_id, number")
    said = [
        (one["number"], bool(one["is_current"]), one["seen_at"], one["body"]) for one in versions
    ]
    assert said == [
        (1, False, "2026-03-01T12:00:00Z", LONG),
        (2, True, "2026-03-01T18:00:00Z", EDITED),
    ]
    (edit,) = rows(engine, "SELECT * FROM edits")
    assert edit | {"stealth": bool(edit["stealth"])} == {
        "article_id": 1,
        "number": 2,
        "compared_with": 1,
        "seen_at": "2026-03-01T18:00:00Z",
        "url": URL,
        "cause": "publisher",
        "kinds": "headline; paragraph_added",
        "stealth": True,
        "summary": "headline, 1 paragraph added",
    }
    assert len(rows(engine, "SELECT id FROM articles")) == 1  # of the listing there is none


def test_a_page_from_before_moves_what_edits_are_measured_against(
    engine: Engine, archive: Archive
) -> None:
    fill(archive)
    between = NOW + timedelta(hours=1)
    capture = shown(f"{LONG}\nNobody spoke against it.", between)
    archive.save(capture, BY_HAND, LATER, seen_at=between)
    measured = rows(engine, "SELECT number, compared_with FROM edits ORDER BY number")
    assert measured == [
        {"number": 2, "compared_with": 3},
        {"number": 3, "compared_with": 1},
    ]
    assert verify(engine, LATER).damage == []


def test_a_copy_has_them_and_what_is_removed_is_gone(
    place: Place, engine: Engine, archive: Archive, tmp_path: Path
) -> None:
    fill(archive)
    target = tmp_path / "copy.db" if isinstance(place, Path) else postgres().fresh("second")
    copy_archive(engine, target, "here")
    other = open_engine(target)
    assert rows(other, "SELECT * FROM edits") == rows(engine, "SELECT * FROM edits")
    forget(other, 1, LATER)
    for view in ("articles", "versions", "edits"):
        assert rows(other, f"SELECT * FROM {view} WHERE 1 = 1") == []
    assert verify(other, LATER).damage == []
    other.dispose()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE edit SET summary = 'headline'",
        "UPDATE edit SET stealth = NOT stealth",
        "DELETE FROM edit",
        "INSERT INTO edit SELECT 1, 2, kinds, stealth, summary FROM edit",
    ],
)
def test_a_changed_edit_is_found_and_made_anew(
    engine: Engine, archive: Archive, statement: str
) -> None:
    fill(archive)
    with writing(engine) as session:
        session.execute(text(statement))
    (found,) = verify(engine, LATER).damage
    assert (found.what, found.derived) == ("article 1", True)
    assert "otherwise than their texts" in found.problem
    rebuild_index(engine)
    assert verify(engine, LATER).damage == []


def test_nobody_writes_through_them(engine: Engine, archive: Archive) -> None:
    fill(archive)
    with pytest.raises(Exception, match="view"), writing(engine) as session:
        session.execute(text("DELETE FROM versions"))


def test_the_columns_are_those_of_the_documentation(engine: Engine) -> None:
    promised: dict[str, list[str]] = {}
    for line in DOC.read_text(encoding="utf-8").splitlines():
        if heading := re.match(r"## `(\w+)`", line):
            columns = promised.setdefault(heading[1], [])
        elif column := re.match(r"\| `(\w+)` \|", line):
            columns.append(column[1])
    assert sorted(promised) == ["articles", "edits", "versions"]
    for view, columns in promised.items():
        with reading(engine) as session:
            assert [*session.execute(text(f"SELECT * FROM {view}")).keys()] == columns


def test_the_queries_of_the_documentation_run(engine: Engine, archive: Archive) -> None:
    fill(archive)
    queries = re.findall(r"```sql\n(.*?)```", DOC.read_text(encoding="utf-8"), re.DOTALL)
    assert len(queries) >= 3
    for query in queries:
        assert rows(engine, query.replace(":", "\\:")), query


def test_any_program_may_read_them(path: Path) -> None:
    engine = open_engine(path)
    fill(Archive(engine))
    engine.dispose()
    with closing(sqlite3.connect(path)) as plain:
        (row,) = plain.execute("SELECT title, datetime(published_at) FROM articles")
    assert row == ("Another title", "2026-02-28 09:30:00")
