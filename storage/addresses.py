"""Addresses as the database keys them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from scraper import urls
from scraper.errors import AddressError


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


def key_of(text: str | None) -> bytes | None:
    """The key of an address, in whatever spelling; ``None`` for none, or what is no address."""
    try:
        return parse(text).key if text else None
    except AddressError:
        return None


def is_same_host(one: str, other: str) -> bool:
    """Of checked addresses: one host of one outlet, ``www.`` and the like left out."""
    return _place_of(one) == _place_of(other)


@lru_cache(maxsize=1 << 14)  # of an article's address again and again
def _place_of(url: str) -> tuple[str, str]:
    return urls.levelled_host(url), urls.site_of(url)
