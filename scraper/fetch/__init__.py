"""Fetching: one URL in, one complete ``Response`` out, or a ``FetchError`` that says why not.

    fetch -> redirects by hand -> robots -> pace -> single request -> bounded body

``Fetcher`` loads httpx on first use; the policies and the ``HostStore`` protocol load nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scraper.fetch.headers import DEFAULT_USER_AGENT
from scraper.fetch.policy import FetchPolicy, PacePolicy
from scraper.fetch.politeness import HostStore

if TYPE_CHECKING:
    from scraper.fetch.client import Fetcher as Fetcher

__all__ = ["DEFAULT_USER_AGENT", "FetchPolicy", "Fetcher", "HostStore", "PacePolicy"]


def __getattr__(name: str) -> Any:
    if name == "Fetcher":
        from scraper.fetch.client import Fetcher  # heavy: loads httpx

        return Fetcher
    raise AttributeError(f"module 'scraper.fetch' has no attribute {name!r}")
