"""The ports that browsers refuse are refused on every way, whatever is allowed beside."""

from __future__ import annotations

import pytest

from scraper.errors import ForbiddenAddressError
from scraper.fetch import FetchPolicy
from scraper.fetch.guard import ForbiddenPortError, Guard
from scraper.fetch.guard.ports import BAD_PORTS
from scraper.model.types import FetchRequest
from tests.fetch.kit import get, open_fetcher
from tests.fetch.recorder import Recorder
from tests.servers import Behaviour, Server, redirect, reply
from tests.tables import each_row

pytestmark = pytest.mark.anyio

LINE = "port 25 is no port of the web (smtp): browsers refuse it too"


def test_the_list_is_whatwgs() -> None:
    """https://fetch.spec.whatwg.org/#port-blocking, as of 2022, without port 0."""
    assert len(BAD_PORTS) == 82
    assert sum(BAD_PORTS) == 115_595
    assert BAD_PORTS.keys() >= {1, 7, 21, 22, 25, 53, 110, 143, 465, 587, 993, 4190, 6000, 6667}
    assert not BAD_PORTS.keys() & {0, 80, 81, 443, 591, 3000, 5000, 8000, 8008, 8080, 8443, 9000}


@each_row("port", BAD_PORTS)
@each_row("allow_private", [False, True])
async def test_none_is_looked_up_nor_dialled(port: int, allow_private: bool) -> None:
    recorder = Recorder({"*": ["93.184.216.34"]})
    guard = Guard(allow_private=allow_private, resolver=recorder.resolve, dialler=recorder)
    async with open_fetcher(FetchPolicy(allow_private=allow_private), guard=guard) as fetcher:
        for host in ("news.test", "93.184.216.34", "[2606:4700::1]"):
            for scheme in ("http", "https"):
                with pytest.raises(ForbiddenAddressError) as caught:
                    await fetcher.fetch(FetchRequest(f"{scheme}://{host}:{port}/"))
                assert caught.value.reason == "forbidden_port"
                assert f"port {port} is no port of the web ({BAD_PORTS[port]})" in str(caught.value)
    assert (recorder.looked_up, recorder.dialled) == ([], [])
    with pytest.raises(ForbiddenPortError):  # and where the connection is made, too
        await guard.addresses("news.test", port)


@pytest.mark.parametrize("path", ["/a", "/robots.txt"])
async def test_no_redirect_leads_to_one(path: str) -> None:
    to: Behaviour = redirect("http://127.0.0.1:25/robots.txt")
    with Server({"/a": reply(b"a"), path: to}) as server:
        with pytest.raises(ForbiddenAddressError) as caught:
            await get(server.url("/a"))
        assert caught.value.reason == "forbidden_port"
        assert LINE in str(caught.value)
