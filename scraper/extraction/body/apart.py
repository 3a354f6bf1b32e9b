"""Captions that no furniture word gives away: set apart from the text they stand in by a class, by
being centred under a centred image, by being in small or slanted letters right behind one, or as
the caption of a table that is there to frame one. The captions of other tables are text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from operator import attrgetter

from scraper.extraction.body.images.finding import find_images
from scraper.extraction.body.runs import TextRun
from scraper.extraction.body.words.class_words import class_test
from scraper.extraction.document import Document

REACH = 3
MAX_SIZE = 400
MAX_STYLED = 240
MAX_RUNS = 3
"""A caption is short, whatever its class."""

_PARAGRAPHS = frozenset(("p", "div", "center"))
_SLANTED = frozenset(("em", "i", "small", "cite", "sub", "sup"))
_names_caption = class_test(
    r"caption|figcap|cutline|bildunter|bildtext|bildlegende|fototext|leyenda|didascalia|"
    r"pie-?_?(?:de-?_?)?foto|bijschrift|onderschrift|billedtekst|bildetekst|kuvateksti|popisek|"
    r"(?<![a-z])legend[ea]?(?![a-z])"
)


def drop_captions(
    document: Document, runs: Sequence[TextRun], kept: list[TextRun]
) -> list[TextRun]:
    """``kept`` without what stands beside an image under a caption's name. ``runs``: the page's."""
    named: dict[int, list[TextRun]] = {}
    for run in kept:
        holder = _named_above(document, run)
        if holder is not None:
            named.setdefault(holder, []).append(run)
    images = find_images(document, 0, len(document.tags))
    if not images:
        return kept
    dropped = {
        run.first
        for holder, own in named.items()
        if len(own) <= MAX_RUNS and _is_beside(document, runs, images, holder)
        for run in own
    }
    dropped.update(_styled_captions(document, runs, images, kept))
    return [run for run in kept if run.first not in dropped] if dropped else kept


def _styled_captions(
    document: Document, runs: Sequence[TextRun], images: Sequence[int], kept: Sequence[TextRun]
) -> Iterator[int]:
    """Where the runs begin that stand right behind an image, styled as captions are."""
    held = {run.first: run for run in kept if run.size <= MAX_STYLED}
    last = -1
    for run in runs:
        place = bisect_left(images, run.first)
        image = images[place - 1] if place else -1
        if (
            run.first in held
            and image > last
            and (_is_styled(document, run, image) or _is_boxed(document, runs, run, image))
        ):
            yield run.first
        last = run.last


def _is_styled(document: Document, run: TextRun, image: int) -> bool:
    owner = run.owner
    if document.tags[owner] not in _PARAGRAPHS:
        return False
    if document.contains(owner, image):
        at = document.parents[run.first]
        while at != owner and at >= 0 and not document.contains(at, run.last):
            at = document.parents[at]
        return at >= 0 and document.tags[at] in _SLANTED
    before = document.parents[image]
    for _ in range(2):  # the image may be in a link
        if before >= 0 and document.tags[before] not in _PARAGRAPHS:
            before = document.parents[before]
    return (
        before >= 0
        and document.parents[before] == document.parents[owner]
        and _is_centred(document, before)
        and _is_centred(document, owner)
    )


def _is_boxed(document: Document, runs: Sequence[TextRun], run: TextRun, image: int) -> bool:
    """A box of its own with an image and one line that is no sentence."""
    if run.ends_sentence or run.link_size:
        return False
    for box in document.ancestors(run.owner, 2):
        if document.tags[box] not in ("div", "section", "span", "a"):
            return False
        if document.contains(box, image):
            place = bisect_left(runs, box, key=_first)
            return runs[place] is run and (
                place + 1 == len(runs) or runs[place + 1].first >= document.ends[box]
            )
    return False


_first = attrgetter("first")


def _is_centred(document: Document, at: int) -> bool:
    own = document.attributes[at]
    style = (own.get("style") or "").lower().replace(" ", "")
    return (own.get("align") or "").lower() == "center" or "text-align:center" in style


def _named_above(document: Document, run: TextRun) -> int | None:
    if run.size > MAX_SIZE:
        return None
    for at in document.ancestors(run.first, REACH):
        named = _names_caption(document.words[at])
        if named or document.tags[at] == "caption":
            return at if document.contains(at, run.last) else None
    return None


def _is_beside(document: Document, runs: Sequence[TextRun], images: Sequence[int], at: int) -> bool:
    """An image is right before it or right behind, and none inside; a table's is inside it."""
    key, end = attrgetter("first"), document.ends[at]
    first, behind = bisect_left(runs, at, key=key), bisect_left(runs, end, key=key)
    low = runs[first - 1].last if first else -1
    high = runs[behind].first if behind < len(runs) else len(document.tags)
    before, after = bisect_left(images, at), bisect_left(images, end)
    if after > before:
        return False
    if document.tags[at] == "caption":
        high = min(high, document.ends[document.parents[at]])
        return after < len(images) and images[after] < high
    return (before > 0 and images[before - 1] > low) or (
        after < len(images) and images[after] < high
    )
