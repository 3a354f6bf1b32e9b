"""Who runs in ``benchmarks.pipeline``: how each is started, and how what it filed is read back."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from benchmarks.crawl.corpus import SETTINGS
from benchmarks.crawl.many_sources import ROOT, add_feeds
from benchmarks.extraction.peer_processes import PEERS, Peer, prepare_environment
from benchmarks.extraction.scoring import Prediction
from benchmarks.pipeline.pages import Edition

PEER_SCRIPTS = Path(__file__).resolve().parents[1] / "peers"
SCRAPY = Peer("scrapy", ("scrapy==2.19.0", *PEERS["trafilatura"].requirements))
Filed = dict[tuple[str, str], Prediction]
"""By host and path."""


class Contender(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def environment(self) -> Mapping[str, str]: ...

    def prepare(self, folder: Path, edition: Edition, port: int) -> list[str]:
        """Make ready in an empty folder whatever a user has before the start; the command."""

    def load(self, folder: Path) -> Filed:
        """What it has filed of the edition."""

    def count_bytes(self, folder: Path) -> int:
        """On disk, of what the run added."""


@dataclass(frozen=True)
class Kliping:
    """The command line of this checkout, on feeds; everything on, ``synchronous=FULL``."""

    filed: Path | None = None
    """An archive that it adds to."""
    name: str = "kliping"

    @property
    def environment(self) -> Mapping[str, str]:
        return {**os.environ, "PYTHONPATH": str(ROOT)}

    def prepare(self, folder: Path, edition: Edition, port: int) -> list[str]:
        (folder / "kliping.toml").write_text(SETTINGS, encoding="utf-8")
        if self.filed is not None:
            shutil.copyfile(self.filed, folder / "kliping.db")
        add_feeds(folder / "kliping.db", [_url(port, *feed) for feed in edition.feeds])
        options = ["--db", str(folder / "kliping.db"), "--config", str(folder / "kliping.toml")]
        main = "import sys, cli; sys.exit(cli.main())"
        return [sys.executable, "-c", main, "crawl", "--json", *options]

    def load(self, folder: Path) -> Filed:
        query = (
            "SELECT a.url, v.title, v.authors, v.published_at, v.body"
            " FROM article a JOIN version v ON v.id = a.current_version_id"
            " WHERE a.site LIKE '%localhost'"
        )
        return dict(_read(folder / "kliping.db", query))

    def count_bytes(self, folder: Path) -> int:
        return _size(folder / "kliping.db") - (_size(self.filed) if self.filed else 0)


@dataclass(frozen=True)
class Script:
    """A peer's crawl in its own environment."""

    name: str
    script: str
    python: Path
    processes: int = 1
    keeps_pages: bool = False

    @property
    def environment(self) -> Mapping[str, str]:
        return os.environ

    def prepare(self, folder: Path, edition: Edition, port: int) -> list[str]:
        urls = [_url(port, page.host, page.path) for page in edition.pages]
        (folder / "urls.txt").write_text("\n".join(urls), encoding="ascii")
        with closing(sqlite3.connect(folder / "articles.db")) as connection:
            # Two processes that turn it on at once would find the file locked.
            connection.execute("PRAGMA journal_mode = WAL")
        command = [str(self.python), str(PEER_SCRIPTS / self.script)]
        command += [str(folder / "urls.txt"), str(folder / "articles.db")]
        if self.keeps_pages:
            command.append("--keep-pages")
        if self.processes == 1:
            return command
        return [sys.executable, str(PEER_SCRIPTS / "shards.py"), str(self.processes), *command]

    def load(self, folder: Path) -> Filed:
        query = "SELECT url, title, authors, date, body FROM article"
        return dict(_read(folder / "articles.db", query))

    def count_bytes(self, folder: Path) -> int:
        return _size(folder / "articles.db")


def make_contender(name: str, environments: Path, *, keeps_pages: bool = False) -> Contender:
    """``kliping``, or a peer, whose environment is built when it is not there yet. Raises
    ``PeerError``."""
    if name == "kliping":
        return Kliping()
    peer, script, processes = PEER_CRAWLS[name]
    python = prepare_environment(peer, environments)
    return Script(name, script, python, processes, keeps_pages)


PEER_CRAWLS = {
    "scrapy": (SCRAPY, "crawl_scrapy.py", 1),
    "scrapy-2": (SCRAPY, "crawl_scrapy.py", 2),
    "newspaper4k": (PEERS["newspaper4k"], "crawl_newspaper.py", 1),
}
CONTENDERS = ("kliping", *PEER_CRAWLS)


def _url(port: int, host: str, path: str) -> str:
    return f"http://{host}:{port}{path}"


def _read(database: Path, query: str) -> Iterator[tuple[tuple[str, str], Prediction]]:
    with closing(sqlite3.connect(database)) as connection:
        rows: Sequence[tuple[str, str | None, str, str | None, str | None]]
        rows = connection.execute(query).fetchall()
    for url, title, authors, date, body in rows:
        place = urlsplit(url)
        given = Prediction(title, tuple(json.loads(authors)), date, body or "")
        yield (place.hostname or "", place.path), given


def _size(database: Path) -> int:
    """With its write-ahead log."""
    return sum(part.stat().st_size for part in database.parent.glob(f"{database.name}*"))
