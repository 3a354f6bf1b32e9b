"""Smaller sizes of stored images, made with Pillow (the extra ``images``).

An image comes from a stranger and is decoded here, in the process that shows it. What stands
between: only formats that its first bytes say are tried, each by its own decoder; its head is
asked for its size before any of it is decoded, and more than ``MAX_PIXELS`` is refused; nothing
but pixels goes on, no text, profile or place; and the bytes are at most ``MAX_IMAGE_BYTES``, as no
larger ones are stored. Pure.
"""

from __future__ import annotations

import struct
from io import BytesIO
from typing import TYPE_CHECKING

from scraper.model.images import MAX_IMAGE_BYTES, media_type_of, size_of

if TYPE_CHECKING:
    from PIL import Image as Pictures

MAX_PIXELS = 50_000_000
"""Of an image that is decoded: that many need 200 to 400 MB for a moment."""
MAX_WIDTH = 4_000
"""Of what is made."""
QUALITY = 80
_FORMATS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WEBP",
    "image/avif": "AVIF",
    "image/gif": "GIF",
}
"""As Pillow calls them: of no other is a decoder tried."""
# What Pillow's decoders raise of damaged files, as its own fuzzers have it.
_DAMAGED = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    TypeError,
    IndexError,
    KeyError,
    OverflowError,
    ZeroDivisionError,
    RuntimeError,
    MemoryError,
    struct.error,
)


def scaled(body: bytes, media_type: str, width: int) -> bytes | None:
    """The image ``width`` pixels wide, upright: a JPEG, or a PNG where it is see-through. Of a
    moving one the first picture.

    ``None`` where the image itself is to be shown: it is no wider, Pillow is absent or lacks the
    format, it is damaged, is another type than it is said to be, or has too many pixels.
    """
    if media_type != media_type_of(body) or len(body) > MAX_IMAGE_BYTES:
        return None
    if not 1 <= width <= MAX_WIDTH:
        return None
    try:
        from PIL import Image, ImageOps  # an extra brings it; and 50 ms
    except ImportError:
        return None
    if (size := size_of(body)) is not None and size[0] * size[1] > MAX_PIXELS:
        return None
    try:
        with Image.open(BytesIO(body), formats=[_FORMATS[media_type]]) as image:
            wide, high = image.size
            if wide * high > MAX_PIXELS:
                return None
            image.draft("RGB", (2 * width, 2 * high))  # a JPEG is decoded smaller at once
            ImageOps.exif_transpose(image, in_place=True)
            if image.width <= width:
                return None
            return _encoded(image, width)
    except (*_DAMAGED, Image.DecompressionBombError):
        return None


_PLAIN = ("L", "RGB", "RGBA")


def _encoded(image: Pictures.Image, width: int) -> bytes:
    from PIL.Image import Resampling  # an extra brings it

    is_clear = image.has_transparency_data
    height = max(1, round(image.height * width / image.width))
    mode = "RGBA" if is_clear else "RGB"
    # What can be made smaller as it is needs no second copy of its full size.
    whole = image if image.mode in _PLAIN else image.convert(mode)
    smaller = whole.resize((width, height), Resampling.LANCZOS, reducing_gap=2.0).convert(mode)
    # A copy of the pixels alone: what else the image told is left behind.
    smaller.info.clear()
    out = BytesIO()
    if is_clear:
        smaller.save(out, "PNG", optimize=True)
    else:
        smaller.save(out, "JPEG", quality=QUALITY, progressive=True)
    return out.getvalue()
