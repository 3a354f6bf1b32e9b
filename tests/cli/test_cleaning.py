"""Nothing that a page says may drive, reorder or confuse a terminal."""

from __future__ import annotations

import json
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from commands.cleaning import clean, clean_block, escape_in_json
from tests.tables import each_row

DANGEROUS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"


@each_row(
    ("given", "shown"),
    [
        ("plain", "plain"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("\x1b]0;title\x07text", "]0;titletext"),
        ("\x1b]8;;http://evil/\x1b\\link", "]8;;http://evil/\\link"),
        ("\x9b31mC1", "31mC1"),
        ("\x9d0;title\x9c", "0;title"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("\u2066isolate\u2069", "isolate"),
        ("bell\x07 back\x08 del\x7f nul\x00", "bell back del nul"),
        ("two\nlines\r\nand\ttab\x0b\x0c\x85\u2028\u2029end", "two lines and tab end"),
        ("[/bad] [red]markup[/red]", "[/bad] [red]markup[/red]"),
        ("lone \ud800 surrogate", "lone \ufffd surrogate"),
        ("می‌خواهم 👩‍👩‍👧", "می‌خواهم 👩‍👩‍👧"),  # joiners belong to the text
        ("日本語 עברית हिन्दी", "日本語 עברית हिन्दी"),
        ("flag \U000e0067\U000e0062\U000e007f", "flag"),
    ],
)
def test_clean(given: str, shown: str) -> None:
    assert clean(given) == shown


def test_a_block_keeps_its_lines() -> None:
    assert (
        clean_block("one\r\ntwo\u2028three\x1b[2J\tfour \nfive") == "one\ntwo\nthree[2J four\nfive"
    )


@given(st.text(st.characters(exclude_categories=())))
def test_what_is_cleaned_is_safe_and_stays_so(text: str) -> None:
    line = clean(text)
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in line)
    assert not set(line) & set(DANGEROUS)
    assert clean(line) == line
    line.encode()
    block = clean_block(text)
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in block.replace("\n", ""))


@given(st.text(st.characters(exclude_categories=())))
def test_json_keeps_every_character_on_one_safe_line(text: str) -> None:
    document = escape_in_json(json.dumps({"text": text}, ensure_ascii=False))
    assert json.loads(document) == {"text": text}
    assert len(document.splitlines()) == 1
    assert clean(document) == " ".join(document.split())
