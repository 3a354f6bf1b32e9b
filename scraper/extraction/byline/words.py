"""Which labels and joiners of a credit count in which language: ``data/credit_languages.txt``.

The labels themselves are in ``data/credits.txt``.
"""

from __future__ import annotations

from scraper.extraction.word_lists import read_rows

_LANGUAGES = {
    section: {word: languages for languages, words in rows for word in words.split(", ")}
    for section, rows in read_rows("credit_languages.txt").items()
}

LABEL_LANGUAGES = _LANGUAGES["labels"]
"""Labels too short or too common to stand without a colon, and the languages (``*``: any) in which
they may; ``""``: none, a colon is needed."""

JOINERS = _LANGUAGES["joiners"]
"""Words that join two names, with the languages in which they do (``*``: any)."""

ALIASES = {"ant": "Antara", "red": "Redaksi", "redaksi": "Redaksi"}
"""Short forms in a sign-off that stand for an outlet."""

ONE_NAME_LANGUAGES = frozenset("id ms jv su ta ml te kn my bn mn tl".split())
"""Where a person may have a single name."""
