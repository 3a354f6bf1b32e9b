"""What is unseen and hides nothing stays; a row of it, and what reorders, does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.text.unseen import Unseen
from tests.output.strings import PLAIN, faults
from tests.tables import each_row

UNSEEN = Unseen("\x00-\x1f")
TAGS = "".join(chr(0xE0000 + ord(letter)) for letter in "gbsct") + "\U000e007f"
MIXED = st.lists(
    st.sampled_from(
        "a \U0001f3f4❤👩辻م\x07\u202e\u2066\ufeff\u200b\u200c\u200d\u2060\ufe0f\u00ad\u3164\u180b"
    )
    | st.sampled_from(TAGS + "\U000e0100\U000e0101")
    | st.just(f"\U0001f3f4{TAGS}")
).map("".join)


@pytest.mark.parametrize("name", PLAIN)
def test_plain_text_stays(name: str) -> None:
    assert UNSEEN.drop(PLAIN[name]) == PLAIN[name]


@each_row(
    ("given", "left"),
    [
        ("a\u202eb\u2066c\x07", "abc"),
        ("\ufeffa\ufff9b\u206a", "ab"),
        (f"\U0001f3f4{TAGS}", f"\U0001f3f4{TAGS}"),
        (f"x{TAGS}", "x"),
        (f"\U0001f3f4{TAGS[:2]}\x07{TAGS[2:]}", "\U0001f3f4"),
        ("\U0001f3f4" + TAGS.replace(TAGS[2], TAGS[0]), "\U0001f3f4"),  # no such land
        ("a\u200b\u200c\u200db", "a\u200bb"),
        ("a\u200c\u202e\u200cb", "a\u200cb"),  # nor a row that something else breaks
        ("辻\U000e0100\U000e0101さん", "辻\U000e0100さん"),
        ("🏳\ufe0f\u200d🌈", "🏳\ufe0f\u200d🌈"),
        ("x" + "\u200c\ufe00" * 40, "x\u200c"),
        ("x" + "\ufe00\u200c" * 40, "x\ufe00\u200c"),
        ("x" + "\u00ad\u034f\u115f\u3164\U0001d173" * 9 + "y", "x\u00ady"),
        ("x\u2065\ufff0\U000e0080\U000e0fffy", "xy"),
        ("Donau\u00addampf", "Donau\u00addampf"),
        ("ᠮᠣ\u180b\u180eᠠ", "ᠮᠣ\u180b\u180eᠠ"),
    ],
)
def test_what_is_left(given: str, left: str) -> None:
    assert UNSEEN.drop(given) == left


@given(MIXED)
def test_nothing_is_left_to_drop(text: str) -> None:
    left = UNSEEN.drop(text)
    assert UNSEEN.drop(left) == left
    assert faults(left) == []


@given(MIXED)
def test_each_is_replaced_where_it_stands(text: str) -> None:
    """As JSON has it, from which the whole text comes back."""
    marked = UNSEEN.replace(lambda found: "".join(f"<{ord(c):x}>" for c in found), text)
    back = marked
    for character in {*text}:
        back = back.replace(f"<{ord(character):x}>", character)
    assert back == text
    assert faults(marked.replace(f"\U0001f3f4{TAGS}", "")) == []
