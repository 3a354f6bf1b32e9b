"""The scene of ``archive_kills.py``: a small archive, the commands that change or copy one, and
what is wrong with what they leave behind when they are killed."""

from __future__ import annotations

import shutil
import sqlite3
import sys
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import ClassVar

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from archive_nursery import Ended, Nursery, Order  # noqa: E402
from archive_press import Press  # noqa: E402
from sqlalchemy import Engine, func, select, text  # noqa: E402

from scraper import types  # noqa: E402
from scraper.errors import KlipingError  # noqa: E402
from scraper.types import Capture, Settlement, Verdict  # noqa: E402
from scraper.urls import canonical_url  # noqa: E402
from storage import packing  # noqa: E402
from storage.archive import Archive  # noqa: E402
from storage.database import schema, sqlite  # noqa: E402
from storage.database.engine import open_engine, reading  # noqa: E402
from storage.database.places import Place  # noqa: E402
from storage.models import Article, Fetch, Snapshot, Version  # noqa: E402
from storage.proof import entries  # noqa: E402
from storage.proof.verify import verify  # noqa: E402
from storage.upkeep.transfer import all_goods, fingerprint  # noqa: E402

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DONE = Settlement(None)
OLD_REVISION = "20261125_0003"
"""From before there was search, stories and a chain."""
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


class Upgrade(Act):
    """Of a database from before the archive's migration."""

    name = "migration"

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._old = stage.folder / "old.db"
        make_old(stage.base, self._old)
        self._dump = _dump_of(self._old)

    def prepare(self, folder: Path) -> list[str]:
        shutil.copy(self._old, folder / "news.db")
        return ["--db", str(folder / "news.db"), "db", "upgrade"]

    def judge_left(self, folder: Path, ended: Ended) -> list[str]:
        path = folder / "news.db"
        with closing(sqlite3.connect(path)) as connection:
            (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        if revision == OLD_REVISION:
            return differ("the old database", self._dump, _dump_of(path))
        return self._judge_new(path)

    def judge_done(self, folder: Path, ended: Ended) -> list[str]:
        return differ("exit", 0, ended.code) + self._judge_new(folder / "news.db")

    def _judge_new(self, path: Path) -> list[str]:
        return damage_of(path) + differ("content", self.stage.said, said_by(path))


def make_old(base: Path, path: Path) -> None:
    """What an archive that holds the same was before the archive's migration."""
    from alembic import command
    from alembic.config import Config

    engine = sqlite.make_engine(path, str(path), False, 5.0)
    config = Config()
    config.set_main_option("script_location", str(schema.migrations_path()).replace("%", "%%"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, OLD_REVISION)
        connection.exec_driver_sql(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    engine.dispose()
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        old.execute("PRAGMA journal_mode = WAL")
        old.execute("ATTACH ? AS new", [str(base)])
        names = old.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in names:
            if table.startswith(("sqlite_", "alembic")):
                continue
            columns = [row[1] for row in old.execute(f"PRAGMA main.table_info({table})")]
            listed = ", ".join(columns)
            old.execute(f"INSERT INTO main.{table} ({listed}) SELECT {listed} FROM new.{table}")
        for snapshot_id, frame in _plain_frames(base):
            values = (frame, len(frame), snapshot_id)
            old.execute("UPDATE snapshot SET body = ?, stored_size = ? WHERE id = ?", values)
        old.execute("DETACH new")


def _plain_frames(base: Path) -> Iterator[tuple[int, bytes]]:
    from storage.snapshots import load_payload

    engine = open_engine(base)
    with reading(engine) as session:
        for snapshot in session.query(Snapshot):
            yield snapshot.id, packing.pack(load_payload(session, snapshot))
    engine.dispose()


def _dump_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return zlib.crc32("\n".join(connection.iterdump()).encode("utf-8", "surrogatepass"))


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
    Upgrade,
    Copy,
    Import,
    Reextract,
)


# --------------------------------------------------------------------- several writers

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
