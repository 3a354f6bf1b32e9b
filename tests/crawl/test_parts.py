"""An article in several pages: joined into one, by a crawl and by hand."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from scraper.clock import SystemClock
from scraper.crawl.fetch_one import FetchResult, fetch_by_hand, file_saved_page
from scraper.errors import SandboxError
from scraper.fetch import FetchPolicy, PacePolicy
from scraper.isolation.functions import PureFunction
from scraper.isolation.sandbox import Sandbox
from scraper.model.types import Outcome
from scraper.pages.parts import MAX_PARTS
from scraper.setup import open_tools
from storage.archive import Archive
from storage.frontier.hosts import Hosts
from tests.newspaper import SENTENCES, article_html, kliping, objects, rss
from tests.press import DAY, HOUR, START, Press
from tests.servers import Behaviour, Request, Routes, Server, redirect, reply, silent

TITLE = "The council debates the bridge"
NOTE = "The bridge was built in 1911 and has been closed to lorries since the spring of last year."
"""Stands on every page."""


def page_html(
    number: int,
    last: int,
    *,
    title: str = TITLE,
    salt: str = "",
    links: str | None = None,
    head: str = "",
    path: str = "/long-story",
) -> bytes:
    """One page of an article, with its pager under the text."""
    html = article_html(title, f"Page {number} {salt}", head=head).decode()
    if links is None:
        numbers = "".join(
            f'<a href="{path}?page={each}">{each}</a> ' for each in range(1, last + 1)
        )
        following = f'<a href="{path}?page={number + 1}">Next</a>' if number < last else ""
        links = f'<div class="pager">{numbers}{following}</div>'
    return html.replace("</article>", f"<p>{NOTE}</p></article>{links}").encode()


def story(last: int, **more: str) -> Routes:
    """All pages of one article; the first is the plain address."""
    routes: Routes = {
        f"/long-story?page={number}": reply(page_html(number, last, **more))
        for number in range(1, last + 1)
    }
    return routes | {"/long-story": reply(page_html(1, last, **more))}


def with_whole(path: str = "/long-story") -> dict[str, str]:
    return {
        "links": f'<div class="pager"><a href="{path}?page=2">2</a> '
        f'<a href="{path}?page=all">View as one page</a></div>'
    }


def by_hand(press: Press, url: str, saved: bytes | None = None) -> FetchResult:
    async def work() -> FetchResult:
        clock, pace = SystemClock(), PacePolicy(min_delay=0)
        policy = FetchPolicy(allow_private=True, deadline=60.0)
        more: Any = {"archive": Archive(press.engine), "clock": clock}
        async with open_tools(policy, pace, Hosts(press.engine), clock, press.rules) as tools:
            if saved is not None:
                return await file_saved_page(saved, url, tools=tools, **more)
            return await fetch_by_hand(url, tools=tools, **more)

    return asyncio.run(work())


def numbers_in(body: str) -> list[int]:
    """The pages whose text is in the body, in order, each as often as it is there."""
    lines = [line for line in body.split("\n") if "number 0." in line]
    return [int(line.rpartition(" Page ")[2].split()[0]) for line in lines]


def body_of(press: Press) -> str:
    (article,) = press.library.list(limit=0)
    record = press.library.get(article.id)
    assert record is not None
    return record.body or ""


def parts_of(press: Press) -> list[tuple[int, int, str]]:
    """Version, number, address (path and query) of each part."""
    rows = press.sql("SELECT version_id, number, url FROM part ORDER BY version_id, number")
    return [(version, number, "/" + url.split("/", 3)[3]) for version, number, url in rows]


def asked(server: Server) -> list[str]:
    return [request.target for request in server.pages() if request.target != "/feed"]


@pytest.mark.parametrize("last", [2, 3])
def test_the_pages_become_one_article(press: Press, server: Server, last: int) -> None:
    server.routes |= story(last)
    result = by_hand(press, server.url("/long-story"))
    assert result.decision.outcome == Outcome.NEW
    body = body_of(press)
    assert numbers_in(body) == [*range(1, last + 1)]
    assert body.count(NOTE) == 1
    assert body.count(TITLE) <= 1
    article = result.capture.article
    assert article is not None
    assert article.provenance["body"].source.endswith(f"({last} pages)")
    assert article.title == TITLE
    expected = [f"/long-story?page={number}" for number in range(2, last + 1)]
    assert asked(server) == ["/long-story", *expected]
    assert parts_of(press) == [(1, n, url) for n, url in enumerate(expected, start=2)]
    assert press.sql("SELECT count(*) FROM snapshot") == [(last,)]
    assert len(press.library.list(limit=0)) == 1


def test_a_crawl_joins_them_and_finds_an_edit_on_the_third(press: Press, server: Server) -> None:
    server.routes |= {"/feed": rss(["/long-story"]), **story(3)}
    press.add(server.url("/feed"))
    assert press.pages(START) == {"/long-story": (Outcome.NEW, None)}
    assert numbers_in(body_of(press)) == [1, 2, 3]
    assert press.pages(START + DAY) == {"/long-story": (Outcome.UNCHANGED, None)}
    assert press.sql("SELECT count(*) FROM version") == [(1,)]
    assert press.sql("SELECT count(*) FROM snapshot") == [(3,)]
    edited = page_html(3, 3).replace(b"The money comes", b"Corrected: the money comes")
    server.routes["/long-story?page=3"] = reply(edited)
    assert press.pages(START + 3 * DAY) == {"/long-story": (Outcome.CHANGED, None)}
    assert "Corrected: the money" in body_of(press)
    # The first two pages are as they were: they are stored once.
    assert press.sql("SELECT count(*) FROM snapshot") == [(4,)]
    assert [number for _, number, _ in parts_of(press)] == [2, 3, 2, 3]
    assert press.sql("SELECT cause FROM version ORDER BY id") == [("publisher",)] * 2


def test_there_is_a_cap(press: Press, server: Server) -> None:
    server.routes |= story(25)
    article = by_hand(press, server.url("/long-story")).capture.article
    assert numbers_in(body_of(press)) == [*range(1, MAX_PARTS + 1)]
    assert len(asked(server)) == MAX_PARTS
    assert article is not None
    assert article.next_url == server.url(f"/long-story?page={MAX_PARTS + 1}")
    assert article.provenance["body"].source.endswith(f"({MAX_PARTS} pages, and it has more)")


def test_the_whole_page_is_taken_where_there_is_one(press: Press, server: Server) -> None:
    end = "<p>And that was the end of a long debate, of which the minutes will be printed.</p>"
    both = page_html(1, 2).replace(b"</article>", f"{end}</article>".encode())
    server.routes |= story(2, **with_whole()) | {"/long-story?page=all": reply(both)}
    result = by_hand(press, server.url("/long-story"))
    assert asked(server) == ["/long-story", "/long-story?page=all"]
    assert "the end of a long debate" in body_of(press)
    assert parts_of(press) == [(1, 2, "/long-story?page=all")]
    assert result.capture.article is not None
    assert "single page" in result.capture.article.provenance["body"].source
    assert by_hand(press, server.url("/long-story")).decision.outcome == Outcome.UNCHANGED


def other_story() -> Behaviour:
    return reply(article_html("The mayor answers her critics", "Something else is"))


@pytest.mark.parametrize(
    "whole",
    [
        reply(b"", 404),
        reply(b"", 500),
        reply(page_html(1, 2)),
        other_story(),
        redirect("/login"),
        reply(b"{}", headers={"Content-Type": "application/json"}),
    ],
    ids=["gone", "broken", "the first page", "another article", "a login", "no page"],
)
def test_a_whole_page_that_is_none(press: Press, server: Server, whole: Behaviour) -> None:
    server.routes |= story(2, **with_whole()) | {"/long-story?page=all": whole}
    assert by_hand(press, server.url("/long-story")).decision.outcome == Outcome.NEW
    assert numbers_in(body_of(press)) == [1, 2]
    assert [url for _, _, url in parts_of(press)] == ["/long-story?page=2"]


@pytest.mark.parametrize(
    "second",
    [
        reply(b"gone", 404),
        reply(b"gone", 410),
        redirect("/long-story"),
        other_story(),
        reply(page_html(1, 3)),
        reply(b"<html><body><form><input type=password></form><p>Sign in</body></html>"),
    ],
    ids=["404", "410", "back to the first", "another article", "the same text", "a login"],
)
def test_where_the_article_ends(press: Press, server: Server, second: Behaviour) -> None:
    server.routes |= story(3) | {"/long-story?page=2": second}
    assert by_hand(press, server.url("/long-story")).decision.outcome == Outcome.NEW
    assert numbers_in(body_of(press)) == [1]
    assert parts_of(press) == []
    assert "/long-story?page=3" not in asked(server)


def test_a_loop_ends(press: Press, server: Server) -> None:
    back = page_html(3, 3, links='<div><a href="/long-story?page=2">4</a></div>')
    server.routes |= story(4) | {"/long-story?page=3": reply(back)}
    by_hand(press, server.url("/long-story"))
    assert numbers_in(body_of(press)) == [1, 2, 3]


def test_robots_hold_for_the_parts(press: Press, server: Server) -> None:
    closed = reply("User-agent: *\nDisallow: /*page=3", headers={"Content-Type": "text/plain"})
    server.routes |= story(4) | {"/robots.txt": closed}
    by_hand(press, server.url("/long-story"))
    assert numbers_in(body_of(press)) == [1, 2]
    assert asked(server) == ["/long-story", "/long-story?page=2"]


def test_no_other_host_is_asked(press: Press, server: Server) -> None:
    away = server.url("/long-story?page=2", "other.localhost")
    server.routes |= story(2, links=f'<a href="{away}">2</a><a rel=next href="{away}">Next</a>')
    by_hand(press, server.url("/long-story"))
    assert asked(server) == ["/long-story"]
    server.routes |= story(2) | {"/long-story?page=2": redirect(away)}
    by_hand(press, server.url("/long-story"))
    assert numbers_in(body_of(press)) == [1]


def test_the_next_article_is_not_the_next_page(press: Press, server: Server) -> None:
    head = '<link rel="next" href="/other-story">'
    links = '<a rel="next" href="/other-story">Next</a>'
    server.routes |= story(1, links=links, head=head) | {"/other-story": other_story()}
    by_hand(press, server.url("/long-story"))
    assert asked(server) == ["/long-story"]


@pytest.mark.parametrize(
    ("third", "reason"),
    [
        (reply(b"", 503), "part_http_503"),
        (reply(b"", 503, {"Retry-After": "60"}), "part_http_503"),
        (reply(b"", 502), "part_http_502"),
        (silent(), "part_timeout"),
    ],
    ids=["503", "503 with a pause", "502", "timeout"],
)
def test_half_an_article_takes_no_place(
    press: Press, server: Server, third: Behaviour, reason: str
) -> None:
    """Neither a new one's nor that of the whole one that was stored; it is tried again."""
    press.deadline = 1.0 if reason == "part_timeout" else press.deadline
    server.routes |= {"/feed": rss(["/long-story"]), **story(3), "/long-story?page=3": third}
    press.add(server.url("/feed"))
    ((outcome, told),) = press.pages(START).values()
    assert (outcome, (told or "").partition(":")[0]) == (Outcome.FAILED, reason)
    assert press.library.list(limit=0) == []
    server.routes |= story(3)
    assert press.pages(START + DAY) == {"/long-story": (Outcome.NEW, None)}
    server.routes["/long-story?page=3"] = third
    ((outcome, told),) = press.pages(START + 3 * DAY).values()
    assert outcome == Outcome.FAILED
    assert numbers_in(body_of(press)) == [1, 2, 3]
    server.routes |= story(3)
    assert press.pages(START + 5 * DAY) == {"/long-story": (Outcome.UNCHANGED, None)}
    assert press.sql("SELECT count(*) FROM version") == [(1,)]


