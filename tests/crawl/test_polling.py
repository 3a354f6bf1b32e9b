"""Sources of every kind in whole crawls: sitemaps and their indexes, front pages, gaps, backfills,
and the ledger that is kept of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial

import pytest

from scraper.fetch import FetchPolicy
from scraper.model.types import Outcome, SourceKind
from tests.newspaper import page, rss
from tests.press import DAY, HOUR, START, Press
from tests.servers import Behaviour, Request, Server, redirect, reply

XML = {"Content-Type": "application/xml"}
ALL = datetime.min.replace(tzinfo=START.tzinfo)


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        running.routes |= {f"/s/{n}": page(f"Story {n}", f"Story {n} is") for n in range(40)}
        yield running


def urlset(entries: Iterable[tuple[str, datetime | None]]) -> Behaviour:
    urls = "".join(
        f"<url><loc>{path}</loc>{f'<lastmod>{at.isoformat()}</lastmod>' if at else ''}</url>"
        for path, at in entries
    )
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return reply(f'<?xml version="1.0"?><urlset xmlns="{space}">{urls}</urlset>', headers=XML)


def index(entries: Iterable[tuple[str, datetime | None]]) -> Behaviour:
    changes = ((path, f"<lastmod>{at.isoformat()}</lastmod>" if at else "") for path, at in entries)
    parts = "".join(f"<sitemap><loc>{path}</loc>{at}</sitemap>" for path, at in changes)
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return reply(f'<sitemapindex xmlns="{space}">{parts}</sitemapindex>', headers=XML)


def stories(*numbers: int) -> set[str]:
    return {f"/s/{n}" for n in numbers}


def asked(server: Server, path: str) -> int:
    return server.targets().count(path)


# ------------------------------------------------------------------ kinds


def test_a_sitemap_is_a_source(press: Press, server: Server) -> None:
    server.routes["/map.xml"] = urlset([("/s/1", START - DAY), ("/s/2", None)])
    press.add(server.url("/map.xml"), kind=SourceKind.SITEMAP)
    press.crawl(START)
    assert press.filed() == stories(1, 2)


def test_a_sitemap_may_be_larger_than_a_page(
    press: Press, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As large as the protocol allows, without gzip, whatever holds for pages."""
    policy = partial(FetchPolicy, max_bytes=100_000)
    monkeypatch.setattr("tests.press.FetchPolicy", policy)
    far = [(f"/{'far-' * 400}{n}", START - 99 * DAY) for n in range(100)]
    server.routes["/map.xml"] = urlset([*far, ("/s/1", START)])
    press.add(server.url("/map.xml"), kind=SourceKind.SITEMAP)
    (polled,) = press.polled(START, max_articles=1)
    assert (polled.error, polled.new_links) == (None, 101)
    assert press.filed() == stories(1)


def test_a_source_that_has_slowed_down_is_asked_in_full_once_a_week(
    press: Press, server: Server
) -> None:
    """By when it last came whole, whatever the day of the week."""

    async def behave(request: Request, writer: asyncio.StreamWriter) -> bool:
        is_known = request.header("if-none-match") == '"1"'
        headers = {"ETag": '"1"', "Content-Type": "application/rss+xml"}
        answer = reply(b"", 304) if is_known else rss(["/gone"], headers)
        return await answer(request, writer)

    server.routes["/feed"] = behave
    press.add(server.url("/feed"))
    press.crawl(START)
    press.sql("UPDATE source SET interval_seconds = 129600")
    for number in range(1, 11):
        press.crawl(START + number * 37 * HOUR)
    polls = [each for each in server.requests if each.target == "/feed"]
    full = [at for at, each in enumerate(polls) if each.header("if-none-match") is None]
    assert (len(polls), full) == (11, [0, 5, 10])


def test_the_newest_come_first(press: Press, server: Server) -> None:
    days = [(f"/s/{n}", START - n * DAY) for n in (3, 1, 4, 2)]
    server.routes["/map.xml"] = urlset(days)
    press.add(server.url("/map.xml"))
    assert list(press.pages(START)) == ["/s/1", "/s/2", "/s/3", "/s/4"]


