"""Where a query's words stand in a text, and the piece of it that shows them best. Pure.

The index does not tell places: the words are looked for in the text again, folded as it is
(``segments.fold`` keeps every character's place). What is folded otherwise before it is indexed
(points inside a word, decomposed letters) is found by the index and not marked here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from storage.search.latin import LETTERS, spell
from storage.search.query import Words
from storage.search.tokenizer import DENSE, MARKED, fold

LOOKED_AT = 100_000
"""Characters of a text in which the words are looked for."""
WIDTH = 180
"""Characters of a snippet, at most; a little more where the first hit is longer."""
LEAD = 50
"""Characters before the first hit."""
MOST_PLACES = 50
"""Places of a word among which the best piece is chosen."""

_LETTER = f"[^\\W_{DENSE}]|[{MARKED}]"
_ATOM = re.compile(f"[{DENSE}]+|(?:{_LETTER})+")
_IS_DENSE = re.compile(f"[{DENSE}]")
_SPACES = re.compile(r"\s+")
# A letter that is spelled by two stays one in the text, which keeps its places.
_SPELLINGS = {plain for plain in LETTERS.values() if len(plain) > 1}
_SPELLING = re.compile("|".join(_SPELLINGS))
_BEGUN_SPELLING = re.compile(f"{_SPELLING.pattern}|[{''.join(each[0] for each in _SPELLINGS)}]$")


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a text, on one line, as consecutive texts of which each is a hit or not."""

    pieces: tuple[tuple[str, bool], ...] = ()

    @property
    def text(self) -> str:
        return "".join(text for text, _ in self.pieces)

    @property
    def has_hit(self) -> bool:
        return any(is_hit for _, is_hit in self.pieces)


def needle_of(words: Words) -> re.Pattern[str] | None:
    """Finds the words in a folded text; ``None`` where the query's text has none.

    Between words stand up to 20 signs that are none; scripts without word spaces have no ends of
    words.
    """
    atoms = _ATOM.findall(spell(fold(unicodedata.normalize("NFC", words.text))))
    if not atoms:
        return None
    is_dense = [bool(_IS_DENSE.match(atom)) for atom in atoms]
    pattern = ""
    for place, atom in enumerate(atoms):
        if place:
            least = 0 if is_dense[place] or is_dense[place - 1] else 1
            pattern += f"[\\W_]{{{least},20}}"
        goes_on = words.prefix and place == len(atoms) - 1
        pattern += _spelled(atom, begins=not place and not is_dense[0], goes_on=goes_on)
    if not is_dense[-1] and not words.prefix:
        pattern += f"(?!{_LETTER})"
    return re.compile(pattern)


def _spelled(atom: str, *, begins: bool, goes_on: bool) -> str:
    """The pattern of an atom, in every spelling; where it ``begins``, not inside a word."""
    spelling = _BEGUN_SPELLING if goes_on else _SPELLING
    found = spelling.search(atom)
    # Up to the first letter with another spelling.
    end = found.start() if found else len(atom)
    heads = [atom[:end]]
    if found and not end:
        heads, end = _spellings(found[0]), found.end()
    if begins:
        # Behind, so that the search may begin with the letters, which is the quickest.
        heads = [f"{head}(?<![^\\W_{DENSE}]{head})(?<![{MARKED}]{head})" for head in heads]
    rest = spelling.sub(lambda match: _one_of(_spellings(match[0])), atom[end:])
    return _one_of(heads) + rest


def _spellings(plain: str) -> list[str]:
    """The letters themselves, and what is spelled by them, wholly or as far as they go."""
    return [plain, *(letter for letter in LETTERS if LETTERS[letter].startswith(plain))]


def _one_of(patterns: Sequence[str]) -> str:
    return patterns[0] if len(patterns) == 1 else f"(?:{'|'.join(patterns)})"


def count(needle: re.Pattern[str], text: str) -> int:
    """How often it stands in the text."""
    # Folding what is not ASCII costs ten times as much as looking.
    return len(needle.findall(_lower(text))) or len(needle.findall(fold(text)))


def make_snippet(body: str, needles: Sequence[re.Pattern[str]]) -> Snippet:
    """The piece of the body with the most of the words, the first such; its beginning if none."""
    body = body[:LOOKED_AT]
    start = _best_start(body, needles)
    end = min(len(body), start + WIDTH)
    start, end = _at_words(body, start, end)
    window = body[start:end]
    pieces: list[tuple[str, bool]] = []
    at = 0
    for first, last in _spans(fold(window), needles):
        pieces += [(window[at:first], False), (window[first:last], True)]
        at = last
    pieces.append((window[at:], False))
    if start:
        pieces.insert(0, ("… ", False))
    if end < len(body):
        pieces.append((" …", False))
    cleaned = ((_SPACES.sub(" ", text), is_hit) for text, is_hit in pieces)
    return Snippet(tuple((text, is_hit) for text, is_hit in cleaned if text))


def _lower(text: str) -> str:
    # The one letter that lower() makes two of.
    return text.replace("\u0130", "i").lower()


def _best_start(body: str, needles: Sequence[re.Pattern[str]]) -> int:
    """Where the piece begins, roughly."""
    places = _places(_lower(body), needles) or _places(fold(body), needles)
    if not places:
        return 0
    best, most = places[0][0], 0
    for at, _ in places:
        inside = len({which for place, which in places if at <= place < at + WIDTH - LEAD})
        if inside > most:
            best, most = at, inside
    return max(0, best - LEAD)


def _places(text: str, needles: Sequence[re.Pattern[str]]) -> list[tuple[int, int]]:
    """(place, which needle), in order."""
    return sorted(
        (match.start(), which)
        for which, needle in enumerate(needles)
        for match in islice(needle.finditer(text), MOST_PLACES)
    )


def _at_words(body: str, start: int, end: int) -> tuple[int, int]:
    """Moved to where words begin and end, where there are spaces between words."""
    if start:
        space = _SPACES.search(body, start, min(start + LEAD // 2, end))
        start = space.end() if space else start
    if end < len(body):
        cut = body.rfind(" ", end - LEAD // 2, end)
        end = cut if cut > start else end
    return start, end


def _spans(text: str, needles: Sequence[re.Pattern[str]]) -> list[tuple[int, int]]:
    """Of all hits, in order; those that overlap as one."""
    found = sorted(match.span() for needle in needles for match in needle.finditer(text))
    spans: list[tuple[int, int]] = []
    for first, last in found:
        if spans and first <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(last, spans[-1][1]))
        else:
            spans.append((first, last))
    return spans