@pytest.mark.parametrize(
    ("listed", "over"),
    [
        ("/long-story", "/long-story?page=3"),
        ("/long-story?page=2", "/long-story?page=1"),
        ("/long-story?page=2", "scraper.extraction.paging.first_page:find_earlier"),
    ],
)
def test_a_reader_that_dies_over_another_page_leaves_no_half_text(
    press: Press, server: Server, monkeypatch: pytest.MonkeyPatch, listed: str, over: str
) -> None:
    run = Sandbox.run
    fault = server.url(over) if over.startswith("/") else over
    dies = True

    async def die(sandbox: Sandbox, function: PureFunction[Any], *given: Any, **more: Any) -> Any:
        if dies and fault in (function.path, *given):
            raise SandboxError("memory", "its reader was killed")
        return await run(sandbox, function, *given, **more)

    monkeypatch.setattr(Sandbox, "run", die)
    server.routes |= {"/feed": rss([listed]), **story(3)}
    press.add(server.url("/feed"))
    ((outcome, told),) = press.pages(START).values()
    assert outcome == Outcome.FAILED
    assert (told or "").startswith("part_extraction_memory: ")
    assert press.library.list(limit=0) == []
    dies = False
    press.crawl(START + 2 * DAY)
    assert numbers_in(body_of(press)) == [1, 2, 3]
    assert press.sql("SELECT count(*) FROM version") == [(1,)]


