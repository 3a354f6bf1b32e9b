"""No socket is opened to an address that is not the public internet's (hazards, SSRF)."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterable
from ipaddress import ip_address

import httpcore
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.errors import AddressError, ForbiddenAddressError, NetworkError, RedirectError
from scraper.fetch import Fetcher, FetchPolicy, PacePolicy
from scraper.fetch.guard import Guard, ResolutionError, resolve_host, why_forbidden
from scraper.types import FetchRequest
from tests.clocks import FakeClock
from tests.fetch.kit import MemoryHosts, get, loopback_resolver, open_fetcher
from tests.servers import Server, raw, redirect, reply

pytestmark = pytest.mark.anyio


class Recorder(httpcore.AsyncNetworkBackend):
    """Connects nowhere, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.dialled: list[str] = []
        self.looked_up: list[str] = []
        self.answers: dict[str, list[str]] = {}

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[object] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        self.dialled.append(host)
        raise httpcore.ConnectError("recorded")

    async def resolve(self, host: str, port: int) -> list[str]:
        self.looked_up.append(host)
        if host not in self.answers:
            raise ResolutionError("unknown name")
        return self.answers[host]


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


def guarded(recorder: Recorder, *, allow_private: bool = False) -> Fetcher:
    guard = Guard(allow_private=allow_private, resolver=recorder.resolve, dialler=recorder)
    policy = FetchPolicy(allow_private=allow_private)
    return open_fetcher(policy, guard=guard)


LOOPBACK = """
    127.0.0.1  127.0.0.1.  127.255.255.254  127.1  127.0.1  0x7f.1  0x7f000001  0x7F000001
    2130706433  017700000001  0177.0.0.1  0177.1  0x7f.0x0.0x0.0x1  127.0.0.0x1  00000177.0.0.1
    127。0。0。1  127．0．0．1  １２７.０.０.１  ①②⑦.⓪.⓪.①  localhost  LOCALHOST  localhost.
    api.localhost  a.b.localhost.  [::1]  [0:0:0:0:0:0:0:1]  [0000::0001]  [::ffff:127.0.0.1]
    [::ffff:7f00:1]  [0:0:0:0:0:ffff:7f00:1]  user@127.0.0.1  user:password@localhost
    127.0.0.1#@example.com  127.0.0.1?@example.com  127.0.0.1:80
""".split()
PRIVATE = """
    10.0.0.1  10.255.255.255  167772161  0xa000001  10.1  012.0.0.1  172.16.0.1  172.31.255.255
    192.168.0.1  192.168.1  0xc0a80001  3232235521  [fc00::1]  [fdff:ffff::1]  [fd12:3456::1]
    [::ffff:10.0.0.1]  [::ffff:c0a8:1]
""".split()
ALWAYS_CLOSED = """
    169.254.169.254  169.254.0.1  0xa9fea9fe  2852039166  0251.0376.0251.0376  169.254.43518
    [::ffff:169.254.169.254]  [::ffff:a9fe:a9fe]  [fe80::1]  [fe80::1%25eth0]  [fe80::1%eth0]
    [febf::1]  [fd00:ec2::254]  [fd20:ce::254]  100.100.100.200  168.63.129.16  192.0.0.192
    100.64.0.1  100.127.255.255  0  0.0.0.0  0.1.2.3  0x0  [::]  [::ffff:0.0.0.0]  [::127.0.0.1]
    [::7f00:1]  [64:ff9b::127.0.0.1]  [64:ff9b::a9fe:a9fe]  [64:ff9b::10.0.0.1]  [64:ff9b:1::1]
    [2002:7f00:1::]  [2002:a9fe:a9fe::1]  [2001::7f00:1]  [2001:db8::1]  [fec0::1]  [ff02::1]
    [100::1]  [3fff::1]  [5f00::1]  224.0.0.1  239.255.255.255  240.0.0.1  255.255.255.255
    4294967295  192.0.0.8  192.0.2.1  192.88.99.1  198.18.0.1  198.51.100.1  203.0.113.1
    [::ffff:224.0.0.1]
""".split()
PUBLIC = """
    1.1.1.1  8.8.8.8  134744072  0x08080808  9.255.255.255  11.0.0.1  93.184.216.34  100.63.255.255
    100.128.0.1  126.255.255.255  128.0.0.1  169.253.255.255  169.255.0.1  172.15.255.255
    172.32.0.1  192.167.255.255  192.169.0.1  198.17.255.255  198.20.0.1  203.0.114.1
    223.255.255.255  [2606:4700:4700::1111]  [2a00:1450:4001::1]  [2001:4860:4860::8888]
    [2620:fe::fe]  [::ffff:8.8.8.8]  [64:ff9b::8.8.8.8]
""".split()


