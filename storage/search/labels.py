"""What articles are filtered by, as words of the index: host, language, day. Pure.

A filter that is a word of the full-text index costs no more than any other word, and the newest
come first without sorting. A label is one token of letters and digits that no text contains by
chance: ``zz``, a letter for its kind, and the value.

A day stands there five times: as its century, decade, year, month and day. So a range of days is
"one of these" with few alternatives: ``after:2026-03-15`` is the rest of March by days, of 2026 by
months, of the decade by years, of the century by decades. Days before 1700 and from 2100 on
(publishers' slips, all of them) have one label each side, and are in every range open to that side.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from urllib.parse import urlsplit

from scraper.errors import AddressError
from scraper.urls import host_of, is_ip, parse_address

FIRST, LAST = date(1700, 1, 1), date(2100, 1, 1)
_EARLIER, _LATER = "zz1700", "zz2100"
EVERY = (_EARLIER, "zzc17", "zzc18", "zzc19", "zzc20", _LATER)
"""Labels of which every article has exactly one."""
PAST, TEASER = "zzkpast", "zzkteaser"
"""Why a text is hidden from a plain search; those of the main index have neither."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}")
_RELATIVE = re.compile(r"(\d{1,5})([dw])")
_CALENDAR = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?")
# The signs of a host name and an address with a port, as letters; "z" stands for "z" itself, so
# that no two hosts share a label.
_SPELT = str.maketrans(
    {"z": "zz", ".": "zd", "-": "zh", ":": "zc", "_": "zu", "[": "zl", "]": "zr", "%": "zp"}
)


def labels_of(canonical_url: str, url: str, language: str | None, day: date) -> str:
    """An article's labels, between spaces. ``day``: see ``storage.search.index``.

    ``canonical_url`` and ``url`` (the final one) are checked addresses.
    """
    hosts = dict.fromkeys([*host_labels(canonical_url), *host_labels(url)])
    return " ".join([*hosts, *language_labels(language or ""), *day_labels(day)])


def host_labels(url: str) -> tuple[str, ...]:
    """Of the address's host and of all that it is below of (``news.example.org``, ``example.org``,
    ``org``); with a port also of that very host and port.

    No list of public suffixes takes part: what an article is found by may not change with it.
    """
    host = (urlsplit(url).hostname or "").rstrip(".")
    names = [host_of(url).strip("[]"), host]
    if not is_ip(host):
        parts = host.split(".")
        names += [".".join(parts[at:]) for at in range(1, len(parts))]
    return tuple(dict.fromkeys(_host_label(name) for name in names if name))


def language_labels(language: str) -> tuple[str, ...]:
    """Of a language tag its first part (``pt-BR`` → that of ``pt``); none for what is no tag."""
    found = _LANGUAGE.match(language.strip())
    return (f"zzl{found[0].lower()}",) if found else ()


def day_labels(day: date) -> tuple[str, ...]:
    if day < FIRST:
        return (_EARLIER,)
    if day >= LAST:
        return (_LATER,)
    return tuple(_period_label(length, day) for length in _LENGTHS)


def site_filter(text: str) -> tuple[str, ...]:
    """The label of a host as a person writes it, with or without a scheme or path; none if it is
    no host."""
    text = text.strip().lstrip(".")
    if text.count(":") > 1 and "//" not in text and "[" not in text:
        text = f"[{text}]"  # IPv6
    try:
        address = parse_address(text if "//" in text else f"https://{text}")
    except AddressError:
        return ()
    return (_host_label(host_of(address).strip("[]")),)


def range_filter(start: date | None, end: date | None) -> tuple[str, ...]:
    """Labels of which every day from ``start`` on and before ``end`` has exactly one, and no other
    day any; none for an empty range."""
    low = FIRST if start is None else min(max(start, FIRST), LAST)
    high = LAST if end is None else min(max(end, FIRST), LAST)
    covered = [*_cover(low, high)]
    if (start is None or start < FIRST) and (end is None or start is None or start < end):
        covered.insert(0, _EARLIER)
    if (end is None or end > LAST) and (start is None or end is None or start < end):
        covered.append(_LATER)
    return tuple(covered)


def parse_day(text: str, today: date | None) -> date | None:
    """The first day of ``2026``, ``2026-03``, ``2026-03-15``, or so long ago (``7d``, ``2w``);
    ``None`` for what is no day. ``today`` is needed for the latter."""
    if (found := _RELATIVE.fullmatch(text)) and today is not None:
        days = int(found[1]) * (7 if found[2] == "w" else 1)
        return date.fromordinal(max(1, today.toordinal() - days))
    if found := _CALENDAR.fullmatch(text):
        try:
            return date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
        except ValueError:
            return None
    return None


_LENGTHS = ("century", "decade", "year", "month", "day")
"""Of periods, the longest first."""


def _cover(low: date, high: date) -> Iterator[str]:
    """The longest periods that make up the range."""
    while low < high:
        for length in _LENGTHS:
            after = _period_end(length, low)
            if after is not None and after <= high:
                yield _period_label(length, low)
                low = after
                break


def _period_end(length: str, day: date) -> date | None:
    """The day after the period that begins on ``day``; ``None`` where none of this length does."""
    if length == "day":
        return day + timedelta(days=1)
    if day.day != 1:
        return None
    if length == "month":
        return date(day.year + day.month // 12, day.month % 12 + 1, 1)
    years = {"year": 1, "decade": 10, "century": 100}[length]
    return date(day.year + years, 1, 1) if day.month == 1 and day.year % years == 0 else None


def _period_label(length: str, day: date) -> str:
    if length == "century":
        return f"zzc{day.year // 100}"
    if length == "decade":
        return f"zzx{day.year // 10}"
    if length == "year":
        return f"zzy{day.year}"
    if length == "month":
        return f"zzm{day.year}{day.month:02}"
    return f"zzd{day.year}{day.month:02}{day.day:02}"


def _host_label(host: str) -> str:
    return f"zzh{host.lower().translate(_SPELT)}"
