"""Whether the path of an address lies below another, however it is spelled and read. Pure.

A server may read a path as it is sent, or undo some of it first, in any order: decode escapes
once or more often, take ``\\`` for ``/``, join ``//``, drop ``;parameters``, resolve dots. Whatever
it does, only a step up (``..``) leads out of a path that begins with ``/news/``. So what holds one
when all is undone is below nothing: ``/news/..%2faccount%5c..%5cnews/a`` is not below ``/news/``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote

ROBOTS = "/robots.txt"
_DOT = re.compile("%2e", re.IGNORECASE)
_UNRESERVED = re.compile("%(2d|5f|7e|3[0-9]|[46][1-9a-f]|[57][0-9a])", re.IGNORECASE)
_PARAMETERS = re.compile(";[^/]*")
_STEP_UP = re.compile(r"(?:^|[/\\])\.\.|%u|[\x00-\x1f\x7f]", re.IGNORECASE)
"""In what is undone: a segment that begins with two dots (behind them a server may drop ``;x``, a
space, ``?x``), and what some decode (``%u002e``) or drop (a tab between two dots)."""
_MOST_TIMES = 5
"""That a path is decoded; what is encoded more often is written for no reader, and believed in
nothing."""


def is_below(path: str, wanted: str) -> bool:
    """Whether ``path`` is ``wanted`` or below it, as cookies have it (RFC 6265 §5.1.4): below
    ``/news`` and ``/news/`` lies ``/news/a``, and ``/newsroom`` below neither."""
    if wanted == "/":
        return True
    one, other = normal_path(path), normal_path(wanted)
    is_inside = one == other or one.startswith(other if other.endswith("/") else f"{other}/")
    return is_inside and not _may_step_up(path)


def is_robots(path: str) -> bool:
    undone = _PARAMETERS.sub("", _undone(path).replace("\\", "/"))
    return ROBOTS in (normal_path(path), normal_path(re.sub("/{2,}", "/", undone)))


def normal_path(path: str) -> str:
    """RFC 3986 §6.2.2 and WHATWG's URL standard: unreserved characters decoded, dots resolved."""
    path = _UNRESERVED.sub(lambda found: chr(int(found[1], 16)), _DOT.sub(".", path or "/"))
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            kept = kept[:-1]
        elif segment != ".":
            kept.append(segment)
    if segments[-1:] in (["."], [".."]):
        kept.append("")
    return "/" + "/".join(kept)


@lru_cache(maxsize=1024)  # each cookie of a file asks for the same one
def _may_step_up(path: str) -> bool:
    undone = _undone(path)
    return _STEP_UP.search(undone) is not None or _decoded(undone) != undone


def _undone(path: str) -> str:
    """With all escapes decoded that a server may decode."""
    for _ in range(_MOST_TIMES):
        path = _decoded(path)
    return path


def _decoded(text: str) -> str:
    return unquote(text, errors="surrogateescape")
