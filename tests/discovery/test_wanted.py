"""Patterns of wanted links: a law, and what is none."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.discovery.wanted import is_wanted, parse_pattern
from tests.tables import each_row

PATHS = st.text(alphabet="ab/", max_size=8).map(lambda text: f"/{text}")
GLOBS = st.text(alphabet="ab/*", max_size=8).map(lambda text: f"/{text}*")


@given(GLOBS.filter(lambda text: not text.startswith("//")), PATHS)
def test_a_star_is_any_characters(pattern: str, path: str) -> None:
    expected = re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), path) is not None
    assert is_wanted(f"https://x.example{path}", [pattern]) == expected


@each_row(
    ("pattern", "url", "wanted"),
    [
        ("/sport/", "https://x.example/sport/cup", True),
        ("/sport/", "https://x.example/sport", True),
        ("/sport", "https://m.x.example/sport/?page=2", True),
        ("/sport/", "https://x.example/sports/cup", False),
        ("/sport/", "https://x.example/en/sport/cup", False),
        ("/", "https://x.example", True),
        ("/köln/", "https://x.example/k%C3%B6ln/dom", True),
        ("/a/../b/", "https://x.example/b/1", True),
        ("/*.html", "https://x.example/a/b.html", True),
        ("/*.html", "https://x.example/a/b.html/c", False),
        ("/ab*ba", "https://x.example/aba", False),
    ],
)
def test_what_fits(pattern: str, url: str, wanted: bool) -> None:
    assert is_wanted(url, [parse_pattern(pattern)]) is wanted


def test_many_stars_take_no_time() -> None:
    assert not is_wanted(f"https://x.example/{'a' * 2_000}", ["/" + "*a" * 99 + "b"])


@given(st.text(alphabet=st.characters(exclude_characters="?#/\\*%", min_codepoint=33), max_size=9))
def test_a_pattern_is_read_once(text: str) -> None:
    """What is stored is a pattern itself, and has no space, by which patterns are parted."""
    try:
        pattern = parse_pattern(f"/{quote(text)}/")
    except ValueError:
        return
    assert parse_pattern(pattern) == pattern
    assert " " not in pattern


@pytest.mark.parametrize("text", ["", "sport", "//x.example/", "/a?b", "/a#b", f"/{'x' * 200}"])
def test_what_is_no_pattern(text: str) -> None:
    with pytest.raises(ValueError, match=r"path|longer"):
        parse_pattern(text)
