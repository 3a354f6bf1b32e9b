"""Every pair of commands that write, at once, on one archive: each does its work, or says in one
line why it has to wait; afterwards nothing is damaged and nothing lost."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import combinations_with_replacement
from pathlib import Path

from tests.cli.conftest import QUICK
from tests.cli.newspaper import feed, newspaper, story
from tests.cli.running import COMMAND, Ended, Kliping, prepare
from tests.servers import Server, reply
from tests.storage.warc.makers import answer, record

NAMES = (
    "crawl", "fetch", "import", "reextract", "prune", "forget", "vacuum", "backup", "restore",
    "copy", "rebuild",
)  # fmt: skip
PAIRS = tuple(combinations_with_replacement(NAMES, 2))
RULE = '[rules."127.0.0.1"]\nsection = "h1"\n'
STORIES = 3
FETCHED, CRAWLED, IMPORTED, FORGOTTEN = 11, 12, 13, 1
WAITS = re.compile(
    r"is running: process \d+, since |another (process|re-extraction) .*(wait until it|try again)"
    r"|another process reads them as they were|another process still reads"
)
"""What a command says that cannot do its work now; where the other one has told who it is, it is
named."""


@dataclass(frozen=True)
class Stage:
    """An archive of three stories, with what the commands work on, to be copied."""

    user: Kliping
    server: Server

    def words(self, name: str, home: Path, side: int) -> list[str]:
        url = self.server.url
        return {
            "crawl": ["crawl", "Mole"],
            "fetch": ["fetch", url(f"/story/{FETCHED}")],
            "import": ["import", str(home / "web.warc")],
            "reextract": ["reextract", "--all", "--yes"],
            "prune": ["prune", "--snapshots-older-than", "0d"],
            "forget": ["forget", "--yes", str(FORGOTTEN)],
            "vacuum": ["db", "vacuum"],
            "backup": ["db", "backup", str(home / f"backup-{side}.db")],
            "restore": ["db", "restore", "--force", str(home / "backup.db")],
            "copy": ["db", "copy", str(home / "news.db"), str(home / "copy.db")],
            "rebuild": ["verify", "--rebuild-index"],
        }[name]


def make_stage(home: Path, server: Server) -> Stage:
    user = Kliping(home, QUICK + RULE)
    url = newspaper(server, STORIES)
    for number in (FETCHED, CRAWLED):
        server.routes[f"/story/{number}"] = reply(story(number))
    assert prepare(user, "sources", "add", "-q", url, "--name", "Mole").code == 0
    assert prepare(user, "crawl", "-q").code == 0
    assert prepare(user, "db", "backup", "-q", home / "backup.db").code == 0
    listed = [*range(1, STORIES + 1), CRAWLED]
    server.routes["/feed.xml"] = feed([server.url(f"/story/{number}") for number in listed])
    block = answer(story(IMPORTED).encode())
    (home / "web.warc").write_bytes(record(server.url(f"/story/{IMPORTED}"), block))
    with closing(sqlite3.connect(user.db)) as archive:
        archive.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Stage(user, server)


def run_pair(stage: Stage, home: Path, first: str, second: str) -> list[str]:
    """What was wrong; empty where all is as it must be."""
    home.mkdir()
    user = Kliping(home, stage.user.config)
    for name in ("news.db", "backup.db", "web.warc"):
        shutil.copy(stage.user.home / name, home / name)
    words = [stage.words(name, home, side) for side, name in enumerate((first, second))]
    ended = _run_both(user, words)
    found = [
        f"{name}: {problem}"
        for name, one in zip((first, second), ended, strict=True)
        if (problem := _judge(name, one)) is not None
    ]
    checked = prepare(user, "verify", "-q")
    if checked.code:
        found.append(f"verify: {checked.code}: {checked.err}")
    done = {name for name, one in zip((first, second), ended, strict=True) if one.code == 0}
    return [*found, *_lost(stage, home, done)]


def _run_both(user: Kliping, words: list[list[str]]) -> list[Ended]:
    started = [
        subprocess.Popen(
            [*COMMAND, *each, "--allow-private"]
            if each[0] in ("crawl", "fetch")
            else [*COMMAND, *each],
            env=user.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=user.home,
        )
        for each in words
    ]
    try:
        told = [process.communicate(timeout=300) for process in started]
    finally:
        for process in started:
            process.kill()
    return [
        Ended(process.returncode, out, err)
        for process, (out, err) in zip(started, told, strict=True)
    ]


def _judge(name: str, ended: Ended) -> str | None:
    last = ended.errors[-1] if ended.errors else ""
    if ended.code == 0:
        return None
    if ended.code == 75 and WAITS.search(last):
        return None
    if (name, ended.code) == ("forget", 2) and "removed for good on" in last:
        return None  # by the other one
    return f"{ended.code}: {ended.err[-600:]}"


def _lost(stage: Stage, home: Path, done: set[str]) -> Iterator[str]:
    """What a command said it had filed, and is neither there nor in what a restore set aside; and
    what was removed, and is there for all that."""
    archives = [home / "news.db", *home.glob("news.db.before-*")]
    held = [_urls_of(path) for path in archives if not path.name.endswith(("-wal", "-shm"))]
    wanted = {"fetch": FETCHED, "crawl": CRAWLED, "import": IMPORTED}
    for name, number in wanted.items():
        url = stage.server.url(f"/story/{number}")
        if name in done and not any(url in urls for urls in held):
            yield f"{name}: {url} is lost"
    gone = stage.server.url(f"/story/{FORGOTTEN}")
    if "forget" in done and "restore" not in done and gone in held[0]:
        yield f"forget: {gone} is there"
    for number in range(1, STORIES + 1):
        url = stage.server.url(f"/story/{number}")
        if number != FORGOTTEN and url not in held[0]:
            yield f"{url} is lost"
    for copy in ("backup-0.db", "backup-1.db", "copy.db"):
        path = home / copy
        if path.exists() and stage.server.url(f"/story/{STORIES}") not in _urls_of(path):
            yield f"{copy}: is not whole"


def _urls_of(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as archive:
        return {url for (url,) in archive.execute("SELECT url FROM article WHERE url <> ''")}
