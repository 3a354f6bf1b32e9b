"""Whether two texts are worded alike: what is left when typography is taken away. Pure.

More than ``fingerprint.fold`` takes away: the spaces around marks, how a number is written whose
value is the same, full stops of other scripts, capitals throughout. Hashes are made of folded
texts, so two texts may be worded alike and have other hashes; where they do, this decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from storage.text.fingerprint import fold
from storage.text.tokens import Token, number_value, tokens_of

LONGEST = 200_000
"""Characters: the tokens of more take too much memory."""
_STOPS = {"\u3002": ".", "\uff61": ".", "\u3001": ",", "\u06d4": ".", "\u060c": ","}
"""Ideographic and Arabic stops and commas, where templates and authors mix them with ASCII's."""


def sense_of(token: Token) -> str:
    """What a token says: numbers by their value."""
    if token.kind == "number":
        return number_value(token.key)
    return _STOPS.get(token.key, token.key) if token.kind == "mark" else token.key


def senses_of(text: str) -> list[str]:
    return [sense for sense in map(sense_of, tokens_of(text)) if sense]


def is_same_line(before: str, after: str) -> bool:
    """Of headlines and names. Capitals throughout are a template's, and don't tell ``Polish`` from
    ``polish``."""
    before, after = fold(before), fold(after)
    if before.isupper() or after.isupper():
        before, after = before.casefold(), after.casefold()
    return before == after or senses_of(before) == senses_of(after)


def are_same_lines(before: Sequence[str], after: Sequence[str]) -> bool:
    return len(before) == len(after) and all(map(is_same_line, before, after))


def is_same_text(before: str, after: str) -> bool:
    """Of bodies, however they are cut into paragraphs. Those of a book's length are not taken
    apart: they are alike only where they are equal."""
    if before == after:
        return True
    is_short = max(len(before), len(after)) <= LONGEST
    return is_short and senses_of(before) == senses_of(after)


class Worded(Protocol):
    """What has a wording: an article as it was extracted, or a version of one."""

    @property
    def title(self) -> str | None: ...
    @property
    def authors(self) -> Sequence[str]: ...
    @property
    def body(self) -> str: ...


def is_worded_alike(one: Worded, other: Worded) -> bool:
    return (
        is_same_line(one.title or "", other.title or "")
        and are_same_lines(one.authors, other.authors)
        and is_same_text(one.body, other.body)
    )
