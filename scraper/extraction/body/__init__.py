"""The article's text as typed blocks.

runs → furniture marked → container by paragraph mass → reach outside it → prune inside it →
blocks. Each step works on the arrays of ``Document`` and costs one pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scraper.extraction.body.apart import drop_captions
from scraper.extraction.body.blocks import PlacedBlock, place_blocks
from scraper.extraction.body.captions import place_captions
from scraper.extraction.body.container import MIN_LINE, find_container, weigh_runs
from scraper.extraction.body.entries import drop_times, widen_to_entries
from scraper.extraction.body.furniture import mark_furniture, mark_runs
from scraper.extraction.body.openings import find_openings, join_dateline
from scraper.extraction.body.pointers import drop_labels, drop_summaries
from scraper.extraction.body.pruning import Hints, prune_runs
from scraper.extraction.body.reach import reach_outside
from scraper.extraction.body.repeats import drop_repeats
from scraper.extraction.body.runs import Run, cut_runs
from scraper.extraction.document import Document
from scraper.model.types import Block

__all__ = ["Body", "Hints", "Layout", "Run", "extract_body", "lay_out"]


@dataclass(frozen=True, slots=True)
class Layout:
    """The page's runs, and where its text is. The other fields look around it."""

    runs: Sequence[Run]
    reasons: Sequence[str]
    """By node: why it is furniture, or ``""``."""
    container: int | None
    start: int
    """The node where the container's first paragraph begins; the number of nodes without one."""


@dataclass(frozen=True, slots=True)
class Body:
    blocks: tuple[Block, ...] = ()
    """The text's."""
    captions: tuple[PlacedBlock, ...] = ()
    places: tuple[int, ...] = ()
    """Where each block begins."""
    first: int = 0
    last: int = 0
    """The nodes where the text begins and ends."""
    link_size: int = 0
    paragraphs: int = 0
    confidence: float = 0.0
    source: str = "paragraph mass"

    @property
    def text(self) -> str:
        return "\n".join(block.text for block in self.blocks)

    @property
    def with_captions(self) -> tuple[Block, ...]:
        """The blocks and the captions, in the page's order."""
        if not self.captions:
            return self.blocks
        placed = [*zip(self.places, self.blocks, strict=True)]
        placed += [(caption.first, caption.block) for caption in self.captions]
        return tuple(block for _, block in sorted(placed, key=lambda pair: pair[0]))


FEW = 400
"""With less text than this in the container, another look is taken without class words."""


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


def _lay_out(document: Document, runs: Sequence[Run], *, by_class: bool) -> tuple[Layout, float]:
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


def extract_body(
    document: Document, layout: Layout, hints: Hints, address: str | None = None
) -> Body:
    """The blocks of the article, in reading order, each text once.

    ``address``: the page's, against which the images' addresses are resolved.
    """
    if layout.container is None:
        return Body()
    openings = find_openings(document, layout.runs, layout.container, hints)
    reach = join_dateline(reach_outside(document, layout.runs, layout.container, openings))
    kept = drop_times(document, reach, prune_runs(document, reach, hints, openings))
    kept = drop_labels(document, reach, drop_repeats(document, reach, kept))
    kept = drop_summaries(document, layout.container, reach, kept)
    kept = drop_captions(document, layout.runs, kept)
    if not kept:
        return Body()
    placed = place_blocks(document, kept)
    captions = place_captions(document, layout.reasons, layout.runs, kept, hints, address)
    held = sum(run.size for run in kept if document.contains(layout.container, run.first))
    everything = sum(
        run.size
        for run in layout.runs
        if run.size >= 80 and run.link_density < 0.4 and not run.reason
    )
    return Body(
        blocks=tuple(entry.block for entry in placed),
        captions=tuple(captions),
        places=tuple(entry.first for entry in placed),
        first=kept[0].first,
        last=kept[-1].last,
        link_size=sum(run.link_size for run in kept),
        paragraphs=sum(1 for run in kept if run.size >= 80),
        confidence=min(0.95, held / everything) if everything else 0.5,
    )
