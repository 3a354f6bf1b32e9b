"""What a text is about, as far as its words tell: beside another text, and its headline. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from storage.text.shingles import Shingled, kind_of, tokens_of

SAME_SUBJECT = 0.2
"""Share of distinct long words and figures in common from which two texts are on one subject.

Measured: readers' comments share up to 0.14 with the article they took the place of, the same news
in other words from 0.29 on.
"""


def is_same_subject(before: Shingled, after: Shingled) -> bool:
    """Whether what came into a text is on the same subject as what went out of it."""
    mine = _subject(_missing_in(after, before))
    theirs = _subject(_missing_in(before, after))
    smaller = min(len(mine), len(theirs))
    return smaller > 0 and len(mine & theirs) / smaller >= SAME_SUBJECT


def title_share(title: str | None, text: Shingled) -> float:
    """The share of a headline's words that stand in a text: 0 to 1, 0 without a headline."""
    units = _title_units(tokens_of(title or ""))
    return len(units & _title_units(text.tokens)) / len(units) if units else 0.0


def likeness_of_titles(one: str | None, other: str | None) -> float:
    """The share of words in common; a missing headline says nothing against being the same."""
    mine, theirs = (_title_units(tokens_of(title or "")) for title in (one, other))
    if not mine or not theirs:
        return 1.0
    return len(mine & theirs) / min(len(mine), len(theirs))


def _missing_in(other: Shingled, text: Shingled) -> list[str]:
    """The words of ``text`` at which no run begins that ``other`` has."""
    pairs = zip(text.tokens, text.hashes, strict=False)
    return [token for token, number in pairs if number not in other.distinct]


def _subject(tokens: Sequence[str]) -> set[str]:
    """Figures, words of six letters and more, and runs of characters that are about a word."""
    return {token for token in tokens if len(token) > 5 or token.isdigit()} | _runs(tokens, 2)


def _title_units(tokens: Sequence[str]) -> set[str]:
    """Words of four letters and more (all, where there are none), ideographs, runs of syllables."""
    words = {token for token in tokens if not kind_of(token)}
    return ({word for word in words if len(word) > 3} | _runs(tokens, 1)) or words


def _runs(tokens: Sequence[str], ideographs: int) -> set[str]:
    """Runs of so many ideographs (kana left out), and of two more syllables."""
    runs = set()
    kinds = [kind_of(token) for token in tokens]
    for kind, length in ((1, ideographs), (2, ideographs + 2)):
        fits = [
            own == kind and not "\u3040" <= token < "\u3100"
            for own, token in zip(kinds, tokens, strict=True)
        ]
        for at in range(len(tokens) - length + 1):
            if fits[at] and all(fits[at : at + length]):
                runs.add("".join(tokens[at : at + length]))
    return runs
