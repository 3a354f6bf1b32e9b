"""Times as ISO 8601, which say no more than is known."""

from __future__ import annotations

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
