"""Readers of files and of an index, as the fuzzer calls them: bytes → what came of it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from benchmarks.fuzz.promises import NOW, require
from benchmarks.fuzz.texts import any_text
from commands.exits import UsageError
from commands.settings.file import load_config, load_rules, load_sites
from commands.sources.opml import MAX_DEPTH, read_source_list, split_folder
from scraper.errors import BodyError, ConfigError, ParseError
from scraper.fetch.credentials import parse_cookies_file
from scraper.pages.recorded import read_recorded
from storage.database.engine import open_engine
from storage.search.finder import Search, SortOrder
from storage.warc.opening import RecordFile
from storage.warc.reading import DamagedRange
from tests.storage.search.shelf import Shelf

BLOCK_LIMIT = 1 << 20
"""Of a record of a web archive, in bytes."""
TODAY = NOW.date()


def read_opml(data: bytes) -> tuple[str, str]:
    """As ``sources import`` does: OPML, or one address a line."""
    with _file(data, "sources.opml") as path:
        try:
            found = read_source_list(str(path))
        except UsageError as error:
            return "refused: UsageError", str(error).replace(str(path), "FILE")
    folders = [split_folder(getattr(each, "folder", None)) for each in found]
    require(all(len(folder) <= MAX_DEPTH for folder in folders), "folders are not deep")
    return "sources", repr(found).replace(str(path), "FILE")


def read_config(data: bytes) -> tuple[str, str]:
    """A ``kliping.toml`` with everything in it but files that it names, and a cookies file."""
    cookies = parse_cookies_file(data.decode("utf-8", "replace"))
    with _file(data, "kliping.toml") as path:
        try:
            values = load_config(path)
            values.get("extraction", {}).pop("rules_dir", None)
            shown = repr((values, load_rules(path, values), load_sites(path, values)))
        except ConfigError as error:
            message = str(error).replace(str(path), "FILE")
            require(len(message.splitlines()) == 1, "what is wrong is told in one line")
            return "refused: ConfigError", message
    return "settings", repr(cookies) + shown.replace(str(path), "FILE")


def read_web_archive(data: bytes) -> tuple[str, str]:
    """A WARC or WACZ, and the answers in its records."""
    seen: list[object] = []
    with _file(data, "a.warc") as path:
        try:
            with RecordFile(path, BLOCK_LIMIT) as file:
                seen += _records(file)
        except ParseError as error:
            return "refused: ParseError", str(error).replace(str(path), "FILE")
    damaged = any(isinstance(one, DamagedRange) for one in seen)
    return ("damaged" if damaged else "read" if seen else "no record"), repr(seen)


def _records(file: RecordFile) -> Iterator[object]:
    reached = 0
    for item in file.records():
        require(item.behind >= reached, "reading never goes back")
        reached = item.behind
        if isinstance(item, DamagedRange):
            yield item
            continue
        require(file.read(item.location) is not None, "a record is found again at its place")
        yield item.url, item.kind, item.taken_at
        if item.block is not None:
            try:
                response = read_recorded(item.block, "https://x.example/", NOW, BLOCK_LIMIT)
                require(len(response.body) <= BLOCK_LIMIT, "a body is no larger than the limit")
                yield response
            except BodyError as error:
                yield str(error)


def read_query(data: bytes) -> tuple[str, str]:
    """Asked of a real index: never an error, whatever was typed."""
    found = [_search().find(any_text(data), by=by, today=TODAY, limit=5) for by in SortOrder]
    hits = [[hit.record.id for hit in each.hits] for each in found]
    require(sorted(hits[0]) == sorted(hits[1]), "the order does not change what is found")
    return ("found" if hits[0] else "nothing"), repr((hits, found[0].notes))


@lru_cache(maxsize=1)
def _search() -> Search:
    engine = open_engine(Path(tempfile.mkdtemp(prefix="fuzz-index-")) / "kliping.db")
    shelf = Shelf(engine)
    shelf.add(
        "The harbour pier is widened. Fishing boats, one two words.", "Pier", byline="Ann Lee"
    )
    shelf.add("昨日の記事 海の話 Straße İstanbul", "海", language="ja")
    shelf.add("A bridge over the river", url="https://post.example/bridge", language="en")
    return Search(engine)


@contextmanager
def _file(data: bytes, name: str) -> Iterator[Path]:
    """A file with these bytes, in a folder of this process's own."""
    path = _folder() / name
    path.write_bytes(data)
    yield path


@lru_cache(maxsize=1)
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="fuzz-files-"))
