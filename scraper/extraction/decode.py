"""Bytes to text, as a browser would read them; never raises."""

from __future__ import annotations

import codecs
import re

from w3lib.encoding import http_content_type_encoding, read_bom, resolve_encoding

from scraper.extraction.cleaning import clean_surrogates
from scraper.extraction.language import guess_language

HEAD_BYTES = 4096
"""How far into the page a ``<meta charset>`` is looked for (browsers look at 1024 bytes; pages
with long comments or inlined scripts put it later)."""
SAMPLE_BYTES = 32_768

_META_CHARSET = re.compile(
    rb"""<meta\b[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE
)
_XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([A-Za-z0-9_.:-]{2,40})""")
_LATIN_1 = "cp1252"
_LANG = re.compile(rb"""<html\b[^>]{0,300}?\slang\s*=\s*["']?([A-Za-z]{2,3})\b""", re.IGNORECASE)
_TAGS = re.compile(
    rb"<(?:script|style)\b.*?</(?:script|style)>|<[^>]{0,2000}>", re.DOTALL | re.IGNORECASE
)
_CENTRAL_EUROPEAN = frozenset("pl cs sk hu sl hr bs ro".split())
_CODE_PAGES = (
    ("cp1254", frozenset("tr az ku".split())),
    ("cp1257", frozenset("lt lv et".split())),
    ("cp1258", frozenset(("vi",))),
)
"""Of the languages in Latin letters that windows-1252 lacks letters of."""
_OTHER_SCRIPTS = frozenset(
    "ru uk be bg sr mk kk ky mn el he yi ar fa ur ps th hi mr ne bn ta te ml kn gu pa si my km lo "
    "ka hy am ja zh ko".split()
)
_COMMENT = re.compile(rb"<!--.*?(?:-->|$)", re.DOTALL)


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
    labels = _stated_encodings(page, content_type)
    stated = labels[0] if labels else None
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
        other = next((label for label in labels if not _is_utf8(label)), None)
        return _decode(page, other or _guess_encoding(page))
    if stated is not None and _is_multibyte_ascii(stated):
        return _decode(page, stated)
    return text


def _stated_encodings(page: bytes, content_type: str | None) -> list[str]:
    """What the header and the page state, the most trustworthy first."""
    labels: list[str | None] = [http_content_type_encoding(content_type) if content_type else None]
    head = _COMMENT.sub(b"", page[:HEAD_BYTES])
    for pattern in (_META_CHARSET, _XML_ENCODING):
        match = pattern.search(head)
        labels.append(match[1].decode("ascii") if match else None)
    stated = [known for label in labels if label and (known := resolve_encoding(label))]
    # A meta that can be read in ASCII cannot be UTF-16 (WHATWG, "prescan a byte stream").
    stated = [known for known in stated if not known.lower().startswith(("utf-16", "utf-32"))]
    # Latin-1 in the header is often only the server's default: the page itself knows better.
    stated.sort(key=lambda known: known == _LATIN_1)
    return stated


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
    """By the language where it is written in Latin letters, for which bytes tell little; else a
    guess from the bytes beyond ASCII and their surroundings (a bounded sample of the page)."""
    first = next((at for at, byte in enumerate(page) if byte > 0x7F), 0)
    start = max(0, first - 200)
    sample = page[start : start + SAMPLE_BYTES]
    language = _latin_language(page, sample)
    if language in _CENTRAL_EUROPEAN:
        # ISO 8859-2 has no letters and quotation marks where windows-1250 has them.
        return "cp1250" if any(0x80 <= byte < 0xA0 for byte in sample) else "iso8859_2"
    if language is not None:
        return next((page for page, codes in _CODE_PAGES if language in codes), _LATIN_1)
    from charset_normalizer import from_bytes  # 60 ms to load, seldom needed

    try:
        best = from_bytes(sample).best()
    except (ValueError, UnicodeError, LookupError):
        return _LATIN_1
    return best.encoding if best is not None else _LATIN_1


def _latin_language(page: bytes, sample: bytes) -> str | None:
    """The language, as stated or by its commonest words, of a text that is mostly ASCII letters."""
    text = _TAGS.sub(b" ", sample)
    letters = sum(map(bytes.isalpha, (text[at : at + 1] for at in range(min(len(text), 8_000)))))
    beyond = sum(byte > 0x7F for byte in text[:8_000])
    if beyond * 3 > letters:
        return None
    stated = _LANG.search(page[:HEAD_BYTES])
    if stated is not None:
        code = stated[1].decode("ascii").lower()
        return None if code in _OTHER_SCRIPTS else code
    guess = guess_language(text.decode("latin-1"))
    return guess.value if guess is not None else None
