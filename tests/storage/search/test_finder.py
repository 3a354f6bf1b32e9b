"""What is found, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.search import finder
from storage.search.finder import Search, SortOrder
from storage.search.query import EVERYTHING, parse
from tests.storage.search.shelf import Shelf

HARBOUR = "The harbour council heard the fishermen of pier four on Tuesday."
TODAY = date(2026, 11, 25)


@pytest.fixture
def harbour(shelf: Shelf) -> Shelf:
    shelf.add(HARBOUR, "Council decides", authors=["Ada Pier"], language="en")
    shelf.add("The council of fishermen met at the harbour.", "Fish", byline="By Bo Mole")
    shelf.add("Rain is expected on Tuesday.", "Weather for the harbour", language="en-GB")
    return shelf


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("harbour", [3, 2, 1]),
        ("HARBOUR", [3, 2, 1]),
        ("harbour council", [2, 1]),
        ('"harbour council"', [1]),
        ('"council harbour"', []),
        ("harbour -council", [3]),
        ('harbour -"harbour council"', [3, 2]),
        ("-harbour", []),
        ("-council", [3]),
        ("title:harbour", [3]),
        ("title:harbour tuesday", [3]),
        ('title:"the harbour"', [3]),
        ("-title:fish harbour", [3, 1]),
        ("author:pier", [1]),
        ("author:mole", [2]),
        ('author:"ada pier"', [1]),
        ("council -author:pier", [2]),
        ("pier", [1]),
        ("fish*", [2, 1]),
        ("title:fish*", [2]),
        ("fishermen OR rain", [3, 2, 1]),
        ("four OR rain tuesday", [3, 1]),
        ("harbour AND council", [2, 1]),
        ("lang:en", [3, 1]),
        ("lang:en council", [1]),
        ("-lang:en", [2]),
        ("lang:fr", []),
        ("en", []),
        ("zzl*", []),
        ("council-of fishermen", [2]),
        ("nowhere", []),
        ("harbour nowhere", []),
    ],
)
def test_the_language(harbour: Shelf, query: str, wanted: list[int]) -> None:
    assert harbour.find(query) == wanted


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("site:example.org", [3, 2, 1]),
        ("site:news.example.org", [2]),
        ("site:www.news.example.org", [2]),
        ("site:www.example.org", [1]),
        ("site:https://example.org/story", [3, 2, 1]),
        ("site:EXAMPLE.org.", [3, 2, 1]),
        ("site:org", [3, 2, 1]),
        ("site:.org", [3, 2, 1]),
        ("site:ample.org", []),
        ("site:example.com", []),
        ("-site:news.example.org", [6, 5, 4, 3, 1]),
        ("site:127.0.0.1", [4]),
        ("site:127.0.0.1:8000", [4]),
        ("site:127.0.0.1:9000", []),
        ("site:münchen.example", [5]),
        ("site:::1", [6]),
        ("site:[::1]:8000", [6]),
        ("example.org", []),
    ],
)
def test_hosts(shelf: Shelf, query: str, wanted: list[int]) -> None:
    shelf.add("x", url="https://www.example.org/1", canonical_url="https://example.org/1")
    shelf.add("x", url="https://www.news.example.org/2")
    shelf.add("x", url="https://example.org/3")
    shelf.add("x", url="http://127.0.0.1:8000/4")
    shelf.add("x", url="https://xn--mnchen-3ya.example/5")
    shelf.add("x", url="http://[::1]:8000/6")
    assert shelf.find(query) == wanted


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("after:2026-03-02", [5, 3, 2]),
        ("before:2026-03-02", [4, 1]),
        ("after:2026-03-01 before:2026-03-03", [5, 2, 1]),
        ("after:2026-03", [5, 3, 2, 1]),
        ("before:2026", [4]),
        ("after:2026-04 x", [3]),
        ("after:2027 before:2026", []),
        ("-after:2026-03-02", [4, 1]),
        ("after:2026-04 OR before:2026", [4, 3]),
        ("after:1d", [3]),
        ("before:2026-02-30", []),
    ],
)
def test_days(shelf: Shelf, query: str, wanted: list[int]) -> None:
    late = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    shelf.add("x", published_at=late, published_offset=0)
    # The same moment, where it is the second of March already.
    shelf.add("x", published_at=late, published_offset=7200)
    shelf.add("x", published_at=datetime(2026, 12, 1, tzinfo=UTC))
    shelf.add("x", published_at=datetime(1999, 12, 31, tzinfo=UTC))
    shelf.add("x", first_seen_at=datetime(2026, 3, 2, 1, tzinfo=timezone(timedelta(hours=1))))
    assert shelf.find(query, today=TODAY) == wanted


SCRIPTS = {
    "Chinese": (
        "港口委员会周二推迟了决定。",
        ["委员会", "周二", "港", "定", "推迟了决定"],
        ["会委", "决议"],
    ),
    "Japanese": (
        "港湾委員会は火曜日にｶﾞﾝﾀﾞﾑを見た。",
        ["委員会", "ガンダム", "見た", "火"],
        ["委会"],
    ),
    "Korean": (
        "항만 위원회는 화요일에 결정을 미뤘다.",
        ["위원회", "위원회는", "항만 위원회"],
        ["원위"],
    ),
    "Thai": ("คณะกรรมการท่าเรือเลื่อนการตัดสินใจ", ["กรรมการ", "ท่าเรือ", "ใจ"], ["การกรรม", "ทาเรือ"]),
    "Lao": ("ຄະນະກຳມະການທ່າເຮືອ", ["ກຳມະການ", "ທ່າເຮືອ"], ["ເຮືອທ່າ"]),
    "Khmer": ("គណៈកម្មាធិការ\u200bកំពង់ផែ", ["កំពង់ផែ", "គណៈកម្មាធិការកំពង់ផែ"], ["ផែកំពង់"]),
    "Burmese": ("ဆိပ်ကမ်းကော်မတီ", ["ဆိပ်ကမ်း", "ကော်မတီ"], ["တီကော်"]),
    "mixed": (
        "新型iPhone手机发布",
        ["iphone", "手机", "iPhone手机", "新型iphone", "型iPhone手"],
        ["phone"],
    ),
    "Hindi": ("बंदरगाह समिति ने निर्णय टाल दिया", ["बंदरगाह", "समिति", "टाल दिया"], ["समत", "बदरगह"]),
    "Greek": ("Το λιμάνι της Αθήνας", ["ΑΘΗΝΑΣ", "λιμανι", "λιμάνι"], ["λιμ"]),
    "Russian": ("Ещё один ёж и Йод", ["еще", "ещё", "ЕЖ", "йод"], ["иод"]),
    "French": ("Le café de l’été où Zoë", ["cafe", "CAFÉ", "ete", "zoe", "ou"], ["caf"]),
    "decomposed": ("Le cafe\u0301 de Zoe\u0308", ["cafe", "café", "zoë"], []),
    "Vietnamese": (
        "Hội đồng Đà Nẵng hoãn quyết định",
        ["hoi dong", "hội đồng", "da nang", "ĐÀ NẴNG", "dinh", "quyết", "quyet"],
        ["don"],
    ),
    "plain Vietnamese": ("Hoi dong Da Nang", ["hội đồng", "Đà Nẵng"], []),
    "Polish": ("Władze Łodzi", ["wladze", "lodzi", "WŁADZE", "łodzi"], ["łodz"]),
    "Danish": ("Ærø ved Øresund", ["aero", "ÆRØ", "oresund", "øresund"], ["aro"]),
    "German": ("Die Straße", ["strasse", "STRASSE", "STRAẞE", "straße"], ["strase"]),
    "plain German": ("DIE STRASSE", ["straße"], []),
    "Icelandic": ("Þór og Guðrún", ["thor", "þór", "gudrun", "guðrún"], []),
    "Turkish": ("Diyarbakır'ın ışığı", ["diyarbakir", "DİYARBAKIR", "isigi"], []),
    "ligature": ("Cœur, CŒUR; encyclopædia", ["coeur", "cœur", "encyclopaedia"], []),
    "Japanese names": (
        "髙橋と山﨑と𠮷田",
        ["高橋", "髙橋", "山崎", "山﨑", "吉田", "田"],
        ["橋高"],
    ),
    "Arabic": ("قَرَّرَ المجلس أيضاً تأجيل القـــرار", ["قرر", "قَرَّرَ", "أيضا", "القرار"], ["قر"]),
    "Arabic letters": (
        "أكد رئيس مؤسسة الآثار الأردنية إلى الصحافة",
        ["اكد", "رييس", "موسسة", "مؤسسه", "الاثار", "الى", "إلي", "الصحافه", "رئيس"],
        ["الرئيس"],
    ),
    "Arabic digits": ("في ٢٠٢٦ و ۱۹۷۹", ["2026", "٢٠٢٦", "۲۰۲۶", "1979"], ["20"]),
    "digits": ("१२३ ๒๕๖๙ ೪೫", ["123", "2569", "45", "๒๕๖๙"], ["12"]),
    "Hebrew": ("מועצת הַנָּמָל של צה״ל", ["הנמל", "צה״ל", 'צה"ל'], ["הנ"]),
    "Persian": ("شورا می\u200cخواهد", ["می\u200cخواهد", "مي\u200cخواهد", "شورا"], []),
    "Urdu": ("وزیر اعلیٰ کا دورہ", ["وزير", "اعلی", "كا", "دوره"], []),
    "full width": ("ＡＢＣ１２３ Ｎｅｗｓ", ["abc123", "news", "ＡＢＣ１２３"], []),
    "soft hyphens": (
        "Hafen\u00adverwaltung",
        ["Hafenverwaltung", "hafen\u00adverwaltung"],
        ["hafen"],
    ),
    "ligatures": ("ﬁnance oﬃce", ["finance", "office", "ﬁnance"], []),
    "signs": ("Цена 1000₽ 🤔почему₿ \u2067שלום\u2069", ["1000", "почему", "שלום"], []),
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_is_found(shelf: Shelf, script: str) -> None:
    text, found, not_found = SCRIPTS[script]
    shelf.add(text)
    shelf.add("x", title=text)
    shelf.add("x", authors=[text])
    shelf.add("nothing of it")
    for query in found:
        assert shelf.find(query) == [3, 2, 1], query
        assert shelf.find(f"title:{query}".replace(" ", " title:")) == [2], query
        assert shelf.find(f"author:{query}".replace(" ", " author:")) == [3], query
        assert shelf.find(f'"{query}"' if '"' not in query else query) == [3, 2, 1], query
    for query in not_found:
        assert shelf.find(query) == [], query


def test_single_characters(shelf: Shelf) -> None:
    shelf.add("昨日は晴れ。", "天気")
    shelf.add("x", "新iPhone 手", authors=["王芳"])
    for query, wanted in {
        "晴": [1], "れ": [1], "は": [1], "れ*": [1], "手": [2], "天": [1], "title:天": [1],
        "title:晴": [], "author:王": [2], "author:芳": [2], "晴 天": [1], '"晴 天"': [],
        '"天 気"': [], '"iPhone 手"': [2], "-手": [1], "雨": [], "晴 OR 手": [2, 1], "!手!": [2],
    }.items():  # fmt: skip
        assert shelf.find(query) == wanted, query


def test_a_beginning_is_found_in_every_spelling(shelf: Shelf) -> None:
    shelf.add("Die Straße am Øresund")
    shelf.add("DIE STRASSE AM ORESUND")
    for query in ("stras*", "Straß*", "STRASSE*", "øre*", "ores*"):
        assert shelf.find(query) == [2, 1], query


HOSTILE = [
    "", " ", '"', '""', '"""', "'", "\\", "*", "-", "--", "-*", '-"', "^", "+", ":", "{", "(",
    ")", "NEAR(a b)", "NEAR/3", "a NOT b", "OR", "AND", "OR OR OR", "a OR", "-a OR -b",
    "{title body}: x", "title:", "title::", "title:title:x", "x:y:z", "site:", "site:..",
    "site:\x00", "lang:1", "after:0000", "after:9999-12-31", "before:9999999d", "after:2026-13",
    "\x00", "a\x00b", "\ud800", "\udcff\udcfe", "🙂", "🇳🇱", "\u202e", "%", "_",
    ";DROP TABLE article;--", "?", ":match", "'/zzl'", "!&|<->", "a:*", "''", "\u0e31",
    "\u0301", "\ufeff", "ﷺ", "\U0003fffd", "\U0010fffd", "a" * 9000, "a " * 9000, "中" * 9000,
    '"' * 9000, "-" * 9000, "a*" * 500, "after:2026-03-15 OR " * 500, "(((((" * 999, "𝕳𝖊𝖑𝖑𝖔",
    "İstanbul", "ẞ", "\U000e0041",
]  # fmt: skip


