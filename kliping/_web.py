"""Pages, fetched in a thread of its own, so that also a notebook's cell may ask for one.

The thread keeps one event loop with one fetcher: pace, pauses and robots.txt outlast a call.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError, Future
from contextlib import nullcontext
from typing import Any, NoReturn, TypeVar

from scraper.clock import SystemClock
from scraper.crawl.fetch_one import read_by_hand
from scraper.errors import FetchError, StatusError
from scraper.fetch import FetchPolicy, PacePolicy
from scraper.model.types import Article, Capture
from scraper.setup import MemoryHosts, SyncHostStore, Tools, open_tools
from scraper.urls import parse_address
from storage.database.places import Place
from storage.database.turns import open_turns

T = TypeVar("T")


class Web:
    """A fetcher, its readers and its thread, until it is closed."""

    def __init__(
        self, hosts: SyncHostStore, *, allow_private: bool, archive: Place | None = None
    ) -> None:
        """``archive``: whose pace it keeps, with all other processes that use it."""
        self._hosts = hosts
        self._archive = archive
        self._policy = FetchPolicy(allow_private=allow_private)
        self._opened: Future[tuple[asyncio.AbstractEventLoop, Tools]] = Future()
        self._end = asyncio.Event()
        self._process = os.getpid()
        self._working: set[asyncio.Task[Any]] = set()
        # A daemon: a program that forgets to close it can end all the same.
        self._thread = threading.Thread(target=self._live, name="kliping-fetch", daemon=True)
        self._thread.start()
        self._loop, self._tools = self._opened.result()

    def run(self, work: Callable[[Tools], Coroutine[Any, Any, T]]) -> T:
        """Do it in the thread, and wait. Whoever stops waiting stops it.

        Raises ``ValueError`` where it is closed meanwhile, and in a process that was forked.
        """
        if os.getpid() != self._process:
            raise ValueError("it was opened before this process was forked: open it anew here")
        answer = asyncio.run_coroutine_threadsafe(self._do(work), self._loop)
        try:
            return answer.result()
        except CancelledError:
            raise ValueError("it was closed meanwhile") from None
        except BaseException:
            answer.cancel()
            raise

    async def _do(self, work: Callable[[Tools], Coroutine[Any, Any, T]]) -> T:
        task = asyncio.current_task()
        assert task is not None
        self._working.add(task)
        try:
            return await work(self._tools)
        finally:
            self._working.discard(task)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()

    def _live(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            if self._opened.done():
                raise
            self._opened.set_exception(error)

    async def _serve(self) -> None:
        turns = None if self._archive is None else open_turns(self._archive)
        pace, clock = PacePolicy(), SystemClock()
        with turns or nullcontext():
            async with open_tools(self._policy, pace, self._hosts, clock, turns=turns) as tools:
                self._opened.set_result((asyncio.get_running_loop(), tools))
                await self._end.wait()
                for task in self._working:
                    task.cancel()
                await asyncio.gather(*self._working, return_exceptions=True)


def fetch_article(url: str, *, allow_private: bool) -> Article:
    """See ``kliping.fetch``."""
    address = checked_address(url)

    async def work(tools: Tools) -> Article:
        capture = await read_by_hand(address, tools)
        return capture.article or _refuse(capture)

    return _shared_web(allow_private).run(work)


def checked_address(url: str) -> str:
    """Raises ``TypeError`` and ``AddressError``."""
    if not isinstance(url, str):
        raise TypeError(f"an address is a str, not {type(url).__name__}")
    return parse_address(url)


def _refuse(capture: Capture) -> NoReturn:
    """There is no article: raises why."""
    assert capture.response is not None
    url, reason = capture.response.url, capture.reason or ""
    if reason.startswith("http_"):
        raise StatusError(url, capture.response.status)
    code, _, detail = reason.partition(": ")
    raise FetchError(url, code, detail or code)


# --------------------------------------------------------------------- the process's own


_shared: dict[tuple[int, bool], Web] = {}
_lock = threading.Lock()


def _shared_web(allow_private: bool) -> Web:
    """That of this process; a child that was forked has one of its own."""
    key = os.getpid(), allow_private
    with _lock:
        if key not in _shared:
            web = _shared[key] = Web(MemoryHosts(), allow_private=allow_private)
            atexit.register(web.close)
        return _shared[key]
