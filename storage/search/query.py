"""The search language: what a person types → a ``Query``. Pure, and never fails.

=================  =================================================================
``word``           must stand there (title, author or body), in any case
``word*``          a word that begins so
``"two words"``    these words, one after the other
``title:word``     in the title; ``author:word`` in the byline or the authors
``site:host``      on this host or below it (``site:example.org``, ``site:org``)
``lang:en``        in this language
``after:2026-03``  from that day (or the month's, the year's first) on
``before:2026-03`` before that day; ``after:7d``: since seven days ago, ``2w``
``-…``             none of these: ``-word``, ``-"two words"``, ``-author:word``
``one OR other``   one of them; stands between two of the above (``AND`` may, too)
=================  =================================================================

Everything else is words: a colon after anything but these names, brackets, operators of other
languages. What looks like a filter and is none (``after:soon``, ``body:word``, ``site:``) is looked
for as words, with a note that says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from storage.search.labels import (
    EVERY,
    language_labels,
    parse_day,
    range_filter,
    site_filter,
)
from storage.search.tokenizer import DENSE, tokens
from storage.text.fingerprint import scrub

LONGEST_QUERY = 8192
"""Characters that are read."""
MOST_TOKENS = 128
MOST_TERMS = 64
SHORTEST_PREFIX = 3
"""Letters; of fewer, nearly every article has a word that begins so."""


class Field(StrEnum):
    ANY = "any"
    TITLE = "title"
    AUTHOR = "author"


@dataclass(frozen=True, slots=True)
class Words:
    """Words one after the other, as typed; never without a letter or digit."""

    text: str
    field: Field = Field.ANY
    prefix: bool = False
    """Whether the last word may go on."""


@dataclass(frozen=True, slots=True)
class Labels:
    """One of these labels (see ``storage.search.labels``); none: an empty range of days."""

    labels: tuple[str, ...]


Term = Words | Labels


@dataclass(frozen=True, slots=True)
class Group:
    """Terms of which one must match."""

    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """What must match, and what may not."""

    groups: tuple[Group, ...] = ()
    without: tuple[Term, ...] = ()
    notes: tuple[str, ...] = ()
    """What a person should be told: a line each."""

    @property
    def is_empty(self) -> bool:
        """Nothing is asked for: it matches nothing."""
        return not self.groups and not self.without

    @property
    def words(self) -> tuple[Words, ...]:
        """What is looked for in texts."""
        terms = (term for group in self.groups for term in group.terms)
        return tuple(term for term in terms if isinstance(term, Words))


EVERYTHING = Query(groups=(Group((Labels(EVERY),)),))
"""Matches every article."""

# A minus negates where a term begins. A quote inside a word is one letter of it, as in Hebrew; one
# without its counterpart is a space.
_PIECE = re.compile(
    r"(?P<minus>(?:(?<!\S)-)?)(?:(?P<name>[A-Za-z]{2,20}):(?!//))?"
    r'(?:"(?P<phrase>[^"]*)"(?P<star>\*?)|(?P<word>(?:[^\s"]|(?<=\w)"(?=\w))+))|(?P<quote>")'
)
_NO_CHOICE = "OR stands between words that are looked for: what has a minus is left out in any case"
_QUOTES = str.maketrans(dict.fromkeys("\u201c\u201d\u201e\u201f\uff02", '"'))
_LANGUAGE = re.compile(r"[A-Za-z]{2}(?![A-Za-z])")
_DENSE_END = re.compile(f"[{DENSE}]$")


def parse(text: str, today: date | None = None) -> Query:
    """Any text. Without ``today``, days that count from it (``7d``) are none."""
    parser = _Parser(today=today)
    if len(text) > LONGEST_QUERY:
        text = text[:LONGEST_QUERY]
        parser.cut()
    for piece in _PIECE.finditer(scrub(text).translate(_QUOTES)):
        if not parser.read(piece):
            break
    return parser.finish()


@dataclass(kw_only=True)
class _Parser:
    today: date | None
    groups: list[list[Term]] = field(default_factory=list)
    without: list[Term] = field(default_factory=list)
    notes: dict[str, None] = field(default_factory=dict)
    start: date | None = None
    end: date | None = None
    joins: bool = False
    """Whether an OR stands before the next term."""
    is_without: bool = False
    """Whether a minus stood before the last one."""
    budget: int = MOST_TOKENS
    terms: int = 0
    spent: bool = False

    def read(self, piece: re.Match[str]) -> bool:
        """Take up one piece of the query; whether more may follow."""
        if piece["quote"]:
            self._note("a quotation mark has no counterpart: its words are looked for one by one")
            return True
        is_word = piece["word"] is not None and not piece["minus"] and piece["name"] is None
        if is_word and piece["word"] == "OR":
            self.joins = bool(self.groups) and not self.is_without
            if self.is_without:
                self._note(_NO_CHOICE)
            return True
        if is_word and piece["word"] == "AND":  # as it is without
            return True
        term = self._term(piece)
        if term is None:
            return True
        self.terms += 1
        if self.terms > MOST_TERMS or self.spent:
            self.cut()
            return False
        self.spent = self.budget <= 0
        if piece["minus"] and self.joins:
            self._note(_NO_CHOICE)
        self.is_without = bool(piece["minus"])
        if self.is_without:
            self.without.append(term)
        elif self.joins:
            self.groups[-1].append(term)
        else:
            self.groups.append([term])
        self.joins = False
        return True

    def cut(self) -> None:
        self._note(
            f"the query is too long: only its first words are looked for (at most {MOST_TOKENS})"
        )

    def finish(self) -> Query:
        groups = [tuple(terms) for terms in self.groups]
        return Query(tuple(map(Group, _narrowed(groups))), tuple(self.without), tuple(self.notes))

    def _term(self, piece: re.Match[str]) -> Term | None:
        name, phrase, word = (piece["name"] or "").lower(), piece["phrase"], piece["word"]
        value = word if phrase is None else phrase
        star = bool(piece["star"]) if phrase is not None else value.endswith("*")
        if name in _FIELDS and tokens(value):
            return self._words(value, _FIELDS[name], star)
        if name in _FILTERS and (made := _FILTERS[name](value, self.today)):
            return made
        self._explain(name, value)
        return self._words(f"{name}:{value}" if name else value, Field.ANY, star)

    def _explain(self, name: str, value: str) -> None:
        """Note why what looks like a filter is none."""
        if not name and value.endswith(":"):  # nothing follows, or a space
            name, value = value[:-1].lower(), ""
        shown = f"{name}:{value[:40]}" if value else name
        if name in _EXPECTED:
            self._note(f"{shown}: {_EXPECTED[name]}; looked for as words")
        elif name and tokens(value) and not value.startswith(":"):
            known = ", ".join(f"{one}:" for one in _EXPECTED)
            self._note(f"{shown}: there is no filter {name}: (but {known}); looked for as words")

    def _words(self, text: str, where: Field, prefix: bool) -> Words | None:
        found = tokens(text)
        if not found:
            return None
        if len(found) > self.budget > 0:
            # Every character makes one token at most.
            text, prefix = text[: self.budget], False
            self.cut()
        self.budget -= len(found)
        if prefix and len(found[-1]) < SHORTEST_PREFIX and not _ends_dense(text):
            prefix = False
            self._note(f"{found[-1]}*: at least {SHORTEST_PREFIX} letters before the star")
        return Words(text, where, prefix)

    def _note(self, line: str) -> None:
        self.notes.setdefault(line)


@dataclass(frozen=True, slots=True)
class _Days(Labels):
    """A range that may still be narrowed by another one."""

    start: date | None = None
    end: date | None = None


def _narrowed(groups: Iterable[tuple[Term, ...]]) -> list[tuple[Term, ...]]:
    """The ranges of days that must all hold as one, which is fewer labels."""
    kept, days = [], []
    for terms in groups:
        if len(terms) == 1 and isinstance(terms[0], _Days):
            days.append(terms[0])
        else:
            kept.append(terms)
    if days:
        start = max((one.start for one in days if one.start), default=None)
        end = min((one.end for one in days if one.end), default=None)
        kept.append((Labels(range_filter(start, end)),))
    return kept


def _ends_dense(text: str) -> bool:
    return bool(_DENSE_END.search(text.rstrip("*")))


def _site(value: str, today: date | None) -> Labels | None:
    labels = site_filter(value)
    return Labels(labels) if labels else None


def _language(value: str, today: date | None) -> Labels | None:
    # An article's language is stored by its two letters.
    labels = language_labels(value) if _LANGUAGE.match(value) else ()
    return Labels(labels) if labels else None


def _after(value: str, today: date | None) -> Labels | None:
    day = parse_day(value, today)
    return _Days(range_filter(day, None), start=day) if day else None


def _before(value: str, today: date | None) -> Labels | None:
    day = parse_day(value, today)
    return _Days(range_filter(None, day), end=day) if day else None


_FIELDS = {"title": Field.TITLE, "author": Field.AUTHOR}
_FILTERS: dict[str, Callable[[str, date | None], Labels | None]] = {
    "site": _site,
    "lang": _language,
    "after": _after,
    "before": _before,
}
_EXPECTED = {
    "title": "a word is expected, as in title:harbour",
    "author": "a name is expected, as in author:pier",
    "site": "a host is expected, as in site:example.org",
    "lang": "a language is expected, as in lang:en",
    "after": "a day is expected, as in after:2026-03-15",
    "before": "a day is expected, as in before:2026-03-15",
}
