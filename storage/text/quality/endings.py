"""How a later text ends beside an earlier one: cut off, broken off, at a wall. Pure.

A text's beginning is kept by what cuts it: paywalls, transfers that broke, fading teasers. So what
matters is whether the old end is gone, and what stands there now.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from storage.text.shingles import MAX_CHARACTERS, fold_bounded, shingle

TAIL_SHARE = 0.8
"""What of the lost shingles must lie at the end for the loss to be one from the end."""
KEPT_WEIGHS = 4
"""Lost runs that one kept run in their midst must have beside it for the end to be lost."""
MIN_START = 15
"""Characters of a line's beginning by which it is known again."""
FEW_WORDS = 10
"""Fewer are no text that could be lost."""
MADE_UP = 0.5
"""Share of a lost end that other text may make up for before the call."""
_SENTENCE_END = re.compile(r"[.!?…。！？؟۔।॥።։。｡៕။၊။][\"'»”’)\]」』】]*$")
_TRAILING = " .…[]"
"""What stands after a text that a teaser breaks off."""


@dataclass(frozen=True, slots=True)
class Walled:
    """The end of a text is gone, and a call to subscribe or log in stands there."""

    call: str
    lost: float
    """Share of the words."""


def gone_lines(old: str, new: str) -> list[bool]:
    """For each word of the old text, whether its line is not one of the new text's."""
    kept = set(_lines(new))
    gone: list[bool] = []
    for line in _lines(old):
        gone += [line not in kept] * max(len(line.split()), len(line) // 12)
    return gone or [True]


def is_at_end(gone: Sequence[bool]) -> bool:
    """Whether nearly all that is gone is the end of the text, but for a phrase that recurs."""
    score = best = missing = at_end = 0
    for is_gone in reversed(gone):
        score += 1 if is_gone else -KEPT_WEIGHS
        missing += is_gone
        if score > best:
            best, at_end = score, missing
    return at_end >= TAIL_SHARE * missing


def find_wall(old: str, new: str, calls: Sequence[str]) -> Walled | None:
    """Whether the new text stops before the old one's last lines, at a call that is new.

    ``calls``: what the new page says at its end, in its text or right behind it. A site may have
    one under every whole text, and a publisher takes last paragraphs out: so it must be the end
    that is gone, without other text in its place.
    """
    before, after = _lines(old), _lines(new)
    had, has = set(before), set(after)
    call = next((line for line in calls if fold_bounded(line) not in had), None)
    if call is None:
        return None
    missing = 0
    for line in reversed(before):
        if line in has:
            break
        missing += shingle(line).words
    folded = fold_bounded(call)
    place = after.index(folded) if folded in has else len(after)
    rest = (line for at, line in enumerate(after) if at < place or line in had)
    left = sum(shingle(line).words for line in rest)
    whole = sum(shingle(line).words for line in before)
    lost = whole - left
    if missing < FEW_WORDS or lost < MADE_UP * missing:
        return None
    return Walled(" ".join(call.split()), min(missing, lost) / whole)


def breaks_off(old: str, new: str) -> bool:
    """Whether one of the last lines ends in the middle of what is one line of the old text.

    Not only the last one: a wall's own words ("subscribe to read on") may follow. Where the old
    text's lines end without a full stop (Thai, verse), only an ellipsis tells.
    """
    paragraphs = _lines(old)
    has_stops = 2 * sum(map(ends_sentence, paragraphs)) > len(paragraphs)
    last = [line for line in new[:MAX_CHARACTERS].split("\n") if line.strip()][-4:]
    for line in map(fold_bounded, last):
        start = line.rstrip(_TRAILING)
        dots = len(line) - len(start) > 1
        if len(start) < MIN_START or not (dots or (has_stops and not ends_sentence(line))):
            continue
        if any(
            paragraph.startswith(start) and paragraph[len(start) :].strip(_TRAILING)
            for paragraph in paragraphs
        ):
            return True
    return False


def ends_sentence(line: str) -> bool:
    return bool(_SENTENCE_END.search(line[-8:]))


def _lines(text: str) -> list[str]:
    return [fold_bounded(line) for line in text[:MAX_CHARACTERS].split("\n")]
