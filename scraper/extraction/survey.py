"""What of a page's text did not become the article's body, and why: for a person who asks.

No part of extraction: it costs a second parse, so only ``kliping explain`` pays for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scraper.extraction.body import Layout, Run, lay_out
from scraper.extraction.decode import decode_page
from scraper.extraction.document import Document, parse_document
from scraper.extraction.prescan import find_hazard

MIN_PASSAGE = 80
"""Characters of what is told of: shorter lines are menus, labels and credits."""
MAX_PASSAGES = 100
MAX_TEXT = 500
_HEAD = 60
"""So much of a passage is looked for in the body, which may go on differently: links, notes."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph's worth of text that is not in the body."""

    text: str
    """Its first ``MAX_TEXT`` characters."""
    characters: int
    reason: str
    """A kind of furniture (``comments``, ``hidden``, …), ``elsewhere`` on the page than the
    article's text, or ``pruned`` from within it."""


@dataclass(frozen=True, slots=True)
class Survey:
    characters: int = 0
    """Of all text of the page, as a browser without scripts would show it."""
    left_out: tuple[Passage, ...] = ()
    """In the order of the page."""


def survey_page(html: bytes, headers: Mapping[str, str], title: str | None, body: str) -> Survey:
    """``title`` and ``body``: what extraction made of the same page. ``headers``: lower case."""
    text = decode_page(html, headers.get("content-type"))
    if find_hazard(text) is not None:
        return Survey()
    document = parse_document(text)
    layout = lay_out(document)
    left_out = [
        Passage(run.text[:MAX_TEXT], len(run.text), _reason(document, layout, run))
        for run in layout.runs
        if run.size >= MIN_PASSAGE and run.text != title and run.text[:_HEAD] not in body
    ]
    return Survey(sum(len(run.text) for run in layout.runs), tuple(left_out[:MAX_PASSAGES]))


def _reason(document: Document, layout: Layout, run: Run) -> str:
    if run.reason:
        return run.reason
    inside = layout.container is not None and document.contains(layout.container, run.first)
    return "pruned" if inside else "elsewhere"
