"""Queries and documents for PostgreSQL's full-text search. Pure.

Its own parser and dictionaries are left out: texts are cut and folded by ``segments`` and given as
a ``tsvector``'s text form (https://www.postgresql.org/docs/current/datatype-textsearch.html), so
that an article is found by the same words as on SQLite. Title, author and body carry the weights
A, B and D; labels stand there with a slash before them, which no word contains, and without places.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from storage.search.labels import EVERY
from storage.search.query import Field, Labels, Query, Term, Words
from storage.search.tokenizer import indexed, phrase_of, split

# Limits of PostgreSQL ("Limitations" in the chapter on full-text search).
LAST_PLACE = 16383
PLACES_OF_A_WORD = 255
LARGEST_VECTOR = 900_000
"""Bytes, of 1,048,575 allowed, by our own rough count."""
_BETWEEN_FIELDS = 10
"""Places left out between fields, so that no phrase spans two."""

_WEIGHTS = {Field.TITLE: "A", Field.AUTHOR: "B", Field.ANY: ""}


def vector_of(title: str, author: str, texts: Sequence[str], labels: str) -> str:
    """The text form of an article's ``tsvector``; what exceeds PostgreSQL's limits is left out,
    the end of the last text first."""
    places: dict[str, list[str]] = {}
    size = place = 0
    for weight, value in (("A", title), ("B", author), *(("", one) for one in texts)):
        for token in split(indexed(value)):
            place = min(place + 1, LAST_PLACE)
            known = places.get(token)
            if known is None:
                size += len(token.encode()) + 8
                if size > LARGEST_VECTOR:
                    continue
                known = places[token] = []
            if len(known) < PLACES_OF_A_WORD:
                size += 2
                known.append(f"{place}{weight}")
        place += _BETWEEN_FIELDS
    words = [f"'{token}':{','.join(found)}" for token, found in places.items()]
    return " ".join([*words, *(f"'/{label}'" for label in labels.split())])


def compile_query(query: Query) -> str | None:
    """The text form of a ``tsquery``; ``None`` where nothing can match."""
    if query.is_empty:
        return None
    groups = [_any_of(group.terms) for group in query.groups]
    if not groups:
        groups = [_labels(EVERY)]
    if not all(groups):
        return None
    without = [f"!{compiled}" for term in query.without if (compiled := _term(term))]
    return " & ".join([*groups, *without])


def _any_of(terms: Iterable[Term]) -> str:
    compiled = [one for one in map(_term, terms) if one]
    return f"({' | '.join(compiled)})" if compiled else ""


def _term(term: Term) -> str:
    return _labels(term.labels) if isinstance(term, Labels) else _words(term)


def _labels(labels: Iterable[str]) -> str:
    compiled = " | ".join(f"'/{label}'" for label in labels)
    return f"({compiled})" if compiled else ""


def _words(words: Words) -> str:
    phrase = phrase_of(words.text, words.prefix)
    found = split(phrase.text)
    weight = _WEIGHTS[words.field]
    marks = [weight] * len(found)
    if found and phrase.prefix:
        marks[-1] = f"*{weight}"
    compiled = [
        f"'{token}':{mark}" if mark else f"'{token}'"
        for token, mark in zip(found, marks, strict=True)
    ]
    return f"({' <-> '.join(compiled)})" if compiled else ""
