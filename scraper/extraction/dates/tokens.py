"""A folded date line as tokens: :func:`tokenise` gives one letter a token, and their values."""

from __future__ import annotations

import re

from scraper.extraction.dates.text import UNSPACED
from scraper.extraction.dates.vocabulary import (
    ORDINALS,
    REFUSED_BEFORE,
    Vocabulary,
    vocabulary,
)

_WORD = r"[a-z\x80-\U0010ffff]"
_OFFSET = (
    r"\s?\+(?:0\d|1[0-4])(?::?(?:00|15|30|45))?(?!\d)"
    r"|\s?-(?:0\d|1[0-2])(?:00|15|30|45)(?!\d)"
    r"|z(?![a-z])"
)
_TOKEN = re.compile(
    rf"(?P<T>\d{{1,2}}\s?:\s?\d\d(?:\s?:\s?\d\d(?:[.,]\d{{1,9}})?(?:-(?:0\d|1[0-2]):(?:00|15|30|45))?)?"
    rf"(?:{_OFFSET})?(?![\d:]))"
    r"|(?P<Z>(?:gmt|utc)\s?[+-](?:\d{1,2}(?::?\d\d)?|\s\d{1,2}(?::?\d\d)?(?!\s?[a-z]))(?!\d|\s?min)"
    r"|(?<=[ap]m )[+-](?:0\d|1[0-4]):?(?:00|15|30|45)(?!\d))"
    rf"|(?P<a>(?<!{_WORD})[ap](?:\.\s?|)m(?!{_WORD})\.?)"
    r"|(?P<n>\d+)"
    rf"|(?P<x>{_WORD}+(?:'{_WORD}+)*)"
    r"|(?P<p>[^\s])"
)
_PUNCTUATION = frozenset("/-.,:()'+\"$")
_DOTTED = re.compile(
    r"(?<![^\W\d_])(?:[ก-ฮ]\.\s?[ก-ฮ]\.|[ก-ฮ][ิี]\.\s?[ก-ฮ]\.|เม\.\s?ย\.|[ກ-ຮ]ິ?\.\s?[ກ-ຮ]\.|[πμ]\.\s?μ\.?|"
    r"[قب]\.\s?ظ\.?|ዓ\.\s?ም\.?|පෙ?\.\s?ව\.?|ه\.\s?ش\.?)"
)
_ABBREVIATED = re.compile(r"\bn\.\s?([hugt])\b\.?|(אחה|לפנה)\"(צ)")
_PARTS = {"h": "hapon", "u": "umaga", "g": "gabi", "t": "tanghali"}
_PREFIXES = frozenset("בהלמבከበ")
"""Hebrew and Amharic write "in", "the", "from" on to the word."""
_TIME_PARTS = re.compile(r"\d+")
_CJK_WEEKDAYS = {char: i for i, char in enumerate("月火水木金土日")} | {
    char: i for i, char in enumerate("월화수목금토일")
} | {char: i for i, char in enumerate("一二三四五六")}  # fmt: skip


Row = tuple[str, object, int, int]
"""Kind, value, start and end of a token."""


class Tokens:
    """``kinds`` has one letter a token; ``values``, ``starts`` and ``ends`` run beside it."""

    __slots__ = ("ends", "kinds", "starts", "text", "values")

    def __init__(self, text: str, rows: list[Row]) -> None:
        self.text = text
        self.kinds = "".join([row[0] for row in rows])
        self.values = [row[1] for row in rows]
        self.starts = [row[2] for row in rows]
        self.ends = [row[3] for row in rows]


def tokenise(folded: str, language: str) -> Tokens:
    """Split folded text; ``language`` has no region and may be empty."""
    words = vocabulary(language)
    if "." in folded and not folded.isascii():
        folded = _DOTTED.sub(lambda m: m[0].replace(".", "").replace(" ", "") + " ", folded)
    if language in ("tl", "he"):
        folded = _ABBREVIATED.sub(lambda m: _PARTS[m[1]] if m[1] else m[2] + m[3], folded)
    rows: list[Row] = []
    reached = 0
    for match in _TOKEN.finditer(folded):
        start, end = match.span()
        if start < reached:
            continue  # inside a phrase of several words
        kind = match.lastgroup
        text = match[0]
        if kind == "x":
            entry = words.words.get(text)
            if entry is None or text in words.phrases or text in ORDINALS:
                reached = _add_word(rows, words, folded, start, end)
            else:
                rows.append((*entry, start, end))
        elif kind == "n":
            size = end - start
            letter = "d" if size <= 2 else "y" if size == 4 else "8" if size == 8 else "n"
            rows.append((letter, int(text) if size <= 8 else 0, start, end))
        elif kind == "p":
            rows.append((text if text in _PUNCTUATION else "|", text, start, end))
        elif kind == "a":
            rows.append(("a", text[0] + "m", start, end))
        else:
            rows.append((kind or "|", text, start, end))
    return Tokens(folded, rows)


