"""kliping's scraper: pages in, articles out.

``from scraper import extract, Article`` is the library's front door. Both load on first use, so
that ``import storage`` (which needs only ``scraper.model.types``) loads no HTML parser.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scraper.extraction import extract as extract
    from scraper.model.types import Article as Article

__all__ = ["Article", "extract"]


def __getattr__(name: str) -> Any:
    if name == "extract":
        from scraper.extraction import extract  # heavy: only where a page is read

        return extract
    if name == "Article":
        from scraper.model.types import Article  # with the one above, each when it is asked for

        return Article
    raise AttributeError(f"module 'scraper' has no attribute {name!r}")
