"""The address guard: what a name resolves to is checked, and that very address is connected to.

Checking a URL and fetching it afterwards falls to DNS rebinding, so the check sits where the
connection is made: httpcore asks this backend for a TCP stream, the backend looks the name up
once, refuses it if *any* answer is forbidden, and connects to an address it has checked. The
Host header and TLS's server name stay the URL's. Forbidden is what ``networks`` says, and every
address of this machine itself: it reaches what listens here as loopback does, past the firewall.
A port of another protocol is refused whatever the address (``ports``).
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

import httpcore

from scraper.fetch.guard.networks import Address, plain, why_forbidden
from scraper.fetch.guard.ports import BAD_PORTS
from scraper.threads import start_thread

Resolver = Callable[[str, int], Awaitable[list[str]]]
SocketOption = (
    tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
)

FIRST_TRIES_SECONDS = 5.0
"""How long an address is tried while there are others left."""
_MAX_REMEMBERED = 4096
_ANY_PORT = 80


_LEGACY_IPV4 = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)(?:\.(?:0x[0-9a-f]*|[0-9]+)){0,3}", re.IGNORECASE)


class ForbiddenTargetError(Exception):
    """What may not be connected to, and why."""

    reason = "forbidden_address"
    can_open = False
    """Whether ``allow_private`` would open it."""


class ForbiddenHostError(ForbiddenTargetError):
    """The address that a name stands for may not be connected to."""

    def __init__(self, host: str, address: Address, why: str, *, can_open: bool) -> None:
        spelled = f"{host} is " if host != str(address) else ""
        super().__init__(f"{spelled}{address}, a forbidden address ({why})")
        self.why = why
        self.can_open = can_open


class ForbiddenPortError(ForbiddenTargetError):
    """No port of the web may be another protocol's."""

    reason = "forbidden_port"

    def __init__(self, port: int, why: str) -> None:
        super().__init__(f"port {port} is no port of the web ({why}): browsers refuse it too")


class ResolutionError(Exception):
    """A name has no address, or (``is_temporary``) no name server answered."""

    def __init__(self, problem: str, *, is_temporary: bool = False) -> None:
        super().__init__(problem)
        self.is_temporary = is_temporary


def check_port(port: int) -> None:
    """Raises ``ForbiddenPortError``."""
    if port in BAD_PORTS:
        raise ForbiddenPortError(port, BAD_PORTS[port])


def literal_address(host: str) -> Address | None:
    """The address that ``host`` spells out by itself, in any spelling that resolvers take
    (``127.1``, ``0x7f000001``, ``2130706433``); ``None`` for a name."""
    bare = host.strip("[]").replace("%25", "%").rstrip(".")
    with suppress(ValueError):
        return ip_address(bare)
    if _LEGACY_IPV4.fullmatch(bare):
        with suppress(OSError):
            return IPv4Address(socket.inet_aton(bare))
    return None


