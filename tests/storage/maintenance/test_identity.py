"""What an earlier kliping filed against the rules of authority: found, told, and undone.

``identity.db.zst`` holds what a kliping of before the first release filed: an article taken
over by a link shortener, one that was claimed before it was read, a copy on another blog of a
shared host, a paper that moved to another domain, and an article with which all is well.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import zstandard
from sqlalchemy import Engine, select

from storage.archive import Archive
from storage.database.engine import open_engine, reading
from storage.integrity.verify import verify
from storage.maintenance.identity import find_strays, undo
from storage.models import Page
from storage.reading.library import Library
from storage.search.finder import Search
from tests.storage.makers import BY_HAND, NOW, make_article, make_capture

OLD = Path(__file__).parents[2] / "data" / "identity.db.zst"
LATER = NOW + timedelta(days=9)
STORY, SHORT = "https://www.paper.example/story", "https://short.example/x"
CLAIMED, CLAIM = "https://www.paper.example/claimed", "https://blogs.paper.example/evil"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    path = tmp_path / "kliping.db"
    path.write_bytes(zstandard.ZstdDecompressor().decompress(OLD.read_bytes()))
    engine = open_engine(path)
    yield engine
    engine.dispose()


def put_right(engine: Engine) -> None:
    for stray in [*find_strays(engine)]:
        undo(engine, stray.article_id, LATER)


def test_what_other_addresses_brought_is_found(engine: Engine) -> None:
    strays = {stray.article_id: stray for stray in find_strays(engine)}
    assert sorted(strays) == [1, 2, 3]
    assert (strays[1].url, [*strays[1].versions]) == (STORY, [SHORT])
    assert (strays[2].url, [*strays[2].versions]) == (CLAIM, [CLAIMED])
    assert strays[2].canonical_url is None
    assert (strays[3].versions, len(strays[3].pages)) == ({}, 1)


def test_each_address_has_its_own_again(engine: Engine) -> None:
    put_right(engine)
    assert [*find_strays(engine)] == []
    assert verify(engine, LATER).damage == []
    library = Library(engine)
    for url, is_true in {STORY: True, SHORT: False, CLAIMED: True, CLAIM: False}.items():
        record = library.find(url)
        assert record is not None
        assert record.url == url
        assert record.versions == 1
        assert ("is a lie" in (record.body or "")) is not is_true
        assert record.canonical_url == url.replace("www.", "")
    for site, told in (("www.paper.example", 2), ("blogs.paper.example", 1), ("short.example", 1)):
        assert len(Search(engine).find(f"site:{site}", limit=0).hits) == told
    assert library.find("https://bert.medium.com/tale") is None
    moved = library.get(4)
    assert moved is not None
    assert (moved.url, moved.versions) == ("https://new.example/news", 2)


def test_what_was_given_back_is_asked_again(engine: Engine) -> None:
    put_right(engine)
    with reading(engine) as session:
        due = session.scalars(select(Page.url).where(Page.due_at == LATER)).all()
    assert {STORY, SHORT, CLAIMED, CLAIM, "https://bert.medium.com/tale"} <= {*due}


def test_undoing_twice_changes_nothing(engine: Engine) -> None:
    put_right(engine)
    assert [undo(engine, number, LATER) for number in range(1, 9)] == [None] * 8


def test_a_new_capture_is_safe_before_anything_is_undone(engine: Engine) -> None:
    archive, library = Archive(engine), Library(engine)
    text = "story " + " ".join(f"story{number}" for number in range(140)) + " ends here."
    archive.save(make_capture(STORY, make_article(text)), BY_HAND, LATER)
    record = library.find(STORY)
    assert record is not None
    assert (record.url, record.body) == (STORY, text)
    assert verify(engine, LATER).damage == []
