"""Numbers and sizes for people, times for programs."""

from __future__ import annotations

from collections.abc import Sequence

from scraper.model.times import format_time as format_time  # with the others that it stands beside


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
