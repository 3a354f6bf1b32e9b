"""Hosts of one site that share a machine share its one request and its delay; and the limit over
all hosts together."""

from __future__ import annotations

import asyncio
import logging
import random

import pytest

from scraper.clock import SystemClock
from scraper.errors import NetworkError, PausedError
from scraper.fetch import PacePolicy
from scraper.fetch.guard import Guard, ResolutionError
from scraper.fetch.politeness import Pace
from scraper.model.types import FetchRequest
from tests.clocks import FakeClock
from tests.fetch.kit import MemoryHosts, get, open_fetcher
from tests.servers import Behaviour, Server, redirect, reply
from tests.tables import each_row

pytestmark = pytest.mark.anyio

ONE, TWO, SIX = "192.0.2.1", "192.0.2.2", "2001:db8::1"


def pace(policy: PacePolicy | None = None, clock: FakeClock | None = None) -> Pace:
    return Pace(policy or PacePolicy(0), MemoryHosts(), clock or FakeClock())


async def overlap(first: tuple[str, set[str]], second: tuple[str, set[str]]) -> bool:
    """Whether the second is asked while the first one is being asked."""
    lanes = pace()

    async def ask() -> None:
        async with lanes.turn(second[0], addresses=second[1]):
            pass

    async with lanes.turn(first[0], addresses=first[1]):
        asking = asyncio.create_task(ask())
        for _ in range(10):
            await asyncio.sleep(0)
        done = asking.done()
    await asking
    return done


@each_row(
    ("first", "second", "shared"),
    [
        (("http://www.news.test/", {ONE}), ("http://m.news.test/", {ONE}), True),
        (("http://www.news.test/", {ONE}), ("https://m.news.test/", {ONE}), True),
        (("http://www.news.test/", {ONE, SIX}), ("http://news.test/", {TWO, SIX}), True),
        (("http://a.press.co.id/", {ONE}), ("http://b.press.co.id/", {ONE}), True),
        (("http://a.news.test:81/", {ONE}), ("http://b.news.test:81/", {ONE}), True),
        # the port tells two servers apart
        (("http://a.news.test:81/", {ONE}), ("http://b.news.test:82/", {ONE}), False),
        (("http://a.news.test:81/", {ONE}), ("http://b.news.test/", {ONE}), False),
        # different machines
        (("http://www.news.test/", {ONE}), ("http://m.news.test/", {TWO}), False),
        (("http://www.news.test/", {ONE}), ("http://m.news.test/", {SIX}), False),
        # different owners on one machine: shared hosting, a CDN
        (("http://www.news.test/", {ONE}), ("http://www.other.test/", {ONE}), False),
        (("http://a.co.id/", {ONE}), ("http://b.co.id/", {ONE}), False),
        (("http://a.github.io/", {ONE}), ("http://b.github.io/", {ONE}), False),
        # names on a shared host: outlets of their own, and one owner's machine
        (("http://a.medium.com/", {ONE}), ("http://b.medium.com/", {ONE}), True),
        (("http://a.substack.com/", {ONE}), ("http://b.substack.com/", {ONE}), True),
        (("http://a.substack.com/", {ONE}), ("http://b.medium.com/", {ONE}), False),
        # nothing known
        (("http://www.news.test/", set()), ("http://m.news.test/", set()), False),
        # a host is one whatever its addresses
        (("http://www.news.test/", {ONE}), ("http://www.news.test/x", {TWO}), True),
        (("http://www.news.test/", {ONE}), ("https://www.news.test/", set()), True),
    ],
)
async def test_who_waits_for_whom(
    first: tuple[str, set[str]], second: tuple[str, set[str]], shared: bool
) -> None:
    assert await overlap(first, second) is not shared
    assert await overlap(second, first) is not shared


