"""One fetch against a server that misbehaves."""

from __future__ import annotations

import gzip
import zlib
from datetime import timedelta

import brotli  # type: ignore[import-untyped]
import pytest
import zstandard

from scraper.clock import SystemClock
from scraper.errors import AddressError, BodyError, FetchError, NetworkError
from scraper.fetch import DEFAULT_USER_AGENT, FetchPolicy
from scraper.model.types import FetchRequest, Validators
from tests.clocks import FakeClock
from tests.fetch.kit import get, open_fetcher
from tests.servers import Server, drop, endless, head_of, raw, redirect, reply, silent
from tests.tables import each_row

pytestmark = pytest.mark.anyio

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
CLOSE = OK + b"Connection: close\r\n\r\n"


async def test_a_page_comes_whole_with_its_headers_as_received() -> None:
    clock = FakeClock()
    page = reply("<p>Halló", headers=[("ETag", '"1"'), ("X-Odd", "é"), ("x-odd", "2")])
    with Server({"/a": page}) as server:
        response = await get(server.url("/a"), clock=clock)
        assert response.status == 200
        assert response.body == "<p>Halló".encode()
        assert response.requested_url == response.url == server.url("/a")
        assert response.redirects == ()
        assert response.fetched_at == clock.now()
        assert response.headers[0] == ("ETag", '"1"')
        assert [value.encode("latin-1") for name, value in response.headers if name == "X-Odd"] == [
            "é".encode()
        ]
        assert response.validators == Validators('"1"', None)
        request = server.pages()[0]
        assert request.header("user-agent") == DEFAULT_USER_AGENT
        assert request.header("host") == f"127.0.0.1:{server.port}"
        assert request.header("accept-encoding") == "gzip, deflate, br, zstd"


@each_row("status", [200, 204, 401, 403, 404, 410, 451, 500, 502, 599])
async def test_a_final_status_is_an_answer(status: int) -> None:
    body = b"" if status == 204 else b"why"
    with Server({"/a": reply(body, status)}) as server:
        response = await get(server.url("/a"))
    assert (response.status, response.body) == (status, body)


@pytest.mark.parametrize(
    ("coding", "data"),
    [
        ("gzip", gzip.compress(b"page" * 999)),
        ("br", brotli.compress(b"page" * 999)),
        ("zstd", zstandard.ZstdCompressor().compress(b"page" * 999)),
        ("identity", b"page" * 999),
        ("", b"page" * 999),
    ],
)
async def test_a_coded_page(coding: str, data: bytes) -> None:
    with Server({"/a": reply(data, headers={"Content-Encoding": coding})}) as server:
        assert (await get(server.url("/a"))).body == b"page" * 999


BOMBS = {
    "gzip": gzip.compress(bytes(100_000_000)),
    "br": brotli.compress(bytes(100_000_000), quality=5),
    "zstd": zstandard.ZstdCompressor().compress(bytes(100_000_000)),
    "deflate": zlib.compress(bytes(100_000_000)),
}


@pytest.mark.parametrize("coding", BOMBS)
async def test_a_bomb_is_too_large(coding: str) -> None:
    with Server({"/a": reply(BOMBS[coding], headers={"Content-Encoding": coding})}) as server:
        with pytest.raises(BodyError) as caught:
            await get(server.url("/a"))
        assert caught.value.reason == "too_large"
        assert str(caught.value).startswith(server.url("/a"))


@each_row(
    ("fields", "body", "reason"),
    [
        ({"Content-Encoding": "gzip"}, gzip.compress(b"a" * 9999)[:-6], "truncated"),
        ({"Content-Encoding": "gzip, gzip"}, gzip.compress(gzip.compress(b"a")), "encoding"),
        ({"Content-Encoding": "gzip," * 5000}, b"a", "encoding"),
        ({"Content-Encoding": "compress"}, b"a", "encoding"),
        ({"Content-Encoding": "br"}, b"<html>", "encoding"),
        ({}, b"a" * 10_001, "too_large"),
        ({"Content-Length": "999999999999"}, b"a", "too_large"),
    ],
)
async def test_bodies_that_are_none(fields: dict[str, str], body: bytes, reason: str) -> None:
    policy = FetchPolicy(allow_private=True, max_bytes=10_000)
    with Server({"/a": reply(body, headers=fields)}) as server:
        with pytest.raises(BodyError) as caught:
            await get(server.url("/a"), policy=policy)
        assert caught.value.reason == reason


