"""Text outside the container: what opens it, and text that ads split over siblings."""

from __future__ import annotations

from collections.abc import Container, Sequence

from scraper.extraction.body.runs import TextRun
from scraper.extraction.document import Document

MIN_PARAGRAPH = 100
MAX_TWINS = 60


def reach_outside(
    document: Document, runs: Sequence[TextRun], container: int, openings: Container[int]
) -> list[TextRun]:
    """The runs of the container and of what belongs to it outside, in document order.

    ``openings``: where the runs begin that ``find_openings`` found.
    """
    end = document.ends[container]
    siblings = _twins_of(document, runs, container)
    return [
        run
        for run in runs
        if container <= run.first < end
        or run.first in openings
        or any(document.contains(twin, run.first) for twin in siblings)
    ]


def _twins_of(document: Document, runs: Sequence[TextRun], container: int) -> list[int]:
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


def _has_paragraph(document: Document, runs: Sequence[TextRun], twin: int) -> bool:
    return any(
        run.size >= MIN_PARAGRAPH and run.ends_sentence and run.link_density < 0.3
        for run in runs
        if document.contains(twin, run.first) and not run.reason
    )
