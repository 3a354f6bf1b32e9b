"""The form in which text is indexed, held against what SQLite makes of it."""

from __future__ import annotations

import re
import sqlite3
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from storage.search import sqlite
from storage.search.latin import spell
from storage.search.query import parse
from storage.search.tokenizer import (
    DENSE,
    fold,
    indexed,
    needs_segments,
    phrase_of,
    segment,
    split,
    tokens,
)
from tests.storage.search.test_finder import SCRIPTS
from tests.tables import each_row


@each_row(
    ("text", "cut"),
    [
        ("The harbour, café 12", "The harbour, café 12"),
        ("中国经济", "中国 国经 经济 济"),
        ("新iPhone手机。好", "新 iPhone 手机 机 。 好"),
        ("ＡＢＣ", "ABC"),
        ("Αθήνα", "Αθηνα"),
        ("soft\u00adhyphen", "softhyphen"),
        ("na\u0308he", "nähe"),
        ("か\u3099く", "がく く"),
        ("ជើង\u200bភ្នំ", None),
    ],
)
def test_segments(text: str, cut: str | None) -> None:
    if cut is not None:
        assert " ".join(segment(text).split()) == cut
    assert needs_segments(text) == (segment(text) != text)


def test_single_characters_stand_behind_the_text() -> None:
    assert indexed("国中国, 2026年").split() == [
        "国中", "中国", "国", ",", "2026", "年", "\uf8ff国", "\uf8ff中", "\uf8ff年",
    ]  # fmt: skip
    assert indexed("plain") == "plain"


def test_only_what_needs_it_is_stored_again() -> None:
    for text in (
        "Plain English — “quoted”, with a dash… and €5", "Le café, l’été", "Größe über Öl",
        "Новости дня", "قرر", "ציון", "2 m² ½", "😀 smile",
    ):  # fmt: skip
        assert not needs_segments(text), text
        assert segment(text) is text


@each_row(
    ("text", "phrase", "prefix"),
    [
        ("经济", "经济", False),
        ("经济学", "经济 济学", False),
        ("经", "\uf8ff经", False),
        ("!经", "\uf8ff经", False),
        ("iPhone 经", "iPhone 经", True),
        ("经济!", "经济", False),
        ("iPhone手", "iPhone 手", True),
        ("手机iPhone", "手机 机 iPhone", False),
        ("ABC", "ABC", False),
    ],
)
def test_phrases(text: str, phrase: str, prefix: bool) -> None:
    found = phrase_of(text)
    assert (" ".join(found.text.split()), found.prefix) == (phrase, prefix)


class Fts:
    """An index as the archive has it, of one text at a time."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect(":memory:")
        self._connection.executescript(
            "CREATE VIRTUAL TABLE search USING fts5(title, author, body, more, labels,"
            " tokenize = 'unicode61 remove_diacritics 2');"
            "CREATE VIRTUAL TABLE vocabulary USING fts5vocab(search, 'instance');"
        )

    def fill(self, text: str) -> None:
        self._connection.execute("DELETE FROM search")
        self._connection.execute(
            "INSERT INTO search VALUES ('', '', ?, '', '')",
            (spell(indexed(text)).replace("\0", ""),),
        )

    def terms(self) -> list[str]:
        rows = self._connection.execute("SELECT term FROM vocabulary ORDER BY offset")
        return [term for (term,) in rows]

    def finds(self, query: str) -> bool:
        match = sqlite.compile_query(parse(query))
        rows = self._connection.execute("SELECT 1 FROM search WHERE search MATCH ?", (match,))
        return rows.fetchone() is not None


@pytest.fixture(scope="module")
def fts() -> Fts:
    return Fts()


LETTERS = st.sampled_from(
    "aZé ñÅßẞøŁÐþœİıſǽǿ ΑάΐςΣ ЁёйЇ אבגּ״ اأةًـ कखिीं्य਼ กขิ้ำ ກິ ខ្មំ မြန် 中文語々 かなガー 한글 ㅎ ａＺ１ ﬁ"
    "09 .,;:-–_'’\"«»()!?…€₽₿²½\u00ad\u200b\u200c\u200d\u0301\u0308\u2067\ufeff\n🙂🤔𝒳𠀀"
)
TEXTS = st.lists(LETTERS, max_size=40).map("".join) | st.text(max_size=40)


@settings(deadline=None, max_examples=300)
@given(TEXTS)
@example('a"-a')
@example("a\u05bc\u0301a Ё")
def test_every_piece_of_a_text_finds_it(fts: Fts, text: str) -> None:
    """The law: whatever a reader copies out of an article, between spaces, finds it."""
    text = "".join(each for each in text if not 0xD800 <= ord(each) < 0xE000 and each != "\0")
    fts.fill(text)
    for piece in text.split():
        word = piece.strip('-"“”„‟＂')
        if ":" in word or word.endswith("*") or word in ("OR", "AND") or not tokens(word):
            continue
        assert fts.finds(word), (word, segment(text), fts.terms())
        assert fts.finds(f'"{word}"') or '"' in word


@settings(deadline=None, max_examples=300)
@given(TEXTS)
def test_any_part_of_a_dense_run_finds_it(fts: Fts, text: str) -> None:
    fts.fill(text)
    for run in re.findall(f"[{DENSE}]+", text):
        for start in range(len(run)):
            part = run[start : start + 3]
            if tokens(part):
                assert fts.finds(part), (part, fts.terms())


def test_our_folding_is_that_of_sqlite(fts: Fts) -> None:
    """Of the letters that newspapers are written in: what is segmented, is folded alike."""
    blocks = [(0x20, 0x25C), (0x370, 0x530), (0x1E00, 0x2000), (0x5D0, 0x5EB), (0x620, 0x700)]
    blocks += [(0x900, 0xE60), (0x1000, 0x10A0), (0x3040, 0x3100), (0xAC00, 0xAC80)]
    wrong = []
    for code in (code for start, end in blocks for code in range(start, end)):
        letter = chr(code)
        if unicodedata.category(letter)[0] not in "LN" or letter in SYMBOLS:
            continue
        fts.fill(f"q{letter}q")
        ours = split(indexed(f"q{letter}q"))
        if fts.terms() != ours:
            wrong.append((hex(code), letter, fts.terms(), ours))
    # Cyrillic capitals younger than unicode61 (Unicode 6.1).
    assert [one for one in wrong if one[1] not in "ԨԪԬԮ"] == []


def test_signs_are_no_letters(fts: Fts) -> None:
    for sign in "₽₺₿⏰🤔🦊\u2066\u2069\u061c":
        fts.fill(f"a{sign}b")
        assert fts.terms() == ["a", "b"], hex(ord(sign))


SYMBOLS = "ϐϑϕϖϰϱϵ\u0374\u037f\u1e9b\u1fbe"
"""Letters as signs of mathematics and of old books, which no newspaper prints."""


@given(st.text())
def test_folding_keeps_places(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


@each_row("script", SCRIPTS)
def test_segments_of_scripts_fold_alike(fts: Fts, script: str) -> None:
    text = SCRIPTS[script][0]
    fts.fill(text)
    assert fts.terms() == split(indexed(text))
