"""Where the picture of an ``img`` really lies: lazy loading and sets of sizes seen through."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import chain, takewhile
from operator import itemgetter

from scraper.errors import AddressError
from scraper.extraction.document import Attributes, Document
from scraper.urls import MAX_URL_LENGTH, join_address

SMALL = 40
"""Pictures of fewer pixels in width or height are icons and counters."""

# Where lazy loading keeps the address until the reader comes near; ``src`` then holds a stand-in.
_LAZY = tuple(
    f"data-{name}"
    for name in "src lazy-src original lazy original-src full-src image url hi-res-src".split()
)
_LAZY_SETS = ("data-srcset", "data-lazy-srcset", "data-original-set")
_STAND_IN = re.compile(
    r"^(?:data|about|javascript|blob):|[\s{}\"]|placeholder[\w-]*\.(?:gif|png|svg|jpe?g|webp)|"
    r"(?:^|/)(?:(?:[\w-]{1,12}[-_])?(?:blank|spacer|spaceball|pixel|transparent|loading|lazy(?:load)?|"
    r"1x1|empty)(?:[-_]\w{1,8})?|gr[ea]y)\.(?:gif|png|svg)",
    re.IGNORECASE,
)
_ICON = re.compile(
    r"(?:^|[/_.-])(?:icons?|ico|lupe|sprite|zoom|play|expand|enlarge)[/_.-]", re.IGNORECASE
)
_IMAGE_FILE = re.compile(r"[^\s{}\"]+\.(?:jpe?g|png|webp|avif)(?:\?[^\s{}\"]*)?", re.IGNORECASE)
# With spaces that should have been written ``%20``; all that ``_STAND_IN`` may find in it.
_SPACED = re.compile(
    r"(?!data:)[^\s{}\",]+(?: [^\s{}\",]+){1,20}\.(?:jpe?g|png|webp|avif|gif)(?:\?[^\s{}\"]*)?",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"https?://[a-z0-9.-]+/[\w!$&'()*+,./:;=?@~-]*", re.ASCII)
_PIXELS = re.compile(r"\s*(\d{1,6})(?:px)?\s*")
NAME = 50
"""An icon's address says so at its end."""
_SIZE = re.compile(r"(\d{1,6}(?:\.\d{1,4})?)[wxh]($|,.*)")
MAX_SET = 20_000


def find_images(document: Document, low: int, high: int) -> list[int]:
    """The pictures from a node to before another, without icons, in document order."""
    images: list[int] = []
    for tag in ("img", "amp-img", "amp-anim"):
        places = document.by_tag.get(tag, ())
        here = places[bisect_left(places, low) : bisect_left(places, high)]
        images += [at for at in here if not is_small(document, at)]
    return sorted(images)


def find_image_url(document: Document, image: int, address: str | None) -> str | None:
    """The absolute address of an ``img`` or ``amp-img``, or ``None`` where the page hides it.

    In this order: the common attributes of lazy loading, ``src`` unless it is a stand-in, the
    largest of ``srcset``; the same of the ``source`` elements right before it and of a
    ``noscript`` right behind; any other data attribute that holds an image's address.
    """
    has = document.attributes[image]
    around = _sources_between(document, image, image + 1)
    references = chain.from_iterable(map(_references, (has, *around)))
    return _first_real(chain(references, _other_references(has)), _base_of(document, address))


def find_hidden_url(document: Document, figure: int, address: str | None) -> str | None:
    """The same of a figure whose image is there for readers without scripts only."""
    around = _sources_between(document, figure + 1, document.ends[figure])
    references = chain.from_iterable(map(_references, around))
    return _first_real(references, _base_of(document, address))


def is_small(document: Document, image: int) -> bool:
    """By its own attributes an icon or a counter."""
    has = document.attributes[image]
    for name in () if "layout" in has else ("width", "height"):  # AMP: a ratio, not pixels
        value = has.get(name)
        stated = _PIXELS.fullmatch(value) if value else None
        if stated and 0 < int(stated.group(1)) < SMALL:
            return True
    return _ICON.search((has.get("src") or "")[-NAME:]) is not None


def _sources_between(document: Document, low: int, high: int) -> list[Attributes]:
    sources = document.image_sources
    start = bisect_left(sources, low, key=itemgetter(0))
    return [has for _, has in takewhile(lambda source: source[0] <= high, sources[start:])]


def _references(has: Attributes) -> Iterator[str]:
    for name in _LAZY:
        yield (has.get(name) or "").strip()
    for name in _LAZY_SETS:
        yield _largest(has.get(name))
    yield (has.get("src") or "").strip()
    yield _largest(has.get("srcset"))


def _other_references(has: Attributes) -> Iterator[str]:
    for name, value in has.items():
        if name.startswith("data-") and value and _IMAGE_FILE.fullmatch(value[:MAX_URL_LENGTH]):
            yield value


def _first_real(references: Iterable[str], base: str | None) -> str | None:
    for reference in references:
        if " " in reference and _SPACED.fullmatch(reference[:MAX_URL_LENGTH]):
            reference = reference.replace(" ", "%20")
        if 0 < len(reference) <= MAX_URL_LENGTH and not _STAND_IN.search(reference):
            url = _absolute(base, reference)
            if url is not None:
                return url
    return None


def _largest(candidates: str | None) -> str:
    """Of a ``srcset`` the address with the greatest width or density (HTML 4.8.4.2.1)."""
    best, size, address = "", 0.0, ""
    for token in (candidates or "")[:MAX_SET].split():
        stated = _SIZE.match(token)
        if stated is None:
            address = token.strip(",")
        elif float(stated.group(1)) > size:
            best, size = address, float(stated.group(1))
        if stated is not None:
            address = stated.group(2).strip(",")  # the next one, where no space follows the comma
        elif not best:
            best = address
    return best


def _base_of(document: Document, address: str | None) -> str | None:
    if not document.base:
        return address
    return _absolute(address, document.base) or address


def _absolute(base: str | None, reference: str) -> str | None:
    if _PLAIN.fullmatch(reference):
        return reference  # as nearly all are; the long way costs twenty times as much
    if base is None and reference.startswith("//"):
        reference = f"https:{reference}"
    try:
        return join_address(base or "", reference)
    except AddressError:
        return None
