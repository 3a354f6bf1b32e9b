"""What stands on a page."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser, LexborNode


def the(page: LexborHTMLParser | LexborNode, selector: str) -> LexborNode:
    """The first that fits; there must be one."""
    found = page.css_first(selector)
    assert found is not None, selector
    return found
