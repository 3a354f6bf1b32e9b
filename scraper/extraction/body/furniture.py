"""Which elements are the page's furniture and not its text: by tag, role, class and visibility."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate

from scraper.extraction.body.figures import shows_text
from scraper.extraction.body.runs import Run
from scraper.extraction.document import TEXT, Attributes, Document
from scraper.extraction.vocabulary import FURNITURE_ROLES, FURNITURE_TAGS, class_reason

# An element with more than this share of the page's paragraphs is no furniture, whatever its
# name says: some CMSs put the whole page into a form, or call the article ``social-wrapper``.
# Words that often name a part of the article's own frame need less to be overruled.
EXEMPT_SHARE = {"comments": 0.8, "hidden": 0.5, "consent": 0.97, "tag": 0.85,
                "role": 0.85, "form": 0.4, "image": 0.25, "meta": 0.25,
                "byline": 0.25, "share": 0.3, "player": 0.3}  # fmt: skip
DEFAULT_SHARE = 0.4
MIN_PARAGRAPH = 80
# Text under these is not counted when shares are computed.
_CERTAIN = frozenset(
    ("tag", "form", "role", "hidden", "consent", "comments", "newsletter", "related")
)
_NOT_SHOWN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_NEVER_TEXT = frozenset(("nav", "footer"))
_FRAME_TAGS = frozenset(("html", "body", "main"))
_TAG_REASONS = dict.fromkeys(FURNITURE_TAGS, "tag") | {"form": "form"}
_MARKS = frozenset(("role", "style", "hidden", "aria-hidden"))


def mark_furniture(document: Document, runs: Sequence[Run], *, by_class: bool = True) -> list[str]:
    """For every node the reason why it is furniture, inherited downwards, or ``""``.

    ``by_class=False`` believes tags, roles and visibility only, and class words of comments and
    consent dialogs: for pages whose text is all under a class that misleads.
    """
    own = _own_reasons(document, by_class=by_class)
    for figure in document.by_tag.get("figure", ()):
        if own[figure] == "tag" and shows_text(document, figure):
            own[figure] = ""
    cumulated, everything, counted = _cumulate_paragraphs(document, runs, own)
    ends, parents = document.ends, document.parents
    reasons = [""] * len(own)
    for index, reason in enumerate(own):
        parent = parents[index]
        if parent >= 0 and reasons[parent]:
            reasons[index] = reasons[parent]
        elif reason:
            mass = cumulated[ends[index]] - cumulated[index]
            total = everything if reason in _CERTAIN else counted
            if document.tags[index] in _NEVER_TEXT or not (
                mass and mass > EXEMPT_SHARE.get(reason, DEFAULT_SHARE) * total
            ):
                reasons[index] = reason
    return reasons


def _own_reasons(document: Document, *, by_class: bool) -> list[str]:
    words, attributes = document.words, document.attributes
    found: list[str] = []
    for index, tag in enumerate(document.tags):
        if tag == TEXT or tag in _FRAME_TAGS:
            found.append("")
            continue
        reason = _TAG_REASONS.get(tag, "")
        if not reason and (own := words[index]):
            known = class_reason(own)
            if known and (by_class or known in _CERTAIN):
                reason = known
        if not reason and (has := attributes[index]) and not _MARKS.isdisjoint(has):
            reason = _hidden_or_role(has)
        found.append(reason)
    return found


def mark_runs(document: Document, runs: Sequence[Run], reasons: Sequence[str]) -> None:
    """Set each run's reason: what its elements are, inline ones that hold it whole included."""
    parents, ends = document.parents, document.ends
    for run in runs:
        at = parents[run.first]
        while at != run.owner and at >= 0 and ends[at] <= run.last:
            at = parents[at]
        run.reason = reasons[at] if at >= 0 else ""


def _hidden_or_role(attributes: Attributes) -> str:
    role = attributes.get("role")
    if role and role.lower() in FURNITURE_ROLES:
        return "role"
    style = attributes.get("style")
    if style and "display" in style and _NOT_SHOWN.search(style):
        return "hidden"
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return "hidden"
    return ""


def _cumulate_paragraphs(
    document: Document, runs: Sequence[Run], own: Sequence[str]
) -> tuple[list[float], float, float]:
    """Paragraph sizes summed up by node; of the whole page; of what is not certainly furniture."""
    certain = [False] * len(own)
    parents = document.parents
    for index, reason in enumerate(own):
        parent = parents[index]
        certain[index] = (parent >= 0 and certain[parent]) or reason in _CERTAIN
    amounts = [0.0] * (len(own) + 1)
    everything = counted = 0.0
    for run in runs:
        if run.size >= MIN_PARAGRAPH and run.link_density < 0.4 and run.is_prose:
            amounts[run.first + 1] += run.size
            everything += run.size
            counted += 0 if certain[run.owner] else run.size
    return list(accumulate(amounts)), everything, counted or everything