@pytest.mark.parametrize("host", [*LOOPBACK, *PRIVATE, *ALWAYS_CLOSED])
async def test_a_forbidden_spelling_opens_no_socket(host: str, recorder: Recorder) -> None:
    async with guarded(recorder) as fetcher:
        with pytest.raises(ForbiddenAddressError) as caught:
            await fetcher.fetch(FetchRequest(f"http://{host}/latest/meta-data"))
    assert caught.value.reason == "forbidden_address"
    assert str(caught.value).isprintable()
    assert (recorder.dialled, recorder.looked_up) == ([], [])


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com\\@127.0.0.1/",
        "http://%31%32%37.0.0.1/",
        "http://127.0.0.1%00.example.com/",
        "http://127.0.0.1%2f@example.com\\/",
        "http:///127.0.0.1/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
    ],
)
async def test_addresses_that_are_none_open_no_socket(url: str, recorder: Recorder) -> None:
    async with guarded(recorder) as fetcher:
        with pytest.raises((AddressError, ForbiddenAddressError, NetworkError)):
            await fetcher.fetch(FetchRequest(url))
    assert recorder.dialled == []


@pytest.mark.parametrize("host", ALWAYS_CLOSED)
async def test_allow_private_opens_none_of_these(host: str, recorder: Recorder) -> None:
    async with guarded(recorder, allow_private=True) as fetcher:
        with pytest.raises(ForbiddenAddressError):
            await fetcher.fetch(FetchRequest(f"http://{host}/"))
    assert recorder.dialled == []


@pytest.mark.parametrize("host", [*LOOPBACK, *PRIVATE])
async def test_allow_private_opens_loopback_and_private_networks(
    host: str, recorder: Recorder
) -> None:
    async with guarded(recorder, allow_private=True) as fetcher:
        with pytest.raises(NetworkError):
            await fetcher.fetch(FetchRequest(f"http://{host}/"))
    reached = {ip_address(address) for address in recorder.dialled}
    # httpx itself knows no octal; whatever else is dialled is the checked address.
    assert reached or "0" in host
    assert all(address.is_private and not address.is_link_local for address in reached)


@pytest.mark.parametrize("host", PUBLIC)
async def test_a_public_address_is_connected_to(host: str, recorder: Recorder) -> None:
    async with guarded(recorder) as fetcher:
        with pytest.raises(NetworkError) as caught:
            await fetcher.fetch(FetchRequest(f"http://{host}/"))
    assert caught.value.reason == "connect"
    assert len(recorder.dialled) == 1
    assert recorder.looked_up == []


FORBIDDEN_ANSWERS = [["127.0.0.1"], ["::1"], ["169.254.169.254"], ["fe80::1%1"], ["10.0.0.1"]]
MIXED = [["93.184.216.34", "10.0.0.1"], ["10.0.0.1", "93.184.216.34"], ["8.8.8.8", "::ffff:0:1"]]


@pytest.mark.parametrize("answers", [*FORBIDDEN_ANSWERS, *MIXED])
async def test_one_forbidden_answer_refuses_the_name(
    answers: list[str], recorder: Recorder
) -> None:
    recorder.answers["news.test"] = answers
    async with guarded(recorder) as fetcher:
        with pytest.raises(ForbiddenAddressError, match=r"http://news\.test/a: news\.test is "):
            await fetcher.fetch(FetchRequest("http://news.test/a"))
    assert recorder.dialled == []


async def test_the_checked_addresses_are_tried_in_turn(recorder: Recorder) -> None:
    recorder.answers["news.test"] = ["2606:4700::1", "93.184.216.34", "93.184.216.34"]
    async with guarded(recorder) as fetcher:
        with pytest.raises(NetworkError):
            await fetcher.fetch(FetchRequest("http://news.test/a"))
    assert recorder.dialled == ["2606:4700::1", "93.184.216.34"]
    # Once to tell which hosts share a machine, once for this connection.
    assert recorder.looked_up == ["news.test"] * 2


async def test_rebinding_finds_no_second_look_up() -> None:
    """The name is asked for once a connection; a later, different answer is checked anew. The first
    look-up of all only tells which hosts share a machine."""
    answers = [["127.0.0.1"], ["127.0.0.1"], ["169.254.169.254"]]
    asked: list[str] = []

    async def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return answers[min(len(asked), len(answers)) - 1]

    guard = Guard(allow_private=True, resolver=rebinding)
    closing = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\nb")
    with Server({"/a": reply(b"a"), "/b": closing}) as server:
        async with open_fetcher(guard=guard) as fetcher:
            for path in ("/a", "/b"):
                await fetcher.fetch(FetchRequest(server.url(path, "news.test")))
            assert asked == ["news.test"] * 2
            assert server.connections == 1
            with pytest.raises(ForbiddenAddressError):
                await fetcher.fetch(FetchRequest(server.url("/c", "news.test")))
        assert asked == ["news.test"] * 3
        assert server.requests[1].header("host") == f"news.test:{server.port}"


async def test_what_is_remembered_for_grouping_is_never_connected_to() -> None:
    answers = iter([["127.0.0.1"], ["169.254.169.254"]])

    async def rebinding(host: str, port: int) -> list[str]:
        return next(answers)

    with Server({"/a": reply(b"a")}) as server:
        with pytest.raises(ForbiddenAddressError):
            await get(
                server.url("/a", "news.test"), guard=Guard(allow_private=True, resolver=rebinding)
            )
        assert server.connections == 0


