"""The record of a choice among candidates."""

from __future__ import annotations

from collections.abc import Sequence

from scraper.model.types import Candidate, Provenance

MAX_KEPT = 24
"""Candidates kept in a provenance: pages with hundreds of dates exist."""
MAX_VALUE = 500
AND = "+"
"""Between the sources of one value: ``h1+meta:og:title``."""


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


def choose_first(candidates: Sequence[Candidate]) -> Provenance | None:
    """The record of taking the first of candidates that stand in the order of their trust.

    Equal values become one candidate, and where nothing else was stated there is none beside the
    field itself: addresses are long, and most pages state one three times.
    """
    joined: dict[str, Candidate] = {}
    for candidate in candidates:
        known = joined.get(candidate.value)
        if known is None:
            joined[candidate.value] = candidate
        else:
            sources = f"{known.source}{AND}{candidate.source}"
            joined[candidate.value] = Candidate(known.value, sources, known.confidence)
    if not joined:
        return None
    best, *lost = joined.values()
    return provenance_of(best.source, best.confidence, (best, *lost) if lost else ())
