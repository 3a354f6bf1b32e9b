"""Every listed spelling of a forbidden target is refused, every public one is reached as it stands.

``forbidden_addresses.json`` holds three kinds: literals with the address that they spell, names
with what they resolve to, and what is no web address, or one to browsers alone.
``public_addresses.json`` holds addresses with where they lead and the Host header that is sent.
"""

from __future__ import annotations

import json
import socket
from ipaddress import ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from scraper.errors import AddressError, FetchError, ForbiddenAddressError, NetworkError
from scraper.fetch import Fetcher, FetchPolicy, PacePolicy
from scraper.fetch.guard import Guard
from scraper.model.types import FetchRequest
from scraper.urls import DEFAULT_PORTS
from tests.clocks import FakeClock
from tests.fetch.kit import MemoryHosts, open_fetcher
from tests.fetch.recorder import Recorder

pytestmark = pytest.mark.anyio

DATA = Path(__file__).parents[1] / "data"
FORBIDDEN = json.loads((DATA / "forbidden_addresses.json").read_text("utf-8"))
PUBLIC: dict[str, dict[str, tuple[str, str]]] = json.loads(
    (DATA / "public_addresses.json").read_text("utf-8")
)
LITERALS: dict[str, dict[str, str]] = FORBIDDEN["literals"]
NAMES: dict[str, dict[str, list[str]]] = FORBIDDEN["names"]
NO_ADDRESS: dict[str, list[str]] = FORBIDDEN["no_address"]

OPENED = [
    ip_network(network)
    for network in """
        127.0.0.0/8  ::1  10.0.0.0/8  172.16.0.0/12  192.168.0.0/16  fc00::/7
        93.184.216.34  8.8.8.8  1.1.1.1  2606:4700::1
    """.split()
]
"""By ``allow_private``, but for the metadata addresses in it; and the public ones of the corpus."""
METADATA = {
    ip_address(url.split("[")[1].split("]")[0]) for url in LITERALS["IPv6: clouds' metadata"]
}


def is_opened(answer: str) -> bool:
    address = ip_address(answer)
    address = getattr(address, "ipv4_mapped", None) or address
    return address not in METADATA and any(address in network for network in OPENED)


