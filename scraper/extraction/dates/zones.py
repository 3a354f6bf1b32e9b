"""Zones: as they are printed beside a time, and as a country or a language implies them.

The tables are in ``data/zones.txt``.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from scraper.extraction.word_lists import read_rows

_TABLES = {
    section: {name: zone for zone, names in rows for name in names.split(", ")}
    for section, rows in read_rows("zones.txt").items()
}
"""By section: name → hours from UTC, or a zone that knows summer and winter by the date."""

COUNTRY_ZONES, LANGUAGE_ZONES = _TABLES["countries"], _TABLES["languages"]
"""Country (ISO 3166, lower case) → zone, and language → zone."""
PHRASES = _TABLES["phrases"]
"""Folded names of several words, and names in other scripts → hours or zone."""
NAMES = frozenset(_TABLES["abbreviations"]) - {"z"}

DAY_FIRST_ZONES = frozenset(
    "wib wita wit sgt myt hkt ist pkt bdt npt bst cet cest eet eest msk sast eat wat cat gst "
    "aest aedt awst nzst nzdt".split()
)
"""Zones of countries that write the day first in English, too."""


def offset(hours: float) -> timezone:
    return timezone(timedelta(hours=hours))


def zone_of(name: str, language: str, moment: datetime) -> tzinfo | None:
    """The offset that a folded zone name stands for at a local time; ``None``: not known.

    ``language`` is lower case, with its region if it has one (``en-ie``).
    """
    own = _TABLES["by language"]
    root = language.partition("-")[0]
    zone = own.get(f"{name} {language}") or own.get(f"{name} {root}") or name
    zone = _TABLES["abbreviations"].get(zone, zone)
    try:
        return offset(float(zone))
    except ValueError:
        pass  # no number: a zone of the database
    try:
        delta = moment.replace(tzinfo=ZoneInfo(zone)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError, OverflowError):
        return None
    return timezone(delta) if delta is not None else None
