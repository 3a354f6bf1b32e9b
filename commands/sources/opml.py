"""Lists of sources, in and out: one address a line, or OPML (opml.org/spec2.opml).

A folder of sources is written as a path: the names of the outlines that hold it, the outermost
first, between slashes (``Papers/Local``). A slash or backslash that is part of a name has a
backslash before it. The patterns of a source are an attribute of our own, ``kliping:only``, with
spaces between them, and its images another, ``kliping:images``; OPML 2.0 allows that in a
namespace.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from commands.addresses import MAX_LIST_BYTES, Named, input_name, parse_lines, read_input
from commands.cleaning import clean
from commands.exits import UsageError

if TYPE_CHECKING:
    from storage.records import SourceRecord

MAX_DEPTH = 8
"""Folders in each other; what lies deeper is taken to lie in the last of them."""
MAX_FOLDER_NAME = 80

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_ESCAPED = re.compile(r"[/\\]")
_STEP = re.compile(r"(?:[^/\\]|\\.)+")
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document may hold (https://www.w3.org/TR/xml/#charsets)."""
_TYPES: Mapping[str, str] = {"feed": "rss", "sitemap": "sitemap", "front page": "page"}
"""By kind of source: a feed's type is "rss" in OPML, of whatever dialect it is."""


_ONLY, _IMAGES = "kliping:only", "kliping:images"
_NAMESPACE = "urn:kliping"


@dataclass(frozen=True)
class Outline(Named):
    """A source in a file."""

    folder: str | None = None
    exact: bool = False
    """It is this very page, and nothing that its site offers besides."""
    only: tuple[str, ...] = ()
    """The patterns of the links that are taken of it, unchecked; empty: all are."""
    images: str | None = None
    """Which images of its articles are fetched, unchecked; ``None``: as for all."""


# --------------------------------------------------------------------- in


def read_source_list(path: str) -> Sequence[Outline]:
    """The addresses in a file or on standard input (``-``), unchecked.

    Empty only for a list of which every line is a comment. Raises ``UsageError``, for a file
    without any source too: whoever wrote it will have meant another one.
    """
    content, name = read_input(path, MAX_LIST_BYTES), input_name(path)
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise UsageError(f"{name}: empty; one address a line, or OPML, is expected")
    if start.startswith(b"<") or content.startswith(_UTF16_MARKS):
        outlines = parse_opml(content if content.startswith(_UTF16_MARKS) else start, name)
        if not outlines:
            raise UsageError(f"{name}: OPML without a source: no outline in it has an xmlUrl")
        return outlines
    return [Outline(line.text, line.where) for line in parse_lines(content, name)]


def parse_opml(content: bytes, name: str) -> list[Outline]:
    """The ``xmlUrl`` of every outline, in document order, with its title and its folder.

    The folder is where the outline lies; of one that lies in none, the first of its ``category``.
    Entities of the document's own are refused: no OPML needs them, and they are how XML
    bombs and leaks are made. Nothing outside the document is read. Raises ``UsageError``.
    """
    reader = _Reader(name)
    parser = reader.parser
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise UsageError(f"{name}: neither a list of addresses nor OPML: {error}") from None
    if reader.root != "opml":
        raise UsageError(f"{name}: XML, but not OPML (it begins with <{clean(reader.root)[:40]}>)")
    return reader.found


class _Reader:
    """What expat calls. Holds the open elements, and no recursion: documents may be deep."""

    def __init__(self, name: str) -> None:
        self.found: list[Outline] = []
        self.root = ""
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.EntityDeclHandler = self._refuse_entity
        self._name = name
        self._folders: list[str] = []
        self._opened: list[bool] = []
        """Of each open element, whether it is a folder."""

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.root = self.root or tag.lower()
        folder = ""
        if tag.lower() == "outline":
            values = {key.lower(): value for key, value in attributes.items()}
            if values.get("xmlurl", "").strip():
                self._add(values)
            else:
                folder = clean(values.get("text") or values.get("title") or "")
        self._opened.append(bool(folder))
        if folder:
            self._folders.append(folder)

    def _end(self, tag: str) -> None:
        if self._opened.pop():
            self._folders.pop()

    def _add(self, values: Mapping[str, str]) -> None:
        where = f"{self._name}, line {self.parser.CurrentLineNumber}"
        title = values.get("title") or values.get("text")
        folder = join_folder(self._folders) or _category(values.get("category", ""))
        # So we write a front page; to feed readers, whose outlines are feeds, it says nothing.
        exact = values.get("type") == _TYPES["front page"]
        only = tuple(values.get(_ONLY, "").split())
        images = values.get(_IMAGES, "").strip() or None
        self.found.append(Outline(values["xmlurl"], where, title, folder, exact, only, images))

    def _refuse_entity(self, *_: object) -> None:
        raise UsageError(f"{self._name}: declares XML entities; an OPML file needs none")


def _category(text: str) -> str | None:
    """``/Papers/Local,/Politics`` → ``Papers/Local``."""
    return join_folder(text.partition(",")[0].split("/"))


def join_folder(names: Sequence[str]) -> str | None:
    """The path of a folder; ``None`` for no folder. Names are cleaned and cut, empty ones left
    out."""
    cleaned = (clean(name)[:MAX_FOLDER_NAME].strip() for name in names[: 4 * MAX_DEPTH])
    steps = [_ESCAPED.sub(r"\\\g<0>", name) for name in cleaned if name]
    return "/".join(steps[:MAX_DEPTH]) or None


def split_folder(path: str | None) -> tuple[str, ...]:
    """The names in a path that ``join_folder`` made."""
    steps = _STEP.findall(path or "")
    return tuple(re.sub(r"\\(.)", r"\1", step) for step in steps)


# --------------------------------------------------------------------- out


def write_opml(records: Iterable[SourceRecord]) -> Iterator[str]:
    """OPML 2.0, line by line: the folders, each in the order of its first source."""
    root, is_extended = _Folder(), False
    for record in records:
        is_extended = is_extended or bool(record.only or record.images)
        folder = root
        for name in split_folder(record.folder):
            folder = folder.folders.setdefault(name, _Folder())
        folder.records.append(record)
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    namespace = f' xmlns:kliping="{_NAMESPACE}"' if is_extended else ""
    yield f'<opml version="2.0"{namespace}>'
    yield "  <head><title>kliping sources</title></head>"
    yield "  <body>"
    yield from root.lines("    ")
    yield "  </body>"
    yield "</opml>"


class _Folder:
    """A folder to write. No deeper than ``MAX_DEPTH``."""

    def __init__(self) -> None:
        self.records: list[SourceRecord] = []
        self.folders: dict[str, _Folder] = {}

    def lines(self, indent: str) -> Iterator[str]:
        for record in self.records:
            name = _attribute(record.name)
            kind, url = _TYPES[record.kind], _attribute(record.url)
            own = f" {_ONLY}={_attribute(' '.join(record.only))}" if record.only else ""
            own += f" {_IMAGES}={_attribute(record.images)}" if record.images else ""
            yield f'{indent}<outline type="{kind}" text={name} title={name} xmlUrl={url}{own}/>'
        for name, folder in self.folders.items():
            quoted = _attribute(name)
            yield f"{indent}<outline text={quoted} title={quoted}>"
            yield from folder.lines(indent + "  ")
            yield f"{indent}</outline>"


def _attribute(text: str) -> str:
    return quoteattr(_NO_XML.sub("\ufffd", clean(text)))
