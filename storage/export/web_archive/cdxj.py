"""The index of a WACZ: CDXJ lines in order, in a compressed file of blocks, with an index of these.

The order is that of the addresses turned round (SURT: ``com,example)/news``), as ReplayWeb.page
(wabac.js) makes them to look one up. Lines wait in a temporary SQLite database, which sorts any
number of them in bounded memory.
"""

from __future__ import annotations

import json
import re
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from typing import Self
from urllib.parse import urlsplit

BLOCK = 300
"""Lines in a block of the compressed index, as py-wacz has it."""
INDEX_NAME = "index.cdx.gz"

_WWW = re.compile(r"^www\d*\.")


def surt(url: str) -> str:
    """An http or https address → its key: ``com,example)/a?b=1``."""
    parts = urlsplit(url.lower())
    host = _WWW.sub("", parts.hostname or "")
    port = f":{parts.port}" if parts.port and parts.port != _DEFAULT.get(parts.scheme) else ""
    pairs = sorted(parts.query.split("&"), key=lambda pair: pair.partition("=")[0])
    query = f"?{'&'.join(pairs)}" if parts.query else ""
    return f"{','.join(reversed(host.split('.')))}{port}){parts.path or '/'}{query}"


_DEFAULT = {"http": 80, "https": 443}


class Lines:
    """Lines in any order, given back in order (of their bytes in UTF-8)."""

    def __init__(self) -> None:
        # The empty name is a private database on the disk; nothing in it has to be durable.
        self._db = sqlite3.connect("")
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute("CREATE TABLE line (line BLOB)")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def add(self, line: str) -> None:
        self._db.execute("INSERT INTO line VALUES (?)", (f"{line}\n".encode(),))

    def sorted(self) -> Iterator[bytes]:
        for (line,) in self._db.execute("SELECT line FROM line ORDER BY line"):
            yield line


def index_line(url: str, timestamp: str, fields: dict[str, str]) -> str:
    """``timestamp``: of 14 digits."""
    return f"{surt(url)} {timestamp} {json.dumps({'url': url, **fields})}"


def compress(lines: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Blocks of the compressed index, each a gzip member, with the line that finds it."""
    offset = 0
    for block in _blocks(lines):
        engine = zlib.compressobj(6, zlib.DEFLATED, 31)
        data = engine.compress(b"".join(block)) + engine.flush()
        key = block[0].partition(b" {")[0]
        about = json.dumps({"offset": offset, "length": len(data)})
        yield data, key + b" " + about.encode() + b"\n"
        offset += len(data)


def heading() -> bytes:
    """The first line of the index of blocks."""
    about = json.dumps({"format": "cdxj-gzip-1.0", "filename": INDEX_NAME})
    return f"!meta 0 {about}\n".encode()


def _blocks(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    block: list[bytes] = []
    for line in lines:
        block.append(line)
        if len(block) == BLOCK:
            yield block
            block = []
    if block:
        yield block
