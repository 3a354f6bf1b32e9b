"""A site's single-page address: what is asked for, and where the article is filed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scraper.clock import SystemClock
from scraper.crawl.fetch_one import FetchResult, fetch_by_hand
from scraper.fetch import FetchPolicy, PacePolicy
from scraper.model.types import Outcome
from scraper.rules import Layer, RuleBook, check_rules
from scraper.setup import open_tools
from storage.archive import Archive
from storage.frontier.hosts import Hosts
from tests.newspaper import article_html, page, rss
from tests.press import DAY, HOUR, START, Press
from tests.servers import Server, redirect, reply

TITLE = "The council debates the bridge"


def rules(single_page: str = "?page=all", **more: Any) -> RuleBook:
    table = {"127.0.0.1": {"single_page": single_page, **more}}
    return RuleBook((Layer("test", check_rules(table, "test")),))


@pytest.fixture
def press(tmp_path: Path) -> Iterator[Press]:
    archive = Press(tmp_path / "press.db", rules())
    yield archive
    archive.engine.dispose()


def by_hand(press: Press, url: str) -> FetchResult:
    async def work() -> FetchResult:
        clock, pace = SystemClock(), PacePolicy(min_delay=0)
        policy = FetchPolicy(allow_private=True, deadline=60.0)
        async with open_tools(policy, pace, Hosts(press.engine), clock, press.rules) as tools:
            return await fetch_by_hand(url, tools=tools, archive=Archive(press.engine), clock=clock)

    return asyncio.run(work())


def addresses(press: Press, server: Server) -> list[tuple[str, str]]:
    """Of each article: canonical address and address, as paths."""
    rows = press.sql("SELECT canonical_url, url FROM article ORDER BY id")
    return [(one.partition(str(server.port))[2], two.partition(str(server.port))[2])
            for one, two in rows]  # fmt: skip


def asked(server: Server) -> list[str]:
    return [request.target for request in server.pages() if request.target != "/feed"]


def test_a_crawl_takes_the_whole_article_and_files_it_under_its_plain_address(
    press: Press, server: Server
) -> None:
    end = "<p>This stands on the last page of the three.</p>"
    server.routes |= {
        "/feed": rss(["/a?id=3"]),
        "/a?id=3": page(TITLE),
        "/a?id=3&page=all": reply(article_html(TITLE).replace(b"</article>", end.encode())),
    }
    press.add(server.url("/feed"))
    assert press.pages(START) == {"/a?id=3": (Outcome.NEW, None)}
    assert asked(server) == ["/a?id=3&page=all"]
    assert addresses(press, server) == [("/a?id=3", "/a?id=3")]
    (article,) = press.library.list(limit=0)
    body = press.library.get(article.id)
    assert body is not None
    assert "the last page of the three" in (body.body or "")
    later = press.pages(START + DAY)
    assert later == {"/a?id=3": (Outcome.UNCHANGED, None)}
    assert asked(server) == ["/a?id=3&page=all"] * 2


def test_all_addresses_of_an_article_are_one(press: Press, server: Server) -> None:
    """The plain one, the whole one and a later page; the page declares the whole one."""
    canonical = '<link rel="canonical" href="/a?page=all">'
    listed = ["/a", "/a?page=all", "/a?page=2", "/a?utm_source=feed"]
    server.routes |= {"/feed": rss(listed), "/a": page(TITLE, head=canonical)}
    press.add(server.url("/feed"))
    outcomes = [outcome for outcome, _ in press.pages(START).values()]
    assert outcomes == [Outcome.NEW, Outcome.UNCHANGED, Outcome.UNCHANGED]
    assert addresses(press, server) == [("/a", "/a")]
    assert {target.partition("?")[2] for target in asked(server)} == {"page=all"}
    # One of them carries the next visit.
    assert len(press.pages(START + DAY)) == 1


@pytest.mark.parametrize("status", [404, 410])
def test_where_it_is_not_there_the_plain_page_is_taken(
    press: Press, server: Server, status: int
) -> None:
    server.routes |= {
        "/feed": rss(["/a"]),
        "/a?page=all": reply(b"gone", status),
        "/a": page(TITLE),
    }
    press.add(server.url("/feed"))
    assert press.pages(START) == {"/a": (Outcome.NEW, None)}
    assert asked(server) == ["/a?page=all", "/a"]
    assert by_hand(press, server.url("/a")).decision.outcome == Outcome.UNCHANGED


def test_where_neither_is_there_the_page_is_gone(press: Press, server: Server) -> None:
    result = by_hand(press, server.url("/a"))
    assert (result.decision.outcome, result.capture.reason) == (Outcome.FAILED, "http_404")
    assert result.capture.requested_url == server.url("/a")


def test_robots_hold_for_the_address_that_is_asked_for(press: Press, server: Server) -> None:
    plain = {"Content-Type": "text/plain"}
    closed = "User-agent: *\nDisallow: /*page=\nDisallow: /b"
    server.routes |= {"/robots.txt": reply(closed, headers=plain), "/a": page(TITLE)}
    assert by_hand(press, server.url("/a")).decision.outcome == Outcome.NEW
    assert asked(server) == ["/a"]
    refused = by_hand(press, server.url("/b"))
    assert (refused.capture.reason or "").startswith("robots")
    assert asked(server) == ["/a"]


def test_a_failing_server_is_not_asked_twice(press: Press, server: Server) -> None:
    server.routes |= {"/a?page=all": reply(b"", 500), "/a": page(TITLE)}
    assert by_hand(press, server.url("/a")).capture.reason == "http_500"
    assert asked(server) == ["/a?page=all"]


def test_redirects_end_where_they_end(press: Press, server: Server) -> None:
    elsewhere = server.url("/copy?page=all", "other.localhost")
    server.routes |= {
        "/old": redirect("/new?page=all"),
        "/new": page(TITLE, "first"),
        "/away": redirect(elsewhere),
        "/copy": page("The mayor answers her critics", "second"),
    }
    first = by_hand(press, server.url("/old"))
    assert first.capture.response is not None
    assert first.capture.response.url == server.url("/new")
    second = by_hand(press, server.url("/away"))
    assert second.capture.response is not None
    assert second.capture.response.url == elsewhere, "no rule of ours holds there"


def test_no_condition_goes_with_it(press: Press, server: Server) -> None:
    """The validators at hand may be those of the plain page, from before there was a rule."""
    etag = {"ETag": '"1"'}
    server.routes |= {"/feed": rss(["/a"]), "/a": reply(article_html(TITLE), headers=etag)}
    press.add(server.url("/feed"))
    press.rules = RuleBook()
    press.crawl(START)
    press.rules = rules()
    press.crawl(START + 7 * HOUR)
    press.rules = RuleBook()
    press.crawl(START + 37 * HOUR)  # in full, for once
    press.crawl(START + 8 * DAY)
    conditions = [each.header("if-none-match") for each in server.pages() if each.target != "/feed"]
    assert conditions == [None, None, None, '"1"']


def test_an_end_of_the_path(press: Press, server: Server) -> None:
    press.rules = rules("/whole")
    server.routes |= {"/a/whole": page(TITLE, head='<link rel="canonical" href="/a/whole/">')}
    assert by_hand(press, server.url("/a")).decision.outcome == Outcome.NEW
    assert addresses(press, server) == [("/a", "/a")]


def test_the_front_page_has_none(press: Press, server: Server) -> None:
    server.routes["/"] = page(TITLE)
    by_hand(press, server.url("/"))
    assert asked(server) == ["/"]


def test_a_changed_rule_is_no_edit_of_the_publisher(press: Press, server: Server) -> None:
    """The stored page, read by today's rule, is what the next version is compared with."""
    html = article_html(TITLE).replace(b"</h1>", b"</h1><h2 class=deck>Bridge or no bridge</h2>")
    server.routes |= {"/feed": rss(["/a"]), "/a": reply(html)}
    press.add(server.url("/feed"))
    press.crawl(START)
    press.rules = rules(title="h2.deck")
    press.crawl(START + DAY)
    press.crawl(START + 3 * DAY)
    versions = press.sql("SELECT title, cause, extractor_version FROM version ORDER BY id")
    assert [(title, cause) for title, cause, _ in versions] == [
        (TITLE, "publisher"),
        ("Bridge or no bridge", "extractor"),
    ]
    assert versions[0][2] != versions[1][2]
