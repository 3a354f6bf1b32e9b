"""Where the picture of an ``img`` really lies: lazy loading and sets of sizes seen through."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scraper.errors import AddressError
from scraper.extraction.document import Attributes, Document
from scraper.urls import join_address

SMALL = 40
"""Pictures of fewer pixels in width or height are icons and counters."""

# Where lazy loading keeps the address until the reader comes near; ``src`` then holds a stand-in.
_LAZY = tuple(
    f"data-{name}"
    for name in "src lazy-src original lazy original-src full-src image url hi-res-src".split()
)
_LAZY_SETS = ("data-srcset", "data-lazy-srcset", "data-original-set")
_STAND_IN = re.compile(
    r"^(?:data|about|javascript|blob):|(?:^|[/_.-])(?:blank|spacer|placeholder|pixel|transparent|"
    r"loading|lazy(?:load)?|1x1|empty|grey|gray)[^/]*\.(?:gif|png|svg|jpe?g|webp)",
    re.IGNORECASE,
)
_PIXELS = re.compile(r"\s*(\d{1,6})(?:px)?\s*")
_ENTRY = re.compile(r"[\s,]*(\S*[^\s,])(?:\s+([\d.]{1,12})[wx])?(?:,|\s*,|\s|$)")


def find_image_url(document: Document, image: int, address: str | None) -> str | None:
    """The absolute address of an ``img`` or ``amp-img``, or ``None`` where the page hides it.

    In this order: the attributes of lazy loading, ``src`` unless it is a stand-in, the largest of
    ``srcset``, the sources of the ``picture`` around it.
    """
    base = _base_of(document, address)
    for reference in _references(document, image):
        if reference and not _STAND_IN.search(reference):
            url = _absolute(base, reference)
            if url is not None:
                return url
    return None


def is_small(document: Document, image: int) -> bool:
    """By its own attributes an icon or a counter."""
    has = document.attributes[image]
    for name in ("width", "height"):
        stated = _PIXELS.fullmatch(has.get(name) or "")
        if stated and int(stated.group(1)) < SMALL:
            return True
    return False


def _references(document: Document, image: int) -> Iterator[str]:
    has = document.attributes[image]
    for name in _LAZY:
        yield (has.get(name) or "").strip()
    for name in _LAZY_SETS:
        yield _largest(has.get(name))
    yield (has.get("src") or "").strip()
    yield _largest(has.get("srcset"))
    above = document.parents[image]
    if above >= 0 and document.tags[above] == "picture":
        for at in document.children(above):
            if document.tags[at] == "source":
                yield from _of_source(document.attributes[at])


def _of_source(has: Attributes) -> Iterator[str]:
    for name in (*_LAZY_SETS, "srcset"):
        yield _largest(has.get(name))


def _largest(candidates: str | None) -> str:
    """Of a ``srcset`` the address with the greatest width or density (HTML 4.8.4.2.1)."""
    best, size = "", -1.0
    for entry in _ENTRY.finditer((candidates or "")[:20_000]):
        try:
            own = float(entry.group(2) or 1)
        except ValueError:
            continue
        if own > size:
            best, size = entry.group(1), own
    return best


def _base_of(document: Document, address: str | None) -> str | None:
    if not document.base:
        return address
    return _absolute(address, document.base) or address


def _absolute(base: str | None, reference: str) -> str | None:
    if base is None and reference.startswith("//"):
        reference = f"https:{reference}"
    try:
        return join_address(base or "", reference)
    except AddressError:
        return None
