"""Where the article's text is: the element with the greatest mass of paragraphs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from scraper.extraction.body.runs import HEADINGS, Run
from scraper.extraction.document import Document

DECAY = 0.6
"""What each step up leaves of a paragraph's weight: the parent gets most, the page little."""
REACH = 7
WIDEN = 6
NEAR = 3
"""Steps up on the way to more of the text; the near ones may pass a second headline."""
MIN_PARAGRAPH = 40
"""Shorter runs are labels, headings and buttons as often as text."""
MIN_LINE = 15
"""What is taken for text on a page that has nothing longer."""


def weigh_runs(
    document: Document,
    runs: Sequence[Run],
    furniture: Sequence[str],
    shortest: int = MIN_PARAGRAPH,
) -> list[float]:
    """The weight of each run as a paragraph: its length, less what is link, none for furniture."""
    weights: list[float] = []
    for run in runs:
        weight = 0.0
        if (
            run.size >= shortest
            and not furniture[run.owner]
            and run.link_density < 0.5
            and run.is_prose
        ):
            weight = run.size * (1 - run.link_density)
            tag = document.tags[run.owner]
            if tag in HEADINGS:
                weight = 0.0
            elif tag in ("li", "td", "th", "dd", "dt"):
                weight *= 0.4
            elif tag != "p":
                weight *= 0.7
            if not run.ends_sentence:
                weight *= 0.5
        weights.append(weight)
    return weights


def find_container(document: Document, runs: Sequence[Run], weights: Sequence[float]) -> int | None:
    """The element with the greatest decayed paragraph mass, or ``None`` on a page without text."""
    masses: dict[int, float] = defaultdict(float)
    tags, parents = document.tags, document.parents
    for run, weight in zip(runs, weights, strict=True):
        if not weight:
            continue
        at = run.owner
        # A paragraph is no container of itself; a ``div`` of bare text may be one.
        if tags[at] in ("p", "li", "dd", "dt"):
            at = parents[at]
        share = min(weight, 1500.0)
        for _ in range(REACH):
            if at < 0:
                break
            masses[at] += share
            share *= DECAY
            at = parents[at]
    if not masses:
        return None
    best = max(masses, key=lambda at: (masses[at], -at))
    return _widen(document, runs, weights, best)


def _widen(
    document: Document, runs: Sequence[Run], weights: Sequence[float], container: int
) -> int:
    """Up to the ancestor where paragraphs of the same element and class go on.

    Text is split over a box and its parent where only the rest is folded away ("read all").
    """
    kinds: dict[tuple[str, str], float] = defaultdict(float)
    for run, weight in zip(runs, weights, strict=True):
        if weight and document.contains(container, run.first):
            kinds[_kind_of(document, run)] += weight
    kind = max(kinds, key=lambda key: kinds[key], default=("", ""))
    if not kind[1]:
        return container
    at = container
    for step in range(WIDEN):
        at = document.parents[at]
        if at < 0 or document.tags[at] in ("body", "html"):
            break
        if step >= NEAR and _holds_several(document, "h1", at):
            break  # the next article, which a page loads below
        beside = sum(
            weight
            for run, weight in zip(runs, weights, strict=True)
            if weight
            and document.contains(at, run.first)
            and not document.contains(container, run.first)
            and _kind_of(document, run) == kind
        )
        if beside > 0.15 * kinds[kind]:
            return at
    return container


def _holds_several(document: Document, tag: str, at: int) -> bool:
    return sum(1 for index in document.by_tag.get(tag, ()) if document.contains(at, index)) > 1


def _kind_of(document: Document, run: Run) -> tuple[str, str]:
    """The tag and first class of the element that holds the run; no class, no kind."""
    names = (document.attributes[run.owner].get("class") or "").split()
    return document.tags[run.owner], names[0] if names else ""
