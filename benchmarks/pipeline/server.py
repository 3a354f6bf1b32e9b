"""The server of ``benchmarks.pipeline``, in a process of its own: slices of one mapped file.

    python pipeline_server.py ANSWERS INDEX

Says its port on stdout. For each line on stdin it answers with one of JSON: the CPU seconds that it
has used, how many requests it got, and for what it had no page. It ends with its stdin.
"""

from __future__ import annotations

import asyncio
import json
import mmap
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from benchmarks.pipeline.pages import Edition

NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
SEND_BUFFER = 1 << 20
"""Bytes: a page leaves in one call."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """Since the start."""

    cpu: float
    """Seconds."""
    requests: int
    unknown: dict[str, int]
    """By host and path."""


class Server:
    """A running one, as seen from the benchmark."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.port = port
        self._process = process

    def traffic(self) -> Traffic:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return Traffic(**json.loads(self._process.stdout.readline()))


@contextmanager
def serving(edition: Edition) -> Iterator[Server]:
    command = [
        sys.executable,
        "-m",
        "benchmarks.pipeline.server",
        str(edition.answers),
        str(edition.index),
    ]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Server(process, int(process.stdout.readline()))
        finally:
            process.stdin.close()


# ------------------------------------------------------------------ its own process


@dataclass(slots=True)
class _Library:
    answers: memoryview
    index: dict[bytes, tuple[int, int, int]]
    requests: int
    unknown: Counter[str]

    def find(self, head: bytes) -> bytes | memoryview:
        """The answer to a request with this head."""
        self.requests += 1
        method, path, _ = head.split(b" ", 2)
        at = head.lower().index(b"\r\nhost:") + 7
        host = head[at : head.index(b"\r\n", at)].strip().partition(b":")[0]
        try:
            offset, head_length, length = self.index[host + b" " + path]
        except KeyError:
            self.unknown[f"{host.decode('latin-1')}{path.decode('latin-1')}"] += 1
            return NOT_FOUND
        return self.answers[offset : offset + (head_length if method == b"HEAD" else length)]


class _Connection(asyncio.Protocol):
    def __init__(self, library: _Library) -> None:
        self._library = library
        self._pending = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def data_received(self, data: bytes) -> None:
        *heads, self._pending = (self._pending + data).split(b"\r\n\r\n")
        for head in heads:
            self._transport.write(self._library.find(head + b"\r\n"))


async def _serve(answers: Path, index: Path) -> None:
    places: dict[str, Any] = json.loads(index.read_text(encoding="ascii"))
    with answers.open("rb") as file:
        mapped = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    library = _Library(
        mapped, {key.encode(): tuple(place) for key, place in places.items()}, 0, Counter()
    )
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(library), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    while await loop.run_in_executor(None, sys.stdin.readline):
        traffic = {"cpu": time.process_time(), "requests": library.requests}
        print(json.dumps({**traffic, "unknown": library.unknown}), flush=True)


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), Path(sys.argv[2])))
