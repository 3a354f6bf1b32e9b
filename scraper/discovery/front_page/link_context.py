"""What an element of a front page makes of the links in it, by its tag, role and names."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from scraper.discovery.front_page.page_words import (
    ASIDE_PARTS,
    NAVIGATION_PARTS,
    SERVICE_PARTS,
    TITLE_PARTS,
)
from scraper.discovery.front_page.ranking import PagePosition

_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_NAVIGATION_TAGS = frozenset("nav footer menu".split())
_NAVIGATION_ROLES = frozenset("navigation contentinfo menu menubar search banner tablist".split())
_PART = re.compile(r"[a-z]+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
# Names that say what a whole element is about, not what it is: ``category-politics``.
_STATE = re.compile(r"(?:has|with|without|no|is|not|category|tag|format|type|status|js|page)-")


@lru_cache(maxsize=8192)  # the elements of a page repeat their names
def parts_of(names: str) -> frozenset[str]:
    """The parts of class names and id, lower case, each alone and joined with the next."""
    found: set[str] = set()
    for name in names.split():
        if _STATE.match(name):
            continue
        parts = _PART.findall(_HUMP.sub("-", name).lower())
        found.update(parts)
        found.update(f"{one}-{other}" for one, other in pairwise(parts))
    return frozenset(found)


def place_by_itself(
    tag: str, role: str, parts: frozenset[str], *, held: bool = False
) -> tuple[PagePosition | None, bool]:
    """The place that an element makes, and whether that is in doubt: only its names say so.

    ``held``: it is in an article, a section or a list's item; the ``header`` or ``footer`` of such
    a one is no navigation.
    """
    if tag in _HEADINGS:
        return PagePosition.HEADING, False
    if tag in ("html", "body", "head"):
        return None, False
    if tag in ("header", "footer") and held:
        return None, False
    if tag == "header":
        return PagePosition.NAVIGATION, True
    if tag in _NAVIGATION_TAGS or role in _NAVIGATION_ROLES:
        return PagePosition.NAVIGATION, False
    if tag == "aside" or role == "complementary":
        return PagePosition.ASIDE, False
    named = _place_by_names(parts)
    if named is not None:
        return named, named is not PagePosition.HEADING
    return (PagePosition.CONTENT, False) if tag in ("main", "article") else (None, False)


def combine(around: PagePosition, own: PagePosition | None) -> PagePosition:
    """The place of what is in an element, from what is around and what it makes itself.

    Nothing leads out of navigation; a heading in an aside is a heading.
    """
    if own is None or around in (PagePosition.NAVIGATION, PagePosition.SERVICE):
        return around
    if own is PagePosition.CONTENT and around in (PagePosition.ASIDE, PagePosition.HEADING):
        return around
    return own


def _place_by_names(parts: frozenset[str]) -> PagePosition | None:
    if not NAVIGATION_PARTS.isdisjoint(parts):
        return PagePosition.NAVIGATION
    if not SERVICE_PARTS.isdisjoint(parts):
        return PagePosition.SERVICE
    if not TITLE_PARTS.isdisjoint(parts):
        return PagePosition.HEADING
    return PagePosition.ASIDE if not ASIDE_PARTS.isdisjoint(parts) else None
