"""``export``: articles as files of other programs."""

from __future__ import annotations

import json
import platform
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from os.path import realpath
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, cast

import typer

from commands.archive import open_archive
from commands.cleaning import escape_in_json
from commands.exits import UsageError
from commands.options import Config, Db, Quiet, Subscribed, completed
from commands.render.articles import article_object, shown_object
from commands.render.values import counted
from commands.settings import Settings, load_settings
from commands.terminal import say, writing_output
from scraper.clock import SystemClock
from scraper.model.markdown import render_markdown
from storage.export import FORMATS, Edition, FileFormat
from storage.export.texts import clean_text
from storage.export.web_archive.warc_source import WarcSource
from storage.export.writing import new_directory, new_file
from storage.reading.library import Library
from storage.search.finder import Search
from storage.search.query import parse

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from storage.database.places import Place
    from storage.export import DirectoryFormat
    from storage.export.web_archive.warc_source import WarcArticle
    from storage.reading.rights import Reason, Rights
    from storage.records import ArticleRecord

STDOUT = frozenset({Path("-"), Path("/dev/stdout"), Path("/dev/fd/1"), Path("/proc/self/fd/1")})


def export(
    context: typer.Context,
    format_name: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="F",
            help="jsonl, csv, parquet, markdown, epub, atom, warc or wacz.",
            autocompletion=completed("formats"),
        ),
    ],
    query: Annotated[
        list[str] | None,
        typer.Argument(metavar="QUERY", help="As for search; without: all.", show_default=False),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="PATH",
            help="The file, or for markdown the directory; else standard output.",
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace what is at PATH.")] = False,
    subscribed: Subscribed = False,
    quiet: Quiet = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Write articles in a format that other programs read.

    All that `kliping list --limit 0` lists, or what `kliping search` finds for
    QUERY, in the order of filing. What is written appears at PATH when it is
    whole, and not before. What was read with a subscription is left out. So are,
    of warc and wacz, pages that say noarchive ([rights] in kliping.toml).

    markdown is a directory of .md files;
    parquet needs pyarrow: install kliping with its extra "parquet" (README).

    \b
    Examples:
      kliping export --format jsonl > clips.jsonl
      kliping export --format markdown -o clips
      kliping export --format epub -o harbour.epub -- harbour site:example.com
    """
    settings = load_settings(context)
    wanted = " ".join(query) if query else None
    chosen, target = _check(format_name, output, settings)
    count = _Counted(settings.rights(subscribed=subscribed))
    with _hang_up_ends(), open_archive(settings, read_only=True) as engine:
        records = _find(engine, wanted, count, of_pages=_is_of_pages(chosen))
        edition = edition_of(settings, wanted or "")
        if target is None:
            with _standard_output() as out:
                cast("FileFormat", chosen).write(records, out, edition)
        else:
            _write(chosen, records, target, edition, force=force)
    if not quiet:
        say(f"{counted(count.count, 'article')} exported" + (f" to {target}" if target else ""))
    for line in count.left_out():
        say(line)


class _Counted:
    """How many articles went by, and how many were left out for what reason."""

    def __init__(self, rights: Rights) -> None:
        self.rights = rights
        self.count = 0
        self._without_page = 0
        self._kept_back: Counter[Reason] = Counter()
        self._versions = 0

    def __call__(self, records: Iterator[ArticleRecord]) -> Iterator[ArticleRecord]:
        for record in records:
            if reason := self.rights.judge(record):
                self._kept_back[reason] += 1
            else:
                self.count += 1
                yield record

    def pages(self, holdings: Iterator[WarcArticle]) -> Iterator[WarcArticle]:
        for holding in holdings:
            if reason := self.rights.judge(holding, of_pages=True):
                self._kept_back[reason] += 1
            elif not holding.has_page:
                self._without_page += 1
            else:
                self.count += 1
                self._versions += holding.left_out
                yield holding

    def left_out(self) -> Iterator[str]:
        """A line for each reason."""
        if self._without_page:
            yield counted(
                self._without_page,
                "article has no stored page and is left out",
                "articles have no stored page and are left out",
            )
        for reason, count in sorted(self._kept_back.items()):
            yield kept_back(reason, count)
        if self._versions:
            pages = counted(
                self._versions, "page of another version is", "pages of other versions are"
            )
            yield f"{pages} left out: read with a subscription, or noarchive"


def kept_back(reason: Reason, count: int) -> str:
    """How many articles are not given out, why, and what gives them out."""
    if reason == "subscribed":
        articles = counted(count, "article was", "articles were")
        are = "is" if count == 1 else "are"
        how = "--include-subscribed includes them"
        return f"{articles} read with a subscription and {are} left out; {how}"
    articles = counted(count, "article is", "articles are")
    how = "[rights] obey in kliping.toml decides"
    return f"{articles} left out as the publisher asks (noarchive and the like); {how}"


def _check(
    name: str, output: Path | None, settings: Settings
) -> tuple[FileFormat | DirectoryFormat, Path | None]:
    """The format, and where it goes: ``None`` for standard output. Raises ``UsageError``."""
    chosen = FORMATS.get(name)
    if chosen is None:
        raise UsageError(f"{name}: no such format; there are {', '.join(FORMATS)}")
    target = None if output is None or output in STDOUT else output
    if isinstance(chosen, FileFormat):
        if chosen.needs:
            _require(chosen.needs, name)
        if chosen.binary and target is None and sys.stdout.isatty():
            raise UsageError(f"{name} cannot be shown on a terminal; name a file with -o")
    elif target is None:
        raise UsageError(f"{name} is a directory of files; name it with -o")
    if target is not None and is_archive(target, settings.db):
        raise UsageError(f"{target}: it is the archive itself; name another file with -o")
    return chosen, target


def _require(module: str, extra: str) -> None:
    """Raises ``UsageError`` that says what to install."""
    try:
        import_module(module)
    except ImportError as error:
        raise UsageError(
            f"{extra} needs {module}, of kliping's extra {extra!r}: the README says how to install "
            f"it ({error})"
        ) from None


def is_archive(target: Path, db: Place) -> bool:
    """Whether it is the database, or one of the files that SQLite and the run lock keep beside."""
    if not isinstance(db, Path):
        return False
    place, own = realpath(target), realpath(db)
    return place in {own, f"{own}-wal", f"{own}-shm", f"{own}-journal", f"{own}.lock"}


def _is_of_pages(chosen: FileFormat | DirectoryFormat) -> bool:
    return isinstance(chosen, FileFormat) and chosen.of_pages


def _find(
    engine: Engine, query: str | None, count: _Counted, *, of_pages: bool
) -> Iterator[ArticleRecord] | Iterator[WarcArticle]:
    """What the query finds, else everything: the articles, or the pages that are stored of them."""
    ids = None if query is None else _find_ids(engine, query)
    if of_pages:
        return count.pages(WarcSource(engine, count.rights).stream(ids))
    return count(Library(engine).stream(ids))


def _find_ids(engine: Engine, query: str) -> Iterator[int]:
    """What the query finds, the notes on it said."""
    asked = parse(query, SystemClock().now().astimezone().date())
    for note in asked.notes:
        say(note)
    if asked.is_empty:
        say("nothing to look for: the query has no word")
    return Search(engine).iterate(asked)


def edition_of(settings: Settings, query: str) -> Edition:
    return Edition(
        made_at=SystemClock().now(),
        archive=_name_of(settings.db, platform.node()),
        describe=article_object,
        to_json=_json_line,
        to_markdown=_markdown,
        query=query,
    )


def _name_of(db: Place, machine: str) -> str:
    """What the archive is told from others by: the same wherever it is exported from."""
    return f"{machine}:{db.resolve()}" if isinstance(db, Path) else str(db)


def _json_line(record: ArticleRecord) -> str:
    return escape_in_json(json.dumps(shown_object(record), ensure_ascii=False, allow_nan=False))


def _markdown(record: ArticleRecord) -> str:
    return render_markdown(record, record.url, clean=clean_text)


def _write(
    chosen: FileFormat | DirectoryFormat,
    records: Iterator[ArticleRecord] | Iterator[WarcArticle],
    target: Path,
    edition: Edition,
    *,
    force: bool,
) -> None:
    if isinstance(chosen, FileFormat):
        with new_file(target, force=force) as out:
            chosen.write(records, out, edition)
    else:
        with new_directory(target, force=force, is_ours=chosen.is_ours) as directory:
            chosen.write(cast("Iterator[ArticleRecord]", records), directory, edition)


@contextmanager
def _standard_output() -> Iterator[BinaryIO]:
    """Raises ``OutputError`` for what cannot be written."""
    with writing_output():  # formats do more than write: they seek, which writes too
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()


@contextmanager
def _hang_up_ends() -> Iterator[None]:
    """A terminal that goes away ends the export as SIGTERM does, with nothing left behind; not
    under nohup."""

    def end(number: int, frame: object) -> None:
        raise SystemExit(128 + number)

    before = signal.getsignal(signal.SIGHUP)
    if before == signal.SIG_IGN:
        yield
        return
    signal.signal(signal.SIGHUP, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)
