"""How whole crawls behave towards hosts: robots.txt first, one request at a time, waits that are
kept across runs, and nobody who is slow in anybody's way."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.utils import format_datetime
from functools import partial
from pathlib import Path

import httpcore
import pytest

from scraper.fetch import FetchPolicy, PacePolicy
from scraper.fetch.guard import Guard
from scraper.model.events import PageDone, SourceDone
from scraper.model.types import Outcome
from tests.clocks import FakeClock
from tests.newspaper import article_html, page, rss
from tests.press import DAY, HOUR, START, Press
from tests.servers import Behaviour, Request, Routes, Server, drop, head_of, raw, redirect, reply

TEXT = {"Content-Type": "text/plain"}
ALLOWED = "User-agent: *\nDisallow: /secret\n"


@pytest.fixture
def press(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Press]:
    monkeypatch.setattr("scraper.isolation.sandbox.os.cpu_count", lambda: 1)  # one child is enough
    archive = Press(tmp_path / "press.db")
    yield archive
    archive.engine.dispose()


def text(body: str, status: int = 200, headers: dict[str, str] | None = None) -> Behaviour:
    return reply(body, status, {**TEXT, **(headers or {})})


def house(server: Server, host: str, pages: int = 3, **more: Behaviour | list[Behaviour]) -> Routes:
    """A feed and its pages at a host; ``more`` by the path without its slash, ``robots`` too."""
    routes: Routes = {f"/{host}/{n}": page(f"{host} {n}", f"{host} {n}") for n in range(pages)}
    routes["/feed"] = rss(list(routes))
    routes |= {f"/{name}": there for name, there in more.items() if name != "robots"}
    if "robots" in more:
        routes["/robots.txt"] = more["robots"]
    return {f"//{host}{path}": there for path, there in routes.items()}


def asked(server: Server, host: str, since: int = 0) -> list[str]:
    """What was asked of a host, in order."""
    return [
        each.target
        for each in server.requests[since:]
        if (each.header("host") or "").partition(":")[0] == host
    ]


def hosts_of(server: Server) -> set[str]:
    return {(each.header("host") or "").partition(":")[0] for each in server.requests}


# ------------------------------------------------------------------ robots.txt


def test_robots_txt_is_asked_for_before_anything_else_and_once(
    press: Press, server: Server
) -> None:
    names = [f"h{n}.localhost" for n in range(5)]
    for name in names:
        server.routes |= house(server, name, robots=text(ALLOWED, headers={"ETag": '"1"'}))
        press.add(server.url("/feed", name))
    server.routes["//h0.localhost/feed"] = rss(
        [server.url("/p", "other.localhost"), server.url("/r", "hop.localhost")]
    )
    server.routes |= {
        "//other.localhost/p": page("Other", "other"),
        "//hop.localhost/r": redirect(server.url("/q", "end.localhost")),
        "//end.localhost/q": page("End", "end"),
    }
    press.crawl(START)
    everybody = {*names, "other.localhost", "hop.localhost", "end.localhost"}
    assert hosts_of(server) == everybody
    for name in everybody:
        targets = asked(server, name)
        assert targets[0] == "/robots.txt"
        assert targets.count("/robots.txt") == 1
    assert len(press.filed()) == 4 * 3 + 2
    count = len(server.requests)
    press.crawl(START + 20 * HOUR)
    assert len(server.requests) > count
    assert "/robots.txt" not in server.targets()[count:]  # the archive keeps it for a day
    count = len(server.requests)
    press.crawl(START + 33 * HOUR)
    again = [each for each in server.requests[count:] if each.target == "/robots.txt"]
    assert {each.header("if-none-match") for each in again} <= {'"1"', None}
    assert all(asked(server, name, count)[:1] in ([], ["/robots.txt"]) for name in everybody)
    assert again


@pytest.mark.parametrize("answer", [reply(b"", 500), drop()], ids=["500", "drop"])
def test_without_a_copy_a_robots_txt_that_cannot_be_had_forbids_the_host(
    press: Press, server: Server, answer: Behaviour
) -> None:
    server.routes |= house(server, "bad.localhost", robots=answer)
    server.routes |= house(server, "good.localhost")
    press.add(server.url("/feed", "bad.localhost"), server.url("/feed", "good.localhost"))
    events = press.crawl(START)
    failed = [one for one in events if isinstance(one, SourceDone) and one.error is not None]
    assert [one.url for one in failed] == [server.url("/feed", "bad.localhost")]
    assert set(asked(server, "bad.localhost")) == {"/robots.txt"}
    assert len(press.filed()) == 3
    bad = press.sources.list()[0]
    assert bad.last_error is not None
    assert "robots.txt could not be read" in bad.last_error
    assert bad.due_at is not None
    assert START < bad.due_at < START + DAY
    server.routes["//bad.localhost/robots.txt"] = text(ALLOWED)
    press.crawl(START + DAY)
    assert len(press.filed()) == 6


def test_a_copy_rules_for_a_day_where_the_file_cannot_be_had(press: Press, server: Server) -> None:
    host = "a.localhost"
    closed = "User-agent: *\nDisallow: /a.localhost/1\n"
    robots = [text(closed), reply(b"", 500)]
    server.routes |= house(server, host, robots=robots)
    press.add(server.url("/feed", host))
    outcomes = press.pages(START)
    assert (outcomes["/a.localhost/1"][1] or "").startswith("robots")
    server.routes[f"//{host}/feed"] = rss([f"/{host}/new", f"/{host}/1"])
    server.routes[f"//{host}/{host}/new"] = page("New", "new")
    count = len(server.requests)
    later = press.pages(START + 3 * HOUR)
    assert later[f"/{host}/new"] == (Outcome.NEW, None)
    assert f"/{host}/1" not in asked(server, host)
    assert "/robots.txt" not in asked(server, host, count)
    count = len(server.requests)
    (done,) = press.polled(START + 30 * HOUR)
    assert "robots.txt could not be read: HTTP 500" in str(done.error)
    assert set(asked(server, host, count)) == {"/robots.txt"}


def test_a_feed_that_robots_txt_closes_is_not_asked_for(press: Press, server: Server) -> None:
    server.routes |= house(server, "a.localhost", robots=text("User-agent: *\nDisallow: /feed\n"))
    links = [server.url(f"/a.localhost/{n}", "a.localhost") for n in range(3)]
    server.routes["//b.localhost/feed"] = rss(links)
    press.add(server.url("/feed", "a.localhost"), server.url("/feed", "b.localhost"))
    press.crawl(START)
    assert "/feed" not in asked(server, "a.localhost")
    assert (press.sources.list()[0].last_error or "").endswith("its robots.txt forbids it")
    assert len(press.filed()) == 3  # the pages are open, and another feed lists them


def test_the_rules_that_hold_are_those_of_the_host_that_answers(
    press: Press, server: Server
) -> None:
    server.routes["//a.localhost/feed"] = redirect(server.url("/feed", "b.localhost"))
    server.routes |= house(server, "b.localhost", robots=text("User-agent: *\nDisallow: /\n"))
    press.add(server.url("/feed", "a.localhost"))
    (done,) = press.polled(START)
    assert "robots.txt forbids it" in str(done.error)
    assert asked(server, "b.localhost") == ["/robots.txt"]


# ------------------------------------------------------------------ pace


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    """Of the next run: waiting takes no time, and nothing else does."""
    made = FakeClock(START)
    monkeypatch.setattr("tests.press.ShiftedClock", lambda start: made)
    return made


@pytest.mark.parametrize(("stated", "waited"), [("7", 7.0), ("100000", 60.0)])
def test_a_crawl_delay_is_kept(
    press: Press, server: Server, clock: FakeClock, stated: str, waited: float
) -> None:
    robots = text(f"User-agent: *\nCrawl-delay: {stated}\n")
    server.routes |= house(server, "a.localhost", robots=robots)
    server.routes |= house(server, "b.localhost")
    press.add(server.url("/feed", "a.localhost"), server.url("/feed", "b.localhost"))
    press.crawl(START)
    assert len(press.filed()) == 6
    # Before the feed and each page; never for the other host.
    assert len(clock.slept) == 4
    assert sum(clock.slept) == pytest.approx(4 * waited)


def test_between_two_requests_to_a_host_a_delay_passes(
    press: Press, server: Server, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.press.PacePolicy", lambda **_: PacePolicy(min_delay=2.0))
    server.routes |= house(server, "a.localhost")
    press.add(server.url("/feed", "a.localhost"))
    press.crawl(START)
    assert len(press.filed()) == 3
    assert clock.slept == pytest.approx([2.0] * 4)


class Gauge:
    """How many requests are being answered at the same time, by a name of the host's choice."""

    def __init__(self, name: Callable[[str], str] = str) -> None:
        self._name = name
        self._now: Counter[str] = Counter()
        self.most: Counter[str] = Counter()

    def __call__(self, behaviour: Behaviour, seconds: float = 0.02) -> Behaviour:
        async def behave(request: Request, writer: asyncio.StreamWriter) -> bool:
            host = (request.header("host") or "").partition(":")[0]
            for name in (self._name(host), "all"):
                self._now[name] += 1
                self.most[name] = max(self.most[name], self._now[name])
            try:
                await asyncio.sleep(seconds)
                return await behaviour(request, writer)
            finally:
                for name in (self._name(host), "all"):
                    self._now[name] -= 1

        return behave


