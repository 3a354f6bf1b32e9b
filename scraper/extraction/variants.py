"""The AMP and print versions that a page declares, for where the page itself shows no text.

Pure; run in the sandbox by its import path, and only for pages that are no article, so that a
second parse costs nothing on the others.
"""

from __future__ import annotations

from scraper.extraction.decode import decode_page
from scraper.extraction.document import parse_document
from scraper.extraction.prescan import MAX_TAGS, cut_tags, find_hazard
from scraper.model.errors import AddressError
from scraper.urls import host_of, join_address

MAX_VARIANTS = 2


def find_variants(body: bytes, url: str, media_type: str | None = None) -> tuple[str, ...]:
    """Absolute addresses on the page's own host, the AMP version first.

    ``<link rel="amphtml">`` (AMP, "Make your page discoverable") and
    ``<link rel="alternate" media="print">`` (HTML Living Standard §4.2.4).
    """
    whole = decode_page(body, media_type)
    tags = whole.count("<")
    text = cut_tags(whole, tags)
    if find_hazard(text, min(tags, MAX_TAGS)) is not None:
        return ()
    document = parse_document(text)
    amp, printed = [], []
    for own in document.link_rels:
        names = (own.get("rel") or "").lower().split()
        reference = own.get("href")
        if not reference:
            continue
        if "amphtml" in names:
            amp.append(reference)
        elif "alternate" in names and (own.get("media") or "").strip().lower() == "print":
            printed.append(reference)
    found: dict[str, None] = {}
    for reference in (*amp[:1], *printed[:1]):
        try:
            address = join_address(url, reference)
        except AddressError:
            continue
        if address != url and host_of(address) == host_of(url):
            found[address] = None
    return tuple(found)[:MAX_VARIANTS]
