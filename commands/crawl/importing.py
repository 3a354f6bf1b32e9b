"""``import``: recorded pages of web archive files, each file in turn, from where it was left."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Annotated

import typer

from commands.archive import open_archive
from commands.crawl.import_tally import SHOWN, Tally, describe, tally_object
from commands.exits import Exit, exit_of_all
from commands.options import Config, Db, Json, Quiet
from commands.render.columns import emit_json
from commands.render.counting import Counting
from commands.settings import Settings, load_settings
from commands.signals import SignalWatch, run_watched
from commands.terminal import say
from commands.times import local_minute
from scraper.clock import SystemClock
from scraper.errors import ParseError
from scraper.model.types import Response
from scraper.pages.record_importer import ImportContext, ImportResult, Item, RecordImporter
from scraper.pages.recorded import MAX_HEAD, payloads
from scraper.setup import open_tools
from storage.archive import Archive
from storage.frontier.hosts import Hosts
from storage.proof.entries import seal
from storage.warc.heads import Digest, is_of, parse_date, parse_digest
from storage.warc.import_log import ImportLog
from storage.warc.opening import RecordFile
from storage.warc.reading import DamagedRange, Location, Record
from storage.warc.record_index import RecordIndex

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from scraper.setup import Tools
    from storage.warc.import_log import ImportRecord

NOTE_AFTER, NOTE_EVERY = 200, 5.0
"""Records, and seconds, after which it is noted how far a file is."""


def import_files(
    context: typer.Context,
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE", readable=False, help="WARC, plain, .gz or .zst; or WACZ."),
    ],
    json: Json = False,
    quiet: Quiet = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """File the pages of web archive files, of any crawler.

    Pages are read and filed as if they had been fetched when they were recorded; nothing is
    fetched, and nothing becomes due. What the archive has already adds nothing, and an import
    that was interrupted goes on where it was. Exit codes: 0 every file was imported whole; 2 no
    file is a web archive; 3 some files are not web archives, or are damaged: such files and
    damaged places are named and skipped.

    \b
    Examples:
      kliping import crawl.warc.gz
      kliping import *.wacz --json
    """
    settings = load_settings(context)
    with open_archive(settings, create=True) as engine:

        async def work(watch: SignalWatch) -> Exit:
            async with open_tools(
                settings.fetch_policy(),
                settings.pace_policy(),
                Hosts(engine),
                SystemClock(),
                settings.rule_book(),
            ) as tools:
                importer = _FileImporter(settings, engine, tools, json=json, quiet=quiet)
                return exit_of_all([await importer.take(path) for path in files])

        code = run_watched(work)
        seal(engine, SystemClock().now())
    raise typer.Exit(code)


class _FileImporter:
    """Takes files in, one after the other."""

    def __init__(
        self, settings: Settings, engine: Engine, tools: Tools, *, json: bool, quiet: bool
    ) -> None:
        self._intakes = ImportLog(engine)
        self._json = json
        self._quiet = quiet
        self._clock = SystemClock()
        self._limit = settings.fetch_policy().max_bytes
        self._context = ImportContext(
            tools, Archive(engine), self._intakes, self._clock, self._limit
        )

    async def take(self, path: Path) -> Exit:
        """Raises ``StorageError``."""
        try:
            # A body may be a little larger than what it holds, and chunks have heads.
            with RecordFile(path, self._limit + self._limit // 16 + MAX_HEAD) as file:
                return await self._take(path, file)
        except ParseError as error:
            return self._refuse(path, str(error), Exit.USAGE)
        except OSError as error:
            code = Exit.USAGE if isinstance(error, _NAMED_WRONG) else Exit.STORAGE
            return self._refuse(path, f"{path}: {error.strerror or error}", code)

    async def _take(self, path: Path, file: RecordFile) -> Exit:
        offload = self._context.tools.offload
        key = await asyncio.to_thread(file.key)
        known = await offload(self._intakes.find, key)
        if known is not None and known.finished_at is not None:
            return self._tell(path, Tally.of(known), known.finished_at)
        with (
            RecordIndex(has_payload) as index,
            Counting(f"{path.name}", quiet=self._quiet) as counting,
        ):

            def look_through() -> int:
                return index.fill(
                    file.records(), lambda at: counting.say(_progress(path, "looking", at, file))
                )

            if not await asyncio.to_thread(look_through):
                raise file.no_warc()
            with RecordFile(path, self._limit + self._limit // 16 + MAX_HEAD) as again:
                recording = FileRecording(again, index, self._intakes)
                record = await offload(
                    self._intakes.begin, key, str(path), file.size, self._clock.now()
                )
                tally = Tally.of(record, is_resumed=known is not None)
                tally.counts["misstated"] = index.misstated_count
                tally.misstated = index.misstated
                course = _Course(record, self._intakes, tally)
                await self._import(path, file, recording, course, counting)
            await offload(course.note, self._clock.now())
        return self._tell(path, course.tally)

    async def _import(
        self,
        path: Path,
        file: RecordFile,
        recording: FileRecording,
        course: _Course,
        counting: Counting,
    ) -> None:
        importer = RecordImporter(self._context, recording)
        found = file.records(course.tally.position)
        try:
            while (each := await asyncio.to_thread(next, found, None)) is not None:
                if isinstance(each, Record):
                    course.expect(each)
                    async for result in importer.take(each):
                        course.settle(result)
                else:  # so that a file of nothing else is not held in memory
                    async for result in importer.drain():
                        course.settle(result)
                    course.settle_damage(each)
                counting.say(_progress(path, "importing", course.tally.position, file))
                if course.is_due:
                    await self._context.tools.offload(course.note)
            async for result in importer.drain():
                course.settle(result)
        except BaseException:
            await importer.abandon()
            course.note()
            raise

    def _tell(self, path: Path, tally: Tally, done_before: datetime | None = None) -> Exit:
        code = Exit.PARTLY if tally.counts["damaged"] else Exit.OK
        if self._json:
            emit_json(tally_object(path, tally, done_before), now=True)
        if done_before is not None:
            if not (self._quiet or self._json):
                when = local_minute(done_before)
                say(f"{path}: imported before, on {when}; nothing to add")
            return Exit.OK
        if not self._json and (code != Exit.OK or not self._quiet):
            say(f"{path}: {describe(tally)}")
        if not (self._json or self._quiet):
            for url in tally.undated[:SHOWN]:
                say(f"{path}: {url or 'a record'}: its date is missing, broken or in the future")
            for url in tally.misstated[:SHOWN]:
                say(f"{path}: {url}: its payload does not match its digest")
        for at, reason in tally.damage[:SHOWN]:
            say(f"{path}: at byte {at:,}: {reason}")
        more = tally.counts["damaged"] - SHOWN
        if more > 0:
            say(f"{path}: and {more:,} more damaged places")
        return code

    def _refuse(self, path: Path, line: str, code: Exit) -> Exit:
        if self._json:
            emit_json({"file": str(path), "error": line}, now=True)
        say(line)
        return code


_NAMED_WRONG = (FileNotFoundError, IsADirectoryError, NotADirectoryError)


class _Course:
    """How far the import of one file is."""

    def __init__(self, record: ImportRecord, intakes: ImportLog, tally: Tally) -> None:
        self.tally = tally
        self._id = record.id
        self._intakes = intakes
        self._ahead: deque[Record] = deque()
        """In the order of the file, up to where it was read."""
        self._noted = time.monotonic()
        self._settled = 0

    def expect(self, taken: Record) -> None:
        self._ahead.append(taken)

    def settle(self, result: ImportResult) -> None:
        """Of the first record that is on the way."""
        taken = self._ahead.popleft()
        if taken.kind != "warcinfo":  # it is about the file
            self.tally.add(result)
        self.tally.reach(taken.behind)
        self._settled += 1

    def settle_damage(self, damaged: DamagedRange) -> None:
        """Of what lies behind all records that were on the way."""
        self.tally.add_damage(damaged)
        self.tally.reach(damaged.behind)

    @property
    def is_due(self) -> bool:
        return self._settled >= NOTE_AFTER or time.monotonic() - self._noted >= NOTE_EVERY

    def note(self, finished_at: datetime | None = None) -> None:
        tally = self.tally
        counts, damage = tally.counts, tally.damage
        if finished_at is None:  # what was counted behind the position is met again
            counts, damage = tally.counts_there, damage[: tally.damage_there]
        self._intakes.note(self._id, tally.position, counts, damage, finished_at)
        self._noted, self._settled = time.monotonic(), 0


class FileRecording:
    """What leads from one record of a file to another: a ``Recording`` of ``record_importer``."""

    def __init__(self, file: RecordFile, index: RecordIndex, intakes: ImportLog) -> None:
        self._file = file
        self._index = index
        self._intakes = intakes
        self._lock = Lock()

    def find_answers(self, url: str, near: datetime) -> Iterator[Item]:
        with self._lock:
            yield from self._read(self._index.of_page(url, near))

    def find_moves(self, url: str, near: datetime) -> Iterator[Item]:
        with self._lock:
            yield from self._read(self._index.moved_to(url, near))

    def find_original(self, revisit: Item) -> Item | Response | None:
        """Where the revisit states a digest, only what has it: neither an id or an address, which
        another record may have as well, nor what that record states of itself is enough. That a
        page was seen once more is lost then, and no text is."""
        assert isinstance(revisit, Record)
        fields, wanted = revisit.head.fields, revisit.head.refers_to
        digest = parse_digest(fields.get("warc-payload-digest"))
        url = fields.get("warc-refers-to-target-uri", "").strip("<> ") or None
        at = parse_date(fields.get("warc-refers-to-date", ""))

        def fits(one: Record) -> bool:
            return digest is None or has_payload(one.block or b"", digest)

        with self._lock:
            if wanted is not None:
                for one in self._read(self._index.of_id(wanted)):
                    if one.head.record_id == wanted and fits(one):
                        return one
            if digest is not None:
                for one in self._read(self._index.of_payload(digest)):
                    if fits(one):
                        return one
            if url is not None and at is not None:
                for one in self._read(self._index.of_page(url, at)):
                    if one.taken_at == at and one.url == url and fits(one):
                        return one
        is_ours = digest is not None and digest[0] == "sha256"
        stored = self._intakes.load_stored(digest[1] if digest and is_ours else None, url, at)
        if stored is None or digest is None or is_of(digest, stored.body):
            return stored
        # What came in a coding is stored without it: address and time must do.
        was_coded = any(stored.header(name) for name in ("content-encoding", "transfer-encoding"))
        return stored if was_coded else None

    def _read(self, locations: Iterator[Location]) -> Iterator[Record]:
        for location in locations:
            record = self._file.read(location)
            if record is not None and record.kind == "response" and record.block is not None:
                yield record


def has_payload(block: bytes, digest: Digest) -> bool:
    return any(is_of(digest, payload) for payload in payloads(block, ""))


def _progress(path: Path, what: str, position: int, file: RecordFile) -> str:
    share = position * 100 // max(file.size, 1)
    return f"{what}: {path.name[:40]} {min(share, 100)} %"
