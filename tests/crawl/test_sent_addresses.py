"""robots.txt judges the path that is sent: no spelling of an address walks round it, wherever the
address comes from, and what was judged is what the server sees."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from scraper.errors import AddressError, RobotsError
from scraper.model.types import SourceKind
from scraper.rules import Layer, RuleBook, check_rules
from scraper.urls import parse_address, url_key
from storage.integrity.verify import verify
from tests.fetch.kit import get
from tests.newspaper import article_html, page, rss
from tests.press import DAY, HOUR, START, Press
from tests.servers import Server, redirect, reply

ROBOTS = reply("User-agent: *\nDisallow: /private/\n", headers={"Content-Type": "text/plain"})
# Of /private/x, as it may stand in a page.
ROUND = [
    "/private/x",
    "/a/../private/x",
    "/./private/x",
    "/a/b/../../private/x",
    "/%2e/private/x",
    "/%2E%2e/private/x",
    "/a/.%2e/private/x",
    "/a/%2e%2E/%2e/private/x",
    "/%70rivate/x",
    "/%70%72%69%76%61%74%65/x",
    "/priv%61te/%78",
    "/../private/x",
    "/private/../private/x",
    "/private/./x",
    "/private\\x",
    "\\private\\x",
    "/a\\..\\private/x",
    "/pri\tvate/x",
    "/pri\nvate/x",
    "/private/x#/a",
]
# And what another path is, by RFC 3986 and to every server: it is sent as it stands.
NOT_ROUND = {
    "//private/x": "//private/x",
    "/a//../private/x": "/a/private/x",
    "/a/..//private/../private/x": "//private/x",
    "/%2570rivate/x": "/%2570rivate/x",
    "/%252e/private/x": "/%252e/private/x",
    "/%%70rivate/x": "/%%70rivate/x",
    "/private%2Fx": "/private%2Fx",
    "/...//x": "/...//x",
    "/Private/x": "/Private/x",
    "/private": "/private",
    "/a;/../b": "/b",
    "/a?x=/../private/": "/a?x=/../private/",
    "/a?b=%7e%41&c=[d]|{e}'": "/a?b=~A&c=[d]|{e}%27",
    "/%c3%a4/%E4%b8": "/%c3%a4/%E4%b8",
    "/ä b": "/%C3%A4%20b",
}


@pytest.fixture
def press(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Press]:
    monkeypatch.setattr("scraper.isolation.sandbox.os.cpu_count", lambda: 1)  # one child is enough
    archive = Press(tmp_path / "press.db")
    yield archive
    archive.engine.dispose()


@pytest.fixture
def newsroom(server: Server) -> Server:
    """Everything answers, so that only robots.txt keeps anybody away."""
    server.routes |= {"/robots.txt": ROBOTS, "/private/x": page("Private", "private")}
    return server


def entered(server: Server) -> list[str]:
    """What was asked for that a server may take for the forbidden folder."""
    plain = [target.lower().replace("\\", "/") for target in server.targets()]
    return [target for target in plain if "rivate" in target and not target.startswith("/feed")]


@pytest.mark.parametrize("path", ROUND)
def test_by_fetch(newsroom: Server, path: str) -> None:
    with pytest.raises((RobotsError, AddressError)) as caught:
        asyncio.run(get(newsroom.url(path)))
    # Who types a backslash behind the host may have meant another one.
    assert isinstance(caught.value, AddressError) == path.startswith("\\")
    assert set(newsroom.targets()) <= {"/robots.txt"}


@pytest.mark.parametrize("path", ROUND)
def test_by_redirect(newsroom: Server, path: str) -> None:
    if path.splitlines() != [path]:
        pytest.skip("two lines are two headers")
    for location in (path, newsroom.url(path)):
        newsroom.routes["/start"] = redirect(location)
        with pytest.raises(RobotsError):
            asyncio.run(get(newsroom.url("/start")))
    assert entered(newsroom) == []


@pytest.mark.parametrize(("path", "sent"), NOT_ROUND.items())
def test_what_was_judged_is_sent_to_the_byte(newsroom: Server, path: str, sent: str) -> None:
    asyncio.run(get(newsroom.url(path)))
    assert newsroom.targets() == ["/robots.txt", sent]
    assert parse_address(newsroom.url(path)) == newsroom.url(sent)


def test_a_path_is_forbidden_in_the_spelling_of_the_file(server: Server) -> None:
    """RFC 9309 §2.2.2: the rule's own escapes are decoded too."""
    rules = "User-agent: *\nDisallow: /%70riv%61te/\nDisallow: /ä\nDisallow: /q?x=%7e\n"
    server.routes["/robots.txt"] = reply(rules, headers={"Content-Type": "text/plain"})
    for path in ("/private/x", "/a/../private/x", "/%C3%A4/1", "/%c3%a4", "/q?x=~", "/./q?x=%7E"):
        with pytest.raises(RobotsError):
            asyncio.run(get(server.url(path)))
    assert set(server.targets()) == {"/robots.txt"}