def test_whatever_is_typed_is_safe(harbour: Shelf) -> None:
    for query in HOSTILE:
        for by in SortOrder:
            assert set(harbour.find(query, by=by, today=TODAY)) <= {1, 2, 3}
        assert set(Search(harbour.engine).iterate(parse(query))) <= {1, 2, 3}


def test_nothing_to_look_for(harbour: Shelf) -> None:
    for query in ("", "!!!", "🙂", '"', "-", "OR"):
        assert harbour.find(query) == []
        assert "nothing to look for" in " ".join(harbour.notes(query))
        assert [*Search(harbour.engine).iterate(parse(query))] == []


def test_the_order(shelf: Shelf) -> None:
    for number, year in enumerate((2024, 2026, 2025), start=1):
        shelf.add("word " * number, published_at=datetime(year, 1, 1, tzinfo=UTC))
    shelf.add("other word", first_seen_at=datetime(2025, 6, 1, tzinfo=UTC))
    assert shelf.find("word") == [4, 3, 2, 1]
    assert shelf.find("word", limit=2) == [4, 3]
    assert shelf.find("word", limit=0) == [4, 3, 2, 1]
    assert shelf.find("word", by=SortOrder.PUBLISHED) == [2, 4, 3, 1]
    assert shelf.find("word", by=SortOrder.PUBLISHED, limit=1) == [2]
    assert shelf.find("word", by=SortOrder.RELEVANCE)[0] == 3
    shelf.alter(1, filed_by=99)
    assert shelf.find("word") == [1, 4, 3, 2]


