"""What a plain search does not see: earlier versions, and teasers."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import text

from storage.database.engine import writing
from storage.search import index
from storage.search.finder import Search, SortOrder
from tests.storage.search.shelf import Shelf

WORDS = ("harbour", "mole", "港口", "café", "Łódź", "हिन्दी")


def found(shelf: Shelf, query: str, by: SortOrder = SortOrder.FILED) -> list[tuple[int, int]]:
    """(article, number of its version) of each hit."""
    hits = Search(shelf.engine).find(query, limit=0, by=by, all_versions=True).hits
    return [(hit.record.id, hit.version.number) for hit in hits if hit.version]


def test_a_version_is_found_where_the_newest_is_not(shelf: Shelf) -> None:
    """The law of it, over random lives of a few articles."""
    chance = random.Random(17)
    lives: dict[int, list[str]] = {}
    for step in range(40):
        words = chance.sample(WORDS, 2)
        said = f"{words[0]} x {words[1]} x{step}"
        if len(lives) < 6 or chance.random() < 0.1:
            lives[shelf.add(said)] = [said]
        else:
            one = chance.choice([*lives])
            shelf.change(one, said)
            lives[one].append(said)
    for word in WORDS:
        wanted = {
            (one, number)
            for one, texts in lives.items()
            for number, said in enumerate(texts, start=1)
            if word in said and (number == len(texts) or word not in texts[-1])
        }
        for by in SortOrder:
            hits = found(shelf, word, by)
            assert len(hits) == len({*hits})
            assert {*hits} == wanted, (word, by)
        assert [one for one, _ in found(shelf, word)] == sorted(
            (one for one, _ in wanted), reverse=True
        )
        assert shelf.find(word, limit=0) == sorted(
            (one for one, texts in lives.items() if word in texts[-1]), reverse=True
        )
    assert shelf.check() == []
    before = [found(shelf, word) for word in WORDS]
    shelf.rebuild()
    assert [found(shelf, word) for word in WORDS] == before
    assert shelf.check() == []


def test_a_teaser_is_found_where_it_is_asked_for(shelf: Shelf) -> None:
    shelf.add("harbour one")
    shelf.add("harbour two", verdict="teaser")
    shelf.add("harbour three", verdict="login_wall")
    assert shelf.find("harbour") == [1]
    assert shelf.find("harbour", teasers=True) == [2, 1]
    assert shelf.find("harbour site:example.org", teasers=True, limit=1) == [2]
    assert shelf.find("harbour", all_versions=True) == [1]
    shelf.alter(2, verdict="article")
    assert shelf.find("harbour", teasers=True) == shelf.find("harbour") == [2, 1]
    assert shelf.check() == []


def test_what_our_own_reading_took_away_was_not_edited(shelf: Shelf) -> None:
    shelf.add("harbour and a line of the menu")
    with writing(shelf.engine) as session:
        session.execute(text(SNAPSHOT))
        session.execute(text("UPDATE version SET snapshot_id = 1"))
    shelf.change(1, "harbour")
    assert found(shelf, "menu") == [(1, 1)]
    with writing(shelf.engine) as session:
        session.execute(
            text("UPDATE version SET snapshot_id = 1, cause = 'extractor' WHERE id = 2")
        )
        index.remove(session, 1)
        index.add(session, 1)
    assert found(shelf, "menu") == []
    assert shelf.check() == []


SNAPSHOT = """
INSERT INTO snapshot (id, payload_digest, url, status, fetched_at, payload_size, stored_size,
                      headers, body)
VALUES (1, 'x', 'https://example.org/', 200, '2026-03-01 12:00:00', 1, 1, '[]', '')
"""


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ("DELETE FROM hidden_document", "version 1 is not in the search index"),
        ("UPDATE hidden_document SET labels = 'x'", "version 1 is indexed other than it is"),
        ("UPDATE article SET verdict = 'teaser'", "version 1 is not to be found"),
    ],
)
def test_what_is_wrong_is_named(shelf: Shelf, broken: str, told: str) -> None:
    shelf.add("harbour")
    shelf.change(1, "mole")
    with writing(shelf.engine) as session:
        session.execute(text(broken))
    assert f"search index: {told}" in shelf.check()
    shelf.rebuild()
    assert shelf.check() == []


def test_captions_and_tags(shelf: Shelf) -> None:
    shelf.add("harbour", blocks=[["caption", None, "Łódź by night"]], tags=["港口", "mole"])
    shelf.add("harbour")
    for query in ("lodz", '"lodz by night"', "港口", "mole", "mol*", "night harbour"):
        assert shelf.find(query) == [1], query
    assert shelf.find("title:mole OR author:mole") == []
    assert shelf.find("-mole") == [2]
    hit = Search(shelf.engine).find("lodz").hits[0]
    assert (hit.snippet.text, hit.snippet.has_hit) == ("Łódź by night Tags: 港口, mole", True)
    assert shelf.check() == []
