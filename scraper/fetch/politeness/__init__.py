"""Pace: one request at a time to a host, a delay after it, and a pause where the host asks for one.

Delays follow the monotonic clock and live as long as the process; a pause follows the wall clock
and outlasts the run through the ``HostStore``. Where several processes share an archive, ``Turns``
hold each host's one request and its delay for all of them.

Hosts of one registrable domain that share an IP address are one machine of one owner, and share
the one request and the delay. Hosts of different domains on one address (shared hosting, a CDN)
do not, nor do hosts of one domain on different addresses. Each pause is of one host alone.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Set
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from scraper.clock import Clock, in_message
from scraper.errors import PausedError
from scraper.fetch.policy import PacePolicy
from scraper.fetch.politeness import retry
from scraper.model.types import HostState, RobotsCache
from scraper.urls import domain_of, host_of

# Heritrix's politeness: wait several times as long as the host took to answer.
DELAY_FACTOR = 5.0
MAX_DELAY_FACTOR = 10.0
_NO_REST = MAX_DELAY_FACTOR * 24 * 60 * 60
"""Seconds. No pace that the settings allow (a day) lets a host rest for longer: more was written by
no pace, or under a clock that ran ahead."""
_MAX_LANES = 4096
_STATE_SECONDS = 2.0
"""How old what is known of a host may be: another process may have been sent away meanwhile."""
LOOKS_EVERY = 0.05
"""Seconds between two looks whether another process is done with a host."""
TURN_PATIENCE = 180.0
"""Seconds after which it has stopped, and asks for nothing: no request may take so long."""

logger = logging.getLogger(__name__)


class HostStore(Protocol):
    """What must outlast a run. ``host`` is as of ``urls.host_of``, ``origin`` of ``origin_of``."""

    async def load_host(self, host: str) -> HostState:
        """The stored state, or a fresh one for a host never saved."""

    async def save_host(self, state: HostState) -> None: ...

    async def load_robots(self, origin: str) -> RobotsCache | None: ...

    async def save_robots(self, copy: RobotsCache) -> None: ...


class Turns(Protocol):
    """The turns of hosts among the processes that share an archive. No call waits."""

    def take(self, host: str, now: float) -> float | None:
        """Take a host's turn: how many seconds it still rests after what another process asked;
        ``None`` while another one has the turn or is next. Who calls again keeps its place in the
        queue. ``now`` is by the wall clock, in seconds since 1970."""

    def give_back(self, host: str, free_at: float | None) -> None:
        """Give back the turn, or the place in the queue. ``free_at``: when the host has rested,
        like ``now``; ``None`` where it was not asked."""


@dataclass(slots=True, kw_only=True)
class _Lane:
    """What one request at a time may use: a host, or a site's machine. Times are monotonic
    seconds."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0
    last_end: float | None = None
    delay: float = 0.0
    """How long it rests after ``last_end``."""
    state: HostState | None = None
    """Of a host's lane."""
    state_at: float = 0.0
    """When it was read or written."""


