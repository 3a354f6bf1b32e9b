"""Text outside the container: a standfirst above it, and text that ads split over siblings."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scraper.extraction.body.furniture import reason_of
from scraper.extraction.body.pruning import Hints
from scraper.extraction.body.runs import Run
from scraper.extraction.cleaning import fold_text
from scraper.extraction.document import Document

_STANDFIRST = re.compile(
    r"standfirst|stand-first|(?<![a-z])(?:lead|lede|leadtext|dek|deck|chapo|chapeau|intro|excerpt|"
    r"subtitle|sub-title|subhead|subheadline|sub-headline|subheading|summary|vorspann|anrisstext|"
    r"abstract|sapo|bajada|entradilla|sottotitolo|ingress|preamble|article-description|"
    r"description)(?![a-z])"
)
MIN_STANDFIRST = 40


def reach_outside(
    document: Document,
    runs: Sequence[Run],
    reasons: Sequence[str],
    container: int,
    hints: Hints,
) -> list[Run]:
    """The runs of the container and of what belongs to it outside, in document order."""
    end = document.ends[container]
    siblings = _twins_of(document, container)
    chosen: list[Run] = []
    for run in runs:
        if container <= run.first < end:
            chosen.append(run)
        elif run.first < container:
            if run.first > hints.title_end and _is_standfirst(document, run, reasons, hints):
                chosen.append(run)
            elif any(document.contains(twin, run.first) for twin in siblings):
                chosen.append(run)
        elif siblings and any(document.contains(twin, run.first) for twin in siblings):
            chosen.append(run)
    return chosen


def _twins_of(document: Document, container: int) -> list[int]:
    """Elements of the same tag, class and parent or grandparent as the container."""
    words, tags = document.words[container], document.tags
    parent = document.parents[container]
    if parent < 0 or not words.strip():
        return []
    names = document.attribute(container, "class")
    if not names:
        return []
    return [
        sibling
        for sibling in document.children(parent)
        if sibling != container
        and tags[sibling] == tags[container]
        and document.attributes[sibling].get("class") == names
    ]


def _is_standfirst(document: Document, run: Run, reasons: Sequence[str], hints: Hints) -> bool:
    if run.size < MIN_STANDFIRST or run.link_density > 0.3:
        return False
    if reason_of(document, run, reasons):
        return False
    folded = fold_text(run.text)
    if any(
        folded.startswith(description[:60]) or description.startswith(folded[:60])
        for description in hints.descriptions
        if len(description) >= MIN_STANDFIRST
    ):
        return True
    at = document.parents[run.first]
    for _ in range(4):
        if at < 0 or document.contains(at, hints.title_end):
            return False
        if _STANDFIRST.search(document.words[at]):
            return True
        at = document.parents[at]
    return False
