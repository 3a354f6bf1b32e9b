"""Lists of phrases in many languages, tried fast: a language's pattern is searched only where
one of its stems, plain strings, stands in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from scraper.extraction.word_lists import read_lines

_PLAIN = (("\u2019", "'"), ("\u2018", "'"), ("\u02bc", "'"), ("\u00a0", " "), ("\u202f", " "))
Row = tuple[str, str, str]
"""Language, stems parted by ``|``, pattern; all lower case. What the pattern matches counts only
in a text that holds one of the stems."""


def read_phrases(file: str) -> dict[str, list[Row]]:
    """The rows of each section of a data file: a line ``language: stems``, and the pattern on the
    next one, indented by two spaces."""
    rows: dict[str, list[Row]] = {}
    for section, lines in read_lines(file).items():
        heads = (line.partition(": ") for line in lines[::2])
        patterns = (line[2:] for line in lines[1::2])
        pairs = zip(heads, patterns, strict=True)
        rows[section] = [(language, stems, pattern) for (language, _, stems), pattern in pairs]
    return rows


def read_books(file: str) -> dict[str, Phrasebook]:
    return {section: Phrasebook(*rows) for section, rows in read_phrases(file).items()}


class Phrasebook:
    """The phrases of one kind of page."""

    def __init__(self, *rows: Row) -> None:
        self.rows = tuple((tuple(stems.split("|")), pattern) for _, stems, pattern in rows)

    def find(self, text: str) -> str | None:
        """The first phrase found in a text, as printed there."""
        plain = plain_text(text)
        for pattern in self._patterns(plain):
            match = pattern.search(plain)
            if match is not None:
                return _printed(text, plain, match)
        return None

    def is_all_of(self, text: str) -> bool:
        """The text is nothing but such a phrase."""
        plain = plain_text(text).strip(" .!?…:;-–—|")
        return any(pattern.fullmatch(plain) for pattern in self._patterns(plain))

    def _patterns(self, plain: str) -> Iterator[re.Pattern[str]]:
        for stems, pattern in self.rows:
            for stem in stems:
                if stem in plain:
                    yield _compiled(pattern)
                    break


@lru_cache(maxsize=16)  # several books read one text
def plain_text(text: str) -> str:
    """Lower case, apostrophes and spaces of one kind; as long as the text was, in most scripts."""
    if text.isascii():
        return text.lower()
    plain = text.replace("\u0130", "i").lower()  # the Turkish one becomes two characters else
    for odd, usual in _PLAIN:
        plain = plain.replace(odd, usual)
    return plain


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _printed(text: str, plain: str, match: re.Match[str]) -> str:
    return text[slice(*match.span())] if len(text) == len(plain) else match[0]
