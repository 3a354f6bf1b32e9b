"""robots.txt: what it allows, and what its absence means (RFC 9309)."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.errors import ForbiddenAddressError, NetworkError, PausedError, RobotsError
from scraper.fetch import FetchPolicy
from scraper.fetch.budget import TimeBudget
from scraper.fetch.politeness.robots import (
    MAX_BYTES,
    Robots,
    RobotsAnswer,
    RobotsRules,
    decode_robots,
    parse_robots,
)
from scraper.model.types import FetchRequest, RobotsCache, Validators
from tests.clocks import FakeClock
from tests.fetch.kit import MemoryHosts, get, open_fetcher
from tests.servers import Behaviour, Server, drop, endless, raw, redirect, reply, silent
from tests.tables import each_row

pytestmark = pytest.mark.anyio

DENY = "User-agent: *\nDisallow: /\n"


def allows(robots: str, path: str) -> bool:
    return parse_robots(robots).allows(f"http://news.test{path}")


@each_row(
    ("robots", "path", "allowed"),
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow:", "/a", True),
        (DENY, "/a", False),
        (DENY, "/robots.txt", True),
        ("user-AGENT: *\r\ndisallow: /a\rDISALLOW:/b", "/a", False),
        ("user-AGENT: *\r\ndisallow: /a\rDISALLOW:/b", "/b", False),
        # groups: ours replaces `*`, groups of one agent are merged
        (DENY + "User-agent: kliping\nDisallow: /x\n", "/a", True),
        (DENY + "User-agent: kliping\nDisallow: /x\n", "/x", False),
        (DENY + "User-agent: Kliping/9.9 (robot)\nDisallow: /x\n", "/a", True),
        ("User-agent: kliping\nDisallow: /x\n" + DENY, "/a", True),
        (DENY + "User-agent: kliping\nAllow: /\n", "/a", True),
        (DENY + "User-agent: kliping\nCrawl-delay: 3\n", "/a", True),
        ("User-agent: kliping\nDisallow: /x\nUser-agent: kliping\nDisallow: /y", "/x", False),
        ("User-agent: kliping\nDisallow: /x\nUser-agent: kliping\nDisallow: /y", "/y", False),
        ("User-agent: other\nUser-agent: kliping\nDisallow: /x", "/x", False),
        ("User-agent: kliping\n\n# a comment\n\nDisallow: /x", "/x", False),
        # what is no rule ends no group (§2.2.4)
        ("User-agent: kliping\nnoindex: /b\nUser-agent: other\nDisallow: /a", "/a", False),
        ("User-agent: kliping\nSitemap: /s.xml\n\nUser-agent: *\nDisallow: /a", "/a", False),
        ("User-agent: kliping\nCrawl-delay: 2\n\nUser-agent: *\nDisallow: /a", "/a", False),
        (
            "User-agent: kliping\nHost: a.test\nClean-param: s\nUser-agent: *\nDisallow: /a",
            "/a",
            False,
        ),
        ("User-agent: *\n<p>no: line\nUser-agent: kliping\nDissallow: /a", "/a", False),
        ("User-agent: kliping\nDisallow: /x\nnoindex: /b\nUser-agent: *\nDisallow: /a", "/a", True),
        ("User-agent: kliping\nAllow:\nUser-agent: *\nDisallow: /a", "/a", True),
        ("User-agent: kliping\nDisallow: /a\nrequest-rate: 1/5\nDisallow: /b", "/b", False),
        # other names are not ours
        ("User-agent: kliping-news\nDisallow: /", "/a", True),
        ("User-agent: klip\nDisallow: /", "/a", True),
        ("User-agent: kli\nDisallow: /", "/a", True),
        ("User-agent: notkliping\nDisallow: /", "/a", True),
        ("User-agent: another\nDisallow: /\n" + "User-agent: *\nAllow: /", "/a", True),
        # longest match, Allow wins ties, * and $
        ("User-agent: *\nDisallow: /\nAllow: /news", "/news/1", True),
        ("User-agent: *\nAllow: /news\nDisallow: /news/x", "/news/x1", False),
        ("User-agent: *\nDisallow: /news\nAllow: /news", "/news", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/a/b.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/a/b.pdf?x", True),
        ("User-agent: *\nDisallow: /a*c/", "/abbbc/d", False),
        ("User-agent: *\nDisallow: /*?print", "/a?print=1", False),
        ("User-agent: *\nDisallow: /%C3%BC", "/%c3%bc1", False),
        ("User-agent: *\nDisallow: /ü", "/%C3%BC1", False),
        # bad lines void nothing
        ("<html>\nUser-agent: *\n\0\0\nnonsense\nDisallow /b\nDisallow: /a", "/a", False),
        ("Disallow: /\nUser-agent: *\nDisallow: /a", "/b", True),
        ("User-agent: *\nSitemap: http://news.test/s.xml\nDisallow: /a", "/a", False),
        ("<!doctype html><html><body>Not found", "/a", True),
    ],
)
def test_rules(robots: str, path: str, allowed: bool) -> None:
    assert allows(robots, path) is allowed


@given(st.text(max_size=300), st.text(max_size=40))
def test_any_text_has_rules(robots: str, path: str) -> None:
    assert allows(robots, f"/{path}") in (True, False)


def test_a_byte_order_mark_hides_no_group() -> None:
    assert not allows(decode_robots(b"\xef\xbb\xbf" + DENY.encode()), "/a")


def test_a_large_file_counts_up_to_its_last_whole_line() -> None:
    filler = b"# " + b"x" * 97 + b"\n"
    head = b"User-agent: *\nDisallow: /early\n" + filler * 5100  # 510 kB
    assert len(head) < MAX_BYTES
    late = head + b"Disallow: /late\n"
    assert not allows(decode_robots(late), "/late")
    cut = (head + b"#" * (MAX_BYTES - len(head) - 14) + b"\nDisallow: /private")[:MAX_BYTES]
    assert cut.endswith(b"Disallow: /pr"[:13])
    assert allows(decode_robots(cut), "/press")


@pytest.mark.parametrize(
    "robots",
    [
        "User-agent: kliping\n" + "Disallow: /" + "*a" * 100_000 + "b\n",
        "User-agent: kliping\n" + "Disallow: /*a*a*a*a*a*a*b\n" * 10_000,
        "".join(f"User-agent: a{n}\n" for n in range(20_000)) + "Disallow: /x\n" * 10_000,
        "User-agent: *\nDisallow: /x\n" * 10_000,
    ],
)
def test_hostile_rules_are_read(robots: str) -> None:
    rules = parse_robots(robots)
    assert rules.allows("http://news.test/" + "a" * 8000)


async def robots_case(robots: Behaviour) -> tuple[Server, MemoryHosts]:
    hosts = MemoryHosts()
    with Server({"/robots.txt": robots, "/a": reply(b"a")}) as server:
        await get(server.url("/a"), hosts=hosts)
    return server, hosts


@pytest.mark.parametrize("status", [200, 204, 206])
async def test_2xx_is_followed(status: int) -> None:
    body = "" if status == 204 else "User-agent: *\nDisallow: /b"
    server, hosts = await robots_case(reply(body, status))
    assert server.targets() == ["/robots.txt", "/a"]
    copy = hosts.robots[f"http://127.0.0.1:{server.port}"]
    assert (copy.status, copy.text) == (status, body)


@each_row("status", [400, 401, 403, 404, 410, 451, 499])
async def test_4xx_allows_everything(status: int) -> None:
    server, hosts = await robots_case(reply(DENY, status))
    assert hosts.robots[f"http://127.0.0.1:{server.port}"].text == ""


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 599])
async def test_429_and_5xx_forbid_everything(status: int) -> None:
    hosts = MemoryHosts()
    with Server({"/robots.txt": reply("", status), "/a": reply(b"a")}) as server:
        with pytest.raises(RobotsError) as caught:
            await get(server.url("/a"), hosts=hosts)
        assert caught.value.reason == "robots_unreachable"
        assert caught.value.url == server.url("/a")
        assert str(status) in str(caught.value)
        assert server.targets() == ["/robots.txt"]
        assert hosts.robots == {}


async def test_a_throttled_robots_txt_pauses_its_host() -> None:
    hosts = MemoryHosts()
    with Server({"/robots.txt": reply("", 429, {"Retry-After": "60"})}) as server:
        async with open_fetcher(hosts=hosts) as fetcher:
            with pytest.raises(RobotsError):
                await fetcher.fetch(FetchRequest(server.url("/a")))
            with pytest.raises(PausedError):
                await fetcher.fetch(FetchRequest(server.url("/a")))
        assert server.targets() == ["/robots.txt"]


async def test_a_forbidden_page_is_not_asked_for() -> None:
    with Server({"/robots.txt": reply(DENY), "/a": reply(b"a")}) as server:
        with pytest.raises(RobotsError) as caught:
            await get(server.url("/a"))
        assert str(caught.value) == f"{server.url('/a')}: its robots.txt forbids it"
        assert caught.value.reason == "robots"
        assert server.targets() == ["/robots.txt"]


async def test_robots_redirects_are_followed_across_hosts() -> None:
    with Server() as server:
        server.routes |= {
            "//one.test/robots.txt": redirect("/r1"),
            **{f"//one.test/r{n}": redirect(f"/r{n + 1}") for n in range(1, 5)},
            "//one.test/r5": redirect(server.url("/rules", "two.test")),
            "//two.test/rules": reply(DENY),
        }
        with pytest.raises(RobotsError):
            await get(server.url("/a", "one.test"))
        assert len(server.requests) == 8  # with the robots.txt of two.test


@pytest.mark.parametrize("location", ["/robots.txt", "javascript:1", "ftp://two.test/robots.txt"])
async def test_robots_redirects_that_lead_nowhere_allow_everything(location: str) -> None:
    await robots_case(redirect(location))


async def test_a_robots_redirect_to_a_forbidden_address_connects_nowhere() -> None:
    with pytest.raises(ForbiddenAddressError):
        await robots_case(redirect("http://169.254.169.254/robots.txt"))


@pytest.mark.parametrize(
    ("robots", "reason"),
    [(drop(), "protocol"), (silent(), "timeout"), (endless(b"HTTP/1.1 ", b"2", 0.05), "timeout")],
)
async def test_a_host_that_is_down_is_a_network_error_of_the_page(
    robots: Behaviour, reason: str
) -> None:
    policy = FetchPolicy(allow_private=True, deadline=0.3)
    with Server({"/robots.txt": robots, "/a": reply(b"a")}) as server:
        with pytest.raises(NetworkError) as caught:
            await get(server.url("/a"), policy=policy)
        assert (caught.value.reason, caught.value.url) == (reason, server.url("/a"))
        assert server.targets() == ["/robots.txt"]


@pytest.mark.parametrize(
    ("robots", "said"),
    [
        (drop(), "its robots.txt could not be read: "),
        (raw(b"HTP 200\r\n\r\n"), "not a valid HTTP answer (illegal status line: 'HTP 200')"),
    ],
)
async def test_what_is_wrong_with_a_robots_txt_is_told_as_its_own(
    robots: Behaviour, said: str
) -> None:
    with Server({"/robots.txt": robots}) as server:
        with pytest.raises(NetworkError) as caught:
            await get(server.url("/a"))
        assert "its robots.txt could not be read" in caught.value.detail
        assert said in caught.value.detail


async def test_a_robots_txt_that_cannot_be_decoded_forbids() -> None:
    with pytest.raises(RobotsError) as caught:
        await robots_case(reply(b"no gzip", headers={"Content-Encoding": "gzip"}))
    assert caught.value.reason == "robots_unreachable"


async def test_an_endless_robots_txt_is_cut() -> None:
    head = b"HTTP/1.1 200 OK\r\n\r\nUser-agent: *\nDisallow: /b\n"
    server, hosts = await robots_case(endless(head, b"# more\n" * 1000))
    assert len(hosts.robots[f"http://127.0.0.1:{server.port}"].text) <= MAX_BYTES


async def test_a_failure_is_asked_again_after_a_minute() -> None:
    clock = FakeClock()
    with Server({"/robots.txt": [reply("", 500), reply("")], "/a": reply(b"a")}) as server:
        async with open_fetcher(clock=clock) as fetcher:
            for wait in (0, 30, 29):
                clock.advance(wait)
                with pytest.raises(RobotsError):
                    await fetcher.fetch(FetchRequest(server.url("/a")))
            assert server.targets() == ["/robots.txt"]
            clock.advance(1.5)
            await fetcher.fetch(FetchRequest(server.url("/a")))
        assert server.targets() == ["/robots.txt"] * 2 + ["/a"]


async def test_a_copy_rules_for_24_hours_by_the_wall_clock_across_runs() -> None:
    clock, hosts = FakeClock(), MemoryHosts()
    with Server({"/robots.txt": [reply(""), reply(DENY)], "/a": reply(b"a")}) as server:
        await get(server.url("/a"), clock=clock, hosts=hosts)
        clock.set_wall(clock.now() + timedelta(hours=24))
        await get(server.url("/a"), clock=clock, hosts=hosts)
        assert server.targets() == ["/robots.txt", "/a", "/a"]
        clock.set_wall(clock.now() + timedelta(seconds=1))
        with pytest.raises(RobotsError):
            await get(server.url("/a"), clock=clock, hosts=hosts)
        assert server.targets() == ["/robots.txt", "/a", "/a", "/robots.txt"]


async def test_a_copy_grows_old_within_a_run_too() -> None:
    clock = FakeClock()
    with Server({"/robots.txt": [reply(""), reply(DENY)], "/a": reply(b"a")}) as server:
        async with open_fetcher(clock=clock) as fetcher:
            await fetcher.fetch(FetchRequest(server.url("/a")))
            clock.set_wall(clock.now() + timedelta(hours=25))
            with pytest.raises(RobotsError):
                await fetcher.fetch(FetchRequest(server.url("/a")))


@pytest.mark.parametrize(("hours", "asked"), [(1, False), (23.9, False), (25, True), (-1, True)])
async def test_a_copy_stands_in_for_an_unreachable_file(hours: float, asked: bool) -> None:
    """One not older than a day; one from the future says nothing of its age."""
    clock, hosts = FakeClock(), MemoryHosts()
    with Server({"/robots.txt": reply("", 500), "/a": reply(b"a")}) as server:
        origin = f"http://127.0.0.1:{server.port}"
        hosts.robots[origin] = RobotsCache(origin, 200, "", clock.now() - timedelta(hours=hours))
        if asked:
            with pytest.raises(RobotsError):
                await get(server.url("/a"), clock=clock, hosts=hosts)
        else:
            await get(server.url("/a"), clock=clock, hosts=hosts)


DAY_AND_A_BIT = timedelta(hours=25)
DATE = "Sun, 01 Mar 2026 08:00:00 GMT"


@pytest.mark.parametrize(
    ("fields", "sent"),
    [
        ({"ETag": 'W/"1"', "Last-Modified": DATE}, ("if-none-match", 'W/"1"')),
        ({"Last-Modified": DATE}, ("if-modified-since", DATE)),
    ],
)
async def test_an_old_copy_is_asked_for_with_its_validators_and_304_renews_it(
    fields: dict[str, str], sent: tuple[str, str]
) -> None:
    clock, hosts = FakeClock(), MemoryHosts()
    routes: Any = {"/robots.txt": [reply(DENY, headers=fields), reply(b"", 304)], "/a": reply(b"a")}
    with Server(routes) as server:
        origin = f"http://127.0.0.1:{server.port}"
        for _ in range(3):  # in runs of their own
            with pytest.raises(RobotsError, match="forbids it"):
                await get(server.url("/a"), clock=clock, hosts=hosts)
            assert hosts.robots[origin].fetched_at == clock.now()
            clock.set_wall(clock.now() + DAY_AND_A_BIT)
        first, second, third = server.requests
        conditions = [name for name, _ in first.headers if name.lower().startswith("if-")]
        assert conditions == []
        for request in (second, third):
            names = [name.lower() for name, _ in request.headers if name.lower().startswith("if-")]
            assert (names, request.header(sent[0])) == ([sent[0]], sent[1])
    copy = hosts.robots[origin]
    assert (copy.status, copy.text) == (200, DENY)
    assert copy.validators == Validators(fields.get("ETag"), DATE)


async def test_a_changed_file_takes_the_old_ones_place() -> None:
    clock, hosts = FakeClock(), MemoryHosts()
    first, second = reply(DENY, headers={"ETag": '"1"'}), reply(b"", headers={"ETag": '"2"'})
    with Server({"/robots.txt": [first, second], "/a": reply(b"a")}) as server:
        async with open_fetcher(clock=clock, hosts=hosts) as fetcher:
            with pytest.raises(RobotsError):
                await fetcher.fetch(FetchRequest(server.url("/a")))
            clock.set_wall(clock.now() + DAY_AND_A_BIT)
            await fetcher.fetch(FetchRequest(server.url("/a")))
        assert server.requests[1].header("if-none-match") == '"1"'
        copy = hosts.robots[f"http://127.0.0.1:{server.port}"]
        assert (copy.text, copy.validators) == ("", Validators('"2"'))


@pytest.mark.parametrize("status", [404, 403])
async def test_validators_of_an_error_are_not_kept(status: int) -> None:
    server, hosts = await robots_case(reply(b"none", status, {"ETag": '"1"'}))
    assert hosts.robots[f"http://127.0.0.1:{server.port}"].validators == Validators()


async def test_validators_of_another_status_are_not_sent() -> None:
    clock, hosts = FakeClock(), MemoryHosts()
    with Server({"/robots.txt": reply(b""), "/a": reply(b"a")}) as server:
        origin = f"http://127.0.0.1:{server.port}"
        before = clock.now() - DAY_AND_A_BIT
        hosts.robots[origin] = RobotsCache(origin, 404, "", before, Validators('"1"'))
        await get(server.url("/a"), clock=clock, hosts=hosts)
        assert server.requests[0].header("if-none-match") is None


async def test_validators_of_a_redirects_target_are_not_kept_and_never_sent_there() -> None:
    clock, hosts = FakeClock(), MemoryHosts()
    with Server() as server:
        server.routes |= {
            "//one.test/robots.txt": redirect(server.url("/rules", "two.test")),
            "//two.test/rules": reply(b"", headers={"ETag": '"two"'}),
            "//one.test/a": reply(b"a"),
        }
        await get(server.url("/a", "one.test"), clock=clock, hosts=hosts)
        origin = f"http://one.test:{server.port}"
        assert hosts.robots[origin].validators == Validators()
        hosts.robots[origin] = replace(
            hosts.robots[origin],
            fetched_at=clock.now() - DAY_AND_A_BIT,
            validators=Validators('"one"'),
        )
        server.requests.clear()
        await get(server.url("/a", "one.test"), clock=clock, hosts=hosts)
        assert [request.header("if-none-match") for request in server.requests] == [
            '"one"', None, None, None,
        ]  # fmt: skip


async def test_a_304_that_nobody_asked_for_is_no_robots_txt() -> None:
    with pytest.raises(NetworkError) as caught:
        await robots_case(reply(b"", 304))
    assert caught.value.reason == "protocol"


@pytest.mark.parametrize("answer", [reply("", 500), reply("", 429), drop()])
async def test_an_older_copy_does_not_rule_where_the_file_is_unreachable(answer: Behaviour) -> None:
    """RFC 9309 §2.3.1.4: nothing may be fetched, and the old copy is kept as it was."""
    clock, hosts = FakeClock(), MemoryHosts()
    with Server({"/robots.txt": answer, "/a": reply(b"a")}) as server:
        origin = f"http://127.0.0.1:{server.port}"
        old = RobotsCache(origin, 200, "", clock.now() - DAY_AND_A_BIT, Validators('"1"'))
        hosts.robots[origin] = old
        with pytest.raises((RobotsError, NetworkError)):
            await get(server.url("/a"), clock=clock, hosts=hosts)
        assert server.pages() == []
        assert hosts.robots[origin] == old


async def test_failures_in_a_row_are_asked_again_ever_later() -> None:
    clock = FakeClock()
    with Server({"/robots.txt": reply("", 500)}) as server:
        async with open_fetcher(clock=clock) as fetcher:
            for wait in (0, 61, 61, 60, 3601, 3601):
                clock.advance(wait)
                with pytest.raises(RobotsError):
                    await fetcher.fetch(FetchRequest(server.url("/a")))
        assert len(server.requests) == 5  # the third wait was too short


ORIGIN = "https://news.test"


@each_row(
    ("robots", "sitemaps"),
    [
        ("", ()),
        ("Sitemap: https://news.test/s.xml", ("https://news.test/s.xml",)),
        ("\ufeffSitemap: https://news.test/s.xml", ("https://news.test/s.xml",)),
        ("SITEMAP:https://news.test/s.xml\r\nsiteMap : /news.xml?a=1\rsite-map: n.xml",
         ("https://news.test/s.xml", "https://news.test/news.xml?a=1", "https://news.test/n.xml")),
        ("Sitemap https://news.test/s.xml", ("https://news.test/s.xml",)),
        ("\t Sitemap:\t<https://NEWS.test/s.xml>  # the main one", ("https://news.test/s.xml",)),
        ("Sitemap: //cdn.test/s.xml.gz", ("https://cdn.test/s.xml.gz",)),
        ("Sitemap: http://other.test/s.xml#x", ("http://other.test/s.xml",)),
        ("User-agent: x\nDisallow: /\nSitemap: /in/a/group.xml", ("https://news.test/in/a/group.xml",)),
        ("Sitemap: /a\nSitemap: https://news.test/a\nSitemap: /b\nSitemap: /a",
         ("https://news.test/a", "https://news.test/b")),
        ("Sitemap:\nSitemap: #none\nSitemap: ftp://news.test/s\nSitemap: javascript:1\n"
         "Sitemap: http://\nSitemap: http://[::1\nSitemap: https://ok.test/", ("https://ok.test/",)),
        ("Sitemaps: /a\n# Sitemap: /b\nX-Sitemap: /c", ()),
        ("Sitemap: /karte für alle.xml", ("https://news.test/karte%20f%C3%BCr%20alle.xml",)),
    ],
)  # fmt: skip
def test_sitemap_lines(robots: str, sitemaps: tuple[str, ...]) -> None:
    text = decode_robots(robots.encode())
    assert parse_robots(text, ORIGIN).sitemaps == sitemaps


def test_the_first_fifty_sitemaps_count() -> None:
    lines = (f"Sitemap: /{number}.xml" for number in range(60))
    found = parse_robots("\n".join(lines), ORIGIN).sitemaps
    assert found == tuple(f"{ORIGIN}/{number}.xml" for number in range(50))


@pytest.mark.parametrize(
    "robots",
    [
        "Sitemap:" + " " * 500_000,
        "Sitemap: " + "a" * 500_000,
        " " * 500_000 + "Sitemap",
        "Sitemap: x:/\n" * 40_000,
        "".join(f"Sitemap: http://h{n}:99999/\n" for n in range(20_000)),
    ],
)
def test_hostile_sitemap_lines_name_none(robots: str) -> None:
    assert parse_robots(robots, ORIGIN).sitemaps == ()


@given(st.text(max_size=200))
def test_any_sitemap_line_is_an_address_or_none(value: str) -> None:
    for found in parse_robots(f"Sitemap: {value}", ORIGIN).sitemaps:
        assert found.startswith(("http://", "https://"))


async def test_the_fetcher_tells_an_origins_sitemaps() -> None:
    robots = reply(DENY + "Sitemap: /s.xml\nSitemap: http://cdn.test/t.xml")
    with Server({"/robots.txt": robots}) as server:
        async with open_fetcher() as fetcher:
            found = await fetcher.sitemaps_of(server.url("/some/page"))
            assert found == (server.url("/s.xml"), "http://cdn.test/t.xml")
            await fetcher.sitemaps_of(server.url("/other"))
        assert server.targets() == ["/robots.txt"]


@pytest.mark.parametrize(
    ("robots", "error"), [(reply("", 500), RobotsError), (drop(), NetworkError)]
)
async def test_sitemaps_that_cannot_be_known(robots: Behaviour, error: type[Exception]) -> None:
    with Server({"/robots.txt": robots}) as server:
        async with open_fetcher() as fetcher:
            with pytest.raises(error) as caught:
                await fetcher.sitemaps_of(server.url("/a"))
            assert caught.value.url == server.url("/a")  # type: ignore[attr-defined]
            with pytest.raises(ForbiddenAddressError):
                await fetcher.sitemaps_of("http://169.254.169.254/")


async def test_each_origin_has_its_own() -> None:
    with Server() as server:
        server.routes |= {
            "//one.test/robots.txt": reply(DENY),
            "//one.test/a": reply(b"a"),
            "//two.test/a": reply(b"a"),
        }
        async with open_fetcher() as fetcher:
            with pytest.raises(RobotsError):
                await fetcher.fetch(FetchRequest(server.url("/a", "one.test")))
            await fetcher.fetch(FetchRequest(server.url("/a", "two.test")))


async def test_http_1_0_without_a_length_is_fine() -> None:
    await robots_case(raw(b"HTTP/1.0 200 OK\r\n\r\nUser-agent: *\nDisallow: /b\n"))


async def test_few_large_files_are_kept_parsed_and_many_small_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of a file of 40,000 rules Protego makes 42 MB."""
    parsed: list[str] = []

    def recording(text: str, origin: str = "") -> RobotsRules:
        parsed.append(origin)
        return parse_robots(text, origin)

    monkeypatch.setattr("scraper.fetch.politeness.robots.parse_robots", recording)
    hosts, clock = MemoryHosts(), FakeClock()
    texts = {"large": "User-agent: *\n" + "Disallow: /x\n" * 30_000, "small": DENY}
    for name in ("large-1", "large-2", *(f"small-{number}" for number in range(100))):
        origin = f"http://{name}.test"
        text = texts[name.partition("-")[0]]
        hosts.robots[origin] = RobotsCache(origin, 200, text, clock.now())
    robots = Robots(hosts, clock, never)
    small = [f"http://small-{number}.test" for number in range(100)]
    large = ["http://large-1.test", "http://large-2.test"]
    for origin in (*small, *large, *large, *small, *small):
        rules = await robots.rules_for(f"{origin}/a")
        assert rules.allows(f"{origin}/a") is (origin in large)
    assert Counter(parsed) == dict.fromkeys(small, 1) | dict.fromkeys(large, 2)


