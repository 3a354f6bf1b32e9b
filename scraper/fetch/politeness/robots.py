"""robots.txt as RFC 9309 has it; the matching of rules is Protego's.

A copy not older than 24 hours rules (§2.4). Without one the file is asked for, with the validators
of the older copy if there is one (RFC 9110 §13): 304 makes that one new again, 2xx is parsed, 3xx
that leads nowhere and 4xx allow everything (§2.3.1.2, §2.3.1.3), 429 and 5xx forbid everything
until it can be read (§2.3.1.4), and where the host is not even reached, that error is the page's
own.

Redirects are followed across hosts too (§2.3.1.2), but a robots.txt is no way around another one:
on another host only what may be fetched there is, its ``/robots.txt`` (§2.2.2) or what that one
allows. Where it does not, the redirect leads nowhere, as Google has it. Of a file that came from
another site the rules count, and not the sitemaps: nobody knows that the host itself lists them.
"""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import islice

from protego import Protego

from scraper.clock import Clock
from scraper.errors import (
    AddressError,
    FetchError,
    ForbiddenAddressError,
    NetworkError,
    PausedError,
    RedirectError,
    RobotsError,
)
from scraper.fetch.budget import TimeBudget
from scraper.fetch.failures import NOBODY
from scraper.fetch.politeness import HostStore
from scraper.model.types import RobotsCache, Validators
from scraper.urls import MAX_URL_LENGTH, join_address, origin_of

AGENT = "kliping"
MAX_BYTES = 512 * 1024  # RFC 9309 §2.5 asks for 500 KiB at least
MAX_AGE = timedelta(hours=24)
FAILURE_SECONDS = 60.0
"""How long this process asks for nothing after a failure; doubled with each one in a row."""
MAX_FAILURE_SECONDS = 3600.0
MAX_SITEMAPS = 50
MAX_LISTED = 1000
_MAX_PARSED = 256
_MAX_WEIGHT = 42_000
"""Of those that are kept parsed: a line counts 1, as do 100 characters. A file of 512 KiB may have
40,000 rules, of which Protego makes 42 MB; 256 usual ones have 20,000 lines."""


@dataclass(frozen=True, slots=True)
class RobotsAnswer:
    """What asking for a robots.txt came to, where its redirects ended."""

    status: int
    """304 only in answer to validators that were sent."""
    body: bytes = b""
    """At most ``MAX_BYTES``."""
    validators: Validators = Validators()
    """Those of the answer; none where it came by a redirect, as they are another address's."""
    is_elsewheres: bool = False
    """Its redirects ended on another site."""


ReadRobots = Callable[[str, Validators, TimeBudget | None], Awaitable[RobotsAnswer]]
"""Address of a robots.txt, validators to send it, the seconds it may take if it has none of its own
-> its answer. Raises ``FetchError``."""

