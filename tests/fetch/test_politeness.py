"""The pace of a host, and the pause that it may ask for."""

from __future__ import annotations

import asyncio
import itertools
from datetime import timedelta

import pytest

from scraper.clock import SystemClock
from scraper.errors import NetworkError, PausedError
from scraper.fetch import PacePolicy
from scraper.fetch.politeness import Pace, adaptive_delay
from scraper.model.types import FetchRequest, HostState, Validators
from tests.clocks import FakeClock
from tests.fetch.kit import MemoryHosts, get, open_fetcher
from tests.servers import Behaviour, Server, drop, raw, reply
from tests.tables import each_row

pytestmark = pytest.mark.anyio

URL = "http://news.test/a"


def slow(clock: FakeClock, seconds: float) -> Behaviour:
    """An answer that takes the host some time."""
    answer = reply(b"a")

    async def behave(request: object, writer: object) -> bool:
        clock.advance(seconds)
        return await answer(request, writer)  # type: ignore[arg-type]

    return behave


async def test_requests_to_a_host_are_a_second_apart_and_hosts_do_not_wait_for_each_other() -> None:
    clock = FakeClock()
    with Server({"/a": reply(b"a")}) as server:
        async with open_fetcher(pace=PacePolicy(), clock=clock) as fetcher:
            for name in ("one.test", "two.test", "one.test", "one.test"):
                await fetcher.fetch(FetchRequest(server.url("/a", name)))
    assert clock.slept == [
        1.0,
        1.0,
        1.0,
    ]  # twice after robots.txt; by the third page a second is over


@each_row(
    ("response_time", "min_delay", "delay"),
    [(0, 1, 1), (0.1, 1, 1), (0.5, 1, 2.5), (30, 1, 10), (30, 0, 0), (0.5, 0, 0), (1, 0.2, 2)],
)
def test_the_adaptive_delay(response_time: float, min_delay: float, delay: float) -> None:
    assert adaptive_delay(response_time, min_delay) == delay


async def test_a_slow_host_is_given_more_time() -> None:
    clock = FakeClock()
    routes = {"/a": slow(clock, 0.8), "/b": slow(clock, 100), "/c": reply(b"c")}
    with Server(routes) as server:
        async with open_fetcher(pace=PacePolicy(), clock=clock) as fetcher:
            for path in ("/a", "/b", "/c"):
                await fetcher.fetch(FetchRequest(server.url(path)))
    assert clock.slept == pytest.approx([1.0, 4.0, 10.0])


async def test_min_delay_0_turns_the_adaptive_delay_off_but_not_crawl_delay() -> None:
    clock = FakeClock()
    with Server({"/a": slow(clock, 9)}) as server:
        async with open_fetcher(pace=PacePolicy(0), clock=clock) as fetcher:
            for _ in range(3):
                await fetcher.fetch(FetchRequest(server.url("/a")))
        assert clock.slept == []
        server.routes["/robots.txt"] = reply(b"User-agent: *\nCrawl-delay: 2.5")
        await get(server.url("/a"), clock=clock)
        assert clock.slept == [2.5]


@pytest.mark.parametrize(
    ("stated", "waited"), [("0.3", 1), ("7", 7), ("1000", 60), ("-3", 1), ("soon", 1), ("inf", 1)]
)
async def test_crawl_delay_is_the_longer_of_both_up_to_a_cap(stated: str, waited: float) -> None:
    clock = FakeClock()
    robots = reply(f"User-agent: *\nCrawl-delay: {stated}")
    with Server({"/robots.txt": robots, "/a": reply(b"a")}) as server:
        await get(server.url("/a"), clock=clock, pace=PacePolicy())
    assert clock.slept == [waited]


async def test_a_host_is_asked_one_thing_at_a_time() -> None:
    async def lingering(request: object, writer: object) -> bool:
        await asyncio.sleep(0.02)
        return await reply(b"a")(request, writer)  # type: ignore[arg-type]

    with Server({"/a": lingering}) as server:
        async with open_fetcher(clock=SystemClock()) as fetcher:
            url = server.url("/a")
            await asyncio.gather(*(fetcher.fetch(FetchRequest(url)) for _ in range(8)))
        assert server.most_at_once == 1
        assert server.targets() == ["/robots.txt"] + ["/a"] * 8
        assert server.connections == 1


async def test_real_time_passes_between_requests() -> None:
    with Server({"/a": reply(b"a")}) as server:
        async with open_fetcher(pace=PacePolicy(0.15), clock=SystemClock()) as fetcher:
            url = server.url("/a")
            await asyncio.gather(*(fetcher.fetch(FetchRequest(url)) for _ in range(3)))
        times = [request.time for request in server.requests]
        gaps = [after - before for before, after in itertools.pairwise(times)]
        assert all(gap >= 0.149 for gap in gaps)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", ["seconds", "date"])
async def test_retry_after_pauses_the_host_across_runs(status: int, form: str) -> None:
    clock, hosts = FakeClock(), MemoryHosts()
    until = clock.now() + timedelta(hours=2)
    value = "7200" if form == "seconds" else until.strftime("%a, %d %b %Y %H:%M:%S GMT")
    refusal = reply(b"later", status, {"Retry-After": value})
    with Server({"/a": [refusal, reply(b"a")]}) as server:
        with pytest.raises(PausedError) as caught:
            await get(server.url("/a"), hosts=hosts, clock=clock)
        assert (caught.value.until, caught.value.reason) == (until, f"http_{status}")
        host = f"127.0.0.1:{server.port}"
        assert hosts.hosts[host] == HostState(host, until, 1)

        clock.advance(7199)
        with pytest.raises(PausedError) as caught:
            await get(server.url("/other"), hosts=hosts, clock=clock)
        assert (caught.value.until, caught.value.reason) == (until, "paused")
        assert until.astimezone().isoformat(timespec="seconds") in str(caught.value)
        assert server.targets() == ["/robots.txt", "/a"]

        clock.advance(1)
        assert (await get(server.url("/a"), hosts=hosts, clock=clock)).body == b"a"
        assert hosts.hosts[host] == HostState(host)


