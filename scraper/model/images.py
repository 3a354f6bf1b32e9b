"""Images, known by their first bytes, whatever a header or a name says of them. Pure.

Kept are the five formats that browsers show and that hold no script. SVG is none of them: it is a
document, which may hold scripts and name other hosts.
"""

from __future__ import annotations

IMAGE_TYPES = ("image/jpeg", "image/png", "image/webp", "image/avif", "image/gif")
MAX_IMAGE_BYTES = 4_000_000
"""Of an image that is kept."""
_BRANDS = frozenset({b"avif", b"avis"})
_MAX_BOX = 256
"""Bytes of the box that names the brands: a real one has some 30."""


def media_type_of(body: bytes) -> str | None:
    """``image/jpeg``; ``None`` for what is none of ``IMAGE_TYPES``.

    >>> media_type_of(b"GIF89a...")
    'image/gif'
    >>> media_type_of(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    """
    if body.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if body.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if body.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "image/webp"
    return "image/avif" if _is_avif(body) else None


def _is_avif(body: bytes) -> bool:
    """By the brands of the file type box (ISO/IEC 14496-12 §4.3; AV1 Image File Format §6)."""
    if body[4:8] != b"ftyp":
        return False
    end = min(int.from_bytes(body[:4], "big"), _MAX_BOX)
    brands = (body[8:12], *(body[at : at + 4] for at in range(16, end, 4)))
    return not _BRANDS.isdisjoint(brands)


def size_of(body: bytes) -> tuple[int, int] | None:
    """Width and height in pixels, as the head of a PNG, GIF, JPEG or WebP states them; ``None``
    where it does not, or is damaged. Nothing is decoded."""
    kind = media_type_of(body)
    size = (0, 0)
    if kind == "image/png" and body[12:16] == b"IHDR":
        size = _big(body[16:20]), _big(body[20:24])
    elif kind == "image/gif":
        size = _little(body[6:8]), _little(body[8:10])
    elif kind == "image/webp":
        size = _size_of_webp(body)
    elif kind == "image/jpeg":
        size = _size_of_jpeg(body)
    return size if all(size) else None


def _size_of_webp(body: bytes) -> tuple[int, int]:
    """RFC 9649 §2.5 to 2.7."""
    kind = body[12:16]
    if kind == b"VP8X":
        return 1 + _little(body[24:27]), 1 + _little(body[27:30])
    if kind == b"VP8L" and body[20:21] == b"\x2f":
        bits = _little(body[21:25])
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 " and body[23:26] == b"\x9d\x01\x2a":
        return _little(body[26:28]) & 0x3FFF, _little(body[28:30]) & 0x3FFF
    return 0, 0


def _size_of_jpeg(body: bytes) -> tuple[int, int]:
    """From segment to segment up to the one that begins a frame (ITU-T T.81 §B.2.2)."""
    at = 2
    while at + 9 <= len(body) and body[at] == 0xFF:
        marker = body[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return _big(body[at + 7 : at + 9]), _big(body[at + 5 : at + 7])
        else:
            at += 2 + max(2, _big(body[at + 2 : at + 4]))
    return 0, 0


def _big(data: bytes) -> int:
    return int.from_bytes(data, "big")


def _little(data: bytes) -> int:
    return int.from_bytes(data, "little")
