"""What is wrong on this machine says nothing about a page: it stays due for the next run."""

from __future__ import annotations

import asyncio
import errno
import socket
from datetime import timedelta
from pathlib import Path

import anyio
import pytest

from scraper.fetch import FetchPolicy
from scraper.fetch.failures import is_local
from scraper.fetch.guard import ResolutionError, resolve_host
from scraper.model.events import PageDone, SourceDone
from scraper.model.types import Outcome
from tests.cli.newspaper import newspaper
from tests.press import HOUR, START, Press
from tests.servers import Server, reply
from tests.tables import each_row


@each_row(
    ("error", "expected"),
    [
        (OSError(errno.ENETUNREACH, "x"), True),
        (OSError(errno.ENETDOWN, "x"), True),
        (OSError(errno.EMFILE, "x"), True),
        (ResolutionError("x", is_temporary=True), True),
        (ResolutionError("x"), False),
        (OSError(errno.EHOSTUNREACH, "x"), False),
        (OSError(errno.ECONNREFUSED, "x"), False),
        (TimeoutError(), False),
    ],
)
def test_causes(error: Exception, expected: bool) -> None:
    assert is_local(error) is expected
    wrapped = RuntimeError("a library's own")
    wrapped.__context__ = error
    assert is_local(wrapped) is expected


@each_row(("code", "expected"), [(socket.EAI_AGAIN, True), (socket.EAI_NONAME, False)])
def test_a_resolver_that_does_not_answer(
    code: int, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def getaddrinfo(*_: object, **__: object) -> None:
        raise socket.gaierror(code, "x")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with pytest.raises(ResolutionError) as caught:
        asyncio.run(resolve_host("news.example", 80))
    assert is_local(caught.value) is expected


def test_without_leave_for_private_addresses_all_stays_due(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    press = Press(tmp_path / "a.db")
    with Server() as server:
        press.add(newspaper(server, 14))
        gone = server.routes.pop("/story/7")
        press.pages(START, max_articles=4)
        server.requests.clear()
        with monkeypatch.context() as patch:
            patch.setattr("tests.press.FetchPolicy", lambda **_: FetchPolicy(deadline=10.0))
            events = press.crawl(START + 9 * HOUR)
        assert server.requests == []
        assert [type(event) for event in events] == [SourceDone], "one attempt a host"
        # Pages whose source is not due are tried alone, and one stands for all of its host.
        with monkeypatch.context() as patch:
            patch.setattr("tests.press.FetchPolicy", lambda **_: FetchPolicy(deadline=10.0))
            press.sql("UPDATE source SET due_at = NULL")
            (event,) = press.crawl(START + 9 * HOUR)
        assert isinstance(event, PageDone)
        assert (event.outcome, (event.reason or "").partition(":")[0]) == (
            Outcome.FAILED, "forbidden_address",
        )  # fmt: skip
        server.routes["/story/7"] = gone
        again = press.pages(START + 9 * HOUR + timedelta(seconds=1))
        assert len(press.filed()) == 14, again
        assert press.sql("SELECT max(failures) FROM page") == [(0,)]


def test_a_redirect_to_a_private_address_is_the_pages_own_fault(tmp_path: Path) -> None:
    press = Press(tmp_path / "a.db")
    with Server() as server:
        press.add(newspaper(server, 2))
        server.routes["/story/1"] = reply(
            b"", 302, headers={"Location": "http://169.254.169.254/latest"}
        )
        press.crawl(START)
        assert press.filed() == {"/story/2"}
        assert press.sql("SELECT failures FROM page WHERE url LIKE '%/1'") == [(1,)]


def test_without_a_network_all_stays_due(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def connect_tcp(*_: object, **__: object) -> None:
        raise OSError(errno.ENETUNREACH, "Network is unreachable")

    press = Press(tmp_path / "a.db")
    with Server() as server:
        press.add(newspaper(server, 3))
        press.pages(START, max_articles=1)
        with monkeypatch.context() as patch:
            patch.setattr(anyio, "connect_tcp", connect_tcp)
            press.crawl(START + 9 * HOUR)
        assert press.sql("SELECT max(failures) FROM page") == [(0,)]
        press.pages(START + 9 * HOUR + timedelta(seconds=1))
        assert press.filed() == {"/story/1", "/story/2", "/story/3"}
