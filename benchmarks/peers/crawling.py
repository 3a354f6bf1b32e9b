"""What the crawls by peers share: names that lead to the loopback, their command line, a table.

Import it before anything that reads ``socket``: a copy of ``getaddrinfo`` would be the other one.
"""

from __future__ import annotations

import argparse
import json
import socket
import sqlite3
import sys
import zlib
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS article (
    url TEXT NOT NULL UNIQUE, title TEXT, authors TEXT, date TEXT, body TEXT, page BLOB
)
"""


def name_loopback() -> None:
    """``*.localhost`` is 127.0.0.1 (RFC 6761), which not every C library knows; to look up any
    other name fails at once."""
    get_address, get_host = socket.getaddrinfo, socket.gethostbyname

    def address_of(name: Any) -> Any:
        text = name.decode("ascii") if isinstance(name, bytes) else name
        if text is None or text[:1].isdigit():
            return text
        if text == "localhost" or text.endswith(".localhost"):
            return "127.0.0.1"
        raise socket.gaierror(socket.EAI_NONAME, f"{text!r} may not be looked up")

    def get_address_of(host: Any, *rest: Any, **more: Any) -> Any:
        return get_address(address_of(host), *rest, **more)

    socket.getaddrinfo = get_address_of
    socket.gethostbyname = lambda host: get_host(address_of(host))


name_loopback()


def parse_arguments() -> argparse.Namespace:
    """The list of addresses is read: ``urls``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("list", type=Path, help="file of addresses, one a line")
    parser.add_argument("database", type=Path)
    parser.add_argument("--keep-pages", action="store_true", help="store the raw pages too")
    parser.add_argument("--shard", type=int, default=0)
    parser.add_argument("--shards", type=int, default=1, help="take one of so many parts of hosts")
    options = parser.parse_args()
    urls = options.list.read_text(encoding="utf-8").split()
    hosts = {host: n for n, host in enumerate(dict.fromkeys(map(_host_of, urls)))}
    options.urls = [url for url in urls if hosts[_host_of(url)] % options.shards == options.shard]
    return options


def _host_of(url: str) -> str:
    return url.split("/", 3)[2]


class Shelf:
    """The articles in SQLite. Write-ahead log and ``synchronous=NORMAL`` as its documentation
    advises: a crash of the machine may lose the last ones, and no commit waits for the disk."""

    def __init__(self, path: Path, *, keeps_pages: bool) -> None:
        self._keeps_pages = keeps_pages
        self._connection = sqlite3.connect(path, timeout=60, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute(SCHEMA)

    def put(self, url: str, fields: dict[str, Any], page: bytes) -> None:
        """One article, once, in a transaction of its own; its address on stdout."""
        self._connection.execute(
            "INSERT OR IGNORE INTO article VALUES (?, ?, ?, ?, ?, ?)",
            (
                url,
                fields.get("title"),
                json.dumps(fields.get("authors") or [], ensure_ascii=False),
                fields.get("date"),
                fields.get("body"),
                zlib.compress(page, 1) if self._keeps_pages else None,
            ),
        )
        sys.stdout.write(f"{url}\n")
        sys.stdout.flush()

    def close(self) -> None:
        self._connection.close()
