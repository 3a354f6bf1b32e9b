"""The one form in which people are shown a time: ``2026-03-04 09:15+07:00``, in their own zone.

Tab-separated lines and JSON are for programs: ``commands.render.values.format_time`` has theirs,
which depends on nobody's zone.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, tzinfo

_zone: tzinfo | None = None
"""``None``: the reader's own."""
# As messages have it that are stored, or are made where no zone is known. An address has no blank
# before it.
_IN_TEXT = re.compile(r"(?<!\S)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?\+00:00(?![^\s,;.:)])")


def choose_zone(*, utc: bool) -> None:
    """In which zone this run of a command shows times."""
    global _zone
    _zone = UTC if utc else None


def local_time(at: datetime) -> datetime:
    """In the reader's own zone, or in UTC after ``--utc``."""
    try:
        return at.astimezone(_zone)
    except OverflowError:  # at the ends of the calendar
        return at


def today(now: datetime) -> date:
    """The reader's day, by which ``7d`` and the like count; that of UTC after ``--utc``."""
    return local_time(now).date()


def local_minute(at: datetime) -> str:
    """``2026-03-04 09:15+07:00``. Options that take a time read it, too."""
    return minute(local_time(at))


def local_day(at: datetime) -> str:
    return local_time(at).date().isoformat()


def stated_minute(at: datetime) -> str:
    """In the zone that the time has, as a publisher stated it; in UTC after ``--utc``."""
    return minute(at if _zone is None else local_time(at))


def minute(at: datetime) -> str:
    """The same form in the zone that the time has, whatever was asked for."""
    offset = at.utcoffset()
    if offset is None or offset.seconds % 60:  # of before there were zones
        at = at.astimezone(UTC)
    return at.isoformat(sep=" ", timespec="minutes")


def local_times(text: str) -> str:
    """A message in which times are in UTC, as programs get it, for a person."""
    return _IN_TEXT.sub(lambda found: local_minute(datetime.fromisoformat(found[0])), text)
