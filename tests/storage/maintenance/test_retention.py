"""What goes on purpose, and what of it is left: nothing but the chain's word that it went."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from scraper.model.types import Verdict
from storage.archive import Archive
from storage.database.engine import reading
from storage.integrity.verify import verify
from storage.maintenance.retention import forget, prune
from storage.models import Base, Entry
from storage.reading.library import Library
from tests.storage.makers import BY_HAND, LATER, NOW, make_article, make_capture

SECRET = "https://a.example/secret"
SOON = NOW + timedelta(seconds=1)


def said_anywhere(engine: Engine, word: str) -> list[str]:
    """The tables in which a row says it."""
    with reading(engine) as session:
        return [
            table.name
            for table in Base.metadata.sorted_tables
            if any(word in str(row) for row in session.execute(select(table)).all())
        ]


def count_unsealed(engine: Engine) -> int:
    with reading(engine) as session:
        return len(session.scalars(select(Entry.id).where(Entry.position.is_(None))).all())


@pytest.mark.parametrize("case", ["pruned", "joined", "shared"])
def test_no_address_of_what_is_forgotten_is_left(engine: Engine, case: str) -> None:
    archive = Archive(engine)
    if case == "joined":  # a row without text that turned out to be this article's address
        teaser = make_article("short of it", verdict=Verdict.TEASER, evidence="cut")
        archive.save(make_capture(f"{SECRET}/old", teaser), BY_HAND, NOW)
    archive.save(make_capture(SECRET, body=b"<p>One page"), BY_HAND, NOW)
    if case == "joined":
        moved = make_capture(f"{SECRET}/old", make_article())
        archive.save(moved, BY_HAND, LATER)
    if case == "shared":  # another site sends the very same page
        archive.save(make_capture("https://b.example/1", body=b"<p>One page"), BY_HAND, NOW)
    else:
        prune(engine, SOON, LATER)
    found = Library(engine).find(SECRET)
    assert found is not None
    forget(engine, found.id, LATER)
    assert said_anywhere(engine, "secret") == []
    assert verify(engine, LATER).damage == []


def test_an_entry_of_another_article_stays(engine: Engine) -> None:
    archive = Archive(engine)
    for number in (1, 2):
        article = make_article(f"{number} " + make_article().body, f"Title {number}")
        archive.save(make_capture(f"https://a.example/{number}", article), BY_HAND, NOW)
    prune(engine, SOON, LATER)
    forget(engine, 1, LATER)
    with reading(engine) as session:
        left = session.scalars(select(Entry.url).where(Entry.url.is_not(None))).all()
    assert left == ["https://a.example/2"] * 2


def test_what_goes_is_sealed_at_once(engine: Engine) -> None:
    Archive(engine).save(make_capture(SECRET), BY_HAND, NOW)
    prune(engine, SOON, LATER)
    assert count_unsealed(engine) == 0
    forget(engine, 1, LATER)
    assert count_unsealed(engine) == 0
