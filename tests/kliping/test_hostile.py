"""The Python API beside what else happens: files that go, threads, processes, forks."""

from __future__ import annotations

import os
import pickle
import shutil
import threading
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

import kliping
from scraper import errors
from tests.cli.newspaper import newspaper
from tests.servers import Server, silent
from tests.tables import each_row


@pytest.fixture
def filed(tmp_path: Path, server: Server) -> Path:
    newspaper(server, 2)
    place = tmp_path / "a.db"
    with kliping.open(place, write=True, allow_private=True) as archive:
        assert archive.fetch(server.url("/story/1")).filed
    return place


@pytest.mark.parametrize("how", ["deleted", "replaced"])
def test_what_is_open_to_write_and_goes_takes_nothing(
    filed: Path, server: Server, tmp_path: Path, how: str
) -> None:
    """Silently, it would be lost."""
    other = tmp_path / "b.db"
    shutil.copy(filed, other)
    with kliping.open(filed, write=True, allow_private=True) as archive:
        assert archive.get(1)
        if how == "deleted":
            filed.unlink()
        else:
            os.replace(other, filed)
        for ask in (lambda: archive.fetch(server.url("/story/2")), lambda: archive.get(1)):
            with pytest.raises(kliping.StorageError, match=how):
                ask()
        with pytest.raises(kliping.StorageError):
            archive.close()


def test_what_is_read_and_goes(filed: Path) -> None:
    with kliping.open(filed) as archive:
        assert archive.get(1)
        filed.unlink()
        for ask in (lambda: archive.get(1), lambda: archive.search("harbour")):
            with pytest.raises(kliping.Error):
                ask()


@each_row(
    "error",
    [
        kliping.FetchError("http://x/", "a", "b", is_local=True),
        errors.StatusError("http://x/", 404),
        errors.PausedError("http://x/", datetime(2026, 1, 1, tzinfo=UTC), "x"),
        errors.NotASourceError("http://x/", ("a",)),
        errors.SandboxError("a", "b"),
        kliping.NotFound("x"),
        kliping.AddressError("x", "y"),
    ],
)
def test_errors_come_back_from_another_process(error: Exception) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


def test_closing_ends_what_is_under_way(filed: Path, server: Server) -> None:
    server.routes["/slow"] = silent()
    archive = kliping.open(filed, write=True, allow_private=True)
    raised: list[BaseException] = []

    def fetch() -> None:
        try:
            archive.fetch(server.url("/slow"))
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=fetch) for _ in range(3)]
    for thread in threads:
        thread.start()
    while "/slow" not in server.targets():
        time.sleep(0.01)
    archive.close()
    for thread in threads:
        thread.join(30)
    assert [type(error) for error in raised] == [ValueError] * 3


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_forked_child_is_told_to_open_it_anew(filed: Path, server: Server) -> None:
    with kliping.open(filed, write=True, allow_private=True) as archive:
        archive.fetch(server.url("/story/1"))
        child = os.fork()
        if child == 0:
            code = 1
            try:
                archive.fetch(server.url("/story/2"))
            except ValueError as error:
                code = 7 if "open it anew" in str(error) else 2
            finally:
                os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


@each_row(
    ("arguments", "named"),
    [
        ({"html": None}, "html"),
        ({"html": 1}, "html"),
        ({"html": "", "url": b"http://x/"}, "url"),
        ({"html": "", "headers": "x"}, "headers"),
        ({"html": "", "headers": 3}, "headers"),
        ({"html": "", "now": 3}, "now"),
    ],
)
def test_an_argument_of_another_type(arguments: dict[str, Any], named: str) -> None:
    with pytest.raises(TypeError, match=f"^{named} is "):
        kliping.extract(**arguments)


def test_the_ends_of_numbers_and_of_the_calendar(filed: Path) -> None:
    with kliping.open(filed) as archive:
        assert len(archive.search("harbour", 2**63)) == 1
        west = timezone(timedelta(hours=-23))
        with pytest.raises(ValueError, match="until is too near"):
            archive.articles(until=datetime.max.replace(tzinfo=west))
