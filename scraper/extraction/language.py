"""The language of a text: its code, a guess from its script and commonest words, and the choice
between that and what the page states. Pure, and knows nothing of pages."""

from __future__ import annotations

import re
from collections import Counter

from scraper.extraction.word_lists import read_rows
from scraper.model.types import Candidate

_CODE = re.compile(r"^([a-z]{2,3})(?:[-_][A-Za-z0-9-_]*)?$", re.IGNORECASE)
_ISO_639_2 = {
    "eng": "en", "ger": "de", "deu": "de", "fra": "fr", "fre": "fr", "spa": "es", "ita": "it",
    "por": "pt", "nld": "nl", "dut": "nl", "ind": "id", "msa": "ms", "may": "ms", "rus": "ru",
    "ukr": "uk", "pol": "pl", "zho": "zh", "chi": "zh", "jpn": "ja", "kor": "ko", "ara": "ar",
    "fas": "fa", "per": "fa", "heb": "he", "hin": "hi", "tur": "tr", "vie": "vi", "tha": "th",
    "ell": "el", "gre": "el", "swe": "sv", "dan": "da", "nor": "no", "fin": "fi",
}  # fmt: skip
_RENAMED = {
    "iw": "he",
    "in": "id",
    "ji": "yi",
    "nb": "no",
    "nn": "no",
    "cn": "zh",
    "jp": "ja",
    "kr": "ko",
}

# Ranges of code points that only a few languages are written in.
_SCRIPTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("\u3040-\u30ff", ("ja",)),
    ("\uac00-\ud7af\u1100-\u11ff", ("ko",)),
    ("\u4e00-\u9fff", ("zh", "ja")),
    ("\u0400-\u04ff", ("ru", "uk", "bg", "sr", "mk", "be", "kk", "mn", "ky", "tg")),
    ("\u0600-\u06ff", ("ar", "fa", "ur", "ps", "ku", "sd", "ug")),
    ("\u0590-\u05ff", ("he", "yi")),
    ("\u0370-\u03ff", ("el",)),
    ("\u0e00-\u0e7f", ("th",)),
    ("\u0900-\u097f", ("hi", "mr", "ne", "sa")),
    ("\u0980-\u09ff", ("bn", "as")),
    ("\u0a80-\u0aff", ("gu",)),
    ("\u0a00-\u0a7f", ("pa",)),
    ("\u0b80-\u0bff", ("ta",)),
    ("\u0c00-\u0c7f", ("te",)),
    ("\u0c80-\u0cff", ("kn",)),
    ("\u0d00-\u0d7f", ("ml",)),
    ("\u0d80-\u0dff", ("si",)),
    ("\u1000-\u109f", ("my",)),
    ("\u1780-\u17ff", ("km",)),
    ("\u0e80-\u0eff", ("lo",)),
    ("\u10a0-\u10ff", ("ka",)),
    ("\u0530-\u058f", ("hy",)),
    ("\u1200-\u137f", ("am", "ti")),
)
_LETTERS = re.compile(r"[^\W\d_]+")
_NOT_LATIN = re.compile(f"[{''.join(ranges for ranges, _ in _SCRIPTS)}]")
_COMPILED = tuple((re.compile(f"[{ranges}]"), codes) for ranges, codes in _SCRIPTS)

_STOP_WORDS = {code: frozenset(words.split()) for code, words in read_rows("stop_words.txt")[""]}
# Pairs that a small vote cannot tell apart: the stated one is believed.
_NEIGHBOURS = tuple(
    frozenset(codes.split())
    for codes in ("id ms", "no da sv", "cs sk", "hr sl sr bs", "pt gl es ca", "nl af")
)
_LANGUAGES_OF: dict[str, tuple[str, ...]] = {
    word: tuple(code for code, stop in _STOP_WORDS.items() if word in stop)
    for stop in _STOP_WORDS.values()
    for word in stop
}
_GUESSED = (
    frozenset(_STOP_WORDS) | {codes[0] for _, codes in _SCRIPTS} | set("uk be sr bg fa ur".split())
)
SAMPLE = 2_500


def read_language_code(label: str | None) -> str | None:
    """``en_US``, ``EN``, ``eng`` → ``en``; ``None`` for what is no language."""
    match = _CODE.match((label or "").strip())
    if match is None:
        return None
    code = match[1].lower()
    code = _ISO_639_2.get(code, code) if len(code) == 3 else _RENAMED.get(code, code)
    return code if len(code) == 2 else None


def choose_language(stated: list[Candidate], text: str) -> Candidate | None:
    """The stated language unless the text is plainly in another one."""
    guess = guess_language(text)
    if not stated:
        return guess
    best = stated[0]
    if guess is None or guess.value == best.value:
        return best
    if _are_neighbours(guess.value, best.value) or _is_beyond(best.value):
        return best
    if guess.source == "script" or guess.confidence >= 0.85:
        agreed = next((c for c in stated if c.value == guess.value), None)
        return agreed or guess
    return best


def _are_neighbours(code: str, other: str) -> bool:
    return any({code, other} <= group for group in _NEIGHBOURS)


def _is_beyond(code: str) -> bool:
    """Whether no guess ever comes to this language: Kazakh passes for Ukrainian, Basque for
    Spanish."""
    return code not in _GUESSED


def guess_language(text: str) -> Candidate | None:
    """From the script, else from a vote of the commonest words; ``None`` on too little text."""
    sample = text[:SAMPLE]
    spelt = _LETTERS.findall(sample)
    letters = sum(map(len, spelt))
    if letters < 20:
        return None
    if not sample.isascii() and len(_NOT_LATIN.findall(sample)) > 0.05 * letters:
        for pattern, codes in _COMPILED:
            share = len(pattern.findall(sample)) / letters
            if share > (0.05 if codes == ("ja",) else 0.4):
                code = _by_letters(sample, codes)
                return Candidate(code, "script", 0.9) if code else None
    words = Counter(map(str.lower, spelt))
    total = sum(words.values())
    tally: Counter[str] = Counter()
    for word, count in words.items():
        for code in _LANGUAGES_OF.get(word, ()):
            tally[code] += count
    votes = tally.most_common(4) or [("", 0)]
    code, best = votes[0]
    # Neighbours share the words that tell both from all others.
    second = next((count for other, count in votes[1:] if not _are_neighbours(code, other)), 0)
    if total < 20 or best < 0.08 * total:
        return None
    confidence = 0.9 if best > 1.5 * second and total >= 60 else 0.7
    return Candidate(code, "words", confidence)


def _by_letters(sample: str, codes: tuple[str, ...]) -> str | None:
    """Within a script, by letters that only one of its languages has."""
    if codes[0] == "ru":
        if re.search("[іїєґІЇЄҐ]", sample):
            return "uk" if not re.search("[ўЎ]", sample) else "be"
        if re.search("[ђћљњџЂЋЉЊЏ]", sample):
            return "sr"
        return "ru" if re.search("[ыэЫЭ]", sample) else "bg"
    if codes[0] == "ar":
        if re.search("[ٹڈڑںے]", sample):
            return "ur"
        return "fa" if re.search("[پچژگ]", sample) else "ar"
    return codes[0]
