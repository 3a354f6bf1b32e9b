"""The search language: what is read from it, and that nothing is too much for it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.search import postgres, sqlite
from storage.search.query import (
    MOST_TERMS,
    MOST_TOKENS,
    Field,
    Group,
    Labels,
    Query,
    Words,
    parse,
)
from storage.search.tokenizer import tokens
from tests.tables import each_row

TODAY = date(2026, 11, 25)


def words(text: str, field: Field = Field.ANY, prefix: bool = False) -> Group:
    return Group((Words(text, field, prefix),))


@each_row(
    ("text", "groups"),
    [
        ("one two", (words("one"), words("two"))),
        ('"one two" three', (words("one two"), words("three"))),
        ("“one two”", (words("one two"),)),
        ("title:one", (words("one", Field.TITLE),)),
        ("TITLE:one", (words("one", Field.TITLE),)),
        ('author:"Ada Pier"', (words("Ada Pier", Field.AUTHOR),)),
        ("harb*", (words("harb*", prefix=True),)),
        ("title:harb*", (words("harb*", Field.TITLE, prefix=True),)),
        ("ha*", (words("ha*"),)),
        ("one OR two three", (Group((Words("one"), Words("two"))), words("three"))),
        ("one OR", (words("one"),)),
        ("OR one", (words("one"),)),
        ("or one", (words("or"), words("one"))),
        ("one AND two", (words("one"), words("two"))),
        ("http://a.example", (words("http://a.example"),)),
        ("10:30", (words("10:30"),)),
        ('one "two', (words("one"), words("two"))),
        ('5" pipe', (words("5"), words("pipe"))),
        ("!!! one ???", (words("one"),)),
        ("site:a.example", (Group((Labels(("zzhazdexample",)),)),)),
        ("lang:pt-BR", (Group((Labels(("zzlpt",)),)),)),
        ("after:2026-12-31 before:2027", (Group((Labels(("zzd20261231",)),)),)),
        ("after:2027 before:2026", (Group((Labels(()),)),)),
    ],
)
def test_what_is_read(text: str, groups: tuple[Group, ...]) -> None:
    query = parse(text)
    assert query.groups == groups
    assert query.without == ()


def test_what_may_not_be_there() -> None:
    query = parse('one -two -"three four" -author:five -site:a.example - --six')
    assert query.groups == (words("one"),)
    assert query.without == (
        Words("two"),
        Words("three four"),
        Words("five", Field.AUTHOR),
        Labels(("zzhazdexample",)),
        Words("-six"),
    )


@pytest.mark.parametrize(
    "text", ["after:soon", "before:2026-02-30", "lang:1", "lang:english", "site:!x", "after:7d"]
)
def test_a_value_that_is_none_is_words_with_a_note(text: str) -> None:
    query = parse(text)
    assert query.groups == (words(text),)
    (note,) = query.notes
    assert note.startswith(f"{text}: a ")
    assert note.endswith("; looked for as words")


@each_row(
    ("text", "noted"),
    [
        ("body:mole", "body:mole: there is no filter body:"),
        ("-tit:mole", "tit:mole: there is no filter tit:"),
        ("site:", "site: a host is expected"),
        ("lang: en", "lang: a language is expected"),
        ('site:""', "site: a host is expected"),
        ("mole title:", "title: a word is expected"),
        ("author:!!", "author:!!: a name is expected"),
        ('"mole council', "a quotation mark has no counterpart"),
        ("mole OR -council", "OR stands between words that are looked for"),
        ("-mole OR council", "OR stands between words that are looked for"),
        ('-"mole council', "a quotation mark has no counterpart"),
    ],
)
def test_what_looks_like_more_than_words_is_noted(text: str, noted: str) -> None:
    (note,) = parse(text).notes
    assert note.startswith(noted)


@each_row(
    "text",
    ["https://a.example/b:c", "at 10:30", "2026-03-15T10:30", "Update: mole", "ha:)",
     "std::vector", "C:\\mole", '"body:mole"', 'צה"ל', "title:mole -site:a.example"],
)  # fmt: skip
def test_other_colons_and_quotes_are_not(text: str) -> None:
    assert parse(text).notes == ()


def test_days_before_today() -> None:
    assert parse("after:7d", TODAY) == parse("after:2026-11-18")
    assert parse("after:2w", TODAY) == parse("after:2026-11-11")
    assert not parse("after:99999d", TODAY).notes


def test_a_short_beginning_is_a_word() -> None:
    assert parse("ab*").notes == ("ab*: at least 3 letters before the star",)
    assert parse("中*").notes == ()


@pytest.mark.parametrize(
    "text", ["x " * 50_000, "x" * 100_000, "中" * 100_000, "a-" * 50_000, "lang:en " * 999]
)
def test_a_long_query_is_cut_and_says_so(text: str) -> None:
    query = parse(text)
    (note,) = query.notes
    assert "too long" in note
    assert query.groups
    assert len(query.groups) <= MOST_TERMS
    assert sum(len(tokens(each.text)) for each in query.words) <= MOST_TOKENS + 1


@given(st.text())
def test_any_text_is_a_query(text: str) -> None:
    query = parse(text, TODAY)
    assert all(tokens(each.text) for each in query.words)
    for compiled in (sqlite.compile_query(query), postgres.compile_query(query)):
        impossible = any(group.terms == (Labels(()),) for group in query.groups)
        assert (compiled is None) == (query.is_empty or impossible)


def test_an_empty_query() -> None:
    for text in ("", "  ", "...", '""', "🙂", "OR AND"):
        assert parse(text) == Query()
        assert parse(text).is_empty
    assert not parse("-word").is_empty
