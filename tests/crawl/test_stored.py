"""No source fills the disk: what a run stores of one, of rejected pages, and of addresses."""

from __future__ import annotations

import random
from typing import Any

import pytest

from scraper.crawl.stored import StorageQuota
from scraper.model.jobs import Poll
from scraper.model.types import Link, Outcome
from storage.frontier import queueing
from storage.frontier.store import Frontier
from tests.newspaper import article_html, page, rss
from tests.press import DAY, HOUR, START, Press
from tests.servers import Behaviour, Server, reply

HTML = {"Content-Type": "text/html; charset=utf-8"}


def noise(size: int, seed: int = 0) -> bytes:
    """Bytes that nothing makes smaller."""
    return random.Random(seed).randbytes(size)


def no_article(size: int, seed: int) -> Behaviour:
    """A page without a text, so large as it comes and as it is stored."""
    hidden = noise(size, seed).hex().encode()[:size]
    return reply(b"<html><!-- " + hidden + b" --></html>", headers=HTML)


def picture(size: int, seed: int) -> Behaviour:
    return reply(noise(size, seed), headers={"Content-Type": "image/jpeg"})


def stored(press: Press) -> int:
    return int(press.sql("SELECT coalesce(sum(stored_size), 0) FROM snapshot")[0][0])


def test_large_pages_that_are_rejected_are_not_kept(press: Press, server: Server) -> None:
    server.routes |= {
        "/feed": rss(["/1", "/3", "/small", "/dense"]),
        "/1": no_article(9_700_000, 1),
        "/3": picture(9_700_000, 3),
        "/small": no_article(9_000, 5),
        "/dense": picture(300_000, 6),
    }
    press.add(server.url("/feed"))
    found = press.pages(START)
    assert {outcome for outcome, _ in found.values()} == {Outcome.REJECTED}, found
    for path, (_, reason) in found.items():
        assert ("its page is too large to be kept" in (reason or "")) == (path != "/small"), reason
    assert (found["/3"][1] or "").startswith("media: not_html: the server sent image/jpeg")
    assert stored(press) < 20_000
    assert press.sql("SELECT count(*) FROM fetch WHERE payload_digest IS NOT NULL") == [(4,)]
    assert press.path.stat().st_size < 1_000_000


def test_a_large_page_with_little_in_it_is_kept(press: Press, server: Server) -> None:
    """Real pages of some megabytes are scripts and spaces, and pack to a tenth."""
    body = b"<html><p>no article" + b" <i class=empty></i>" * 150_000 + b"</html>"
    server.routes |= {"/feed": rss(["/wide"]), "/wide": reply(body, headers=HTML)}
    press.add(server.url("/feed"))
    ((outcome, reason),) = press.pages(START).values()
    assert outcome == Outcome.REJECTED
    assert "too large" not in (reason or "")
    assert press.sql("SELECT payload_size FROM snapshot") == [(len(body),)]


def test_a_source_may_bring_so_much_in_a_run(press: Press, server: Server) -> None:
    """The others of its host go on, and the next run goes on with it."""
    bulk = [f"/bulk/{n:02}" for n in range(20)]
    server.routes |= {
        "/noisy": rss(bulk),
        "/quiet": rss([f"/news/{n}" for n in range(8)]),
        **{path: picture(200_000, at) for at, path in enumerate(bulk)},
        **{f"/news/{n}": page(f"Plan {n} for the bridge", f"plan {n}") for n in range(8)},
    }
    press.add(server.url("/noisy"), server.url("/quiet"))
    first = press.pages(START, max_stored=1_000_000)
    assert len([path for path in first if path.startswith("/news/")]) == 8
    brought = [path for path in first if path.startswith("/bulk/")]
    assert 5 <= len(brought) <= 9, "and those under way"
    assert press.summary.full.keys() == {1}
    assert stored(press) < 2_200_000
    assert not press.sql("SELECT 1 FROM page WHERE lease_run_id IS NOT NULL")
    second = press.pages(START + HOUR / 4, max_stored=1_000_000)
    assert 5 <= len(second) <= 9
    assert not second.keys() & first.keys()
    third = press.pages(START + HOUR / 2)
    assert sorted([*brought, *second, *third]) == bulk
    assert not press.summary.full


def test_articles_of_noise_count_as_well(press: Press, server: Server) -> None:
    paths = [f"/{n}" for n in range(12)]
    for at, path in enumerate(paths):
        head = f"<!-- {noise(400_000, at).hex()} -->"
        server.routes[path] = page(f"Plan {at} for the bridge", f"plan {at}", head=head)
    server.routes["/feed"] = rss(paths)
    press.add(server.url("/feed"))
    found = press.pages(START, max_stored=1_000_000)
    assert {outcome for outcome, _ in found.values()} == {Outcome.NEW}
    assert len(found) < 8
    assert press.summary.full.keys() == {1}


