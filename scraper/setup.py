"""What every way of acquiring pages needs: a fetcher, a sandbox, the database's thread, and the
rules of sites."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from scraper.clock import Clock
from scraper.fetch import Fetcher, FetchPolicy, PacePolicy
from scraper.fetch.credentials import Credentials
from scraper.fetch.politeness import Turns
from scraper.isolation.db_thread import DbThread
from scraper.isolation.malloc import give_back_large_blocks
from scraper.isolation.sandbox import Sandbox
from scraper.model.types import HostState, RobotsCache
from scraper.rules import RuleBook, shipped_rules


class SyncHostStore(Protocol):
    """Stores what must outlast a run about hosts. Synchronous: it is called in a thread."""

    def load_host(self, host: str) -> HostState: ...

    def save_host(self, state: HostState) -> None: ...

    def load_robots(self, origin: str) -> RobotsCache | None: ...

    def save_robots(self, copy: RobotsCache) -> None: ...


@dataclass(frozen=True)
class Tools:
    fetcher: Fetcher
    sandbox: Sandbox
    offload: DbThread
    rules: RuleBook = field(default_factory=RuleBook)
    images: str = "none"
    """``lead``: lead images are fetched too, where their source does not say (``FetchPolicy``)."""


@asynccontextmanager
async def open_tools(
    fetch: FetchPolicy,
    pace: PacePolicy,
    hosts: SyncHostStore,
    clock: Clock,
    rules: RuleBook | None = None,
    *,
    credentials: Credentials | None = None,
    obey_robots: bool = True,
    turns: Turns | None = None,
) -> AsyncIterator[Tools]:
    """Open all of them, and close them in the order in which they depend on each other.

    Without ``rules`` the shipped ones hold; ``credentials`` go to the sites that they are for;
    ``obey_robots`` and ``turns`` as of ``Fetcher``.
    """
    give_back_large_blocks()
    book = rules if rules is not None else RuleBook((shipped_rules(),))
    offload = DbThread()
    try:
        async with (
            Sandbox() as sandbox,
            Fetcher(
                fetch,
                pace,
                _OffloadedHosts(hosts, offload),
                clock,
                credentials=credentials,
                obey_robots=obey_robots,
                turns=turns,
            ) as fetcher,
        ):
            yield Tools(fetcher, sandbox, offload, book, fetch.images)
    finally:
        offload.close()


class _OffloadedHosts:
    """The fetcher's asynchronous ``HostStore`` over a synchronous one."""

    def __init__(self, hosts: SyncHostStore, offload: DbThread) -> None:
        self._hosts = hosts
        self._offload = offload

    async def load_host(self, host: str) -> HostState:
        return await self._offload(self._hosts.load_host, host)

    async def save_host(self, state: HostState) -> None:
        await self._offload(self._hosts.save_host, state)

    async def load_robots(self, origin: str) -> RobotsCache | None:
        return await self._offload(self._hosts.load_robots, origin)

    async def save_robots(self, copy: RobotsCache) -> None:
        await self._offload(self._hosts.save_robots, copy)


class MemoryHosts:
    """A ``SyncHostStore`` that lasts as long as its process."""

    def __init__(self) -> None:
        self._states: dict[str, HostState] = {}
        self._copies: dict[str, RobotsCache] = {}

    def load_host(self, host: str) -> HostState:
        return self._states.get(host, HostState(host))

    def save_host(self, state: HostState) -> None:
        self._states[state.host] = state

    def load_robots(self, origin: str) -> RobotsCache | None:
        return self._copies.get(origin)

    def save_robots(self, copy: RobotsCache) -> None:
        self._copies[copy.origin] = copy