@pytest.mark.parametrize(
    ("location", "error"),
    [
        ("javascript:alert(1)", RedirectError),
        ("file:///etc/passwd", RedirectError),
        ("data:text/html,hi", RedirectError),
        ("http://", RedirectError),
        ("http://[::1", RedirectError),
        ("http://a:99999/", RedirectError),
        ("http://169.254.169.254/latest", ForbiddenAddressError),
        ("//169.254.169.254/latest", ForbiddenAddressError),
        ("http://2852039166/", ForbiddenAddressError),
        ("http://[::ffff:a9fe:a9fe]/", ForbiddenAddressError),
        ("http://metadata.test/", ForbiddenAddressError),
    ],
)
async def test_a_redirect_is_guarded_too(location: str, error: type[Exception]) -> None:
    async def resolver(host: str, port: int) -> list[str]:
        return ["169.254.169.254"] if host == "metadata.test" else ["127.0.0.1"]

    guard = Guard(allow_private=True, resolver=resolver)
    with Server({"/a": redirect(location)}) as server:
        with pytest.raises(error) as caught:
            await get(server.url("/a"), guard=guard)
        assert str(caught.value).startswith(server.url("/a") + ": ")
        assert caught.value.url == server.url("/a")  # type: ignore[attr-defined]


@given(st.integers(0, 2**32 - 1))
def test_an_ipv4_address_and_its_mapped_form_are_judged_alike(number: int) -> None:
    four, six = ip_address(number), ip_address(f"::ffff:{number >> 16:x}:{number & 0xFFFF:x}")
    assert why_forbidden(four) == why_forbidden(six)
    if not four.is_global:  # what the standard library closes is closed here too
        assert why_forbidden(four) is not None


@given(st.integers(0, 2**128 - 1))
def test_only_global_unicast_ipv6_is_open(number: int) -> None:
    six = ip_address(number)
    if why_forbidden(six) is None and six.version == 6 and six.ipv4_mapped is None:
        assert number >> 125 == 1 or str(six).startswith("64:ff9b::")


async def test_dns_is_asked_in_a_daemon_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []

    def getaddrinfo(host: bytes, port: int, type: int) -> list[tuple[object, ...]]:
        seen.append(threading.current_thread().daemon)
        if host == b"gone.test":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(0, 0, 0, "", ("127.0.0.1", port)), (0, 0, 0, "", ("fe80::1%2", port, 0, 2))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    assert await resolve_host("news.test", 80) == ["127.0.0.1", "fe80::1%2"]
    with pytest.raises(ResolutionError, match="not known"):
        await resolve_host("gone.test", 80)
    assert seen == [True, True]


async def test_a_hanging_look_up_is_ended_by_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()

    def hang(*unused: object, **ignored: object) -> list[object]:
        release.wait(30)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    policy = FetchPolicy(deadline=0.2)
    async with Fetcher(policy, PacePolicy(0), MemoryHosts(), FakeClock()) as fetcher:
        with pytest.raises(NetworkError) as caught:
            await fetcher.fetch(FetchRequest("http://slow.test/"))
    release.set()
    assert caught.value.reason == "timeout"


async def test_an_unknown_name(recorder: Recorder) -> None:
    async with guarded(recorder) as fetcher:
        with pytest.raises(NetworkError) as caught:
            await fetcher.fetch(FetchRequest("http://gone.test/a"))
    assert caught.value.reason == "dns"
    assert str(caught.value).startswith("http://gone.test/a: its host name cannot be resolved")


async def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    with Server({"/a": reply(b"direct")}) as server:
        assert (await get(server.url("/a"))).body == b"direct"


async def test_canary_httpx_connects_through_the_pool_that_is_put_into_its_transport(
    recorder: Recorder,
) -> None:
    """The guard rests on one private name of httpx. If this fails, so does the guard."""
    transport = httpx.AsyncHTTPTransport(trust_env=False)
    assert isinstance(transport._pool, httpcore.AsyncConnectionPool)
    transport._pool = httpcore.AsyncConnectionPool(network_backend=recorder)
    async with httpx.AsyncClient(transport=transport, trust_env=False) as client:
        with pytest.raises(httpx.ConnectError, match="recorded"):
            await client.get("http://news.test/")
    assert recorder.dialled == ["news.test"]


async def test_canary_the_fetcher_refuses_an_httpx_without_that_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Other(httpx.AsyncBaseTransport):
        def __init__(self, **unused: object) -> None: ...

    monkeypatch.setattr(httpx, "AsyncHTTPTransport", Other)
    with pytest.raises(RuntimeError, match="guard"):
        open_fetcher()


async def test_names_are_resolved_by_what_the_guard_is_given() -> None:
    with Server({"/a": reply(b"a")}) as server:
        guard = Guard(allow_private=True, resolver=loopback_resolver)
        assert (await get(server.url("/a", "any.name.test"), guard=guard)).status == 200
        with pytest.raises(ForbiddenAddressError):
            await get(server.url("/a", "any.name.test"), guard=Guard(resolver=loopback_resolver))
