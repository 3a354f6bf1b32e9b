"""A server with an address of its own for each host: 127.0.x.y, in one thread.

    hosts = [HostileHost("drip.test", {"/p": endless(b"HTTP/1.1 200 ", b"O", 0.1)}),
             HostileHost("silent.test", {}, conduct=mute, spared=1)]
    with HostileServer(hosts) as server:
        ... server.url("/p", "drip.test"), server.addresses, server.begun ...

``tests.servers`` answers requests; this one also has hosts that misbehave before there is one.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from tests.servers import Accept, Request, Routes, Server

Conduct = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
"""What is done with a connection as soon as it is accepted."""

FIRST_ADDRESS = 2
"""127.0.0.1 is left to others."""


@dataclass(frozen=True)
class HostileHost:
    name: str
    routes: Routes = field(default_factory=dict)
    """By path: what is done once it is asked for."""
    honest: str = "/robots.txt"
    """The path that is nothing to wonder at."""
    conduct: Conduct | None = None
    spared: int = 0
    """So many connections are served properly before ``conduct`` begins."""
    tls: ssl.SSLContext | None = None
    scheme: str = "http"


class HostileServer(Server):
    """Its hosts are listened for at ``addresses``; ``begun`` says when each first misbehaved."""

    def __init__(self, hosts: Iterable[HostileHost]) -> None:
        self.hosts = {host.name: host for host in hosts}
        super().__init__(
            {
                f"//{host.name}{path}": route
                for host in self.hosts.values()
                for path, route in host.routes.items()
            }
        )
        self.addresses = {
            name: f"127.0.{number // 256}.{number % 256}"
            for number, name in enumerate(self.hosts, FIRST_ADDRESS)
        }
        self.ports: dict[str, int] = {}
        self.begun: dict[str, float] = {}
        """By host: the epoch second in which it first did."""
        for host in self.hosts.values():
            if host.tls is not None:
                host.tls.sni_callback = lambda _, name, __: self._note(name or "")
        self._names = {address: name for name, address in self.addresses.items()}
        self._seen: Counter[str] = Counter()

    def url(self, path: str = "/", host: str | None = None) -> str:
        assert host is not None
        return f"{self.hosts[host].scheme}://{host}:{self.ports[host]}{path}"

    async def _listen(self, accept: Accept) -> list[asyncio.Server]:
        listening = []
        for name, address in self.addresses.items():
            server = await asyncio.start_server(accept, address, 0, ssl=self.hosts[name].tls)
            self.ports[name] = server.sockets[0].getsockname()[1]
            listening.append(server)
        return listening

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = self.hosts[self._names[writer.get_extra_info("sockname")[0]]]
        self._seen[host.name] += 1
        if host.conduct is None or self._seen[host.name] <= host.spared:
            await super()._serve(reader, writer)
            return
        self._note(host.name)
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                await host.conduct(reader, writer)
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    def _behaviour(self, request: Request) -> Callable[..., Awaitable[bool]]:
        name = (request.header("host") or "").partition(":")[0]
        if request.target != self.hosts[name].honest:
            self._note(name)
        return super()._behaviour(request)

    def _note(self, name: str) -> None:
        self.begun.setdefault(name, time.time())
