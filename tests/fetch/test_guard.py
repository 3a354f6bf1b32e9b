"""How the guard sits between a name and a socket.

Which addresses it refuses: ``test_guard_corpus`` (spellings) and ``test_guard_laws`` (networks).
"""

from __future__ import annotations

import re
import socket
import threading
from ipaddress import ip_address
from itertools import cycle
from pathlib import Path

import pytest

import scraper
from scraper.errors import ForbiddenAddressError, NetworkError, RedirectError
from scraper.fetch import Fetcher, FetchPolicy, PacePolicy
from scraper.fetch.guard import Guard, ResolutionError, is_own_address, resolve_host
from scraper.model.types import FetchRequest
from tests.clocks import FakeClock
from tests.fetch.kit import MemoryHosts, get, loopback_resolver, open_fetcher
from tests.fetch.recorder import Recorder
from tests.servers import Server, raw, redirect, reply
from tests.tables import each_row

pytestmark = pytest.mark.anyio

PARTS = ("scraper", "storage", "commands", "migrations")
OPENS_CONNECTIONS = re.compile(
    r"^ *(?:import|from) (?:socket|socketserver|httpx|urllib\.request|urllib3|http\.client|ftplib"
    r"|smtplib|requests|aiohttp)\b|\b(?:open_connection|create_connection|urlopen)\(",
    re.MULTILINE,
)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


def guarded(recorder: Recorder) -> Fetcher:
    return open_fetcher(FetchPolicy(), guard=Guard(resolver=recorder.resolve, dialler=recorder))


async def test_the_checked_addresses_are_tried_in_turn(recorder: Recorder) -> None:
    recorder.answers["news.test"] = ["2606:4700::1", "93.184.216.34", "93.184.216.34"]
    recorder.refuses = True
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


async def test_a_name_that_flips_is_judged_at_each_look_up(recorder: Recorder) -> None:
    answers = cycle([["8.8.8.8"], ["169.254.169.254"], ["8.8.8.8", "10.0.0.1"], ["1.1.1.1"], []])
    flipping = [next(answers) for _ in range(60)]
    judged: list[list[str]] = []

    async def resolver(host: str, port: int) -> list[str]:
        judged.append(flipping[len(judged)])
        return judged[-1]

    guard = Guard(resolver=resolver, dialler=recorder)
    async with open_fetcher(FetchPolicy(), guard=guard) as fetcher:
        for number in range(24):  # a new origin each, so that no robots.txt is remembered
            try:
                await fetcher.fetch(FetchRequest(f"http://news.test:{8000 + number}/"))
            except (ForbiddenAddressError, NetworkError):
                continue
    grouping, connecting = judged[:1], judged[1:]
    assert grouping == [["8.8.8.8"]]
    dialled = [each[0] for each in connecting if each in (["8.8.8.8"], ["1.1.1.1"])]
    assert recorder.dialled == dialled
    assert len(dialled) > 5


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


