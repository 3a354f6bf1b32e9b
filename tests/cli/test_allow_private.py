"""``--allow-private``, wherever it is offered, opens loopback and private networks and no more."""

from __future__ import annotations

import socket

import pytest

from tests.cli.newspaper import newspaper
from tests.cli.running import Kliping, RunHere
from tests.servers import Server, redirect

COMMANDS = {
    "fetch": ("fetch",),
    "explain": ("explain",),
    "extract": ("extract",),
    "discover": ("discover",),
    "rules test": ("rules", "test"),
    "sources add": ("sources", "add"),
    "sources test": ("sources", "test"),
}
"""Those that are given an address."""
CLOSED = (
    "http://169.254.169.254/",
    "http://[fd00:ec2::254]/",
    "http://0.0.0.0/",
    "http://2852039166/",
)


@pytest.fixture
def careful(kliping: Kliping) -> Kliping:
    """A user whose configuration opens nothing."""
    hosts = ("127.0.0.1", "169.254.169.254", "[fd00:ec2::254]", "0.0.0.0")
    rules = "".join(f'[rules."{host}"]\ntitle = "h1"\n' for host in hosts)
    kliping.config = f"[pace]\nmin_delay = 0\n{rules}"
    return kliping


@pytest.fixture
def beyond(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where a TCP socket was to be connected but on loopback: none is."""
    noted: list[str] = []
    connect = socket.socket.connect

    def watch(self: socket.socket, address: tuple[str, int]) -> None:
        if self.type == socket.SOCK_STREAM and address[0] != "127.0.0.1":
            noted.append(address[0])
            raise ConnectionRefusedError
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", watch)
    return noted


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_opens_no_more_than_it_says(
    command: str, careful: Kliping, run_here: RunHere, server: Server, beyond: list[str]
) -> None:
    feed = newspaper(server, 2)
    pages = ("fetch", "explain", "extract", "rules test")
    url = server.url("/story/1") if command in pages else feed
    words = COMMANDS[command]
    ended = run_here(careful, *words, url)
    assert (ended.code, server.requests) == (5, [])
    assert "--allow-private" in ended.err
    for closed in CLOSED:
        ended = run_here(careful, *words, "--allow-private", closed)
        assert (ended.code, ended.out) == (5, ""), closed
        assert "a forbidden address (" in ended.err
    assert server.requests == []
    assert run_here(careful, *words, "--allow-private", url).code == 0
    assert server.requests
    assert beyond == []


def test_an_import_and_a_crawl_open_no_more(
    careful: Kliping, run_here: RunHere, server: Server, beyond: list[str]
) -> None:
    listed = careful.home / "sources.txt"
    listed.write_text(f"{newspaper(server, 1)}\nhttp://169.254.169.254/feed\n")
    run_here(careful, "sources", "import", listed)
    run_here(careful, "crawl", "-q")
    assert server.requests == []
    other = ("--db", careful.home / "other.db")
    run_here(careful, *other, "sources", "import", listed, "--allow-private")
    assert server.targets() == ["/robots.txt", "/feed.xml"]
    run_here(careful, *other, "crawl", "-q")
    assert len(server.requests) == 2
    assert beyond == []


def test_a_crawl_opens_what_it_says(
    careful: Kliping, run_here: RunHere, server: Server, beyond: list[str]
) -> None:
    run_here(careful, "sources", "add", newspaper(server, 1), "--allow-private")
    server.routes["/story/1"] = redirect("http://169.254.169.254/latest/meta-data/")
    run_here(careful, "crawl", "-q", "--allow-private")
    assert "/story/1" in server.targets()
    assert beyond == []


def test_no_setting_names_a_proxy(careful: Kliping, run_here: RunHere, server: Server) -> None:
    """What a proxy connects to no guard sees: there is none to be had."""
    careful.config = '[fetch]\nproxy = "http://127.0.0.1:3128"\n'
    ended = run_here(careful, "fetch", "--allow-private", server.url("/1"))
    assert (ended.code, server.requests) == (2, [])
    assert "proxy" in ended.err


def test_a_proxy_of_the_environment_is_left_alone(
    careful: Kliping, run_here: RunHere, server: Server
) -> None:
    newspaper(server, 1)
    with Server() as proxy:
        set_up = dict.fromkeys(("HTTP_PROXY", "http_proxy", "ALL_PROXY"), proxy.url(""))
        page = server.url("/story/1")
        assert run_here(careful, "fetch", "--allow-private", page, env=set_up).code == 0
        assert proxy.connections == 0
    assert "/story/1" in server.targets()
