"""The score of a link: its numbers by name, and which links pass."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.discovery.front_page.ranking import (
    PASS,
    LinkCandidate,
    LinkGroup,
    PagePosition,
    is_file,
    is_headline,
    score_address,
    score_link,
    score_text,
)
from scraper.discovery.front_page.shapes import learn_shapes
from tests.tables import each_row

BASE = "https://news.example"


@each_row(
    ("path", "score"),
    [
        ("/2026/11/25/council-votes-on-new-bridge.html", 4.0),  # 2 date, 1.5 slug, 0.5 .html
        ("/news/2026/11/25/council-votes-on-new-bridge", 4.0),  # 2, 1.5, 0.5 three segments
        ("/council-votes-on-new-bridge", 1.5),
        ("/council-votes-today", 0.75),
        ("/mayor-resigns", -1.25),
        ("/article/448120", 1.5),
        ("/mayor-resigns-b2651790", 1.5),
        ("/politics", -2.0),
        ("/uk/real-estate", -1.25),
        ("/2026/11/25/", -2.0),
        ("/", -3.0),
        ("/tag/a-tag-of-many-words", -1.5),  # 1.5 slug, -3 tag
        ("/author/jane-doe", -4.25),
        ("/kategori/politik", -5.0),
        ("/topic/elections-in-the-north-2026", 0.0),  # 1.5, -1.5
        ("/topics", -5.0),
        ("/page/2", -3.0),
        ("/privacy-policy", -5.25),
        ("/login?next=/", -6.5),
        ("/?p=4711", 1.5),
        ("/?cat=4", -3.0),
        ("/?page=2", -3.0),
        ("/berita.php?id=2310", 0.5),  # -2 a word, 0.5 .html, and 2 for the number
        ("/berita.php?page=2", -4.0),
        ("/น้ำท่วมหาดใหญ่ชาวบ้านอพยพ", 1.5),
        ("/council-votes-on-new-bridge?ico=top", 1.5),
        ("/polling.php?act=hasil", -2.0),
    ],
)  # fmt: skip
def test_address(path: str, score: float) -> None:
    assert score_address(BASE + path) == score


def test_the_host_speaks_too() -> None:
    assert score_address("https://shop.news.example/a-calendar-of-the-old-town") == 1.5 - 4
    assert score_address("https://sport.news.example/a-calendar-of-the-old-town") == 1.5
    assert score_address("https://video.news.example/a-calendar-of-the-old-town") == 1.5 - 1.5


@each_row(
    ("text", "score"),
    [
        ("Council votes on the new bridge", 1.5),
        ("Bundestag beschließt Haushalt", 1.5),
        ("Mayor resigns", -1.5),
        ("Politics", -1.5),
        ("More on this", 0.0),
        ("A to Z of it", 0.0),
        ("", -0.5),
        ("»", -0.5),
        ("word " * 50, 0.5),
        ("県内で震度４の地震、津波の心配なし", 1.5),
        ("スポーツ", -1.5),
        ("首都圏ニュース", 0.0 - 1.5),
        ("ราคาทองวันนี้ปรับขึ้นสองร้อยบาท", 1.5),
        ("เศรษฐกิจ", -1.5),
        ("정부, 내년 예산안 국무회의 의결", 1.5),
    ],
)
def test_text(text: str, score: float) -> None:
    assert score_text(text) == score


def test_all_evidence_is_added() -> None:
    url = f"{BASE}/mayor-resigns"
    assert score_link(LinkCandidate(url)) == -1.75  # -1.25 address, -0.5 no text
    assert score_link(LinkCandidate(url, "Mayor resigns")) == -2.75
    assert score_link(LinkCandidate(url, "Mayor resigns", PagePosition.HEADING)) == -1.25
    assert score_link(LinkCandidate(url, "Mayor resigns", PagePosition.HEADING, timed=True)) == 0.25
    full = LinkCandidate(
        url, "Mayor resigns", PagePosition.HEADING, timed=True, company=LinkGroup.HEADLINES
    )
    assert score_link(full) == 1.75


def test_navigation_needs_more_than_a_long_label() -> None:
    url, text = f"{BASE}/how-we-handle-your-data", "How we handle your data"
    assert score_link(LinkCandidate(url, text)) >= PASS
    assert score_link(LinkCandidate(url, text, PagePosition.NAVIGATION)) == 0.0
    assert score_link(LinkCandidate(url, text, PagePosition.SERVICE)) == 0.0


def test_what_the_site_taught_outweighs_a_shape() -> None:
    candidate = LinkCandidate(f"{BASE}/berita/banjir", "Banjir", PagePosition.HEADING)
    articles = [
        f"{BASE}/berita/{word}" for word in ("gempa", "pasar", "pilkada", "jalan", "longsor")
    ]
    assert score_link(candidate) < PASS
    more = learn_shapes(articles * 8, [])
    assert score_link(candidate, more) > score_link(candidate) + 2.0
    text = LinkCandidate(f"{BASE}/topic/a-subject-of-many-words", "A subject of many words")
    lists = learn_shapes([], [f"{BASE}/topic/subject-{n}-of-many-words" for n in range(30)])
    assert score_link(text) >= PASS > score_link(text, lists)


@pytest.mark.parametrize(
    ("url", "answer"),
    [
        (f"{BASE}/a/rates-2026.PDF", True),
        (f"{BASE}/photo.jpg?w=100", True),
        (f"{BASE}/feed.xml", True),
        (f"{BASE}/story.html", False),
        (f"{BASE}/story.1234", False),
        (f"{BASE}/v2.0/story", False),
    ],
)
def test_files(url: str, answer: bool) -> None:
    assert is_file(url) is answer


@given(st.text(max_size=300))
def test_any_text_has_a_score(text: str) -> None:
    assert -1.5 <= score_text(text) <= 1.5
    assert isinstance(is_headline(text), bool)
    assert -15 < score_address(f"{BASE}/{text}") < 10


@given(st.sampled_from(list(PagePosition)), st.sampled_from(list(LinkGroup)), st.booleans())
def test_a_heading_and_a_time_never_lower_it(
    place: PagePosition, company: LinkGroup, timed: bool
) -> None:
    candidate = LinkCandidate(BASE + "/a-b", "Some text", place, timed, company)
    heading = LinkCandidate(BASE + "/a-b", "Some text", PagePosition.HEADING, True, company)
    assert score_link(heading) >= score_link(candidate)