_AGENT_LINE = re.compile(r"[ \t]*user[- ]?agent[ \t]*:?[ \t]*([^#]*)", re.IGNORECASE)
# As Protego reads them, misspelt or without their colon.
_RULE_LINE = re.compile(r"[ \t]*(?:diss?all?ow|diasllow|disallaw|allow)(?![\w-])", re.IGNORECASE)
_DELAY_LINE = re.compile(r"[ \t]*crawl[- ]delay(?![\w-])", re.IGNORECASE)
_END_OF_GROUP = "Disallow:"
_TOKEN = re.compile(r"[a-z_-]+", re.IGNORECASE)
# The colon may be missing, and the key is misspelt: what Google's parser takes too.
_SITEMAP_LINE = re.compile(r"[ \t]*site-?map[ \t]*[: \t][ \t]*([^#]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RobotsRules:
    """What a robots.txt says to us: the merged groups for ``kliping``, or else those for ``*``."""

    parsed: Protego
    origin: str = ""
    listed: tuple[str, ...] = ()
    """The values of its ``Sitemap`` lines as they stand, in order."""

    def allows(self, url: str) -> bool:
        return bool(self.parsed.can_fetch(url, AGENT))

    @property
    def crawl_delay(self) -> float | None:
        """Seconds, as stated."""
        delay = self.parsed.crawl_delay(AGENT)
        return None if delay is None else float(delay)

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """The sitemaps that it names (§2.2.4, sitemaps.org): checked addresses on any host, each
        once, in order, at most 50. They belong to no group; relative ones are the origin's."""
        found: dict[str, None] = {}
        for value in self.listed:
            with suppress(AddressError):
                found[join_address(f"{self.origin}/", value)] = None
            if len(found) == MAX_SITEMAPS:
                break
        return tuple(found)


def parse_robots(text: str, origin: str = "") -> RobotsRules:
    """The rules in the robots.txt of ``origin``.

    Never fails: lines that cannot be read void nothing else (§2.2).
    """
    lines = _lines(text)
    matches = map(_SITEMAP_LINE.match, lines)
    values = (match[1].strip(" \t<>\"'") for match in matches if match)
    listed = islice((each for each in values if 0 < len(each) <= MAX_URL_LENGTH), MAX_LISTED)
    return RobotsRules(Protego.parse("\n".join(_grouped(lines))), origin, tuple(listed))


def _grouped(lines: Iterable[str]) -> list[str]:
    """The lines that Protego is to see. To it any line ends the names of a group, but a record
    that is no rule must not (§2.2.4): the delays are told behind the rules, the names once more."""
    named = [_name_agent(line) for line in lines]
    rules = list(filter(_is_known, named))
    if not any(map(_DELAY_LINE.match, named)):
        return rules
    delays = [_END_OF_GROUP if _RULE_LINE.match(line) else line for line in named]
    kept = [line for line in delays if _is_known(line) or _DELAY_LINE.match(line)]
    return [*rules, _END_OF_GROUP, *kept]


def _is_known(line: str) -> bool:
    return bool(_AGENT_LINE.match(line) or _RULE_LINE.match(line))


def _lines(text: str) -> list[str]:
    return re.split(r"\r\n|\r|\n", text)


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
    # ``*OrkashBot*`` of a real file names a robot, however odd.
    everybody = value.split(maxsplit=1)[:1] == ["*"]
    return f"User-agent: {'*' if everybody else 'another'}" if value else line


@dataclass(slots=True, kw_only=True)
class _Origin:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0
    copy: RobotsCache | None = None
    rules: RobotsRules | None = None
    weight: int = 0
    failure: FetchError | None = None
    failed_at: float = 0.0
    failures: int = 0


class Robots:
    """The rules of each origin, kept through the ``HostStore``; one reader an origin at a time."""

    def __init__(self, hosts: HostStore, clock: Clock, read: ReadRobots) -> None:
        self._hosts = hosts
        self._clock = clock
        self._read = read
        self._origins: OrderedDict[str, _Origin] = OrderedDict()

    async def rules_for(self, url: str, budget: TimeBudget | None = None) -> RobotsRules:
        """The rules that hold for ``url``. With a ``budget`` they are read out of it, and what then
        comes too late is no failure of the host, which had less than its time.

        Raises ``RobotsError`` (``robots_unreachable``), and for ``url`` whatever kept the host
        from being reached: ``NetworkError``, ``ForbiddenAddressError``, ``PausedError``.
        """
        async with self._at(origin_of(url)) as origin:
            if origin.copy is None:
                origin.copy = await self._hosts.load_robots(origin_of(url))
            if not self._fresh(origin.copy):
                origin.copy = await self._ask(url, origin, budget)
                origin.rules, origin.weight = None, 0
            if origin.rules is None:
                assert origin.copy is not None
                text = origin.copy.text
                self._make_light(_weight_of(text))
                origin.rules, origin.weight = parse_robots(text, origin_of(url)), _weight_of(text)
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

    def _make_light(self, weight: int) -> None:
        """Forget the heaviest that are parsed, so that so much more may be."""
        parsed = [origin for origin in self._origins.values() if origin.rules is not None]
        total = weight + sum(origin.weight for origin in parsed)
        for origin in sorted(parsed, key=lambda each: -each.weight):
            if total <= _MAX_WEIGHT:
                break
            total -= origin.weight
            origin.copy, origin.rules, origin.weight = None, None, 0

    def _fresh(self, copy: RobotsCache | None) -> bool:
        # A copy from the future was stored under a wrong clock, and says nothing of its age.
        return copy is not None and timedelta() <= self._clock.now() - copy.fetched_at <= MAX_AGE

    async def rules_on_the_way(self, url: str, budget: TimeBudget, read: ReadRobots) -> RobotsRules:
        """The rules for ``url`` while a robots.txt that redirects there is read: from the copy that
        is stored, else from ``read``, on the side: two that redirect to each other would wait for
        each other for ever.

        Raises ``FetchError``s.
        """
        copy = await self._hosts.load_robots(origin_of(url))
        if copy is None or not self._fresh(copy):
            copy = await self._fetch_copy(origin_of(url), None, budget, read)
        return parse_robots(copy.text, copy.origin)

    async def _ask(self, url: str, origin: _Origin, budget: TimeBudget | None) -> RobotsCache:
        if origin.failure is not None:
            wait = min(FAILURE_SECONDS * 2 ** (origin.failures - 1), MAX_FAILURE_SECONDS)
            if self._clock.monotonic() - origin.failed_at < wait:
                raise _for_page(url, origin.failure)
            origin.failure = None
        try:
            copy = await self._fetch_copy(origin_of(url), origin.copy, budget, self._read)
        except RedirectError:
            copy = RobotsCache(origin_of(url), 302, "", self._clock.now())
        except PausedError as error:  # its own memory is the host's state
            raise _for_page(url, error) from error
        except FetchError as error:
            if budget is not None and error.reason == "timeout":
                raise NetworkError(url, error.reason, error.detail) from error
            origin.failure, origin.failed_at = error, self._clock.monotonic()
            origin.failures = min(origin.failures + 1, 32)
            raise _for_page(url, error) from error
        origin.failures = 0
        await self._hosts.save_robots(copy)
        return copy

    async def _fetch_copy(
        self, origin: str, old: RobotsCache | None, budget: TimeBudget | None, read: ReadRobots
    ) -> RobotsCache:
        address = f"{origin}/robots.txt"
        known = old.validators if old is not None and _is_file(old.status) else Validators()
        answer = await read(address, known, budget)
        status, now = answer.status, self._clock.now()
        if status == 429 or status >= 500:
            raise RobotsError(address, "robots_unreachable", f"HTTP {status}")
        if status == 304 and old is not None:
            return replace(old, fetched_at=now)
        if not _is_file(status):
            return RobotsCache(origin, status, "", now)
        text = decode_robots(answer.body)
        if answer.is_elsewheres:
            text = "\n".join(line for line in _lines(text) if not _SITEMAP_LINE.match(line))
        return RobotsCache(origin, status, text, now, answer.validators)


def _weight_of(text: str) -> int:
    return text.count("\n") + text.count("\r") + len(text) // 100


def _is_file(status: int) -> bool:
    return 200 <= status < 300


def _for_page(url: str, error: FetchError) -> FetchError:
    """What the failure of a robots.txt means for a page of its origin."""
    detail = f"its robots.txt could not be read: {error.detail}"
    if isinstance(error, PausedError):
        if error.reason == "paused":
            return PausedError(url, error.until, error.detail)
        return RobotsError(url, "robots_unreachable", detail)
    if isinstance(error, NetworkError):
        is_host = error.reason in ("dns", "tls") or error.detail == NOBODY
        told = error.detail if is_host else detail
        return NetworkError(url, error.reason, told, is_local=error.is_local)
    if isinstance(error, ForbiddenAddressError):
        return type(error)(url, error.reason, error.detail, is_local=error.is_local)
    return RobotsError(url, "robots_unreachable", detail)
