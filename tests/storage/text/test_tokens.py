"""How the words of a text are counted."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from storage.text.tokens import count_words, tokens_of
from tests.storage.export.makers import texts
from tests.tables import each_row


@each_row(
    ("text", "words"),
    [
        ("", 0),
        (" \u200b \n – … !?", 0),
        ("The mole, 1,200 metres long, isn't done.", 7),
        ("well-known", 2),
        ("Über 30 % mehr", 3),
        ("渡し船の船頭、42年ぶり", 10),
        ("ตลาดน้ำ", 6),
        ("서점은 문을 연다", 3),
        ("مكتبة متنقلة", 2),
        ("हिन्दी में", 2),
    ],
)
def test_words(text: str, words: int) -> None:
    assert count_words(text) == words


@given(texts, texts)
def test_paragraphs_add_up(one: str, other: str) -> None:
    """Nothing is joined across a line, and nothing counts twice."""
    assert count_words(f"{one}\n{other}") == count_words(one) + count_words(other)


@given(texts)
def test_what_counts_is_a_token_but_no_mark(text: str) -> None:
    kinds = [one.kind for one in tokens_of(text)]
    assert count_words(text) == len([kind for kind in kinds if kind not in ("mark", "blank")])


@given(st.lists(st.sampled_from(["mole", "pier", "42", "ʻokina", "Straße"])))
def test_words_between_spaces(words: list[str]) -> None:
    assert count_words(" , ".join(words)) == len(words)
