"""A text in words, numbers, marks and, in scripts without spaces, characters: what a comparison
of two texts goes by. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from storage.text.fingerprint import fold

# Scripts without spaces between words: Thai, Lao, Burmese, Khmer, kana, Han. Hangul has spaces.
_DENSE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_DENSE_MARKS = (
    "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u102b-\u103e\u17b4-\u17d3"
    "\u3099\u309a\ufe00-\ufe0f"
)
_MARKS = (
    r"!-/:-@\[-`{-~\u00a1-\u00a9\u00ab\u00ac\u00ae-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf"
    r"\u055a-\u055f\u0589\u05be\u05c0\u05c3\u060c\u061b\u061f\u066a\u066d\u06d4\u0964\u0965"
    r"\u2010-\u2027\u2030-\u205e\u20a0-\u20cf\u2212\u3001-\u3003\u3008-\u3020\u3030\ufe30-\ufe6f"
    r"\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
)
_BLANK = r"\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
_WORD = rf"[^\s{_MARKS}{_DENSE}]"
_SINGLE, _DASH = "'\u2018-\u201b`", r"\-\u2010-\u2015"
_NUMBER = r"\d{1,3}(?: \d{3})+(?!\d)|\d+(?:[.,:'’\u066b\u066c\u00a0\u202f\u2009]\d+)*"
# A number with its groups and decimals; one dense character; a word with the apostrophes in it.
_SAID = rf"{_NUMBER}|[{_DENSE}][{_DENSE_MARKS}]*|{_WORD}+(?:['’ʼ](?!\d){_WORD}+)*"
_COUNTED = re.compile(rf"(?![{_BLANK}])(?:{_SAID})")
# Or marks that are folded together ("--", "..."), or any other. Blanks go with what stands before
# them.
_TOKEN = re.compile(rf"(?:{_SAID}|[{_DASH}]+|[{_SINGLE}]+|\.+|\S)[{_BLANK}]*")
_START = re.compile(rf"[{_BLANK}]+")
_END = re.compile(rf"[{_BLANK}]+\Z")
_KINDS = (
    ("number", re.compile(r"\d")),
    ("dense", re.compile(f"[{_DENSE}]")),
    ("word", re.compile(_WORD)),
)
_SEPARATOR = re.compile(r"[.,:'’\u066b\u066c\s]")
_ARABIC_DECIMAL = "\u066b"
_SHARES = "%\u2030\u2031\u066a"


Figures = Counter[tuple[str, str]]
"""How often each number stands in a text, by its value and the sign beside it."""


class Token(NamedTuple):
    """A word, number, mark or single character, with the blanks behind it."""

    text: str
    key: str
    """Folded, without the blanks: what is compared."""
    kind: str
    """``number``, ``dense``, ``word``, ``mark``, or ``blank`` for blanks at a text's start."""


_EDGE = Token("", "", "blank")
"""What stands before a text's first token and behind its last."""


def tokens_of(text: str) -> list[Token]:
    """The text in tokens, whose texts joined are the text."""
    found: list[Token] = []
    start = 0
    if blank := _START.match(text):
        found.append(Token(blank.group(), "", "blank"))
        start = blank.end()
    pieces = _TOKEN.findall(text, start)
    tokens = {piece: _token(piece) for piece in set(pieces)}
    found.extend(map(tokens.__getitem__, pieces))
    return found


def count_words(text: str) -> int:
    """The words and numbers of a text; in scripts without spaces between words each character
    counts, with the marks on it."""
    return len(_COUNTED.findall(text))


def fold_quickly(text: str) -> str:
    """What ``fingerprint.fold`` gives; most of plain ASCII is spared its work."""
    if text.isascii() and "`" not in text and "--" not in text and "''" not in text:
        return " ".join(text.split())
    return fold(text)


def features_of(tokens: Sequence[Token]) -> Counter[str]:
    """What a text is recognised by: its words and numbers whatever their case, and in scripts
    without spaces its pairs of characters."""
    features = Counter(one.key.casefold() for one in tokens if one.kind in {"word", "number"})
    for one, other in pairwise(tokens):
        if one.kind == other.kind == "dense":
            features[one.key + other.key] += 1
    return features


def _token(piece: str) -> Token:
    bare = _END.sub("", piece)
    kind = next((kind for kind, pattern in _KINDS if pattern.match(bare)), "mark")
    return Token(piece, fold_quickly(bare), kind)


def is_dense(text: str) -> bool:
    """Whether a text has next to no spaces between its words."""
    return len(re.findall(f"[{_DENSE}]", text)) > len(text) / 3


def number_value(number: str) -> str:
    """One spelling for the numbers that are the same, whatever their digits and groups.

    ``1,234``, ``1.234``, ``1 234``, ``1'234``, ``١٬٢٣٤`` and ``1234`` are one, as are ``2.5`` and
    ``2,5``. Three digits behind a single separator count as a group.
    """
    digits = "".join(
        str(unicodedata.decimal(one)) if one.isdecimal() else one
        for one in unicodedata.normalize("NFKC", number)
    )
    parts, marks = _SEPARATOR.split(digits), _SEPARATOR.findall(digits)
    if not marks or ":" in marks:
        return digits
    decimals = ""
    if _is_decimal(parts, marks):
        decimals = "." + parts.pop()
        marks.pop()
    is_grouped = len(set(marks)) <= 1 and _are_groups(parts)
    return ("" if is_grouped else ".").join(parts) + decimals


def _is_decimal(parts: Sequence[str], marks: Sequence[str]) -> bool:
    """Whether the last separator stands before decimals: it is another one than those before it,
    or the only one and not before a group."""
    if len(marks) == 1:
        return marks[0] == _ARABIC_DECIMAL or not _are_groups(parts)
    return marks[-1] not in marks[:-1]


def figures_of(tokens: Sequence[Token]) -> Figures:
    """The numbers of a text by value, each with the sign of a currency or a share beside it, or
    an empty one."""
    found: Figures = Counter()
    around = [_EDGE, *tokens, _EDGE]
    for before, one, after in zip(around, tokens, around[2:], strict=False):
        if one.kind == "number":
            found[number_value(one.key), _sign_at(before, one, after)] += 1
    return found


def _sign_at(before: Token, number: Token, after: Token) -> str:
    """``$30``, ``30%``, ``30 %``, ``€ 30``: the sign that stands closest."""
    signs = [(_is_apart(before), before.key), (_is_apart(number), after.key)]
    return next((sign for _, sign in sorted(signs) if _is_sign(sign)), "")


def _is_sign(mark: str) -> bool:
    return len(mark) == 1 and (mark in _SHARES or unicodedata.category(mark) == "Sc")


def _is_apart(token: Token) -> bool:
    return token.text[-1:].isspace()


def _are_groups(parts: Sequence[str]) -> bool:
    """Whether the parts are groups of three, or of two as India has them (``1,00,000``)."""
    first, *others = parts
    if not others:
        return True
    if not 1 <= len(first) <= 3 or first.startswith("0") or len(others[-1]) != 3:
        return False
    sizes = {len(one) for one in others[:-1]}
    return sizes <= {3} or (sizes == {2} and len(first) <= 2)
