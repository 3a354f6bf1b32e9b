"""Zone names as printed beside a time, and their offsets from UTC."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_FIXED: dict[str, float] = {
    "utc": 0, "gmt": 0, "z": 0, "wet": 0, "west": 1, "bst": 1,
    "cet": 1, "cest": 2, "mez": 1, "mesz": 2, "eet": 2, "eest": 3, "msk": 3, "мск": 3, "trt": 3,
    "tsi": 3,
    "sast": 2, "cat": 2, "eat": 3, "wat": 1,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
    "akst": -9, "akdt": -8, "hst": -10, "ast": -4, "adt": -3, "nst": -3.5, "ndt": -2.5,
    "brt": -3, "art": -3, "cot": -5, "clst": -3, "uyt": -3,
    "wib": 7, "wita": 8, "wit": 9, "ict": 7, "sgt": 8, "myt": 8, "hkt": 8, "phst": 8, "pht": 8,
    "jst": 9, "kst": 9, "ist": 5.5, "npt": 5.75, "pkt": 5, "bdt": 6, "irst": 3.5, "gst": 4,
    "aest": 10, "aedt": 11, "acst": 9.5, "acdt": 10.5, "awst": 8, "nzst": 12, "nzdt": 13,
}  # fmt: skip

_REGIONAL = {
    "et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver",
    "pt": "America/Los_Angeles", "eastern": "America/New_York", "central": "America/Chicago",
    "mountain": "America/Denver", "pacific": "America/Los_Angeles", "aet": "Australia/Sydney",
    "nzt": "Pacific/Auckland", "mexico": "America/Mexico_City", "brasilia": "America/Sao_Paulo",
    "paris": "Europe/Paris", "peninsular": "Europe/Madrid", "uk": "Europe/London",
    "chile": "America/Santiago", "lisbon": "Europe/Lisbon", "cairo": "Africa/Cairo",
    "beirut": "Asia/Beirut", "berlin": "Europe/Berlin", "kyiv": "Europe/Kyiv",
    "israel": "Asia/Jerusalem",
}  # fmt: skip
"""Names that mean winter or summer time by the date: the rule comes from the zone database."""

_BY_LANGUAGE: dict[tuple[str, str], float | str] = {
    ("ist", "he"): "israel", ("ast", "ar"): 3, ("bst", "bn"): 6,
    ("cst", "zh"): 8, ("cst", "es-cu"): -5,
    ("ist", "en-ie"): 1, ("ist", "ga"): 1, ("ist", "en-il"): 2, ("bst", "en-bd"): 6,
    ("pst", "en-pk"): 5, ("pst", "en-ph"): 8, ("pst", "tl"): 8, ("cst", "en-cn"): 8,
    ("cst", "en-tw"): 8, ("est", "en-au"): "aet", ("mst", "en-my"): 8, ("mst", "my"): 6.5,
    ("sst", "en-sg"): 8,
}  # fmt: skip
"""Abbreviations that another country uses for a time of its own: by language, or with region."""

PHRASES: dict[str, float | str] = {
    "توقيت مكه": 3, "مكه المكرمه": 3, "توقيت السعوديه": 3, "توقيت الامارات": 4, "غرينتش": 0,
    "جرينتش": 0, "توقيت غرينتش": 0, "توقيت جرينتش": 0, "توقيت ابوظبي": 4, "توقيت دبي": 4,
    "توقيت ابو ظبي": 4, "توقيت بغداد": 3, "وقت تهران": 3.5, "به وقت تهران": 3.5,
    "московскому времени": 3, "московское время": 3, "московского времени": 3, "по москве": 3,
    "waktu indonesia barat": 7, "waktu indonesia tengah": 8, "waktu indonesia timur": 9,
    "western indonesia time": 7, "central indonesia time": 8, "eastern indonesia time": 9,
    "indochina time": 7, "singapore standard time": 8, "malaysia time": 8, "hong kong time": 8,
    "japan standard time": 9, "korea standard time": 9, "korean standard time": 9,
    "korea time": 9, "china standard time": 8, "beijing time": 8, "北京时间": 8, "北京時間": 8,
    "台北時間": 8, "日本時間": 9, "한국시간": 9, "한국시각": 9, "india standard time": 5.5,
    "central european time": "paris", "central european summer time": 2,
    "central european standard time": 1, "coordinated universal time": 0,
    "greenwich mean time": 0, "british summer time": 1, "east africa time": 3,
    "west africa time": 1, "central africa time": 2, "south africa standard time": 2,
    "eastern time": "eastern", "central time": "central", "mountain time": "mountain",
    "pacific time": "pacific", "eastern daylight time": -4, "eastern standard time": -5,
    "central daylight time": -5, "central standard time": -6, "mountain daylight time": -6,
    "mountain standard time": -7, "pacific daylight time": -7, "pacific standard time": -8,
    "horario de brasilia": "brasilia", "hora de brasilia": "brasilia",
    "hora de colombia": -5, "hora colombiana": -5, "hora peruana": -5, "hora de peru": -5,
    "hora argentina": -3, "hora de argentina": -3, "heure de l'est": "eastern",
    "heure de paris": "paris", "hora peninsular": "peninsular", "heure locale": "",
    "uk time": "uk", "uhr mez": 1, "uhr mesz": 2, "за києвом": "kyiv", "за київським часом": "kyiv",
    "hora del centro de mexico": "mexico", "שעון ישראל": "israel", "turkiye saati": 3,
    "moscow time": 3, "london time": "uk", "new york time": "eastern", "dubai time": 4,
    "tokyo time": 9, "gulf standard time": 4, "pakistan standard time": 5, "nepal time": 5.75,
    "hora de españa": "peninsular", "hora española": "peninsular", "hora del este": "eastern",
    "hora de chile": "chile", "hora chilena": "chile", "hora de venezuela": -4,
    "hora de lisboa": "lisbon", "بتوقيت القاهرة": "cairo", "توقيت القاهرة": "cairo",
    "بتوقيت بيروت": "beirut", "توقيت بيروت": "beirut",
    "بتوقيت الرياض": 3, "توقيت الرياض": 3, "بتوقيت الدوحة": 3,
    "گرینویچ": 0, "台北时间": 8, "台灣時間": 8, "台湾时间": 8, "香港時間": 8, "香港时间": 8,
    "waktu malaysia": 8, "giờ việt nam": 7, "gio viet nam": 7, "gio ha noi": 7, "เวลาประเทศไทย": 7,
}  # fmt: skip
"""Folded names of several words, and names in other scripts: hours, or a regional key."""

NAMES = frozenset(_FIXED) | frozenset({"et", "ct", "pt", "mt", "aet", "nzt"}) - {"z"}

DAY_FIRST_ZONES = frozenset(
    "wib wita wit sgt myt hkt ist pkt bdt npt bst cet cest eet eest msk sast eat wat cat gst "
    "aest aedt awst nzst nzdt".split()
)
"""Zones of countries that write the day first in English, too."""


def offset(hours: float) -> timezone:
    return timezone(timedelta(hours=hours))


def zone_of(name: str | float, language: str, moment: datetime) -> tzinfo | None:
    """The offset that a folded zone name stands for at a local time; ``None``: not known.

    ``language`` is lower case, with its region if it has one (``en-ie``).
    """
    if isinstance(name, str):
        root = language.partition("-")[0]
        name = _BY_LANGUAGE.get((name, language)) or _BY_LANGUAGE.get((name, root)) or name
    if isinstance(name, str):
        name = _FIXED.get(name, name)
    if not isinstance(name, str):
        return offset(name)
    region = _REGIONAL.get(name)
    if region is None:
        return None
    try:
        delta = moment.replace(tzinfo=ZoneInfo(region)).utcoffset()
    except (ZoneInfoNotFoundError, OverflowError):
        return None
    return timezone(delta) if delta is not None else None
