"""TLS is verified, and the name that is verified is the URL's.

``loopback.pem`` holds a self-signed certificate for ``news.test`` and ``other.test`` with its key;
it was made for these tests and is trusted nowhere else.
"""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest

from scraper.errors import NetworkError
from scraper.fetch import FetchPolicy
from scraper.model.types import FetchRequest
from tests.fetch.kit import get, open_fetcher
from tests.servers import Server, redirect, reply

pytestmark = pytest.mark.anyio

PEM = Path(__file__).with_name("loopback.pem")


@pytest.fixture
def names() -> list[str | None]:
    """The server names that clients asked for (SNI)."""
    return []


@pytest.fixture
def tls(names: list[str | None]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)
    context.set_alpn_protocols(["h2", "http/1.1"])

    def note(connection: object, name: str | None, context: ssl.SSLContext) -> None:
        names.append(name)

    context.sni_callback = note
    return context


async def test_an_unknown_certificate_is_refused(tls: ssl.SSLContext) -> None:
    with Server({"/a": reply(b"a")}, tls=tls) as server:
        url = server.url("/a", "news.test")
        with pytest.raises(NetworkError) as caught:
            await get(url)
        assert caught.value.reason == "tls"
        assert str(caught.value).startswith(f"{url}: TLS failed: its certificate is not valid (")
        assert server.requests == []


async def test_names_are_the_urls_though_the_connection_goes_to_an_address(
    tls: ssl.SSLContext, names: list[str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(PEM))
    with Server(tls=tls) as server:
        server.routes |= {
            "//news.test/a": redirect(server.url("/b", "other.test")),
            "//other.test/b": reply(b"b"),
        }
        response = await get(server.url("/a", "news.test"))
        assert response.body == b"b"
        assert names == ["news.test", "other.test"]
        assert server.pages()[0].header("host") == f"news.test:{server.port}"


async def test_a_certificate_for_another_name_is_refused(
    tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(PEM))
    with Server({"/a": reply(b"a")}, tls=tls) as server:
        for host in ("third.test", "127.0.0.1"):
            with pytest.raises(NetworkError) as caught:
                await get(server.url("/a", host))
            assert caught.value.reason == "tls"
        assert server.requests == []


async def test_a_kept_tls_connection_is_reused(
    tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(PEM))
    with Server({"/a": reply(b"a")}, tls=tls) as server:
        async with open_fetcher() as fetcher:
            for _ in range(3):
                await fetcher.fetch(FetchRequest(server.url("/a", "news.test")))
        assert server.connections == 1


async def test_a_handshake_that_never_ends_is_stopped_and_closed() -> None:
    """The server speaks plain HTTP and waits for the end of a request."""
    policy = FetchPolicy(allow_private=True, deadline=0.3)
    with Server() as server:
        with pytest.raises(NetworkError) as caught:
            await get(server.url("/a").replace("http:", "https:"), policy=policy)
        assert caught.value.reason == "timeout"


async def test_what_is_no_tls_is_said_to_be_none() -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.test ESMTP\r\n")
        await reader.read(100)
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(NetworkError, match="TLS failed: wrong version number") as caught:
            await get(f"https://127.0.0.1:{port}/")
        assert caught.value.reason == "tls"
