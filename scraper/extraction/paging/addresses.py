"""Addresses of an article's pages: what in them is the page's number, what says "all". Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote

from scraper.urls import TRACKER_PREFIXES, TRACKERS

# Query parameters that number the pages of an article. Not ``cpage``, ``paged``,
# ``comment_page``, ``start``: those page through comments and lists.
NUMBERS = frozenset(
    "page p pg pageno page_no pagenum pagenumber page_number currentpage seite pagina hal halaman "
    "strona str sayfa side sida sivu stranica part".split()
)
# … and that show all of it. With the value ``all`` these speak for themselves.
ALL = {
    **dict.fromkeys((*NUMBERS, "showpage", "pagewanted", "pages"), frozenset(("all", "alle"))),
    **dict.fromkeys(
        ("single", "singlepage", "single_page", "onepage", "one_page", "allpages", "fullpage"),
        frozenset(("1", "true", "yes", "all", "")),
    ),
}
# … and these only where the link says so too.
PERHAPS_ALL = {
    **dict.fromkeys(
        ("view", "show", "mode", "display", "viewall", "view_all", "showall", "show_all", "full"),
        frozenset(("all", "1", "full", "fullpage", "single", "singlepage", "onepage", "true")),
    ),
}
ALL_ENDS = frozenset(
    "/all /single /single-page /singlepage /onepage /one-page /full /fullpage /allpages "
    "/komplettansicht /alles /gesamt /tout /completo /semua -all _all".split()
)

_DIGITS = r"([1-9]\d?)"
_ENDING = r"(\.(?:s?html?|php|aspx?|jsp|htm))?"
# The page's number at the end of a path, the surest shape first. ``marked`` and ``worded`` say
# that it is one, ``segment`` and ``suffix`` may be anything else.
_SHAPES = (
    ("worded", re.compile(rf"/(?:page|seite|pagina|hal|halaman|strona|sayfa|part)[-/]{_DIGITS}$")),
    ("marked", re.compile(rf"[-_.,](?:p|page|seite|pagina|hal|s)[-_]?{_DIGITS}{_ENDING}$")),
    ("segment", re.compile(rf"/{_DIGITS}$")),
    ("suffix", re.compile(rf"[-_]{_DIGITS}{_ENDING}$")),
)
_LISTS = frozenset(
    "category categories kategorie kategori tag tags topic topics thema author authors autor "
    "search suche archive archives section label threads forum forums comments".split()
)


@dataclass(frozen=True, slots=True)
class NumberedAddress:
    """One reading of an address: the article's own path and query, and the page in it."""

    article: tuple[str, tuple[str, ...]]
    number: int | None = None
    shape: str = ""


def read_numbers(parts: SplitResult) -> list[NumberedAddress]:
    """The readings of an address: as it stands, and with a page's number in query or path."""
    path = unquote(parts.path).rstrip("/")
    kept: list[str] = []
    numbers: list[str] = []
    for pair in sorted(filter(None, parts.query.split("&"))):
        name, _, value = pair.partition("=")
        low = name.lower()
        if low in TRACKERS or low.startswith(TRACKER_PREFIXES):
            continue
        (numbers if low in NUMBERS and re.fullmatch(r"\d\d?", value) else kept).append(pair)
    whole = tuple(sorted((*kept, *numbers)))
    readings = [NumberedAddress((path, whole))]
    if len(numbers) == 1:
        name, _, value = numbers[0].partition("=")
        readings.append(NumberedAddress((path, tuple(kept)), int(value), name.lower()))
    for shape, pattern in _SHAPES:
        if match := pattern.search(path):
            ending = match[2] if match.re.groups > 1 and match[2] else ""
            plain = path[: match.start()] + ending
            readings.append(NumberedAddress((plain, whole), int(match[1]), shape))
            break
    return readings


def is_of_article(reading: NumberedAddress) -> bool:
    """Whether what is left of the address without the number still names an article."""
    path, query = reading.article
    if query:
        return True
    pieces = path.lower().split("/")
    if not pieces[-1] or not _LISTS.isdisjoint(pieces):
        return False
    last = pieces[-1]
    return len(last) >= 12 or not last.isascii() or any(sign in last for sign in "-_.0123456789")


def shows_all(parts: SplitResult) -> bool:
    """Whether the address itself says that it is the whole."""
    return has_pair(parts.query, ALL) or has_pair(parts.query, PERHAPS_ALL)


def has_pair(query: str, wanted: dict[str, frozenset[str]]) -> bool:
    pairs = (pair.partition("=") for pair in query.lower().split("&") if pair)
    return any(value in wanted.get(name, ()) for name, _, value in pairs)
