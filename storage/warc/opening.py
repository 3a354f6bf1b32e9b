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
from types import TracebackType
from typing import BinaryIO, Self
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from scraper.errors import ParseError
from storage.warc.heads import BrokenError
from storage.warc.members import FREE, MAX_RATIO, GzipFraming, Region, framing_of
from storage.warc.reading import NO_RECORD, Damage, Place, Record, Stream

MAX_DIRECTORY = 64 << 20
"""Bytes of a ZIP's central directory, which is read as a whole."""
MAX_UNPACKED = 64 << 30
"""Bytes of a deflated WARC that is unpacked into a temporary file."""

_WARC_NAME = re.compile(r"\.warc(\.gz|\.zst)?$", re.IGNORECASE)
_PIECE = 1 << 20
_END, _LOCATOR = b"PK\x05\x06", b"PK\x06\x07"
_ENCRYPTED = 1
_ARC = b"filedesc://"


@dataclass(frozen=True, slots=True)
class Taken:
    """A record, and how far the file is done with it."""

    record: Record
    position: int


@dataclass(frozen=True, slots=True)
class Damaged:
    """What of the file cannot be read."""

    position: int
    """Where it begins in the file."""
    reason: str
    size: int
    """Bytes that were passed over."""
    behind: int
    """From where reading goes on."""


@dataclass(slots=True)
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
            self._lacks: str | None = None
            """Why it is a ZIP that is read without its directory."""
            self._problem: str | None = None
            """The first that was met."""
            self._parts = self._find_parts()
            self._stack = stack.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
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

    def records(self, position: int = 0) -> Iterator[Taken | Damaged]:
        """From this position on, which an earlier reading gave. Raises ``OSError``."""
        for part in self._parts:
            if part.length and part.end <= position:
                continue
            yield from self._records_of(part, position)

    def read(self, place: Place) -> Record | None:
        """One record again; ``None`` where that is not possible. Raises ``OSError``."""
        try:
            return self._open(self._parts[place.stream]).read(place)
        except BrokenError:
            return None

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

    def _records_of(self, part: _Part, position: int) -> Iterator[Taken | Damaged]:
        try:
            stream = self._open(part)
        except BrokenError as problem:
            reason = f"{part.name}: {problem}" if part.name else str(problem)
            yield Damaged(part.start, reason, part.length, part.end)
            return
        skipped = 0 if part.packed else max(position - part.start, 0)
        lacks = self._lacks
        for found in stream.records(skipped):
            if isinstance(found, Damage):
                at, behind = found.at, found.at + found.size
                if lacks is not None:
                    found, lacks = replace(found, reason=lacks), None
                self._problem = self._problem or found.reason
                yield Damaged(self._at(part, at), found.reason, found.size, self._at(part, behind))
            else:
                yield Taken(found, self._at(part, found.behind))

    def _at(self, part: _Part, offset: int) -> int:
        return part.start if part.packed else part.start + offset

    @property
    def _whole(self) -> Region:
        return Region(self._file, 0, self.size)

    def _find_parts(self) -> list[_Part]:
        if self._whole.read_at(0, 4) not in (b"PK\x03\x04", _END):
            return [_Part(0, 0, self.size, "")]
        try:
            self._check_directory()
            with ZipFile(self._file) as archive:
                infos = [one for one in archive.infolist() if _WARC_NAME.search(one.filename)]
        except (BadZipFile, NotImplementedError, ValueError, EOFError) as error:
            # As of a download that broke off: its WARCs are found by what they begin with.
            self._lacks = f"its ZIP directory cannot be read ({error})"
            return [_Part(0, 0, self.size)]
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
        part = _Part(number, start, info.compress_size, info.filename[:200])
        part.packed = info.compress_type != ZIP_STORED
        if len(head) < 30 or head[:4] != b"PK\x03\x04":
            part.problem = "its entry does not begin where the ZIP's directory says"
        elif info.flag_bits & _ENCRYPTED:
            part.problem = "it is encrypted"
        elif info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            part.problem = "it is packed in an unusual way"
        elif part.end > end:
            part.problem = "it overlaps another entry of the ZIP, or the end of the file"
        return part

    def _check_directory(self) -> None:
        """Raises ``BadZipFile`` for a directory that is too large to be read."""
        tail = self._whole.read_at(max(0, self.size - (1 << 16) - 64), 1 << 17)
        at = tail.rfind(_END)
        if at < 0:
            raise BadZipFile("it has no end")
        size = int.from_bytes(tail[at + 12 : at + 16], "little")
        if size == 0xFFFFFFFF and tail[at - 20 : at - 16] == _LOCATOR:
            record = int.from_bytes(tail[at - 12 : at - 4], "little")
            size = int.from_bytes(self._whole.read_at(record + 40, 8), "little")
        if size > MAX_DIRECTORY:
            raise BadZipFile(f"it is larger than {MAX_DIRECTORY >> 20} MiB")

    def _open(self, part: _Part) -> Stream:
        """Raises ``BrokenError``."""
        if part.stream is None:
            if part.problem is not None:
                raise BrokenError(part.problem)
            region = Region(self._file, part.start, part.length)
            if part.packed:
                region = self._unpack(region)
            framing = framing_of(region) if self._lacks is None else GzipFraming(region)
            part.stream = Stream(framing, part.number, self._limit, region.length)
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
            size += out.write(piece)
            if size > MAX_UNPACKED or (size > FREE and size > MAX_RATIO * at):
                raise BrokenError(f"it expands to more than {MAX_RATIO} times its size")
        return Region(out, 0, size)
