"""The fetcher: the one place that speaks httpx. Four layers, each doing one thing.

    fetch      address in, Response out; errors name the address that was asked for
               (``fetch_document``: the same for what may be larger than a page)
    follow     redirects by hand, at most ten; each hop goes through all of what follows
    _visit     guard, the host's pause, robots.txt, pace
    _exchange  one request, its body bounded, everything under the deadline; what a subscriber
               sends to its site is added here, anew for each hop, if the way there is vouched for

Of httpx only the transport and the connection handling are used: its decoding is unbounded, its
timeouts don't stop a drip, its redirects and cookies are switched off.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Set
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import cast
from urllib.parse import urlsplit, urlunsplit

import certifi
import httpx

from scraper.clock import Clock, in_message
from scraper.errors import (
    ForbiddenAddressError,
    NetworkError,
    PausedError,
    RedirectError,
    RobotsError,
)
from scraper.fetch import headers
from scraper.fetch.budget import MemoryBudget, RequestPlan, TimeBudget
from scraper.fetch.credentials import Credentials
from scraper.fetch.failures import TRANSPORT_ERRORS, explain, is_local
from scraper.fetch.guard import ForbiddenTargetError, Guard, literal_address
from scraper.fetch.policy import MAX_DOCUMENT_BYTES, FetchPolicy, PacePolicy
from scraper.fetch.politeness import HostStore, Pace, Turns, retry
from scraper.fetch.politeness.paths import is_robots
from scraper.fetch.politeness.robots import MAX_BYTES as MAX_ROBOTS_BYTES
from scraper.fetch.politeness.robots import Robots, RobotsAnswer
from scraper.fetch.pools import PAY, OriginPools
from scraper.fetch.receiving import Head, receive
from scraper.fetch.redirects import Answer, follow
from scraper.fetch.vouching import is_same_site
from scraper.model.types import FetchRequest, Response, Validators
from scraper.urls import DEFAULT_PORTS, origin_of, parse_address

LARGE_BYTES = 1024 * 1024
"""Of a large page: one of 74 has more (16 of 1,183)."""
LARGE_AT_A_TIME = 2
"""Large pages that are in memory at a time: a crawl of hosts that all send as much as they may
needs little more than one of good ones."""
LARGE_DOCUMENT_BYTES = 2 * 1024 * 1024
LARGE_DOCUMENTS_AT_A_TIME = 3
"""The same of feeds and sitemaps, of which more are large."""
HUGE_AT_A_TIME = 1
"""The same of documents that are larger than a page may be."""


class Fetcher:
    """Fetches pages politely and safely. One for a process run; an async context manager.

    ``guard`` replaces the default one, which resolves and connects for real; ``credentials`` are
    sent to the sites that they are for. ``obey_robots=False`` is for pages that a person asks for
    by hand, and asks for so. ``turns`` are those among all processes of an archive.
    """

    def __init__(
        self,
        policy: FetchPolicy,
        pace: PacePolicy,
        hosts: HostStore,
        clock: Clock,
        *,
        guard: Guard | None = None,
        credentials: Credentials | None = None,
        obey_robots: bool = True,
        turns: Turns | None = None,
    ) -> None:
        self._policy = policy
        self._obey_robots = obey_robots
        self._clock = clock
        self._guard = guard or Guard(allow_private=policy.allow_private)
        self._credentials = credentials or Credentials()
        self._pace = Pace(pace, hosts, clock, turns)
        self._robots = Robots(hosts, clock, self._read_robots)
        self._client = open_client(policy, self._guard)
        self._large = (LARGE_BYTES, asyncio.Semaphore(LARGE_AT_A_TIME))
        self._large_documents = (LARGE_DOCUMENT_BYTES, asyncio.Semaphore(LARGE_DOCUMENTS_AT_A_TIME))
        self._huge = (policy.max_bytes, asyncio.Semaphore(HUGE_AT_A_TIME))

    async def __aenter__(self) -> Fetcher:
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._client.__aexit__(kind, error, traceback)

    def room(self, most: int | None = None) -> MemoryBudget:
        """For a page that is kept for a while, and the further pages of its article: inside its
        context they count as one of the few large ones that are in memory at a time, if together
        they are large, and may have twice what a page may. Who holds one asks for no other.
        ``most``: bytes of one answer, where that is not a page."""
        most = most or self._policy.max_bytes
        return MemoryBudget(most, self._large, total=2 * most)

    async def fetch(self, request: FetchRequest, room: MemoryBudget | None = None) -> Response:
        """The complete answer of any status but 429, and 503 with Retry-After.

        Raises ``AddressError`` for a malformed ``request.url``, and ``FetchError``s, which all
        carry the address asked for: ``NetworkError``, ``BodyError``, ``RedirectError``,
        ``RobotsError``, ``PausedError``, ``ForbiddenAddressError``.
        """
        return await self._fetch(request, room or MemoryBudget(self._policy.max_bytes))

    @asynccontextmanager
    async def fetch_document(self, request: FetchRequest) -> AsyncIterator[Response]:
        """As ``fetch``, for a source's document, which may have ``MAX_DOCUMENT_BYTES``.

        Of those that are larger than a page may be only a few are in memory at a time, so whoever
        reads one does so inside the context. The wait for the others counts as the host's time: a
        document that comes by drips holds nobody up for longer than its own deadline.
        """
        most = max(self._policy.max_bytes, MAX_DOCUMENT_BYTES)
        async with MemoryBudget(most, self._large_documents, self._huge) as room:
            yield await self._fetch(request, room)

    async def _fetch(self, request: FetchRequest, room: MemoryBudget) -> Response:
        address = parse_address(request.url)
        budget = TimeBudget(self._policy.deadline)
        vouched = request.vouched

        async def visit(url: str) -> Answer:
            nonlocal vouched
            # Once away, no way leads back; and none leads on from a robots.txt.
            vouched = vouched and is_same_site(url, address) and not is_robots(urlsplit(url).path)
            validators = request.validators if url == address else Validators()
            wish = RequestPlan(headers.conditional(validators), budget, room, vouched=vouched)
            return await self._visit(url, wish, is_first=url == address)

        trail = await follow(address, visit)
        trail.expect(address, request.validators)
        return Response(
            requested_url=address,
            url=trail.url,
            status=trail.answer.status,
            headers=trail.answer.headers,
            body=trail.answer.body,
            fetched_at=self._clock.now(),
            redirects=trail.passed,
            with_credentials=trail.answer.with_credentials,
            vouched=vouched,
        )

    async def paused_until(self, url: str) -> datetime | None:
        """Until when the host of ``url`` is to be left alone, if that is in the future."""
        return await self._pace.paused_until(parse_address(url))

    async def sitemaps_of(self, url: str) -> tuple[str, ...]:
        """The sitemaps that the robots.txt of ``url``'s origin names, on any host, at most 50.

        Raises ``AddressError``, and for ``url`` what keeps its robots.txt from being read:
        ``RobotsError``, ``NetworkError``, ``ForbiddenAddressError``, ``PausedError``.
        """
        return (await self._robots.rules_for(parse_address(url))).sitemaps

    async def _visit(self, url: str, wish: RequestPlan, *, is_first: bool) -> Answer:
        """One hop of a page: everything that must hold before it may be asked for."""
        self._check_target(url)
        await self._pace.refuse_paused(url)
        crawl_delay = None
        if self._obey_robots:
            # What a redirect leads to may be another host, and there may be many: only the first
            # one's robots.txt has seconds of its own.
            crawl_delay = await self._check_robots(url, None if is_first else wish.budget)
        addresses = await self._addresses(url, wish.budget)
        async with self._pace.turn(url, crawl_delay, addresses):
            answer = await self._ask(url, wish)
            self._credentials.note_answer(
                url, answer.status, self._clock.now(), vouched=wish.vouched
            )
            if 200 <= answer.status < 300 or answer.status == 304:
                await self._pace.succeed(url)
            return answer

    async def _check_robots(self, url: str, budget: TimeBudget | None) -> float | None:
        """The Crawl-delay that holds for ``url``. Raises ``RobotsError`` where it is forbidden."""
        rules = await self._robots.rules_for(url, budget)
        if not rules.allows(url):
            raise RobotsError(url, "robots", "its robots.txt forbids it")
        return rules.crawl_delay

    async def _read_robots(
        self,
        address: str,
        validators: Validators,
        given: TimeBudget | None,
        *,
        may_leave: bool = True,
    ) -> RobotsAnswer:
        """For ``Robots``: the same way, by default with a deadline of its own, no robots.txt before
        it, and nothing of a subscriber's. ``may_leave``: redirects to what is no robots.txt of
        another host are followed, if that host's allows it."""
        budget, origins = given or TimeBudget(self._policy.deadline), {origin_of(address)}

        async def visit(url: str) -> Answer:
            self._check_target(url)
            origins.add(origin_of(url))
            if len(origins) > 1 and url != f"{origin_of(url)}/robots.txt":
                await self._check_way(url, address, budget, may_leave=may_leave)
            await self._pace.refuse_paused(url)
            conditions = headers.conditional(validators) if url == address else []
            wish = RequestPlan(conditions, budget, MemoryBudget(MAX_ROBOTS_BYTES), may_cut=True)
            async with self._pace.turn(url, addresses=await self._addresses(url, budget)):
                return await self._ask(url, wish)

        trail = await follow(address, visit)
        trail.expect(address, validators)
        fields = trail.answer.headers if trail.url == address else ()
        received = Validators(headers.first(fields, "etag"), headers.first(fields, "last-modified"))
        is_elsewheres = not is_same_site(trail.url, address)
        return RobotsAnswer(trail.answer.status, trail.answer.body, received, is_elsewheres)

    async def _check_way(
        self, url: str, address: str, budget: TimeBudget, *, may_leave: bool
    ) -> None:
        """Whether the robots.txt at ``address`` may lead to ``url``. Raises ``RedirectError``."""
        allowed = may_leave and origin_of(url) != origin_of(address)
        if allowed:
            read = partial(self._read_robots, may_leave=False)
            allowed = (await self._robots.rules_on_the_way(url, budget, read)).allows(url)
        if not allowed:
            detail = f"it redirects to {url}, which its host's robots.txt does not allow"
            raise RedirectError(address, "redirects", detail)

    async def _addresses(self, url: str, budget: TimeBudget) -> Set[str]:
        """What the pace knows hosts of one site that share a machine by; none where it cannot be
        found out, or where the host is an address itself."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        if literal_address(host) is not None:
            return frozenset()
        try:
            async with budget.spend():
                return await self._guard.first_seen_at(
                    host, parts.port or DEFAULT_PORTS[parts.scheme]
                )
        except TimeoutError:
            raise _late(url, budget) from None

    async def _ask(self, url: str, wish: RequestPlan) -> Answer:
        """One request; a host that says "not now" is left alone from here on."""
        answer = await self._exchange(url, wish)
        if answer.status not in (429, 503):
            return answer
        stated = retry.parse_retry_after(
            headers.first(answer.headers, "retry-after"), self._clock.now()
        )
        until = await self._pace.throttle(url, stated)
        if answer.status == 503 and stated is None:
            return answer
        detail = f"HTTP {answer.status}: its host is left alone until {in_message(until)}"
        raise PausedError(url, until, detail, f"http_{answer.status}")

    async def _exchange(self, url: str, wish: RequestPlan) -> Answer:
        try:
            async with wish.budget.spend():
                now = self._clock.now()
                secrets = self._credentials.headers_for(url, now) if wish.vouched else []
                sent = [*_host_of_symbols(url), *wish.conditions, *secrets]
                request = self._client.build_request(
                    "GET", url, headers=sent, extensions={"target": target_of(url)}
                )
                response = await self._client.send(request, stream=True)
                try:
                    answer = await receive(_head_of(url, response), wish)
                finally:
                    await response.aclose()
            return _of_subscriber(answer) if secrets else answer
        except TimeoutError:
            raise _late(url, wish.budget) from None
        except ForbiddenTargetError as error:
            raise _forbidden(url, error) from error
        except WIRE_ERRORS as error:
            reason, detail = explain(error)
            raise NetworkError(url, reason, detail, is_local=is_local(error)) from error

    def _check_target(self, url: str) -> None:
        parts = urlsplit(url)
        try:
            self._guard.check(parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme])
        except ForbiddenTargetError as error:
            raise _forbidden(url, error) from error


def target_of(url: str) -> bytes:
    """What is sent of the address: what robots.txt was asked about, to the byte. httpx would spell
    some of it in its own way."""
    parts = urlsplit(url)
    return urlunsplit(("", "", parts.path, parts.query, "")).encode("ascii")


def _host_of_symbols(url: str) -> list[tuple[bytes, bytes]]:
    """The Host that httpx would send as well; but where it is to, it spells the name out first,
    and for one with symbols its library has no spelling."""
    authority = urlsplit(url).netloc
    return [(b"Host", authority.encode("ascii"))] if authority.startswith("xn--") else []


WIRE_ERRORS: tuple[type[Exception], ...] = (
    *TRANSPORT_ERRORS,
    httpx.HTTPError,
    httpx.InvalidURL,  # these three are no HTTPError
    httpx.CookieConflict,
    httpx.StreamError,
)
_SETS_COOKIES = frozenset({"set-cookie", "set-cookie2"})
_RECEIVED = "kliping.received"  # the extension under which a response keeps its headers as received


def _of_subscriber(answer: Answer) -> Answer:
    """Marked, and without the cookies that it sets: in answer to a subscriber they are secrets, and
    what a Response holds is stored and exported."""
    kept = tuple(pair for pair in answer.headers if pair[0].lower() not in _SETS_COOKIES)
    return replace(answer, headers=kept, with_credentials=True)


def _late(url: str, budget: TimeBudget) -> NetworkError:
    return NetworkError(url, "timeout", f"no complete answer within {budget.seconds:g} s")


def _forbidden(url: str, error: ForbiddenTargetError) -> ForbiddenAddressError:
    return ForbiddenAddressError(url, error.reason, str(error), is_local=error.can_open)


def open_client(policy: FetchPolicy, guard: Guard) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=OriginPools(guard, make_tls_context()),
        trust_env=False,
        follow_redirects=False,
        timeout=None,  # noqa: S113 - the deadline is ours, over everything
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        headers={
            "User-Agent": headers.user_agent(policy.user_agent),
            "Accept": headers.ACCEPT,
            "Accept-Encoding": headers.ACCEPT_ENCODING,
        },
        event_hooks={"response": [_hide_location]},
    )


def make_tls_context() -> ssl.SSLContext:
    """Trusts the system's store, SSL_CERT_FILE and SSL_CERT_DIR, and Mozilla's roots."""
    tls = ssl.create_default_context()
    tls.load_verify_locations(certifi.where())
    return tls


async def _hide_location(response: httpx.Response) -> None:
    """httpx builds the next request of a redirect even where it does not follow it, and fails on
    a Location that it cannot read: it gets to see none."""
    response.extensions[_RECEIVED] = headers.received(response.headers.raw)
    response.headers.pop("location", None)


def _head_of(url: str, response: httpx.Response) -> Head:
    received, pay = (response.extensions[name] for name in (_RECEIVED, PAY))
    body = cast(AsyncGenerator[bytes, None], response.aiter_raw())
    return Head(url, response.status_code, received, body, pay)
