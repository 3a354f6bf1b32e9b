"""Queries for SQLite's FTS5. Pure.

Nothing that a person typed is ever FTS5 syntax: every word stands between double quotes
(https://sqlite.org/fts5.html §3.1), where FTS5 cuts and folds it as it did the articles' text. That
text came through a view, which spells it as ``latin`` does.
"""

from __future__ import annotations

from collections.abc import Iterable

from storage.search import latin
from storage.search.labels import EVERY
from storage.search.query import Field, Labels, Query, Term, Words
from storage.search.tokenizer import phrase_of

_COLUMNS = {Field.TITLE: "title : ", Field.AUTHOR: "author : ", Field.ANY: ""}
# A short beginning of a word could be a label's.
_TEXT_COLUMNS = "{title author body more} : "


def compile_query(query: Query) -> str | None:
    """The right side of ``MATCH``; ``None`` where nothing can match."""
    if query.is_empty:
        return None
    groups = [_any_of(group.terms) for group in query.groups]
    if not groups:
        groups = [_labels(EVERY)]
    if not all(groups):
        return None
    matched = " AND ".join(groups)
    without = _any_of(query.without)
    return f"({matched}) NOT {without}" if without else matched


def _any_of(terms: Iterable[Term]) -> str:
    compiled = [one for one in map(_term, terms) if one]
    return f"({' OR '.join(compiled)})" if compiled else ""


def _term(term: Term) -> str:
    return _labels(term.labels) if isinstance(term, Labels) else _words(term)


def _labels(labels: Iterable[str]) -> str:
    compiled = " OR ".join(f'"{label}"' for label in labels)
    return f"labels : ({compiled})" if compiled else ""


def _words(words: Words) -> str:
    phrase = phrase_of(words.text, words.prefix)
    quoted = '"' + latin.spell(phrase.text).replace('"', " ") + '"'
    columns = _COLUMNS[words.field]
    if phrase.prefix:
        return f"{columns or _TEXT_COLUMNS}{quoted} *"
    return f"{columns}{quoted}"
