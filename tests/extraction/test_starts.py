"""``Starts`` finds what the plain pattern of all alternatives finds."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.extraction.body.words.lines import END_LINES, PROMO_STARTS
from scraper.extraction.body.words.starts import Starts
from tests.tables import each_row

PATTERNS = [pattern for _, pattern in PROMO_STARTS]
PLAIN = re.compile(r"[\W_]{0,4}(?:" + "|".join(PATTERNS) + ")", re.IGNORECASE)
STARTS = Starts(PATTERNS)
LITERALS = sorted({word for pattern in PATTERNS for word in re.findall(r"[^\W\d_][\w ]+", pattern)})


@given(st.text(alphabet=" -—*_.[(", max_size=6), st.sampled_from(LITERALS), st.text(max_size=12))
def test_it_agrees_with_the_plain_pattern(marks: str, word: str, rest: str) -> None:
    for line in (marks + word + rest, marks + word.upper() + rest, marks + rest):
        assert STARTS.match(line) == (PLAIN.match(line) is not None)


@pytest.mark.parametrize(
    ("line", "found"),
    [("Comments (3)", True), ("3 comments", True), ("Comments were few", False), ("", False)],
)
def test_what_must_follow(line: str, found: bool) -> None:
    ends = Starts((pattern for _, pattern in END_LINES), tail=r"[\W_]{0,4}$")
    assert ends.match(line) is found


@each_row("pattern", [r"(?:the )?end", "[ae]nd", r"\d+ things", "a?b", r"\[x", ".y"])
@each_row("line", ["the end", "end", "and", "3 things", "ab", "b", "[x", "zy", "no"])
def test_each_form_of_a_beginning(pattern: str, line: str) -> None:
    plain = re.compile(r"[\W_]{0,4}(?:" + pattern + ")", re.IGNORECASE)
    assert Starts([pattern]).match(line) == (plain.match(line) is not None)