async def test_the_cap_is_inclusive() -> None:
    policy = FetchPolicy(allow_private=True, max_bytes=10_000)
    with Server({"/a": reply(b"a" * 10_000)}) as server:
        assert len((await get(server.url("/a"), policy=policy)).body) == 10_000


BROKEN = {
    "Content-Length too long": raw(OK + b"Content-Length: 10\r\n\r\nhello"),
    "chunk size is no number": raw(CHUNKED + b"zz\r\nhello\r\n0\r\n\r\n"),
    "chunked and cut off": raw(CHUNKED + b"5\r\nhello\r\n"),
    "chunk longer than said": raw(CHUNKED + b"2\r\nhello\r\n0\r\n\r\n"),
    "not HTTP": raw(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "nothing": drop(),
    "half a head": raw(OK + b"Content-Ty"),
    "two lengths": raw(OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
    "negative length": raw(OK + b"Content-Length: -1\r\n\r\nab"),
    "NUL in a header": raw(OK + b"X: a\0b\r\nContent-Length: 0\r\n\r\n"),
    "header without a name": raw(OK + b": a\r\nContent-Length: 0\r\n\r\n"),
    "one header of a megabyte": raw(OK + b"X: " + b"a" * 1_000_000 + b"\r\n\r\n"),
    "endless headers": endless(OK, b"X: " + b"a" * 1000 + b"\r\n"),
    "status of four digits": raw(b"HTTP/1.1 2000 OK\r\n\r\n"),
    "HTTP/2 preface": raw(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
}


@each_row("name", BROKEN)
async def test_broken_http_is_a_network_error(name: str) -> None:
    with Server({"/a": BROKEN[name]}) as server:
        with pytest.raises(NetworkError) as caught:
            await get(server.url("/a"))
        assert caught.value.reason == "protocol"
        message = str(caught.value)
        assert message.startswith(server.url("/a") + ": ")
        assert message.isprintable()
        assert len(message) < 300


async def test_a_reset_connection_is_a_network_error() -> None:
    async def reset(request: object, writer: object) -> bool:
        writer.transport.abort()  # type: ignore[attr-defined]
        return False

    with Server({"/a": reset}) as server:
        with pytest.raises(NetworkError) as caught:
            await get(server.url("/a"))
        assert caught.value.reason in ("connect", "protocol")


DRIPS = {
    "head": endless(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", every=0.05),
    "head, by bytes": endless(b"HTTP/1.1 200 OK\r\nX: ", b"y", every=0.05),
    "interim answers": endless(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", every=0.05),
    "body": endless(CLOSE, b"y", every=0.05),
    "chunks": endless(CHUNKED, b"1\r\ny\r\n", every=0.05),
    "404's body": endless(head_of(404, [("Content-Length", "9999")]), b"y", every=0.05),
    "redirect's body": endless(head_of(302, [("Location", "/b")]), b"y", every=0.05),
    "silence": silent(),
    "a slow body behind each redirect": redirect("/b"),
}


@pytest.mark.parametrize("name", DRIPS)
async def test_the_deadline_ends_every_drip(name: str) -> None:
    policy = FetchPolicy(allow_private=True, deadline=0.6)
    routes = {"/a": DRIPS[name], "/b": endless(CLOSE, b"y", every=0.05)}
    with Server(routes) as server:
        async with open_fetcher(policy, clock=SystemClock()) as fetcher:
            with pytest.raises(NetworkError) as caught:
                await fetcher.fetch(FetchRequest(server.url("/a")))
        assert caught.value.reason == "timeout"
        assert str(caught.value).startswith(server.url("/a"))


async def test_a_redirect_does_not_wait_for_its_endless_body() -> None:
    routes = {
        "/a": endless(head_of(302, [("Location", "/b")]), b"y", every=0.05),
        "/b": reply(b"there"),
    }
    with Server(routes) as server:
        assert (await get(server.url("/a"))).body == b"there"


async def test_an_endless_body_is_stopped_at_the_cap() -> None:
    with Server({"/a": endless(CLOSE, b"y" * 65536)}) as server:
        with pytest.raises(BodyError) as caught:
            await get(server.url("/a"))
        assert caught.value.reason == "too_large"


async def test_the_status_of_a_broken_error_page_counts() -> None:
    bomb = reply(BOMBS["gzip"], 404, {"Content-Encoding": "gzip"})
    with Server({"/a": bomb, "/b": reply(b"x", 410, {"Content-Encoding": "odd"})}) as server:
        assert (await get(server.url("/a"))).status == 404
        assert (await get(server.url("/b"))).status == 410


async def test_what_comes_behind_a_content_length_is_not_the_next_answer() -> None:
    """A length counted in characters: the surplus must not begin the next page of the host."""
    hidden = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
    routes = {
        "/a": raw(OK + b"Content-Length: 5\r\n\r\nhello" + hidden, keep=True),
        "/b": reply(b"good"),
    }
    with Server(routes) as server:
        async with open_fetcher() as fetcher:
            assert (await fetcher.fetch(FetchRequest(server.url("/a")))).body == b"hello"
            assert (await fetcher.fetch(FetchRequest(server.url("/b")))).body == b"good"


async def test_a_connection_is_kept_between_requests() -> None:
    with Server({"/a": reply(b"a")}) as server:
        async with open_fetcher() as fetcher:
            for _ in range(3):
                await fetcher.fetch(FetchRequest(server.url("/a")))
        assert server.connections == 1


async def test_a_kept_connection_that_was_dropped_is_opened_once_more() -> None:
    with Server({"/a": reply(b"a"), "/b": [drop(), reply(b"b")], "/c": drop()}) as server:
        async with open_fetcher() as fetcher:
            await fetcher.fetch(FetchRequest(server.url("/a")))
            assert (await fetcher.fetch(FetchRequest(server.url("/b")))).body == b"b"
            with pytest.raises(NetworkError):
                await fetcher.fetch(FetchRequest(server.url("/c")))
        assert server.targets().count("/b") == 2
        assert server.targets().count("/c") == 2


async def test_nothing_else_is_repeated() -> None:
    routes = {"/a": raw(b"HT"), "/b": raw(OK + b"Content-Length: 9\r\n\r\n"), "/c": drop()}
    with Server({**routes, "/robots.txt": raw(b"HTTP/1.0 404 No\r\n\r\n")}) as server:
        async with open_fetcher() as fetcher:  # /c on a new connection: HTTP/1.0 keeps none
            for path in ("/a", "/b", "/c"):
                with pytest.raises(NetworkError):
                    await fetcher.fetch(FetchRequest(server.url(path)))
        assert [request.target for request in server.pages()] == ["/a", "/b", "/c"]


async def test_a_half_answer_on_a_kept_connection_is_not_asked_for_again() -> None:
    with Server({"/a": reply(b"a"), "/b": raw(b"HTTP/1.1 2")}) as server:
        async with open_fetcher() as fetcher:
            await fetcher.fetch(FetchRequest(server.url("/a")))
            with pytest.raises(NetworkError):
                await fetcher.fetch(FetchRequest(server.url("/b")))
        assert server.targets().count("/b") == 1


async def test_cookies_are_not_kept() -> None:
    cookies = [
        ("Set-Cookie", "a=1; Path=/"),
        ("Set-Cookie", "a=2; Path=/b"),
        ("Set-Cookie", "\xff"),
    ]
    with Server({"/a": reply(b"", headers=cookies), "/b": reply(b"")}) as server:
        async with open_fetcher() as fetcher:
            for path in ("/a", "/a", "/b"):
                await fetcher.fetch(FetchRequest(server.url(path)))
        assert all(request.header("cookie") is None for request in server.requests)


async def test_a_conditional_get() -> None:
    routes = {"/a": reply(b"", 304, {"ETag": '"1"'}), "/r": redirect("/a")}
    both = Validators('"1"', "Sun, 06 Nov 1994 08:49:37 GMT")
    with Server(routes) as server:
        response = await get(server.url("/a"), both)
        assert (response.status, response.body) == (304, b"")
        assert server.pages()[0].header("if-none-match") == '"1"'
        assert server.pages()[0].header("if-modified-since") is None
        await get(server.url("/a"), Validators(None, both.last_modified))
        assert server.pages()[1].header("if-modified-since") == both.last_modified
        with pytest.raises(NetworkError, match="304"):  # the conditions were not for this address
            await get(server.url("/r"), both)
        assert server.pages()[2].header("if-none-match") == '"1"'
        assert server.pages()[3].header("if-none-match") is None


async def test_a_304_that_nobody_asked_for() -> None:
    with Server({"/a": reply(b"", 304)}) as server, pytest.raises(NetworkError, match="304"):
        await get(server.url("/a"))


@pytest.mark.parametrize("url", ["", "ftp://a/", "http://", "javascript:alert(1)", "http://a\\@b/"])
async def test_a_malformed_address(url: str) -> None:
    with pytest.raises(AddressError):
        await get(url)


@pytest.mark.parametrize("host", ["08.1.1.1", "a..b.test", "-.test", "xn--a"])
async def test_hosts_that_httpx_does_not_take_are_fetch_errors(host: str) -> None:
    with pytest.raises((FetchError, AddressError)) as caught:
        await get(f"http://{host}:8001/")
    assert f"{host}:8001" in str(caught.value)


async def test_a_refused_connection() -> None:
    with Server() as server:
        url = server.url("/a")
    with pytest.raises(NetworkError) as caught:
        await get(url)
    assert str(caught.value) == f"{url}: connection refused"
    assert caught.value.reason == "connect"


async def test_waiting_does_not_count_for_the_deadline() -> None:
    """The pace takes 60 s of a clock; the deadline of 1 s is for the request alone."""
    clock = FakeClock()
    policy = FetchPolicy(allow_private=True, deadline=1.0)
    robots = reply("User-agent: *\nCrawl-delay: 60\n")
    with Server({"/robots.txt": robots, "/a": redirect("/b"), "/b": reply(b"b")}) as server:
        response = await get(server.url("/a"), policy=policy, clock=clock)
    assert response.body == b"b"
    assert sum(clock.slept) == pytest.approx(120)
    assert clock.now() - response.fetched_at == timedelta()


async def test_a_document_may_be_larger_than_a_page_a_few_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("scraper.fetch.client.MAX_DOCUMENT_BYTES", 300_000)
    monkeypatch.setattr("scraper.fetch.client.HUGE_AT_A_TIME", 1)
    policy = FetchPolicy(allow_private=True, max_bytes=1_000, deadline=0.5)
    routes = {"/small": reply(b"a" * 900), "/large": reply(b"a" * 200_000)}
    with Server({**routes, "/too-large": reply(b"a" * 300_001)}) as server:
        async with open_fetcher(policy) as fetcher:
            large = FetchRequest(server.url("/large"))
            with pytest.raises(BodyError, match="larger than 1,000 bytes"):
                await fetcher.fetch(large)
            with pytest.raises(BodyError, match="larger than 300,000 bytes"):
                async with fetcher.fetch_document(FetchRequest(server.url("/too-large"))):
                    pass
            async with fetcher.fetch_document(large) as response:
                assert len(response.body) == 200_000
                small = FetchRequest(server.url("/small", "b.test"))
                async with fetcher.fetch_document(small) as other:
                    assert len(other.body) == 900
                second = FetchRequest(server.url("/large", "b.test"))
                with pytest.raises(NetworkError, match="no complete answer"):  # one is in use
                    async with fetcher.fetch_document(second):
                        pass
            async with fetcher.fetch_document(large) as response:
                assert response.status == 200
