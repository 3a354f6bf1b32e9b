"""The zone to assume where a printed time states none: the publisher's place, else its language.

A country with several zones counts with the one that most of its newspapers print in.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from scraper.extraction.dates import ParsedDate
from scraper.extraction.dates.zones import COUNTRY_ZONES, LANGUAGE_ZONES
from scraper.model.types import Zone

# Top-level names that are a country's but sold to everyone.
_SOLD = frozenset("tv io co me ly ai am fm to cc ws nu la st ag im gg sh ac gl".split())
# Where English pages write days and months in either order.
_MIXED_ORDER = frozenset("ca jp kr cn tw".split())


def assume_zone(
    url: str | None, language: str | None, regions: tuple[str | None, ...] = ()
) -> tuple[tzinfo, str]:
    """The zone, and what it was read from: the address's country, a region in a language tag
    (``en-GB``) if it fits, the language, else UTC."""
    country = _country_of(url)
    if country in COUNTRY_ZONES:
        return _load(COUNTRY_ZONES[country]), f"country .{country}"
    if language in LANGUAGE_ZONES and language not in ("fr", "de", "zh"):
        return _load(LANGUAGE_ZONES[language]), f"language {language}"
    for region in regions:
        code = region_of(region)
        # ``en_US`` is what CMSs fill in unasked, on German and Indian pages too.
        if code in COUNTRY_ZONES and (region or "").replace("_", "-").lower() != "en-us":
            return _load(COUNTRY_ZONES[code]), f"region {code}"
    if language in LANGUAGE_ZONES:
        return _load(LANGUAGE_ZONES[language]), f"language {language}"
    return UTC, "nothing known"


def locate(parsed: ParsedDate, assumed: tzinfo) -> tuple[datetime, Zone]:
    """Aware, with a fixed offset: the one stated, else the assumed zone's on that day."""
    value = parsed.value
    stated = parsed.zone_stated and value.tzinfo is not None
    try:
        if value.tzinfo is None:
            value = value.replace(tzinfo=assumed)
        value = value.replace(tzinfo=timezone(_in_minutes(value.utcoffset())))
    except (OverflowError, ValueError):
        value = value.replace(tzinfo=UTC)
    return value, Zone.STATED if stated else Zone.ASSUMED


def _in_minutes(offset: timedelta | None) -> timedelta:
    """Local mean time had seconds (Amsterdam +00:19:32 until 1937), which no format of times has
    room for (RFC 3339 §5.6)."""
    return timedelta(minutes=round((offset or timedelta(0)) / timedelta(minutes=1)))


def add_region(language: str | None, url: str | None, tag: str | None) -> str | None:
    """The language with the region that decides how it writes dates in numbers: the country of
    the address, else the region of the page's own language tag."""
    if language is None:
        return None
    country = _country_of(url)
    if country in COUNTRY_ZONES:
        region = {"uk": "gb"}.get(country, country)
        return language if region in _MIXED_ORDER else f"{language}-{region}"
    parts = (tag or "").replace("_", "-").lower().split("-")
    region = region_of(tag)
    return f"{language}-{region}" if region and parts[0] == language else language


def region_of(tag: str | None) -> str:
    """``en-GB``, ``zh_Hant_TW`` → ``gb``, ``tw``."""
    parts = (tag or "").replace("_", "-").split("-")
    return next((part.lower() for part in parts[1:] if len(part) == 2 and part.isalpha()), "")


def _country_of(url: str | None) -> str:
    try:
        host = urlsplit(url or "").hostname or ""
    except ValueError:
        return ""
    suffix = host.rstrip(".").rpartition(".")[2].lower()
    return "" if suffix in _SOLD else suffix


def _load(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):  # a system without this zone's data
        return UTC
