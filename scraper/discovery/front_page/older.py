"""Where a front or section page's older entries are: its next page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode, urlsplit

from selectolax.lexbor import LexborHTMLParser

from scraper.errors import AddressError
from scraper.urls import host_of, join_address

PARAMETERS = frozenset(
    "page p pg paged pagina pagine seite sida side strona stranka oldal sayfa halaman trang"
    " sf_paged currentpage pagenumber pageno".split()
)
"""Names of the query parameter that numbers the pages of a list, in lower case."""
MAX_REFERENCES = 5_000
_IN_PATH = re.compile(
    r"/(?:page|pages|seite|pagina|pagine|strona|sayfa|halaman|sida|trang|p)[-/_]?(\d{1,5})(?=/?$)",
    re.IGNORECASE,
)


def find_older(html: str, url: str) -> str | None:
    """The address of the page with the next older entries, on the same host; ``None`` without one.

    What the page itself calls next (``rel=next``), else the link to its own address with the next
    page number: ``/news?page=3`` on ``/news?page=2``, ``/news/page/2/`` on ``/news/``.
    ``html`` must be fit to be parsed (``prescan``).
    """
    parser = LexborHTMLParser(html)
    for node in parser.css("link[rel][href], a[rel][href]"):
        if "next" in (node.attributes.get("rel") or "").lower().split():
            address = _join(url, node.attributes.get("href") or "")
            if address is not None and address != url:
                return address
    anchors = parser.css("a[href]")[:MAX_REFERENCES]
    return _next_by_number((node.attributes.get("href") or "" for node in anchors), url)


def _next_by_number(references: Iterable[str], url: str) -> str | None:
    stem, number = split_number(url)
    for reference in references:
        if any(letter.isdigit() for letter in reference):
            address = _join(url, reference)
            if address is not None and split_number(address) == (stem, number + 1):
                return address
    return None


def split_number(url: str) -> tuple[str, int]:
    """An address without its page number, and that number; 1 where it has none.

    >>> split_number("https://x.example/news/page/3/")
    ('https://x.example/news', 3)
    >>> split_number("https://x.example/news?page=2&sort=new")
    ('https://x.example/news?sort=new', 2)
    """
    parts = urlsplit(url)
    path, number = parts.path, 1
    found = _IN_PATH.search(path)
    if found is not None:
        path, number = path[: found.start()], int(found[1])
    kept = []
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if name.lower() in PARAMETERS and value.isdecimal() and len(value) <= 5:
            number = int(value)
        else:
            kept.append((name, value))
    query = f"?{urlencode(kept)}" if kept else ""
    return f"{parts.scheme}://{parts.netloc}{path.rstrip('/')}{query}", number


def _join(url: str, reference: str) -> str | None:
    """Absolute, if it is on the same host."""
    try:
        address = join_address(url, reference)
    except AddressError:
        return None
    return address if host_of(address) == host_of(url) else None