def _add_word(rows: list[Row], words: Vocabulary, text: str, start: int, end: int) -> int:
    """Add the word at ``start``, or the phrase it begins, or its parts; where to go on."""
    word = text[start:end]
    if word in ORDINALS and rows and rows[-1][3] == start and rows[-1][0] in "dyn":
        rows.append(("o", word, start, end))
        return end
    if word in ("a", "p") and rows and rows[-1][3] == start and rows[-1][0] == "T":
        rows.append(("a", word + "m", start, end))  # 5:45p
        return end
    for phrase, entry in words.phrases.get(word, ()):
        stop = start + len(phrase)
        if text.startswith(phrase, start) and not text[stop : stop + 1].isalpha():
            rows.append((*entry, start, stop))
            return stop
    known = words.words.get(word)
    if known is not None:
        rows.append((*known, start, end))
    elif word[0] in _PREFIXES and word[1:] in words.words:
        rows.append((*words.words[word[1:]], start + 1, end))
    elif "'" in word:
        _add_apostrophe(rows, words, word, start)
    elif UNSPACED.search(word):
        _add_unspaced(rows, words, text, start, end)
    else:
        rows.append(("x", word, start, end))
    return end


def _add_apostrophe(rows: list[Row], words: Vocabulary, word: str, start: int) -> None:
    """``d'abril`` is *of April*, ``eylul'de`` *in September*."""
    before, _, after = word.partition("'")
    for part, offset in ((after, len(before) + 1), (before, 0)):
        entry = words.words.get(part)
        if entry is not None and len(part) > 2:
            rows.append((*entry, start + offset, start + offset + len(part)))
            return
    rows.append(("x", word, start, start + len(word)))


def _add_unspaced(rows: list[Row], words: Vocabulary, text: str, start: int, end: int) -> None:
    """A run of a script without spaces: the known words in it, the rest as unknown words."""
    position = start
    for match in _unspaced_words(words).finditer(text, start, end):
        if match.start() > position:
            rows.append(("x", text[position : match.start()], position, match.start()))
        rows.append((*words.words[match[0]], *match.span()))
        position = match.end()
    if position < end:
        rows.append(("x", text[position:end], position, end))
    if len(rows) > 1 and rows[-2][0] == "(" and rows[-1][3] - rows[-1][2] == 1:
        weekday = _CJK_WEEKDAYS.get(text[rows[-1][2]])  # (月), (월)
        if weekday is not None:
            rows[-1] = ("W", weekday, rows[-1][2], rows[-1][3])


def _unspaced_words(words: Vocabulary) -> re.Pattern[str]:
    if words.unspaced is None:
        known = [word for word in words.words if " " not in word and UNSPACED.search(word)]
        known.sort(key=lambda word: (-len(word), word))
        words.unspaced = re.compile("|".join(map(re.escape, known)))
    return words.unspaced


def time_of(text: str) -> tuple[int, int, int, bool, float | None]:
    """Hour, minute, second, whether the second is printed, and the offset in hours if it is."""
    clock, offset = text, None
    if text.endswith("z"):
        clock, offset = text[:-1], 0.0
    else:
        cut = max(text.rfind("+"), text.rfind("-"))
        if cut > 0:
            clock, offset = text[:cut], offset_of(text[cut:])
    parts = [int(part) for part in _TIME_PARTS.findall(clock)[:3]]
    return parts[0], parts[1], parts[2] if len(parts) > 2 else 0, len(parts) > 2, offset


def offset_of(text: str) -> float | None:
    """``+07:00``, ``-0530``, ``gmt+7`` in hours; ``None`` beyond what exists."""
    sign = -1 if "-" in text else 1
    digits = "".join(_TIME_PARTS.findall(text))
    hours, minutes = (int(digits), 0) if len(digits) <= 2 else (int(digits[:-2]), int(digits[-2:]))
    if hours > 14 or minutes > 59:
        return None
    return sign * (hours + minutes / 60)


def is_refused(tokens: Tokens, index: int) -> bool:
    """Whether the number at ``index`` is a version, a price or a telephone number."""
    if index == 0:
        return False
    before = tokens.kinds[index - 1]
    if before == "$":
        return True
    glued = tokens.ends[index - 1] == tokens.starts[index]
    if before == "x":
        word = tokens.text[tokens.starts[index - 1] : tokens.ends[index - 1]]
        return word in REFUSED_BEFORE or (glued and len(word) <= 2 and word.isascii())
    return glued and before == "+"
