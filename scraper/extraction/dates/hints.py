"""Whether a short text may be a date at all: :func:`may_be_date`, cheap, and wrong in one
direction only."""

from __future__ import annotations

import re
from functools import lru_cache

from scraper.extraction.dates.relative import all_pieces
from scraper.extraction.dates.text import UNSPACED, fold
from scraper.extraction.dates.vocabulary import all_names

_NUMBERS = re.compile(
    r"\d{4}\D{1,30}\d|\d\D{1,30}\d{4}|\d{8}"
    r"|\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?'?\d{2}"
    r"|\d{1,2}[./-]\d{1,2}\D{1,8}\d{1,2}:\d\d"
)
"""A year and another number; numbers in a row."""
_SHORT = frozenset("fa ha h d m".split())
"""Short words that alone make a phrase of distance: fa 3 h, há 2 d."""
_WORD = re.compile(r"[a-z\x80-\U0010ffff]+")


def may_be_date(text: str) -> bool:
    """False where ``parse_date`` finds no day in a text with a digit: no year with another
    number, no row of numbers, no name of a month or day, no "ago"."""
    if _NUMBERS.search(text):
        return True
    if text.isascii():
        return not _words().isdisjoint(_WORD.findall(text.lower()))
    return UNSPACED.search(text) is not None or not _words().isdisjoint(_WORD.findall(fold(text)))


@lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    """Names and phrases in all languages; not those of two Latin letters, which are words too."""
    return frozenset(
        piece
        for name in (*all_names(), *all_pieces())
        for piece in _WORD.findall(fold(name))
        if len(piece) > 2 or not piece.isascii() or piece in _SHORT
    )
