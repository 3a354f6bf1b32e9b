"""The commands that ``archive.py`` kills: each is laid out, killed, judged and run again."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import ClassVar

from benchmarks.kills.archive_scene import (
    DONE,
    NOW,
    USAGE,
    Act,
    Stage,
    captures,
    content_of,
    damage_of,
    differ,
    said_by,
)
from benchmarks.kills.fork_server import Ended, Order
from scraper.model.types import Verdict
from scraper.urls import canonical_url
from storage.archive import Archive
from storage.database import schema
from storage.database.engine import open_engine
from storage.database.places import Place
from storage.proof import entries


class Save(Act):
    name = "save"

    def prepare(self, folder: Path) -> list[str]:
        return ["save", str(folder / "news.db"), str(self.stage.pieces), "1"]

    def words_again(self, folder: Path, words: list[str], ended: Ended) -> list[str]:
        return [*words[:3], str(_last_told(ended) + 1)]

    def judge_left(self, folder: Path, ended: Ended) -> list[str]:
        path, told = folder / "news.db", _last_told(ended)
        if not told:
            return []
        wanted = _saved_at_least(told)
        there = {row[0]: row for row in said_by(path)}
        lost = [url for url in wanted if url not in there]
        return damage_of(path) + [f"{url} was told to be saved, and is not there" for url in lost]

    def judge_done(self, folder: Path, ended: Ended) -> list[str]:
        path = folder / "news.db"
        return damage_of(path) + differ("content", self.stage.said, said_by(path))


def _last_told(ended: Ended) -> int:
    lines = [line for line in ended.said.split("\n")[:-1] if line.isdecimal()]
    return int(lines[-1]) if lines else 0


def _saved_at_least(told: int) -> set[str]:
    return {
        canonical_url(one.requested_url)
        for one in captures(told)
        if one.article is not None and one.article.verdict is Verdict.ARTICLE
    }


class Backup(Act):
    name = "backup"

    def prepare(self, folder: Path) -> list[str]:
        shutil.copy(self.stage.base, folder / "news.db")
        return ["--db", str(folder / "news.db"), "db", "backup", str(folder / "copy.db")]

    def words_again(self, folder: Path, words: list[str], ended: Ended) -> list[str]:
        (folder / "was-there").write_text("1" if (folder / "copy.db").exists() else "")
        return words

    def judge_left(self, folder: Path, ended: Ended) -> list[str]:
        wrong = differ("archive", self.stage.content, content_of(folder / "news.db"))
        if (folder / "copy.db").exists():
            wrong += damage_of(folder / "copy.db")
            wrong += differ("backup", self.stage.content, content_of(folder / "copy.db"))
        return wrong

    def judge_done(self, folder: Path, ended: Ended) -> list[str]:
        marked = folder / "was-there"
        code = USAGE if marked.exists() and marked.read_text() else 0
        return differ("exit", code, ended.code) + self.judge_left(folder, ended)


class Restore(Act):
    """Over another good archive."""

    name = "restore"

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._other = stage.folder / "other.db"
        engine = open_engine(self._other)
        for capture in captures(8):
            Archive(engine).save(capture, DONE, capture.attempted_at)
        entries.seal(engine, NOW)
        engine.dispose()
        self._was = content_of(self._other)

    def prepare(self, folder: Path) -> list[str]:
        shutil.copy(self.stage.base, folder / "copy.db")
        shutil.copy(self._other, folder / "news.db")
        path = str(folder / "news.db")
        return ["--db", path, "db", "restore", "--force", str(folder / "copy.db")]

    def judge_left(self, folder: Path, ended: Ended) -> list[str]:
        found = content_of(folder / "news.db")
        if found == self._was:
            return damage_of(folder / "news.db")
        wrong = differ("archive", self.stage.content, found) + damage_of(folder / "news.db")
        return wrong + self._judge_aside(folder)

    def judge_done(self, folder: Path, ended: Ended) -> list[str]:
        wrong = differ("exit", 0, ended.code)
        wrong += differ("archive", self.stage.content, content_of(folder / "news.db"))
        wrong += differ("backup", self.stage.content, content_of(folder / "copy.db"))
        return wrong + damage_of(folder / "news.db") + self._judge_aside(folder)

    def _judge_aside(self, folder: Path) -> list[str]:
        asides = [one for one in folder.glob("news.db.before-*") if one.name[-1].isdigit()]
        kept = [content_of(one) for one in asides]
        return [] if self._was in kept else ["what was there before is not kept"]


class RestoreAnew(Act):
    """To where nothing is."""

    name = "restore to a new file"

    def prepare(self, folder: Path) -> list[str]:
        shutil.copy(self.stage.base, folder / "copy.db")
        return ["--db", str(folder / "news.db"), "db", "restore", str(folder / "copy.db")]

    def words_again(self, folder: Path, words: list[str], ended: Ended) -> list[str]:
        return [*words[:4], "--force", *words[4:]]

    def judge_left(self, folder: Path, ended: Ended) -> list[str]:
        path = folder / "news.db"
        if not path.exists():
            return []
        return damage_of(path) + differ("archive", self.stage.content, content_of(path))

    def judge_done(self, folder: Path, ended: Ended) -> list[str]:
        wrong = differ("exit", 0, ended.code)
        return wrong + differ("archive", self.stage.content, content_of(folder / "news.db"))


class Copy(Act):
    """Into a new file."""

    name = "copy"

    def prepare(self, folder: Path) -> list[str]:
        shutil.copy(self.stage.base, folder / "news.db")
        return ["db", "copy", str(folder / "news.db"), str(self.target(folder))]

    def target(self, folder: Path) -> Place:
        return folder / "copy.db"

    def judge_left(self, folder: Path, ended: Ended) -> list[str]:
        target, wrong = self.target(folder), []
        wrong += differ("source", self.stage.content, content_of(folder / "news.db"))
        if isinstance(target, Path) and not (target.exists() and target.stat().st_size):
            return wrong
        try:
            found = content_of(target)
        except schema.UnfinishedCopyError:
            return wrong
        if any(count for count, _ in found.values()):
            wrong += differ("copy", self.stage.content, found) + damage_of(target)
        return wrong

    def judge_done(self, folder: Path, ended: Ended) -> list[str]:
        wrong = differ("exit", 0, ended.code) + damage_of(self.target(folder))
        return wrong + differ("copy", self.stage.content, content_of(self.target(folder)))


class CopyToServer(Copy):
    """Into an empty database of a PostgreSQL server."""

    name = "copy to PostgreSQL"
    _places: ClassVar[dict[Path, Place]] = {}

    def target(self, folder: Path) -> Place:
        from tests.postgres import postgres

        if folder not in self._places:
            self._places[folder] = postgres().empty()
        return self._places[folder]


class Import(Act):
    """Of the WARC that holds the archive's pages."""

    name = "import"

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._file = stage.folder / "base.warc.gz"
        words = ["--db", str(stage.base), "export", "--format", "warc", "-o", str(self._file)]
        ended = stage.nursery.run(Order(str(stage.folder), words))
        assert ended.code == 0, ended.said
        self._wanted: list[tuple[object, ...]] = []

    def prepare(self, folder: Path) -> list[str]:
        return ["--db", str(folder / "news.db"), "import", str(self._file)]

    def judge_left(self, folder: Path, ended: Ended) -> list[str]:
        path = folder / "news.db"
        if not path.exists() or not path.stat().st_size:
            return []
        known = {row[0]: row for row in self._wanted}
        strange = [row for row in said_by(path) if known.get(row[0]) != row]
        return damage_of(path) + [f"is in no whole import: {row!r:.200}" for row in strange]

    def judge_done(self, folder: Path, ended: Ended) -> list[str]:
        path = folder / "news.db"
        found = said_by(path)
        if not self._wanted:  # in peace
            self._wanted = found
            known = {row[0] for row in self.stage.said if row[1] == "article"}
            assert known <= {row[0] for row in found}
        return differ("exit", 0, ended.code) + damage_of(path) + differ("said", self._wanted, found)


