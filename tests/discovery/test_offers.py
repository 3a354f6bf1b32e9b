"""What a site offers: which addresses are worth asking, and which source is the best."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.discovery.offers import (
    FROM_HABIT,
    FROM_HEAD,
    FROM_PAGE,
    FROM_ROBOTS,
    FROM_SITEMAP_LINK,
    MAX_DECLARED,
    Offer,
    Offered,
    declared_in,
    judge_offer,
    rank_offers,
    usual_addresses,
)
from scraper.discovery.scope import covers, scope_of
from scraper.model.types import Link, Listing, SourceKind
from tests.tables import each_row

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
SITE = "https://news.example"
FEED, SITEMAP, PAGE = SourceKind.FEED, SourceKind.SITEMAP, SourceKind.FRONT_PAGE


def listing(
    count: int,
    *,
    every: timedelta = timedelta(minutes=36),
    age: timedelta = timedelta(minutes=20),
    path: str = "/2026/11/25/story-{}",
    title: str | None = None,
    dated: bool = True,
    is_news: bool = False,
) -> Listing:
    links = tuple(
        Link(SITE + path.format(n), f"Story {n}", NOW - age - n * every if dated else None)
        for n in range(count)
    )
    return Listing(title, links, is_news=is_news)


def offer(kind: SourceKind, path: str, what: Listing, wanted: str = "/", via: str = "x") -> Offer:
    return judge_offer(kind, what, Offered(SITE + path, via), NOW, SITE + wanted)


def order(*offers: Offer) -> list[str]:
    return [one.url.removeprefix(SITE) for one in rank_offers(offers)]


# --------------------------------------------------------------------- what a page names


def test_what_a_page_declares() -> None:
    html = b"""<html><head><link rel="stylesheet" href="/a.css">
