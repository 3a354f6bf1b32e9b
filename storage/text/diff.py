"""Which words of two texts were taken out, and which were put in. Pure.

What ``fingerprint.fold`` folds away is no difference here: quotes, dashes, spaces, widths. Every
comparison gives the same in both directions, with old and new exchanged. The longest common
subsequence is rapidfuzz's bit-parallel one (difflib's cost is cubic in bad cases: 8 s for 1,200
words of three kinds); what is quadratic is cut into windows, so that a hostile text costs no more
than a long one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import LCSseq

from storage.text.tokens import Token, fold_quickly, tokens_of

WINDOW = 8192
"""Items on each side that are compared as a whole: a matrix of 8 MB."""

_SYLLABLE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


class SpanKind(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class DiffRun:
    """A stretch of both texts, or of one. All ``old`` joined are the old text, all ``new`` the
    new one."""

    kind: SpanKind
    old: str
    """Empty where the run was added."""
    new: str
    """Empty where it was removed."""


@dataclass(frozen=True, slots=True)
class Span:
    """``old[start:end]`` and ``new[new_start:new_end]``, equal or exchanged for one another."""

    same: bool
    start: int
    end: int
    new_start: int
    new_end: int


def diff_words(old: str, new: str) -> tuple[DiffRun, ...]:
    """The two texts in runs, in reading order; what was removed stands before what was added."""
    if not old or not new:
        return tuple(_exchanged(old, new))
    if fold_quickly(old) == fold_quickly(new):  # one sign for several is no difference, either
        return (DiffRun(SpanKind.SAME, old, new),)
    return runs_of(tokens_of(old), tokens_of(new))


def runs_of(old: Sequence[Token], new: Sequence[Token]) -> tuple[DiffRun, ...]:
    """As ``diff_words``, of tokens."""
    spans = align([one.key for one in old], [one.key for one in new])
    return tuple(_runs(old, new, spans))


def readable(runs: Sequence[DiffRun]) -> tuple[DiffRun, ...]:
    """The runs with chance agreements joined to the changes around them.

    "cat sat on the mat" → "dog lay in the rug" has no use for the "the" in the middle. As
    diff-match-patch's ``diff_cleanupSemantic``: what stayed goes where it is no longer than the
    change before it and the one behind it, each with the longer of its two sides. A Chinese or
    Japanese character that stayed counts twice: it says as much as a syllable.
    """
    changes: list[list[int]] = []  # [first run, behind the last, characters out, characters in]
    for at, run in enumerate(runs):
        if run.kind is SpanKind.SAME:
            continue
        change = [at, at + 1, len(run.old), len(run.new)]
        while changes:
            before = changes[-1]
            between = runs[before[1] : change[0]]
            out, put_in = (sum(map(len, side)) for side in _sides(between))
            weight = max(out, put_in) + sum(len(_SYLLABLE.findall(run.old)) for run in between)
            if weight > min(max(before[2:]), max(change[2:])):
                break
            changes.pop()
            sizes = before[2] + out + change[2], before[3] + put_in + change[3]
            change = [before[0], change[1], *sizes]
        changes.append(change)
    return tuple(_regrouped(runs, changes))


def align(old: Sequence[str], new: Sequence[str]) -> list[Span]:
    """Both sequences in spans, equal and exchanged ones by turns, empty ones left out.

    A longest common subsequence where what differs is no longer than ``WINDOW``, else one of each
    window.
    """
    old, new = list(old), list(new)
    if new < old:  # of several that are as long, the same one in both directions
        return [Span(x.same, x.new_start, x.new_end, x.start, x.end) for x in align(new, old)]
    numbers: dict[str, int] = {}
    before = [numbers.setdefault(item, len(numbers)) for item in old]
    after = [numbers.setdefault(item, len(numbers)) for item in new]
    start = _common(before, after)
    end = _common(before[start:][::-1], after[start:][::-1])
    i, j = len(before) - end, len(after) - end
    equal = [(0, 0, start)]
    equal += [(start + x, start + y, n) for x, y, n in _windowed(before[start:i], after[start:j])]
    equal += [(i, j, end), (len(before), len(after), 0)]
    return [*_spans(equal)]


def _common(one: Sequence[int], other: Sequence[int]) -> int:
    """How many items at the start are the same."""
    for at, (mine, theirs) in enumerate(zip(one, other, strict=False)):
        if mine != theirs:
            return at
    return min(len(one), len(other))


def _windowed(old: Sequence[int], new: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Where rows of equal items stand in both, and how long they are."""
    parts = -(-max(len(old), len(new)) // WINDOW)
    for part in range(parts):
        i, i_end = len(old) * part // parts, len(old) * (part + 1) // parts
        j, j_end = len(new) * part // parts, len(new) * (part + 1) // parts
        rows = LCSseq.opcodes(old[i:i_end], new[j:j_end]).as_matching_blocks()
        yield from ((i + row.a, j + row.b, row.size) for row in rows if row.size)


def _spans(equal: Sequence[tuple[int, int, int]]) -> Iterator[Span]:
    """The rows of equal items, those that meet as one, and what lies between them."""
    i = j = first = first_new = 0  # behind what was read; where its equal items begin
    for at, at_new, length in equal:
        if (at, at_new) != (i, j):
            if first < i:
                yield Span(True, first, i, first_new, j)
            yield Span(False, i, at, j, at_new)
            first, first_new = at, at_new
        i, j = at + length, at_new + length
    if first < i:
        yield Span(True, first, i, first_new, j)


def _runs(old: Sequence[Token], new: Sequence[Token], spans: Sequence[Span]) -> Iterator[DiffRun]:
    for span in spans:
        before = "".join(one.text for one in old[span.start : span.end])
        after = "".join(one.text for one in new[span.new_start : span.new_end])
        if span.same:
            yield DiffRun(SpanKind.SAME, before, after)
        else:
            yield from _exchanged(before, after)


def _regrouped(runs: Sequence[DiffRun], changes: Sequence[Sequence[int]]) -> Iterator[DiffRun]:
    at = 0
    for first, behind, *_ in changes:
        yield from runs[at:first]
        old, new = _sides(runs[first:behind])
        yield from _exchanged("".join(old), "".join(new))
        at = behind
    yield from runs[at:]


def _sides(runs: Sequence[DiffRun]) -> tuple[list[str], list[str]]:
    return [run.old for run in runs], [run.new for run in runs]


def _exchanged(old: str, new: str) -> Iterator[DiffRun]:
    if old:
        yield DiffRun(SpanKind.REMOVED, old, "")
    if new:
        yield DiffRun(SpanKind.ADDED, "", new)