def test_the_sitemaps_of_an_index_are_polled_and_count_for_it(press: Press, server: Server) -> None:
    server.routes |= {
        "/index.xml": index([("/one.xml", START), ("/two.xml", START), ("/index.xml", None)]),
        "/one.xml": urlset([("/s/1", START), ("/s/2", START)]),
        "/two.xml": urlset([("/s/2", START), ("/s/3", START)]),
    }
    press.add(server.url("/index.xml"), kind=SourceKind.SITEMAP)
    press.crawl(START)
    assert press.filed() == stories(1, 2, 3)
    (source,) = press.sources.list()
    assert (source.parts, source.articles, source.failures) == (2, 3, 0)
    assert asked(server, "/index.xml") == 1


def test_a_sitemap_that_its_index_says_has_changed_is_read_again(
    press: Press, server: Server
) -> None:
    server.routes |= {
        "/index.xml": index([("/one.xml", START), ("/two.xml", START)]),
        "/one.xml": urlset([("/s/1", START)]),
        "/two.xml": urlset([("/s/2", START)]),
    }
    press.add(server.url("/index.xml"), kind=SourceKind.SITEMAP)
    for hours in range(0, 40, 2):
        press.crawl(START + hours * HOUR)
    one, two = asked(server, "/one.xml"), asked(server, "/two.xml")
    later = START + 40 * HOUR
    server.routes |= {
        "/index.xml": index([("/one.xml", later), ("/two.xml", START)]),
        "/one.xml": urlset([("/s/1", START), ("/s/3", later)]),
    }
    press.sql("UPDATE source SET due_at = '2026-03-03 03:00:00' WHERE parent_id IS NULL")
    press.sql("UPDATE source SET due_at = '2026-03-04 10:00:00' WHERE parent_id IS NOT NULL")
    press.crawl(later)
    assert (asked(server, "/one.xml"), asked(server, "/two.xml")) == (one + 1, two)
    assert "/s/3" in press.filed()


def test_two_indexes_that_hold_each_other_end(press: Press, server: Server) -> None:
    server.routes |= {
        "/a.xml": index([("/b.xml", None)]),
        "/b.xml": index([("/a.xml", None), ("/b.xml", None), ("/c.xml", None)]),
        "/c.xml": urlset([("/s/1", None)]),
    }
    press.add(server.url("/a.xml"), kind=SourceKind.SITEMAP)
    press.crawl(START)
    assert press.filed() == stories(1)
    assert len(server.pages()) == 4


def test_a_front_page_is_a_source(press: Press, server: Server) -> None:
    def front(*numbers: int) -> Behaviour:
        teasers = "".join(
            f'<article><h2><a href="/2026/03/01/council-debates-plan-{n}-for-the-bridge">'
            f"The council debates plan {n} for the old bridge</a></h2></article>"
            for n in numbers
        )
        nav = '<nav><a href="/sport">Sport</a><a href="/contact">Contact us</a></nav>'
        return reply(f"<html><body>{nav}<main>{teasers}</main></body></html>")

    for n in range(1, 6):
        path = f"/2026/03/01/council-debates-plan-{n}-for-the-bridge"
        server.routes[path] = page(f"Plan {n}", f"Plan {n}")
    server.routes["/"] = [front(1, 2, 3), front(3, 4, 5)]
    press.add(server.url("/"), kind=SourceKind.FRONT_PAGE, read=True)
    press.crawl(START)
    assert len(press.filed()) == 3
    press.crawl(START + DAY)
    assert len(press.filed()) == 5
    assert not {"/sport", "/contact"} & set(server.targets())


def test_what_was_down_when_it_was_added_may_turn_out_to_be_a_page(
    press: Press, server: Server
) -> None:
    teasers = "".join(
        f'<h2><a href="/s/{n}-the-council-debates-the-old-bridge.html">Council debates {n} again'
        "</a></h2>"
        for n in range(3)
    )
    server.routes["/"] = [reply("", 500), reply(f"<main>{teasers}</main>")]
    press.add(server.url("/"))
    press.crawl(START)
    press.crawl(START + DAY)
    (source,) = press.sources.list()
    assert (source.kind, source.last_error) == (SourceKind.FRONT_PAGE, None)
    assert asked(server, "/") == 2


def test_a_feed_that_becomes_a_page_is_a_failing_feed(press: Press, server: Server) -> None:
    server.routes["/feed"] = [rss(["/s/1"]), reply("<p>We have moved</p>")]
    press.add(server.url("/feed"))
    press.crawl(START)
    (done,) = press.polled(START + DAY)
    assert "not a feed" in str(done.error)
    (source,) = press.sources.list()
    assert (source.kind, source.failures) == (SourceKind.FEED, 1)


