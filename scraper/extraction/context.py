"""What every stage of extraction may ask of the page: ``PageContext``."""

from __future__ import annotations

from dataclasses import dataclass

from scraper.extraction.body import Layout
from scraper.extraction.document import Document
from scraper.extraction.metadata import ArticleNode, Metadata

Span = tuple[int, int]
"""The first and last node of something on the page; (-1, -1) where it is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContext:
    """The page before any field is chosen."""

    document: Document
    metadata: Metadata
    node: ArticleNode | None
    """The JSON-LD node that is this article's."""
    layout: Layout
    url: str | None
    """Where it was fetched from."""
    declared_url: str | None
    """Where it says that it is."""
    site_names: tuple[str, ...] = ()
    """What its site is called, the best name first."""

    @property
    def address(self) -> str | None:
        return self.url or self.declared_url

    @property
    def root_language(self) -> str | None:
        """The ``lang`` of the page's ``html``, as stated."""
        attributes = self.document.attributes
        return attributes[0].get("lang") if attributes else None
