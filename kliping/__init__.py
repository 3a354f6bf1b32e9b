"""kliping for Python: read articles out of pages, and an archive of them.

    import kliping

    article = kliping.extract(html, url)                   # what a page says
    article = kliping.fetch("https://example.com/story")   # … of one that is fetched now
    with kliping.open("kliping.db") as archive:            # … and of those that were filed
        for hit in archive.search("harbour -fish"):
            print(hit.title, hit.snippet)

This package is all that other programs import; every other one is private to kliping. Whatever
goes wrong on purpose is a ``kliping.Error`` whose text is one line; an argument that makes no sense
is a ``ValueError`` or a ``TypeError``. Results are frozen dataclasses of plain values; every
``datetime`` has a zone.

Threads: all functions, and all methods of an ``Archive``, may be called from any thread, several
at a time; fetches of one archive go one after the other to each host, as politeness asks. An
iterator belongs to the thread that uses it. After ``os.fork`` open the archive anew in the child.

errors   what goes wrong           results   what is handed out
archive  an archive, opened        web       pages, fetched in a thread of its own
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime

from kliping._archive import Archive
from kliping._results import Decision, FiledArticle, Hit, Version
from scraper.errors import (
    AddressError,
    BodyError,
    BusyError,
    FetchError,
    ForbiddenAddressError,
    NetworkError,
    PausedError,
    RedirectError,
    RefusedError,
    RobotsError,
    StatusError,
    StorageError,
)
from scraper.errors import KlipingError as Error
from scraper.errors import NotFoundError as NotFound
from scraper.model.types import Article, Block

__all__ = [
    "AddressError",
    "Archive",
    "Article",
    "Block",
    "BodyError",
    "BusyError",
    "Decision",
    "Error",
    "FetchError",
    "FiledArticle",
    "ForbiddenAddressError",
    "Hit",
    "NetworkError",
    "NotFound",
    "PausedError",
    "RedirectError",
    "RefusedError",
    "RobotsError",
    "StatusError",
    "StorageError",
    "Version",
    "extract",
    "fetch",
    "open",
]


def extract(
    html: bytes | str,
    url: str | None = None,
    *,
    headers: Mapping[str, str] | Sequence[tuple[str, str]] | None = None,
    now: datetime | None = None,
) -> Article:
    """What one page says. Nothing is fetched.

    ``html``: the page as received, or as text. ``url``: its final address; it helps with dates,
    zones, the site's name and the canonical address. ``headers``: of the answer. ``now``: when it
    was fetched, for dates such as "28 minutes ago".

    Never raises for what a page holds: what is no article has another ``verdict``, and ``evidence``
    says why. Raises ``TypeError`` for an argument of another type.
    """
    _check_page(html, url, headers, now)
    from scraper.extraction import extract as extract_page  # the parser and its data: 0.2 s

    return extract_page(html, url, headers=headers, now=now)


def _check_page(html: object, url: object, headers: object, now: object) -> None:
    """Raises ``TypeError``: a download that failed (``None``) is no empty page."""
    wanted: list[tuple[str, object, type | tuple[type, ...], str]] = [
        ("html", html, (bytes, str), "bytes or str"),
        ("url", url, (str, type(None)), "a str or None"),
        ("headers", headers, (Mapping, Sequence, type(None)), "a mapping, pairs or None"),
        ("now", now, (datetime, type(None)), "a datetime or None"),
    ]
    for name, value, kinds, words in wanted:
        if not isinstance(value, kinds) or (name == "headers" and isinstance(value, str | bytes)):
            raise TypeError(f"{name} is {words}, not {type(value).__name__}")


def fetch(url: str, *, allow_private: bool = False) -> Article:
    """What the page at an address says now. Nothing is filed.

    It is asked for as ``kliping fetch`` does: within robots.txt, one request at a time to a host
    with a pause between two, never at a private address (but with ``allow_private``). The further
    pages of an article in several are read too. What is no article has another ``verdict``.

    Pauses and robots.txt are remembered until the process ends. Raises ``AddressError`` for what
    is no web address, and ``FetchError`` where no page came; its ``reason`` is a short code, as
    ``timeout``, ``http_404`` or ``robots``.
    """
    from kliping._web import fetch_article  # the HTTP client: 0.3 s

    return fetch_article(url, allow_private=allow_private)


def open(
    place: str | os.PathLike[str], write: bool = False, *, allow_private: bool = False
) -> Archive:
    """Open an archive: a file, or a database of a server
    (``postgresql+psycopg://USER@HOST/DATABASE``). Close it, or use it in a ``with`` block.

    It is opened to read: nothing is written, made or upgraded, and a crawl may run meanwhile. With
    ``write`` pages can be filed in it; a new archive is made where there is none, and one of an
    older kliping is brought up to date. ``allow_private``: its ``fetch`` may reach private
    addresses.

    Raises ``NotFound`` where there is no archive to read, and ``StorageError`` for one that is
    damaged, not kliping's, newer, or older and opened to read.
    """
    return Archive(place, write=write, allow_private=allow_private)