def test_by_the_links_of_a_feed(press: Press, newsroom: Server) -> None:
    listed = [path for path in ROUND if path.splitlines() == [path]]
    newsroom.routes["/feed"] = rss([*map(newsroom.url, listed), "/news/story"])
    newsroom.routes["/news/story"] = page("Open", "open")
    press.add(newsroom.url("/feed"))
    press.crawl(START)
    press.crawl(START + DAY)
    assert entered(newsroom) == []
    assert press.filed() == {"/news/story"}


def test_by_the_addresses_of_a_sitemap(press: Press, newsroom: Server) -> None:
    places = "".join(f"<url><loc>{newsroom.url(path)}</loc></url>" for path in ROUND)
    index = "http://www.sitemaps.org/schemas/sitemap/0.9"
    newsroom.routes["/map.xml"] = reply(
        f'<urlset xmlns="{index}">{places}</urlset>', headers={"Content-Type": "text/xml"}
    )
    press.add(newsroom.url("/map.xml"), kind=SourceKind.SITEMAP)
    press.crawl(START, backfill_since=START - DAY)
    assert entered(newsroom) == []


def test_by_the_links_of_a_front_page(press: Press, newsroom: Server) -> None:
    name = "council-votes-on-the-new-bridge-over-the-river"
    there = [path.replace("/x", f"/{name}-{n}") for n, path in enumerate(ROUND)]
    open_ones = [f"/news/{name}-{n}" for n in range(100, 112)]
    links = "".join(
        f'<div><h2><a href="{path}">The council votes on the bridge, number {n}</a></h2></div>'
        for n, path in enumerate([*there, *open_ones])
    )
    newsroom.routes["/"] = reply(f"<html><body><main>{links}</main></body></html>")
    newsroom.routes |= {path: page(f"Bridge {path}", path) for path in open_ones}
    press.add(newsroom.url("/"), kind=SourceKind.FRONT_PAGE)
    press.crawl(START)
    assert entered(newsroom) == []
    assert press.filed() == set(open_ones)
    # None was dropped unseen: a browser would have followed them.
    assert press.sql("SELECT count(*) FROM fetch WHERE reason LIKE 'robots:%'") != [(0,)]


def test_by_the_further_pages_of_an_article(press: Press, newsroom: Server) -> None:
    for number, path in enumerate(("/a/../private/x?page=2", "/%70rivate/x?page=2")):
        head = f'<link rel="next" href="{path}">'
        newsroom.routes[f"/private/x{number}"] = page("No", "no")
        newsroom.routes[f"/news/{number}"] = reply(article_html(f"T {number}", f"{number}", head))
    newsroom.routes["/feed"] = rss(["/news/0", "/news/1"])
    press.add(newsroom.url("/feed"))
    press.crawl(START)
    assert entered(newsroom) == []
    assert press.filed() == {"/news/0", "/news/1"}


def test_by_a_single_page_address(tmp_path: Path, newsroom: Server) -> None:
    table = {"127.0.0.1": {"single_page": "/../../private/x"}}
    press = Press(tmp_path / "ruled.db", RuleBook((Layer("test", check_rules(table, "test")),)))
    newsroom.routes["/news/story"] = page("Story", "story")
    newsroom.routes["/feed"] = rss(["/news/story"])
    press.add(newsroom.url("/feed"))
    press.crawl(START)
    press.engine.dispose()
    assert entered(newsroom) == []


def test_a_page_that_an_older_version_spelt_otherwise(press: Press, newsroom: Server) -> None:
    """Its row keeps its key and is rested; judged and sent is today's spelling."""
    newsroom.routes |= {"/feed": rss(["/1", "/2", "/3"]), "/news/open": page("Open", "open")}
    press.add(newsroom.url("/feed"))
    press.crawl(START)  # nothing is there yet
    old = {
        "/1": newsroom.url("/a/../private/x"),
        "/2": newsroom.url("/a/../news/open"),
        "/3": "https://666.0.0.1/a",  # was taken for a name, and never answered
    }
    for path, url in old.items():
        press.sql(
            f"UPDATE page SET url = '{url}', canonical_url = '{url}', due_at = first_seen_at, "
            f"url_key = x'{url_key(url).hex()}' WHERE url = '{newsroom.url(path)}'"
        )
    press.sql("DELETE FROM fetch")
    newsroom.requests.clear()
    press.crawl(START + HOUR)
    assert entered(newsroom) == []
    assert newsroom.targets().count("/news/open") == 1
    assert press.filed() == {"/news/open"}
    press.crawl(START + 2 * HOUR)
    assert newsroom.targets().count("/news/open") == 1
    rows = dict(press.sql("SELECT url, due_at FROM page"))
    assert [rows[url] for url in old.values()] == [None, None, None]
    assert verify(press.engine, START + DAY).damage == []
