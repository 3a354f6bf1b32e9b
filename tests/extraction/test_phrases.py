"""Phrasebooks: what a pattern matches must hold one of its stems, or it would never be found.

But for the titles of error pages: their patterns string together the words of such a sentence, and
the stems are those without which it would be none.
"""

from __future__ import annotations

import random
import re
import re._constants as ops  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
from typing import Any

import pytest

from scraper.extraction.verdict import calls, phrases
from scraper.extraction.verdict.phrasebook import Phrasebook, plain_text
from tests.tables import each_row

LISTS = vars(phrases) | vars(calls)
BOOKS = {name: book for name, book in LISTS.items() if isinstance(book, Phrasebook)}
ROWS = [
    pytest.param(stems, pattern, id=f"{name}-{number}")
    for name, book in BOOKS.items()
    for number, (stems, pattern) in enumerate(book.rows)
]


def make_example(tree: Any, chance: random.Random) -> str:
    """A string that the parsed pattern matches, as short as chance has it."""
    made = ""
    for code, value in tree:
        if code is ops.LITERAL:
            made += chr(value)
        elif code in (ops.NOT_LITERAL, ops.ANY):
            made += "#"
        elif code is ops.IN:
            kind, first = chance.choice([item for item in value if item[0] is not ops.NEGATE])
            negated = value[0][0] is ops.NEGATE
            literal = (
                chr(first if kind is ops.LITERAL else first[0]) if kind is not ops.CATEGORY else "x"
            )
            if kind is ops.CATEGORY:
                literal = {ops.CATEGORY_SPACE: " ", ops.CATEGORY_DIGIT: "7"}.get(first, "x")
            made += "#" if negated else literal
        elif code is ops.BRANCH:
            made += make_example(chance.choice(value[1]), chance)
        elif code is ops.SUBPATTERN:
            made += make_example(value[-1], chance)
        elif code in (ops.MAX_REPEAT, ops.MIN_REPEAT):
            least, most, inner = value
            for _ in range(chance.randint(least, min(most, least + 1))):
                made += make_example(inner, chance)
        elif code is not ops.AT:
            raise AssertionError(f"a construct this test does not know: {code}")
    return made


@each_row(
    ("stems", "pattern"), [row for row in ROWS if not str(row.id).startswith("NOT_FOUND_TITLE")]
)
def test_what_a_pattern_matches_holds_a_stem(stems: tuple[str, ...], pattern: str) -> None:
    chance = random.Random(7)
    tree = parser.parse(pattern)
    for _ in range(400):
        example = make_example(tree, chance)
        assert any(stem in example for stem in stems), example


@each_row(("stems", "pattern"), ROWS)
def test_patterns_and_stems_are_as_texts_are_made(stems: tuple[str, ...], pattern: str) -> None:
    assert all(stem and stem == plain_text(stem) for stem in stems)
    literal = re.sub(r"\\.", "", pattern)
    assert literal == plain_text(literal)


def test_a_phrase_is_given_as_printed() -> None:
    assert phrases.CONSENT.find("So geht’s: We Value Your Privacy!") == "We Value Your Privacy"
    assert phrases.NOT_FOUND.find("La page n’existe plus") == "page n’existe plus"
    assert phrases.NOT_FOUND.find("A page of history") is None


def test_turkish_capitals_are_found() -> None:
    assert phrases.CONSENT_ACT.find("İZİN VER") is not None


def test_a_heading_must_be_nothing_but_the_phrase() -> None:
    assert phrases.NOT_FOUND_TITLE.is_all_of("Oops! That page can’t be found.")
    assert phrases.NOT_FOUND_TITLE.is_all_of("404")
    assert not phrases.NOT_FOUND_TITLE.is_all_of("Page not found: how a library lost a book")
    assert not phrases.NOT_FOUND_TITLE.is_all_of("Lost dog found")