def test_the_title_weighs_more(shelf: Shelf) -> None:
    shelf.add("The mole and the mole.", "Mole")
    shelf.add("The mole, the mole, a mole.", "Harbour")
    shelf.add("Café in the harbour", "Other")
    assert shelf.find("mole", by=SortOrder.RELEVANCE) == [1, 2]
    assert shelf.find("cafe OR mole", by=SortOrder.RELEVANCE)[0] == 3  # rarer than the other


def test_the_order_of_relevance_is_bounded(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finder, "RELEVANT_AMONG", 3)
    for number in range(3):
        shelf.add(f"word {number}")
    assert shelf.notes("word", SortOrder.RELEVANCE) == ()
    shelf.add("word word word")
    assert len(shelf.find("word", by=SortOrder.RELEVANCE, limit=0)) == 3
    told = ("more than 3 hits: the order is of the newest 3",)
    assert shelf.notes("word", SortOrder.RELEVANCE) == told
    assert shelf.notes("word", SortOrder.PUBLISHED) == shelf.notes("word") == ()


def test_iterating_in_filing_order(
    shelf: Shelf, search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finder, "CHUNK", 2)
    for number in range(7):
        shelf.add("word" if number % 3 else "other")
    assert [*search.iterate(parse("word"))] == [2, 3, 5, 6]
    assert [*search.iterate(parse("word"), after_id=3)] == [5, 6]
    assert [*search.iterate(EVERYTHING)] == [1, 2, 3, 4, 5, 6, 7]
    shelf.alter(2, filed_by=50)
    assert [*search.documents(parse("word"), after_id=5)] == [(6, 6), (50, 2)]
    found = search.iterate(parse("word"))
    assert next(found) == 3
    shelf.add("word")  # while it is being read
    assert [*found] == [5, 6, 8, 2]


def test_a_record_is_that_of_the_list(shelf: Shelf, search: Search) -> None:
    shelf.add(HARBOUR, "Council decides", authors=["Ada Pier"])
    (hit,) = search.find("fishermen").hits
    assert (hit.record.title, hit.record.versions, hit.record.body) == ("Council decides", 1, None)
    assert hit.snippet.text == HARBOUR
    assert [text for text, is_hit in hit.snippet.pieces if is_hit] == ["fishermen"]


@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(max_size=60))
def test_any_text_as_query_and_as_article(harbour: Shelf, text: str) -> None:
    harbour.find(text)
    number = harbour.add(text)
    assert number in harbour.find("site:example.org", limit=0)
    assert harbour.check() == []
