"""Addresses as the database keys them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from scraper import urls


@dataclass(frozen=True, slots=True)
class Address:
    url: str
    """Checked, as it would be fetched."""
    canonical: str
    key: bytes
    """16 bytes, of the canonical form."""
    host: str


@lru_cache(maxsize=1 << 16)
def parse(text: str) -> Address:
    """Raises ``AddressError``."""
    url = urls.parse_address(text)
    canonical = urls.canonical_url(url)
    return Address(url, canonical, urls.url_key(canonical), urls.host_of(url))