def test_a_page_that_never_comes_costs_the_article_only_itself(
    press: Press, server: Server
) -> None:
    """After some tries the first page is filed alone, and made whole when the rest comes."""
    server.routes |= {
        "/feed": rss(["/long-story"]),
        **story(2),
        "/long-story?page=2": reply("", 500),
    }
    press.add(server.url("/feed"))
    outcomes = [press.pages(START + 2 * days * DAY)["/long-story"][0] for days in range(4)]
    assert outcomes == [Outcome.FAILED] * 3 + [Outcome.NEW]
    assert numbers_in(body_of(press)) == [1]
    ((provenance,),) = press.sql("SELECT provenance FROM version")
    assert "its first page alone" in provenance
    server.routes |= story(2)
    press.crawl(START + 8 * DAY)
    assert numbers_in(body_of(press)) == [1, 2]


def unless_known(body: bytes, etag: str) -> Behaviour:
    """304 to who has it, else all of it."""

    async def behave(request: Request, writer: asyncio.StreamWriter) -> bool:
        is_known = request.header("if-none-match") == etag
        answer = reply(b"", 304) if is_known else reply(body, headers={"ETag": etag})
        return await answer(request, writer)

    return behave


def known_story(last: int) -> Routes:
    pages = {n: unless_known(page_html(n, last), f'"{n}"') for n in range(1, last + 1)}
    further = {f"/long-story?page={n}": pages[n] for n in range(2, last + 1)}
    return {"/long-story": pages[1], **further}


