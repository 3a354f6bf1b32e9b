"""A scriptable HTTP server on loopback, in a thread of its own.

    with Server({"/a": reply(b"<p>hello"), "/b": [reply(status=503), reply(b"again")]}) as server:
        ... server.url("/a") ...
        assert server.targets() == ["/robots.txt", "/a"]

A route is a behaviour, or a list of them: one a request, the last one for all further ones. It is
looked up as ``//host:port/path?query`` (by the Host header), ``//host/path?query``,
``/path?query``, then ``/path``; anything else is a 404. ``server.routes`` may be changed while
the server runs. A behaviour is ``async (Request, StreamWriter) -> bool``: true keeps the
connection for a next request. The makers below cover the usual and the hostile ones.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Self


@dataclass(frozen=True)
class Request:
    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    time: float
    """``time.monotonic()`` when the request's head was complete."""
    connection: int
    """Which connection it came on, from 1."""

    def header(self, name: str) -> str | None:
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


Behaviour = Callable[[Request, asyncio.StreamWriter], Awaitable[bool]]
Routes = dict[str, Behaviour | Sequence[Behaviour]]
Accept = Callable[[asyncio.StreamReader, asyncio.StreamWriter], None]


def reply(
    body: bytes | str = b"",
    status: int = 200,
    headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
) -> Behaviour:
    """A proper answer with Content-Length (and text/html, unless ``headers`` say otherwise)."""
    data = body.encode() if isinstance(body, str) else body
    pairs = list(headers.items() if isinstance(headers, Mapping) else headers)
    names = {name.lower() for name, _ in pairs}
    if "content-type" not in names:
        pairs.append(("Content-Type", "text/html; charset=utf-8"))
    if "content-length" not in names and status != 304:
        pairs.append(("Content-Length", str(len(data))))
    head = head_of(status, pairs)

    async def behave(request: Request, writer: asyncio.StreamWriter) -> bool:
        writer.write(head + (b"" if status == 304 else data))
        await writer.drain()
        return True

    return behave


def redirect(location: str, status: int = 302) -> Behaviour:
    return reply(b"", status, {"Location": location})


def raw(*pieces: bytes, every: float = 0.0, keep: bool = False) -> Behaviour:
    """These bytes as they are, ``every`` seconds one; the connection is closed unless ``keep``."""

    async def behave(request: Request, writer: asyncio.StreamWriter) -> bool:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            if every:
                await asyncio.sleep(every)
        return keep

    return behave


def endless(head: bytes, piece: bytes, every: float = 0.0) -> Behaviour:
    """``head``, then ``piece`` for ever (``every`` seconds one, or as fast as it is read)."""

    async def behave(request: Request, writer: asyncio.StreamWriter) -> bool:
        writer.write(head)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(every)

    return behave


def silent(seconds: float = 3600.0) -> Behaviour:
    """Accepts the request and says nothing."""

    async def behave(request: Request, writer: asyncio.StreamWriter) -> bool:
        await asyncio.sleep(seconds)
        return False

    return behave


def drop() -> Behaviour:
    """Closes the connection without a byte."""
    return raw()


def head_of(status: int, headers: Iterable[tuple[str, str]] = ()) -> bytes:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Odd"
    lines = [f"HTTP/1.1 {status} {phrase}", *(f"{name}: {value}" for name, value in headers)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8")


class Server:
    def __init__(
        self,
        routes: Mapping[str, Behaviour | Sequence[Behaviour]] | None = None,
        *,
        tls: ssl.SSLContext | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self.routes: Routes = dict(routes or {})
        self.tls = tls
        self.host = host
        self.port = port
        self.requests: list[Request] = []
        self.connections = 0
        self.most_at_once = 0  # the largest number of requests being answered at the same time
        self._served: dict[str, int] = {}
        self._at_once = 0
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(300), "the server did not start"
        return self

    def __exit__(self, *unused: object) -> None:
        assert self._loop is not None
        assert self._stop is not None
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(300)

    def url(self, path: str = "/", host: str | None = None) -> str:
        scheme = "https" if self.tls else "http"
        return f"{scheme}://{host or self.host}:{self.port}{path}"

    def targets(self) -> list[str]:
        """What was asked for, in order."""
        return [request.target for request in self.requests]

    def pages(self) -> list[Request]:
        """The requests but those for robots.txt."""
        return [request for request in self.requests if request.target != "/robots.txt"]

    async def _run(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        tasks: set[asyncio.Task[None]] = set()

        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.ensure_future(self._serve(reader, writer))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

        listening = await self._listen(accept)
        self._ready.set()
        await self._stop.wait()
        for server in listening:
            server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _listen(self, accept: Accept) -> list[asyncio.Server]:
        server = await asyncio.start_server(accept, self.host, self.port, ssl=self.tls)
        self.port = server.sockets[0].getsockname()[1]
        return [server]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        number = self.connections
        try:
            with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                while await self._answer_one(reader, writer, number):
                    pass
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _answer_one(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int
    ) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.rstrip("\r\n").split("\r\n")
        method, target, _ = first.split(" ", 2)
        pairs = tuple((name, value.strip()) for name, _, value in (x.partition(":") for x in lines))
        request = Request(method, target, pairs, time.monotonic(), number)
        self.requests.append(request)
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            return await self._behaviour(request)(request, writer)
        finally:
            self._at_once -= 1

    def _behaviour(self, request: Request) -> Behaviour:
        host = request.header("host") or ""
        name = host.partition(":")[0]
        path = request.target.partition("?")[0]
        keys = (f"//{host}{request.target}", f"//{name}{request.target}", request.target, path)
        key = next((key for key in keys if key in self.routes), None)
        if key is None:
            return reply(b"not found", 404)
        route = self.routes[key]
        if not isinstance(route, Sequence):
            return route
        turn = self._served.get(key, 0)
        self._served[key] = turn + 1
        return route[min(turn, len(route) - 1)]
