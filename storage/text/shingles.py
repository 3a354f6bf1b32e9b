"""A text as shingles: hashes of its runs of words, and the few that find its copies. Pure.

A shingle is a run of three words; in scripts without word spaces, of some characters (with the
marks that stand on them). What begins it decides, so that a text of mixed scripts has both kinds
and no text changes its kind by a sentence more. Typography, case and the grouping of digits are
folded first.

The fingerprint of a text is its ``FINGERPRINT_SIZE`` smallest hashes ("bottom-k" sketch, Broder,
*On the resemblance and containment of documents*, 1997): of the smallest of two texts taken
together, the share that both have is an unbiased estimate of what they have in common.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from heapq import nsmallest
from struct import iter_unpack

from storage.text.fingerprint import fold, has_heap

FINGERPRINT_SIZE = 16
ENOUGH_SHARED = 3
"""Hashes of two fingerprints that must be equal for their texts to be compared."""
MIN_WORDS = 60
"""Shorter texts have no fingerprint: they are one story only where they are equal."""
MAX_CHARACTERS = 200_000
"""What is looked at of a text, from its beginning: some 35,000 words."""

WORDS_A_SHINGLE = 3
IDEOGRAPHS_A_SHINGLE = 6
"""Han and kana."""
SYLLABLES_A_SHINGLE = 8
"""Thai, Lao, Khmer, Burmese, Tibetan: letters with their marks."""
_LENGTHS = (WORDS_A_SHINGLE, IDEOGRAPHS_A_SHINGLE, SYLLABLES_A_SHINGLE)
_WORDS_A_TOKEN = (1.0, 0.5, 0.3)
"""How much of an English word a token of each kind says."""

_IDEOGRAPHS = (
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_SYLLABLES = (
    "\u0e01-\u0e4e\u0e81-\u0ecd\u0edc-\u0edf\u0f40-\u0fbc\u1000-\u103f\u1050-\u109f\u1780-\u17d3"
)
_DENSE_FROM = "\u0e00"
"""There is no such script before it."""
# Marks on letters, which ``\w`` leaves out; without them a word of Hindi is five.
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a"
    "\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0711\u0730-\u074a"
    "\u0900-\u0903\u093a-\u094f\u0962\u0963\u0981-\u0983\u09bc-\u09cd\u09d7\u0a01-\u0a03"
    "\u0a3c-\u0a51\u0a70\u0a71\u0a81-\u0a83\u0abc-\u0acd\u0b01-\u0b03\u0b3c-\u0b57\u0b82"
    "\u0bbe-\u0bcd\u0bd7\u0c00-\u0c04\u0c3c-\u0c56\u0c81-\u0c83\u0cbc-\u0cd6\u0d00-\u0d03"
    "\u0d3b-\u0d4d\u0d57\u0d81-\u0d83\u0dca-\u0df3\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0"
)
_SYLLABLE_MARKS = (
    "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u0f71-\u0f84\u0f8d-\u0fbc"
    "\u102b-\u103e\u1056-\u1059\u105e-\u1060\u1062-\u1064\u1067-\u106d\u1071-\u1074\u1082-\u108d"
    "\u109a-\u109d\u17b4-\u17d3"
)
_LETTER = rf"[^\W_{_IDEOGRAPHS}{_SYLLABLES}]"
_TOKEN = re.compile(
    rf"{_LETTER}+(?:[{_MARKS}]+{_LETTER}*)*|[{_IDEOGRAPHS}][\u3099\u309a]*"
    rf"|[{_SYLLABLES}][{_SYLLABLE_MARKS}]*"
)
_IDEOGRAPH, _SYLLABLE = re.compile(f"[{_IDEOGRAPHS}]"), re.compile(f"[{_SYLLABLES}]")
_OTHER_DIGIT = re.compile(r"[^\D0-9]")
# (A digit comes first, behind none: an expression that begins with a character is found sooner.)
_GROUPED = re.compile(
    r"[0-9](?<![0-9][0-9])[0-9]{0,2}(?:([.,'\u066c ])[0-9]{3})(?:\1[0-9]{3})*(?![0-9])"
)
# Marks are put in order by a quadratic sort (unicodedata): 200,000 on one letter take 27 s.
_HEAP = re.compile(r"[^\w\s]{64,}")

_FACTORS = (
    0x9E3779B97F4A7C15,
    0xC2B2AE3D27D4EB4F,
    0x165667B19E3779F9,
    0x27D4EB2F165667C5,
    0x85EBCA77C2B2AE63,
    0xD6E8FEB86659FD93,
    0xA0761D6478BD642F,
    0xE7037ED1A0B428DB,
)
"""Odd: to multiply by one is to shuffle the 64-bit numbers."""
_SIGN = 1 << 63
_LANE = 17
"""Bytes. The sum of eight products of 64-bit numbers has 131 bits."""
_LOW = f"<Q{_LANE - 8}x"


@dataclass(frozen=True, slots=True)
class Shingled:
    """A text taken apart. ``hashes`` has one entry for each place where a shingle begins."""

    tokens: tuple[str, ...]
    """Words, and single characters of scripts without word spaces, folded."""
    hashes: tuple[int, ...]
    """64 bits, unsigned."""
    distinct: frozenset[int]
    words: int
    """The length in words; where they are not spaced, what it would be in English."""

    @property
    def has_fingerprint(self) -> bool:
        """Long enough, and more than the same few words over and over."""
        return self.words >= MIN_WORDS and len(self.distinct) >= FINGERPRINT_SIZE


def fingerprint_of(body: str) -> tuple[int, ...]:
    """The 16 smallest shingle hashes as signed 64-bit integers, ascending; empty for a short text.

    They are the same on every machine and in every process.
    """
    return sketch(shingle(body))


def sketch(text: Shingled) -> tuple[int, ...]:
    """``fingerprint_of`` a text that is taken apart already."""
    if not text.has_fingerprint:
        return ()
    smallest = nsmallest(FINGERPRINT_SIZE, text.distinct)
    return tuple(sorted(number - ((number & _SIGN) << 1) for number in smallest))


def shingle(body: str) -> Shingled:
    """Take a text apart, in linear time."""
    return _shingle_again(body) if len(body) <= _REMEMBERED else _shingle(body)


def _shingle(body: str) -> Shingled:
    tokens = tokens_of(body)
    distinct = set(tokens)
    numbers = {token: _number_of(token) for token in distinct}
    lanes = b"".join(map(numbers.__getitem__, tokens))
    if max(distinct, default="") < _DENSE_FROM:
        words = len(tokens)
        hashes = _hash_runs(lanes, WORDS_A_SHINGLE)[: max(1, words - WORDS_A_SHINGLE + 1)]
    else:
        known = {token: kind_of(token) for token in distinct}
        kinds = [known[token] for token in tokens]
        words = round(sum(map(_WORDS_A_TOKEN.__getitem__, kinds)))
        hashes = _hash_mixed_runs(lanes, kinds)
    return Shingled(tuple(tokens), tuple(hashes), frozenset(hashes), words)


# A text is taken apart for its fingerprint, and to be compared with its likes: within moments.
_shingle_again = lru_cache(maxsize=64)(_shingle)
forget_shingled = _shingle_again.cache_clear
_REMEMBERED = 20_000
"""Characters: what is kept of 64 such texts takes some 30 MB."""


def containment(one: Shingled, other: Shingled) -> float:
    """The share of the smaller one's shingles that stand in the other: 0 to 1."""
    smaller = min(len(one.distinct), len(other.distinct))
    return len(one.distinct & other.distinct) / smaller if smaller else 0.0