def _gauged(routes: Routes, gauge: Gauge) -> Routes:
    gauged: Routes = {}
    for key, there in routes.items():
        assert callable(there)
        gauged[key] = gauge(there)
    return gauged


def test_a_host_has_one_request_at_a_time_and_hosts_are_asked_together(
    press: Press, server: Server
) -> None:
    gauge = Gauge()
    names = [f"h{n}.localhost" for n in range(6)]
    for name in names:
        server.routes |= _gauged(house(server, name, robots=text(ALLOWED)), gauge)
        # Each feed lists pages of the next host too, which has a visit of its own.
        other = server.url("/x", names[(names.index(name) + 1) % 6])
        server.routes[f"//{name}/feed"] = gauge(rss([f"/{name}/{n}" for n in range(3)] + [other]))
        server.routes[f"//{name}/x"] = gauge(page(f"X {name}", f"X {name}"))
        press.add(server.url("/feed", name))
    press.crawl(START)
    assert len(press.library.list(limit=0)) == 6 * 4
    assert {gauge.most[name] for name in names} == {1}
    assert gauge.most["all"] > 1
    assert server.connections <= 6 * 2


def test_hosts_of_one_site_on_one_machine_share_their_one_request(
    press: Press, server: Server
) -> None:
    def site(host: str) -> str:
        return ".".join(host.split(".")[-2:])

    gauge = Gauge(site)
    names = ["www.post.localhost", "m2.post.localhost", "rss.post.localhost", "a.times.localhost"]
    for name in names:
        server.routes |= _gauged(house(server, name, robots=text(ALLOWED)), gauge)
        press.add(server.url("/feed", name))
    press.crawl(START)
    assert len(press.filed()) == 4 * 3
    assert gauge.most["post.localhost"] == 1
    assert gauge.most["all"] == 2


