"""Any script's text as one plain alphabet for date parsing: :func:`fold`.

Case, accents, native digits, kinds of dashes, quotes and commas, full-width forms and Arabic
letter variants do not matter to a date; folding the vocabulary and the text alike removes them.
"""

from __future__ import annotations

import re
import unicodedata

MAX_LENGTH = 400
"""Characters looked at: a date line is short, and work stays linear for any text."""

UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af]")
"""A letter of a script without spaces between words."""

_LETTERS = {
    "ı": "i", "đ": "d", "ł": "l", "ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th",
    "ς": "σ", "ى": "ي", "ی": "ي", "ې": "ي", "ۍ": "ي", "ے": "ي", "ک": "ك", "ہ": "ه", "ھ": "ه",
    "ة": "ه", "ە": "ه", "ـ": "", "־": "-", "−": "-", "⁄": "/", "∕": "/", "′": "'", "‵": "'",
    "׳": "'", "״": '"', "、": ",", "،": ",", "፣": ",", "。": ".", "।": ".", "։": ".", "።": ".",
    "·": "|", "・": "|", "•": "|", "…": "|", "°": "o", "〇": "〇", "॰": ".", "၊": ",", "။": ".",
}  # fmt: skip
_QUOTES = "‘’‚‛ʼʻʹ`´"
_NUMERALS = dict(zip("〇零一二三四五六七八九", "00123456789", strict=True)) | {"元": "1"}
_CHINESE_NUMBER = re.compile(r"[〇零一二三四五六七八九十廿卅元]+(?=[年月日号號時时点點分秒])")


class _Folds(dict[int, str]):
    """A translation table that works out each character once, when it is first met."""

    def __missing__(self, code: int) -> str:
        value = _fold_character(chr(code))
        if code < 0x3100:  # ideographs and beyond map to themselves: no need to keep them
            self[code] = value
        return value


def fold(text: str) -> str:
    """Lower case, no accents, ASCII digits and punctuation, single spaces; at most MAX_LENGTH.

    Idempotent for the vocabulary's purposes; letters of every script stay letters.
    """
    text = text[:MAX_LENGTH].lower()
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).translate(_FOLDS)
        text = unicodedata.normalize("NFC", text)
        if "年" in text or "月" in text:
            text = _CHINESE_NUMBER.sub(_read_chinese_number, text)
    return " ".join(text.split())


def _fold_character(char: str) -> str:
    if char in _LETTERS:
        return _LETTERS[char]
    if char in _QUOTES:
        return "'"
    code = ord(char)
    if code < 0x80:
        return char
    if 0x300 <= code <= 0x36F or 0x591 <= code <= 0x5C7 or 0x64B <= code <= 0x65F or code == 0x670:
        return ""  # accents, Hebrew points, Arabic vowel signs and hamza
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.digit(char))
    return _BY_CATEGORY.get(category) or _BY_CATEGORY.get(category[0]) or _keep(char, category)


_BY_CATEGORY = {"Pd": "-", "Pi": '"', "Pf": '"', "Sc": "$", "Z": " ", "P": "|", "S": "|"}


def _keep(char: str, category: str) -> str:
    if category == "Cf":
        return ""  # joiners, direction marks, soft hyphens
    return " " if category[0] == "C" else char


_FOLDS = _Folds()


def _read_chinese_number(match: re.Match[str]) -> str:
    """``二〇二三`` is 2023 digit by digit, ``三十一`` is 31, ``十二`` 12, ``廿三`` 23."""
    text = match[0].replace("廿", "二十").replace("卅", "三十")
    tens, ten, units = text.partition("十")
    if not ten:
        return "".join(_NUMERALS[char] for char in text)
    if len(tens) > 1 or len(units) > 1:
        return match[0]
    return str(10 * int(_NUMERALS.get(tens, "1")) + int(_NUMERALS.get(units, "0")))