async def test_a_machine_has_one_delay_and_the_longest_crawl_delay_on_either_side() -> None:
    clock = FakeClock()
    lanes = pace(PacePolicy(), clock)
    for host, crawl_delay in (("www", None), ("m", None), ("slow", 7.0), ("www", None)):
        async with lanes.turn(f"http://{host}.news.test/", crawl_delay, {ONE}):
            pass
    async with lanes.turn("http://other.test/", None, {ONE}):
        pass
    assert clock.slept == [1.0, 7.0, 7.0]


async def test_a_pause_is_of_one_host_alone() -> None:
    clock, hosts = FakeClock(), MemoryHosts()
    with Server() as server:
        server.routes |= {"//a.news.test/x": reply(b"", 429), "//b.news.test/x": reply(b"b")}
        async with open_fetcher(hosts=hosts, clock=clock) as fetcher:
            with pytest.raises(PausedError):
                await fetcher.fetch(FetchRequest(server.url("/x", "a.news.test")))
            await fetcher.fetch(FetchRequest(server.url("/x", "b.news.test")))
        assert list(hosts.hosts) == [f"a.news.test:{server.port}"]


async def test_no_two_wait_for_each_other_and_none_meet() -> None:
    """Many requests with overlapping addresses, in any order: each gets its turn."""
    random.seed(1)
    lanes = pace(PacePolicy(0, concurrency=5))
    busy: list[set[str]] = []
    most = 0

    async def ask(number: int) -> None:
        nonlocal most
        addresses = set(random.sample("abcdefgh", random.randint(0, 4)))
        async with lanes.turn(f"http://h{number % 20}.news.test/", addresses=addresses):
            keys = addresses | {str(number % 20)}
            assert not any(keys & other for other in busy)
            busy.append(keys)
            most = max(most, len(busy))
            for _ in range(random.randint(0, 5)):
                await asyncio.sleep(0)
            busy.remove(keys)

    async with asyncio.timeout(300):
        await asyncio.gather(*(ask(number) for number in range(400)))
    assert 1 < most <= 5


async def test_a_cancelled_wait_leaves_every_lane_free() -> None:
    lanes = pace()

    async def ask(addresses: set[str]) -> None:
        async with lanes.turn("http://b.news.test/", addresses=addresses):
            pass

    async with lanes.turn("http://a.news.test/", addresses={TWO}):
        waiting = asyncio.create_task(ask({ONE, TWO}))
        await asyncio.sleep(0.01)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    async with asyncio.timeout(300):
        await ask({ONE, TWO})
    assert not any(lane.users or lane.lock.locked() for lane in lanes._lanes.values())


async def test_many_machines_are_forgotten_again() -> None:
    clock = FakeClock()
    lanes = pace(PacePolicy(), clock)
    for number in range(6000):
        clock.advance(1)
        addresses = {f"10.0.{number % 256}.{number // 256}", SIX}
        async with lanes.turn(f"http://a.host{number}.test/", addresses=addresses):
            pass
    assert len(lanes._lanes) <= 4096


async def test_the_cap_on_a_crawl_delay_is_reported_once(caplog: pytest.LogCaptureFixture) -> None:
    lanes = pace(PacePolicy(max_crawl_delay=5))
    with caplog.at_level(logging.INFO, "scraper.fetch.politeness"):
        for _ in range(3):
            async with lanes.turn("http://news.test/", 600.0):
                pass
    assert caplog.messages == ["news.test: Crawl-delay of 600 s capped at 5 s"]


# --------------------------------------------------------------------- through the fetcher


def lingering(seconds: float = 0.02) -> Behaviour:
    answer = reply(b"a")

    async def behave(request: object, writer: object) -> bool:
        await asyncio.sleep(seconds)
        return await answer(request, writer)  # type: ignore[arg-type]

    return behave


def guard_of(addresses: dict[str, list[str]]) -> Guard:
    async def resolve(host: str, port: int) -> list[str]:
        if host not in addresses:
            raise ResolutionError("unknown name")
        return addresses[host]

    return Guard(allow_private=True, resolver=resolve)