class Pace:
    """``turns`` are shared with other processes; without them the pace is this process's own."""

    def __init__(
        self, policy: PacePolicy, hosts: HostStore, clock: Clock, turns: Turns | None = None
    ) -> None:
        self._policy = policy
        self._hosts = hosts
        self._clock = clock
        self._turns = turns
        self._lanes: dict[str, _Lane] = {}
        self._told: set[str] = set()
        self._under_way = asyncio.Semaphore(policy.concurrency)

    async def paused_until(self, url: str) -> datetime | None:
        """Until when the host of ``url`` asked to be left alone, if that is in the future."""
        host = host_of(url)
        lane, now = self._lane(host), self._clock.monotonic()
        if lane.state is None or not 0 <= now - lane.state_at < _STATE_SECONDS:
            self._note(await self._hosts.load_host(host))
        state = self._lane(host).state
        return None if state is None else self._future(state)

    async def refuse_paused(self, url: str) -> None:
        """Raises ``PausedError`` while the host's pause lasts."""
        until = await self.paused_until(url)
        if until is not None:
            raise _paused(url, until)

    @asynccontextmanager
    async def turn(
        self, url: str, crawl_delay: float | None = None, addresses: Set[str] = frozenset()
    ) -> AsyncIterator[None]:
        """Wait for the host to be free and rested, and hold it for one request.

        ``addresses`` are the IP addresses by which it is known whether hosts of its site share a
        machine; ``crawl_delay`` is in seconds, as its robots.txt states it. Nobody who waits for
        a host counts among the requests under way.

        Raises ``PausedError`` where the host was throttled while this waited for its turn.
        """
        host = host_of(url)
        lanes: list[_Lane] = []
        # In one order for everybody, so that no two wait for each other.
        for name in sorted({host, *machines(url, addresses)}):
            lanes.append(self._lane(name))
            lanes[-1].users += 1
        try:
            async with AsyncExitStack() as held:
                for lane in lanes:
                    await held.enter_async_context(lane.lock)
                state = self._lane(host).state
                if state is not None and (until := self._future(state)):
                    raise _paused(url, until)
                asked = self._capped(host, crawl_delay)
                await self._rest(lanes, asked)
                await held.enter_async_context(self._turn_among_processes(url))
                await held.enter_async_context(self._under_way)
                started = self._clock.monotonic()
                try:
                    yield
                finally:
                    self._finish(lanes, started, asked)
        finally:
            for lane in lanes:
                lane.users -= 1

    async def throttle(self, url: str, stated: timedelta | None) -> datetime:
        """Save the pause that a 429 or 503 sets, and return its end."""
        state = await self._hosts.load_host(host_of(url))
        nth = state.throttled + 1
        until = self._clock.now() + retry.pause(stated, nth)
        await self._save(replace(state, paused_until=until, throttled=nth))
        return until

    async def succeed(self, url: str) -> None:
        """After a 2xx or 304: the refusals in a row are over."""
        state = self._lane(host_of(url)).state
        if state is not None and (state.throttled or state.paused_until):
            await self._save(replace(state, paused_until=None, throttled=0))

    async def _save(self, state: HostState) -> None:
        await self._hosts.save_host(state)
        self._note(state)

    def _note(self, state: HostState) -> None:
        lane = self._lane(state.host)
        lane.state, lane.state_at = state, self._clock.monotonic()

    async def _rest(self, lanes: list[_Lane], asked: float) -> None:
        """Until each of them has rested, and for as long as the host ``asked`` for."""
        ends = [
            lane.last_end + max(lane.delay, asked) for lane in lanes if lane.last_end is not None
        ]
        wait = max(ends, default=0.0) - self._clock.monotonic()
        if wait > 0:
            await self._clock.sleep(wait)

    @asynccontextmanager
    async def _turn_among_processes(self, url: str) -> AsyncIterator[None]:
        """Wait for other processes to be done with the host, and to have let it rest.

        Raises ``PausedError`` where one of them was sent away meanwhile.
        """
        if self._turns is None:
            yield
            return
        host, clock = host_of(url), self._clock
        lane, waited = self._lane(host), 0.0
        ended_before = lane.last_end
        try:
            while (rest := self._turns.take(host, clock.now().timestamp())) is None:
                if waited >= TURN_PATIENCE:
                    break
                await clock.sleep(LOOKS_EVERY)
                waited += LOOKS_EVERY
            rest = 0.0 if rest is None or rest > _NO_REST else rest
            if rest:
                await clock.sleep(min(rest, self._longest_rest))
            if waited or rest:
                self._note(await self._hosts.load_host(host))
                await self.refuse_paused(url)
            yield
        finally:
            was_asked = lane.last_end != ended_before
            free_at = clock.now().timestamp() + lane.delay if was_asked else None
            self._turns.give_back(host, free_at)

    def _finish(self, lanes: list[_Lane], started: float, asked: float) -> None:
        now = self._clock.monotonic()
        delay = max(adaptive_delay(now - started, self._policy.min_delay), asked)
        for lane in lanes:
            lane.last_end, lane.delay = now, delay

    def _capped(self, host: str, crawl_delay: float | None) -> float:
        cap = self._policy.max_crawl_delay
        if crawl_delay is not None and crawl_delay > cap and host not in self._told:
            self._told.add(host)
            logger.info("%s: Crawl-delay of %g s capped at %g s", host, crawl_delay, cap)
        return min(crawl_delay or 0.0, cap)

    def _future(self, state: HostState) -> datetime | None:
        until, now = state.paused_until, self._clock.now()
        # A pause longer than any was set under a clock that ran ahead.
        if until is None or not now < until <= now + retry.MAX_PAUSE:
            return None
        return until

    def _lane(self, name: str) -> _Lane:
        if name not in self._lanes:
            if len(self._lanes) >= _MAX_LANES:
                self._forget_rested()
            self._lanes[name] = _Lane()
        return self._lanes[name]

    @property
    def _longest_rest(self) -> float:
        return max(self._policy.max_crawl_delay, MAX_DELAY_FACTOR * self._policy.min_delay)

    def _forget_rested(self) -> None:
        """Drop the lanes that nobody uses and that no delay holds back any more."""
        before = self._clock.monotonic() - self._longest_rest
        self._lanes = {
            name: lane
            for name, lane in self._lanes.items()
            if lane.users or (lane.last_end is not None and lane.last_end > before)
        }


def machines(url: str, addresses: Set[str]) -> set[str]:
    """Names for what the host of ``url`` shares with other hosts: its site at each address.

    The port is a part of the site here, as it tells two servers apart; no name is one of a host.
    """
    if not addresses:
        return set()
    port = host_of(url).rpartition(":")[2]
    site = f"{domain_of(url)} {port if port.isdecimal() else ''}"
    return {f"{address} {site}" for address in addresses}


def adaptive_delay(response_time: float, min_delay: float) -> float:
    """Several times the last response time, within [min_delay, 10 · min_delay]; seconds."""
    return min(max(DELAY_FACTOR * response_time, min_delay), MAX_DELAY_FACTOR * min_delay)


def _paused(url: str, until: datetime) -> PausedError:
    return PausedError(url, until, f"its host is left alone until {in_message(until)}")
