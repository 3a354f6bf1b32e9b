"""The index of a WACZ: CDXJ lines in order, in a compressed file of blocks, with an index of these.

The order is that of the addresses turned round (SURT: ``com,example)/news``), as ReplayWeb.page
(wabac.js) makes them to look one up. Lines wait in sorted runs on the disk, so that any number of
them takes the memory of one run.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from heapq import merge
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Self
from urllib.parse import urlsplit

RUN = 20_000
"""Lines that are sorted at a time."""
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
        self._stack = ExitStack()
        self._runs: list[IO[bytes]] = []
        self._lines: list[bytes] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def add(self, line: str) -> None:
        self._lines.append(f"{line}\n".encode())
        if len(self._lines) >= RUN:
            self._end_run()

    def sorted(self) -> Iterator[bytes]:
        for run in self._runs:
            run.seek(0)
        yield from merge(*self._runs, sorted(self._lines))

    def _end_run(self) -> None:
        run: IO[bytes] = TemporaryFile()  # noqa: SIM115 - the stack closes it
        self._stack.enter_context(run)
        run.writelines(sorted(self._lines))
        self._runs.append(run)
        self._lines = []


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
