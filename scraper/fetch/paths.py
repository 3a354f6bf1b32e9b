"""Whether the path of an address lies below another, however it is spelled and read. Pure.

A server may read a path as browsers send it, or undo more first: decode ``%2f`` and ``%5c``, join
``//``, drop ``;parameters``. What is to lie below ``/news/`` must do so in every such reading:
``/news/%2e%2e%2faccount`` does not.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote

ROBOTS = "/robots.txt"
_DOT = re.compile("%2e", re.IGNORECASE)
_UNRESERVED = re.compile("%(2d|5f|7e|3[0-9]|[46][1-9a-f]|[57][0-9a])", re.IGNORECASE)
_PARAMETERS = re.compile(";[^/]*")
_MOST_TIMES = 5
"""That a path is decoded; what is encoded more often is read by nobody."""


def is_below(path: str, wanted: str) -> bool:
    """Whether ``path`` is ``wanted`` or below it, as cookies have it (RFC 6265 §5.1.4): below
    ``/news`` and ``/news/`` lies ``/news/a``, and ``/newsroom`` below neither."""
    if wanted == "/":
        return True
    return all(
        one == other or one.startswith(other if other.endswith("/") else f"{other}/")
        for one, other in zip(_readings(path), _readings(wanted), strict=True)
    )


def is_robots(path: str) -> bool:
    return ROBOTS in _readings(path)


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
def _readings(path: str) -> tuple[str, str]:
    """As it is sent, and with all undone that a server may undo."""
    undone, before = path, ""
    for _ in range(_MOST_TIMES):
        if undone == before:
            break
        undone, before = unquote(undone, errors="surrogateescape"), undone
    undone = _PARAMETERS.sub("", undone.replace("\\", "/"))
    return normal_path(path), normal_path(re.sub("/{2,}", "/", undone))
