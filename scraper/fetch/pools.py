"""httpx's transport: a small connection pool for each origin.

httpcore's own pool walks over all its connections for each request, which is quadratic with many
hosts (2.4 ms of CPU a request at 32 connections, 0.67 ms at 8). The pace allows one request at a
time to a host, so one connection an origin is enough.
"""

from __future__ import annotations

import ssl
from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import dataclass

import h11
import httpcore
import httpx

from scraper.fetch.failures import chain
from scraper.fetch.guard import Guard
from scraper.fetch.overhead_limit import FrameError, MeteredBackend

MAX_IDLE_ORIGINS = 64
KEEPALIVE_SECONDS = 75.0
PAY = "kliping.pay"
"""The extension of a response that is to be called with the size of each piece of its content."""

# What httpcore raises on a connection that the server has closed meanwhile.
_DROPPED = (httpcore.RemoteProtocolError, httpcore.ReadError, httpcore.WriteError)

_Origin = tuple[bytes, bytes, int | None]


@dataclass(slots=True)
class _Line:
    """The pool of one origin with the backend that connects for it."""

    pool: httpcore.AsyncConnectionPool
    backend: MeteredBackend
    users: int = 0
    """Requests that have no connection yet."""

    @property
    def idle(self) -> bool:
        return not self.users and all(
            line.is_idle() or line.is_closed() for line in self.pool.connections
        )


class _Body(httpx.AsyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._answer.aiter_stream():
            yield piece

    async def aclose(self) -> None:
        await self._answer.aclose()


class OriginPools(httpx.AsyncBaseTransport):
    """Connects through ``guard``. Raises what httpcore raises."""

    def __init__(self, guard: Guard, tls: ssl.SSLContext) -> None:
        self._guard = guard
        self._tls = tls
        self._lines: OrderedDict[_Origin, _Line] = OrderedDict()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; a body only with POST.

        A GET on a kept-alive connection that the server dropped before any byte of an answer is
        sent once more, on a new connection (RFC 9110 §9.2.2). Nothing else is ever repeated.
        """
        url = request.url
        asked = httpcore.Request(
            request.method,
            httpcore.URL(
                scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
            ),
            headers=request.headers.raw,
            content=request.stream if request.method == "POST" else None,
            extensions=request.extensions,
        )
        line = self._line_for(asked.url)
        line.users += 1
        try:
            await self._close_surplus()
            await _close_out_of_step(line.pool)
            answer = await _send(line, asked)
        finally:
            line.users -= 1
        return httpx.Response(
            answer.status,
            headers=answer.headers,
            stream=_Body(answer),
            extensions=dict(answer.extensions),
        )

    async def aclose(self) -> None:
        lines, self._lines = self._lines, OrderedDict()
        for line in lines.values():
            await line.pool.aclose()

    def _line_for(self, url: httpcore.URL) -> _Line:
        origin = (url.scheme, url.host, url.port)
        if origin not in self._lines:
            self._lines[origin] = self._new_line()
        self._lines.move_to_end(origin)
        return self._lines[origin]

    async def _close_surplus(self) -> None:
        while len(self._lines) > MAX_IDLE_ORIGINS:
            oldest = next((key for key, line in self._lines.items() if line.idle), None)
            if oldest is None:
                return
            await self._lines.pop(oldest).pool.aclose()

    def _new_line(self) -> _Line:
        backend = MeteredBackend(self._guard)
        pool = httpcore.AsyncConnectionPool(
            ssl_context=self._tls,
            max_connections=2,
            max_keepalive_connections=1,
            keepalive_expiry=KEEPALIVE_SECONDS,
            http1=True,
            http2=False,
            network_backend=backend,
        )
        return _Line(pool, backend)


async def _send(line: _Line, request: httpcore.Request) -> httpcore.Response:
    backend = line.backend
    backend.begin()
    before = (backend.opened, backend.received)
    try:
        response = await line.pool.handle_async_request(request)
    except _DROPPED as error:
        if backend.received != before[1] and _is_closed(error):
            raise httpcore.RemoteProtocolError(backend.tell_end()) from error
        if (backend.opened, backend.received) != before or request.method != b"GET":
            raise
        response = await line.pool.handle_async_request(request)
    response.extensions[PAY] = backend.pay
    return response


def _is_closed(error: Exception) -> bool:
    """The connection was closed, which httpcore calls "without a response", whatever came before.
    Of its errors of this class it is the one behind which none of h11's stands."""
    others = (FrameError, h11.ProtocolError)
    return isinstance(error, httpcore.RemoteProtocolError) and not any(
        isinstance(link, others) for link in chain(error)
    )


def leftovers(connection: object) -> bytes:
    """What an idle connection has read beyond the end of its last answer.

    httpcore offers no public way to see it: a test pins the two private names.
    """
    http11 = getattr(connection, "_connection", None)
    state = getattr(http11, "_h11_state", None)
    return bytes(state.trailing_data[0]) if state is not None else b""


async def _close_out_of_step(pool: httpcore.AsyncConnectionPool) -> None:
    """Close a connection whose last answer was longer than its Content-Length: httpcore would
    take the surplus for the beginning of the next page's answer."""
    for connection in pool.connections:
        if connection.is_idle() and leftovers(connection):
            await connection.aclose()
