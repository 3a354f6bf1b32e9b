"""Times, numbers and sizes: for people as they read them, for programs as ISO 8601."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from scraper.model.types import Precision


def format_time(at: datetime | None, precision: Precision | None = None) -> str | None:
    """ISO 8601 with offset; the date, month or year alone where no more is known."""
    if at is None:
        return None
    if precision == Precision.YEAR:
        return f"{at.year:04}"
    if precision == Precision.MONTH:
        return f"{at.year:04}-{at.month:02}"
    if precision == Precision.DAY:
        return at.date().isoformat()
    offset = at.utcoffset()
    if offset is None or offset.seconds % 60:  # ISO 8601 offsets have no seconds
        at = at.astimezone(UTC)
    return at.isoformat()


def local_minute(at: datetime) -> str:
    """In the reader's own zone, to the minute."""
    return f"{at.astimezone():%Y-%m-%d %H:%M}"


def local_day(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d}"


def short_time(seconds: float) -> str:
    """``42 s``, ``12 min``, ``3.5 h``, ``2.1 d``."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    if seconds < 6000:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h" if seconds < 172_800 else f"{seconds / 86400:.1f} d"


def counted(number: int, thing: str, things: str | None = None) -> str:
    """``1 version``, ``2,300 versions``; ``things``: where an s is not enough."""
    return f"{number:,} {thing if number == 1 else things or f'{thing}s'}"


def counted_articles(articles: int, rejected: int) -> str:
    """``12 articles``, ``12 articles and 3 rejected pages``: an article is what is listed."""
    pages = f" and {counted(rejected, 'rejected page')}" if rejected else ""
    return counted(articles, "article") + pages


def listed_first(names: Sequence[str], limit: int, total: int | None = None) -> str:
    """``a, b, c and 2 more``; ``total``: where ``names`` are not all."""
    more = (len(names) if total is None else total) - limit
    return ", ".join(names[:limit]) + (f" and {more:,} more" if more > 0 else "")


def human_size(size: float) -> str:
    """``1.5 MB``: in units of a thousand."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"
