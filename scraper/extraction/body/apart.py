"""Captions that no furniture word gives away: set apart from the text they stand in."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from operator import attrgetter

from scraper.extraction.body.images import find_images
from scraper.extraction.body.runs import Run
from scraper.extraction.document import Document
from scraper.extraction.vocabulary import MAX_NAMES

REACH = 3
MAX_SIZE = 400
MAX_RUNS = 3
"""A caption is short, whatever its class."""

_NAMED = re.compile(
    r"caption|figcap|cutline|bildunter|bildtext|bildlegende|fototext|leyenda|didascalia|"
    r"pie-?_?(?:de-?_?)?foto|bijschrift|onderschrift|billedtekst|bildetekst|kuvateksti|popisek|"
    r"(?<![a-z])legend[ea]?(?![a-z])"
)


def drop_captions(document: Document, runs: Sequence[Run], kept: list[Run]) -> list[Run]:
    """``kept`` without what stands beside an image under a caption's name. ``runs``: the page's."""
    named: dict[int, list[Run]] = {}
    for run in kept:
        holder = _named_above(document, run)
        if holder is not None:
            named.setdefault(holder, []).append(run)
    if not named:
        return kept
    images = find_images(document, 0, len(document.tags))
    dropped = {
        run.first
        for holder, own in named.items()
        if len(own) <= MAX_RUNS and _is_beside(document, runs, images, holder)
        for run in own
    }
    return [run for run in kept if run.first not in dropped] if dropped else kept


def _named_above(document: Document, run: Run) -> int | None:
    if run.size > MAX_SIZE:
        return None
    at = document.parents[run.first]
    for _ in range(REACH):
        if at < 0:
            return None
        if document.words[at] and _names_caption(document.words[at]):
            return at if document.contains(at, run.last) else None
        at = document.parents[at]
    return None


@lru_cache(maxsize=4096)  # a site repeats its classes
def _names_caption(words: str) -> bool:
    return _NAMED.search(words[:MAX_NAMES]) is not None


def _is_beside(document: Document, runs: Sequence[Run], images: Sequence[int], at: int) -> bool:
    """An image is right before it or right behind, and none inside."""
    key, end = attrgetter("first"), document.ends[at]
    first, behind = bisect_left(runs, at, key=key), bisect_left(runs, end, key=key)
    low = runs[first - 1].last if first else -1
    high = runs[behind].first if behind < len(runs) else len(document.tags)
    before, after = bisect_left(images, at), bisect_left(images, end)
    if after > before:
        return False
    return (before > 0 and images[before - 1] > low) or (
        after < len(images) and images[after] < high
    )
