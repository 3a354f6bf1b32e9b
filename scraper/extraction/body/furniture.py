"""Which elements are the page's furniture and not its text: by tag, role, class and visibility."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from scraper.extraction.body.runs import Run
from scraper.extraction.document import TEXT, Document
from scraper.extraction.vocabulary import CLASS_PATTERN, FURNITURE_ROLES, FURNITURE_TAGS

# An element with more than this share of the page's paragraphs is no furniture, whatever its
# name says: some CMSs put the whole page into a form, or call the article ``social-wrapper``.
EXEMPT_SHARE = 0.4
EXEMPT_COMMENTS = 0.8
MIN_PARAGRAPH = 80


def mark_furniture(document: Document, runs: Sequence[Run]) -> list[str]:
    """For every node the reason why it is furniture, inherited downwards, or ``""``."""
    ends, parents, tags = document.ends, document.parents, document.tags
    words, attributes = document.words, document.attributes
    cumulated, total = _cumulate_paragraphs(document, runs)
    reasons = [""] * len(tags)
    seen: dict[str, str] = {}
    for index, tag in enumerate(tags):
        parent = parents[index]
        if parent >= 0 and reasons[parent]:
            reasons[index] = reasons[parent]
            continue
        if tag == TEXT:
            continue
        reason = "tag" if tag in FURNITURE_TAGS else ""
        if not reason and (own := words[index]):
            known = seen.get(own)
            if known is None:
                found = CLASS_PATTERN.search(own)
                known = seen[own] = (found.lastgroup or "") if found else ""
            reason = known
        if not reason and (has := attributes[index]):
            reason = _hidden_or_role(has)
        if reason:
            share = cumulated[ends[index]] - cumulated[index]
            limit = EXEMPT_COMMENTS if reason == "comments" else EXEMPT_SHARE
            if not (share and share > limit * total):
                reasons[index] = reason
    return reasons


def reason_of(document: Document, run: Run, reasons: Sequence[str]) -> str:
    """Why this run is furniture: what its elements are, inline ones that hold it whole included."""
    at = document.parents[run.first]
    while at != run.owner and at >= 0 and document.ends[at] <= run.last:
        at = document.parents[at]
    return reasons[at] if at >= 0 else ""


def _hidden_or_role(attributes: object) -> str:
    get = attributes.get  # type: ignore[attr-defined]
    role = get("role")
    if role and role.lower() in FURNITURE_ROLES:
        return "role"
    style = get("style")
    if (
        style
        and "display" in style
        and "none" in style.lower().replace(" ", "").partition("display:")[2][:4]
    ):
        return "hidden"
    if "hidden" in attributes or get("aria-hidden") == "true":  # type: ignore[operator]
        return "hidden"
    return ""


def _cumulate_paragraphs(document: Document, runs: Sequence[Run]) -> tuple[list[float], float]:
    amounts = [0.0] * (len(document.tags) + 1)
    for run in runs:
        if run.size >= MIN_PARAGRAPH and run.link_density < 0.4:
            amounts[run.first + 1] += run.size
    cumulated = list(accumulate(amounts))
    return cumulated, cumulated[-1]
