"""What the fetch tests share: a HostStore in memory, names that resolve to loopback, a fetcher."""

from __future__ import annotations

from scraper.clock import Clock
from scraper.fetch import Fetcher, FetchPolicy, PacePolicy
from scraper.fetch.credentials import Credentials
from scraper.fetch.guard import Guard
from scraper.model.types import FetchRequest, HostState, Response, RobotsCache, Validators
from tests.clocks import FakeClock


class MemoryHosts:
    """A ``HostStore`` that outlasts its fetchers."""

    def __init__(self) -> None:
        self.hosts: dict[str, HostState] = {}
        self.robots: dict[str, RobotsCache] = {}
        self.saves = 0

    async def load_host(self, host: str) -> HostState:
        return self.hosts.get(host, HostState(host))

    async def save_host(self, state: HostState) -> None:
        self.saves += 1
        self.hosts[state.host] = state

    async def load_robots(self, origin: str) -> RobotsCache | None:
        return self.robots.get(origin)

    async def save_robots(self, copy: RobotsCache) -> None:
        self.robots[copy.origin] = copy


async def loopback_resolver(host: str, port: int) -> list[str]:
    """Every name is this machine. No DNS is asked."""
    return ["127.0.0.1"]


def open_fetcher(
    policy: FetchPolicy | None = None,
    pace: PacePolicy | None = None,
    hosts: MemoryHosts | None = None,
    clock: Clock | None = None,
    guard: Guard | None = None,
    credentials: Credentials | None = None,
) -> Fetcher:
    """Loopback allowed, no delay, time stands still, names resolve to loopback."""
    return Fetcher(
        policy or FetchPolicy(allow_private=True),
        pace or PacePolicy(min_delay=0),
        hosts or MemoryHosts(),
        clock or FakeClock(),
        guard=guard or Guard(allow_private=True, resolver=loopback_resolver),
        credentials=credentials,
    )


async def get(url: str, validators: Validators | None = None, **options: object) -> Response:
    """One fetch by a fetcher of its own, as a person asks for it."""
    async with open_fetcher(**options) as fetcher:  # type: ignore[arg-type]
        return await fetcher.fetch(FetchRequest(url, validators or Validators(), vouched=True))
