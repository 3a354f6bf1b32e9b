"""Patterns of wanted links: a law, and what is none."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.discovery.wanted import is_said, is_wanted, parse_pattern
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


@pytest.mark.parametrize(
    ("pattern", "path", "said"),
    [
        ("/sport/", "/sport/derby", True),
        ("/sport/", "/sport/", False),
        ("/sport", "/sport", False),
        ("/sport/*", "/sport/", False),
        ("/sport/*", "/sport/derby", True),
        ("/*/politik/*", "/bund/politik/", False),
        ("/*/politik/*", "/bund/politik/wahl", True),
        ("/*.html", "/derby.html", True),
        ("/*", "/", False),
        ("/*", "/derby", True),
        ("/sport/", "/kultur/oper", False),
    ],
)
def test_a_section_itself_is_not_said_to_be_an_article(pattern: str, path: str, said: bool) -> None:
    assert is_said(f"https://x.example{path}", [pattern]) is said


PIECES = st.lists(st.sampled_from(["sport", "derby", "tag", "*"]), min_size=1, max_size=4)


@given(st.lists(PIECES, max_size=3), PIECES)
def test_what_is_said_is_wanted_and_lies_below(
    patterns: list[list[str]], pieces: list[str]
) -> None:
    """Nothing is said without a pattern, nor of the front page; with a slash at the end it is the
    same page."""
    given_patterns = [f"/{'/'.join(each)}" for each in patterns]
    url = f"https://x.example/{'/'.join(pieces).replace('*', 'x')}"
    if is_said(url, given_patterns):
        assert is_wanted(url, given_patterns)
        assert urlsplit(url).path not in given_patterns
    assert not is_said(url, ())
    assert not is_said("https://x.example/", given_patterns)
    plain = [each for each in given_patterns if "*" not in each]
    assert is_said(url, plain) == is_said(f"{url}/", plain)


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
