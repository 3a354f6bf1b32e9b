"""``<meta>`` and ``<link rel=canonical>``."""

from __future__ import annotations

from collections.abc import Mapping

from scraper.extraction.cleaning import clean_markup
from scraper.extraction.document import Document

MAX_VALUES = 50
MAX_LENGTH = 5_000


def read_meta_tags(document: Document) -> tuple[Mapping[str, tuple[str, ...]], str | None]:
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