async def never(address: str, validators: Validators, budget: TimeBudget | None) -> RobotsAnswer:
    raise AssertionError(f"{address} was asked for")


async def test_the_robots_files_of_redirects_share_the_deadline() -> None:
    """Ten of them, each with a robots.txt that just comes in time, were five minutes."""
    policy = FetchPolicy(allow_private=True, deadline=0.8)
    slow = raw(b"HTTP/1.1 404 Not Found\r\n", b"Content-Length: 0\r\n\r\n", every=0.5)
    with ExitStack() as stack:
        last = stack.enter_context(Server({"/robots.txt": slow, "/": reply(b"a")}))
        url = last.url("/")
        for _ in range(5):
            hop = Server({"/robots.txt": slow, "/": redirect(url)})
            url = stack.enter_context(hop).url("/")
        async with open_fetcher(policy) as fetcher:
            with pytest.raises(NetworkError, match=r"no complete answer within 0\.8 s"):
                await fetcher.fetch(FetchRequest(url))
    assert last.targets() == []


async def test_a_redirects_robots_txt_that_had_too_little_time_is_no_failure() -> None:
    policy = FetchPolicy(allow_private=True, deadline=0.8)
    slow = raw(b"HTTP/1.1 404 Not Found\r\n", b"Content-Length: 0\r\n\r\n", every=0.5)
    with Server({"/robots.txt": slow, "/": reply(b"a")}) as there:
        target = there.url("/")
        late = raw(f"HTTP/1.1 302 Found\r\nLocation: {target}\r\n".encode(), b"\r\n", every=0.6)
        with Server({"/": late}) as here:
            async with open_fetcher(policy) as fetcher:
                with pytest.raises(NetworkError, match=r"no complete answer within 0\.8 s"):
                    await fetcher.fetch(FetchRequest(here.url("/")))
                assert (await fetcher.fetch(FetchRequest(target))).body == b"a"