class Reextract(Act):
    """Of all pages, of which an older extractor made other titles."""

    name = "reextract"

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._wanted: list[tuple[object, ...]] = []

    def prepare(self, folder: Path) -> list[str]:
        shutil.copy(self.stage.base, folder / "news.db")
        words = ["reextract", "--all", "--yes", "--accept-losses"]
        return ["--db", str(folder / "news.db"), *words]

    def judge_left(self, folder: Path, ended: Ended) -> list[str]:
        path = folder / "news.db"
        allowed = {row[0]: {row} for row in self.stage.said}
        for row in self._wanted:
            allowed.setdefault(row[0], set()).add(row)
        strange = [row for row in said_by(path) if row not in allowed[row[0]]]
        return damage_of(path) + [f"neither old nor new: {row!r:.200}" for row in strange]

    def judge_done(self, folder: Path, ended: Ended) -> list[str]:
        path = folder / "news.db"
        found = said_by(path)
        if not self._wanted:
            self._wanted = found
            assert found != self.stage.said, "nothing was changed"
        return differ("exit", 0, ended.code) + damage_of(path) + differ("said", self._wanted, found)


ACTS: tuple[type[Act], ...] = (
    Save,
    Backup,
    Restore,
    RestoreAnew,
    Copy,
    Import,
    Reextract,
)
