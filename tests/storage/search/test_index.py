"""The index follows the archive, and knows when it does not."""

from __future__ import annotations

import json
import random

from sqlalchemy import text

from storage.database.engine import reading, writing
from storage.integrity import check_index
from storage.search import index
from storage.search.latin import spell
from storage.search.tokenizer import needs_segments
from tests.storage.search.shelf import Shelf

TEXTS = (
    "harbour council", "港口委员会", "καφέ", "हिन्दी", "plain words", "กรรมการ", "café",
    'Łódź "Straße" Ða\\ß',
)  # fmt: skip


def test_only_articles_are_in_it(shelf: Shelf) -> None:
    shelf.add("harbour")
    shelf.add("harbour", verdict="teaser")
    assert shelf.find("harbour") == [1]
    shelf.alter(2, verdict="article")
    assert shelf.find("harbour") == [2, 1]
    shelf.alter(1, verdict="soft_404")
    assert shelf.find("harbour") == [2]
    shelf.alter(2, current_version_id=None)
    assert shelf.find("harbour") == []
    assert shelf.check() == []


def test_a_change_leaves_nothing_of_the_old_text(shelf: Shelf) -> None:
    shelf.add("the old harbour 港口", "Old", authors=["Ada"])
    shelf.change(1, "the new mole 防波堤", "New")
    for gone in ("old", "harbour", "港口", "ada", "title:old"):
        assert shelf.find(gone) == []
    for there in ("mole", "防波", "title:new"):
        assert shelf.find(there) == [1]
    assert shelf.check() == []


def test_many_changes(shelf: Shelf) -> None:
    chance = random.Random(5)
    for number in range(20):
        shelf.add(chance.choice(TEXTS), chance.choice(TEXTS), authors=[chance.choice(TEXTS)])
        shelf.change(chance.randint(1, number + 1), f"{chance.choice(TEXTS)} {number}")
        shelf.alter(chance.randint(1, number + 1), filed_by=1000 + number)
    assert shelf.check() == []
    before = {query: shelf.find(query, limit=0) for query in (*TEXTS, "委", "title:harbour")}
    shelf.rebuild()
    assert {query: shelf.find(query, limit=0) for query in before} == before
    assert any(before.values())
    assert shelf.check() == []


def test_what_is_wrong_is_named(shelf: Shelf) -> None:
    for number in range(4):
        shelf.add(f"harbour {number}")
    shelf.alter_behind_its_back(1, verdict="teaser")
    shelf.alter_behind_its_back(2, filed_by=77)
    shelf.alter_behind_its_back(3, canonical_url="https://other.example/3")
    findings = shelf.check()
    assert "search index: article 1 is not to be found" in findings
    assert "search index: article 2 is not in the search index" in findings
    assert "search index: article 3 is indexed other than it is" in findings
    assert not [line for line in findings if "article 4" in line]
    shelf.rebuild()
    assert shelf.check() == []


def test_a_text_changed_behind_its_back(shelf: Shelf) -> None:
    for number in range(3):
        shelf.add(f"harbour {number}")
    with writing(shelf.engine) as session:
        session.execute(text("UPDATE version SET body = 'mole' WHERE article_id = 2"))
    assert shelf.check()
    shelf.rebuild()
    assert shelf.check() == []
    assert shelf.find("mole") == [2]


def test_the_view_spells_as_queries_are_spelled(sqlite_shelf: Shelf) -> None:
    every = "".join(one for one in map(chr, range(0x20, 0x300)) if not needs_segments(one)) + "ẞ"
    sqlite_shelf.add(every, every, authors=[every])
    with reading(sqlite_shelf.engine) as session:
        (seen,) = session.execute(text("SELECT title, author, body FROM search_content"))
    assert spell(every) == seen.title == seen.body
    assert spell(every) == "".join(json.loads(seen.author.strip()))


def test_damage_of_the_index_itself(sqlite_shelf: Shelf) -> None:
    sqlite_shelf.add("harbour")
    sqlite_shelf.add("mole")
    with writing(sqlite_shelf.engine) as session:
        session.execute(text("INSERT INTO search (search) VALUES ('delete-all')"))
    assert sqlite_shelf.find("harbour") == []
    assert sqlite_shelf.check() == ["search index: it is not true to the articles' text"]
    sqlite_shelf.rebuild()
    assert sqlite_shelf.find("harbour") == [1]


def test_a_long_list_of_findings_is_summed_up(shelf: Shelf) -> None:
    for number in range(check_index.SHOWN + 5):
        shelf.add(f"harbour {number}")
    with writing(shelf.engine) as session:
        session.execute(text("UPDATE document SET labels = 'x'"))
    findings = [line for line in shelf.check() if "article" in line]
    total = f"search index: {check_index.SHOWN + 5} articles in all: is indexed other than it is"
    assert total in findings


def test_names_as_pages_spell_them(shelf: Shelf) -> None:
    """The authors are read as the JSON that they are stored as."""
    shelf.add("x", authors=['Bo "the Mole"\tPier', "Ana\nRuíz\\Gómez"], byline="By O'Neil")
    for query in ("pier", "mole", '"bo the mole"', "ruiz", "gomez", 'oneil OR "o neil"'):
        assert shelf.find(f"author:{query}") == [1], query
    assert shelf.check() == []


def test_a_rollback_takes_the_index_back(shelf: Shelf) -> None:
    shelf.add("harbour")
    try:
        with writing(shelf.engine) as session:
            index.remove(session, 1)
            raise RuntimeError
    except RuntimeError:
        pass
    assert shelf.find("harbour") == [1]
    assert shelf.check() == []


def test_huge_texts(shelf: Shelf) -> None:
    """More than PostgreSQL can hold of one text: the beginning is found, and nothing fails."""
    words = " ".join(f"word{number}" for number in range(200_000))
    shelf.add(f"harbour {words}", "Title")
    shelf.add("x" * 3_000_000)
    shelf.add("港口" * 100_000)
    assert shelf.find("harbour") == [1]
    assert shelf.find('"word1 word2"') == [1]
    assert shelf.find("title:title site:example.org") == [1]
    assert shelf.find("口港口") == [3]


def test_newest_first_is_the_order_of_the_index(sqlite_shelf: Shelf) -> None:
    """No sorting: the plan has one step, downwards."""
    with writing(sqlite_shelf.engine) as session:
        plan = session.execute(
            text(
                "EXPLAIN QUERY PLAN SELECT rowid FROM search WHERE search MATCH 'x'"
                " AND rowid < 9 ORDER BY rowid DESC LIMIT 20"
            )
        ).all()
    assert len(plan) == 1
    assert "VIRTUAL TABLE INDEX" in plan[0].detail
