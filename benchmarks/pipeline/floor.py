"""The limits of ``benchmarks.pipeline``: how fast its server is, and what no pipeline can do
without.

The floor of a page: reading it from a socket, Lexbor's parse, zstd at level 3, and one transaction
of SQLite (``synchronous=FULL``, as kliping has it) that stores text, address and frame. Each is
measured alone, on the same pages, in this process and with nothing around it. Reading what the page
says is measured beside it, as kliping does it: that is no floor, but it is what is asked for.
"""

from __future__ import annotations

import socket
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import zstandard
from selectolax.lexbor import LexborHTMLParser

from benchmarks.pipeline.pages import Edition, Served
from benchmarks.pipeline.server import Server

FLOOR = ("socket", "parse", "zstd", "insert")
"""The steps that no pipeline can do without."""
READERS = 8
PAGES = 500
"""At most, for the floor."""


@dataclass(frozen=True, slots=True)
class ServerLimit:
    pages_per_second: float
    server_ms: float
    """CPU of the server, a page."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds a page: of CPU, and of the clock."""

    cpu: float
    wall: float


def measure_server(server: Server, edition: Edition) -> ServerLimit:
    """Read every page over a few raw connections at once."""
    before, start = server.traffic().cpu, time.perf_counter()
    parts = [edition.pages[first::READERS] for first in range(READERS)]
    with ThreadPoolExecutor(READERS) as readers:
        list(readers.map(lambda part: sum(map(len, _read_all(server.port, part))), parts))
    seconds, count = time.perf_counter() - start, len(edition.pages)
    return ServerLimit(count / seconds, 1000 * (server.traffic().cpu - before) / count)


def measure_floor(server: Server, edition: Edition, folder: Path) -> dict[str, Cost]:
    """By step: those of ``FLOOR``, and ``extract``."""
    from scraper import extract  # with all its tables

    pages = edition.pages[:PAGES]
    bodies: list[bytes] = []
    frames: list[bytes] = []
    reader = _read_all(server.port, pages)
    compress = zstandard.ZstdCompressor(level=3).compress
    costs = {
        "socket": _measure(lambda _: bodies.append(next(reader)), pages),
        "parse": _measure(LexborHTMLParser, bodies),
        "zstd": _measure(lambda body: frames.append(compress(body)), bodies),
    }
    rows = [
        (f"{page.host}{page.path}", page.gold.body, frame)
        for page, frame in zip(pages, frames, strict=True)
    ]
    with closing(_open(folder / "floor.db")) as connection:
        insert = partial(connection.execute, "INSERT INTO page VALUES (?, ?, ?)")
        costs["insert"] = _measure(insert, rows)
    costs["extract"] = _measure(lambda body: extract(body, "http://h0.localhost/"), bodies)
    return costs


def _measure(step: Callable[[Any], object], items: Sequence[Any]) -> Cost:
    cpu, wall = time.process_time(), time.perf_counter()
    for item in items:
        step(item)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return Cost(1000 * cpu / len(items), 1000 * wall / len(items))


def _open(database: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE page (url TEXT UNIQUE, body TEXT, frame BLOB)")
    return connection


def _read_all(port: int, pages: Sequence[Served]) -> Iterator[bytes]:
    """The bodies, one after the other over one connection."""
    buffer = bytearray(1 << 20)
    with socket.create_connection(("127.0.0.1", port)) as connection:
        for page in pages:
            request = f"GET {page.path} HTTP/1.1\r\nHost: {page.host}\r\n\r\n"
            connection.sendall(request.encode("ascii"))
            yield _read_answer(connection, buffer)


def _read_answer(connection: socket.socket, buffer: bytearray) -> bytes:
    answer = bytearray()
    wanted = 0
    while not wanted or len(answer) < wanted:
        count = connection.recv_into(buffer)
        if not count:
            raise ConnectionError("the server closed the connection")
        answer += memoryview(buffer)[:count]
        if not wanted and (end := answer.find(b"\r\n\r\n")) >= 0:
            length = answer[:end].rpartition(b"Content-Length: ")[2]
            start = end + 4
            wanted = start + int(length)
    return bytes(memoryview(answer)[start:])
