"""Where the text is: the page's runs, which of them are furniture, and the container."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scraper.extraction.body.container import MIN_LINE, find_container, weigh_runs
from scraper.extraction.body.entries import widen_to_entries
from scraper.extraction.body.furniture import mark_furniture, mark_runs
from scraper.extraction.body.runs import TextRun, cut_runs
from scraper.extraction.document import Document

FEW = 400
"""With less text than this in the container, another look is taken without class words."""


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
