"""Pages, titles, bylines and queries that mean harm are read in a bounded time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from benchmarks.checks.cost import at_most
from scraper import extract
from scraper.discovery.front_page import parse_front_page
from scraper.extraction.byline import parse_byline
from scraper.extraction.dates import parse_date
from scraper.extraction.document import parse_document
from scraper.extraction.paging.links import find_paging
from tests.benchmarks.test_fuzz import BOMBS
from tests.extraction.test_captions import TEXT, captions
from tests.extraction.test_paging import STORY, link
from tests.extraction.test_robustness import HAZARDS

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize("name", HAZARDS)
def test_a_hazard(name: str) -> None:
    with at_most(30):
        extract(HAZARDS[name].encode())


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_of_tags(name: str) -> None:
    shape = BOMBS[name]
    text = "".join(map(shape.format, range(8_000))) if "{}" in shape else shape
    with at_most(30):
        extract(f"<html><body>{text}")


def test_links_to_further_parts() -> None:
    many = "".join(link(f"{STORY}?page={n}", "2 " * 30) for n in range(20_000))
    long_one = link(f"{STORY}?{'&page=2' * 30_000}", "2") + link("-2" * 50_000, "9" * 50_000)
    for links in (many, long_one):
        document = parse_document(f"<main>{links}</main>")
        with at_most(10):
            find_paging(document, STORY)


@pytest.mark.parametrize(
    "markup",
    [
        "<figure><img src=/1.jpg><figcaption>Caption</figcaption></figure>" * 5000,
        "".join(f"<div class=caption>Caption {number}</div>" for number in range(5000)),
        "<figure><picture>" + "<source srcset=/a.jpg>" * 9000 + "<img></picture><figcaption>A",
        "<figure><img src=/1.jpg><figcaption>A" * 900,
        f"<figure><img srcset='{', ,,' * 100_000}'><figcaption>A</figcaption></figure>",
        f"<figure><img src='{'placeholder' * 20_000} '><figcaption>A</figcaption></figure>",
        f"<figure><img data-x='{'.jpg?' * 40_000} '><figcaption>A</figcaption></figure>",
        "".join(f"<blockquote>{number} quotations are many</blockquote>" for number in range(4000)),
        "<table><tr>" + "<td>a cell" * 8000 + "</table>",
        "<ol>" + "<li>an item" * 8000 + "</ol>",
        "<pre>" + "<i>a</i>\n" * 20_000 + "</pre>",
    ],
    ids="figures no-images sources nested srcset src data quotes cells items pre".split(),
)  # fmt: skip
def test_captions(markup: str) -> None:
    with at_most(40):
        captions(TEXT + markup + TEXT)


@pytest.mark.parametrize(
    "piece", ["by ", "Aa Bb, ", "a:", "(", "记者张三 ", "김철수 기자 ", "a@", "a."]
)
def test_a_long_byline(piece: str) -> None:
    parse_byline(piece, language="id")
    with at_most(5):
        parse_byline(piece * 100_000, language="id")


@pytest.mark.parametrize("piece", ["1-2-", "12.", "2 Sep ", "年月日", "(", "a:", "３時間", "เม"])
def test_a_long_date(piece: str) -> None:
    parse_date(piece, language="th", now=NOW)
    with at_most(5):
        parse_date(piece * 100_000, language="th", now=NOW)


def test_a_huge_front_page() -> None:
    body = "".join(
        f'<li><time>x</time><a href="/read/{n}?utm_source={n}">Headline number {n} of all</a></li>'
        for n in range(100_000)
    ).encode()
    with at_most(80):
        parse_front_page(body, "https://news.example/")
