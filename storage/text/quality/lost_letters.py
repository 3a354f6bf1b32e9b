"""Whether a later text is an earlier one without its letters: left out, or a mark for each. Pure.

A store or a feed that knows ASCII alone, or the letters of one language, makes ``r?uni`` or
``runi`` of ``réuni``. No editor does: who spells in ASCII writes ``reuni``, ``Mueller``,
``Djokovic``. So words that are gone are looked for among the new ones as they would be without
their letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

ENOUGH_WORDS = 3
"""Broken words that are no accident: one ``dará`` may become ``dar``, one ``adamı`` ``adam``."""
ENOUGH_LETTERS = 2
"""Different letters that are left out where others stay: a reform of spelling may drop one."""
ENOUGH_MARKS = 4
"""… in a line that says nothing else: ``???? ??????``."""

_SAME_MARK = {ord("\u00bf"): "?", ord("\u25a1"): "?"}
"""What some databases put for a letter in place of a question mark."""
_MARK_RUN = re.compile(r"\?+")
_INSIDE = re.compile(r"[^\W_]\?[^\W_]")
_SIGN_INSIDE = re.compile("(?<=[^\\W_])[\u2018\u2019\u2013\u2014](?=[^\\W_])")
_ODD = re.compile(r"[^\x00-\x7f]")
_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class _BrokenForms:
    forms: Mapping[str, str]
    """Words of the old text that are gone → the broken form that the new one has."""
    weighed: int
    """Words that could have been broken, those that are whole among them."""


@dataclass(frozen=True, slots=True)
class _WordSets:
    was: frozenset[str]
    """Those with letters beyond ASCII in lines that the new text lacks."""
    now: frozenset[str]
    """Those of lines that the old text lacks."""
    known: frozenset[str]
    """All of the old text."""


def has_lost_letters(old: str, new: str) -> bool:
    """Whether letters of ``old`` that are not ASCII are left out in ``new``, or are marks there.

    A mark inside a word is proof. Other words may come so by accident: they must be several, and
    most of those that could, or all where no such letter is left. Linear in the lengths.
    """
    if old.isascii():
        return False
    gone, fresh = _lines_not_in(new, old), _lines_not_in(old, new)
    if not gone or not fresh:
        return False
    if _is_all_marks(gone, fresh):
        return True
    was = frozenset(word for word in _words_of(gone) if not word.isascii())
    words = _WordSets(was, _words_of(fresh), frozenset(old.split()))
    kept = frozenset(letter for line in fresh for letter in _ODD.findall(line))
    some = frozenset(letter for word in was for letter in _ODD.findall(word)) - kept
    has_letters = any(map(_is_letter, filter(_ODD.match, new)))
    for lost in (_ODD, _class_of(some)):
        marked, dropped = _find(words, lost, "?"), _find(words, lost, "")
        if any(map(_INSIDE.search, marked.forms.values())):
            return True
        for broken in (marked, dropped):
            is_all = not has_letters and 0 < len(broken.forms) == broken.weighed
            if is_all or _is_most(broken, lost, kept):
                return True
    return False


def _lines_not_in(other: str, text: str) -> list[str]:
    known = set(other.split("\n"))
    return [line for line in text.split("\n") if line not in known]


def _words_of(lines: Iterable[str]) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


def _is_all_marks(gone: Iterable[str], fresh: Iterable[str]) -> bool:
    """Whether lines of letters have become lines of marks, in scripts that have no ASCII."""
    marks = 0
    for line in fresh:
        count = line.translate(_SAME_MARK).count("?")
        if count >= ENOUGH_MARKS and 2 * count >= len("".join(line.split())):
            marks += count
    letters = sum(sum(map(_is_letter, _ODD.findall(line))) for line in gone) if marks else 0
    return letters >= ENOUGH_MARKS and 2 * marks >= letters


def _find(words: _WordSets, lost: re.Pattern[str], put: str) -> _BrokenForms:
    """The old text's words without the letters that ``lost`` matches, among the new ones."""
    candidates = words.now - words.known
    if put:
        candidates = frozenset(_squeeze(word) for word in candidates if not word.isalnum())
    forms, weighed = {}, 0
    for word in words.was:
        form = lost.sub(put, word)
        form = _squeeze(form) if put else form
        if form in words.known or not any(map(str.isalnum, form)) or not _says(word, lost, put):
            continue
        weighed += 1
        if word not in words.now and form in candidates:
            forms[word] = form
    return _BrokenForms(forms, weighed)


def _says(word: str, lost: re.Pattern[str], put: str) -> bool:
    """Whether a word loses a letter; or, where marks are put, what stands between two letters
    (``mayor?s``): quotes and dashes are left out and made plain by editors. A capital inside a
    word (``saidÂ``) is what a misreading left."""
    if any(
        not letter.isupper() and other.isupper()
        for letter, other in pairwise(word)
        if letter.isalnum()
    ):
        return False
    if any(map(_is_letter, lost.findall(word))):
        return True
    return bool(put) and any(lost.match(sign[0]) for sign in _SIGN_INSIDE.finditer(word))


def _is_letter(character: str) -> bool:
    """No mark on a letter, which may be left out in good spelling, and no letter-like sign (ʿ)."""
    return unicodedata.category(character) in ("Lu", "Ll", "Lt", "Lo")


def _squeeze(word: str) -> str:
    """With one mark where there are several: one for each byte of a letter."""
    return _MARK_RUN.sub("?", word.translate(_SAME_MARK))


def _class_of(letters: Iterable[str]) -> re.Pattern[str]:
    inside = "".join(map(re.escape, sorted(letters)))
    return re.compile(f"[{inside}]") if inside else _NEVER


def _is_most(broken: _BrokenForms, lost: re.Pattern[str], kept: frozenset[str]) -> bool:
    if len(broken.forms) < ENOUGH_WORDS or 2 * len(broken.forms) < broken.weighed:
        return False
    if not any(map(_is_letter, kept)):
        return True
    letters = {letter.lower() for word in broken.forms for letter in lost.findall(word)}
    return sum(map(_is_letter, letters)) >= ENOUGH_LETTERS