def test_410_ends_a_source_and_says_so(press: Press, server: Server) -> None:
    server.routes["/feed"] = [rss(["/s/1"]), reply("", 410), rss(["/s/2"])]
    press.add(server.url("/feed"))
    press.crawl(START)
    press.crawl(START + DAY)
    (source,) = press.sources.list()
    assert source.disabled_at is not None
    assert "410" in (source.disabled_reason or "")
    assert press.polled(START + 9 * DAY) == []
    press.sources.enable(source.id, START + 10 * DAY)
    press.crawl(START + 10 * DAY)
    assert press.filed() == stories(1, 2)
    assert press.sources.list()[0].disabled_reason is None


# ------------------------------------------------------------------ gaps and the ledger


def test_a_gap_is_noted_and_filled_from_the_sitemap(press: Press, server: Server) -> None:
    later = START + 6 * HOUR
    robots = f"User-agent: *\nDisallow:\nSitemap: {server.url('/index.xml')}\n"
    server.routes |= {
        "/robots.txt": reply(robots, headers={"Content-Type": "text/plain"}),
        "/feed": [rss(["/s/1", "/s/2"]), rss(["/s/8", "/s/9"])],
        "/index.xml": index([("/old.xml", START - 9 * DAY), ("/new.xml", later)]),
        "/old.xml": urlset([("/s/30", START - 9 * DAY)]),
        "/new.xml": urlset(
            [(f"/s/{n}", START + timedelta(minutes=30 * n)) for n in range(1, 10)]
            + [("/s/20", START - DAY), ("/s/21", None)]
        ),
    }
    press.add(server.url("/feed"))
    press.crawl(START)
    (done,) = press.polled(later)
    assert done.gap is not None
    assert press.filed() == stories(*range(1, 10))
    assert asked(server, "/old.xml") == 0
    first, second = sorted(press.ledger.polls(1), key=lambda poll: poll.id)
    assert (first.listed, first.new, first.filed, first.gap_since) == (2, 2, 2, None)
    assert second.gap_since is not None
    assert (second.new, second.gap_filled, second.filed) == (2, 5, 7)


def test_a_gap_that_nothing_fills_stays_open(press: Press, server: Server) -> None:
    server.routes["/feed"] = [rss(["/s/1"]), rss(["/s/2"]), rss(["/s/2", "/s/3"])]
    press.add(server.url("/feed"))
    for hours in (0, 13, 26):
        press.crawl(START + hours * HOUR)
    days = press.ledger.coverage(START - DAY)
    assert [(one.gaps, one.open_gaps) for one in days if one.gaps] == [(1, 1)]
    assert sum(one.listed for one in days) == sum(one.filed for one in days) == 3


def test_the_ledger_tells_what_became_of_what_was_listed(press: Press, server: Server) -> None:
    paths = ["/s/1", "/s/2", "/gone", "/list", "/s/3"]
    server.routes |= {
        "/feed": [rss(paths), reply("", 500), reply("", 304)],
        "/list": reply("<ul>" + "<li><a href=/x>Some other page</a></li>" * 30 + "</ul>"),
    }
    press.add(server.url("/feed"))
    press.crawl(START)
    press.crawl(START + DAY)
    assert press.ledger.coverage(START - DAY)[-1].filed == 3
    (day,) = [one for one in press.ledger.coverage(START - DAY) if one.listed]
    assert (day.listed, day.filed, day.rejected, day.failed, day.waiting) == (5, 3, 1, 1, 0)
    polls = press.ledger.polls(1)
    assert [poll.outcome for poll in polls] == ["failed", "listed"]
    assert "500" in (polls[0].error or "")


# ------------------------------------------------------------------ backfill


def test_a_backfill_walks_the_sitemaps_back_in_time(press: Press, server: Server) -> None:
    robots = f"User-agent: *\nDisallow:\nSitemap: {server.url('/index.xml')}\n"
    server.routes |= {
        "/robots.txt": reply(robots, headers={"Content-Type": "text/plain"}),
        "/feed": rss(["/s/0"]),
        "/index.xml": index([("/a.xml", START - 20 * DAY), ("/b.xml", START - DAY)]),
        "/a.xml": urlset([(f"/s/{n}", START - n * DAY) for n in range(20, 30)]),
        "/b.xml": urlset([(f"/s/{n}", START - n * DAY) for n in range(10)]),
    }
    press.add(server.url("/feed"))
    press.crawl(START)
    assert press.filed() == stories(0)
    since = START - 25 * DAY
    first = press.pages(START + HOUR, backfill_since=since, backfill_pages=5)
    assert list(first) == [f"/s/{n}" for n in range(1, 6)]
    press.crawl(START + 2 * HOUR)  # an ordinary one goes on with none of it
    assert press.filed() == stories(*range(6))
    press.crawl(START + 3 * HOUR, backfill_since=since)
    assert press.filed() == stories(*range(10), *range(20, 26))
    assert {path: asked(server, path) for path in ("/a.xml", "/b.xml")} == {
        "/a.xml": 1,
        "/b.xml": 1,
    }
    press.crawl(START + 4 * HOUR, backfill_since=ALL)
    assert press.filed() == stories(*range(10), *range(20, 30))


