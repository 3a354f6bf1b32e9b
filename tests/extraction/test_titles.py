# ruff: noqa: E501 - tables of cases, one a line
"""Headlines: which of a page's titles and headings is chosen, and what is cut off."""

from __future__ import annotations

import pytest

from scraper.extraction import extract
from scraper.extraction.title.sites import SiteNames, is_edge_of, strip_site
from tests.tables import each_row

SENTENCE = (
    "The council voted on Tuesday to rebuild the old light at the mouth of the harbour, which has "
    "been dark since the storm of last winter, and to open it again in the autumn of next year. "
)
TEXT = "".join(f"<p>{SENTENCE}</p>" for _ in range(5))
LINE = "Harbour town votes to rebuild its old light"


def page(head: str, top: str, text: str = TEXT, lang: str = "en") -> str:
    return f'<!doctype html><html lang="{lang}"><head>{head}</head><body>{top}<article>{text}</article><footer><p>Imprint</p></footer></body></html>'


@each_row(
    ("title", "sites", "expected"),
    [
        ("灯塔重建计划通过_本地_港口日报", ["港口日报"], "灯塔重建计划通过"),
        ("灯塔重建计划通过-本地新闻-港口日报", ["港口日报"], "灯塔重建计划通过"),
        ("灯塔重建计划通过--时政--港口网", ["港口网"], "灯塔重建计划通过"),
        (
            "古い灯台の再建を議会が可決：港新聞デジタル",
            ["港新聞デジタル"],
            "古い灯台の再建を議会が可決",
        ),
        ("古い灯台の再建を議会が可決｜港新聞", ["港新聞"], "古い灯台の再建を議会が可決"),
        ("등대 재건 계획 통과 - 항구일보", ["항구일보"], "등대 재건 계획 통과"),
        ("POST: A light for the harbour", ["post"], "A light for the harbour"),
        ("The Post - A light for the harbour", ["the post"], "A light for the harbour"),
        (
            "A light for the harbour - The Post - Sport - The Post",
            ["the post"],
            "A light for the harbour - The Post - Sport",
        ),
        (
            "Exclusive: A light for the harbour | thepost.example",
            ["thepost.example"],
            "Exclusive: A light for the harbour",
        ),
        ("A light: and its keeper", ["post"], "A light: and its keeper"),
        ("海外学生看灯塔：重建前后_教育频道_某某网", [], "海外学生看灯塔：重建前后"),
        ("Le maire : « la lumière revient »", ["le port"], "Le maire : « la lumière revient »"),
        ("Il sindaco: «la luce torna»", ["il porto"], "Il sindaco: «la luce torna»"),
        ("The light returns « Harbour Log", ["harbour log"], "The light returns"),
        ("snake_case wins | Post", ["post"], "snake_case wins"),
    ],
)
def test_what_is_cut_off_a_title(title: str, sites: list[str], expected: str) -> None:
    assert strip_site(title, sites) == expected


def test_a_logo_that_says_home_cuts_only_whole_parts() -> None:
    names = SiteNames.of(["the post"], ["home"])
    assert strip_site("A light | Home", names) == "A light"
    assert strip_site("A light | Home truths", names) == "A light | Home truths"


def test_an_edge_ends_at_a_separator() -> None:
    assert is_edge_of("a light", "a light | the post")
    assert is_edge_of("a light", "post: a light")
    assert not is_edge_of("a light", "a light for all")
    assert not is_edge_of("a light", "a light")


