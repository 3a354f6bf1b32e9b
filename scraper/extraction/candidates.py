"""Choosing among candidates: a value, where it was found, how far that source is trusted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scraper.extraction.cleaning import fold_text
from scraper.types import Candidate, Provenance

MAX_KEPT = 24
"""Candidates kept in a provenance: pages with hundreds of dates exist."""
MAX_VALUE = 500


def choose_best(candidates: Sequence[Candidate]) -> Candidate | None:
    """The most trusted; among equals the first."""
    return max(candidates, key=lambda candidate: candidate.confidence, default=None)


def find_agreement(candidate: Candidate, others: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Those of the others that say the same."""
    key = fold_text(candidate.value)
    return tuple(
        other for other in others if other is not candidate and fold_text(other.value) == key
    )


def provenance_of(
    source: str, confidence: float, candidates: Sequence[Candidate] = ()
) -> Provenance:
    """The record of a choice, bounded in size, the candidates that lost included."""
    kept = tuple(
        candidate
        if len(candidate.value) <= MAX_VALUE
        else Candidate(candidate.value[:MAX_VALUE], candidate.source, candidate.confidence)
        for candidate in candidates[:MAX_KEPT]
    )
    return Provenance(source, round(confidence, 3), kept)
