"""Which links of an article's page lead to its next page, and which to all of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scraper.extraction import extract
from scraper.extraction.document import parse_document
from scraper.extraction.paging.links import Paging, find_paging
from scraper.extraction.paging.variants import find_variants
from scraper.rules import SiteRule
from scraper.urls import host_of
from tests.newspaper import article_html
from tests.tables import each_row

SITE = "https://news.example"
STORY = f"{SITE}/2024/09/bridge-plan"


def paging(links: str, url: str = STORY) -> Paging:
    return find_paging(parse_document(f"<main><p>Text.</p>{links}</main>"), url)


def link(href: str, text: str, **more: str) -> str:
    return f'<a href="{href}" {" ".join(f"{k}={v!r}" for k, v in more.items())}>{text}</a>'


@each_row(
    ("url", "links", "following"),
    [
        (STORY, link("?page=2", "2"), f"{STORY}?page=2"),
        (STORY, link(f"{STORY}/2/", "Next page"), f"{STORY}/2/"),
        (STORY + "/", link("2/", "2"), f"{STORY}/2/"),
        (STORY, link(f"{STORY}/page/2", "2"), f"{STORY}/page/2"),
        (STORY, link(f"{STORY}/seite-2", "Nächste Seite"), f"{STORY}/seite-2"),
        (f"{STORY}.html", link("bridge-plan-2.html", "2"), f"{STORY}-2.html"),
        (f"{STORY}.html", link("bridge-plan_2.html", "2"), f"{STORY}_2.html"),
        (f"{STORY}.html", link("bridge-plan-p2.html", "Sonraki"), f"{STORY}-p2.html"),
        (f"{SITE}/article-123", link("/article-123-2", "2"), f"{SITE}/article-123-2"),
        (
            f"{SITE}/a.php?id=7",
            link("a.php?id=7&page=2", "次のページ"),
            f"{SITE}/a.php?id=7&page=2",
        ),
        (f"{STORY}?utm_source=x", link(f"{STORY}?page=2", "2"), f"{STORY}?page=2"),
        (f"{STORY}?page=2", link("?page=3", "Halaman 3"), f"{STORY}?page=3"),
        # Counted from 0: the address says 1 where the link says 2.
        (STORY, link("?page=1", "2") + link("?page=2", "3"), f"{STORY}?page=1"),
        (STORY, link("?page=1", "1") + link("?page=2", "2"), f"{STORY}?page=2"),
        (f"{STORY}/2/", link(STORY, "1") + link(f"{STORY}/3/", "3"), f"{STORY}/3/"),
        (f"{STORY}-2", link(STORY, "1") + link(f"{STORY}-3", "3"), f"{STORY}-3"),
        (STORY, f"{link('?page=2', '2')}<nav>{link('?page=7', 'Last »')}</nav>", f"{STORY}?page=2"),
    ],
)
def test_the_next_page(url: str, links: str, following: str) -> None:
    assert paging(links, url).next_url == following


@each_row(
    ("url", "links"),
    [
        (STORY, link("/2024/09/other-story", "Next", rel="next")),
        (STORY, link("/2024/09/bridge-plan-2", "Next post", rel="next")),
        (STORY, link("/2024/09/bridge-plan-2", "Weiter »")),
        (f"{STORY}-6", link("/2024/09/bridge-plan-7", "The bridge (7)", rel="next")),
        (f"{STORY}-6", link("/2024/09/bridge-plan-7", "7")),
        (STORY, link(f"{STORY}/comment-page-2#comments", "2")),
        (STORY, link("?cpage=2", "2")),
        (STORY, link("?page=2#comments", "2")),
        (STORY, f'<div class="comments-list"><div>{link("?page=2", "2")}</div></div>'),
        (STORY, f"<footer>{link('?page=2', '2')}</footer>"),
        (STORY, link("https://other.example/2024/09/bridge-plan?page=2", "2")),
        (STORY, link("?page=3", "3")),
        (STORY, link("?page=2", "Older")),
        (STORY, link("?page=2", "2") + link("?page=140", "140") + link("?page=47", "47")),
        (f"{STORY}?page=3", link("?page=2", "2") + link("?page=1", "1")),
        (f"{STORY}?page=all", link("?page=2", "2")),
        (f"{SITE}/", link("?page=2", "2")),
        (f"{SITE}/blog/", link("/blog/page/2/", "2")),
        (f"{SITE}/category/town-news/", link("/category/town-news/page/2/", "2")),
        (f"{SITE}/a.php?id=7", link("a.php?id=8&page=2", "2")),
        (f"{SITE}/a.php?id=7", link("a.php?id=8", "2")),
        (STORY, link("http://[", "2")),
        (STORY, link("https://news.example:x/2024/09/bridge-plan?page=2", "2")),
    ],
)
def test_what_is_no_next_page(url: str, links: str) -> None:
    assert paging(links, url).next_url is None


def test_the_head_may_name_it_where_the_address_is_plain() -> None:
    def head(href: str) -> Paging:
        page = f'<head><link rel="next" href="{href}"></head><body><p>Text.'
        return find_paging(parse_document(page), STORY)

    assert head(f"{STORY}?page=2").next_url == f"{STORY}?page=2"
    assert head(f"{STORY}/2/").next_url == f"{STORY}/2/"
    # Lists have such a link, and the next article has any.
    assert head(f"{STORY}/page/2/").next_url is None
    assert head(f"{STORY}-2").next_url is None
    assert head(f"{SITE}/2024/09/other-story").next_url is None


def test_a_pager_far_behind_the_text_pages_through_something_else() -> None:
    pager = link("?page=2", "2")
    far = "<p>An opinion of a reader of this page.</p>" * 60

    def next_of(between: str) -> str | None:
        page = article_html("The bridge").decode().replace("</article>", f"</article>{between}")
        return extract(page.replace("<footer>", f"{pager}<footer>"), STORY).next_url

    assert next_of("") == f"{STORY}?page=2"
    assert next_of(f"<div class=x>{far}</div>") is None


@each_row(
    ("href", "text"),
    [
        ("?page=all", "Show All"),
        ("?page=all", ""),
        ("?single=1", "Tampilkan semua"),
        ("?showpage=all", "Semua Halaman"),
        ("?seite=all", "Auf einer Seite lesen"),
        ("?view=all", "View as one page"),
        ("?view=all", "阅读全文"),
        (f"{STORY}/komplettansicht", "Auf einer Seite"),
        (f"{STORY}/all", "View all"),
        ("?fullstory", "Single page"),
        ("?pagewanted=all", "SINGLE PAGE »"),
    ],
)
def test_the_whole_page(href: str, text: str) -> None:
    whole = paging(link(href, text)).whole_url
    assert whole is not None
    assert whole == (href if href.startswith("http") else STORY + href)


@each_row(
    ("href", "text"),
    [
        ("/subscribe", "阅读全文"),
        ("?plan=full", "Read all"),
        (STORY, "View as one page"),
        ("/2024/09/other-story?page=all", "Show all"),
        ("https://other.example/2024/09/bridge-plan?page=all", "Show all"),
        ("?print=1", "Print"),
        ("?view=all", "12 comments"),
        ("?show=all#comments", "Show all"),
        ("?comments=all", "View all"),
        (f"{STORY}/all", "Photos"),
        ("?fullsite=1", "Full site"),
    ],
)
def test_what_is_no_whole_page(href: str, text: str) -> None:
    assert paging(link(href, text)).whole_url is None


def test_not_where_a_rule_fetches_the_whole() -> None:
    page = article_html("The bridge").replace(b"</article>", b'<a href="?page=2">2</a></article>')
    assert extract(page, STORY).next_url == f"{STORY}?page=2"
    rule = SiteRule(host="news.example", single_page="?page=all")
    assert extract(page, STORY, rule=rule).next_url is None
    assert extract(page).next_url is None, "without an address nothing can be told"


@given(
    st.text(max_size=40),
    st.text(max_size=12),
    st.sampled_from([STORY, f"{STORY}-2", f"{STORY}?id=3&page=2", f"{SITE}/%C3%A4-b/2"]),
)
def test_whatever_is_linked_stays_on_the_host(href: str, text: str, url: str) -> None:
    document = parse_document("<main><a>x</a></main>")
    index = document.by_tag["a"][0]
    for address in (href, f"{url}{href}", f"?{href}"):
        document.attributes[index] = {"href": address, "title": text, "rel": "next"}
        found = find_paging(document, url)
        for one in (found.next_url, found.whole_url):
            assert one is None or host_of(one) == "news.example"


def test_variants() -> None:
    head = (
        '<link rel="alternate" media="print" href="/p/1"><link rel=amphtml href="/amp/1">'
        '<link rel=amphtml href="/amp/2"><link rel="alternate" media=handheld href="/m/1">'
    )
    assert find_variants(head.encode(), STORY) == (f"{SITE}/amp/1", f"{SITE}/p/1")
    away = b'<link rel=amphtml href="https://amp.news.example/1"><link rel=amphtml href="http://[">'
    assert find_variants(away, STORY) == ()
    assert find_variants(b"\x00" * 100, STORY) == ()
