"""A file → the WARC streams in it: one, or those of a WACZ, each with its place in the file.

A WACZ is a ZIP whose WARCs are stored as they are, so that they are read in place; one that is
deflated nevertheless is unpacked into a temporary file, within bounds. Names in a ZIP are labels
here and never become paths. A position is an offset in the file: it tells how far an import is,
whatever the file is made of.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import count
from os import O_NONBLOCK, PathLike, fstat
from os import open as open_file
from pathlib import Path
from stat import S_ISREG
from tempfile import TemporaryFile
from typing import IO, BinaryIO, Self, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from scraper.errors import ParseError
from storage.warc.budget import Budget
from storage.warc.frames import DICTIONARY_FRAME, ZSTD, ZstdFraming
from storage.warc.heads import BrokenError
from storage.warc.members import GZIP, Framing, GzipFraming, PlainFraming, Region
from storage.warc.reading import NO_RECORD, DamagedRange, Location, Record, Stream

MAX_DIRECTORY = 1 << 20
"""Bytes of a ZIP's central directory: some 10,000 entries, of which a WACZ has a dozen. It is read
as a whole, into twenty times as much memory."""
MAX_UNPACKED, UNPACKED_RATIO, FREE = 64 << 30, 100, 64 << 20
"""Bytes of a deflated WARC that is unpacked into a temporary file; it may be so many times as large
as it was packed, and ``FREE`` bytes in any case. Pages deflate to a fifth."""

_WARC_NAME = re.compile(r"\.warc(\.gz|\.zst)?$", re.IGNORECASE)
_PIECE = 1 << 20
_ENTRY, _END = b"PK\x03\x04", b"PK\x05\x06"
_ENCRYPTED = 1
_ARC = b"filedesc://"


@dataclass(slots=True, kw_only=True)
class _Part:
    """One WARC in the file."""

    number: int
    start: int
    length: int
    """Its bytes, as they lie in the file."""
    name: str = ""
    problem: str | None = None
    """Why it is not read."""
    packed: bool = False
    stream: Stream | None = None
    """Once it was asked for."""

    @property
    def end(self) -> int:
        return self.start + self.length


def _open_at_once(path: str, flags: int) -> int:
    """A named pipe, too, that nobody writes to: it is to be refused, not waited for."""
    return open_file(path, flags | O_NONBLOCK)


class RecordFile:
    """The records of a WARC or WACZ. Close it, or use it as a context manager. One thread at a
    time; several may open the same file."""

    def __init__(self, path: PathLike[str], limit: int) -> None:
        """``limit``: bytes of a block that is handed out. Raises ``OSError``, and ``ParseError``
        for a ZIP that cannot be read, or has no WARC in it."""
        self.path = Path(path)
        self._limit = limit
        self._stack = ExitStack()
        with ExitStack() as stack:
            self._file: BinaryIO = stack.enter_context(open(self.path, "rb", opener=_open_at_once))
            status = fstat(self._file.fileno())
            if not S_ISREG(status.st_mode):
                raise ParseError(str(path), "not a regular file")
            self.size = status.st_size
            self._budget = Budget(self.size)
            self._lacks: str | None = None
            """Why it is a ZIP that is read without its directory."""
            self._problem: str | None = None
            """The first that was met."""
            self._parts = self._find_parts()
            self._stack = stack.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._stack.close()

    def key(self) -> bytes:
        """SHA-256 of the file: it is the same one wherever it lies. Raises ``OSError``."""
        digest, at = sha256(), 0
        while data := self._whole.read_at(at, _PIECE):
            digest.update(data)
            at += len(data)
        return digest.digest()

    def records(self, position: int = 0) -> Iterator[Record | DamagedRange]:
        """From this position on, which is ``behind`` of an earlier item. Offsets are of the file.
        Raises ``OSError``."""
        self._budget.renew()
        for part in self._parts:
            if part.length and part.end <= position:
                continue
            yield from self._records_of(part, position)

    def read(self, location: Location) -> Record | None:
        """One record again; ``None`` where that is not possible. Raises ``OSError``."""
        part = self._parts[location.stream]
        try:
            record = self._open(part).read(location)
        except BrokenError:
            return None
        return record and replace(record, behind=self._at(part, record.behind))

    def no_warc(self) -> ParseError:
        """What to say where not one record was found."""
        start = self._whole.read_at(0, 1 << 10)
        with suppress(zlib.error):
            start += zlib.decompressobj(31).decompress(start, 1 << 10)
        if not self.size:
            return ParseError(str(self.path), "empty")
        if self._lacks is not None:
            return ParseError(str(self.path), self._lacks)
        if _ARC in start:
            return ParseError(str(self.path), "an ARC file; `warcio recompress` makes a WARC of it")
        if self._problem not in (None, NO_RECORD):
            return ParseError(str(self.path), f"its first record cannot be read: {self._problem}")
        return ParseError(str(self.path), "no WARC or WACZ file: no record was found in it")

    def _records_of(self, part: _Part, position: int) -> Iterator[Record | DamagedRange]:
        try:
            stream = self._open(part)
        except BrokenError as problem:
            reason = f"{part.name}: {problem}" if part.name else str(problem)
            yield DamagedRange(part.start, reason, part.length, part.end)
            return
        skipped = 0 if part.packed else max(position - part.start, 0)
        lacks = self._lacks
        for item in stream.records(skipped):
            if isinstance(item, DamagedRange):
                if lacks is not None:
                    item, lacks = replace(item, reason=lacks), None
                self._problem = self._problem or item.reason
                yield replace(item, at=self._at(part, item.at), behind=self._at(part, item.behind))
            else:
                yield replace(item, behind=self._at(part, item.behind))

    def _at(self, part: _Part, offset: int) -> int:
        return part.start if part.packed else part.start + offset

    @property
    def _whole(self) -> Region:
        return Region(self._file, 0, self.size)

    def _find_parts(self) -> list[_Part]:
        if self._whole.read_at(0, 4) not in (_ENTRY, _END):
            return [_Part(number=0, start=0, length=self.size, name="")]
        try:
            with ZipFile(cast("IO[bytes]", _Frugal(self._file))) as archive:
                infos = [one for one in archive.infolist() if _WARC_NAME.search(one.filename)]
        except (BadZipFile, NotImplementedError, ValueError, EOFError) as error:
            # As of a download that broke off: its WARCs are found by what they begin with.
            self._lacks = f"its ZIP directory cannot be read ({error})"
            return [_Part(number=0, start=0, length=self.size)]
        if not infos:
            raise ParseError(str(self.path), "a ZIP without a WARC in it")
        infos.sort(key=lambda one: one.header_offset)
        ends = [*(one.header_offset for one in infos[1:]), self.size]
        return [self._part(*each) for each in zip(count(), infos, ends, strict=False)]

    def _part(self, number: int, info: ZipInfo, end: int) -> _Part:
        """``end``: where the next WARC's entry begins, or the file ends."""
        head = self._whole.read_at(info.header_offset, 30)
        lengths = int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
        start = info.header_offset + 30 + lengths
        part = _Part(
            number=number, start=start, length=info.compress_size, name=info.filename[:200]
        )
        part.packed = info.compress_type != ZIP_STORED
        if len(head) < 30 or head[:4] != _ENTRY:
            part.problem = "its entry does not begin where the ZIP's directory says"
        elif info.flag_bits & _ENCRYPTED:
            part.problem = "it is encrypted"
        elif info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            part.problem = "it is packed in an unusual way"
        elif part.end > end:
            part.problem = "it overlaps another entry of the ZIP, or the end of the file"
        return part

    def _open(self, part: _Part) -> Stream:
        """Raises ``BrokenError``."""
        if part.stream is None:
            if part.problem is not None:
                raise BrokenError(part.problem)
            region = Region(self._file, part.start, part.length)
            if part.packed:
                region = self._unpack(region)
            framing: Framing = GzipFraming(region, self._budget)
            if self._lacks is None:
                framing = _framing_of(region, self._budget)
            part.stream = Stream(framing, part.number, self._limit, region.length, self._budget)
        return part.stream

    def _unpack(self, region: Region) -> Region:
        out: BinaryIO = TemporaryFile()  # noqa: SIM115 - the stack closes it
        self._stack.enter_context(out)
        engine, at, size = zlib.decompressobj(-15), 0, 0
        while not engine.eof:
            data = engine.unconsumed_tail or region.read_at(at, 1 << 16)
            if not engine.unconsumed_tail:
                at += len(data)
            try:
                piece = engine.decompress(data, _PIECE)
            except zlib.error:
                break  # what came before it is there
            if not data and not piece:
                break
            self._budget.spend(len(piece))
            size += out.write(piece)
            if size > MAX_UNPACKED or (size > FREE and size > UNPACKED_RATIO * at):
                raise BrokenError(f"it expands to more than {UNPACKED_RATIO} times its size")
        return Region(out, 0, size)


class _Frugal:
    """The file as ``ZipFile`` reads it: a directory that would take too much memory, wherever it
    claims to be and however large, is not read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        """Raises ``BadZipFile``."""
        if size > MAX_DIRECTORY:
            advice = "unpack it, and import the WARCs in it"
            raise BadZipFile(f"it is larger than {MAX_DIRECTORY >> 20} MiB: {advice}")
        return self._file.read(size)


def _framing_of(region: Region, budget: Budget) -> Framing:
    """By the first bytes. Raises ``BrokenError`` for a dictionary that cannot be used."""
    start = region.read_at(0, 4)
    if start[:2] == GZIP[:2]:
        return GzipFraming(region, budget)
    if start in (ZSTD, DICTIONARY_FRAME):
        return ZstdFraming(region, budget)
    return PlainFraming(region, budget)
