"""A pool for each origin, and what the fetcher needs to know of httpcore's connections."""

from __future__ import annotations

import asyncio
import ssl

import h11
import httpcore
import httpx
import pytest

from scraper.errors import KlipingError
from scraper.fetch import Fetcher
from scraper.fetch.guard import Guard
from scraper.fetch.pools import MAX_IDLE_ORIGINS, OriginPools, leftovers
from scraper.model.types import FetchRequest
from tests.fetch.kit import get, loopback_resolver, open_fetcher
from tests.servers import Server, raw, reply

pytestmark = pytest.mark.anyio

PAGE = {"/robots.txt": reply(b""), "/a": reply(b"a")}


async def test_idle_origins_are_closed_beyond_a_number() -> None:
    pools = OriginPools(
        Guard(allow_private=True, resolver=loopback_resolver), ssl.create_default_context()
    )
    with Server(PAGE) as server:
        async with pools:
            for number in range(MAX_IDLE_ORIGINS + 10):
                url = server.url("/a", f"h{number}.test")
                request = httpx.Request("GET", url, headers={"Host": "h"})
                response = await pools.handle_async_request(request)
                assert await response.aread() == b"a"
                await response.aclose()
            assert len(pools._lines) == MAX_IDLE_ORIGINS
        assert pools._lines == {}


async def test_canary_the_surplus_of_an_answer_can_be_seen() -> None:
    """``leftovers`` rests on two private names of httpcore."""
    surplus = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nabc", keep=True)
    with Server({"/a": surplus}) as server:
        async with httpcore.AsyncConnectionPool() as pool:
            await pool.request("GET", server.url("/a"))
            connection = pool.connections[0]
            assert isinstance(connection._connection._h11_state, h11.Connection)  # type: ignore[attr-defined]
            assert leftovers(connection) == b"bc"
    assert leftovers(object()) == b""


async def test_nothing_is_left_open(recwarn: pytest.WarningsRecorder) -> None:
    with Server({**PAGE, "/b": raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx")}) as server:
        async with open_fetcher() as fetcher:
            await fetcher.fetch(FetchRequest(server.url("/a")))
            with pytest.raises(KlipingError):
                await fetcher.fetch(FetchRequest(server.url("/b")))
    assert not recwarn.list


async def test_a_cancelled_fetch_frees_its_host() -> None:
    async def slow(request: object, writer: object) -> bool:
        await asyncio.sleep(3600)
        return False

    with Server({**PAGE, "/slow": slow}) as server:
        async with open_fetcher() as fetcher:
            task = asyncio.ensure_future(fetcher.fetch(FetchRequest(server.url("/slow"))))
            await asyncio.sleep(0.1)
            waiting = asyncio.ensure_future(fetcher.fetch(FetchRequest(server.url("/a"))))
            await asyncio.sleep(0.02)
            task.cancel()
            assert (await asyncio.wait_for(waiting, 300)).body == b"a"
            with pytest.raises(asyncio.CancelledError):
                await task


def test_a_fetcher_can_be_made_outside_a_loop() -> None:
    async def run(fetcher: Fetcher) -> int:
        async with fetcher:
            with Server(PAGE) as server:
                return (await fetcher.fetch(FetchRequest(server.url("/a")))).status

    assert asyncio.run(run(open_fetcher())) == 200


async def test_a_server_on_ipv6_loopback_is_found_by_its_name() -> None:
    try:
        server = Server(PAGE, host="::1").__enter__()
    except AssertionError:
        pytest.skip("no IPv6 on this machine")
    try:
        assert (await get(server.url("/a", "localhost"))).status == 200
        assert (await get(server.url("/a", "[::1]"))).status == 200
    finally:
        server.__exit__()
