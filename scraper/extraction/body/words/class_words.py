"""Class names (``data/class_words.txt``), tags and roles that tell what an element is."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from scraper.extraction.word_lists import read_sections

# Elements that hold no text of an article, whatever their class.
FURNITURE_TAGS = frozenset("nav footer aside figure figcaption menu legend".split())
FURNITURE_ROLES = frozenset(
    "navigation banner contentinfo complementary search dialog alert menu menubar toolbar "
    "tablist tooltip status alertdialog".split()
)

_REASONS = {
    word: reason
    for reason, words in reversed(read_sections("class_words.txt").items())
    for word in words
}
_FIRST_PARTS = frozenset(word.partition("-")[0] for word in _REASONS)
_LONGEST = max(word.count("-") for word in _REASONS) + 1
_PART = re.compile(r"[a-z]+")
# Class names that state something of the page and not what the element is.
_STEM = re.compile(r"cookie|consent|comment(?!a)")  # "commentary" and "commentator" are none
_FOLDED = re.compile(r"paywall|content|text|body|article|story|premium")
"""What is hidden under these words is the rest of the text, folded away."""
_STATE = re.compile(
    r"(?:has|with|without|no|is|not|category|tag|format|post|type|status|js|page|single|hentry|"
    r"field-{1,2}label)[-_](?![-_])"
)
MAX_NAMES = 2_000
"""Class names are looked at up to this length."""


def class_test(pattern: str) -> Callable[[str], bool]:
    """A test whether class names have something; remembered, as a site repeats its classes."""
    search = re.compile(pattern).search

    @lru_cache(maxsize=4096)
    def test(names: str) -> bool:
        return bool(names) and search(names[:MAX_NAMES]) is not None

    return test


def class_reason(names: str) -> str:
    """Why an element with these class names (lower case) is furniture, or ``""``."""
    return _reason_of_names(names[:MAX_NAMES])


@lru_cache(maxsize=15_000)  # elements of a page repeat their classes, and the web its class names
def _reason_of_names(names: str) -> str:
    return next(filter(None, map(_reason_of_name, names.split())), "")


@lru_cache(maxsize=15_000)
def _reason_of_name(name: str) -> str:
    """The parts of a name are looked up alone and joined with their neighbours:
    ``wp-caption-text``, ``post__read-more``."""
    parts = _PART.findall(name)
    if _FIRST_PARTS.isdisjoint(parts) and not _STEM.search(name):
        return ""
    if _STATE.match(name):
        return ""
    for start, part in enumerate(parts):
        if stem := _STEM.match(part):
            return "comments" if stem[0] == "comment" else "consent"
        joined = part
        for neighbour in ("", *parts[start + 1 : start + _LONGEST]):
            joined = f"{joined}-{neighbour}" if neighbour else part
            reason = _REASONS.get(joined)
            if reason and not (joined == "hidden" and _FOLDED.search(name)):
                return reason
    return ""
