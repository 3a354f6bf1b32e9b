"""Texts and queries that mean harm take a bounded time, however long they are."""

from __future__ import annotations

import random
import tracemalloc
from datetime import date

import pytest

from benchmarks.checks.cost import at_most
from scraper.urls import hide_userinfo
from scraper.whitespace import collapse
from storage.search import postgres, sqlite
from storage.search.query import LONGEST_QUERY, parse
from storage.text.diff import diff_words
from storage.text.fingerprint import fold
from storage.text.headline import is_headline, names_of_site
from storage.text.likeness import compare
from storage.text.matching import match_blocks
from storage.text.quality import Facts, judge
from storage.text.quality.garbling import is_garbled
from storage.text.quality.posts import is_thread
from storage.text.shingles import shingle
from tests.storage.search.test_snippets import snippet
from tests.storage.text.test_shingles import VAST

TODAY = date(2026, 3, 1)


@pytest.mark.parametrize("text", VAST.values(), ids=VAST)
def test_shingles(text: str) -> None:
    with at_most(100):
        shingle(text)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("é\n" * 200_000, "e?\n" * 200_000),
        ("é" * 300_000, "è" * 300_000),
        ("éa " * 100_000, "?a " * 100_000 + "x"),
        ("".join(chr(0x4E00 + at % 20_000) for at in range(200_000)), "人" * 200_000),
    ],
    ids=["lines", "one word", "words", "many letters"],
)
def test_garbling(old: str, new: str) -> None:
    with at_most(100):
        is_garbled(old, new)


@pytest.mark.parametrize("heap", ["e" + "\u0301" * 200_000, "\u0301\u0323" * 100_000])
def test_accents(heap: str) -> None:
    with at_most(100):  # five times this where they are sorted
        fold(heap)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("word " * 1_000_000, "word " * 400_000),
        ("a.\n" * 700_000, "b.\n" * 700_000),
        ("." * 3_000_000 + "x", "." * 2_000_000 + "y"),
        ("a" + "\u0301\u0316" * 900_000, "b" + "\u0301" * 900_000),
        ("ab" * 900_000, "ab" * 300_000),
    ],
    ids=["one word", "lines", "dots", "marks", "one long word"],
)
def test_quality(old: str, new: str) -> None:
    with at_most(200):
        judge(Facts(old, old), Facts(new, new))


@pytest.mark.parametrize("text", ["." * 500_000 + "x", " | " * 300_000, "- " * 300_000 + "x"])
def test_titles(text: str) -> None:
    with at_most(20):
        names = names_of_site(text, "A title", "A title" + text)
        is_headline(text, text, names)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("spam " * 900_000, "spam " * 900_001),
        ("12 " * 900_000, "13 " * 900_000),
        ("a 1 b " * 500_000, "a 2 b " * 500_000),
        ("一二三" * 900_000, "三二一" * 900_000),
        ("x" * 5_000_000, "y" * 5_000_000),
    ],
    ids=["one word", "figures", "slots", "numerals", "one long word"],
)
def test_likeness(one: str, other: str) -> None:
    with at_most(160):
        compare(one, other)


@pytest.mark.parametrize("piece", ['"', "-", 'a"', '-"', "title:", "a:", "OR ", "*", "(", "\u0301"])
def test_a_query(piece: str) -> None:
    text = (piece * LONGEST_QUERY)[:LONGEST_QUERY]
    with at_most(10):
        query = parse(text, TODAY)
        sqlite.compile_query(query)
        postgres.compile_query(query)


@pytest.mark.parametrize("unit", ["a ", "a.", "中", "a_" * 19, " ", "\u0301"])
def test_a_snippet(unit: str) -> None:
    body = (unit * 100_000)[:100_000]
    with at_most(20):
        snippet(body, '"a a a a a a a b" 中中中国 a* "a b"')


@pytest.mark.parametrize(
    "text", [":" * 500_000, "@/" + ":" * 500_000, "a:b/" * 250_000 + "@", "a:1/@" * 99_999]
)
def test_a_login_is_looked_for(text: str) -> None:
    with at_most(10):
        hide_userinfo(text)


def test_a_thread() -> None:
    text = "\n".join(["a" * 2_000, "a b " * 500, "a" * 30 + " "] * 40)
    with at_most(20):
        is_thread("", text)


def test_comparing_texts() -> None:
    draw = random.Random(7)
    letters = [" ".join(draw.choices(kinds, k=100_000)) for kinds in ("ab", "abc")]
    vocabulary = [f"w{number}" for number in range(3000)]
    articles = [[" ".join(draw.choices(vocabulary, k=50)) for _ in range(2000)] for _ in range(2)]
    shuffled = [text.replace("w1 ", "x ") for text in draw.sample(articles[0], k=2000)]
    for compare_them in (
        lambda: diff_words(letters[0], letters[1]),
        lambda: diff_words("日本語文章" * 20_000, "本日語章文漢" * 17_000),
        lambda: match_blocks(articles[0], articles[1]),
        lambda: match_blocks(articles[0], shuffled),
    ):
        with at_most(30):
            compare_them()


def test_white_space_takes_little_memory() -> None:
    text = "word and\n " * 500_000
    tracemalloc.start()
    try:
        collapse(text)
        tracemalloc.reset_peak()
        before, _ = tracemalloc.get_traced_memory()
        collapse(text)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak - before < 5 * len(text)