@pytest.fixture
def reached(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where a TCP socket was to be connected, by whomever: none is."""
    noted: list[str] = []

    def connect(self: socket.socket, address: tuple[str, int]) -> None:
        if self.type == socket.SOCK_STREAM:
            noted.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket.socket, "connect_ex", connect)
    return noted


def guarded(recorder: Recorder, *, allow_private: bool = False) -> Fetcher:
    guard = Guard(allow_private=allow_private, resolver=recorder.resolve, dialler=recorder)
    return open_fetcher(FetchPolicy(allow_private=allow_private), guard=guard)


async def refusal(fetcher: Fetcher, url: str) -> type[Exception] | None:
    try:
        await fetcher.fetch(FetchRequest(url))
    except (AddressError, FetchError) as error:
        assert str(error).isprintable()
        return type(error)
    return None


@pytest.mark.parametrize("family", LITERALS)
async def test_a_forbidden_literal_is_neither_looked_up_nor_dialled(
    family: str, reached: list[str]
) -> None:
    recorder = Recorder({"*": ["93.184.216.34"]})
    async with guarded(recorder) as fetcher:
        for url, meant in LITERALS[family].items():
            with pytest.raises(ForbiddenAddressError) as caught:
                await fetcher.fetch(FetchRequest(url))
            assert caught.value.reason == "forbidden_address"
            assert f"{meant}, a forbidden address (" in str(caught.value), url
    assert (recorder.looked_up, recorder.dialled, reached) == ([], [], [])


@pytest.mark.parametrize("family", NAMES)
async def test_a_name_with_a_forbidden_answer_is_not_dialled(
    family: str, reached: list[str]
) -> None:
    recorder = Recorder()
    async with guarded(recorder) as fetcher:
        for url, answers in NAMES[family].items():
            recorder.answers["*"] = answers
            assert await refusal(fetcher, url) is ForbiddenAddressError, url
    assert (recorder.dialled, reached) == ([], [])
    assert bool(recorder.looked_up) == (family != "localhost and below")


@pytest.mark.parametrize("family", NO_ADDRESS)
async def test_what_is_no_web_address_is_asked_of_nobody(family: str, reached: list[str]) -> None:
    recorder = Recorder({"*": ["93.184.216.34"]})
    async with guarded(recorder) as fetcher:
        for url in NO_ADDRESS[family]:
            assert await refusal(fetcher, url) in (AddressError, ForbiddenAddressError), url
    assert (recorder.looked_up, recorder.dialled, reached) == ([], [], [])


@pytest.mark.parametrize("family", [*LITERALS, *NAMES])
async def test_no_redirect_leads_there(family: str, reached: list[str]) -> None:
    recorder = Recorder({"origin.test": ["8.8.8.8"]})
    async with guarded(recorder) as fetcher:
        for url, meant in (LITERALS | NAMES)[family].items():
            recorder.answers["*"] = [meant] if isinstance(meant, str) else meant
            recorder.locations["/"] = url.strip()
            assert await refusal(fetcher, "http://origin.test/") is ForbiddenAddressError, url
    assert set(recorder.dialled) == {"8.8.8.8"}
    assert reached == []


@pytest.mark.parametrize("family", NO_ADDRESS)
async def test_a_redirect_to_what_is_no_web_address_leads_nowhere_else(
    family: str, reached: list[str]
) -> None:
    """There it may be more than it is alone: ``//127.0.0.1/``, or a path of the same site."""
    recorder = Recorder({"origin.test": ["8.8.8.8"], "*": ["127.0.0.1"]})
    async with guarded(recorder) as fetcher:
        for url in NO_ADDRESS[family]:
            if url.splitlines() == [url]:  # two lines are two headers
                recorder.locations["/"] = url
                await refusal(fetcher, "http://origin.test/")
    assert set(recorder.dialled) == {"8.8.8.8"}
    assert reached == []


@pytest.mark.parametrize("family", [*LITERALS, *NAMES])
async def test_allow_private_opens_what_it_says_and_nothing_else(
    family: str, reached: list[str]
) -> None:
    recorder = Recorder()
    async with guarded(recorder, allow_private=True) as fetcher:
        for url, meant in (LITERALS | NAMES)[family].items():
            answers = [meant] if isinstance(meant, str) else meant
            recorder.answers["*"] = answers
            recorder.forget()
            ended = await refusal(fetcher, url)
            if family == "IPv6: ISATAP" or not all(map(is_opened, answers)):
                assert (ended, recorder.dialled) == (ForbiddenAddressError, []), url
            else:
                assert ended is None, url
                assert set(recorder.dialled) == {answers[0]}, url
    assert reached == []


@pytest.mark.parametrize("family", PUBLIC)
async def test_a_public_address_is_reached_under_its_own_name(
    family: str, reached: list[str]
) -> None:
    recorder = Recorder()
    async with guarded(recorder) as fetcher:
        for url, (address, host) in PUBLIC[family].items():
            recorder.answers["*"] = [address]
            recorder.forget()
            assert await refusal(fetcher, url) is None, url
            parts = urlsplit(url)
            port = parts.port or DEFAULT_PORTS[parts.scheme]
            name = urlsplit(f"//{host}").hostname if parts.scheme == "https" else None
            assert {
                (line.address, line.port, line.host, line.server_name) for line in recorder.lines
            } == {(address, port, host, name)}, url
    assert reached == []


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[bytes, list[str]]:
    """What the system's resolver answers; any other name is unknown."""
    table: dict[bytes, list[str]] = {}

    def getaddrinfo(host: bytes, port: int, **hints: object) -> list[tuple[object, ...]]:
        if host not in table:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(0, 0, 0, "", (address, port)) for address in table[host]]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return table


async def test_canary_the_fetcher_as_shipped_connects_no_socket_to_them(
    reached: list[str], names: dict[bytes, list[str]]
) -> None:
    """Nothing is put in its place but the system's resolver and ``socket.connect``."""
    async with Fetcher(FetchPolicy(), PacePolicy(0), MemoryHosts(), FakeClock()) as fetcher:
        for url in [url for family in LITERALS.values() for url in family]:
            assert await refusal(fetcher, url) is ForbiddenAddressError, url
        for number, answers in enumerate(a for family in NAMES.values() for a in family.values()):
            names[b"n%d.test" % number] = answers
            assert await refusal(fetcher, f"http://n{number}.test/") is ForbiddenAddressError
        assert reached == []
        names[b"news.test"] = ["93.184.216.34"]
        assert await refusal(fetcher, "http://news.test/") is NetworkError
        assert reached == ["93.184.216.34"]  # the canary sings
        assert await refusal(fetcher, "http://[2606:4700::1]/") is NetworkError
        assert reached[1:] == ["2606:4700::1"]
