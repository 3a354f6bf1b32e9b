"""Redirects are followed by hand: each hop through the robots and the pace of its own host."""

from __future__ import annotations

import pytest

from scraper.errors import PausedError, RedirectError, RobotsError
from scraper.fetch import PacePolicy
from scraper.model.types import FetchRequest, Validators
from tests.clocks import FakeClock
from tests.fetch.kit import MemoryHosts, get, open_fetcher
from tests.servers import Routes, Server, redirect, reply

pytestmark = pytest.mark.anyio


def chain(length: int) -> Routes:
    """``/0`` leads to the end over ``length`` redirects."""
    hops: Routes = {f"/{n}": redirect(f"/{n + 1}") for n in range(length)}
    return {**hops, f"/{length}": reply(b"end")}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_each_kind_of_redirect_is_followed(status: int) -> None:
    routes = {"/a": redirect("b?x=1#top", status), "/b": reply(b"there")}
    with Server(routes) as server:
        response = await get(server.url("/a"))
        assert response.body == b"there"
        assert response.requested_url == server.url("/a")
        assert response.url == server.url("/b?x=1")
        assert response.redirects == (server.url("/a"),)


@pytest.mark.parametrize("status", [300, 305, 399])
async def test_other_3xx_and_a_redirect_without_a_target_are_answers(status: int) -> None:
    with Server({"/a": redirect("/b", status), "/c": reply(b"", 302)}) as server:
        assert (await get(server.url("/a"))).status == status
        assert (await get(server.url("/c"))).status == 302


async def test_ten_redirects_are_followed_and_the_eleventh_is_not() -> None:
    with Server(chain(10)) as server:
        response = await get(server.url("/0"))
        assert response.body == b"end"
        assert response.redirects == tuple(server.url(f"/{n}") for n in range(10))
    with Server(chain(11)) as server:
        with pytest.raises(RedirectError) as caught:
            await get(server.url("/0"))
        assert caught.value.reason == "redirects"
        assert len(server.pages()) == 11


async def test_a_circle_is_noticed() -> None:
    with Server({"/a": redirect("/b"), "/b": redirect("/a"), "/c": redirect("/c")}) as server:
        for path in ("/a", "/c"):
            with pytest.raises(RedirectError) as caught:
                await get(server.url(path))
            assert caught.value.reason == "redirects"
        assert len(server.pages()) == 3


async def test_a_location_in_raw_utf8() -> None:
    with Server({"/a": redirect("/über uns"), "/%C3%BCber%20uns": reply(b"ok")}) as server:
        assert (await get(server.url("/a"))).body == b"ok"


async def test_another_host_gets_nothing_that_was_for_the_first() -> None:
    with Server() as server:
        server.routes |= {
            "//one.test/a": reply(b"", 302, [("Location", server.url("/b", "two.test")),
                                             ("Set-Cookie", "secret=1")]),
            "//two.test/b": reply(b"b"),
        }  # fmt: skip
        validators = Validators('"private"', None)
        response = await get(server.url("/a", "one.test"), validators)
        assert response.url == server.url("/b", "two.test")
        second = server.pages()[1]
        names = {name.lower() for name, _ in second.headers}
        assert names == {"host", "user-agent", "accept", "accept-encoding", "connection"}
        assert second.header("host") == f"two.test:{server.port}"


async def test_the_target_hosts_robots_txt_holds() -> None:
    with Server() as server:
        server.routes |= {
            "//one.test/a": redirect(server.url("/b", "two.test")),
            "//two.test/robots.txt": reply(b"User-agent: *\nDisallow: /b"),
            "//two.test/b": reply(b"b"),
        }
        with pytest.raises(RobotsError) as caught:
            await get(server.url("/a", "one.test"))
        assert caught.value.url == server.url("/a", "one.test")
        assert f"redirected to {server.url('/b', 'two.test')}" in str(caught.value)
        assert [request.target for request in server.pages()] == ["/a"]


async def test_the_target_hosts_pace_and_pause_hold() -> None:
    clock, hosts = FakeClock(), MemoryHosts()
    with Server() as server:
        server.routes |= {
            "//one.test/a": redirect(server.url("/b", "two.test")),
            "//two.test/b": [reply(b"b"), reply(b"", 429, {"Retry-After": "300"})],
        }
        async with open_fetcher(pace=PacePolicy(2.0), hosts=hosts, clock=clock) as fetcher:
            await fetcher.fetch(FetchRequest(server.url("/a", "one.test")))
            assert clock.slept == [2.0, 2.0]  # each host: robots.txt, then the page
            with pytest.raises(PausedError) as caught:
                await fetcher.fetch(FetchRequest(server.url("/a", "one.test")))
            assert caught.value.reason == "http_429"
            assert caught.value.url == server.url("/a", "one.test")
            assert await fetcher.paused_until(server.url("/x", "one.test")) is None
            assert await fetcher.paused_until(server.url("/x", "two.test")) == caught.value.until
        assert list(hosts.hosts) == [f"two.test:{server.port}"]


async def test_a_host_of_symbols_is_led_to_and_from() -> None:
    with Server({"/c": reply(b"there")}) as server:
        pizza = server.url("/b", "🍕.localhost")
        server.routes["/a"] = redirect(pizza)
        back = {"Location": server.url("/c"), "Set-Cookie": "a=b"}
        server.routes["/b"] = reply(b"", 302, back)
        response = await get(server.url("/a"))
        assert response.body == b"there"
        assert response.redirects == (server.url("/a"), server.url("/b", "xn--vi8h.localhost"))
        hosts = [request.header("host") for request in server.requests if request.target == "/b"]
        assert hosts == [f"xn--vi8h.localhost:{server.port}"]