@each_row(
    ("head", "top", "expected"),
    [
        pytest.param(
            f"<title>Sea Notes: {LINE}</title>",
            f'<header><h1 class="title"><a href="https://sea-notes.example/">Sea Notes</a></h1></header><h3 class="post-title">{LINE}</h3>',
            LINE, id="logo-in-h1-headline-in-h3",
        ),
        pytest.param(
            f"<title>{LINE} - The Port</title>",
            f'<a class="logo" href="/"><h1>The Port</h1></a><h2>{LINE}</h2>',
            LINE, id="h1-inside-the-logo-link",
        ),
        pytest.param(
            f"<title>{LINE} | Quay &amp; Sea</title>",
            '<h1><a href="/en/">Quay &amp; Sea</a></h1>',
            LINE, id="name-known-from-the-logo-only",
        ),
        pytest.param(
            f"<title>All about ships - {LINE}</title>",
            f"<h1>All about ships</h1><h3>■ {LINE}</h3>",
            f"■ {LINE}", id="unlinked-blog-name-in-h1",
        ),
        pytest.param(
            f"<title>{LINE} | Local | Unknown</title><meta property='og:title' content='Vote on the light'>",
            f"<h1>{LINE}</h1>",
            LINE, id="h1-is-the-start-of-the-title",
        ),
        pytest.param(
            "<title>Light to be rebuilt</title>",
            f'<h1><span class="kicker">Harbour</span> <span>{LINE}</span></h1>',
            LINE, id="kicker-in-h1-confirmed-by-nobody",
        ),
        pytest.param(
            f'<title>x</title><meta property="og:title" content="{LINE}">',
            f"<h1>Harbour {LINE}</h1>",
            LINE, id="kicker-runs-into-h1",
        ),
        pytest.param(
            f'<title>x</title><meta property="og:title" content="{LINE}">',
            f"<h1>{LINE} in the autumn</h1>",
            f"{LINE} in the autumn", id="h1-says-more",
        ),
        pytest.param(
            f'<title>x</title><meta property="og:title" content="{LINE}">',
            f"<h1>{LINE} | Port Authority</h1>",
            LINE, id="site-name-inside-h1",
        ),
        pytest.param(
            '<title>Press releases</title><meta property="og:title" content="Press releases">',
            f'<h1 class="entry-title">{LINE}</h1>',
            LINE, id="titles-are-the-section",
        ),
        pytest.param(
            f'<title>Sport</title><script type="application/ld+json">{{"@type":"NewsArticle","headline":"{LINE}"}}</script>',
            "<h1>Sport</h1>",
            LINE, id="h1-is-the-section",
        ),
        pytest.param(
            f'<title>{LINE} | The Port</title><script type="application/ld+json">{{"@type":"NewsArticle","headline":"Council: {LINE}","publisher":{{"name":"The Port"}}}}</script>',
            "",
            LINE, id="kicker-in-json-ld-without-heading",
        ),
        pytest.param(
            f'<title>The Port</title><meta name="sailthru.title" value="{LINE}">',
            "",
            LINE, id="value-in-place-of-content",
        ),
        pytest.param(
            f"<title>{LINE}</title><meta property='og:site_name' content='{LINE}'>",
            "<h3>Share this:</h3>",
            LINE, id="headline-given-as-the-name-of-the-site",
        ),
        pytest.param(
            "<title>The Port</title><meta property='og:site_name' content='The Port'>",
            "<h1>Welcome back</h1>",
            "Welcome back", id="title-is-the-site-alone",
        ),
        pytest.param(
            '<title>x</title><meta property="og:title" content="Tom &amp;amp; Ann&amp;#8217;s light burns again">',
            "",
            "Tom & Ann’s light burns again", id="entities-escaped-twice",
        ),
        pytest.param(
            f'<title>x</title><script type="application/ld+json">{{"@type":"NewsArticle","headline":"{LINE} after ten..."}}</script>',
            f"<h1>{LINE} after ten dark years</h1>",
            f"{LINE} after ten dark years", id="json-ld-cut-short",
        ),
        pytest.param(
            f'<title>{LINE} after ten dark years</title><meta property="og:title" content="{LINE} after…">',
            "",
            f"{LINE} after ten dark years", id="social-title-cut-short-without-heading",
        ),
        pytest.param(
            "<title>x</title>",
            "<h1><span>Harbour</span><span>Town votes to rebuild the light</span></h1>",
            "Harbour Town votes to rebuild the light", id="elements-set-apart-by-style",
        ),
        pytest.param(
            "<title>x</title>",
            "<h1><span>H</span>arbour town votes on the <i>Mc</i>Kay light</h1>",
            "Harbour town votes on the McKay light", id="words-of-several-elements",
        ),
        pytest.param(
            f"<title>{LINE}</title>",
            f"<h1>{LINE.upper()}</h1>",
            LINE, id="capitals",
        ),
        pytest.param(
            "<title>x</title>",
            "<h1>Tom &amp;amp; Ann light the harbour</h1>",
            "Tom & Ann light the harbour", id="heading-escaped-twice",
        ),
        pytest.param(
            "<title>灯台の再建を可決：みなと新聞</title>",
            "<h1><ruby>灯台<rt>とうだい</rt></ruby>の再建を可決</h1>",
            "灯台の再建を可決", id="ruby",
        ),
        pytest.param(
            f"<title>EXCLUSIVE: {LINE}</title>",
            f"<h1>EXCLUSIVE: {LINE}</h1>",
            f"EXCLUSIVE: {LINE}", id="exclusive-stays",
        ),
        pytest.param(
            f"<title>{LINE} - Harbourpost News</title>",
            "",
            LINE, id="name-known-from-the-host",
        ),
    ],
)  # fmt: skip
def test_the_headline_of_a_page(head: str, top: str, expected: str) -> None:
    found = extract(page(head, top), "https://www.harbourpost.example/2024/light")
    assert found.title == expected
