"""Relevance as a pure order."""

from __future__ import annotations

from storage.search.query import parse
from storage.search.ranking import Weighed, rank, weigh
from storage.search.snippets import needle_of


def weighed(id: int, body: str, title: str = "", author: str = "", query: str = "mole") -> Weighed:
    needles = [needle for words in parse(query).words if (needle := needle_of(words))]
    return weigh(id, title, author, body, needles)


def test_counts_are_weighted_by_field() -> None:
    assert weighed(1, "mole Môle moles", "Mole", "A. Mole").counts == (2 + 5 + 2 - 1,)


def test_more_is_better_and_shorter_is_better() -> None:
    more, less = weighed(1, "mole mole other"), weighed(2, "mole other other")
    assert rank([more, less]) == [1, 2]
    short, long = weighed(1, "mole"), weighed(2, "mole " + "other " * 99)
    assert rank([short, long]) == [1, 2]


def test_the_rarer_word_counts_more() -> None:
    texts = ["common"] * 8 + ["rare"]
    hits = [weighed(id, text, query="common OR rare") for id, text in enumerate(texts)]
    assert rank(hits)[0] == 8


def test_of_equals_the_newer_comes_first() -> None:
    assert rank([weighed(1, "mole"), weighed(2, "mole")]) == [2, 1]
    assert rank([]) == []
    assert rank([weighed(7, "", query="site:example.org")]) == [7]
