"""Whole runs in this process: real server, real database, a clock that is wound by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from scraper.model.events import SourceDone
from scraper.model.types import Capture, Decision, Outcome, PendingSave
from storage.archive import Archive
from storage.text.content_hashes import imprint_of
from storage.text.shingles import FINGERPRINT_SIZE
from tests.newspaper import article_html, page, rss
from tests.press import DAY, HOUR, START, Press
from tests.servers import Request, Server, reply, silent

ONE, TWO = "The council debates the bridge", "The mayor answers her critics"


def test_an_edit_is_found_at_the_next_visit(press: Press, server: Server) -> None:
    server.routes |= {"/feed": rss(["/a", "/b"]), "/a": page("A"), "/b": page("B", "other")}
    press.add(server.url("/feed"))
    assert set(press.pages(START).values()) == {(Outcome.NEW, None)}
    assert press.pages(START + timedelta(hours=1)) == {}
    server.routes["/a"] = page("A", "edited")
    later = press.pages(START + timedelta(hours=12))
    assert {path: outcome for path, (outcome, _) in later.items()} == {
        "/a": Outcome.CHANGED,
        "/b": Outcome.UNCHANGED,
    }
    assert press.library.list(limit=0)[-1].versions == 2


def test_a_page_that_says_304_costs_nothing(press: Press, server: Server) -> None:
    body = article_html("A")
    answers = [reply(body, headers={"ETag": '"1"'}), reply(b"", 304)]
    server.routes |= {"/feed": rss(["/a"]), "/a": answers}
    press.add(server.url("/feed"))
    press.crawl(START)
    assert press.pages(START + DAY) == {"/a": (Outcome.UNCHANGED, None)}
    asked = [request for request in server.pages() if request.target == "/a"]
    assert [request.header("if-none-match") for request in asked] == [None, '"1"']
    assert press.sql("SELECT count(*) FROM fetch") == [(1,)]
    assert press.sql("SELECT count(*) FROM page WHERE last_checked_at > '2026-03-02'") == [(1,)]


def test_a_server_that_always_says_304_is_found_out(press: Press, server: Server) -> None:
    async def stubborn(request: Request, writer: asyncio.StreamWriter) -> bool:
        conditional = request.header("if-none-match") is not None
        answer = reply(b"", 304) if conditional else texts[len(texts) > 1]
        return await answer(request, writer)

    texts = [reply(article_html("A"), headers={"ETag": '"1"'})]
    server.routes |= {"/feed": rss(["/a"]), "/a": stubborn}
    press.add(server.url("/feed"))
    press.crawl(START)
    texts.append(reply(article_html("A", "edited"), headers={"ETag": '"1"'}))
    outcomes = [press.pages(START + hours * HOUR).get("/a") for hours in (7, 37)]
    assert [one and one[0] for one in outcomes] == [
        Outcome.UNCHANGED,
        Outcome.CHANGED,
    ]


def test_a_source_is_polled_again_within_twelve_hours(press: Press, server: Server) -> None:
    server.routes |= {"/feed": [rss(["/a"]), rss(["/b", "/a"])], "/a": page("A"), "/b": page("B")}
    press.add(server.url("/feed"))
    press.crawl(START)
    assert "/b" in press.pages(START + timedelta(hours=12))


def test_a_host_that_asks_for_rest_gets_it(press: Press, server: Server) -> None:
    wait = reply(b"slow down", 429, {"Retry-After": "7200"})
    server.routes |= {
        "/feed": rss(["/a", "/b", server.url("/c", "other.localhost")]),
        "/a": [wait, page("A")],
        "/b": page("B", "second"),
        "/c": page("C", "third"),
    }
    press.add(server.url("/feed"))
    first = press.pages(START)
    assert first["/a"][0] == Outcome.FAILED
    assert (first["/a"][1] or "").startswith("http_429")
    assert "/b" not in first  # it waits, and nothing is held against it
    assert first["/c"][0] == Outcome.NEW  # another host goes on
    asked = len(server.pages())
    assert press.pages(START + timedelta(hours=1)) == {}
    assert len(server.pages()) == asked
    again = press.pages(START + timedelta(hours=2, minutes=1))
    assert again["/a"][0] == again["/b"][0] == Outcome.NEW


def test_an_unreachable_host_costs_three_tries_and_no_other_page(
    press: Press, server: Server
) -> None:
    with Server() as gone:
        dead = [gone.url(f"/{n}") for n in range(9)]
    server.routes |= {"/feed": rss([*dead, "/a"]), "/a": page("A")}
    press.add(server.url("/feed"))
    first = press.pages(START)
    assert first.pop("/a")[0] == Outcome.NEW
    assert len(first) == 3
    assert all((reason or "").startswith("connect") for _, reason in first.values())
    assert press.pages(START + timedelta(minutes=1)) == {}
    assert len(press.pages(START + timedelta(minutes=20))) == 3


def test_an_unreadable_robots_file_forbids_the_host(press: Press, server: Server) -> None:
    there = [reply(b"", 500), reply(b"", 404)]
    server.routes |= {
        "/feed": rss([server.url("/a", "other.localhost"), server.url("/b", "other.localhost")]),
        f"//other.localhost:{server.port}/robots.txt": there,
        "/a": page("A"),
        "/b": page("B", "second"),
    }
    press.add(server.url("/feed"))
    outcomes = press.pages(START)
    assert [
        (outcome, (reason or "").partition(":")[0]) for outcome, reason in outcomes.values()
    ] == [(Outcome.FAILED, "robots_unreachable")]
    assert "/a" not in server.targets()
    later = press.pages(START + timedelta(hours=1))
    assert {outcome for outcome, _ in later.values()} == {Outcome.NEW}
    assert len(later) == 2


def test_a_slow_host_delays_no_other(press: Press, server: Server) -> None:
    slow = [server.url(f"/slow/{n}", "slow.localhost") for n in range(3)]
    server.routes |= {
        "/feed": rss([*slow, "/a", "/b"]),
        **{f"/slow/{n}": silent() for n in range(3)},
        "/a": page("A"),
        "/b": page("B", "second"),
    }
    press.add(server.url("/feed"))
    press.deadline = 1.0
    order = list(press.pages(START))
    assert set(order) == {"/a", "/b", "/slow/0", "/slow/1", "/slow/2"}
    assert order[-1] == "/slow/2"  # the slow host takes three deadlines


def test_the_limit_counts_what_is_filed(press: Press, server: Server) -> None:
    server.routes |= {
        "/feed": rss(["/gone", "/a", "/same", "/b", "/c", "/d"]),
        "/a": page("A"),
        "/same": page("A"),
        **{f"/{name}": page(name, f"text {name}") for name in "bcd"},
    }
    press.add(server.url("/feed"))
    first = press.pages(START, max_articles=2)
    assert [outcome for outcome, _ in first.values()].count(Outcome.NEW) == 2
    assert press.summary.stopped == "max-articles"
    assert len(press.library.list(limit=0)) == 2
    second = press.pages(START + timedelta(minutes=1), max_articles=2)
    assert [outcome for outcome, _ in second.values()].count(Outcome.NEW) == 2
    assert press.summary.stopped is None
    assert len(press.library.list(limit=0)) == 4


def test_a_host_that_hangs_keeps_no_place_from_others(press: Press, server: Server) -> None:
    """Who waits for it lets go when the limit is reached, and holds nothing against it."""
    dead = [server.url(f"/slow/{n}", "slow.localhost") for n in range(2)]
    server.routes |= {f"/slow/{n}": silent() for n in range(2)}
    server.routes |= {f"/{name}": page(name, f"text {name}") for name in "abc"}
    server.routes["/feed"] = rss([*dead, "/a", "/b", "/c"])
    press.add(server.url("/feed"))
    press.deadline = 3600.0  # longer than a test may take
    assert list(press.pages(START, max_articles=1)) in (["/a"], ["/b"], ["/c"])
    assert press.summary.stopped == "max-articles"
    assert press.sql("SELECT sum(failures) FROM page") == [(0,)]
    assert press.sql("SELECT count(*) FROM page WHERE due_at IS NOT NULL") == [(5,)]


def test_sources_that_fail_come_back_and_keep_what_they_had(press: Press, server: Server) -> None:
    server.routes |= {"/feed": [reply(b"", 500), reply(b"<html>"), rss(["/a"])], "/a": page("A")}
    press.add(server.url("/feed"))
    (first,) = press.crawl(START)
    assert isinstance(first, SourceDone)
    assert first.error is not None
    assert "HTTP 500" in str(first.error)
    (second,) = press.crawl(START + timedelta(hours=1))
    assert isinstance(second, SourceDone)
    assert "not a feed" in str(second.error)
    assert "/a" in press.pages(START + DAY)


def test_validators_of_a_broken_feed_are_not_kept(press: Press, server: Server) -> None:
    broken = b'<rss version="2.0"><channel><item><link>/a</link></item><item><li'
    answers = [reply(broken, headers={"ETag": '"half"'}), rss(["/a", "/b"])]
    server.routes |= {"/feed": answers, "/a": page("A"), "/b": page("B", "second")}
    press.add(server.url("/feed"))
    assert list(press.pages(START)) == ["/a"]
    assert "/b" in press.pages(START + DAY)
    polls = [request for request in server.pages() if request.target == "/feed"]
    assert [request.header("if-none-match") for request in polls] == [None, None]


def test_a_feed_that_breaks_off_before_its_first_item_is_no_empty_one(
    press: Press, server: Server
) -> None:
    start = b'<rss version="2.0"><channel><title>Post</title>'
    answers = [
        rss(["/a"], {"ETag": '"1"', "Content-Type": "application/rss+xml"}),
        reply(start, headers={"ETag": '"2"'}),
        reply(start + b"</channel></rss>", headers={"ETag": '"3"'}),
        reply(b"", 304),
    ]
    server.routes |= {"/feed": answers, "/a": page("A")}
    press.add(server.url("/feed"))
    errors = [press.polled(START + days * DAY)[0].error for days in range(4)]
    assert [error is None for error in errors] == [True, False, True, True]
    assert "breaks off before its first item" in str(errors[1])
    polls = [request for request in server.pages() if request.target == "/feed"]
    sent = [request.header("if-none-match") for request in polls]
    assert sent == [None, '"1"', '"1"', '"3"']


def test_a_limit_leaves_something_to_every_source_of_a_host(press: Press, server: Server) -> None:
    """One of them has as many new articles in every run as the limit lets through."""
    server.routes |= {f"/{k}{n}": page(f"{k}{n}", f"text {k}{n}") for k in "ab" for n in range(9)}
    server.routes["/b.xml"] = rss([f"/b{n}" for n in range(4)])
    press.add(server.url("/a.xml"), server.url("/b.xml"))
    for run in range(4):
        server.routes["/a.xml"] = rss([f"/a{n}" for n in range(2 * run + 2)])
        press.crawl(START + run * DAY, max_articles=2)
    assert {f"/b{n}" for n in range(4)} <= press.filed()
    assert len(press.filed()) == 8


def test_a_better_extractor_is_not_the_publishers_edit(press: Press, server: Server) -> None:
    server.routes |= {"/feed": rss(["/a", "/b"]), "/a": page(ONE), "/b": page(TWO, "second")}
    press.add(server.url("/feed"))
    press.crawl(START)
    # An older extractor had read less of these pages.
    press.sql(
        "UPDATE version SET extractor_version = '0', body = 'half',"
        " content_hash = randomblob(32), wording_hash = randomblob(32), text_hash = randomblob(32)"
    )
    server.routes["/b"] = page(TWO, "rewritten")
    later = {path: outcome for path, (outcome, _) in press.pages(START + DAY).items()}
    assert later == {"/a": Outcome.UNCHANGED, "/b": Outcome.CHANGED}
    records = {record.title: record for record in press.library.list(limit=0)}
    assert (records[ONE].versions, records[TWO].versions) == (1, 2)
    whole = press.library.get(records[ONE].id)
    assert whole is not None
    assert whole.body is not None
    assert "The council of the small town" in whole.body


def test_a_page_that_kills_its_reader_is_rejected_and_kept(press: Press, server: Server) -> None:
    deep = b"<html><body>" + b"<b><i>" * 400_000 + b"text"
    server.routes |= {"/feed": rss(["/deep", "/a"]), "/deep": reply(deep), "/a": page("A")}
    press.add(server.url("/feed"))
    outcomes = press.pages(START)
    assert outcomes["/deep"][0] == Outcome.REJECTED
    assert outcomes["/a"][0] == Outcome.NEW
    ((size,),) = press.sql("SELECT payload_size FROM snapshot WHERE url LIKE '%/deep'")
    assert size == len(deep)


def test_what_a_text_is_known_by_is_worked_out_where_it_was_read(
    press: Press, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.routes |= {"/a": page("Council approves plan"), "/feed.xml": rss(["/a"])}
    saved: list[Capture] = []
    save_all = Archive.save_all

    def noting(self: Archive, savings: Sequence[PendingSave]) -> list[Decision]:
        saved.extend(saving.capture for saving in savings)
        return save_all(self, savings)

    monkeypatch.setattr(Archive, "save_all", noting)
    press.add(server.url("/feed.xml"))
    press.crawl(START)
    (capture,) = saved
    assert capture.article is not None
    assert capture.imprint == imprint_of(capture.article)
    assert len(capture.imprint.fingerprint) == FINGERPRINT_SIZE
