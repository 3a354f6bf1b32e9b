"""The order of publication: as it is told, whatever happens to articles, and by its index."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from storage.database.engine import reading, writing
from storage.models import Document
from storage.reading import listing
from storage.reading.library import Library
from storage.reading.listing import Listing, list_ids, read_listed
from storage.search.finder import SortOrder, ordered
from tests.storage.search.shelf import FIRST_SEEN, Shelf


def told_order(library: Library) -> list[int]:
    """As docs/usage.md has it: by publication, else by when it was first seen; of one time the one
    filed last first."""
    filed = library.list(0)
    filed.sort(key=lambda one: one.published_at or one.first_seen_at, reverse=True)
    return [one.id for one in filed]


def test_the_order_is_as_told_after_any_change(engine: Engine) -> None:
    chance, shelf, library = random.Random(17), Shelf(engine), Library(engine)

    def fields() -> dict[str, Any]:
        day = FIRST_SEEN + timedelta(days=chance.randint(-4, 4))
        seen = FIRST_SEEN + timedelta(days=chance.randint(-4, 4))
        return {"published_at": chance.choice([None, day]), "first_seen_at": seen}

    for number in range(1, 41):
        shelf.add(f"harbour {number}", **fields())
        if number % 3 == 0:
            shelf.change(chance.randint(1, number), f"mole {number}")
        if number % 4 == 0:
            shelf.alter(chance.randint(1, number), filed_by=1000 + number)
        if number % 5 == 0:
            shelf.alter(chance.randint(1, number), verdict="teaser")
    wanted = told_order(library)
    assert [*list_ids(engine, Listing())] == wanted == [*library.newest()]
    assert [*list_ids(engine, Listing(), 7)] == wanted[:7]
    moles = set(shelf.find("mole", limit=0))
    assert shelf.find("mole", by=SortOrder.PUBLISHED, limit=0) == [
        one for one in wanted if one in moles
    ]
    filed = [*list_ids(engine, Listing(by=SortOrder.FILED))]
    assert filed == [one.id for one in library.list(0)]
    assert shelf.check() == []


def test_few_are_read_at_a_time(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "AT_ONCE", 3)
    shelf = Shelf(engine)
    for _ in range(7):
        shelf.add("harbour")
    records = read_listed(engine, list_ids(engine, Listing()))
    assert next(records).id == 7
    with writing(engine) as session:  # goes while the others are shown
        session.execute(text("UPDATE article SET current_version_id = NULL WHERE id = 2"))
    assert [one.id for one in records] == [6, 5, 4, 3, 2, 1]


def test_a_wrong_date_in_the_index_is_found_and_mended(engine: Engine) -> None:
    shelf = Shelf(engine)
    shelf.add("harbour", published_at=datetime(2026, 1, 1, tzinfo=UTC))
    shelf.add("harbour")
    with writing(engine) as session:
        session.execute(text("UPDATE document SET dated_at = '2001-01-01 00:00:00' WHERE id = 2"))
    assert shelf.check() == ["search index: article 2 is indexed other than it is"]
    shelf.rebuild()
    assert shelf.check() == []
    assert [*list_ids(engine, Listing())] == [2, 1]


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_the_newest_are_found_by_their_index(engine: Engine) -> None:
    """They must not sort 100,000 articles for the newest twenty."""
    with reading(engine) as session:
        asked = ordered(session, Document.article_id, SortOrder.PUBLISHED).limit(20)
        words = str(asked.compile(engine, compile_kwargs={"literal_binds": True}))
        plan = session.execute(text(f"EXPLAIN QUERY PLAN {words}")).all()
    steps = " ".join(row.detail for row in plan)
    assert "ix_document_dated" in steps
    assert "TEMP B-TREE" not in steps