def test_a_304_of_the_first_page_asks_about_the_others(press: Press, server: Server) -> None:
    server.routes |= {"/feed": rss(["/long-story"]), **known_story(3)}
    press.add(server.url("/feed"))
    press.crawl(START)
    before = len(server.pages())
    assert press.pages(START + DAY) == {"/long-story": (Outcome.UNCHANGED, None)}
    later = [each for each in server.pages()[before:] if each.target != "/feed"]
    wanted = [("/long-story", '"1"')]
    wanted += [(f"/long-story?page={n}", f'"{n}"') for n in (2, 3)]
    assert [(each.target, each.header("if-none-match")) for each in later] == wanted
    assert press.sql("SELECT count(*) FROM fetch") == [(1,)]


def test_an_edit_of_a_later_page_is_found_behind_a_304_of_the_first(
    press: Press, server: Server
) -> None:
    server.routes |= {"/feed": rss(["/long-story"]), **known_story(3)}
    press.add(server.url("/feed"))
    press.crawl(START)
    edited = page_html(3, 3).replace(b"The money comes", b"Corrected: the money comes")
    server.routes["/long-story?page=3"] = unless_known(edited, '"3b"')
    before = len(asked(server))
    assert press.pages(START + DAY) == {"/long-story": (Outcome.CHANGED, None)}
    assert asked(server)[before:] == ["/long-story", "/long-story?page=2", "/long-story?page=3"]
    assert "Corrected: the money" in body_of(press)
    assert numbers_in(body_of(press)) == [1, 2, 3]
    assert [number for _, number, _ in parts_of(press)] == [2, 3, 2, 3]
    assert press.sql("SELECT count(*) FROM snapshot") == [(4,)]
    assert press.sql("SELECT etag FROM page WHERE due_at IS NOT NULL") == [('"1"',)]
    assert press.sql("SELECT cause FROM version ORDER BY id") == [("publisher",)] * 2


