"""Commands that are proposed are what a shell reads, and nothing in them becomes an option."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.cleaning import clean
from commands.exits import UsageError
from commands.render.quoting import operand, word
from commands.sources.adding import check_name, title_as_name
from commands.sources.health_advice import Case, what_to_do
from scraper.model.health import HAS_OLDER, Kind


@given(st.text())
def test_a_shell_reads_the_word_that_is_shown_or_none_is(text: str) -> None:
    shown = clean(f"kliping list {operand(text)}")
    (*_, last) = shlex.split(shown)
    assert last == text or word(text) == "…"


@pytest.mark.parametrize("text", ["a  b", "a\tb", "a\u202eb", "a\nb"])
def test_what_no_line_shows_is_not_named_otherwise(text: str) -> None:
    assert word(text) == "…"


def test_no_name_is_an_option() -> None:
    with pytest.raises(UsageError, match="an option"):
        check_name("--allow-private")
    assert title_as_name("--allow-private") is None
    advice = what_to_do(Case(Kind.GAP, HAS_OLDER, "--allow-private", ""))
    assert "`kliping crawl --backfill -- --allow-private`" in advice
