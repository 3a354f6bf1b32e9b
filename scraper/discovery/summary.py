"""What a source is, in words for a person. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from scraper.model.types import Listing, SourceKind


def describe(
    kind: SourceKind,
    listing: Listing,
    newest: datetime | None,
    per_day: float | None,
    now: datetime,
) -> str:
    """One phrase: ``a feed of 20 articles, the newest from 2 hours ago, about 12 a day``."""
    name = "a sitemap of news" if listing.is_news else f"a {kind}"
    said = [f"{name} of {_counted(len(listing.links), 'article')}"]
    if listing.sitemaps:
        said = [f"an index of {_counted(len(listing.sitemaps), 'sitemap')}"]
    elif not listing.links:
        return f"{name} without articles"
    if newest is not None:
        age = now - newest
        said.append(
            f"the newest from {show_span(age)} ago" if age > timedelta(0) else "the newest now"
        )
    if per_day is not None and not listing.sitemaps:
        rate = f"{per_day:.0f} a day" if per_day >= 1 else f"{per_day * 7:.1f} a week"
        said.append(f"about {rate}")
    return ", ".join(said)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def show_span(span: timedelta) -> str:
    """A span in its largest unit: ``20 minutes``, ``3 hours``, ``2 days``."""
    for unit, name in ((timedelta(days=1), "day"), (timedelta(hours=1), "hour")):
        if span >= unit:
            return _counted(span // unit, name)
    return _counted(max(span // timedelta(minutes=1), 1), "minute")
