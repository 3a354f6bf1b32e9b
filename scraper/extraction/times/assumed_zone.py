"""The zone to assume where a printed time states none: the publisher's place, else its language.

A country with several zones counts with the one that most of its newspapers print in.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from scraper.extraction.dates import ParsedDate
from scraper.model.types import Zone

# Country (ISO 3166, as in ``.id`` or ``en-GB``) → zone.
COUNTRY_ZONES: dict[str, str] = {
    "id": "Asia/Jakarta", "my": "Asia/Kuala_Lumpur", "sg": "Asia/Singapore", "ph": "Asia/Manila",
    "th": "Asia/Bangkok", "vn": "Asia/Ho_Chi_Minh", "kh": "Asia/Phnom_Penh", "la": "Asia/Vientiane",
    "mm": "Asia/Yangon", "jp": "Asia/Tokyo", "kr": "Asia/Seoul", "cn": "Asia/Shanghai",
    "tw": "Asia/Taipei", "hk": "Asia/Hong_Kong", "in": "Asia/Kolkata", "bd": "Asia/Dhaka",
    "pk": "Asia/Karachi", "lk": "Asia/Colombo", "np": "Asia/Kathmandu", "ir": "Asia/Tehran",
    "iq": "Asia/Baghdad", "sa": "Asia/Riyadh", "ae": "Asia/Dubai", "qa": "Asia/Qatar",
    "kw": "Asia/Kuwait", "il": "Asia/Jerusalem", "tr": "Europe/Istanbul", "eg": "Africa/Cairo",
    "ma": "Africa/Casablanca", "dz": "Africa/Algiers", "tn": "Africa/Tunis", "ng": "Africa/Lagos",
    "ke": "Africa/Nairobi", "tz": "Africa/Dar_es_Salaam", "za": "Africa/Johannesburg",
    "gh": "Africa/Accra", "et": "Africa/Addis_Ababa", "uk": "Europe/London", "gb": "Europe/London",
    "ie": "Europe/Dublin", "de": "Europe/Berlin", "at": "Europe/Vienna", "ch": "Europe/Zurich",
    "fr": "Europe/Paris", "be": "Europe/Brussels", "nl": "Europe/Amsterdam",
    "lu": "Europe/Luxembourg", "es": "Europe/Madrid", "pt": "Europe/Lisbon", "it": "Europe/Rome",
    "dk": "Europe/Copenhagen", "se": "Europe/Stockholm", "no": "Europe/Oslo",
    "fi": "Europe/Helsinki", "is": "Atlantic/Reykjavik", "pl": "Europe/Warsaw",
    "cz": "Europe/Prague", "sk": "Europe/Bratislava", "hu": "Europe/Budapest",
    "ro": "Europe/Bucharest", "bg": "Europe/Sofia", "gr": "Europe/Athens", "cy": "Asia/Nicosia",
    "hr": "Europe/Zagreb", "rs": "Europe/Belgrade", "si": "Europe/Ljubljana",
    "ba": "Europe/Sarajevo", "mk": "Europe/Skopje", "al": "Europe/Tirane", "ee": "Europe/Tallinn",
    "lv": "Europe/Riga", "lt": "Europe/Vilnius", "ua": "Europe/Kyiv", "by": "Europe/Minsk",
    "ru": "Europe/Moscow", "kz": "Asia/Almaty", "ge": "Asia/Tbilisi", "am": "Asia/Yerevan",
    "az": "Asia/Baku", "us": "America/New_York", "ca": "America/Toronto",
    "mx": "America/Mexico_City", "br": "America/Sao_Paulo",
    "ar": "America/Argentina/Buenos_Aires", "cl": "America/Santiago", "co": "America/Bogota",
    "pe": "America/Lima", "ve": "America/Caracas", "ec": "America/Guayaquil",
    "uy": "America/Montevideo", "bo": "America/La_Paz", "py": "America/Asuncion",
    "cr": "America/Costa_Rica", "au": "Australia/Sydney", "nz": "Pacific/Auckland",
    "tl": "Asia/Dili", "bn": "Asia/Brunei",
}  # fmt: skip
# Top-level names that are a country's but sold to everyone.
_SOLD = frozenset("tv io co me ly ai am fm to cc ws nu la st ag im gg sh ac gl".split())
# Where English pages write days and months in either order.
_MIXED_ORDER = frozenset("ca jp kr cn tw".split())
# Language → the zone of most who write it; only where one country writes most of it.
LANGUAGE_ZONES: dict[str, str] = {
    "id": "Asia/Jakarta", "ms": "Asia/Kuala_Lumpur", "de": "Europe/Berlin", "fr": "Europe/Paris",
    "it": "Europe/Rome", "nl": "Europe/Amsterdam", "da": "Europe/Copenhagen",
    "sv": "Europe/Stockholm", "no": "Europe/Oslo", "fi": "Europe/Helsinki", "pl": "Europe/Warsaw",
    "cs": "Europe/Prague", "sk": "Europe/Bratislava", "hu": "Europe/Budapest",
    "ro": "Europe/Bucharest", "bg": "Europe/Sofia", "el": "Europe/Athens", "hr": "Europe/Zagreb",
    "sr": "Europe/Belgrade", "sl": "Europe/Ljubljana", "et": "Europe/Tallinn",
    "lv": "Europe/Riga", "lt": "Europe/Vilnius", "uk": "Europe/Kyiv", "ru": "Europe/Moscow",
    "tr": "Europe/Istanbul", "he": "Asia/Jerusalem", "fa": "Asia/Tehran", "hi": "Asia/Kolkata",
    "ta": "Asia/Kolkata", "te": "Asia/Kolkata", "bn": "Asia/Dhaka", "ur": "Asia/Karachi",
    "th": "Asia/Bangkok", "vi": "Asia/Ho_Chi_Minh", "ja": "Asia/Tokyo", "ko": "Asia/Seoul",
    "zh": "Asia/Shanghai", "ca": "Europe/Madrid", "is": "Atlantic/Reykjavik",
    "tl": "Asia/Manila", "ne": "Asia/Kathmandu", "si": "Asia/Colombo", "km": "Asia/Phnom_Penh",
    "lo": "Asia/Vientiane", "my": "Asia/Yangon", "mr": "Asia/Kolkata", "gu": "Asia/Kolkata",
    "kn": "Asia/Kolkata", "ml": "Asia/Kolkata", "or": "Asia/Kolkata", "as": "Asia/Kolkata",
    "ka": "Asia/Tbilisi", "hy": "Asia/Yerevan", "az": "Asia/Baku", "kk": "Asia/Almaty",
    "uz": "Asia/Tashkent", "mn": "Asia/Ulaanbaatar", "be": "Europe/Minsk", "mk": "Europe/Skopje",
    "sq": "Europe/Tirane", "bs": "Europe/Sarajevo", "mt": "Europe/Malta", "ga": "Europe/Dublin",
    "cy": "Europe/London", "gd": "Europe/London", "eu": "Europe/Madrid", "gl": "Europe/Madrid",
    "sw": "Africa/Nairobi", "am": "Africa/Addis_Ababa", "ha": "Africa/Lagos",
    "yo": "Africa/Lagos", "ig": "Africa/Lagos", "af": "Africa/Johannesburg",
    "zu": "Africa/Johannesburg", "xh": "Africa/Johannesburg", "ps": "Asia/Kabul",
}  # fmt: skip


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


@lru_cache(maxsize=256)
def _load(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):  # a system without this zone's data
        return UTC
