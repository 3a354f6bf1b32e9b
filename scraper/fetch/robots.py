"""robots.txt as RFC 9309 has it; the matching of rules is Protego's.

A copy not older than 24 hours rules (§2.4). Without one the file is asked for: 2xx is parsed,
3xx that leads nowhere and 4xx allow everything (§2.3.1.2, §2.3.1.3), 429 and 5xx forbid
everything until it can be read (§2.3.1.4), and where the host is not even reached, that error is
the page's own.
"""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from protego import Protego

from scraper.clock import Clock
from scraper.errors import FetchError, NetworkError, PausedError, RedirectError, RobotsError
from scraper.fetch.politeness import HostStore
from scraper.types import RobotsCopy
from scraper.urls import origin_of

AGENT = "kliping"
MAX_BYTES = 512 * 1024  # RFC 9309 §2.5 asks for 500 KiB at least
MAX_AGE = timedelta(hours=24)
FAILURE_SECONDS = 60.0
_MAX_PARSED = 256

ReadRobots = Callable[[str], Awaitable[tuple[int, bytes]]]
"""Address of a robots.txt -> (final status, at most ``MAX_BYTES`` of body). Raises FetchError."""

_AGENT_LINE = re.compile(r"[ \t]*user[- ]?agent[ \t]*:?[ \t]*([^#]*)", re.IGNORECASE)
_TOKEN = re.compile(r"[a-z_-]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rules:
    """What a robots.txt says to us: the merged groups for ``kliping``, or else those for ``*``."""

    parsed: Protego

    def allows(self, url: str) -> bool:
        return bool(self.parsed.can_fetch(url, AGENT))

    @property
    def crawl_delay(self) -> float | None:
        """Seconds, as stated."""
        delay = self.parsed.crawl_delay(AGENT)
        return None if delay is None else float(delay)


def parse_robots(text: str) -> Rules:
    """Never fails: lines that cannot be read void nothing else (§2.2)."""
    lines = re.split(r"\r\n|\r|\n", text)
    return Rules(Protego.parse("\n".join(map(_name_agent, lines))))


def decode_robots(body: bytes) -> str:
    """UTF-8, a byte order mark dropped. A file over the cap ends at its last whole line, as half
    a rule is another rule."""
    if len(body) >= MAX_BYTES:
        body = body[: max(body.rfind(b"\n"), body.rfind(b"\r")) + 1]
    return body.decode("utf-8", "replace").removeprefix("\ufeff")


def _name_agent(line: str) -> str:
    """A group line with its product token alone (§2.2.1).

    Protego also takes ``kli`` for ours, and each further name of a group costs time with each
    rule: all names but ours and ``*`` become one.
    """
    found = _AGENT_LINE.match(line)
    if found is None:
        return line
    value = found[1].strip()
    token = _TOKEN.match(value)
    if token is not None:
        return f"User-agent: {AGENT if token[0].lower() == AGENT else 'another'}"
    return f"User-agent: {'*' if value.startswith('*') else 'another'}" if value else line


@dataclass(slots=True)
class _Origin:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0
    copy: RobotsCopy | None = None
    rules: Rules | None = None
    failure: FetchError | None = None
    failed_at: float = 0.0


class Robots:
    """The rules of each origin, kept through the ``HostStore``; one reader an origin at a time."""

    def __init__(self, hosts: HostStore, clock: Clock, read: ReadRobots) -> None:
        self._hosts = hosts
        self._clock = clock
        self._read = read
        self._origins: OrderedDict[str, _Origin] = OrderedDict()

    async def rules_for(self, url: str) -> Rules:
        """The rules that hold for ``url``.

        Raises ``RobotsError`` (``robots_unreachable``), and for ``url`` whatever kept the host
        from being reached: ``NetworkError``, ``ForbiddenAddressError``, ``PausedError``.
        """
        async with self._at(origin_of(url)) as origin:
            if origin.copy is None:
                origin.copy = await self._hosts.load_robots(origin_of(url))
            if not self._fresh(origin.copy):
                origin.copy, origin.rules = await self._ask(url, origin), None
            if origin.rules is None:
                assert origin.copy is not None
                origin.rules = parse_robots(origin.copy.text)
            return origin.rules

    @asynccontextmanager
    async def _at(self, name: str) -> AsyncIterator[_Origin]:
        origin = self._origins.setdefault(name, _Origin())
        self._origins.move_to_end(name)
        origin.users += 1
        try:
            async with origin.lock:
                yield origin
        finally:
            origin.users -= 1
            self._forget()

    def _forget(self) -> None:
        surplus = len(self._origins) - _MAX_PARSED
        if surplus > 0:
            unused = [name for name, origin in self._origins.items() if not origin.users]
            for name in unused[:surplus]:
                del self._origins[name]

    def _fresh(self, copy: RobotsCopy | None) -> bool:
        # A copy from the future was stored under a wrong clock, and says nothing of its age.
        return copy is not None and timedelta() <= self._clock.now() - copy.fetched_at <= MAX_AGE

    async def _ask(self, url: str, origin: _Origin) -> RobotsCopy:
        if origin.failure is not None:
            if self._clock.monotonic() - origin.failed_at < FAILURE_SECONDS:
                raise _for_page(url, origin.failure)
            origin.failure = None
        try:
            copy = await self._fetch_copy(origin_of(url))
        except PausedError as error:  # its own memory is the host's state
            raise _for_page(url, error) from error
        except FetchError as error:
            origin.failure, origin.failed_at = error, self._clock.monotonic()
            raise _for_page(url, error) from error
        await self._hosts.save_robots(copy)
        return copy

    async def _fetch_copy(self, origin: str) -> RobotsCopy:
        address = f"{origin}/robots.txt"
        try:
            status, body = await self._read(address)
        except RedirectError:
            status, body = 302, b""
        if status == 429 or status >= 500:
            raise RobotsError(address, "robots_unreachable", f"HTTP {status}")
        text = decode_robots(body) if 200 <= status < 300 else ""
        return RobotsCopy(origin, status, text, self._clock.now())


def _for_page(url: str, error: FetchError) -> FetchError:
    """What the failure of a robots.txt means for a page of its origin."""
    detail = f"its robots.txt could not be read: {error.detail}"
    if isinstance(error, PausedError):
        if error.reason == "paused":
            return PausedError(url, error.until, error.detail)
        return RobotsError(url, "robots_unreachable", detail)
    if isinstance(error, NetworkError):
        named = detail if error.reason in ("timeout", "protocol") else error.detail
        return NetworkError(url, error.reason, named)
    if error.reason == "forbidden_address":
        return type(error)(url, error.reason, error.detail)
    return RobotsError(url, "robots_unreachable", detail)
