"""Which elements are the page's furniture and not its text: by tag, role, class and visibility."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from scraper.extraction.body.runs import TextRun
from scraper.extraction.body.words.class_words import FURNITURE_ROLES, FURNITURE_TAGS, class_reason
from scraper.extraction.document import Attributes, Document

# An element with more than this share of the page's paragraphs is no furniture, whatever its
# name says: some CMSs put the whole page into a form, or call the article ``social-wrapper``.
# Words that often name a part of the article's own frame need less to be overruled.
EXEMPT_SHARE = {"comments": 0.8, "hidden": 0.5, "consent": 0.97, "tag": 0.85,
                "role": 0.85, "form": 0.4, "image": 0.25, "meta": 0.25,
                "byline": 0.25, "share": 0.3, "player": 0.3}  # fmt: skip
DEFAULT_SHARE = 0.4
MAX_LETTER = 450
MAX_PLAYER = 120
"""Characters in such a box."""
MAX_BOX = 80
"""Nodes in it."""
MAX_BOXES = 40
BOX_REACH = 4
_FRAMES = frozenset(("tag", "role"))
"""Around a headline of the first level they frame the page: ``<div role="banner">``."""
MIN_PARAGRAPH = 80
# Text under these is not counted when shares are computed.
_CERTAIN = frozenset(
    ("tag", "form", "role", "hidden", "consent", "comments", "newsletter", "related")
)
_NOT_SHOWN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_NEVER_TEXT = frozenset(("nav", "footer"))
_FRAME_TAGS = frozenset(("html", "body", "main"))
_TAG_REASONS = dict.fromkeys(FURNITURE_TAGS, "tag") | {"form": "form"}
_TABLE_PARTS = frozenset(("tr", "td", "th", "tbody"))
# Rows of players, of pictures' names, of dates: in a table these words tell what it is about.
_TOPICS = frozenset(("player", "image", "meta", "byline"))


def mark_furniture(
    document: Document, runs: Sequence[TextRun], *, by_class: bool = True
) -> list[str]:
    """For every node the reason why it is furniture, inherited downwards, or ``""``.

    ``by_class=False`` believes tags, roles and visibility only, and class words of comments and
    consent dialogs: for pages whose text is all under a class that misleads.
    """
    own = _own_reasons(document, by_class=by_class)
    masses = _Masses(document, runs, own)
    ends, tags = document.ends, document.tags
    reasons = [""] * len(tags)
    done = 0
    for index, reason in own:
        if index < done:
            continue
        end = ends[index]
        mass = masses.between(index, end)
        total = masses.everything if reason in _CERTAIN else masses.counted
        share = EXEMPT_SHARE.get(reason, DEFAULT_SHARE)
        if reason in _FRAMES and document.within(index, "h1"):
            share = DEFAULT_SHARE
        if tags[index] in _NEVER_TEXT or not (mass and mass > share * total):
            reasons[index:end] = [reason] * (end - index)
            done = end
    return reasons


def _own_reasons(document: Document, *, by_class: bool) -> list[tuple[int, str]]:
    """The elements that say themselves why they are furniture, in document order."""
    words, attributes, hinted = document.words, document.attributes, set(document.hinted)
    marked: list[tuple[int, str]] = []
    for tag, places in document.by_tag.items():
        if tag in _FRAME_TAGS:
            continue
        if named := _TAG_REASONS.get(tag):
            marked += [
                (index, named)
                for index in places
                if not (
                    (tag == "figure" and _shows_text(document, index))
                    or (tag == "footer" and _is_in_quote(document, index))
                )
            ]
            continue
        for index in places:
            reason = class_reason(own) if (own := words[index]) else ""
            if reason and (
                (not by_class and reason not in _CERTAIN)
                or (tag in _TABLE_PARTS and reason in _TOPICS)
                or (reason == "byline" and _is_in_quote(document, index))
            ):
                reason = ""
            if not reason and index in hinted:
                reason = _hidden_or_role(attributes[index])
            if reason:
                marked.append((index, reason))
    if by_class:
        marked += _small_boxes(document, document.email_fields, "newsletter", MAX_LETTER)
        marked += _small_boxes(document, document.player_places, "player", MAX_PLAYER)
    marked.sort()
    return marked


def _shows_text(document: Document, figure: int) -> bool:
    """Whether a figure holds a table or code (HTML 4.4.12), and nothing that makes it something
    else: quotations are other sites' posts, and a table with code in it numbers the lines of a
    listing."""
    if bool(document.within(figure, "table")) == bool(document.within(figure, "pre")):
        return False
    return not document.within(figure, "img", "amp-img", "amp-anim", "blockquote")


def _small_boxes(
    document: Document, places: Sequence[int], reason: str, most: int
) -> Iterator[tuple[int, str]]:
    """The boxes around fields for addresses, and around players, that hold little else: front ends
    with made-up class names say what they are in no other way."""
    for place in places[:MAX_BOXES]:
        box = -1
        for at in document.outwards(place, BOX_REACH):
            end = document.ends[at]
            if end - at > MAX_BOX or document.tags[at] in _FRAME_TAGS:
                break
            said = sum(len(text.strip()) for text in document.texts[at:end])
            if said > most or document.within(at, "h1"):
                break
            box = at
        if box >= 0:
            yield box, reason


def mark_runs(document: Document, runs: Sequence[TextRun], reasons: Sequence[str]) -> None:
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


def _is_in_quote(document: Document, index: int) -> bool:
    """The ``footer`` of a quotation names the speaker."""
    parent = document.parents[index]
    return parent >= 0 and document.tags[parent] == "blockquote"


class _Masses:
    """Paragraph sizes, to be summed up by element."""

    def __init__(
        self, document: Document, runs: Sequence[TextRun], own: Sequence[tuple[int, str]]
    ) -> None:
        certain = _certain_ranges(document, own)
        self._places: list[int] = []
        self._sums: list[int] = [0]
        self.everything = 0
        """Of the whole page."""
        self.counted = 0
        """Of what is not certainly furniture; of the whole page where there is nothing else."""
        for run in runs:
            if run.size >= MIN_PARAGRAPH and run.link_density < 0.4 and run.is_prose:
                self._places.append(run.first)
                self.everything += run.size
                self._sums.append(self.everything)
                place = bisect_right(certain, (run.owner, len(document.tags)))
                if not place or certain[place - 1][1] <= run.owner:
                    self.counted += run.size
        self.counted = self.counted or self.everything

    def between(self, start: int, end: int) -> int:
        """Of the paragraphs that begin in these nodes."""
        places = self._places
        return self._sums[bisect_left(places, end)] - self._sums[bisect_left(places, start)]


def _certain_ranges(document: Document, own: Sequence[tuple[int, str]]) -> list[tuple[int, int]]:
    ranges: list[tuple[int, int]] = []
    done = 0
    for index, reason in own:
        if index >= done and reason in _CERTAIN:
            done = document.ends[index]
            ranges.append((index, done))
    return ranges