@pytest.mark.parametrize("where", ["headers", "captions"])
def test_headers_and_captions_count_as_well(press: Press, server: Server, where: str) -> None:
    paths = [f"/{n}" for n in range(24)]
    for at, path in enumerate(paths):
        pieces = [noise(2_500, 10 * at + n).hex() for n in range(10)]
        text = article_html(f"Plan {at} for the bridge", f"plan {at}")
        headers = HTML
        if where == "headers":
            headers = HTML | {f"X-Noise-{n}": piece for n, piece in enumerate(pieces)}
        else:
            figures = "".join(
                f'<figure><img src="/{piece[:9]}.jpg"><figcaption>{piece}</figcaption></figure>'
                for piece in pieces
            )
            text = text.replace(b"</article>", figures.encode() + b"</article>")
        server.routes[path] = reply(text, headers=headers)
    server.routes["/feed"] = rss(paths)
    press.add(server.url("/feed"))
    found = press.pages(START, max_stored=500_000)
    assert {outcome for outcome, _ in found.values()} == {Outcome.NEW}
    assert len(found) <= 16
    assert press.summary.full.keys() == {1}


def test_what_is_not_new_is_not_counted(press: Press, server: Server) -> None:
    server.routes |= {"/feed": rss(["/a"]), "/a": page("Plan", "one")}
    press.add(server.url("/feed"))
    press.crawl(START, max_stored=10_000)
    size = stored(press)
    assert 0 < size < 10_000
    press.crawl(START + DAY, max_stored=1)
    assert (stored(press), press.summary.full) == (size, {})


def test_a_page_of_no_source_has_no_limit() -> None:
    book = StorageQuota(100)
    book.add(0, 10_000)
    book.add(7, 100)
    assert not book.full
    book.add(7, 1)
    assert book.full == {7: 101}


def test_addresses_that_are_too_long_are_passed_over(press: Press, server: Server) -> None:
    longs = [f"/{n}/{'x' * 3_000}" for n in range(50)]
    server.routes |= {"/feed": rss([*longs, "/a"]), "/a": page("A")}
    press.add(server.url("/feed"))
    assert press.pages(START).keys() == {"/a"}
    assert press.sql("SELECT count(*) FROM page") == [(1,)]


@pytest.mark.parametrize("backlog", [False, True])
def test_long_addresses_take_the_room_of_several(
    press: Press, monkeypatch: pytest.MonkeyPatch, backlog: bool
) -> None:
    """A source that invents them at each poll stores little more than one of usual addresses."""
    monkeypatch.setattr(queueing, "MAX_BACKLOG" if backlog else "MAX_DUE", 100)
    press.add("https://a.example/feed")
    frontier, left_out = Frontier(press.engine), 0
    for poll in range(9):
        links = tuple(
            Link(f"https://a.example/{poll}/{n}/{'x' * (1_900 if poll % 3 else 20)}")
            for n in range(30)
        )
        listed: Any = {"backlog": links} if backlog else {"links": links}
        left_out += frontier.save_poll(Poll(1, None, None, HOUR, **listed), START).left_out
    ((size, count),) = press.sql(
        "SELECT sum(length(url) + length(canonical_url)), count(*) FROM page"
    )
    assert size <= 2 * 100 * queueing.USUAL
    assert 40 < count <= 100
    assert left_out == 9 * 30 - count


def test_the_older_pages_of_a_source_are_bounded_too(
    press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is no room for what one lists, it is asked for again."""
    monkeypatch.setattr(queueing, "MAX_BACKLOG", 50)
    press.add("https://a.example/feed")
    frontier = Frontier(press.engine)
    for number in range(1, 5):
        links = [Link(f"https://a.example/{number}/{n}") for n in range(20)]
        frontier.save_cursor(1, links, Link(f"https://a.example/page/{number}"), START)
    assert press.sql("SELECT count(*) FROM page") == [(50,)]
    assert press.sql("SELECT cursor FROM source") == [("https://a.example/page/2",)]


def test_a_title_without_end_is_cut(press: Press, server: Server) -> None:
    feed = f'<rss version="2.0"><channel><title>{"Post " * 100_000}</title></channel></rss>'
    server.routes["/feed"] = reply(feed, headers={"Content-Type": "application/rss+xml"})
    press.add(server.url("/feed"))
    press.crawl(START)
    assert press.sql("SELECT length(title) <= 500 FROM source") == [(1,)]
