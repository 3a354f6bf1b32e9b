"""Long lists of phrases that a line may begin with, tried by the line's first letter.

One pattern of five hundred alternatives costs ten times what the few do that begin with the letter.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

_LEAD = r"[\W_]{0,4}"
_FIRST_LETTER = re.compile(r"[\W_]{0,4}([^\W_])")
_DIGITS = frozenset("0123456789")


class Starts:
    """``match``: whether a line begins with one of the patterns, after four marks at most.

    ``patterns``: alternatives as in a regular expression, in any case of letters; ``tail``: what
    must follow.
    """

    def __init__(self, patterns: Iterable[str], tail: str = "") -> None:
        by_letter: dict[str, list[str]] = defaultdict(list)
        anyhow: list[str] = []
        for pattern in patterns:
            for alternative in _split(pattern):
                letters = _first_letters(alternative)
                if letters is None or not all(letter.isalnum() for letter in letters):
                    anyhow.append(alternative)
                else:
                    for letter in letters:
                        by_letter[letter].append(alternative)
        self._others = _compile(anyhow, tail)
        self._by_letter = {
            letter: _compile([*own, *anyhow], tail) for letter, own in by_letter.items()
        }

    def match(self, line: str) -> bool:
        first = _FIRST_LETTER.match(line)
        letter = first[1].lower()[:1] if first else ""
        return self._by_letter.get(letter, self._others).match(line) is not None


def _compile(alternatives: list[str], tail: str) -> re.Pattern[str]:
    inner = "|".join(alternatives) if alternatives else r"(?!)"
    return re.compile(f"{_LEAD}(?:{inner}){tail}", re.IGNORECASE)


def _split(pattern: str) -> list[str]:
    """The alternatives of a pattern, those inside brackets left whole."""
    parts, depth, start, at = [], 0, 0, 0
    while at < len(pattern):
        character = pattern[at]
        if character == "\\":
            at += 1
        elif character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif character == "|" and not depth:
            parts.append(pattern[start:at])
            start = at + 1
        at += 1
    return [*parts, pattern[start:]]


def _first_letters(pattern: str) -> frozenset[str] | None:
    """What a match may begin with, in lower case; ``None`` where that is not plain to see."""
    first, rest = pattern[:1], pattern[1:]
    if pattern.startswith("(?:"):
        end = _closing(pattern)
        inner = [_first_letters(part) for part in _split(pattern[3:end])]
        rest = pattern[end + 1 :]
    elif pattern.startswith(r"\d"):
        inner, rest = [_DIGITS], rest[1:]
    elif first == "[":
        end = pattern.index("]")
        own = pattern[1:end]
        inner = [None if set(own) & set("^-\\") else frozenset(own.lower())]
        rest = pattern[end + 1 :]
    elif not first or first in "\\.^$(":
        return None
    else:
        inner = [frozenset(first.lower()[:1])]
    if rest[:1] in ("?", "*"):
        inner.append(_first_letters(rest[1:]))
    elif rest[:1] == "{":
        return None
    return None if None in inner else frozenset().union(*(part for part in inner if part))


def _closing(pattern: str) -> int:
    depth, at = 0, 0
    while at < len(pattern):
        if pattern[at] == "\\":
            at += 1
        elif pattern[at] in "([":
            depth += 1
        elif pattern[at] in ")]":
            depth -= 1
            if not depth:
                return at
        at += 1
    return len(pattern)