@pytest.mark.parametrize(
    ("hosts", "at_once"),
    [
        (("www.news.test", "m.news.test", "news.test"), 1),
        (("www.news.test", "www.other.test", "www.third.test"), 3),
        (("a.news.localhost", "b.news.localhost"), 1),
        (("news.localhost", "other.localhost"), 2),
    ],
)
async def test_requests_at_once(hosts: tuple[str, ...], at_once: int) -> None:
    names = {host: ["127.0.0.1"] for host in hosts}
    with Server({"/a": lingering()}) as server:
        async with open_fetcher(clock=SystemClock(), guard=guard_of(names)) as fetcher:
            urls = [server.url("/a", host) for host in hosts] * 3
            await asyncio.gather(*(fetcher.fetch(FetchRequest(url)) for url in urls))
        assert server.most_at_once == at_once


async def test_a_name_is_looked_up_once_for_this_and_once_for_each_connection() -> None:
    asked: list[str] = []

    async def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    with Server({"/a": reply(b"a")}) as server:
        guard = Guard(allow_private=True, resolver=resolve)
        async with open_fetcher(guard=guard) as fetcher:
            for _ in range(5):
                await fetcher.fetch(FetchRequest(server.url("/a", "www.news.test")))
                await fetcher.fetch(FetchRequest(server.url("/a", "127.0.0.1")))
    assert asked == ["www.news.test"] * 2


async def test_a_name_without_an_address_is_asked_for_again() -> None:
    names: dict[str, list[str]] = {}
    with Server({"/a": reply(b"a")}) as server:
        async with open_fetcher(guard=guard_of(names), clock=(clock := FakeClock())) as fetcher:
            url = server.url("/a", "www.news.test")
            with pytest.raises(NetworkError) as caught:
                await fetcher.fetch(FetchRequest(url))
            assert caught.value.reason == "dns"
            names["www.news.test"] = ["127.0.0.1"]
            clock.advance(61)
            assert (await fetcher.fetch(FetchRequest(url))).status == 200


async def test_a_redirect_between_hosts_of_one_machine_does_not_wait_for_itself() -> None:
    clock = FakeClock()
    with Server() as server:
        server.routes |= {
            "//news.test/robots.txt": redirect(server.url("/robots.txt", "www.news.test")),
            "//news.test/a": redirect(server.url("/b", "www.news.test")),
            "//www.news.test/b": redirect(server.url("/c", "m.news.test")),
            "//m.news.test/c": reply(b"there"),
        }
        async with asyncio.timeout(300):
            response = await get(server.url("/a", "news.test"), pace=PacePolicy(), clock=clock)
        assert response.body == b"there"
        assert server.most_at_once == 1
        assert clock.slept == [1.0] * (len(server.requests) - 1)


# --------------------------------------------------------------------- all hosts together


async def test_the_number_of_requests_under_way_is_limited() -> None:
    with Server({"/a": lingering()}) as server:
        policy = PacePolicy(0, concurrency=3)
        async with open_fetcher(pace=policy, clock=SystemClock()) as fetcher:
            urls = [server.url("/a", f"h{number}.test") for number in range(12)]
            await asyncio.gather(*(fetcher.fetch(FetchRequest(url)) for url in urls))
        assert server.most_at_once == 3


class PatientClock(FakeClock):
    """Whoever sleeps does so until it is released."""

    def __init__(self) -> None:
        super().__init__()
        self.release = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await self.release.wait()


async def test_who_waits_for_the_pace_is_not_under_way() -> None:
    clock = PatientClock()
    lanes = pace(PacePolicy(1.0, concurrency=1), clock)

    async def ask(host: str) -> None:
        async with lanes.turn(f"http://{host}.test/"):
            pass

    await ask("slow")
    waiting = [asyncio.create_task(ask("slow")) for _ in range(3)]
    await asyncio.sleep(0.01)
    assert clock.slept == [1.0]
    async with asyncio.timeout(300):
        for number in range(10):
            await ask(f"h{number}")
    assert not any(task.done() for task in waiting)
    clock.release.set()
    await asyncio.gather(*waiting)
