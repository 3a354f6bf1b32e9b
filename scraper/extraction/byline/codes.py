"""Codes that sign for people or desks: ``(vyp/kna)``, ``(E-2)``."""

from __future__ import annotations

import re

from scraper.extraction.byline.builder import BylineBuilder
from scraper.extraction.byline.names import is_nobody, key, vocabulary
from scraper.extraction.byline.words import ALIASES

_WIRES = frozenset({"dpa", "epd", "afp"})
"""Agencies that sign in small letters, like people's initials."""
_CODE = re.compile(r"[A-Z]{1,2}-\d{1,2}")
_INITIALS = re.compile(r"[a-z]{2,4}\d?|[A-Z]{2,3}")


def read_codes(text: str, signed: bool, reading: BylineBuilder) -> bool:
    """``(vyp/kna)``, ``(E-2)``: whether the text was nothing but codes of people."""
    parts = [part.strip() for part in text.split("/")]
    if _CODE.fullmatch(text):
        reading.initials.append(text)
        return True
    if not signed and len(parts) < 2:
        return False
    if len(parts) > 6 or not all(_INITIALS.fullmatch(part) for part in parts):
        return False
    for part in parts:
        if is_nobody(part) or (part == "red" and reading.language not in ("id", "ms")):
            continue
        if (
            part in ALIASES
            or part in _WIRES
            or (part.isupper() and key(part) in vocabulary("agency"))
        ):
            reading.organisations.append(ALIASES.get(part.lower(), part))
        else:
            reading.initials.append(part)
    return True
