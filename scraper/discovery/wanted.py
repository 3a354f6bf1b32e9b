"""Which links of a source are wanted, where a person asked for some only. Pure.

A pattern is of the path of an address. Without a ``*`` it is a path: wanted is that page and what
lies below it, so ``/sport`` and ``/sport/`` are the same and ``/sports`` is not below them. With a
``*``, which stands for any characters, it is the whole path: ``/*/politik/*``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from scraper.errors import AddressError
from scraper.model.types import Link
from scraper.urls import join_address

MAX_PATTERN = 200
"""Characters."""
MAX_PATTERNS = 20
"""Of one source."""
_ANY_SITE = "https://example.com/"


def parse_pattern(text: str) -> str:
    """A pattern, spelled as addresses are (``/köln/*`` → ``/k%C3%B6ln/*``).

    Raises ``ValueError`` for what is none, with the reason: what comes behind "PATTERN: ".
    """
    if not text.startswith("/") or text.startswith("//"):
        raise ValueError("a path begins with one slash, as /sport/ or /*/politik/*")
    if any(mark in text for mark in "?#"):
        raise ValueError("only paths are compared: leave out what follows ? or #")
    if len(text) > MAX_PATTERN:
        raise ValueError(f"longer than {MAX_PATTERN} characters")
    try:
        return urlsplit(join_address(_ANY_SITE, text)).path
    except AddressError:
        raise ValueError("no path of an address") from None


def is_wanted(url: str, patterns: Sequence[str]) -> bool:
    """Whether one of the patterns fits; without any, all is wanted."""
    path = urlsplit(url).path or "/"
    return not patterns or any(_fits(path, pattern) for pattern in patterns)


def is_said(url: str, patterns: Sequence[str]) -> bool:
    """Whether a person's patterns say that this page is an article: one of them fits, and none
    names the page itself, as ``/sport/`` and ``/sport/*`` name ``/sport``."""
    path = (urlsplit(url).path or "/").rstrip("/")
    named = any(_names(path, pattern) for pattern in patterns)
    return bool(patterns) and path != "" and is_wanted(url, patterns) and not named


def keep_wanted(links: Iterable[Link], patterns: Sequence[str]) -> tuple[Link, ...]:
    return tuple(link for link in links if is_wanted(link.url, patterns))


def _names(path: str, pattern: str) -> bool:
    """Whether a pattern is of a section, and that is the path, without a slash at its end."""
    top = pattern.removesuffix("/*").rstrip("/")
    if "*" not in top:
        return path == top
    return top != pattern and _fits(path, top)


def _fits(path: str, pattern: str) -> bool:
    if "*" not in pattern:
        top = pattern.rstrip("/")
        return path == top or path.startswith(f"{top}/")
    first, *between, last = pattern.split("*")
    if len(path) < len(first) + len(last) or not (path.startswith(first) and path.endswith(last)):
        return False
    at, end = len(first), len(path) - len(last)
    for piece in between:  # the leftmost place leaves most room for the others
        found = path.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True
