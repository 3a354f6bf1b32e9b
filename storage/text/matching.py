"""Which blocks of two texts belong together: unchanged, worded anew, moved, split or joined. Pure.

1. Blocks that are equal (folded), in order; 2. blocks that were split or joined word for word;
3. equal ones out of order; 4. similar ones, looked for by their rarest words. Of all pairs the
longest row that keeps its order stayed where it was, the others moved.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from storage.text.diff import align
from storage.text.tokens import features_of, fold_quickly, tokens_of

NEAR, FAR = 0.4, 0.6
"""From which likeness on two blocks are one: between the same unchanged blocks, and anywhere."""
_RARE, _POSTINGS, _CANDIDATES = 16, 16, 4
"""By how many of its rarest words a block looks for its like; in how many blocks such a word may
stand; how many of the blocks found are compared."""
_MOST = 4000
"""Blocks on a side that look for their like; no article has so many."""
_SHORTEST_CONTAINED = 8
"""Words of a block that may be found whole in a longer one."""
_LARGEST_SPLIT, _SPLIT_CELLS = 8, 10_000
"""Pieces of one block; pairs that are looked at for it, in one place of change."""


@dataclass(frozen=True, slots=True)
class Match:
    """Blocks that belong together, by their indices; none on one side where there is nothing.

    Several blocks on a side are one that was split into them, or that they were joined to, word
    for word.
    """

    old: tuple[int, ...]
    new: tuple[int, ...]
    moved: bool = False


def match_blocks(old: Sequence[str], new: Sequence[str]) -> list[Match]:
    """Every block of both in one match, in the reading order of ``new``; what was removed stands
    behind what it followed."""
    old, new = list(old), list(new)
    if new < old:  # of several choices that are as good, the same one in both directions
        matches = [Match(one.new, one.old, one.moved) for one in _matched(new, old)]
    else:
        matches = _matched(old, new)
    return _in_reading_order(matches)


def _matched(old: list[str], new: list[str]) -> list[Match]:
    before, after = [*map(fold_quickly, old)], [*map(fold_quickly, new)]
    spans = align(before, after)
    places = _Places(len(old), len(new))
    matches: list[Match] = []
    for number, span in enumerate(spans):
        i_range, j_range = range(span.start, span.end), range(span.new_start, span.new_end)
        if span.same:
            found = [Match((i,), (j,)) for i, j in zip(i_range, j_range, strict=True)]
        else:
            places.put(i_range, j_range, number)
            found = [*_splits(before, after, i_range, j_range)]
            found += [Match(one.new, one.old) for one in _splits(after, before, j_range, i_range)]
        for match in found:
            places.take(match)
        matches += found
    for i, j in (*_equal_elsewhere(before, after, places), *_similar(before, after, places)):
        if places.are_free(i, j):
            match = Match((i,), (j,))
            places.take(match)
            matches.append(match)
    matches = _with_moves(matches)
    matches += [Match((i,), ()) for i in places.free_old()]
    return matches + [Match((), (j,)) for j in places.free_new()]


class _Places:
    """Which blocks have no match yet, and between which unchanged ones they stand."""

    def __init__(self, old: int, new: int) -> None:
        self._old: dict[int, int] = {}
        self._new: dict[int, int] = {}

    def put(self, old: range, new: range, place: int) -> None:
        self._old.update(dict.fromkeys(old, place))
        self._new.update(dict.fromkeys(new, place))

    def take(self, match: Match) -> None:
        for i in match.old:
            self._old.pop(i, None)
        for j in match.new:
            self._new.pop(j, None)

    def are_free(self, i: int, j: int) -> bool:
        return i in self._old and j in self._new

    def are_near(self, i: int, j: int) -> bool:
        return self._old[i] == self._new[j]

    def free_old(self) -> list[int]:
        return sorted(self._old)

    def free_new(self) -> list[int]:
        return sorted(self._new)


def _splits(
    whole: Sequence[str], pieces: Sequence[str], of_whole: range, of_pieces: range
) -> Iterator[Match]:
    """Blocks of ``whole`` that are a row of ``pieces``, joined by a space."""
    if len(of_whole) * len(of_pieces) > _SPLIT_CELLS:
        return
    j_next = of_pieces.start
    for i in of_whole:
        if " " not in whole[i]:
            continue
        for j in range(j_next, of_pieces.stop - 1):
            if not whole[i].startswith(pieces[j]):
                continue
            last = _end_of_split(whole[i], pieces, j, of_pieces.stop)
            if last:
                yield Match((i,), tuple(range(j, last)))
                j_next = last
                break


def _end_of_split(text: str, pieces: Sequence[str], first: int, stop: int) -> int:
    """Behind the last of the pieces from ``first`` on that are the text; 0 if they are not."""
    at = 0
    for j in range(first, min(stop, first + _LARGEST_SPLIT)):
        if not text.startswith(pieces[j], at):
            return 0
        at += len(pieces[j])
        if at == len(text):
            return j + 1
        if text[at] != " ":
            return 0
        at += 1
    return 0


def _equal_elsewhere(
    before: Sequence[str], after: Sequence[str], places: _Places
) -> Iterator[tuple[int, int]]:
    waiting: dict[str, list[int]] = defaultdict(list)
    for j in reversed(places.free_new()):
        waiting[after[j]].append(j)
    for i in places.free_old():
        if waiting.get(before[i]):
            yield i, waiting[before[i]].pop()


def _similar(
    before: Sequence[str], after: Sequence[str], places: _Places
) -> Iterator[tuple[int, int]]:
    """Pairs that are alike, the most alike first. A block may be in several."""
    old = {i: features_of(tokens_of(before[i])) for i in places.free_old()[:_MOST]}
    new = {j: features_of(tokens_of(after[j])) for j in places.free_new()[:_MOST]}
    pairs = {*_candidates(old, new)} | {(i, j) for j, i in _candidates(new, old)}
    rated = []
    for i, j in pairs:
        likeness = _likeness(old[i], new[j])
        if likeness >= (NEAR if places.are_near(i, j) else FAR):
            rated.append((-likeness, not places.are_near(i, j), abs(i - j), i, j))
    for *_, i, j in sorted(rated):
        yield i, j


def _candidates(
    seekers: Mapping[int, Counter[str]], sought: Mapping[int, Counter[str]]
) -> Iterator[tuple[int, int]]:
    standing: dict[str, list[int]] = defaultdict(list)
    for at, features in sought.items():
        for feature in features:
            standing[feature].append(at)
    for seeker, features in seekers.items():
        known = [one for one in features if 0 < len(standing.get(one, ())) <= _POSTINGS]
        known.sort(key=lambda one: (len(standing[one]), one))
        shared = Counter(at for one in known[:_RARE] for at in standing[one])
        best = sorted(shared, key=lambda at: (-shared[at], abs(at - seeker), at))
        for at in best[:_CANDIDATES]:
            yield seeker, at


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    """0 to 1: the share of words in common (Dice); a block that was extended, or cut, counts for
    how much of the shorter one stands in the longer."""
    shorter, longer = sorted((one, other), key=len)
    common = sum(min(count, longer[feature]) for feature, count in shorter.items())
    sizes = sorted((one.total(), other.total()))
    if not common:
        return 0.0
    likeness = 2 * common / sum(sizes)
    if sizes[0] >= _SHORTEST_CONTAINED:
        likeness = max(likeness, 0.75 * (common / sizes[0]) ** 2)
    return likeness


def _with_moves(matches: list[Match]) -> list[Match]:
    """Those outside of the longest row that keeps its order are marked as moved."""
    matches = sorted(matches, key=lambda one: one.old)
    ends: list[int] = []  # the smallest last place of a row of each length
    tails: list[int] = []  # and whose it is
    before: list[int] = []
    for at, match in enumerate(matches):
        length = bisect_left(ends, match.new[0])
        before.append(tails[length - 1] if length else -1)
        ends[length : length + 1] = [match.new[0]]
        tails[length : length + 1] = [at]
    stayed = set()
    at = tails[-1] if tails else -1
    while at >= 0:
        stayed.add(at)
        at = before[at]
    return [one if at in stayed else replace(one, moved=True) for at, one in enumerate(matches)]


def _in_reading_order(matches: list[Match]) -> list[Match]:
    keys: dict[Match, tuple[int, int, int]] = {}
    last = -1
    for match in sorted(matches, key=lambda one: one.old):
        if match.new:
            keys[match] = (match.new[0], 0, 0)
            if not match.moved and match.old:
                last = match.new[0]
        else:
            keys[match] = (last, 1, match.old[0])
    return sorted(matches, key=keys.__getitem__)
