"""Every failure can be found: at the end of the crawl, and later in ``list --failed``."""

from __future__ import annotations

from datetime import datetime, timedelta
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread

import pytest

from tests.cli.newspaper import newspaper
from tests.cli.running import Ended, Kliping, RunHere
from tests.servers import Server, reply

KEYS = ["url", "source", "reason", "detail", "attempts", "last_attempt_at", "next_attempt_at"]
EMPTY = reply("<html><head><title>x</title></head><body><script>app()</script></body></html>")


@pytest.fixture
def crawled(kliping: Kliping, run_here: RunHere, server: Server) -> Ended:
    """A paper of nine stories: six are gone, one is empty, one is forbidden by robots.txt."""
    server.routes["/robots.txt"] = reply("User-agent: *\nDisallow: /story/9\n")
    run_here(kliping, "sources", "add", newspaper(server, 9), "--name", "mole")
    for number in range(2, 8):
        del server.routes[f"/story/{number}"]
    server.routes["/story/8"] = EMPTY
    return run_here(kliping, "crawl", "mole")


def test_the_crawl_names_the_first_and_how_to_see_the_rest(crawled: Ended, server: Server) -> None:
    *failed, more, end = crawled.errors
    assert failed == [
        f"kliping: {server.url(f'/story/{number}')}: failed: HTTP 404" for number in range(2, 7)
    ]
    assert more == "kliping: 1 more page failed: `kliping list --failed` shows all"
    assert end.startswith(
        "kliping: 9 pages: 1 new, 1 rejected, 6 failed, 1 forbidden by robots.txt; "
    )


def test_they_are_listed_with_their_reasons(
    crawled: Ended, kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    pages = run_here(kliping, "list", "--failed", "--json").objects
    assert [list(page) for page in pages] == [KEYS] * 8
    assert {page["url"]: page["reason"] for page in pages} == {
        **{server.url(f"/story/{number}"): "http_404" for number in range(2, 8)},
        server.url("/story/8"): "empty",
        server.url("/story/9"): "robots",
    }
    for page in pages:
        assert (page["source"], page["attempts"]) == ("mole", 1)
        last, following = map(datetime.fromisoformat, list(page.values())[-2:])
        assert following - last == pytest.approx(timedelta(days=1), abs=timedelta(minutes=1))
    lines = run_here(kliping, "list", "--failed").out.splitlines()
    assert [line.split("\t")[1] for line in lines] == [page["url"] for page in pages]


def test_they_can_be_narrowed_down(
    crawled: Ended, kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    def count(*arguments: object) -> int:
        return len(run_here(kliping, "list", "--failed", "--json", *arguments).objects)

    assert count("--reason", "http_404") == 6
    assert count("--reason", "empty", "--source", "mole") == 1
    assert count("--reason", "http_4") == 0
    assert count("--limit", 3) == 3
    assert count("--limit", 0) == 8
    run_here(kliping, "fetch", server.url("/nowhere"))
    (page,) = run_here(kliping, "list", "--failed", "--json", "--limit", 1).objects
    assert (page["url"], page["source"], page["next_attempt_at"]) == (
        server.url("/nowhere"), None, None,
    )  # fmt: skip
    assert count("--source", "mole") == 8


def test_none_failed(kliping: Kliping, run_here: RunHere, server: Server) -> None:
    run_here(kliping, "fetch", newspaper(server, 1).replace("feed.xml", "story/1"))
    ended = run_here(kliping, "list", "--failed")
    assert (ended.code, ended.out) == (0, "")
    assert ended.err == "kliping: no page failed or was rejected when it was last tried\n"


def test_each_page_in_a_line(kliping: Kliping, run_here: RunHere, server: Server) -> None:
    run_here(kliping, "sources", "add", newspaper(server, 2))
    del server.routes["/story/2"]
    said = run_here(kliping, "crawl", "-v").errors
    assert f"kliping: new: {server.url('/story/1')} (article 1)" in said
    assert f"kliping: failed: {server.url('/story/2')}: HTTP 404" in said
    assert sum(server.url("/story/2") in line for line in said) == 1
    assert "kliping: `kliping list --failed` shows when they are tried again" in said


class WithoutTls(BaseRequestHandler):
    """What a web server says to a greeting in TLS at its plain port."""

    def handle(self) -> None:
        self.request.recv(2_000)
        self.request.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def test_an_address_with_https_for_http(
    kliping: Kliping, run_here: RunHere, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told, and how it would be asked for again."""
    with ThreadingTCPServer(("127.0.0.1", 0), WithoutTls) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"https://127.0.0.1:{server.server_address[1]}/story/1"
        ended = run_here(kliping, "fetch", url)
        server.shutdown()
    assert "the address may have to begin with http://" in ended.err
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    shown = run_here(kliping, "list", "--failed", env={"COLUMNS": "200", "TERM": "dumb"}).out
    assert shown.rstrip().endswith("with --retry")
    assert run_here(kliping, "crawl", "--retry").err.startswith("kliping: 1 failed")


def test_wrong_options(kliping: Kliping, run_here: RunHere) -> None:
    kliping.make_archive()
    for arguments, problem in (
        (("list", "--failed", "--rejected"), "exclude each other"),
        (("list", "--reason", "http_404"), "--reason belongs to --failed"),
        (("list", "--source", "x"), "no source 'x'"),
        (("list", "--failed", "--source", "nope"), "no source 'nope'"),
        (("crawl", "-v", "-q"), "exclude each other"),
    ):
        ended = run_here(kliping, *arguments)
        assert (ended.code, ended.out) == (2, ""), arguments
        assert problem in ended.err


def test_an_idle_crawl_says_when_something_is_due(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    run_here(kliping, "sources", "add", newspaper(server, 2))
    run_here(kliping, "crawl")
    for arguments in (("crawl",), ("crawl", "--dry-run")):
        (said,) = run_here(kliping, *arguments).errors
        _, _, told = said.partition("; the next is due at ")
        due_at = datetime.fromisoformat(told.partition(";")[0])
        now = datetime.now(due_at.tzinfo)
        assert timedelta(minutes=50) < due_at - now <= timedelta(hours=1), said


def test_health_tells_of_failed_polls_before_they_are_an_alarm(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    run_here(kliping, "sources", "add", newspaper(server, 1), "--name", "mole")
    del server.routes["/feed.xml"]
    run_here(kliping, "crawl", "mole")
    run_here(kliping, "crawl", "mole")
    ended = run_here(kliping, "health", "mole")
    assert ended.code == 0
    assert "2 polls failed: the server answered HTTP 404; alarm at 3 polls over 6 h" in ended.out
    assert run_here(kliping, "health", "-q").out == ""