def tokens_of(text: str) -> list[str]:
    """The words of a text, and the characters of scripts without word spaces."""
    folded = fold_bounded(text).casefold()
    if not folded.isascii() and _OTHER_DIGIT.search(folded):
        folded = _OTHER_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), folded)
    return _TOKEN.findall(_GROUPED.sub(lambda number: re.sub("[^0-9]", "", number[0]), folded))


def fold_bounded(text: str) -> str:
    """``fold`` of a text's first ``MAX_CHARACTERS``, in linear time for any text."""
    text = text[:MAX_CHARACTERS]
    if has_heap(text):
        text = _HEAP.sub(lambda heap: heap[0][:32], text)
    return fold(text)[:MAX_CHARACTERS]


def kind_of(token: str) -> int:
    """0: a word; 1: an ideograph or kana; 2: a syllable of a script without word spaces."""
    first = token[0]
    if first < _DENSE_FROM:
        return 0
    if _IDEOGRAPH.match(first):
        return 1
    return 2 if _SYLLABLE.match(first) else 0


def _hash_mixed_runs(lanes: bytes, kinds: Sequence[int]) -> list[int]:
    """``_hash_runs``, each run as long as its first token's kind has it; none where the text ends
    before the run. A text that is shorter than a run is one run."""
    runs = {kind: _hash_runs(lanes, _LENGTHS[kind]) for kind in set(kinds)}
    end = len(kinds)
    return [runs[kind][at] for at, kind in enumerate(kinds) if at + _LENGTHS[kind] <= end or not at]


def _hash_runs(lanes: bytes, length: int) -> list[int]:
    """The hash of the run that begins at each token: the sum of its tokens' numbers, each times
    the factor of its place. All at once, as one large number with a lane for each token."""
    numbers = int.from_bytes(lanes, "little")
    sums = sum((numbers >> 8 * _LANE * at) * _FACTORS[at] for at in range(length))
    return [number for (number,) in iter_unpack(_LOW, sums.to_bytes(len(lanes), "little"))]


@lru_cache(maxsize=1 << 15)
def _number_of(token: str) -> bytes:
    """64 bits, in a lane."""
    digest = blake2b(token.encode("utf-8", "replace"), digest_size=8).digest()
    return digest[::-1].ljust(_LANE, b"\0")
