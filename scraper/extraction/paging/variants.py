"""The AMP and print versions that a page declares, for where the page itself shows no text.

Pure; run in the sandbox by its import path, and only for pages that are no article, so that a
second parse costs nothing on the others.
"""

from __future__ import annotations

from scraper.errors import AddressError
from scraper.extraction.decode import decode_page
from scraper.extraction.document import parse_untrusted
from scraper.urls import host_of, join_address

MAX_VARIANTS = 2


def find_variants(body: bytes, url: str, media_type: str | None = None) -> tuple[str, ...]:
    """Absolute addresses on the page's own host, the AMP version first.

    ``<link rel="amphtml">`` (AMP, "Make your page discoverable") and
    ``<link rel="alternate" media="print">`` (HTML Living Standard §4.2.4).
    """
    document = parse_untrusted(decode_page(body, media_type))
    if document is None:
        return ()
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
    addresses: dict[str, None] = {}
    for reference in (*amp[:1], *printed[:1]):
        try:
            address = join_address(url, reference)
        except AddressError:
            continue
        if address != url and host_of(address) == host_of(url):
            addresses[address] = None
    return tuple(addresses)[:MAX_VARIANTS]
