"""What a crawl is asked to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class CrawlOptions:
    """The options of ``kliping crawl``."""

    sources: Sequence[str] = ()
    max_articles: int | None = None
    max_seconds: float | None = None
    allow_private: bool = False
    json: bool = False
    quiet: bool = False
    verbose: bool = False
    """Say of each page what became of it."""
    log_json: bool = False
    """Log every event as JSON on standard error."""
    backfill_since: datetime | None = None
    """Ask for what was listed long ago too, back to then."""
    budget: int = 500
    """Pages of a backfill that this run asks for at most."""
    retry: int | None = None
    """Ask again for up to so many pages that failed or were rejected, whenever they are due."""
