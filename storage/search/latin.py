"""Latin letters that are no plain letter with a mark, spelled in plain ones. Pure.

Who looks for ``Łódź``, ``Øresund`` or ``Đà Nẵng`` types what his keyboard has. ``unicode61`` takes
off the marks that Unicode parts from their letters (``ó``, ``ź``, ``à``); these have no such parts.
Spelled as in Unicode's Latin-ASCII transform (CLDR, ``common/transforms/Latin-ASCII.xml``); taken
are the letters of living alphabets, not those of phonetics and old books.

In SQLite the view that the index reads spells texts so, by ``replace``: no copy of them is stored.
"""

from __future__ import annotations

import re

LETTERS = {
    "đ": "d",  # Vietnamese, Croatian, Sámi
    "ð": "d",  # Icelandic, Faroese
    "þ": "th",
    "æ": "ae",  # and Danish, Norwegian
    "ǽ": "ae",
    "ǣ": "ae",
    "ø": "o",
    "ǿ": "o",
    "œ": "oe",  # French
    "ß": "ss",  # German
    "ł": "l",  # Polish, Sorbian, Navajo
    "ħ": "h",  # Maltese
    "ı": "i",  # Turkish, Azerbaijani
    "ə": "e",
    "ŋ": "n",  # Sámi, and many of Africa
    "ŧ": "t",
    "ɓ": "b",  # Hausa, Fula
    "ɗ": "d",
    "ƙ": "k",
    "ƴ": "y",
    "ɖ": "d",  # Ewe, Akan, Bambara, Lingala
    "ɛ": "e",
    "ɔ": "o",
    "ɲ": "n",
}
"""Small letter → how it is spelled."""

_CAPITALS = {letter.upper(): letter for letter in LETTERS if letter not in "ßı"} | {"ẞ": "ß"}
_SPELLED = LETTERS | {capital: LETTERS[letter] for capital, letter in _CAPITALS.items()}
_LETTER = re.compile(f"[{''.join(_SPELLED)}]")


def spell(text: str) -> str:
    """In plain letters, small ones where there was another letter."""
    return text if text.isascii() else _LETTER.sub(lambda match: _SPELLED[match[0]], text)
