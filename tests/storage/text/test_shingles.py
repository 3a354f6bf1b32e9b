"""Shingles: what folds, what is short, hostile texts, and the same hashes everywhere."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.text.shingles import (
    FINGERPRINT_SIZE,
    MAX_CHARACTERS,
    MIN_WORDS,
    containment,
    fingerprint_of,
    shingle,
    tokens_of,
)
from tests.tables import each_row

TEXTS = Path(__file__).resolve().parents[2] / "data" / "stories"
LONG = " ".join(f"word{number}" for number in range(200))
anything = st.text(st.characters(exclude_categories=[]), max_size=300)


def read_body(language: str) -> str:
    text = (TEXTS / f"{language}.txt").read_text(encoding="utf-8")
    return text.split("\n# ")[0].partition("\n")[2]


LANGUAGES = sorted(file.stem for file in TEXTS.glob("??.txt"))


@each_row("language", LANGUAGES)
def test_every_script_has_a_fingerprint_that_fits_a_bigint(language: str) -> None:
    fingerprint = fingerprint_of(read_body(language))
    assert len(fingerprint) == FINGERPRINT_SIZE
    assert list(fingerprint) == sorted(set(fingerprint))
    assert all(-(1 << 63) <= number < 1 << 63 for number in fingerprint)


def test_fingerprints_are_the_same_in_every_process_and_never_change() -> None:
    """Stored ones must stay comparable: a change of these numbers needs a migration."""
    assert fingerprint_of(LONG)[:2] == (94175782438711792, 128989449233014099)
    script = (
        "from storage.text.shingles import fingerprint_of;"
        "print(fingerprint_of(' '.join(f'word{number}' for number in range(200))))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "77"}
    output = subprocess.run(
        [sys.executable, "-c", script],
        cwd=TEXTS.parents[2],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert output.strip() == str(fingerprint_of(LONG))


@each_row(
    ("one", "other"),
    [
        ("“1,234 People” — it’s", '"1234 people" - it\'s'),
        ("1.234.567 Euro", "1 234 567 euro"),
        ("ten\u00a0000 soft\u00adware", "TEN 000 software"),
        ("٣٢ شخصا", "32 شخصا"),
        ("३२ लोग", "32 लोग"),
        ("ＡＢＣ１２", "abc12"),
        ("ด้วยพลังงานน้ำ", "ด้วยพลังงานน\u0e4d\u0e49า".replace("\u0e4d\u0e49า", "้ำ")),
    ],
)
def test_typography_case_and_digits_are_folded(one: str, other: str) -> None:
    assert tokens_of(one) == tokens_of(other)


@each_row(
    ("text", "tokens"),
    [
        ("Vowel signs: हिन्दी में", ["vowel", "signs", "हिन्दी", "में"]),
        ("新iPhone 15を", ["新", "iphone", "15", "を"]),
        ("น้ำดี", ["น\u0e49\u0e4d", "า", "ด\u0e35"]),
        ("한국어 기사", ["한국어", "기사"]),
        ("2024 300", ["2024", "300"]),
        ("12 345,6", ["12345", "6"]),
        ("", []),
        ("!? … —", []),
    ],
)
def test_tokens(text: str, tokens: list[str]) -> None:
    assert tokens_of(text) == tokens


def test_short_texts_and_repeated_words_have_no_fingerprint() -> None:
    words = LONG.split()
    assert fingerprint_of(" ".join(words[: MIN_WORDS - 1])) == ()
    assert len(fingerprint_of(" ".join(words[:MIN_WORDS]))) == FINGERPRINT_SIZE
    assert fingerprint_of("spam " * 500) == ()
    assert fingerprint_of("we will rock you " * 500) == ()
    assert fingerprint_of("国" * 5000) == ()
    assert fingerprint_of("") == ()


def test_dense_scripts_are_long_sooner() -> None:
    assert shingle(read_body("zh")[:150]).words >= MIN_WORDS
    assert shingle(read_body("th")[:120]).words < MIN_WORDS


@given(anything)
def test_any_text_is_taken_apart(text: str) -> None:
    taken = shingle(text)
    assert len(taken.hashes) <= len(taken.tokens)
    assert bool(taken.hashes) == bool(taken.tokens)
    assert fingerprint_of(text) == fingerprint_of(f"  {text}\n")
    assert containment(taken, taken) == (1.0 if taken.tokens else 0.0)


@given(st.integers(0, 120), st.integers(0, 120))
def test_containment_is_symmetric_and_whole_for_a_part(start: int, length: int) -> None:
    whole = shingle(LONG)
    part = shingle(" ".join(LONG.split()[start : start + length]))
    assert containment(whole, part) == containment(part, whole)
    if length >= 3 and len(part.tokens) >= 3:
        assert containment(whole, part) == 1.0


def test_a_change_in_the_middle_leaves_most_of_the_fingerprint() -> None:
    words = LONG.split()
    changed = " ".join([*words[:100], "inserted", *words[100:]])
    assert len(set(fingerprint_of(LONG)) & set(fingerprint_of(changed))) >= FINGERPRINT_SIZE - 3


VAST = {
    "words": "lorem ipsum dolor sit amet 12 " * 170_000,
    "ideographs": "國" * 5_000_000,
    "marks": "a" + "\u0301\u0316" * 2_500_000,
    "groups": "1,111" * 1_000_000,
    "ligatures": "\ufdfa" * 1_000_000,
    "accents": "a\u0301" * 2_000_000,
    "tones": "น" + "\u0e49" * 3_000_000,
    "thin": "1 111 " * 800_000,
    "lines": "\n" * 5_000_000,
}
"""Long texts of few kinds of characters, by what they are made of."""


@pytest.mark.parametrize("text", VAST.values(), ids=VAST)
def test_hostile_texts_are_bounded(text: str) -> None:
    taken = shingle(text)
    assert len(taken.tokens) <= MAX_CHARACTERS
