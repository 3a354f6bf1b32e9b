"""A folded date line as tokens: :func:`tokenise` gives one letter a token, and their values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from scraper.extraction.dates_vocabulary import (
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
    r"|(?P<Z>(?:gmt|utc)\s?[+-]\s?\d{1,2}(?::?\d\d)?(?!\d))"
    rf"|(?P<a>(?<!{_WORD})[ap](?:\.\s?|)m(?!{_WORD})\.?)"
    r"|(?P<n>\d+)"
    rf"|(?P<x>{_WORD}+(?:'{_WORD}+)*)"
    r"|(?P<p>[^\s])"
)
_PUNCTUATION = frozenset("/-.,:()'+\"$")
_DOTTED = re.compile(
    r"(?<![^\W\d_])(?:[ก-ฮ]\.\s?[ก-ฮ]\.|[ก-ฮ][ิี]\.\s?[ก-ฮ]\.|เม\.\s?ย\.|[ກ-ຮ]ິ?\.\s?[ກ-ຮ]\.|[πμ]\.\s?μ\.?|"
    r"[قب]\.\s?ظ\.?|ዓ\.\s?ም\.?|ه\.\s?ش\.?)"
)
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af]")
_PREFIXES = frozenset("בהלמבከበ")
"""Hebrew and Amharic write "in", "the", "from" on to the word."""
_TIME_PARTS = re.compile(r"\d+")
_CJK_WEEKDAYS = {char: i for i, char in enumerate("月火水木金土日")} | {
    char: i for i, char in enumerate("월화수목금토일")
} | {char: i for i, char in enumerate("一二三四五六")}  # fmt: skip


@dataclass(slots=True)
class Tokens:
    """``kinds`` has one letter a token; ``values``, ``starts`` and ``ends`` run beside it."""

    text: str
    kinds: str = ""
    values: list[object] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)


def tokenise(folded: str, language: str) -> Tokens:
    """Split folded text; ``language`` has no region and may be empty."""
    words = vocabulary(language)
    if "." in folded and not folded.isascii():
        folded = _DOTTED.sub(lambda m: m[0].replace(".", "").replace(" ", "") + " ", folded)
    tokens = Tokens(folded)
    kinds: list[str] = []
    position, length = 0, len(folded)
    while position < length:
        match = _TOKEN.search(folded, position)
        if match is None:
            break
        start, position = match.span()
        kind = match.lastgroup
        if kind == "x":
            position = _add_word(tokens, kinds, words, start, position)
            continue
        value: object = match[0]
        if kind == "n":
            size = position - start
            kind = "d" if size <= 2 else "y" if size == 4 else "8" if size == 8 else "n"
            value = int(match[0]) if size <= 8 else 0
        elif kind == "p":
            kind = match[0] if match[0] in _PUNCTUATION else "|"
        elif kind == "a":
            value = match[0][0] + "m"
        _append(tokens, kinds, kind or "|", value, start, position)
    tokens.kinds = "".join(kinds)
    return tokens


def _append(
    tokens: Tokens, kinds: list[str], kind: str, value: object, start: int, end: int
) -> None:
    kinds.append(kind)
    tokens.values.append(value)
    tokens.starts.append(start)
    tokens.ends.append(end)


def _add_word(tokens: Tokens, kinds: list[str], words: Vocabulary, start: int, end: int) -> int:
    """Add the word at ``start``, or the phrase it begins, or its parts; where to go on."""
    text = tokens.text
    word = text[start:end]
    glued = bool(kinds) and tokens.ends[-1] == start and kinds[-1] in "dyn"
    if glued and word in ORDINALS:
        _append(tokens, kinds, "o", word, start, end)
        return end
    for phrase, entry in words.phrases.get(word, ()):
        stop = start + len(phrase)
        if text.startswith(phrase, start) and not text[stop : stop + 1].isalpha():
            _append(tokens, kinds, *entry, start, stop)
            return stop
    entry = words.words.get(word)
    if entry is not None:
        _append(tokens, kinds, *entry, start, end)
    elif word[0] in _PREFIXES and word[1:] in words.words:
        _append(tokens, kinds, *words.words[word[1:]], start + 1, end)
    elif "'" in word:
        _add_apostrophe(tokens, kinds, words, word, start)
    elif _UNSPACED.search(word):
        _add_unspaced(tokens, kinds, words, start, end)
    else:
        _append(tokens, kinds, "x", word, start, end)
    return end


def _add_apostrophe(
    tokens: Tokens, kinds: list[str], words: Vocabulary, word: str, start: int
) -> None:
    """``d'abril`` is *of April*, ``eylul'de`` *in September*."""
    before, _, after = word.partition("'")
    for part, offset in ((after, len(before) + 1), (before, 0)):
        entry = words.words.get(part)
        if entry is not None and len(part) > 2:
            _append(tokens, kinds, *entry, start + offset, start + offset + len(part))
            return
    _append(tokens, kinds, "x", word, start, start + len(word))


def _add_unspaced(
    tokens: Tokens, kinds: list[str], words: Vocabulary, start: int, end: int
) -> None:
    """A run of a script without spaces: the known words in it, the rest as unknown words."""
    position = start
    for match in _unspaced_words(words).finditer(tokens.text, start, end):
        if match.start() > position:
            _append(
                tokens, kinds, "x", tokens.text[position : match.start()], position, match.start()
            )
        entry = words.words[match[0]]
        _append(tokens, kinds, *entry, *match.span())
        position = match.end()
    if position < end:
        _append(tokens, kinds, "x", tokens.text[position:end], position, end)
    _mark_cjk_weekday(tokens, kinds)


def _mark_cjk_weekday(tokens: Tokens, kinds: list[str]) -> None:
    """``(月)``, ``（월）``: one character in brackets is a day of the week."""
    if len(kinds) > 1 and kinds[-2] == "(" and tokens.ends[-1] - tokens.starts[-1] == 1:
        weekday = _CJK_WEEKDAYS.get(tokens.text[tokens.starts[-1]])
        if weekday is not None:
            kinds[-1], tokens.values[-1] = "W", weekday


def _unspaced_words(words: Vocabulary) -> re.Pattern[str]:
    pattern = words.unspaced
    if pattern is None:
        known = [word for word in words.words if " " not in word and _UNSPACED.search(word)]
        known.sort(key=lambda word: (-len(word), word))
        pattern = words.unspaced = re.compile("|".join(map(re.escape, known)))
    return pattern


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