@pytest.mark.parametrize(
    ("third", "outcome"),
    [
        (reply(b"", 503), Outcome.FAILED),
        (silent(), Outcome.FAILED),
        (reply(b"gone", 404), Outcome.UNCHANGED),
        (redirect("/nowhere"), Outcome.UNCHANGED),
    ],
    ids=["503", "timeout", "404", "redirect"],
)
def test_a_later_page_that_does_not_come_behind_a_304(
    press: Press, server: Server, third: Behaviour, outcome: Outcome
) -> None:
    server.routes |= {"/feed": rss(["/long-story"]), **known_story(3)}
    press.add(server.url("/feed"))
    press.crawl(START)
    press.deadline = 1.0 if outcome == Outcome.FAILED else press.deadline
    server.routes["/long-story?page=3"] = third
    assert press.pages(START + DAY)["/long-story"][0] == outcome
    assert numbers_in(body_of(press)) == [1, 2, 3]
    server.routes |= known_story(3)
    press.crawl(START + 3 * DAY)
    assert press.sql("SELECT count(*) FROM version") == [(1,)]


@pytest.mark.parametrize("listed", [2, 3])
@pytest.mark.parametrize(
    "links",
    [
        None,
        '<a href="/long-story" rel="prev">back</a><a href="/long-story?page=3">3</a>',
        '<a href="/long-story?page=2" rel="prev">back</a><a href="/long-story?page=3">3</a>',
    ],
    ids=["numbers", "rel=prev to the first", "rel=prev step by step"],
)
def test_a_later_page_that_is_listed_alone_is_a_part(
    press: Press, server: Server, listed: int, links: str | None
) -> None:
    routes = story(3)
    if links is not None:
        for number in (2, 3):
            back = links
            if number == 2:
                back = back.replace('?page=2" rel="prev"', '" rel="prev"')
            routes[f"/long-story?page={number}"] = reply(page_html(number, 3, links=back))
    server.routes |= {"/feed": rss([f"/long-story?page={listed}"]), **routes}
    press.add(server.url("/feed"))
    assert press.pages(START) == {f"/long-story?page={listed}": (Outcome.NEW, None)}
    assert numbers_in(body_of(press)) == [1, 2, 3]
    (article,) = press.library.list(limit=0)
    first = "/long-story?page=1" if links is None else "/long-story"
    assert article.url == server.url(first)
    assert sorted(asked(server)) == [first, "/long-story?page=2", "/long-story?page=3"]
    assert press.pages(START + DAY) == {first: (Outcome.UNCHANGED, None)}


def test_all_pages_of_an_article_listed_together_are_fetched_once(
    press: Press, server: Server
) -> None:
    listed = ["/long-story", "/long-story?page=2", "/long-story?page=3"]
    server.routes |= {"/feed": rss([*listed, "/other"]), **story(3), "/other": other_story()}
    press.add(server.url("/feed"))
    assert set(press.pages(START)) == {"/long-story", "/other"}
    assert asked(server) == [*listed, "/other"]
    assert len(press.library.list(limit=0)) == 2
    assert press.sql("SELECT count(*) FROM page WHERE lease_run_id IS NOT NULL") == [(0,)]
    assert press.pages(START + HOUR) == {}


def test_a_number_that_is_no_page_of_another_article(press: Press, server: Server) -> None:
    """What it names as its first page is another article: it stays what it is."""
    links = '<a rel="prev" href="/long-story">1</a>'
    head = '<link rel="prev" href="/long-story">'
    second = page_html(2, 2, title="A second story of the same name", links=links, head=head)
    server.routes |= {
        "/feed": rss(["/long-story-2"]),
        "/long-story-2": reply(second),
        "/long-story": reply(page_html(1, 1, links="")),
    }
    press.add(server.url("/feed"))
    assert press.pages(START) == {"/long-story-2": (Outcome.NEW, None)}
    (article,) = press.library.list(limit=0)
    assert article.url.endswith("/long-story-2")


