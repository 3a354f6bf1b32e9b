"""Shapes of addresses, what they teach, and the laws that any learning must keep."""

from __future__ import annotations

import pickle
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.discovery.front_page.shapes import MAX_SHAPES, Shapes, learn_shapes, shape_of
from tests.tables import each_row

BASE = "https://news.example"


@each_row(
    ("path", "shape"),
    [
        ("/", "/"),
        ("/politics", "/w"),
        ("/politics/", "/w"),
        ("/real-estate", "/s"),
        ("/council-votes-on-new-bridge", "/long-slug"),
        ("/news/2026/11/25/council-votes-on-new-bridge", "/news/D/long-slug"),
        ("/2026/nov/25/mayor-resigns", "/D/s"),
        ("/2026/1125/late-edition", "/D/s"),
        ("/2026-11/some-phone-is-new", "/D/long-slug"),
        ("/20261125/mayor-resigns.html", "/D/s.html"),
        ("/News/Story.aspx", "/news/w.html"),
        ("/berita/d-7654321/presiden-lantik-menteri-baru", "/berita/w-9/long-slug"),
        ("/article/448120", "/article/9"),
        ("/read/9/12", "/read/9/9"),
        ("/mayor-resigns-after-vote-b2651790.html", "/long-slug-#.html"),
        ("/on-waiting-31c2d4e5f6a7", "/s-#"),
        ("/artikel/brand-im-hafen,art114,3177663", "/artikel/long-slug-9"),
        ("/entertainment/2025-06-23-we-love-romance", "/entertainment/D-s"),
        ("/what-covid19-did-to-iPhone15-sales", "/long-slug"),
        ("/" + "%D9%88%D8%B2%D9%8A%D8%B1", "/w"),
        ("/a/政府は来年度予算案を閣議決定", "/a/long-slug"),
        ("/a/%E6%94%BF%E5%BA%9C", "/a/w"),
        ("/a/น้ำท่วมหาดใหญ่ชาวบ้านอพยพ", "/a/long-slug"),
        ("/read.php?id=4711&utm_source=x", "/w.html?id"),
        ("/?page=2&cat=3", "/?cat&page"),
        ("/tag/pemilu-2026", "/tag/s"),
    ],
)  # fmt: skip
def test_shape(path: str, shape: str) -> None:
    assert shape_of(BASE + path) == shape


def test_a_broken_address_has_a_shape_too() -> None:
    assert shape_of("http://[news/a") == "/"


def test_nothing_is_said_without_examples() -> None:
    shapes = learn_shapes([f"{BASE}/news/1234{n}" for n in range(2)], [])
    assert shapes.judge(f"{BASE}/news/99999") == 0.0
    assert Shapes().judge(f"{BASE}/news/99999") == 0.0


def test_examples_make_it_surer() -> None:
    few = learn_shapes([f"{BASE}/news/1234{n}" for n in range(3)], [])
    many = learn_shapes([f"{BASE}/news/12{n}" for n in range(300, 330)], [])
    assert few.judge(f"{BASE}/news/99999") == pytest.approx(3 / 5)
    assert many.judge(f"{BASE}/news/99999") == pytest.approx(30 / 32)


def test_what_was_never_an_article_is_none() -> None:
    articles = [f"{BASE}/news/story-number-{n}-of-many-words" for n in range(20)]
    others = [f"{BASE}/topic/subject-number-{n}-of-many-words" for n in range(20)]
    shapes = learn_shapes(articles, others)
    assert shapes.judge(f"{BASE}/news/another-story-of-many-words") > 0.5
    assert shapes.judge(f"{BASE}/topic/another-subject-of-many-words") < -0.5


def test_another_section_is_judged_by_its_kin() -> None:
    articles = [f"{BASE}/{part}/2026/11/25/mayor-resigns" for part in ("news", "city", "sport")] * 5
    shapes = learn_shapes(articles, [])
    assert shapes.judge(f"{BASE}/culture/2026/11/26/opera-opens") > 0.5
    assert shapes.judge(f"{BASE}/culture/2026/11/26/9") == 0.0


def test_it_can_be_stored_and_sent() -> None:
    shapes = learn_shapes([f"{BASE}/news/1"] * 4, [f"{BASE}/tag/a"])
    shapes.judge(f"{BASE}/news/2")
    assert pickle.loads(pickle.dumps(shapes)) == shapes
    assert Shapes(shapes.articles, shapes.others) == shapes


def test_it_is_bounded() -> None:
    letters = "abcdefghijklmno"
    many = [f"{BASE}/{a}{b}{c}/9" for a in letters for b in letters for c in letters]
    assert len(learn_shapes(many, []).articles) == MAX_SHAPES


SEGMENTS = st.sampled_from(
    [
        "news",
        "sport",
        "2026",
        "11",
        "4711",
        "123456",
        "mayor-resigns",
        "a-long-way-to-the-sea",
        "x9",
    ]
)
URLS = st.lists(SEGMENTS, min_size=1, max_size=4).map(lambda parts: f"{BASE}/{'/'.join(parts)}")
LISTS = st.lists(URLS, max_size=25)


@given(LISTS, LISTS, st.randoms(use_true_random=False))
def test_order_does_not_matter(articles: list[str], others: list[str], dice: Random) -> None:
    shuffled = dice.sample(articles, len(articles))
    assert learn_shapes(articles, others) == learn_shapes(shuffled, others[::-1])


@given(LISTS, LISTS, URLS)
def test_the_judgement_is_bounded_and_mirrors(
    articles: list[str], others: list[str], url: str
) -> None:
    judgement = learn_shapes(articles, others).judge(url)
    assert -1 <= judgement <= 1
    assert learn_shapes(others, articles).judge(url) == -judgement


@given(LISTS, LISTS, URLS, URLS)
def test_more_articles_of_a_shape_never_lower_any_judgement(
    articles: list[str], others: list[str], learnt: str, url: str
) -> None:
    before = learn_shapes(articles, others)
    assert learn_shapes([*articles, learnt], others).judge(url) >= before.judge(url)
    assert learn_shapes(articles, [*others, learnt]).judge(url) <= before.judge(url)


@given(st.text(max_size=200))
def test_any_text_has_a_shape(text: str) -> None:
    shape = shape_of(text)
    assert shape.startswith("/")
    assert shape_of(text) == shape
