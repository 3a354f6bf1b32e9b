"""Snippets: the right piece, the right marks, at any text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from storage.search.query import parse
from storage.search.snippets import LEAD, WIDTH, Snippet, make_snippet, needle_of
from tests.tables import each_row

FILLER = "Nothing of interest happened on that day in the whole town. " * 20


def snippet(body: str, query: str) -> Snippet:
    needles = [needle for words in parse(query).words if (needle := needle_of(words))]
    return make_snippet(body, needles)


def hits(body: str, query: str) -> list[str]:
    return [text for text, is_hit in snippet(body, query).pieces if is_hit]


@each_row(
    ("body", "query", "marked"),
    [
        ("The harbour, a Harbour; harbours.", "harbour", ["harbour", "Harbour"]),
        ("The harbour and harbours.", "harbour*", ["harbour", "harbour"]),
        ("Le café, un Cafe.", "cafe", ["café", "Cafe"]),
        ("The harbour\ncouncil met", '"harbour council"', ["harbour council"]),
        ("The harbour-council met", '"harbour council"', ["harbour-council"]),
        ("港口委员会周二推迟", "委员会", ["委员会"]),
        ("新型iPhone手机", "iphone", ["iPhone"]),
        ("新型iPhone手机", "iphone手机", ["iPhone手机"]),
        ("Αθήνα", "ΑΘΗΝΑ", ["Αθήνα"]),
        ("ＡＢＣ news", "abc", ["ＡＢＣ"]),
        ("बंदरगाह समिति", "समिति", ["समिति"]),
        ("one two three", "one three", ["one", "three"]),
        ("one two three", 'one "one two"', ["one two"]),
        ("İstanbul", "istanbul", ["İstanbul"]),
        ("Đà Nẵng, da nang", "da", ["Đà", "da"]),
        ("Die Straße, STRASSE", "strasse", ["Straße", "STRASSE"]),
        ("Die Strasse, Straße", "STRAẞE", ["Strasse", "Straße"]),
        ("Eine Straße, Strauß", "stras*", ["Straß"]),
        ("Ærø, xærø, aerø, Aero", "aero", ["Ærø", "aerø", "Aero"]),
        ("Þór, bathor", "tho*", ["Þó"]),
        ("髙橋と山﨑", "高橋 山崎", ["髙橋", "山﨑"]),
    ],
)
def test_marks(body: str, query: str, marked: list[str]) -> None:
    assert hits(body, query) == marked
    assert snippet(body, query).text == " ".join(body.split())


def test_the_piece_with_the_most_words_is_shown() -> None:
    body = f"{FILLER}The harbour. {FILLER}The council of the harbour met. {FILLER}"
    found = snippet(body, "harbour council")
    assert "The council of the harbour met." in found.text
    assert found.text.startswith("… ")
    assert found.text.endswith(" …")
    assert len(found.text) <= WIDTH + LEAD


def test_without_a_hit_it_is_the_beginning() -> None:
    found = snippet(FILLER, "title:harbour")
    assert FILLER.startswith(found.text.removesuffix(" …"))
    assert len(found.pieces) == 2
    assert snippet("", "harbour") == Snippet()


def test_words_are_whole() -> None:
    body = f"{FILLER}harbour {FILLER}"
    inner = snippet(body, "harbour").text.removeprefix("… ").removesuffix(" …")
    assert set(inner.split()) <= set(body.split())


@given(st.text(), st.text(max_size=30))
def test_any_text(body: str, query: str) -> None:
    found = snippet(body, query)
    assert "\n" not in found.text
    assert all(text for text, _ in found.pieces)
