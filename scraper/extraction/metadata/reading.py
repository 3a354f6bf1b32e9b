"""All that a page says of itself for machines, read once: ``read_metadata``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scraper.extraction.document import Document
from scraper.extraction.metadata.jsonld import read_jsonld
from scraper.extraction.metadata.microdata import read_microdata
from scraper.extraction.metadata.nodes import Graph
from scraper.extraction.metadata.tags import read_meta_tags


@dataclass(frozen=True, slots=True)
class Metadata:
    """``tags``: meta name or property, lower case → its values in document order."""

    tags: Mapping[str, tuple[str, ...]]
    linked: Graph
    micro: Graph
    canonical: str | None = None

    def first(self, *names: str) -> str | None:
        """The first value of the first of these meta tags that has one."""
        for name in names:
            for value in self.tags.get(name, ()):
                if value:
                    return value
        return None


def read_metadata(document: Document) -> Metadata:
    tags, canonical = read_meta_tags(document)
    return Metadata(tags, read_jsonld(document.scripts), read_microdata(document), canonical)
