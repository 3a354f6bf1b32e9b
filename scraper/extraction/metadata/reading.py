"""All that a page says of itself for machines, read once: ``read_metadata``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scraper.extraction.cleaning import clean_markup
from scraper.extraction.document import Document
from scraper.extraction.metadata.jsonld import read_jsonld
from scraper.extraction.metadata.microdata import read_microdata
from scraper.extraction.metadata.nodes import Graph

MAX_VALUES = 50
MAX_LENGTH = 5_000


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
    tags, canonical = _read_meta_tags(document)
    return Metadata(tags, read_jsonld(document.scripts), read_microdata(document), canonical)


def _read_meta_tags(document: Document) -> tuple[Mapping[str, tuple[str, ...]], str | None]:
    """All meta tags by ``property``, ``name`` or ``itemprop``, and the canonical address."""
    tags: dict[str, list[str]] = {}
    for attributes in document.metas:
        value = attributes.get("content") or attributes.get("value")
        if not value:
            continue
        for kind in ("property", "name", "itemprop", "http-equiv"):
            names = attributes.get(kind)
            if names:
                values = tags.setdefault(names.strip().lower(), [])
                if len(values) < MAX_VALUES:
                    values.append(clean_markup(value[:MAX_LENGTH]))
    canonical = next(
        (
            (attributes.get("href") or "").strip()
            for attributes in document.link_rels
            if "canonical" in (attributes.get("rel") or "").lower().split()
        ),
        None,
    )
    return {name: tuple(values) for name, values in tags.items()}, canonical or None
