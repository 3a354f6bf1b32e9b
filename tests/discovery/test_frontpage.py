"""Front pages: their articles come out, each once and with its headline, and nothing else."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.discovery.front_page import MAX_LINKS, parse_front_page
from scraper.discovery.front_page.shapes import learn_shapes
from scraper.errors import ParseError
from scraper.model.types import Link, Listing
from tests.crossing import cross
from tests.discovery.front_pages import TUNED, FrontPage
from tests.discovery.front_pages_unseen import LATER, UNSEEN, plain_links
from tests.tables import each_row

URL = "https://news.example/"
PAGES = [make() for make in (*TUNED, *UNSEEN, *LATER)]


def links_of(body: str, url: str = URL) -> list[Link]:
    return list(parse_front_page(body.encode(), url).links)


def addresses_of(body: str, url: str = URL) -> list[str]:
    return [link.url for link in links_of(body, url)]


@each_row("page", PAGES, ids=lambda page: page.name)
def test_exactly_the_articles(page: FrontPage) -> None:
    found = parse_front_page(page.body, page.url)
    assert {link.url for link in found.links} == page.articles
    assert len(found.links) == len(page.articles)


@each_row("page", PAGES, ids=lambda page: page.name)
def test_no_front_page_stands_beside_itself(page: FrontPage) -> None:
    assert not any(link.beside for link in parse_front_page(page.body, page.url).links)


@each_row("page", PAGES, ids=lambda page: page.name)
def test_their_headlines(page: FrontPage) -> None:
    found = parse_front_page(page.body, page.url)
    assert {link.title for link in found.links} == {title for _, title in page.stories}


def test_what_the_site_taught_finds_the_hard_ones() -> None:
    page = plain_links()
    known = [f"https://dispatch.example/{year}/0{month}/two-words.html"
             for year in (2024, 2025) for month in range(1, 10)]  # fmt: skip
    shapes = learn_shapes(known, [])
    found = parse_front_page(page.body, page.url, shapes=shapes)
    hard = {page.url + address for address, _ in page.hard}
    assert {link.url for link in found.links} == page.articles | hard


def test_what_the_site_taught_leaves_lists_out() -> None:
    body = "<main>" + "".join(
        f'<h2><a href="/guide/guide-number-{n}-to-many-things">Guide to many things {n}</a></h2>'
        for n in range(4)
    )
    assert len(links_of(body)) == 4
    others = [f"{URL}guide/some-other-guide-to-a-town-{n}" for n in range(40)]
    shapes = learn_shapes([], others)
    assert parse_front_page(body.encode(), URL, shapes=shapes).links == ()


HEADLINE = "Council votes on the new bridge"


def item(href: str, text: str = HEADLINE) -> str:
    return f'<h3><a href="{href}">{text}</a></h3>'


def test_each_address_once_as_printed() -> None:
    body = (
        item("/a/council-votes-on-the-bridge?utm_source=home#top")
        + item("https://www.news.example/a/council-votes-on-the-bridge/")
        + item("/a/council-votes-on-the-bridge#comments", "31 comments")
    )
    assert links_of(body) == [Link(f"{URL}a/council-votes-on-the-bridge?utm_source=home", HEADLINE)]


def test_parameters_that_only_say_where_a_reader_came_from() -> None:
    body = item("/a/2026/11/25/the-bridge-vote?ico=top") + item(
        "/a/2026/11/25/the-bridge-vote?ico=2"
    )
    assert len(links_of(body)) == 1
    assert len(links_of(item("/read.php?id=1234") + item("/read.php?id=1235"))) == 2


def test_other_sites_files_and_the_page_itself_are_left_out() -> None:
    body = "".join(
        item(href)
        for href in (
            "https://other.example/2026/11/25/council-votes-on-the-bridge",
            "/2026/11/25/council-votes-on-the-bridge.pdf",
            "javascript:void(0)",
            "mailto:council-votes-on-the-bridge@news.example",
            "https://news.example/2026/11/25/council-votes-on-the-front-page",
            "#council-votes-on-the-bridge",
            "",
            "http://[news/council-votes-on-the-bridge",
        )
    )
    own = "https://news.example/2026/11/25/council-votes-on-the-front-page"
    assert addresses_of(body, own) == []


def test_a_subdomain_is_the_same_site() -> None:
    body = item("https://sport.news.example/2026/11/25/council-votes-on-the-bridge")
    assert len(links_of(body, "https://www.news.example/")) == 1
    body = item("https://other.co.uk/2026/11/25/council-votes-on-the-bridge")
    assert links_of(body, "https://news.co.uk/") == []


def test_a_base_counts() -> None:
    body = '<head><base href="/section/"></head>' + item("council-votes-on-the-bridge")
    assert addresses_of(body) == [f"{URL}section/council-votes-on-the-bridge"]


@each_row(
    ("markup", "title"),
    [
        ('<a href="{u}">Bridge</a><a href="{u}">Council votes on the new bridge</a>', HEADLINE),
        ('<h2><a href="{u}">Bridge vote</a></h2><p><a href="{u}">A longer text under it</a></p>',
         "Bridge vote"),
        ('<a href="{u}"><h3>Council votes on the new bridge</h3><p>A teaser.</p></a>', HEADLINE),
        ('<a href="{u}"><b>C</b>ouncil votes on the <em>new</em> bridge</a>', HEADLINE),
        ('<a href="{u}">Council votes on the new bridge<time>25 November</time></a>', HEADLINE),
        ('<a href="{u}" aria-label="Council votes on the new bridge"></a>', HEADLINE),
        ('<div><h3>Council votes on the new bridge</h3><a href="{u}"></a></div>', HEADLINE),
        ('<a href="{u}"><img src="b.jpg" alt="Council votes on the new bridge"></a>', HEADLINE),
        ('<a href="{u}"><script>x()</script>Council votes on the new bridge</a>', HEADLINE),
    ],
)  # fmt: skip
def test_the_best_text_is_the_title(markup: str, title: str) -> None:
    found = links_of(markup.format(u="/2026/11/25/council-votes-on-the-bridge-at-last"))
    assert [link.title for link in found] == [title]


def test_most_headlines_make_furniture_the_matter() -> None:
    items = "".join(item(f"/read/{n}", f"Headline number {n} of the day") for n in range(10, 15))
    assert len(links_of(f'<div class="menu-and-news sidebar">{items}</div>')) == 5
    news = items.replace("/read/", "/story/")
    assert not any("/read/" in url for url in addresses_of(f"{news}{news}<nav>{items}</nav>"))


def test_in_document_order_and_bounded() -> None:
    body = "".join(
        item(f"/read/{n}", f"Headline number {n} of the day") for n in range(10_000, 12_000)
    )
    found = addresses_of(body)
    assert found == [f"{URL}read/{n}" for n in range(10_000, 10_000 + MAX_LINKS)]


def test_a_huge_page_is_read_up_to_a_number_of_links() -> None:
    body = "".join(
        f'<li><time>x</time><a href="/read/{n}?utm_source={n}">Headline number {n} of all</a></li>'
        for n in range(2 * MAX_LINKS)
    ).encode()
    found = parse_front_page(body, URL)
    assert len(found.links) == MAX_LINKS


@pytest.mark.parametrize("body", [b"\x89PNG\r\n\x1a\n" + b"\0" * 100, b"<div>" * 50_000])
def test_what_must_not_be_parsed_is_an_error(body: bytes) -> None:
    with pytest.raises(ParseError):
        parse_front_page(body, URL)


def test_an_empty_page_lists_nothing() -> None:
    assert parse_front_page(b"", URL).links == ()
    assert parse_front_page(b"<title>A</title>", URL).title == "A"


def test_the_charset_of_the_answer_counts() -> None:
    body = item("/read/1234", "Вести дня: мост будет построен").encode("cp1251")
    found = parse_front_page(body, URL, "text/html; charset=windows-1251")
    assert found.links[0].title == "Вести дня: мост будет построен"


def test_it_crosses_a_process_boundary() -> None:
    function: Callable[..., object] = pickle.loads(pickle.dumps(parse_front_page))
    listing = function(item("/read/1234").encode(), URL, None, learn_shapes([URL], []))
    assert cross(listing, Listing) == listing


PIECES = st.sampled_from(
    "<a_href='/2026/11/25/a-b-c-d'> </a> <h2> </h2> <nav> </nav> <li> text <a_href= '/x'> <time> "
    "</time> <img_alt='x_y_z_w'> <!-- --> \x00 \ud800 <a_href='//[::1'> <base_href='//:0'> "
    "<table><tr><td>".split()
).map(lambda piece: piece.replace("_", " "))


@settings(max_examples=60)
@given(st.lists(PIECES, max_size=30))
def test_any_markup_is_read(pieces: list[str]) -> None:
    body = "".join(pieces).encode("utf-8", "surrogatepass")
    found = parse_front_page(body, URL)
    assert all(link.url.startswith("https://news.example/") for link in found.links)
