"""White space is collapsed as ``str.split`` has it, whatever the text is cut into."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scraper.whitespace import collapse

texts = st.text(alphabet=" \t\n\r\x0b\x0c\x1c\x85\u00a0\u2003\u3000\u200bab\u00e9\U0001f355")


@given(texts, st.integers(1, 7))
def test_pieces_make_no_difference(text: str, piece_size: int) -> None:
    assert collapse(text, piece_size) == " ".join(text.split())


def test_a_long_text() -> None:
    assert collapse("word and\n " * 50_000) == " ".join(["word and"] * 50_000)
