"""Several processes that save into one archive at once: none may lose a page, or meet a lock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier

from sqlalchemy import Engine, func, select

from benchmarks.kills.archive_scene import DONE, NOW, differ
from scraper.errors import KlipingError
from storage.archive import Archive
from storage.database.engine import open_engine, reading
from storage.database.places import Place
from storage.integrity.verify import verify
from storage.models import Article, Fetch, Version
from storage.proof import entries

_gates: list[Barrier] = []


def _hold_gate(gate: Barrier) -> None:
    _gates.append(gate)


def judge_writers(place: Place, writers: int, saves: int) -> list[str]:
    """Let processes save at once, each its own pages and one in ten that all have; what is wrong
    with what is there afterwards."""
    open_engine(place).dispose()
    context = get_context("spawn")
    with context.Pool(writers, _hold_gate, (context.Barrier(writers),)) as pool:
        calls = [(place, writer, saves) for writer in range(writers)]
        wrong = [one for found in pool.starmap(_write, calls, chunksize=1) for one in found]
    engine = open_engine(place)
    try:
        return [*wrong, *_judge_written(engine, writers, saves)]
    finally:
        engine.dispose()


def _judge_written(engine: Engine, writers: int, saves: int) -> Iterator[str]:
    with reading(engine) as session:
        urls = set(session.scalars(select(Article.canonical_url)))
        versions = session.scalar(select(func.count()).select_from(Version))
        fetches = session.scalar(select(func.count()).select_from(Fetch))
    shared = len(range(0, saves, 10))
    wanted = {f"https://w{w}.example/{n}" for w in range(writers) for n in range(saves) if n % 10}
    wanted |= {f"https://shared.example/{n}" for n in range(0, saves, 10)}
    yield from (f"{url} is lost" for url in sorted(wanted - urls))
    yield from differ("articles", len(wanted), len(urls))
    yield from differ("versions", writers * (saves - shared) + shared, versions)
    yield from differ("fetches", writers * saves, fetches)
    yield from (f"{one.what}: {one.problem}" for one in verify(engine, NOW).damage)


def _write(place: Place, writer: int, saves: int) -> list[str]:
    from tests.storage.makers import LONG, make_article, make_capture

    engine = open_engine(place)
    archive, wrong = Archive(engine), []
    _gates[0].wait(60)
    for number in range(saves):
        own = f"https://w{writer}.example/{number}"
        url = own if number % 10 else f"https://shared.example/{number}"
        body = f"{LONG} {writer if number % 10 else 'all'} {number}"
        try:
            archive.save(make_capture(url, make_article(body)), DONE, NOW + timedelta(seconds=1))
        except KlipingError as error:
            wrong.append(f"{url}: {error}")
        if number % 500 == 499:
            entries.seal(engine, NOW)
    engine.dispose()
    return wrong
