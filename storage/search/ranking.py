"""Relevance: the order of a bounded number of hits by how much they are about the query. Pure.

BM25 over three fields (Robertson, Zaragoza, Taylor: "Simple BM25 extension to multiple weighted
fields", CIKM 2004): a word in the title counts five times, in the byline twice. How rare a word is,
is taken from the hits at hand, so that no second pass over the archive is needed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from storage.search.snippets import count

TITLE_WEIGHT, AUTHOR_WEIGHT = 5.0, 2.0
# The usual constants: how soon more of a word counts no more; how far long texts are held back.
SATURATION, LENGTH = 1.2, 0.75


@dataclass(frozen=True, slots=True)
class Weighed:
    """A hit, as far as ranking needs it."""

    id: int
    length: int
    """Characters of the body."""
    counts: tuple[float, ...]
    """How often each needle stands there, weighted by field."""


def weigh(
    id: int, title: str, author: str, body: str, needles: Sequence[re.Pattern[str]]
) -> Weighed:
    counts = tuple(
        TITLE_WEIGHT * count(needle, title)
        + AUTHOR_WEIGHT * count(needle, author)
        + count(needle, body)
        for needle in needles
    )
    return Weighed(id, len(body), counts)


def rank(hits: Iterable[Weighed]) -> list[int]:
    """The ids, the most relevant first; of equals the one with the greater id."""
    weighed = list(hits)
    if not weighed:
        return []
    average = sum(hit.length for hit in weighed) / len(weighed) or 1.0
    rarities = [
        _rarity(sum(each > 0 for each in column), len(weighed))
        for column in zip(*(hit.counts for hit in weighed), strict=True)
    ]
    scores = {hit.id: _score(hit, rarities, average) for hit in weighed}
    return sorted(scores, key=lambda id: (-scores[id], -id))


def _rarity(having: int, hits: int) -> float:
    return math.log(1 + (hits - having + 0.5) / (having + 0.5))


def _score(hit: Weighed, rarities: Sequence[float], average: float) -> float:
    held_back = SATURATION * (1 - LENGTH + LENGTH * hit.length / average)
    return sum(
        rarity * times * (SATURATION + 1) / (times + held_back)
        for rarity, times in zip(rarities, hit.counts, strict=True)
        if times
    )
