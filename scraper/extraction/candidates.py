"""The record of a choice among candidates."""

from __future__ import annotations

from collections.abc import Sequence

from scraper.types import Candidate, Provenance

MAX_KEPT = 24
"""Candidates kept in a provenance: pages with hundreds of dates exist."""
MAX_VALUE = 500


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
