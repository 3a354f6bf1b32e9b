"""What a person may set about fetching (``[fetch]`` and ``[pace]`` in kliping.toml)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from scraper.fetch.headers import DEFAULT_USER_AGENT

MAX_DOCUMENT_BYTES = 50 * 1024 * 1024
"""Of a feed or a sitemap after Content-Encoding: as much as the sitemap protocol allows."""


@dataclass(frozen=True)
class FetchPolicy:
    deadline: float = 30.0
    """Seconds for one URL with its redirects; waiting for the pace excluded, and for the robots.txt
    of its own host, which has as many seconds."""
    max_bytes: int = 10_000_000
    """Bytes of a page after Content-Encoding; a source's document may have more."""
    allow_private: bool = False
    """Opens loopback, this machine's addresses, RFC 1918 and fc00::/7; nothing else."""
    user_agent: str = DEFAULT_USER_AGENT
    """Sent as it is where it starts with ``kliping/``, and after our product token otherwise."""
    images: Literal["none", "lead"] = "none"
    """Which images of an article are fetched, where its source does not say."""


@dataclass(frozen=True)
class PacePolicy:
    min_delay: float = 1.0
    """Seconds between two requests to a host; 0 turns the adaptive delay off too."""
    max_crawl_delay: float = 60.0
    """Seconds at which a robots.txt's Crawl-delay is capped."""
    concurrency: int = 32
    """Requests under way at the same time, to all hosts together; at least 1."""