@each_row(
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


async def test_a_chain_of_names_is_judged_by_where_it_ends(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system's resolver follows CNAMEs: names on the way count for nothing."""

    def getaddrinfo(host: bytes, port: int, type: int) -> list[tuple[object, ...]]:
        (end,) = [each for name, each in ends.items() if name == host]
        return [(socket.AF_INET, type, 6, b"8.8.8.8.cdn.test", (end, port))]

    ends = {b"good.test": "93.184.216.34", b"bad.test": "169.254.169.254"}
    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    async with open_fetcher(FetchPolicy(), guard=Guard(dialler=recorder)) as fetcher:
        await fetcher.fetch(FetchRequest("http://good.test/"))
        with pytest.raises(ForbiddenAddressError):
            await fetcher.fetch(FetchRequest("http://bad.test/"))
    assert set(recorder.dialled) == {"93.184.216.34"}


@pytest.mark.parametrize("answers", [[], [""], ["news.test"], ["127.1"], ["2130706433"], ["[::1]"]])
async def test_answers_that_are_no_addresses_lead_nowhere(
    answers: list[str], recorder: Recorder
) -> None:
    recorder.answers["news.test"] = answers
    async with guarded(recorder) as fetcher:
        with pytest.raises(NetworkError) as caught:
            await fetcher.fetch(FetchRequest("http://news.test/a"))
    assert (caught.value.reason, recorder.dialled) == ("dns", [])


async def test_a_hanging_look_up_is_ended_by_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()

    def hang(*unused: object, **ignored: object) -> list[object]:
        release.wait(300)
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


PROXIES = [
    "http://127.0.0.1:9",
    "http://10.0.0.1:3128",
    "http://[fd00:ec2::254]",
    "https://8.8.8.8",
]


@pytest.mark.parametrize("proxy", [*PROXIES, "socks5://127.0.0.1:1080", "http://proxy.test:3128"])
async def test_no_proxy_of_the_environment_is_used(
    proxy: str, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy)
        monkeypatch.setenv(name.lower(), proxy)
    recorder.answers["news.test"] = ["93.184.216.34"]
    async with guarded(recorder) as fetcher:
        for url in ("http://news.test/a", "https://news.test/a", "https://1.1.1.1/a"):
            assert (await fetcher.fetch(FetchRequest(url))).status == 404
    reached = {(line.address, line.port, line.host) for line in recorder.lines}
    assert reached == {
        ("93.184.216.34", 80, "news.test"),
        ("93.184.216.34", 443, "news.test"),
        ("1.1.1.1", 443, "1.1.1.1"),
    }
    assert set(recorder.looked_up) == {"news.test"}


def test_which_addresses_are_this_machines_own() -> None:
    assert is_own_address(ip_address("127.0.0.1"))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("127.0.0.1", 80))
        assert is_own_address(ip_address(probe.getsockname()[0]))
    for elsewhere in ("8.8.8.8", "198.51.100.1", "2606:4700::1", "2001:db8::1"):
        assert not is_own_address(ip_address(elsewhere))


async def test_an_address_of_this_machine_is_refused(recorder: Recorder) -> None:
    """A public one of its own reaches what listens here, past the firewall."""
    own = {ip_address("8.8.8.8"), ip_address("2606:4700::1")}
    recorder.answers |= {"a.test": ["8.8.8.8"], "b.test": ["1.1.1.1", "2606:4700::1"]}
    guard = Guard(resolver=recorder.resolve, dialler=recorder, is_own=own.__contains__)
    urls = [f"http://{host}/" for host in ("8.8.8.8", "a.test", "b.test", "[::ffff:8.8.8.8]")]
    async with open_fetcher(FetchPolicy(), guard=guard) as fetcher:
        for url in urls:
            with pytest.raises(ForbiddenAddressError, match="this machine's own"):
                await fetcher.fetch(FetchRequest(url))
    assert recorder.dialled == []


def test_canary_nothing_else_in_the_product_opens_a_connection() -> None:
    """But a database's driver, and a mailer, to the server that its user names."""
    root = Path(scraper.__file__).parents[1]
    files = [root / "cli.py", *(f for part in PARTS for f in (root / part).rglob("*.py"))]
    speakers = {
        file.name for file in files if OPENS_CONNECTIONS.search(file.read_text(encoding="utf-8"))
    }
    assert speakers == {"__init__.py", "pools.py", "client.py", "mail.py"}


async def test_names_are_resolved_by_what_the_guard_is_given() -> None:
    with Server({"/a": reply(b"a")}) as server:
        guard = Guard(allow_private=True, resolver=loopback_resolver)
        assert (await get(server.url("/a", "any.name.test"), guard=guard)).status == 200
        with pytest.raises(ForbiddenAddressError):
            await get(server.url("/a", "any.name.test"), guard=Guard(resolver=loopback_resolver))
