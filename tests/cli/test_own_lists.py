"""A page that lists nothing of its own is refused; its near misses are taken."""

from __future__ import annotations

import pytest

from tests.cli.newspaper import feed, story
from tests.cli.running import Kliping, RunHere
from tests.discovery.own_lists import ABOUT, FIVE, LISTED, LISTS, items, page
from tests.servers import Server, reply

FEED = '<link rel="alternate" type="application/rss+xml" href="/feed.xml">'


@pytest.fixture
def paper(server: Server) -> Server:
    """With a front page, and a feed of the whole site that every page names."""
    server.routes |= {"/": reply(page(items(LISTED))), "/feed.xml": feed(map(server.url, FIVE))}
    return server


@pytest.mark.parametrize("exact", [["--exact"], []])
@pytest.mark.parametrize("name", ABOUT)
def test_a_page_about_something_else_is_refused(
    kliping: Kliping, run_here: RunHere, paper: Server, name: str, exact: list[str]
) -> None:
    path, html = ABOUT[name]
    paper.routes[path] = reply(html.replace("<head>", f"<head>{FEED}"))
    ended = run_here(kliping, "sources", "add", paper.url(path), *exact)
    assert (ended.code, ended.out) == (2, "")
    (line,) = ended.errors
    assert line.startswith(f"kliping: {paper.url(path)}: a page without a list of its own: ")
    assert run_here(kliping, "sources", "list").out == ""


@pytest.mark.parametrize("name", LISTS)
def test_a_small_or_odd_list_is_taken(
    kliping: Kliping, run_here: RunHere, paper: Server, name: str
) -> None:
    path, html = LISTS[name]
    paper.routes[path] = reply(html)
    ended = run_here(kliping, "sources", "add", paper.url(path), "--exact", "--json")
    assert ended.code == 0, ended.err
    (source,) = ended.objects
    assert (source["url"], source["kind"]) == (paper.url(path), "front page")


def test_a_front_page_is_never_refused(kliping: Kliping, run_here: RunHere, server: Server) -> None:
    server.routes["/"] = reply(ABOUT["a sidebar by its name"][1])
    assert run_here(kliping, "sources", "add", server.url("/"), "--exact").code == 0


def test_an_article_is_no_section(kliping: Kliping, run_here: RunHere, paper: Server) -> None:
    """Its site's feed may be meant; it itself is no source."""
    paper.routes[FIVE[0]] = reply(
        story(1).replace("<head>", f"<head>{FEED}").replace("</body>", f"{items(FIVE[1:])}</body>")
    )
    ended = run_here(kliping, "sources", "add", paper.url(FIVE[0]), "--exact")
    assert (ended.code, "it is one article" in ended.err) == (2, True)
    assert run_here(kliping, "sources", "add", paper.url(FIVE[0])).code == 0
    (source,) = run_here(kliping, "sources", "list", "--json").objects
    assert source["url"] == paper.url("/feed.xml")


def test_an_import_leaves_it_out(kliping: Kliping, run_here: RunHere, paper: Server) -> None:
    path, html = ABOUT["an aside of headings"]
    paper.routes[path] = reply(html)
    text = f"{paper.url(path)}\n{paper.url('/feed.xml')}\n"
    ended = run_here(kliping, "sources", "import", "-", stdin=text)
    assert ended.code == 2
    told, count = ended.errors
    assert told.startswith(f"kliping: standard input, line 1: {paper.url(path)}: ")
    assert told.endswith("; left out")
    assert count == "kliping: 1 new, 0 known already"


def test_a_page_that_lists_no_article_is_taken_where_a_person_says_what_is_wanted(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    server.routes["/sport/"] = reply("<html><body><main>Soon.</main></body></html>")
    url = server.url("/sport/")
    assert run_here(kliping, "sources", "add", url, "--exact").code == 2
    ended = run_here(kliping, "sources", "add", url, "--exact", "--only", "/sport/", "--json")
    assert ended.code == 0
    (source,) = ended.objects
    assert (source["url"], source["kind"], source["only"]) == (url, "front page", ["/sport/"])
    assert "no link on it looks like one to an article now" in ended.err
    assert "`kliping fetch URL`" in ended.err
    assert run_here(kliping, "crawl").code == 0


def test_links_of_one_word_are_taken_where_a_person_says_that_they_are_articles(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    """Else they look like sections. What is no article for another reason stays out."""
    wanted = ["/sport/derby", "/sport/cup", "/sport/cup.html"]
    others = [
        "/", "/sport", "/kultur/oper", "/sport/page/2", "/sport/seite-2", "/sport/3",
        "/sport/derby2?page=2", "/sport/tag/derby", "/sport/login", "/sport/list.pdf",
        "/sport/2026/11", "https://elsewhere.example/sport/derby",
    ]  # fmt: skip
    main = "".join(f'<a href="{href}">Derby</a> ' for href in [*wanted, *others])
    nav = '<nav><a href="/sport/football">Football</a></nav>'
    server.routes["/sport/"] = reply(f"<html><body>{nav}<main>{main}</main></body></html>")
    for path in wanted[:2]:
        server.routes[path] = reply(story(wanted.index(path) + 1))
    url = server.url("/sport/")
    ended = run_here(kliping, "sources", "add", url, "--exact", "--only", "/sport/*")
    assert (ended.code, "new of its 3 links" in ended.err) == (0, True), ended.err
    listed = run_here(kliping, "sources", "test", url, "--json").objects
    assert {each["url"] for each in listed} == set(map(server.url, wanted))
    run_here(kliping, "crawl")
    server.routes["/sport/"] = reply('<main><a href="/sport/final">Final</a></main>')
    server.routes["/sport/final"] = reply(story(3))
    run_here(kliping, "crawl", "1")
    found = run_here(kliping, "list", "--json").objects
    paths = [*wanted[:2], "/sport/final"]
    assert {each["url"] for each in found} == set(map(server.url, paths))