def test_the_first_page_of_a_later_one_may_come_another_time(press: Press, server: Server) -> None:
    server.routes |= {
        "/feed": rss(["/long-story?page=2"]),
        **story(2),
        "/long-story?page=1": reply(b"", 503),
    }
    press.add(server.url("/feed"))
    ((outcome, told),) = press.pages(START).values()
    assert (outcome, (told or "").partition(":")[0]) == (Outcome.FAILED, "part_http_503")
    assert press.library.list(limit=0) == []
    server.routes |= story(2)
    assert press.pages(START + DAY) == {"/long-story?page=2": (Outcome.NEW, None)}
    assert numbers_in(body_of(press)) == [1, 2]


def make_stale(press: Press) -> None:
    """As if an older extractor had made all versions."""
    press.sql("UPDATE version SET extractor_version = '0', confirmed_by = NULL")


def test_the_stored_pages_are_read_again_together(press: Press, server: Server) -> None:
    server.routes |= story(3)
    by_hand(press, server.url("/long-story"))
    make_stale(press)
    assert by_hand(press, server.url("/long-story")).decision.outcome == Outcome.UNCHANGED
    make_stale(press)
    edited = page_html(3, 3).replace(b"The money comes", b"Corrected: the money comes")
    server.routes["/long-story?page=3"] = reply(edited)
    result = by_hand(press, server.url("/long-story"))
    assert result.decision.outcome == Outcome.CHANGED
    assert result.capture.baseline is not None
    assert numbers_in(result.capture.baseline.body) == [1, 2, 3]
    assert press.sql("SELECT cause FROM version ORDER BY id") == [("publisher",)] * 2


def test_pages_read_for_the_first_time_are_no_edit(press: Press, server: Server) -> None:
    """What an older extractor filed as one page is three for today's."""
    server.routes |= story(3)
    saved = by_hand(press, server.url("/long-story"), page_html(1, 3))
    assert saved.decision.outcome == Outcome.NEW
    assert numbers_in(body_of(press)) == [1]
    make_stale(press)
    assert by_hand(press, server.url("/long-story")).decision.outcome == Outcome.UNCHANGED
    assert numbers_in(body_of(press)) == [1, 2, 3]
    assert press.sql("SELECT cause FROM version ORDER BY id") == [("publisher",), ("extractor",)]
    assert [(version, number) for version, number, _ in parts_of(press)] == [(2, 2), (2, 3)]
    make_stale(press)
    assert by_hand(press, server.url("/long-story")).decision.outcome == Outcome.UNCHANGED
    assert press.sql("SELECT count(*) FROM version") == [(2,)]


def test_a_saved_page_is_taken_alone(press: Press, server: Server) -> None:
    by_hand(press, server.url("/long-story"), page_html(1, 3))
    assert asked(server) == []


SHELL = '<html><head><title>x</title>{}</head><body><div id="app"></div></body></html>'


def test_the_amp_version_where_the_page_has_no_text(press: Press, server: Server) -> None:
    shell = SHELL.format('<link rel="amphtml" href="/story-of-a-bridge/amp">')
    server.routes |= {
        "/story-of-a-bridge": reply(shell),
        "/story-of-a-bridge/amp": reply(article_html(TITLE)),
    }
    assert by_hand(press, server.url("/story-of-a-bridge")).decision.outcome == Outcome.NEW
    (article,) = press.library.list(limit=0)
    assert article.title == TITLE
    assert article.canonical_url == server.url("/story-of-a-bridge")
    assert [url for _, _, url in parts_of(press)] == ["/story-of-a-bridge/amp"]
    make_stale(press)
    assert by_hand(press, server.url("/story-of-a-bridge")).decision.outcome == Outcome.UNCHANGED


def test_a_print_version_on_the_same_host_only(press: Press, server: Server) -> None:
    link = '<link rel="alternate" media="print" href="{}">'
    away = link.format(server.url("/print", "other.localhost"))
    server.routes |= {
        "/far": reply(SHELL.format(away)),
        "/near": reply(SHELL.format(link.format("/print"))),
        "/print": reply(article_html(TITLE)),
    }
    assert by_hand(press, server.url("/far")).decision.outcome == Outcome.REJECTED
    assert asked(server) == ["/far"]
    assert by_hand(press, server.url("/near")).decision.outcome == Outcome.NEW


