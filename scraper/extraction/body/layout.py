"""Where the text is: the page's runs, which of them are furniture, and the container, which is the
element with the greatest mass of paragraphs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from scraper.extraction.body.entries import widen_to_entries
from scraper.extraction.body.furniture import mark_furniture, mark_runs
from scraper.extraction.body.runs import HEADINGS, TextRun, cut_runs
from scraper.extraction.document import Document

FEW = 400
"""With less text than this in the container, another look is taken without class words."""
DECAY = 0.6
"""What each step up leaves of a paragraph's weight: the parent gets most, the page little."""
REACH = 7
WIDEN = 6
NAMED_WITHIN = 3
NEAR = 3
"""Steps up on the way to more of the text; the near ones may pass a second headline."""
MIN_PARAGRAPH = 40
"""Shorter runs are labels, headings and buttons as often as text."""
MIN_LINE = 15
"""What is taken for text on a page that has nothing longer."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The page's runs, and where its text is. The other fields look around it."""

    runs: Sequence[TextRun]
    reasons: Sequence[str]
    """By node: why it is furniture, or ``""``."""
    container: int | None
    start: int
    """The node where the container's first paragraph begins; the number of nodes without one."""


def lay_out(document: Document) -> Layout:
    """Find the container; no field is needed for it."""
    runs = cut_runs(document)
    layout, mass = _lay_out(document, runs, by_class=True)
    if mass < FEW:
        other, more = _lay_out(document, runs, by_class=False)
        if more > 2 * mass:
            layout = other
    mark_runs(document, runs, layout.reasons)
    return layout


def _lay_out(
    document: Document, runs: Sequence[TextRun], *, by_class: bool
) -> tuple[Layout, float]:
    reasons = mark_furniture(document, runs, by_class=by_class)
    weights = weigh_runs(document, runs, reasons)
    container = find_container(document, runs, weights)
    if container is None:
        weights = weigh_runs(document, runs, reasons, MIN_LINE)
        container = find_container(document, runs, weights)
    start = len(document.tags)
    mass = 0.0
    if container is not None:
        container = widen_to_entries(document, runs, container)
        inside = [
            (run, weight)
            for run, weight in zip(runs, weights, strict=True)
            if weight and document.contains(container, run.first)
        ]
        start = inside[0][0].first
        mass = sum(weight for _, weight in inside)
    return Layout(runs, reasons, container, start), mass


def weigh_runs(
    document: Document,
    runs: Sequence[TextRun],
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


def find_container(
    document: Document, runs: Sequence[TextRun], weights: Sequence[float]
) -> int | None:
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
        for holder in document.outwards(at, REACH):
            masses[holder] += share
            share *= DECAY
    if not masses:
        return None
    best = max(masses, key=lambda at: (masses[at], -at))
    return _widen(document, runs, weights, best)


def _widen(
    document: Document, runs: Sequence[TextRun], weights: Sequence[float], container: int
) -> int:
    """Up to the ancestor where paragraphs of the same element and class go on.

    Text is split over a box and its parent where only the rest is folded away ("read all").
    """
    kinds = [
        _kind_of(document, run) if weight else _NONE
        for run, weight in zip(runs, weights, strict=True)
    ]
    masses: dict[tuple[str, str], float] = defaultdict(float)
    for run, weight, kind in zip(runs, weights, kinds, strict=True):
        if weight and document.contains(container, run.first):
            masses[kind] += weight
    kind = max(masses, key=lambda key: masses[key], default=_NONE)
    if not kind[1]:
        return container
    alike = [
        (run.first, weight)
        for run, weight, own in zip(runs, weights, kinds, strict=True)
        if weight and own == kind
    ]
    widest, held = container, masses[kind]
    at = container
    for step in range(WIDEN):
        at = document.parents[at]
        if at < 0 or document.tags[at] in ("body", "html"):
            break
        if step >= NEAR and any(len(document.within(at, tag)) > 1 for tag in ("h1", "article")):
            break  # the next article, which a page loads below
        end = document.ends[at]
        mass = sum(weight for first, weight in alike if at <= first < end)
        if mass > 1.15 * held:
            widest, held = at, mass
    return widest


_NONE = ("", "")


def _kind_of(document: Document, run: TextRun) -> tuple[str, str]:
    """The tag of the element that holds the run, and the first class at it or near above it; no
    class, no kind."""
    for at in document.outwards(run.owner, NAMED_WITHIN):
        names = document.words[at]
        if names and (own := document.attributes[at].get("class")) and own.strip():
            return document.tags[run.owner], f"{document.tags[at]}.{own.split(None, 1)[0]}"
    return _NONE
