"""The lead image of an article, as it is stored or made smaller."""

from __future__ import annotations

import threading

from cachetools import LRUCache
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from scraper.model.images import media_type_of
from storage.export.thumbnails import scaled
from storage.reading.images import StoredImage, load_image
from web.site import ask

WIDTHS = frozenset({240, 1200})
"""Pixels that pages ask for; nobody else decides how much is made."""
KEPT_BYTES = 32 * 1024 * 1024
"""Of smaller images that are at hand, those asked for last."""

_made: LRUCache[tuple[bytes, int], bytes] = LRUCache(KEPT_BYTES, getsizeof=len)
_lock = threading.Lock()
_making = threading.Lock()
"""One at a time: a large image needs some 200 MB for a moment."""


def show_image(request: Request) -> Response:
    """``width``: at most so wide; without it, and where it cannot be made smaller, as it came."""
    article_id = request.path_params["id"]
    image = ask(request, lambda engine: load_image(engine, article_id))
    if image is None:
        raise HTTPException(404, f"No image of article {article_id} is stored.")
    width = request.query_params.get("width", "")
    if width.isascii() and width.isdecimal() and int(width[:6]) in WIDTHS:
        body = _smaller(image, int(width[:6]))
    else:
        body = image.body
    return Response(body, media_type=media_type_of(body) or image.media_type)


def _smaller(image: StoredImage, width: int) -> bytes:
    key = image.digest, width
    with _lock:
        known = _made.get(key)
    if known is not None:
        return known
    with _making:
        made = scaled(image.body, image.media_type, width) or image.body
    if len(made) <= KEPT_BYTES:
        with _lock:
            _made[key] = made
    return made
