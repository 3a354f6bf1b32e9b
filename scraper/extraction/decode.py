"""Bytes to text, as a browser would read them; never raises."""

from __future__ import annotations

import codecs
import re

from w3lib.encoding import http_content_type_encoding, read_bom, resolve_encoding

HEAD_BYTES = 4096
"""How far into the page a ``<meta charset>`` is looked for (browsers look at 1024 bytes; pages
with long comments or inlined scripts put it later)."""
SAMPLE_BYTES = 32_768

_META_CHARSET = re.compile(
    rb"""<meta\b[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE
)
_XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([A-Za-z0-9_.:-]{2,40})""")
_LATIN_1 = "cp1252"
_COMMENT = re.compile(rb"<!--.*?(?:-->|$)", re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")


def decode_page(page: bytes, content_type: str | None = None) -> str:
    """The page as text. What decides, in this order:

    1. a byte order mark;
    2. the charset of the HTTP ``Content-Type`` (Latin-1 only where the page states no other);
    3. ``<meta charset>`` or the XML declaration in the head;
    4. valid UTF-8;
    5. a guess over a bounded sample; windows-1252 if that fails.

    A label is read as the WHATWG says (``iso-8859-1`` is windows-1252). Stated UTF-8 that is not,
    or a stated one-byte encoding over what is valid UTF-8 beyond ASCII, is overruled by what the
    bytes show: servers and templates are often wrong about it, UTF-8 hardly is by chance.
    """
    marked, bom = read_bom(page)
    if marked is not None and bom is not None:
        return _decode(page[len(bom) :], marked)
    stated = _stated_encoding(page, content_type)
    try:
        text = page.decode("utf-8")
    except UnicodeDecodeError as error:
        if stated is not None and not _is_utf8(stated):
            return _decode(page, stated)
        # A stray byte or a page cut inside a character is still UTF-8.
        if stated is not None and _mostly_utf8(page):
            return page.decode("utf-8", "replace")
        if stated is None and error.start > 1000 and _mostly_utf8(page):
            return page.decode("utf-8", "replace")
        return _decode(page, _guess_encoding(page))
    if stated is not None and _is_multibyte_ascii(stated):
        return _decode(page, stated)
    return text


def clean_surrogates(text: str) -> str:
    """Lone surrogates cannot be stored or sent: each becomes U+FFFD."""
    try:
        text.encode()  # ten times as fast as a search
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text


def _stated_encoding(page: bytes, content_type: str | None) -> str | None:
    labels: list[str | None] = [http_content_type_encoding(content_type) if content_type else None]
    head = _COMMENT.sub(b"", page[:HEAD_BYTES])
    for pattern in (_META_CHARSET, _XML_ENCODING):
        found = pattern.search(head)
        labels.append(found[1].decode("ascii") if found else None)
    stated = [known for label in labels if label and (known := resolve_encoding(label))]
    # A meta that can be read in ASCII cannot be UTF-16 (WHATWG, "prescan a byte stream").
    stated = [known for known in stated if not known.lower().startswith(("utf-16", "utf-32"))]
    # Latin-1 in the header is often only the server's default: the page itself knows better.
    stated.sort(key=lambda known: known == _LATIN_1)
    return stated[0] if stated else None


def _decode(page: bytes, encoding: str) -> str:
    try:
        return clean_surrogates(page.decode(encoding, "replace"))
    except (LookupError, UnicodeError, ValueError):
        return page.decode("cp1252", "replace")


def _is_utf8(encoding: str) -> bool:
    try:
        return codecs.lookup(encoding).name == "utf-8"
    except LookupError:
        return False


def _is_multibyte_ascii(encoding: str) -> bool:
    """ISO-2022 writes Japanese and Korean in 7 bits: such a page is always valid UTF-8 too."""
    return encoding.lower().replace("_", "-").startswith(("iso-2022", "iso2022", "hz"))


def _mostly_utf8(page: bytes) -> bool:
    """Whether beyond ASCII at least nine characters of ten are well-formed UTF-8."""
    sample = page[: SAMPLE_BYTES * 8].decode("utf-8", "replace")
    bad = sample.count("\ufffd")
    beyond = sum(1 for character in sample if character > "\x7f")
    return bad * 10 <= beyond


def _guess_encoding(page: bytes) -> str:
    """A guess from the bytes beyond ASCII and their surroundings (a bounded sample of the page)."""
    from charset_normalizer import from_bytes  # 60 ms to load, seldom needed

    first = next((at for at, byte in enumerate(page) if byte > 0x7F), 0)
    start = max(0, first - 200)
    try:
        best = from_bytes(page[start : start + SAMPLE_BYTES]).best()
    except (ValueError, UnicodeError, LookupError):
        return "cp1252"
    return best.encoding if best is not None else "cp1252"
