"""What a file's schema says, however its statements are spelled.

The same table is written otherwise in an archive that was upgraded than in a new one, and by
another SQLAlchemy: in another order, with quotes or without. So a table's form is what SQLite
itself tells of it (columns, keys, references), and, of the statement, the clauses that it does not
tell, and which words there are. Indexes, views and virtual tables are compared by their statements'
words. A comment is a word: we write none, and one may keep what was removed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, text

Key = tuple[str, str]
"""Kind and name of an object of a schema."""
Forms = dict[Key, Any]

_WORD = re.compile(
    r"""\s+ | --[^\n]* | /\*.*?(?:\*/|\Z)
    | '(?:[^']|'')*' | "(?:[^"]|"")*" | `(?:[^`]|``)*` | \[[^\]]*\]
    | [^\W\d][\w$]* | [\d.][\w.]* | [<>=!|]+ | .""",
    re.VERBOSE | re.DOTALL,
)
_QUOTED = re.compile(r"[\"`\[]([A-Za-z_]\w*)[\"`\]]", re.ASCII)
# Clauses that no PRAGMA tells, but for those that go on with these words: how many words each has
# behind its first, before a group.
_CLAUSES = {"check": 0, "as": 0, "collate": 1, "on": 2, "deferrable": 2, "autoincrement": 0}
_TOLD = frozenset({"update", "delete"})
_OF_TABLE = frozenset({"constraint", "check", "unique", "primary", "foreign"})

# Also where somebody wrote a name as a BLOB, which SQLite itself reads as a text.
_OBJECTS = text(
    "SELECT CAST(type AS TEXT), CAST(name AS TEXT), CAST(sql AS TEXT) FROM sqlite_master"
    " WHERE sql IS NOT NULL"
)
_COLUMNS = text(
    'SELECT name, type, "notnull", dflt_value, pk, hidden FROM pragma_table_xinfo(:name)'
)
_REFERENCES = text(
    'SELECT id, seq, "table", "from", "to", on_update, on_delete, "match"'
    " FROM pragma_foreign_key_list(:name) ORDER BY id, seq"
)
_KEYS = text("SELECT name, \"unique\", origin FROM pragma_index_list(:name) WHERE origin <> 'c'")
_KEY = text('SELECT seqno, name, "desc", coll, "key" FROM pragma_index_xinfo(:name) ORDER BY seqno')


@dataclass(frozen=True, slots=True)
class Form:
    """Of one object. Two are equal that say the same."""

    statement: str = field(compare=False)
    says: Any


def read_forms(connection: Connection, known: Forms | None = None) -> Forms:
    """Of everything in the schema; what is not ``known`` says nothing, but is there. (The indexes
    of keys belong to their tables.)"""
    forms: Forms = {}
    for kind, name, sql in connection.execute(_OBJECTS).all():
        key = kind, name
        if known is None or (key in known and known[key].statement != sql):
            forms[key] = Form(sql, _says(connection, kind, name, sql))
        else:  # by the same statement it is the same
            forms[key] = known.get(key, Form(sql, None))
    return forms


def _says(connection: Connection, kind: str, name: str, sql: str) -> Any:
    words = words_of(sql)
    if kind == "table" and "virtual" not in words[:2]:
        return _table(connection, name), sorted(clauses_of(words)), set(words)
    return words


def _table(connection: Connection, name: str) -> Any:
    def ask(query: Any, name: str = name) -> Sequence[Any]:
        return [tuple(row) for row in connection.execute(query, {"name": name})]

    references: dict[int, list[Any]] = {}
    for number, *rest in ask(_REFERENCES):
        references.setdefault(number, []).append(rest)
    keys = [(unique, origin, ask(_KEY, key)) for key, unique, origin in ask(_KEYS)]
    return sorted(ask(_COLUMNS)), sorted(map(repr, references.values())), sorted(map(repr, keys))


def words_of(sql: str) -> list[str]:
    """A statement without white space; words in lower case, and without quotes where they would be
    the same without."""
    return [_plain(word) for word in _WORD.findall(sql) if not word.isspace()]


def _plain(word: str) -> str:
    if quoted := _QUOTED.fullmatch(word):
        inside = quoted[1].lower()
        return word if inside in _CLAUSES or inside in _OF_TABLE else inside
    return word if word.startswith("'") else word.lower()


def clauses_of(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Of a statement that makes a table: each clause that no PRAGMA tells, with its column; and
    what stands behind the columns."""
    start = next((place for place, word in enumerate(words) if word == "("), len(words))
    end = _end_of_group(words, start)
    place, owner = start + 1, ""
    is_first = True
    while place < end - 1:
        word, following = words[place], place + 1
        if is_first:
            owner, is_first = "" if word in _OF_TABLE else word, False
        if word == ",":
            is_first = True
        elif word in _CLAUSES and words[following] not in _TOLD:
            following = _end_of_group(words, following + _CLAUSES[word])
            yield owner, *words[place:following]
        elif word == "(":
            following = _end_of_group(words, place)
        place = following
    yield "", *words[end:]


def _end_of_group(words: Sequence[str], start: int) -> int:
    """The place behind the parenthesis that closes the one at ``start``; ``start`` itself where
    none opens there."""
    depth = 0
    for place in range(start, len(words)):
        depth += {"(": 1, ")": -1}.get(words[place], 0)
        if depth <= 0:
            return place + 1 if place > start else start
    return len(words) if depth else start
