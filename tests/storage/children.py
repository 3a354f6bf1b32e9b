"""What the tests' other processes do."""

from __future__ import annotations

import os
import resource
import signal
from functools import partial
from multiprocessing.synchronize import Barrier
from pathlib import Path

from sqlalchemy import Engine, event

from scraper.errors import StorageError
from scraper.model.types import Outcome
from storage.archive import Archive
from storage.database import schema
from storage.database.engine import open_engine
from storage.database.places import Place
from storage.reading.library import Library
from tests.storage.makers import BY_HAND, LONG, NOW, make_article, make_capture
from tests.storage.statements import before_statement

_gates: list[Barrier] = []


def hold_gate(gate: Barrier) -> None:
    _gates.append(gate)


def open_at_once(path: Path, migrations: Path, head: str) -> list[int]:
    """Open a database at the same moment as the others; the ids that are in it."""
    _be_later(migrations, head)
    _gates[0].wait(300)
    engine = open_engine(path)
    found = [one.id for one in Library(engine).list()]
    engine.dispose()
    return found


def save_pages(place: Place, writer: int, pages: int) -> list[Outcome]:
    """Save pages of our own, and after each one that everyone saves, another with every tenth."""
    engine = open_engine(place)
    archive = Archive(engine)
    _gates[0].wait(300)
    outcomes = []
    for number in range(pages):
        own = make_article(f"{LONG} {writer} {number}")
        url = f"https://w{writer}.example/{number}"
        outcomes.append(archive.save(make_capture(url, own), BY_HAND, NOW).outcome)
        shared = make_article(f"{LONG} all {number // 10}")
        url = f"https://shared.example/{number // 10}"
        archive.save(make_capture(url, shared), BY_HAND, NOW)
    engine.dispose()
    return outcomes


def save_and_tell(path: Path) -> None:
    """Save for ever, printing the number of each page once it is stored."""
    archive = Archive(open_engine(path))
    number = 0
    while True:
        article = make_article(f"{LONG} {number}")
        archive.save(make_capture(f"https://a.example/{number}", article), BY_HAND, NOW)
        print(number, flush=True)
        number += 1


def save_until_full(path: Path, limit: int) -> None:
    """Save until the file may not grow any more; print how many were stored, and the error."""
    archive = Archive(open_engine(path))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    number = 0
    try:
        while number < 10_000:
            article = make_article(f"{LONG} {number}")
            archive.save(make_capture(f"https://a.example/{number}", article), BY_HAND, NOW)
            number += 1
    except StorageError as error:
        print(number)
        print(error)


def upgrade_and_die(path: Path, number: int, migrations: Path, head: str) -> None:
    """Upgrade a database, and be killed before this statement, or at last before the commit."""
    _be_later(migrations, head)
    die = partial(os.kill, os.getpid(), signal.SIGKILL)
    event.listen(Engine, "commit", lambda _: die())
    with before_statement(number, die):
        open_engine(path).dispose()


def upgrade_where_full(path: Path, limit: int, migrations: Path, head: str) -> None:
    """Upgrade a database where no file may grow beyond ``limit`` bytes; print the error."""
    _be_later(migrations, head)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        open_engine(path)
    except StorageError as error:
        print(error)


def _be_later(migrations: Path, head: str) -> None:
    """This program, as it would be with these migrations."""
    schema.migrations_path = lambda: migrations
    schema.HEAD = head
