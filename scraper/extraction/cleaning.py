"""String to string: white space, invisible characters, folding for comparison."""

from __future__ import annotations

import re
import unicodedata
from html import unescape

from scraper.whitespace import collapse

# Soft hyphens and zero-width marks that templates put in. The joiners U+200C and U+200D stay:
# Persian and the Indic scripts spell with them.
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,2000}>")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_QUOTES = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4`\u02bc", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
)
_QUOTE = re.compile("[" + "".join(map(chr, _QUOTES)) + "]")
_WORD = re.compile(r"\w+")
# Scripts written without spaces: each character counts as about a third of a word.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


def clean_text(text: str) -> str:
    """White space collapsed, invisible and control characters and lone surrogates dropped."""
    text = collapse(text)
    if text.isprintable():  # nothing invisible, no control character, no surrogate: nearly always
        return text
    if not text.isascii():
        text = clean_surrogates(_INVISIBLE.sub("", text))
    return _CONTROL.sub("", collapse(text))


def clean_surrogates(text: str) -> str:
    """Lone surrogates cannot be stored or sent: each becomes U+FFFD."""
    try:
        text.encode()  # ten times as fast as a search
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text


def clean_markup(text: str) -> str:
    """A metadata value: entities resolved (twice: CMSs escape what is escaped), tags dropped."""
    if "&" in text:
        text = unescape(text)
        if _ENTITY.search(text):
            text = unescape(text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    return clean_text(text)


def fold_text(text: str) -> str:
    """For comparing: compatibility forms, case, quotes and dashes made one."""
    if text.isascii():
        return clean_text(text.replace("`", "'")).lower()
    text = _QUOTE.sub(_plain_quote, text)  # ``str.translate`` looks up every character
    if not unicodedata.is_normalized("NFKC", text):
        text = _QUOTE.sub(_plain_quote, unicodedata.normalize("NFKC", text))
    return clean_text(text).casefold()


def _plain_quote(match: re.Match[str]) -> str:
    return _QUOTES[ord(match[0])]


def words_of(text: str) -> list[str]:
    """The words of a folded text."""
    return _WORD.findall(text)


def measure_text(text: str) -> int:
    """How much text this is, in characters of a spaced script (a Han character counts three)."""
    if text.isascii():
        return len(text)
    return len(text) + 2 * len(_UNSPACED.findall(text))