async def resolve_host(host: str, port: int) -> list[str]:
    """The system's answers for a name, in its order. Raises ``ResolutionError``.

    In a daemon thread: getaddrinfo can hang for minutes, and neither a deadline nor the end of
    the process may wait for it, as both would with the event loop's own executor.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[str]] = loop.create_future()

    def settle(result: list[str] | Exception) -> None:
        if answer.done():
            return
        if isinstance(result, Exception):
            answer.set_exception(result)
        else:
            answer.set_result(result)

    def look_up() -> None:
        result: list[str] | Exception
        try:
            found = socket.getaddrinfo(host.encode("ascii"), port, type=socket.SOCK_STREAM)
            result = [str(entry[4][0]) for entry in found]
        except (OSError, ValueError) as error:
            result = ResolutionError(
                getattr(error, "strerror", None) or str(error),
                is_temporary=isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN,
            )
        except MemoryError as error:
            result = error
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle, result)

    try:
        start_thread(look_up)
    except OSError as error:  # no more threads
        raise ResolutionError(str(error)) from error
    return await answer


def is_own_address(address: Address) -> bool:
    """Whether this machine has ``address``: it would send there from that address itself.

    Nothing is sent: connecting a UDP socket only chooses a route.
    """
    family = socket.AF_INET if isinstance(address, IPv4Address) else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((str(address), _ANY_PORT))
            return ip_address(probe.getsockname()[0]) == address
    except OSError:  # no route, or no socket to be had: there is none for a connection either
        return False


class Guard:
    """Which addresses may be connected to, how names become addresses, and who connects."""

    def __init__(
        self,
        *,
        allow_private: bool = False,
        resolver: Resolver = resolve_host,
        dialler: httpcore.AsyncNetworkBackend | None = None,
        is_own: Callable[[Address], bool] = is_own_address,
    ) -> None:
        self._allow_private = allow_private
        self._is_own = is_own
        self._resolver = resolver
        self.dialler = dialler or httpcore.AnyIOBackend()
        self._first_seen: OrderedDict[str, frozenset[str]] = OrderedDict()

    def check(self, host: str, port: int) -> None:
        """Refuse a forbidden port, and a host that spells out a forbidden address. Raises
        ``ForbiddenTargetError``.

        No protection by itself (names pass): it spares a request that the connection refuses.
        """
        address = literal_address(host)
        if address is not None:
            self._check_address(host, plain(address))
        check_port(port)

    async def addresses(self, host: str, port: int) -> list[str]:
        """The checked addresses of ``host``, at least one.

        Raises ``ForbiddenTargetError`` if any of them or the port is forbidden,
        ``ResolutionError``.
        """
        check_port(port)
        checked = []
        for address in map(plain, await self._look_up(host, port)):
            self._check_address(host, address)
            checked.append(str(address))
        if not checked:
            raise ResolutionError("no address")
        return list(dict.fromkeys(checked))

    async def first_seen_at(self, host: str, port: int) -> frozenset[str]:
        """The addresses that ``host`` had when this process first looked it up, unchecked: for
        telling which hosts share a machine, and **never** for connecting, as a name's addresses
        may change (DNS rebinding). Empty where it has none: it is looked up again next time.
        """
        name = host.rstrip(".").lower()
        if name not in self._first_seen:
            try:
                found = frozenset(map(str, await self._look_up(host, port)))
            except ResolutionError:
                return frozenset()
            self._first_seen.setdefault(name, found)  # another's look-up may have been faster
            if len(self._first_seen) > _MAX_REMEMBERED:
                self._first_seen.popitem(last=False)
        return self._first_seen.get(name, frozenset())

    async def _look_up(self, host: str, port: int) -> list[Address]:
        literal = literal_address(host)
        if literal is not None:
            return [literal]
        name = host.rstrip(".").lower()
        if name == "localhost" or name.endswith(".localhost"):  # RFC 6761 §6.3: never asked
            return [IPv4Address("127.0.0.1"), IPv6Address("::1")]
        try:
            return [ip_address(answer) for answer in await self._resolver(host, port)]
        except ValueError as error:
            raise ResolutionError(str(error)) from error

    def _check_address(self, host: str, address: Address) -> None:
        why = why_forbidden(address, allow_private=self._allow_private)
        if why is None and not self._allow_private and self._is_own(address):
            why = "this machine's own"
        if why is not None:
            can_open = why_forbidden(address, allow_private=True) is None
            raise ForbiddenHostError(host, address, why, can_open=can_open)


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects for one origin's pool, to checked addresses only.

    Counts connections and bytes, by which the pool can tell a kept-alive connection that was
    dropped before any answer from every other failure.
    """

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self.opened = 0
        self.received = 0

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        self.opened += 1
        addresses = await self._guard.addresses(host, port)
        options = list(socket_options or ())
        for address in addresses[:-1]:
            with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                stream = await self._guard.dialler.connect_tcp(
                    address, port, FIRST_TRIES_SECONDS, local_address, options
                )
                return CountedStream(stream, self)
        stream = await self._guard.dialler.connect_tcp(
            addresses[-1], port, timeout, local_address, options
        )
        return CountedStream(stream, self)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        raise httpcore.ConnectError("unix sockets are not used")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def note(self, data: bytes) -> None:
        """What came in on a connection."""
        self.received += len(data)


class CountedStream(httpcore.AsyncNetworkStream):
    """A stream that tells its backend what came in."""

    def __init__(self, stream: httpcore.AsyncNetworkStream, backend: GuardedBackend) -> None:
        self._stream = stream
        self._backend = backend

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = await self._stream.read(max_bytes, timeout)
        self._backend.note(data)
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            stream = await self._stream.start_tls(ssl_context, server_hostname, timeout)
        except BaseException:
            # httpcore closes it on errors only: a deadline in the handshake would leave it open.
            await self._stream.aclose()
            raise
        return CountedStream(stream, self._backend)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