def test_hosts_that_hang_are_in_nobodys_way(
    press: Press, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The slow ones answer only when everything of the others has been asked for: if these had
    to wait for them, all would wait for the deadline."""
    monkeypatch.setattr(
        "tests.press.FetchPolicy", lambda **_: FetchPolicy(allow_private=True, deadline=20)
    )
    slow, fast = [[f"{kind}{n}.localhost" for n in range(3)] for kind in ("slow", "fast")]
    wanted = {f"/{name}/{n}" for name in fast for n in range(3)}

    def late(there: Behaviour) -> Behaviour:
        async def behave(request: Request, writer: asyncio.StreamWriter) -> bool:
            while not wanted <= {*server.targets()}:
                await asyncio.sleep(0.02)
            return await there(request, writer)

        return behave

    for name in (*slow, *fast):
        server.routes |= house(server, name)
    server.routes |= {
        f"//{slow[0]}/robots.txt": late(text(ALLOWED)),
        f"//{slow[1]}/feed": late(rss([f"/{slow[1]}/{n}" for n in range(3)])),
        f"//{slow[2]}/{slow[2]}/0": late(page("Late", "late")),
    }
    press.add(*(server.url("/feed", name) for name in (*slow, *fast)))
    assert {outcome for outcome, _ in press.pages(START).values()} == {Outcome.NEW}
    assert len(press.filed()) == 6 * 3


# ------------------------------------------------------------------ "not now"


@pytest.mark.parametrize(("status", "as_date"), [(429, False), (503, True)])
def test_a_feed_that_says_not_now_is_left_alone_until_then(
    press: Press, server: Server, status: int, as_date: bool
) -> None:
    value = format_datetime(START + 2 * HOUR, usegmt=True) if as_date else "7200"
    wait = reply(b"", status, {"Retry-After": value})
    server.routes |= house(server, "a.localhost", other=rss(["/a.localhost/1"]))
    server.routes["//a.localhost/feed"] = [wait, server.routes["//a.localhost/feed"]]  # type: ignore[list-item]
    server.routes |= house(server, "b.localhost")
    press.add(
        server.url("/feed", "a.localhost"),
        server.url("/other", "a.localhost"),
        server.url("/feed", "b.localhost"),
        read=True,
    )
    press.crawl(START)
    assert asked(server, "a.localhost") == ["/robots.txt", "/feed"]
    assert len(press.filed()) == 3  # the other host's
    assert [source.failures for source in press.sources.list()] == [0, 0, 0]
    count = len(server.requests)
    press.crawl(START + HOUR)
    assert asked(server, "a.localhost", count) == []
    press.crawl(START + 2 * HOUR + timedelta(minutes=1))
    assert {"/feed", "/other"} <= set(asked(server, "a.localhost", count))
    assert len(press.filed()) == 6


def test_a_page_that_says_not_now_ends_the_visit_and_holds_across_runs(
    press: Press, server: Server
) -> None:
    server.routes |= house(server, "a.localhost", 5)
    third = server.routes["//a.localhost/a.localhost/2"]
    wait = reply(b"", 429, {"Retry-After": "3600"})
    server.routes["//a.localhost/a.localhost/2"] = [wait, third]  # type: ignore[list-item]
    server.routes |= house(server, "b.localhost", 5)
    press.add(server.url("/feed", "a.localhost"), server.url("/feed", "b.localhost"))
    first = press.pages(START)
    assert [path for path in first if path.startswith("/a.")] == [
        f"/a.localhost/{n}" for n in range(3)
    ]
    assert (first["/a.localhost/2"][1] or "").startswith("http_429")
    assert len([path for path in first if path.startswith("/b.")]) == 5
    count = len(server.requests)
    assert press.pages(START + HOUR / 2) == {}
    assert press.polled(START + HOUR / 2 + timedelta(seconds=1), source_ids=[1]) == []
    assert asked(server, "a.localhost", count) == []
    later = press.pages(START + HOUR + timedelta(minutes=1))
    assert {path for path in later if path.startswith("/a.")} == {
        f"/a.localhost/{n}" for n in range(2, 5)
    }
    assert len(press.filed()) == 10


def test_our_own_patience_grows_where_no_time_is_stated(press: Press, server: Server) -> None:
    server.routes |= house(server, "a.localhost", feed=reply(b"", 429))
    press.add(server.url("/feed", "a.localhost"))
    waits, now = [], START
    for _ in range(3):
        press.crawl(now)
        (source,) = press.sources.list()
        assert source.due_at is not None
        waits.append((source.due_at - now).total_seconds())
        now = source.due_at + timedelta(seconds=1)
    assert asked(server, "a.localhost").count("/feed") == 3
    for wait, wanted in zip(waits, (60, 120, 240), strict=True):
        assert wanted <= wait < wanted + 30


def test_retry_after_0_is_asked_again_and_then_no_more(press: Press, server: Server) -> None:
    wait = reply(b"", 429, {"Retry-After": "0"})
    server.routes |= house(server, "a.localhost", feed=wait)
    press.add(server.url("/feed", "a.localhost"))
    press.crawl(START)
    assert asked(server, "a.localhost").count("/feed") <= 2


# ------------------------------------------------------------------ hosts that move


class Noting(httpcore.AnyIOBackend):
    """Dials for real, and writes down whom."""

    def __init__(self) -> None:
        super().__init__()
        self.dialled: list[str] = []

    async def connect_tcp(
        self, host: str, *more: object, **named: object
    ) -> httpcore.AsyncNetworkStream:
        self.dialled.append(host)
        return await super().connect_tcp(host, *more, **named)  # type: ignore[arg-type]


class Names:
    """A resolver whose answer may be changed."""

    def __init__(self, *answer: str) -> None:
        self.answer = answer
        self.asked = 0

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked += 1
        return [*self.answer]


def closing(body: bytes, then: Callable[[], None] = lambda: None) -> Behaviour:
    """An answer that ends its connection, so that the next request looks the name up again."""
    head = head_of(200, [("Content-Type", "text/html"), ("Connection", "close")])
    answer = raw(head + body)

    async def behave(request: Request, writer: asyncio.StreamWriter) -> bool:
        then()
        return await answer(request, writer)

    return behave


@pytest.mark.parametrize("moved", ["169.254.169.254", "::ffff:169.254.169.254"])
def test_a_name_that_moves_to_a_forbidden_address_is_not_followed_there(
    press: Press, server: Server, monkeypatch: pytest.MonkeyPatch, moved: str
) -> None:
    names, dialler = Names("127.0.0.1"), Noting()
    monkeypatch.setattr(
        "scraper.fetch.client.Guard", partial(Guard, resolver=names, dialler=dialler)
    )

    def move() -> None:
        names.answer = (moved,)

    server.routes |= {
        "//news.test/feed": rss(["/1", "/2", "/3"]),
        "//news.test/1": closing(article_html("One", "one"), move),
        "//news.test/2": page("Two", "two"),
        "//news.test/3": page("Three", "three"),
    }
    press.add(server.url("/feed", "news.test"))
    outcomes = press.pages(START)
    assert outcomes["/1"] == (Outcome.NEW, None)
    for path in ("/2", "/3"):
        assert (outcomes[path][1] or "").startswith("forbidden_address")
    assert set(dialler.dialled) == {"127.0.0.1"}
    assert asked(server, "news.test") == ["/robots.txt", "/feed", "/1"]


def test_a_name_that_moves_to_another_machine_is_followed(
    press: Press, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    names, dialler = Names("127.0.0.1"), Noting()
    monkeypatch.setattr(
        "scraper.fetch.client.Guard", partial(Guard, resolver=names, dialler=dialler)
    )
    with Server(host="127.0.0.2", port=server.port) as second:

        def move() -> None:
            names.answer = ("127.0.0.2",)

        server.routes |= {
            "/feed": rss(["/1", "/2"]),
            "/1": closing(article_html("One", "one"), move),
        }
        second.routes["/2"] = page("Two", "two")
        press.add(server.url("/feed", "news.test"))
        assert {outcome for outcome, _ in press.pages(START).values()} == {Outcome.NEW}
        assert second.targets() == ["/2"]  # robots.txt is the name's, not the machine's
    assert dialler.dialled == ["127.0.0.1", "127.0.0.2"]


def test_a_name_with_one_forbidden_address_among_its_own_is_refused(
    press: Press, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialler = Noting()
    guard = partial(Guard, resolver=Names("127.0.0.1", "169.254.169.254"), dialler=dialler)
    monkeypatch.setattr("scraper.fetch.client.Guard", guard)
    server.routes |= house(server, "good.localhost")
    press.add(server.url("/feed", "news.test"), server.url("/feed", "good.localhost"))
    events = press.crawl(START)
    (failed,) = [one for one in events if isinstance(one, SourceDone) and one.error is not None]
    assert "forbidden address (cloud metadata)" in str(failed.error)
    assert asked(server, "news.test") == []
    assert len([one for one in events if isinstance(one, PageDone)]) == 3
