"""Functions that the sandbox's tests run in its children."""

from __future__ import annotations

import os
import resource
import time
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path

from scraper.errors import ParseError
from scraper.extraction import extract
from scraper.reading import extract_response


def add(a: int, b: int) -> int:
    return a + b


def describe(*values: bytes) -> tuple[list[str], list[str], int]:
    """Their types and digests; how much of this process was resident at most, in bytes."""
    kinds = [type(value).__name__ for value in values]
    digests = [sha256(value).hexdigest() for value in values]
    return kinds, digests, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def print_and_return(text: str) -> int:
    print(text)
    os.write(1, text.encode())
    return len(text)


def raise_parse_error(url: str) -> None:
    raise ParseError(url, "broken")


def divide(a: int, b: int) -> float:
    return a / b


def loop() -> None:
    while True:
        pass


def hang() -> None:
    time.sleep(60)


def allocate(size: int) -> int:
    return len(bytearray(size))


def die(number: int) -> None:
    os.kill(os.getpid(), number)
    time.sleep(5)


def die_once(number: int, marker: str) -> str:
    if not Path(marker).exists():
        Path(marker).touch()
        die(number)
    return "alive"


def signal_self(number: int) -> str:
    os.kill(os.getpid(), number)
    time.sleep(0.05)
    return "alive"


def note_and_loop(path: str) -> None:
    Path(path).write_text(str(os.getpid()))
    loop()


def read_in_little_memory(body: bytes, megabytes: int, promised: bool) -> str:
    """The evidence of ``extract`` (``promised``), or of the page as a crawl's reader reads it, with
    so much memory beside what the process has."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    read = partial(extract, body, "https://a.example/1", now=now)
    if not promised:
        read = partial(extract_response, body, "https://a.example/1", (), now)
    extract(b"<p>what is made once is made")
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + (megabytes << 20)
    resource.setrlimit(resource.RLIMIT_AS, (limit, resource.RLIM_INFINITY))
    return read().evidence
