"""Figures that are text: a table or code in a ``figure``, without any image.

Quotations in figures are other sites' posts and sentences pulled out of the text.
"""

from __future__ import annotations

from bisect import bisect_left

from scraper.extraction.document import Document

_OTHERS = ("img", "amp-img", "amp-anim", "blockquote")


def shows_text(document: Document, figure: int) -> bool:
    """Whether it holds a table or code (HTML 4.4.12), and nothing that makes it something else.

    A table with code in it numbers the lines of a listing.
    """
    if _holds(document, figure, "table") == _holds(document, figure, "pre"):
        return False
    return not any(_holds(document, figure, tag) for tag in _OTHERS)


def _holds(document: Document, figure: int, tag: str) -> bool:
    places = document.by_tag.get(tag, ())
    place = bisect_left(places, figure)
    return place < len(places) and places[place] < document.ends[figure]
