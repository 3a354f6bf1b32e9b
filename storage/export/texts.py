"""What a document may hold of a page's text: characters, addresses, languages. Pure.

A text that a page gave may hold anything a string can. These rules make of it what XML, HTML and
YAML can carry and what does not drive a terminal or reorder a line; they lose nothing that a
reader sees.
"""

from __future__ import annotations

import re
from html import escape
from urllib.parse import quote, urlsplit, urlunsplit

from scraper.errors import AddressError
from scraper.urls import host_of, parse_address
from storage.records import ArticleRecord
from storage.text.unseen import Unseen

UNKNOWN_LANGUAGE = "und"
"""BCP 47 for "undetermined"."""

_BREAKS = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
# Outside of XML's characters (XML 1.0 §2.2): controls, U+FFFE and U+FFFF; the other noncharacters,
# which HTML forbids (HTML §13.1.1), and C1.
_CONTROLS = "\x00-\x08\x0e-\x1f\x7f-\x9f"
_NONCHARACTERS = "\ufdd0-\ufdef" + "".join(
    chr(plane << 16 | low) for plane in range(17) for low in (0xFFFE, 0xFFFF)
)
# The marks among the bidi controls (U+061C, U+200E, U+200F) reorder nothing around them, and stay:
# Arabic and Hebrew are written with them.
_UNSEEN = Unseen(_CONTROLS + _NONCHARACTERS)
_SURROGATES = re.compile("[\ud800-\udfff]")

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,4}")
_RIGHT_TO_LEFT = frozenset("ar arc ckb dv fa he ks ku ps sd ug ur yi".split())
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_IN_PATH = "/:@!$&'()*+,;=-._~%"
"""What stands for itself in a path (RFC 3986 §3.3), and what is encoded already."""


def clean_text(text: str) -> str:
    """Line breaks of any kind as ``\\n``, controls dropped, lone surrogates as U+FFFD."""
    return _SURROGATES.sub("\ufffd", _UNSEEN.drop(_BREAKS.sub("\n", text)))


def clean_line(text: str) -> str:
    """The same on one line, white space collapsed."""
    return " ".join(clean_text(text).split())


def escape_text(text: str) -> str:
    """As text or attribute value of XML and HTML; lines as they are."""
    return escape(clean_text(text))


def escape_line(text: str) -> str:
    return escape(clean_line(text))


def web_address(url: str | None) -> str | None:
    """An http or https address as an ASCII URI (RFC 3986); ``None`` for anything else."""
    try:
        parts = urlsplit(parse_address(url or ""))
    except (AddressError, ValueError):
        return None
    path, search = (_STRAY_PERCENT.sub("%25", part) for part in (parts.path, parts.query))
    path, search = quote(path, safe=_IN_PATH), quote(search, safe=f"{_IN_PATH}?")
    return urlunsplit((parts.scheme, parts.netloc, path, search, ""))


def language_of(record: ArticleRecord) -> str:
    """As ``xml:lang`` takes it (BCP 47)."""
    return language_tag(record.language)


def language_tag(language: str | None) -> str:
    """The same of a language alone."""
    return language if language and is_language(language) else UNKNOWN_LANGUAGE


def is_language(name: str) -> bool:
    """Whether it is formed as BCP 47 has it."""
    return _LANGUAGE.fullmatch(name) is not None


def is_right_to_left(language: str) -> bool:
    return language.partition("-")[0].lower() in _RIGHT_TO_LEFT


def title_of(record: ArticleRecord) -> str:
    """One line, never empty: the address stands for a title that is missing."""
    return clean_line(record.title or "") or clean_line(record.url) or f"Article {record.id}"


def credits_of(record: ArticleRecord) -> tuple[str, ...]:
    """Who is to be named, never nobody: its authors, else the byline, the site, its host."""
    names = [name for name in map(clean_line, record.authors) if name]
    if names:
        return tuple(names)
    others = (record.byline, record.site_name, _host(record.url))
    return (next((line for line in map(clean_line, filter(None, others)) if line), "unknown"),)


def _host(url: str) -> str:
    try:
        return host_of(url)
    except (AddressError, ValueError):
        return ""
