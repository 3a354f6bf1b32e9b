"""Which links of a page stand beside its matter: an "about" page lists the latest news in a
sidebar, and is no list of news.

An element that is named as furniture and holds most of the page's headlines may be either: the
whole list under an odd name (``content-with-sidebar``), or the sidebar of a page without a list of
its own. Then the rest of the page decides. A page with a text of its own is about that text.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from scraper.discovery.front_page.ranking import PagePosition

if TYPE_CHECKING:
    from scraper.discovery.front_page.anchors import FrontPage

ENOUGH_TEXT = 200
"""Characters of a text of its own, without links. Under a front page there are the publisher's
name, a slogan and a date."""
AMID = 30
"""Characters before a link in its paragraph, from which on it stands amid a text: in a list there
is at most a date."""
_FURNITURE = frozenset({PagePosition.ASIDE, PagePosition.NAVIGATION, PagePosition.SERVICE})


def note_beside(page: FrontPage, holders: Collection[int], enough_text: int) -> None:
    """Mark the links that stand beside the matter. ``holders``: the elements whose names alone make
    them furniture, and which hold most headlines; they are furniture where the rest of the page has
    ``enough_text``. The places must still be those that the elements themselves make."""
    furniture = [place in _FURNITURE for place in page.own_places]
    if holders and _text_outside(page, furniture) < enough_text:
        for index in holders:
            furniture[index] = False
    inside: list[bool] = []
    paragraphs: list[int] = []
    for index, own in enumerate(furniture):
        parent = page.parents[index]
        inside.append(own or (parent >= 0 and inside[parent]))
        paragraph = paragraphs[parent] if parent >= 0 else -1
        paragraphs.append(index if page.tags[index] == "p" else paragraph)
    for anchor in page.anchors:
        paragraph = paragraphs[anchor.index]
        anchor.beside = inside[anchor.index] or _is_amid(page, anchor.index, paragraph)


def _is_amid(page: FrontPage, link: int, paragraph: int) -> bool:
    if paragraph < 0:
        return False
    before = page.texts[page.text_starts[paragraph] : page.text_starts[link]]
    return len(" ".join("".join(before).split())) >= AMID


def _text_outside(page: FrontPage, furniture: list[bool]) -> int:
    """Characters that stand neither in furniture nor in a link."""
    apart = [0] * (len(page.texts) + 1)
    links = {anchor.index for anchor in page.anchors}
    for index, tag in enumerate(page.tags):
        if furniture[index] or index in links or tag == "head":
            apart[page.text_starts[index]] += 1
            apart[page.text_ends[index]] -= 1
    depth = total = 0
    for text, change in zip(page.texts, apart, strict=False):
        depth += change
        total += 0 if depth else len(" ".join(text.split()))
    return total
