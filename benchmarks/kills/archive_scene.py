"""The scene of ``archive.py``: a small archive, and what a killed command left of it."""

from __future__ import annotations

import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from sqlalchemy import text

from benchmarks.archive.newspapers import Press
from benchmarks.kills.fork_server import Ended, Nursery, Order
from scraper.errors import KlipingError
from scraper.model import types
from scraper.model.types import Capture, Settlement, Verdict
from storage.archive import Archive
from storage.database.engine import open_engine, reading
from storage.database.places import Place
from storage.integrity.verify import verify
from storage.maintenance.transfer import all_goods, fingerprint
from storage.proof import entries

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DONE = Settlement(None)
TEMPLATE = 6_000
USAGE = 2

_SAID = text(
    "SELECT a.canonical_url, a.verdict, v.title, v.body, v.extractor_version,"
    " (SELECT count(*) FROM version w WHERE w.article_id = a.id AND w.accepted) AS versions"
    " FROM article a LEFT JOIN version v ON v.id = a.current_version_id ORDER BY 1"
)

Content = dict[str, tuple[int, int]]


# --------------------------------------------------------------------- what an archive holds


def captures(count: int, first: int = 1) -> Iterator[Capture]:
    """Pieces of a small press: articles, copies, edits; every tenth page is no article."""
    press = Press(1_000, seed=3, template_size=TEMPLATE)
    for number in range(first, count + 1):
        # From where copies and edits begin.
        capture = press.capture(press.piece(number + 50))
        if number % 10 == 0:
            empty = types.Article(verdict=Verdict.LISTING, evidence="a list", extractor_version="2")
            yield replace(capture, article=empty)
        else:
            assert capture.article is not None
            # As an older extractor read it: with the site's name in the title.
            title = f"{capture.article.title} - The Post"
            yield replace(
                capture, article=replace(capture.article, title=title, extractor_version="2")
            )


def content_of(place: Place) -> Content:
    """Every table: how many rows, and the sum of their hashes. Rows of the upkeep are left out."""
    engine = open_engine(place)
    try:
        with reading(engine) as session:
            connection = session.connection()
            return {one.name: fingerprint(one, connection) for one in all_goods()}
    finally:
        engine.dispose()


def said_by(place: Place) -> list[tuple[object, ...]]:
    """Of every article: address, verdict, title, body, extractor, how many versions."""
    engine = open_engine(place)
    try:
        with reading(engine) as session:
            return [tuple(row) for row in session.execute(_SAID)]
    finally:
        engine.dispose()


def damage_of(place: Place) -> list[str]:
    """What ``verify`` finds."""
    engine = open_engine(place)
    try:
        return [f"{one.what}: {one.problem}" for one in verify(engine, NOW).damage]
    finally:
        engine.dispose()


def differ(name: str, wanted: object, found: object) -> list[str]:
    return [] if wanted == found else [f"{name}: {found!r:.300} instead of {wanted!r:.300}"]


def save_and_tell(words: list[str]) -> int:
    """``PLACE COUNT FIRST``: save captures ``FIRST`` to ``COUNT``, printing the number of each once
    it is stored; every fifteenth time seal what is not sealed."""
    place, count, first = words
    engine = open_engine(Path(place))
    archive = Archive(engine)
    for number, capture in enumerate(captures(int(count), int(first)), start=int(first)):
        archive.save(capture, DONE, capture.attempted_at)
        print(number, flush=True)
        if number % 15 == 0:
            entries.seal(engine, NOW)
    engine.dispose()
    return 0


# --------------------------------------------------------------------- the acts


@dataclass
class Stage:
    """A folder with the archive that the acts begin with, and what makes their processes."""

    folder: Path
    nursery: Nursery
    pieces: int = 60

    def __post_init__(self) -> None:
        self.base = self.folder / "base.db"
        engine = open_engine(self.base)
        archive = Archive(engine)
        for capture in captures(self.pieces):
            archive.save(capture, DONE, capture.attempted_at)
        assert not verify(engine, NOW).total
        engine.dispose()
        self.content, self.said = content_of(self.base), said_by(self.base)
        self._scenes = 0
        (self.folder / "kliping.toml").touch()

    def scene(self) -> Path:
        """A folder of its own for one killing."""
        self._scenes += 1
        folder = self.folder / f"scene-{self._scenes}"
        folder.mkdir()
        (folder / "kliping.toml").touch()
        return folder


class Act(ABC):
    """One command. A scene is made, the command is killed in it, what it left is judged, and it is
    run again."""

    name: ClassVar[str]

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    @abstractmethod
    def prepare(self, folder: Path) -> list[str]:
        """Lay out what the command needs; its words."""

    @abstractmethod
    def judge_left(self, folder: Path, ended: Ended) -> list[str]:
        """What is wrong after the kill."""

    @abstractmethod
    def judge_done(self, folder: Path, ended: Ended) -> list[str]:
        """What is wrong after the command was run (again) to its end."""

    def words_again(self, folder: Path, words: list[str], ended: Ended) -> list[str]:
        return words

    def in_peace(self) -> Ended:
        """Run undisturbed: how many steps it takes, and how long."""
        folder = self.stage.scene()
        ended = self._run(folder, self.prepare(folder))
        wrong = self.judge_done(folder, ended)
        assert ended.code == 0, ended.said
        assert not wrong, wrong
        shutil.rmtree(folder)
        return ended

    def play(self, step: int = 0, moment: float = 0.0) -> tuple[str, list[str]]:
        """Kill it at this point and run it again; what happened, and what is wrong."""
        folder = self.stage.scene()
        words = self.prepare(folder)
        ended = self._run(folder, words, step, moment)
        said = "killed" if ended.was_killed else f"over before (exit {ended.code})"
        wrong = []
        try:
            if ended.was_killed:
                wrong += [f"left: {one}" for one in self.judge_left(folder, ended)]
            again = self._run(folder, self.words_again(folder, words, ended))
            wrong += [f"done: {one}" for one in self.judge_done(folder, again)]
        except KlipingError as error:
            wrong.append(f"{type(error).__name__}: {error}")
        left = [one.name for one in folder.iterdir() if one.name.startswith(".kliping-")]
        wrong += [f"{name} is left behind" for name in left]
        if not wrong:
            shutil.rmtree(folder)
        return said, wrong

    def _run(self, folder: Path, words: list[str], step: int = 0, moment: float = 0.0) -> Ended:
        return self.stage.nursery.run(Order(str(folder), words, step, moment))
