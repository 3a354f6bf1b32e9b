"""The text: which runs of the page belong to it, and the blocks made of them."""

from __future__ import annotations

from dataclasses import dataclass

from scraper.extraction.body.apart import drop_captions
from scraper.extraction.body.blocks import PlacedBlock, place_blocks
from scraper.extraction.body.captions import place_captions
from scraper.extraction.body.entries import drop_times
from scraper.extraction.body.layout import Layout
from scraper.extraction.body.openings import find_openings, join_dateline
from scraper.extraction.body.pointers import drop_labels, drop_summaries
from scraper.extraction.body.pruning import Hints, prune_runs
from scraper.extraction.body.reach import reach_outside
from scraper.extraction.body.repeats import drop_repeats
from scraper.extraction.document import Document
from scraper.model.types import Block


@dataclass(frozen=True, slots=True, kw_only=True)
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
