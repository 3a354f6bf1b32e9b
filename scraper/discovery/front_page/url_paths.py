"""What the path of an address is made of: dates, numbers, identifiers and words.

Shared by the shapes that are learnt (``shapes``) and the evidence that holds for every site
(``ranking``). Pure text: nothing here knows a site.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from urllib.parse import unquote, urlsplit

MAX_SEGMENTS = 16
MAX_SEGMENT = 400
"""Longer paths and segments are read up to here."""
LONG_SLUG = 4
"""From so many words on a segment says what an article is about: sections have one to three."""

_EXTENSION = re.compile(
    r"\.(?:html?|shtml|xhtml|phtml|php|aspx?|jsp|cfm|cms|ece|story|do|amp|news|page)$"
)
_MONTH_NAMES = frozenset(
    "jan feb mar apr may jun jul aug sep oct nov dec january february march april june july "
    "august september october november december".split()
)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_WHOLE_DATE = re.compile(
    r"(?:19|20)[0-9]{2}([-_.]?)(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12][0-9]|3[01])"
    r"|(?:0[1-9]|[12][0-9]|3[01])([-_.])(?:0[1-9]|1[0-2])\2(?:19|20)[0-9]{2}"
    r"|(?:19|20)[0-9]{2}[-_.](?:0?[1-9]|1[0-2])(?:[-_.](?:0?[1-9]|[12][0-9]|3[01]))?"
)
_DATE_FIRST = re.compile(r"((?:19|20)[0-9]{2})[-_.](?:0?[1-9]|1[0-2])[-_.](?:[0-3]?[0-9])[-_.]")
_DATE_LAST = re.compile(r"[-_.](?:[0-3]?[0-9])[-_.](?:0?[1-9]|1[0-2])[-_.](?:19|20)[0-9]{2}$")
# Not ``\W``: vowels of Thai and Hindi that stand above or below a letter are no ``\w``.
_PARTING = re.compile(
    "[\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f\xa0\u060c\u061b\u2010-\u2027\u3000-\u3002]+"
)
# Scripts that set no space between words, and how many of their letters make one (as many as
# leave a headline with four words and a section's name with three at most).
_DENSE = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002ffff]")
_LOOSE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")  # Thai, Lao, Burmese, Khmer
DENSE_LETTERS = 2.5
LOOSE_LETTERS = 5.0


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a path, or the two or three that are a date together."""

    text: str
    """Percent-decoded, lower case, without the extension."""
    kind: str
    """``D`` date, ``9`` number, ``#`` identifier, ``w`` a word, ``s`` two or three, ``long-slug``
    more; with a date or identifier in it ``long-slug-9``, ``D-s`` and so on."""
    words: float
    """How many words it says; what is no word (an identifier, a date) not counted."""
    dated: bool
    identified: bool
    """It holds a number of five digits or more, or an identifier of letters and digits."""


@dataclass(frozen=True, slots=True)
class Path:
    segments: tuple[Segment, ...]
    extension: str
    """``.html`` for all that mean a page (``.htm``, ``.php``, …), or empty."""


@lru_cache(maxsize=4096)  # the same addresses are learnt from, judged and scored
def read_path(url: str) -> Path:
    """Take the path of an absolute address apart. Never raises; a broken address has none."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return Path((), "")
    texts = [text[:MAX_SEGMENT] for text in path.split("/", MAX_SEGMENTS * 2) if text]
    texts = [unquote(text, errors="replace") for text in texts[:MAX_SEGMENTS]]
    extension = ""
    if texts and (match := _EXTENSION.search(texts[-1].lower())):
        extension = ".html"
        texts[-1] = texts[-1][: match.start()] or "index"
    segments: list[Segment] = []
    index = 0
    while index < len(texts):
        length = _date_length(texts, index)
        if length:
            segments.append(Segment("/".join(texts[index : index + length]), "D", 0, True, False))
            index += length
        else:
            segments.append(_read_segment(texts[index]))
            index += 1
    return Path(tuple(segments), extension)


def count_words(text: str) -> float:
    """Words, also in scripts without spaces between them: there by their letters."""
    dense, loose = len(_DENSE.findall(text)), len(_LOOSE.findall(text))
    if dense or loose:
        text = _LOOSE.sub(" ", _DENSE.sub(" ", text))
    spaced = sum(1 for part in text.split() if any(map(str.isalnum, part)))
    return spaced + dense / DENSE_LETTERS + loose / LOOSE_LETTERS


def _date_length(texts: list[str], index: int) -> int:
    """How many segments from here are a date: ``2026/11/25``, ``2026/nov/25``, ``2026/11``."""
    if not _YEAR.fullmatch(texts[index]) or index + 1 >= len(texts):
        return 0
    month = texts[index + 1].lower()
    if month not in _MONTH_NAMES and not (_is_number(month, 2) and 1 <= int(month) <= 12):
        # ``2026/1125``
        return 2 if _is_number(month, 4) and len(month) == 4 and "0101" <= month <= "1231" else 0
    day = texts[index + 2] if index + 2 < len(texts) else ""
    return 3 if _is_number(day, 2) and 1 <= int(day) <= 31 else 2


def _is_number(text: str, digits: int) -> bool:
    return len(text) <= digits and text.isascii() and text.isdigit()


def _read_segment(text: str) -> Segment:
    lower = text.lower()
    if _WHOLE_DATE.fullmatch(lower):
        return Segment(lower, "D", 0, True, False)
    if lower.isascii() and lower.isdigit():
        return Segment(lower, "9", 0, False, len(lower) >= 5)
    before = after = ""
    if match := _DATE_FIRST.match(lower):
        before, text = "D-", text[match.end() :]
    elif match := _DATE_LAST.search(lower):
        after, text = "-D", text[: match.start()]
    parts = [part for part in _PARTING.split(text) if part]
    dated, identified = bool(before or after), False
    if len(parts) > 1 and (mark := _mark_of(parts[-1])):
        parts, after, identified = parts[:-1], f"-{mark}{after}", True
    if parts and (mark := _mark_of(parts[0])):
        parts, before, identified = parts[1:], f"{before}{mark}-", True
    words = count_words(" ".join(part for part in parts if not _mark_of(part)))
    kind = "long-slug" if words >= LONG_SLUG else "s" if words > 1 else "w" if words else ""
    whole = f"{before}{kind}{after}".strip("-").replace("--", "-")
    return Segment(lower, whole or "w", words, dated, identified)


def _mark_of(part: str) -> str:
    """``9`` for a long number, ``#`` for an identifier, else empty.

    An identifier has four digits, or changes between digits and letters twice, or, with a digit in
    it, to capitals twice: ``b2651790``, ``3c0d4c4a8f1e``, but not ``covid19`` or ``iPhone15``.
    """
    if len(part) < 5 or not part.isascii():
        return ""
    if part.isdigit():
        return "9"
    digits = sum(map(str.isdigit, part))
    pairs = list(pairwise(part))
    changes = sum(one.isdigit() != other.isdigit() for one, other in pairs)
    humps = sum(one.islower() and other.isupper() for one, other in pairs)
    if digits >= 4 or (len(part) >= 6 and digits and changes >= 2 + (digits < 2)):
        return "#"
    return "#" if len(part) >= 6 and humps >= 2 and digits else ""
