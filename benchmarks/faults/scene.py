"""The scene of ``benchmarks.faults``: a newspaper that can break down, an archive that has had its
first edition, commands as child processes, and what an undisturbed crawl makes of the second
edition."""

from __future__ import annotations

import ast
import asyncio
import json
import os
import shutil
import socket
import struct
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from benchmarks.faults.child import HOST, SHIFT, Hook, count_processors, run_command, set_clock
from benchmarks.kills.crawl_scene import SOURCES, Trap
from benchmarks.kills.crawler import births, children_of, count_left, is_running
from storage.database.engine import open_engine
from storage.frontier.sources import Sources
from tests.newspaper import content_of, edition
from tests.servers import Behaviour, Request, Server

DAY = timedelta(days=1)
MAX_SECONDS = 180.0
"""After which a command is given up as hanging."""
KNOWLEDGE = ("articles", "versions", "parts", "listed")
FILED = ("new", "changed", "duplicate")
Content = dict[str, list[Any]]
Breakage = Literal["cut", "reset"]


@dataclass(frozen=True)
class Ended:
    """A command that is over."""

    code: int
    err: list[str]
    """Lines."""
    seconds: float
    """From its start, or from when it was hit, to its end."""
    orphans: int
    """Readers that were left behind."""


class Command:
    """One ``kliping`` command as a child process."""

    def __init__(
        self,
        words: Sequence[str | Path],
        out: Path,
        err: Path,
        hooks: Sequence[Hook] = (),
    ) -> None:
        self.out, self.err = out, err
        told = ([str(word) for word in words], str(out), str(err), list(hooks))
        self._process = births.Process(target=run_command, args=told)
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid
        self.hit_at = time.monotonic()
        self._seen: set[int] = set()

    @property
    def is_running(self) -> bool:
        return is_running(self.pid)

    def readers(self) -> list[int]:
        found = children_of(self.pid)
        self._seen |= set(found)
        return found

    def signal(self, number: int) -> None:
        """Only to one that is alive, though its parent may have yet to hear that it is not."""
        if self.is_running:
            self.hit_at = time.monotonic()
            os.kill(self.pid, number)

    def wait(self) -> Ended:
        end = time.monotonic() + MAX_SECONDS
        while self._process.is_alive() and time.monotonic() < end:
            self.readers()
            time.sleep(0.005)
        seconds = time.monotonic() - self.hit_at
        self._process.kill()  # does nothing where it is over
        self._process.join()
        code = self._process.exitcode
        assert code is not None
        self._process.close()
        err = self.err.read_text() if self.err.is_file() else ""
        return Ended(code, err.splitlines(), seconds, count_left(self._seen))

    def acknowledged(self) -> list[tuple[str, str]]:
        """The (address, outcome) of each page that it has told of on standard output."""
        if not self.out.is_file():
            return []
        whole = self.out.read_text().rpartition("\n")[0]
        rows = map(json.loads, whole.splitlines())
        return [(row["url"], row["outcome"]) for row in rows]


class Outage:
    """Breaks the next answers of a server."""

    def __init__(self) -> None:
        self._kind: Breakage = "cut"
        self._left = 0

    def begin(self, kind: Breakage, answers: int) -> None:
        self._kind, self._left = kind, answers

    def end(self) -> None:
        self._left = 0

    def over(self, behaviour: Behaviour) -> Behaviour:
        async def behave(request: Request, writer: asyncio.StreamWriter) -> bool:
            if self._left <= 0:
                return await behaviour(request, writer)
            self._left -= 1
            if self._kind == "cut":
                await behaviour(request, _Half(writer))  # type: ignore[arg-type]
            else:
                # Without lingering, closing is a reset (socket(7)).
                held = writer.get_extra_info("socket")
                held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                writer.transport.abort()
            return False

        return behave


class _Half:
    """A writer of which half of everything arrives."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    def write(self, data: bytes) -> None:
        self._writer.write(data[: len(data) // 2])

    async def drain(self) -> None:
        await self._writer.drain()


@dataclass(frozen=True)
class Peace:
    """The undisturbed crawl."""

    content: Content
    requests: int
    seconds: float


class Scene:
    def __init__(
        self, folder: Path, server: Server, articles: int = 8, readers: int | None = None
    ) -> None:
        self.folder, self.server = folder, server
        self._hooks = [count_processors(readers)] if readers else []
        self.trap, self.outage = Trap(), Outage()
        self._articles = articles
        self._start = datetime.now(UTC).replace(microsecond=0)
        self.config = folder / "kliping.toml"
        self.config.write_text("[fetch]\nallow_private = true\n[pace]\nmin_delay = 0\n")
        self._names = 0
        self._base = folder / "base.db"
        self._print(1)
        engine = open_engine(self._base)
        for path, kind in SOURCES:
            url = server.url(path, HOST)
            Sources(engine).add(url, name=path, kind=kind, now=self._start - DAY, was_read=True)
        engine.dispose()
        self.crawl_in_peace(self._base, -DAY)
        self._print(2)
        self.peace = self._make_peace()

    def _print(self, day: int) -> None:
        routes = edition(day, self._start, self._articles)
        self.server.routes = {
            path: self.trap.over(self.outage.over(behaviour))
            for path, behaviour in routes.items()
            if not isinstance(behaviour, Sequence)
        }

    def _make_peace(self) -> Peace:
        db = self.fresh(self.new_folder())
        self.trap.clear()
        begun = time.monotonic()
        self.crawl_in_peace(db)
        seconds = time.monotonic() - begun
        return Peace(content_of(db), self.trap.requests, seconds)

    def new_folder(self) -> Path:
        self._names += 1
        folder = self.folder / f"{self._names:04}"
        folder.mkdir()
        return folder

    def fresh(self, folder: Path) -> Path:
        """A copy of the archive with the first edition."""
        return Path(shutil.copy(self._base, folder / "news.db"))

    def start(
        self,
        folder: Path,
        *words: str | Path,
        out: Path | None = None,
        err: Path | None = None,
        hooks: Sequence[Hook] = (),
    ) -> Command:
        self._names += 1
        out = out or folder / f"{self._names:04}.out"
        err = err or folder / f"{self._names:04}.err"
        return Command([*words, "--config", self.config], out, err, [*self._hooks, *hooks])

    def crawl_in_peace(self, db: Path, ahead: timedelta = timedelta()) -> None:
        """Raises ``AssertionError`` for one that fails, or that says anything."""
        folder, hooks = self.new_folder(), []
        if ahead:
            clock = folder / "clock"
            clock.write_bytes(SHIFT.pack(ahead.total_seconds()))
            hooks = [set_clock(clock)]
        ended = self.start(folder, "crawl", "-q", "--db", db, hooks=hooks).wait()
        assert (ended.code, ended.err) == (0, []), f"in peace: exit {ended.code} {ended.err}"


def knowledge_of(content: Content) -> Content:
    """What an archive knows in the end, however often it was tried, and in whatever order."""
    outcomes = [row for row in content["outcomes"] if ast.literal_eval(row)[1] in FILED]
    return {name: content[name] for name in KNOWLEDGE} | {"filed": outcomes}


@contextmanager
def open_scene(folder: Path, articles: int = 8, readers: int | None = None) -> Iterator[Scene]:
    """``readers``: as many as these; of each processor one if not told otherwise."""
    with Server() as server:
        yield Scene(folder, server, articles, readers)
