"""Text outside the container: a standfirst above it, and text that ads split over siblings."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scraper.extraction.body.pruning import HEADINGS, Hints
from scraper.extraction.body.runs import Run
from scraper.extraction.cleaning import fold_text
from scraper.extraction.document import Document
from scraper.extraction.vocabulary import PROMO_START

_STANDFIRST = re.compile(
    r"standfirst|stand-first|(?<![a-z])(?:lead|lede|leadtext|dek|deck|chapo|chapeau|intro|excerpt|"
    r"subtitle|sub-title|subhead|subheadline|sub-headline|subheading|summary|vorspann|anrisstext|"
    r"abstract|sapo|bajada|entradilla|sottotitolo|ingress|preamble|article-description|"
    r"description)(?![a-z])"
)
MIN_STANDFIRST = 40
MIN_OPENING = 80
MIN_PARAGRAPH = 100
MAX_TWINS = 60


def reach_outside(
    document: Document,
    runs: Sequence[Run],
    container: int,
    hints: Hints,
) -> list[Run]:
    """The runs of the container and of what belongs to it outside, in document order."""
    end = document.ends[container]
    siblings = _twins_of(document, runs, container)
    chosen: list[Run] = []
    opened = begins = False
    for run in runs:
        if container <= run.first < end or any(
            document.contains(twin, run.first) for twin in siblings
        ):
            chosen.append(run)
        elif hints.title_end < run.first < container and (
            _is_standfirst(document, run, hints)
            or (begins := hints.title_end >= 0 and _is_opening(run))
            or (opened and _goes_on(document, run))
        ):
            opened = opened or begins
            chosen.append(run)
    return chosen


def _is_opening(run: Run) -> bool:
    """A paragraph between the headline and the container: of 39 such in the annotated pages 35
    are the beginning of the text, which a large picture or an advertisement parts from the rest."""
    return _is_plain(run) and run.size >= MIN_OPENING and run.ends_sentence


def _goes_on(document: Document, run: Run) -> bool:
    return _is_plain(run) and (run.ends_sentence or document.tags[run.owner] in HEADINGS)


def _is_plain(run: Run) -> bool:
    return not run.reason and run.link_density < 0.3 and not PROMO_START.match(run.text)


def _twins_of(document: Document, runs: Sequence[Run], container: int) -> list[int]:
    """Elements of the same tag, class and depth as the container that hold paragraphs too.

    A heading of the first level inside or between means another article: pages that load the
    next one below have twins of everything.
    """
    names = document.attributes[container].get("class")
    if not names:
        return []
    depth = document.depth_of(container)
    twins = [
        index
        for index in document.by_tag[document.tags[container]]
        if index != container
        and document.attributes[index].get("class") == names
        and document.depth_of(index) == depth
    ][:MAX_TWINS]
    if not twins:
        return []
    tops = document.by_tag.get("h1", [])
    parent = document.parents[container]
    return [
        twin
        for twin in twins
        if not _is_parted(document, tops, container, twin)
        and (document.parents[twin] == parent or _has_paragraph(document, runs, twin))
    ]


def _is_parted(document: Document, tops: Sequence[int], container: int, twin: int) -> bool:
    low, high = min(container, twin), max(document.ends[container], document.ends[twin])
    return any(low <= top < high for top in tops)


def _has_paragraph(document: Document, runs: Sequence[Run], twin: int) -> bool:
    return any(
        run.size >= MIN_PARAGRAPH and run.ends_sentence and run.link_density < 0.3
        for run in runs
        if document.contains(twin, run.first) and not run.reason
    )


def _is_standfirst(document: Document, run: Run, hints: Hints) -> bool:
    if run.size < MIN_STANDFIRST or run.link_density > 0.3 or run.reason:
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
