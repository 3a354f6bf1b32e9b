"""What stands in for the network under the guard: a resolver and a connector that remember.

    recorder = Recorder({"news.test": ["93.184.216.34"]})
    Guard(resolver=recorder.resolve, dialler=recorder)

No socket is opened. A connection is a ``Line``, which notes the server name that TLS is asked for
and the host that the request is for, and answers as ``recorder.locations`` says.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Mapping, Sequence

import httpcore

from scraper.fetch.guard import ResolutionError
from tests.servers import head_of


class Recorder(httpcore.AsyncNetworkBackend):
    def __init__(self, answers: Mapping[str, Sequence[str]] | None = None) -> None:
        self.answers = dict(answers or {})
        """What each name resolves to; ``*`` stands for every other one."""
        self.locations: dict[str, str] = {}
        """Where the answer to a request for a path redirects; any other is a 404."""
        self.looked_up: list[str] = []
        self.dialled: list[str] = []
        self.lines: list[Line] = []
        self.refuses = False
        """Nobody listens anywhere."""

    async def resolve(self, host: str, port: int) -> list[str]:
        self.looked_up.append(host)
        found = self.answers.get(host, self.answers.get("*"))
        if found is None:
            raise ResolutionError("unknown name")
        return list(found)

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[object] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        self.dialled.append(host)
        if self.refuses:
            raise httpcore.ConnectError("recorded")
        self.lines.append(Line(host, port, self.locations))
        return self.lines[-1]

    def forget(self) -> None:
        for noted in (self.looked_up, self.dialled, self.lines):
            noted.clear()


class Line(httpcore.AsyncNetworkStream):
    """One connection for one request: an HTTP server in memory that has no pages."""

    def __init__(self, address: str, port: int, locations: Mapping[str, str]) -> None:
        self.address = address
        self.port = port
        self.server_name: str | None = None
        self.host: str | None = None
        """The Host header of its request."""
        self._locations = locations
        self._received = self._unsent = b""

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._received += buffer
        if not self._received.endswith(b"\r\n\r\n"):
            return
        request, *fields = self._received.decode("ascii").split("\r\n")
        self.host = dict(field.lower().split(": ", 1) for field in fields if field)["host"]
        path = request.split()[1]
        if path in self._locations:
            status, headers = 302, [("Location", self._locations[path])]
        else:
            status, headers = 404, []
        self._unsent += head_of(
            status, [*headers, ("Content-Length", "0"), ("Connection", "close")]
        )

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        sent, self._unsent = self._unsent[:max_bytes], self._unsent[max_bytes:]
        return sent

    async def aclose(self) -> None:
        self._unsent = b""

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        self.server_name = server_hostname
        return self

    def get_extra_info(self, info: str) -> None:
        return None