<link rel="alternate" type="application/rss+xml" title=" Karo \xc2\xbb Feed " href="/feed/">
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed/">
<link rel="ALTERNATE home" type="application/atom+xml; charset=utf-8" href="atom.xml">
<link rel="alternate" type="application/feed+json" href="/feed.json">
<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2">
<link rel="alternate" type="application/json" href="/feeds/all/feed.json">
<link rel="alternate" type="application/json+oembed" href="/oembed?url=feed">
<link rel="alternate" type="text/xml" title="RSS" href="/rss/">
<link rel="alternate" hreflang="de" href="https://news.example/de/">
<link rel="sitemap" type="application/xml" href="/sitemap.xml"></head><body>
<a href="/rss-feeds">All our feeds</a> <a href="/politics/rss.xml">Politics</a>
<a href="/syndication?id=3">RSS 2.0</a> <a href="/feed/">RSS</a> <a href="/feeding-the-cat">Cats</a>
<a href="javascript:rss()">RSS</a> <a href="/news/index.xml"><img src="rss.png"></a>
<a href="/?feed=rss2">Feed</a></body></html>"""
    found = declared_in(html, f"{SITE}/home/")
    assert [(one.url.removeprefix(SITE), one.via) for one in found] == [
        ("/feed/", FROM_HEAD),
        ("/comments/feed/", FROM_HEAD),
        ("/home/atom.xml", FROM_HEAD),
        ("/feed.json", FROM_HEAD),
        ("/feeds/all/feed.json", FROM_HEAD),
        ("/rss/", FROM_HEAD),
        ("/sitemap.xml", FROM_SITEMAP_LINK),
        ("/politics/rss.xml", FROM_PAGE),
        ("/syndication?id=3", FROM_PAGE),
        ("/news/index.xml", FROM_PAGE),
        ("/?feed=rss2", FROM_PAGE),
    ]
    assert found[0].title == "Karo » Feed"
    assert found[7].title == "Politics"


def test_a_base_counts_for_feeds_too() -> None:
    html = b'<base href="https://cdn.example/x/"><a href="feed.xml">RSS</a>'
    assert declared_in(html, SITE) == [Offered("https://cdn.example/x/feed.xml", FROM_PAGE, "RSS")]


def test_what_a_page_declares_is_bounded() -> None:
    html = b"".join(b'<a href="/%d/feed/">RSS</a>' % n for n in range(5_000))
    assert len(declared_in(html, SITE)) == MAX_DECLARED


@given(st.binary(max_size=200))
def test_any_bytes_declare_something_or_nothing(html: bytes) -> None:
    assert declared_in(b"<a href=/feed>RSS</a>" + html, SITE) is not None


def test_usual_addresses_of_a_front_page() -> None:
    found = usual_addresses(f"{SITE}/")
    paths = [one.url.removeprefix(SITE) for one in found]
    assert paths[:4] == ["/feed/", "/rss.xml", "/feed.xml", "/rss"]
    assert {"/atom.xml", "/index.xml", "/feed.json", "/sitemap.xml", "/sitemap_news.xml"} < set(
        paths
    )
    assert len(paths) == len(set(paths)) <= 25
    assert {one.via for one in found} == {FROM_HABIT}


def test_usual_addresses_of_a_section_come_first() -> None:
    paths = [one.url.removeprefix(SITE) for one in usual_addresses(f"{SITE}/politics/?x=1")]
    assert paths[:3] == ["/politics/feed/", "/politics/feed", "/politics/rss"]
    assert "/feed/" in paths
    page = [one.url for one in usual_addresses(f"{SITE}/politics/index.html")]
    assert not any("index.html" in url for url in page)


# --------------------------------------------------------------------- what a feed is about


@each_row(
    ("path", "scope"),
    [
        ("/feed/", ""),
        ("/rss.xml", ""),
        ("/rss/all.xml", ""),
        ("/berita/rss", ""),
        ("/news-sitemap.xml", ""),
        ("/politics/feed", "politics"),
        ("/rss/politics.xml", "politics"),
        ("/feeds/Sport/Football/", "sport/football"),
        ("/category/politics/feed/", "category/politics"),
        ("/rss/%D8%B3%D9%8A%D8%A7%D8%B3%D8%A9", "سياسة"),
    ],
)
def test_scope(path: str, scope: str) -> None:
    assert scope_of(SITE + path) == scope


def test_covers() -> None:
    assert covers("politics/germany", "politics")
    assert covers("category/politics", "politics")
    assert not covers("politics", "politics/germany")
    assert not covers("geopolitics", "politics")
    assert covers("anything", "")


# --------------------------------------------------------------------- which is best


def test_the_sites_feed_wins() -> None:
    assert order(
        offer(PAGE, "/", listing(60, dated=False)),
        offer(SITEMAP, "/sitemap.xml", listing(5_000)),
        offer(FEED, "/comments/feed/", listing(10, title="Comments for Karo")),
        offer(FEED, "/tag/water/feed/", listing(10)),
        offer(SITEMAP, "/news-sitemap.xml", listing(80, is_news=True)),
        offer(FEED, "/feed/", listing(30)),
    ) == ["/feed/", "/news-sitemap.xml", "/sitemap.xml", "/tag/water/feed/", "/", "/comments/feed/"]


def test_why_is_one_sentence() -> None:
    best = offer(FEED, "/feed/", listing(30), via=FROM_HEAD)
    assert best.why == "a feed of 30 articles, the newest from 20 minutes ago, about 40 a day"
    assert (best.links, best.via, best.is_news) == (30, FROM_HEAD, False)
    assert best.newest == NOW - timedelta(minutes=20)
    assert best.per_day == pytest.approx(40)
    assert offer(FEED, "/feed/", listing(1, dated=False)).why == "a feed of 1 article"
    assert offer(FEED, "/feed/", Listing()).why == "a feed without articles"
    slow = offer(FEED, "/feed/", listing(10, every=timedelta(days=3)))
    assert slow.why == "a feed of 10 articles, the newest from 20 minutes ago, about 2.3 a week"


def test_a_feed_that_forgets_fast_yields_to_a_sitemap_of_news() -> None:
    fast = offer(FEED, "/feed/", listing(20, every=timedelta(minutes=2)))
    news = offer(SITEMAP, "/news-sitemap.xml", listing(900, is_news=True), via=FROM_ROBOTS)
    assert order(fast, news) == ["/news-sitemap.xml", "/feed/"]
    assert fast.why.endswith("; it holds only the last 34 minutes, a sitemap of news more")
    assert order(fast, offer(PAGE, "/", listing(60, dated=False))) == ["/feed/", "/"]


def test_a_section_is_best_served_by_its_own_feed() -> None:
    wanted = "/politics/"
    own = offer(FEED, "/politics/feed/", listing(20), wanted)
    by_links = offer(FEED, "/rss?id=3", listing(20, path="/politics/2026/story-{}"), wanted)
    page = offer(PAGE, "/politics/", listing(30, dated=False), wanted)
    whole = offer(FEED, "/feed/", listing(20), wanted)
    sport = offer(FEED, "/sport/feed/", listing(20), wanted)
    assert order(sport, whole, page, by_links, own)[:3] == [
        "/politics/feed/",
        "/rss?id=3",
        "/politics/",
    ]
    assert whole.why.endswith("; of the whole site, not of /politics only")
    assert sport.why.endswith("; only of /sport")


def test_a_sections_feed_is_not_the_whole_site() -> None:
    sport = offer(FEED, "/sport/feed/", listing(20))
    assert sport.score == offer(FEED, "/feed/", listing(20)).score - 2.5
    assert sport.why.endswith("; only of /sport")


def test_old_and_empty_sources_lose() -> None:
    stale = offer(FEED, "/feed/", listing(20, age=timedelta(days=60)))
    dead = offer(FEED, "/rss.xml", listing(20, age=timedelta(days=800)))
    empty = offer(FEED, "/atom.xml", Listing(title="Karo"))
    page = offer(PAGE, "/", listing(40, dated=False))
    assert order(empty, dead, stale, page) == ["/", "/feed/", "/rss.xml", "/atom.xml"]
    assert stale.why.endswith("; nothing new for a month")
    assert dead.why.endswith("; not used any more")


def test_a_feed_of_other_sites_loses() -> None:
    links = tuple(Link(f"https://other{n}.invalid/a", "A", NOW) for n in range(9))
    away = offer(FEED, "/links/feed", Listing(None, links))
    assert "most of them on other sites" in away.why
    assert order(away, offer(SITEMAP, "/sitemap.xml", listing(9)))[0] == "/sitemap.xml"


def test_an_index_of_sitemaps_is_not_empty() -> None:
    parts = tuple(Link(f"{SITE}/sitemap-{n}.xml", modified_at=NOW) for n in range(12))
    index = offer(SITEMAP, "/sitemap.xml", Listing(sitemaps=parts))
    assert index.why == "an index of 12 sitemaps, the newest now"
    assert index.score > offer(PAGE, "/", listing(40, dated=False)).score


def test_dates_in_the_future_and_pinned_items_are_no_measure() -> None:
    fresh = listing(29).links
    odd = (Link(f"{SITE}/f", "F", NOW + timedelta(days=300)), *fresh,
           Link(f"{SITE}/p", "P", NOW - timedelta(days=900)))  # fmt: skip
    found = offer(FEED, "/feed/", Listing(links=odd))
    assert found.newest == NOW - timedelta(minutes=20)
    assert found.per_day == pytest.approx(40, rel=0.1)


def test_each_source_once() -> None:
    twice = (offer(FEED, "/feed", listing(20)), offer(FEED, "/feed/", listing(20)))
    assert order(*twice) == ["/feed"]


OFFERS = st.lists(
    st.builds(
        Offer,
        url=st.sampled_from([f"{SITE}/{n}" for n in range(9)]),
        kind=st.sampled_from(list(SourceKind)),
        title=st.none(),
        via=st.just(FROM_HABIT),
        links=st.integers(0, 9),
        newest=st.none(),
        is_news=st.booleans(),
        per_day=st.none(),
        score=st.sampled_from([0.0, 1.0, 2.5]),
        why=st.just(""),
    ),
    max_size=12,
)


@given(OFFERS)
def test_the_order_is_by_score_whatever_came_first(offers: list[Offer]) -> None:
    ranked = rank_offers(offers)
    assert [one.score for one in ranked] == sorted((one.score for one in ranked), reverse=True)
    assert len({one.url for one in ranked}) == len(ranked) == len({one.url for one in offers})
    assert [(o.url, o.score) for o in rank_offers(offers[::-1])] == [
        (o.url, o.score) for o in ranked
    ]


def test_a_page_names_its_feeds() -> None:
    page = b"""<html><head>
    <link rel="alternate" type="application/rss+xml" title="All  news" href="/rss">
    <link rel="ALTERNATE home" type="application/atom+xml; charset=utf-8" href="https://o.example/a">
    <link rel="alternate" type="text/html" hreflang="de" href="/de">
    <link rel="alternate" type="application/rss+xml" href="javascript:x">
    </head></html>"""
    found = declared_in(page, "https://news.example/home")
    assert [(link.url, link.title) for link in found] == [
        ("https://news.example/rss", "All news"),
        ("https://o.example/a", None),
    ]
