"""Whether two texts are one story: the same text, carried by several outlets. Pure.

Two looks: fingerprints that share ``ENOUGH_SHARED`` hashes make a candidate (an index finds
them), and of candidates the texts themselves are compared by what of the shorter one stands in
the longer. Reports made from one template pass both, and are told by their figures.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from storage.text.shingles import ENOUGH_SHARED, Shingled, containment, shingle

SAME_STORY = 0.8
"""Share of the shorter text that stands in the longer; measured on pairs of real articles."""
MAYBE = 0.7
SMALL_PART = 0.35
"""A text that is less of the other may be one item of a liveblog or of a digest: a suggestion."""
CHANGED_FIGURES = 3
"""A copy may have a toll brought up to date, or two; in a template all slots change."""

_NUMERALS = frozenset("〇零一二三四五六七八九十百千万萬億亿兆")
_DIGIT = re.compile("[0-9]")

Kind = Literal["same_story", "maybe", "different"]


@dataclass(frozen=True, slots=True)
class Likeness:
    containment: float
    """Share of the shorter text's shingles that stand in the longer: 0 to 1."""
    kind: Kind
    reason: str
    """For people."""


def are_candidates(one: Sequence[int], other: Sequence[int]) -> bool:
    """Whether two fingerprints are near enough for their texts to be compared."""
    return len(set(one) & set(other)) >= ENOUGH_SHARED


def compare(one: str, other: str) -> Likeness:
    """Whether two bodies are one story, in time linear in their (bounded) lengths."""
    return compare_shingled(shingle(one), shingle(other))


def compare_shingled(one: Shingled, other: Shingled) -> Likeness:
    """``compare`` two texts that are taken apart already."""
    if one.tokens and one.tokens == other.tokens:
        return Likeness(1.0, "same_story", "the same words")
    share = containment(one, other)
    if not (one.has_fingerprint and other.has_fingerprint):
        return Likeness(share, "different", "too short to be told by a part of its words")
    if share < MAYBE:
        return Likeness(share, "different", f"{share:.0%} of the shorter text stand in the other")
    changed, kept = compare_figures(one.tokens, other.tokens)
    if changed >= CHANGED_FIGURES and changed >= kept:
        return Likeness(share, "different", f"one template: {changed} figures differ in it")
    sizes = sorted((len(one.distinct), len(other.distinct)))
    if sizes[0] < SMALL_PART * sizes[1]:
        return Likeness(share, "maybe", "the shorter text is a small part of the other")
    if changed > 1 and not kept:
        return Likeness(share, "maybe", "the words are the same, all figures differ")
    kind: Kind = "same_story" if share >= SAME_STORY else "maybe"
    return Likeness(share, kind, f"{share:.0%} of the shorter text stand in the other")


def compare_figures(one: Sequence[str], other: Sequence[str]) -> tuple[int, int]:
    """How many figures differ, and how many are equal, where the words around them are the same.

    A change that is made in several places ("12 dead" → "15 dead") counts once.
    """
    mine, theirs = _figures(one), _figures(other)
    changed: set[tuple[str, str]] = set()
    kept = 0
    for place in mine.keys() & theirs.keys():
        before, after = Counter(mine[place]), Counter(theirs[place])
        kept += (before & after).total()
        changed.update(zip((before - after).elements(), (after - before).elements(), strict=False))
    return len(changed), kept


def _figures(tokens: Sequence[str]) -> dict[tuple[str, ...], list[str]]:
    """The figures of a text by the two words before them and the one after (figures left out)."""
    tokens = list(chain(("", ""), _join_numerals(tokens), ("",)))
    words = ["#" if _is_figure(token) else token for token in tokens]
    found: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for at in range(2, len(tokens) - 1):
        if words[at] == "#":
            found[words[at - 2], words[at - 1], words[at + 1]].append(tokens[at])
    return found


def _join_numerals(tokens: Sequence[str]) -> list[str]:
    """Numbers written in ideographs, which are one token a character, as one token."""
    joined: list[str] = []
    grows = False
    for token in tokens:
        is_numeral = token in _NUMERALS
        if is_numeral and grows:
            joined[-1] += token
        else:
            joined.append(token)
        grows = is_numeral
    return joined


def _is_figure(token: str) -> bool:
    """Digits, or two ideographs that are: one alone is often a part of a word."""
    return bool(_DIGIT.search(token)) or (len(token) > 1 and token[0] in _NUMERALS)