def shortened(body: str, head: str = '<link rel="amphtml" href="/a/amp">') -> bytes:
    """A page of the article with this in place of its text."""
    html = article_html(TITLE, head=head).decode()
    start, end = html.index("<p>"), html.index("</article>")
    return f"{html[:start]}{body}{html[end:]}".encode()


BEGINNING = SENTENCES[0][:150]
STUBS = {
    "one paragraph": f"<p>{SENTENCES[0]}</p><p>{SENTENCES[1]}</p>",
    "a teaser": f"<p>{BEGINNING}…</p><p><a href=/a/amp>Read more</a></p>",
    "a teaser for subscribers": f"<p>{BEGINNING}…</p><p>Subscribe to continue reading.</p>",
}


@pytest.mark.parametrize("stub", STUBS)
def test_the_amp_version_makes_a_stub_whole(press: Press, server: Server, stub: str) -> None:
    server.routes |= {
        "/feed": rss(["/a"]),
        "/a": reply(shortened(STUBS[stub])),
        "/a/amp": reply(article_html(TITLE, author="Somebody Else")),
    }
    press.add(server.url("/feed"))
    assert press.pages(START) == {"/a": (Outcome.NEW, None)}
    assert all(sentence[:60] in body_of(press) for sentence in SENTENCES)
    (article,) = press.library.list(limit=0)
    assert (article.canonical_url, article.authors) == (server.url("/a"), ("Maria Holm",))
    assert [url for _, _, url in parts_of(press)] == ["/a/amp"]
    assert asked(server) == ["/a", "/a/amp"]
    make_stale(press)
    assert press.pages(START + DAY) == {"/a": (Outcome.UNCHANGED, None)}


@pytest.mark.parametrize(
    "amp",
    [other_story(), reply(shortened(STUBS["one paragraph"])), reply(b"", 503), reply(b"", 404)],
    ids=["another story", "no more than the page", "broken", "gone"],
)
def test_a_short_article_waits_for_no_version(press: Press, server: Server, amp: Behaviour) -> None:
    server.routes |= {"/a": reply(shortened(STUBS["one paragraph"])), "/a/amp": amp}
    assert by_hand(press, server.url("/a")).decision.outcome == Outcome.NEW
    assert SENTENCES[2][:60] not in body_of(press)
    assert parts_of(press) == []


def test_a_teaser_that_is_stated_to_be_for_subscribers_is_left_so(
    press: Press, server: Server
) -> None:
    paid = '<script type="application/ld+json">{"@type":"NewsArticle","headline":"%s",'
    paid = (paid + '"isAccessibleForFree":false}</script>') % TITLE
    head = f'<link rel="amphtml" href="/a/amp">{paid}'
    server.routes |= {
        "/a": reply(shortened(STUBS["a teaser for subscribers"], head)),
        "/a/amp": reply(article_html(TITLE)),
    }
    by_hand(press, server.url("/a"))
    assert asked(server) == ["/a"]


def test_no_version_goes_around_a_good_page(press: Press, server: Server) -> None:
    head = '<link rel="amphtml" href="/a/amp">'
    server.routes |= {"/a": reply(article_html(TITLE, "as the minutes say", head=head))}
    by_hand(press, server.url("/a"))
    assert asked(server) == ["/a"]


def test_by_the_command_line(server: Server, tmp_path: Path) -> None:
    config, db = tmp_path / "kliping.toml", tmp_path / "press.db"
    config.write_text("[fetch]\nallow_private = true\n[pace]\nmin_delay = 0\n")
    server.routes |= story(3)
    where = ("--db", db, "--config", config)
    url = server.url("/long-story")
    (told,) = objects(kliping("fetch", url, "--json", *where).stdout)
    assert (told["outcome"], numbers_in(told["body"])) == ("new", [1, 2, 3])
    (again,) = objects(kliping("fetch", url, "--json", *where).stdout)
    assert again["outcome"] == "unchanged"
    server.routes["/long-story?page=2"] = reply(b"", 500)
    broken = kliping("fetch", url, *where, check=False)
    assert broken.returncode == 4
    assert "page=2" in broken.stderr
    with closing(sqlite3.connect(db)) as connection:
        assert connection.execute("SELECT count(*) FROM part").fetchone() == (2,)