async def test_our_own_backoff_grows_with_each_refusal_in_a_row() -> None:
    clock, hosts = FakeClock(), MemoryHosts()
    waits = []
    with Server({"/a": reply(b"", 429)}) as server:
        for _ in range(4):
            with pytest.raises(PausedError) as caught:
                await get(server.url("/a"), hosts=hosts, clock=clock)
            waits.append((caught.value.until - clock.now()).total_seconds())
            clock.set_wall(caught.value.until)
    assert waits == [60, 120, 240, 480]


async def test_a_503_without_retry_after_is_an_answer_and_a_pause() -> None:
    clock, hosts = FakeClock(), MemoryHosts()
    with Server({"/a": reply(b"down", 503)}) as server:
        async with open_fetcher(hosts=hosts, clock=clock) as fetcher:
            response = await fetcher.fetch(FetchRequest(server.url("/a")))
            assert (response.status, response.body) == (503, b"down")
            minute = clock.now() + timedelta(seconds=60)
            assert await fetcher.paused_until(server.url("/b")) == minute
            with pytest.raises(PausedError):
                await fetcher.fetch(FetchRequest(server.url("/b")))


@pytest.mark.parametrize("status", [404, 500, 502])
async def test_other_errors_pause_nothing_and_forgive_nothing(status: int) -> None:
    hosts = MemoryHosts()
    with Server({"/a": reply(b"", status)}) as server:
        host = f"127.0.0.1:{server.port}"
        hosts.hosts[host] = HostState(host, None, 3)
        await get(server.url("/a"), hosts=hosts)
        assert hosts.hosts[host] == HostState(host, None, 3)


async def test_a_success_saves_nothing_when_there_is_nothing_to_forgive() -> None:
    hosts = MemoryHosts()
    with Server({"/a": reply(b"a"), "/b": reply(b"", 304)}) as server:
        await get(server.url("/a"), hosts=hosts)
        assert hosts.saves == 0
        host = f"127.0.0.1:{server.port}"
        hosts.hosts[host] = HostState(host, None, 3)
        await get(server.url("/b"), Validators('"1"'), hosts=hosts)
        assert hosts.hosts[host] == HostState(host)


async def test_who_waits_for_a_host_when_it_asks_for_a_pause_sends_nothing() -> None:
    with Server({"/a": reply(b"", 429, {"Retry-After": "60"})}) as server:
        async with open_fetcher() as fetcher:
            results = await asyncio.gather(
                *(fetcher.fetch(FetchRequest(server.url("/a"))) for _ in range(4)),
                return_exceptions=True,
            )
        assert len(server.pages()) == 1
        assert all(isinstance(result, PausedError) for result in results)


async def test_a_pause_is_kept_whatever_the_body_of_the_refusal() -> None:
    hosts = MemoryHosts()
    broken = raw(b"HTTP/1.1 429 No\r\nRetry-After: 60\r\nContent-Length: 99\r\n\r\nhalf")
    with Server({"/a": broken}) as server:
        with pytest.raises(PausedError):
            await get(server.url("/a"), hosts=hosts)
        assert hosts.hosts[f"127.0.0.1:{server.port}"].throttled == 1


async def test_a_pause_of_another_process_is_noticed() -> None:
    clock, hosts = FakeClock(), MemoryHosts()
    with Server({"/a": reply(b"a")}) as server:
        async with open_fetcher(hosts=hosts, clock=clock) as fetcher:
            await fetcher.fetch(FetchRequest(server.url("/a")))
            host = f"127.0.0.1:{server.port}"
            hosts.hosts[host] = HostState(host, clock.now() + timedelta(hours=1), 1)
            clock.advance(2)  # what is known of a host may be so old
            with pytest.raises(PausedError):
                await fetcher.fetch(FetchRequest(server.url("/a")))


async def test_a_failure_counts_for_the_pace_too() -> None:
    clock = FakeClock()
    with Server({"/a": drop()}) as server:
        async with open_fetcher(pace=PacePolicy(), clock=clock) as fetcher:
            for _ in range(2):
                with pytest.raises(NetworkError):
                    await fetcher.fetch(FetchRequest(server.url("/a")))
    assert clock.slept == [1.0, 1.0]


async def test_the_wall_clock_does_not_move_the_pace() -> None:
    clock = FakeClock()
    pace = Pace(PacePolicy(), MemoryHosts(), clock)
    async with pace.turn(URL):
        pass
    clock.set_wall(clock.now() - timedelta(days=400))
    async with pace.turn(URL):
        pass
    assert clock.slept == [1.0]


async def test_many_hosts_are_forgotten_again() -> None:
    clock = FakeClock()
    pace = Pace(PacePolicy(), MemoryHosts(), clock)
    for number in range(10_000):
        clock.advance(1)
        async with pace.turn(f"http://host{number}.test/"):
            pass
    assert len(pace._lanes) <= 4096