def test_a_backfill_follows_the_pages_of_an_archived_feed(press: Press, server: Server) -> None:
    def atom(number: int, older: str | None) -> Behaviour:
        link = f'<link rel="prev-archive" href="{older}"/>' if older else ""
        entry = (
            f"<entry><title>Story {number}</title><id>urn:{number}</id>"
            f'<link href="/s/{number}"/>'
            f"<updated>2026-02-{20 - number:02}T00:00:00Z</updated></entry>"
        )
        body = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Post</title>{link}{entry}</feed>'
        return reply(body, headers={"Content-Type": "application/atom+xml"})

    server.routes |= {
        "/feed": atom(1, "/feed?page=2"),
        "/feed?page=2": atom(2, "/feed?page=3"),
        "/feed?page=3": atom(3, "/feed?page=3"),
    }
    press.add(server.url("/feed"))
    press.crawl(START)
    assert press.filed() == stories(1)
    press.crawl(START + HOUR, backfill_since=ALL)
    assert press.filed() == stories(1, 2, 3)
    asked_before = len(server.pages())
    press.crawl(START + 2 * HOUR, backfill_since=ALL)
    assert not [each for each in server.targets()[asked_before:] if "page=" in each]


def test_a_backfill_walks_the_pages_of_a_section(press: Press, server: Server) -> None:
    def section(number: int) -> Behaviour:
        path = f"/2026/02/{20 - number:02}/council-debates-plan-{number}-for-the-bridge"
        server.routes[path] = page(f"Plan {number}", f"Plan {number}")
        teaser = f'<h2><a href="{path}">The council debates plan {number} for it</a></h2>'
        pages = "".join(f'<a href="/news?page={n}">{n}</a>' for n in range(1, 5))
        return reply(f"<html><main><article>{teaser}</article></main>{pages}</html>")

    server.routes |= {f"/news?page={n}": section(n) for n in range(2, 5)} | {"/news": section(1)}
    press.add(server.url("/news"), kind=SourceKind.FRONT_PAGE, read=True)
    press.crawl(START)
    assert len(press.filed()) == 1
    press.crawl(START + HOUR, backfill_since=ALL)
    assert len(press.filed()) == 4


def test_what_waits_for_a_backfill_is_news_when_a_feed_lists_it(
    press: Press, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scraper.schedule.MAX_NEW", 2)
    monkeypatch.setattr("scraper.schedule.NEWS_AGE", timedelta())
    server.routes |= {
        "/map.xml": urlset([(f"/s/{n}", START - n * DAY) for n in range(30)]),
        "/feed": rss(["/s/29"]),
    }
    press.add(server.url("/map.xml"), kind=SourceKind.SITEMAP)
    press.crawl(START)
    assert press.filed() == stories(0, 1)
    (day,) = press.ledger.coverage(START - DAY)
    assert (day.listed, day.filed, day.backlog) == (30, 2, 28)
    press.add(server.url("/feed"))
    press.crawl(START + HOUR)
    assert press.filed() == stories(0, 1, 29)


def test_a_page_that_its_source_says_has_changed_is_looked_at_soon(
    press: Press, server: Server
) -> None:
    edited = START + 2 * HOUR
    server.routes |= {
        "/map.xml": [urlset([("/s/1", START - HOUR)]), urlset([("/s/1", edited)])],
        "/s/1": [page("Story", "first"), page("Story", "second")],
    }
    press.add(server.url("/map.xml"), kind=SourceKind.SITEMAP)
    press.crawl(START)
    assert press.pages(START + 3 * HOUR) == {"/s/1": (Outcome.CHANGED, None)}


def test_a_moved_source_is_followed(press: Press, server: Server) -> None:
    server.routes |= {"/old": redirect("/feed", 301), "/feed": rss(["/s/1"])}
    press.add(server.url("/old"))
    press.crawl(START)
    assert press.filed() == stories(1)
