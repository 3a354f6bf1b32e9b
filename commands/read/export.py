"""``export``: articles as files of other programs."""

from __future__ import annotations

import json
import platform
import signal
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO, cast

import typer

from commands.archive import find_article, open_archive
from commands.cleaning import escape_in_json
from commands.exits import UsageError
from commands.options import Config, Db, Quiet, Subscribed, completed
from commands.read.export_format import Asked, choose_format, is_of_history, is_of_pages
from commands.render.counting import Counting
from commands.render.values import counted
from commands.settings import Settings, load_settings
from commands.terminal import say, writing_output
from commands.times import today
from scraper.clock import SystemClock
from scraper.model.markdown import render_markdown
from storage.database.failures import NoRoomError
from storage.export import Edition, FileFormat
from storage.export.dossier.data import Dossier, TooManyError, gather
from storage.export.texts import clean_text
from storage.export.web_archive.warc_source import WarcSource
from storage.export.writing import new_directory, new_file
from storage.integrity.chain import seal_what_can_be
from storage.integrity.report import VerifyReport
from storage.reading.images import load_image
from storage.reading.library import Library
from storage.reading.story_queries import StoryQueries
from storage.search.finder import Search
from storage.search.query import parse

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from storage.database.places import Place
    from storage.export import DirectoryFormat
    from storage.export.web_archive.warc_source import WarcArticle
    from storage.reading.images import StoredImage
    from storage.reading.rights import Reason, Rights
    from storage.records import ArticleRecord


def export(
    context: typer.Context,
    query: Annotated[
        list[str] | None,
        typer.Argument(metavar="QUERY", help="As for search; without: all.", show_default=False),
    ] = None,
    format_name: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="F",
            help="jsonl, csv, parquet, markdown, epub, html, atom, warc, wacz; or PATH's suffix.",
            show_default=False,
            autocompletion=completed("formats"),
        ),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            metavar="PATH",
            help="The file, or for markdown the directory; else standard output.",
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace what is at PATH.")] = False,
    article_ids: Annotated[
        list[str] | None,
        typer.Option(
            "--id", metavar="ID|URL", help="Only this article; repeatable.", show_default=False
        ),
    ] = None,
    story_ids: Annotated[
        list[str] | None,
        typer.Option(
            "--story",
            metavar="ID|URL",
            help="Only the articles of this one's story; repeatable.",
            show_default=False,
        ),
    ] = None,
    versions: Annotated[
        bool, typer.Option("--versions", help="A record a version, not an article.")
    ] = False,
    excel: Annotated[
        bool, typer.Option("--excel", help="csv with a byte order mark, for spreadsheets.")
    ] = False,
    semicolon: Annotated[
        bool,
        typer.Option("--semicolon", help="csv with semicolons, where the comma is decimal."),
    ] = False,
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

    PATH's suffix says the format: .jsonl, .csv, .parquet, .epub, .html, .atom or .xml,
    .warc, .warc.gz (compressed), .wacz. A PATH that ends in / or is a directory
    is markdown, a directory of .md files. For other names, and for standard
    output, --format says it. The two may not disagree.

    html is a dossier: one file with all versions, edits and digests, which opens
    anywhere without a network. `kliping verify --dossier FILE` checks it.

    With --versions, jsonl, csv, parquet and markdown have all versions of each
    article, in their order. docs/fields.md describes every field. parquet needs
    pyarrow: install kliping with its extra "parquet" (README).

    \b
    Examples:
      kliping export -o clips.jsonl
      kliping export --format jsonl > clips.jsonl
      kliping export -o clips/
      kliping export -o clips.csv --excel --semicolon
      kliping export -o harbour.epub -- harbour site:example.com
      kliping export -o edits.parquet --versions
      kliping export -o dossier.html --story 12
    """
    settings = load_settings(context)
    wanted = " ".join(query) if query else None
    if query and (article_ids or story_ids):
        raise UsageError("give a QUERY, or --id and --story: not both")
    asked = Asked(versions=versions, excel=excel, semicolon=semicolon)
    chosen, target = choose_format(format_name, output, asked, settings.db)
    count = _Counted(settings.rights(subscribed=subscribed), "version" if versions else "article")
    # Where the articles themselves are on the terminal they tell how far it is.
    is_shown = target is None and sys.stdout.isatty()
    if is_of_history(chosen):
        _seal(settings)
    with (
        _hang_up_ends(),
        open_archive(settings, read_only=True) as engine,
        Counting("exporting", quiet=quiet or is_shown, state=count.state),
    ):
        ids = _choose(engine, wanted, article_ids or [], story_ids or [])
        records = _load(engine, ids, count, chosen, wanted, versions=versions)
        edition = replace(
            edition_of(settings.db, wanted or ""),
            versions=versions,
            load_image=partial(_load_image, engine, count.rights),
        )
        if target is None:
            with _standard_output() as out:
                cast("FileFormat", chosen).write(records, out, edition)
        else:
            _write(chosen, records, target, edition, force=force)
    if not quiet:
        say(f"{count.in_words()} exported" + (f" to {target}" if target else ""))
    for line in count.left_out():
        say(line)


class _Counted:
    """How many articles, or versions, went by, and how many were left out for what reason."""

    def __init__(self, rights: Rights, thing: str) -> None:
        self.rights = rights
        self._thing = thing
        self.count = 0
        self._articles = 0
        self._last_id = 0
        self._without_page = 0
        self._kept_back: Counter[Reason] = Counter()
        self._texts: Counter[Reason] = Counter()
        self._versions = 0

    def __call__(self, records: Iterator[ArticleRecord]) -> Iterator[ArticleRecord]:
        for record in records:
            if reason := self.rights.judge(record):
                self._kept_back[reason] += 1
            else:
                self._add(record.id)
                yield record

    def pages(self, holdings: Iterator[WarcArticle]) -> Iterator[WarcArticle]:
        for holding in holdings:
            if reason := self.rights.judge(holding, of_pages=True):
                self._kept_back[reason] += 1
            elif not holding.has_page:
                self._without_page += 1
            else:
                self._add(holding.id)
                self._versions += holding.left_out
                yield holding

    def dossier(self, dossier: Dossier) -> Dossier:
        self.count = self._articles = dossier.articles
        self._kept_back += dossier.kept_back
        self._texts += dossier.versions_kept_back
        return dossier

    def in_words(self) -> str:
        """``3 articles``, ``7 versions of 3 articles``."""
        articles = counted(self._articles, "article")
        of = "" if self._thing == "article" else f"{counted(self.count, self._thing)} of "
        return of + articles

    def state(self) -> str:
        """How far it is."""
        return f"exporting: {self.in_words()}"

    def left_out(self) -> Iterator[str]:
        """A line for each reason."""
        if self._without_page:
            yield counted(
                self._without_page,
                "article has no stored page and is left out",
                "articles have no stored page and are left out",
            )
        for reason, count in sorted(self._kept_back.items()):
            yield kept_back(reason, count, self._thing)
        for reason, count in sorted(self._texts.items()):
            yield kept_back(reason, count, "version")
        if self._versions:
            pages = counted(
                self._versions, "page of another version is", "pages of other versions are"
            )
            yield f"{pages} left out: read with a subscription, or noarchive"

    def _add(self, article_id: int) -> None:
        self.count += 1
        self._articles += article_id != self._last_id
        self._last_id = article_id


def kept_back(reason: Reason, count: int, thing: str = "article") -> str:
    """How many articles are not given out, why, and what gives them out."""
    if reason == "subscribed":
        articles = counted(count, f"{thing} was", f"{thing}s were")
        are = "is" if count == 1 else "are"
        how = "--include-subscribed includes them"
        return f"{articles} read with a subscription and {are} left out; {how}"
    articles = counted(count, f"{thing} is", f"{thing}s are")
    how = "[rights] obey in kliping.toml decides"
    return f"{articles} left out as the publisher asks (noarchive and the like); {how}"


def _seal(settings: Settings) -> None:
    """So that a dossier's entries are in the chain whose head it has; where that cannot be
    written now, the dossier says of each that it is not."""
    report = VerifyReport()
    with suppress(NoRoomError), open_archive(settings) as engine:
        seal_what_can_be(engine, SystemClock().now(), report)
    for one in report.damage:
        say(f"{one.what}: {one.problem}")
    for sentence in report.unchecked:
        say(sentence)


def _choose(
    engine: Engine, query: str | None, articles: Sequence[str], stories: Sequence[str]
) -> Iterable[int] | None:
    """The ids of what is asked for; ``None``: everything. Raises ``UsageError``."""
    if query is not None:
        return _find_ids(engine, query)
    if not articles and not stories:
        return None
    library, ids = Library(engine), dict[int, None]()
    for wanted in articles:
        ids[find_article(library, wanted).id] = None
    for wanted in stories:
        record = find_article(library, wanted)
        story = StoryQueries(engine).get(record.id)
        if story is None or len(story.articles) < 2:
            raise UsageError(f"article {record.id}: no other article here carries its text")
        ids |= dict.fromkeys(one.id for one in story.articles)
    return list(ids)


def _load(
    engine: Engine,
    ids: Iterable[int] | None,
    count: _Counted,
    chosen: FileFormat | DirectoryFormat,
    query: str | None,
    *,
    versions: bool,
) -> Iterator[Any]:
    """The articles, their versions, the pages that are stored of them, or their dossier."""
    library = Library(engine)
    if is_of_pages(chosen):
        return count.pages(WarcSource(engine, count.rights).stream(ids))
    if is_of_history(chosen):
        made_by = version("kliping")
        try:
            dossier = gather(
                engine, library.stream(ids), count.rights, query=query or "", made_by=made_by
            )
        except TooManyError as error:
            raise UsageError(f"{error}: narrow it with --id, --story or a QUERY") from None
        return iter([count.dossier(dossier)])
    return count(library.stream_versions(ids) if versions else library.stream(ids))


def _find_ids(engine: Engine, query: str) -> Iterator[int]:
    """What the query finds, the notes on it said."""
    asked = parse(query, today(SystemClock().now()))
    for note in asked.notes:
        say(note)
    if asked.is_empty:
        say("nothing to look for: the query has no word")
    return Search(engine).iterate(asked)


def edition_of(place: Place, query: str) -> Edition:
    """Of what a query finds in the archive at this place; empty: of everything."""
    return Edition(
        made_at=SystemClock().now(),
        archive=_name_of(place, platform.node()),
        to_json=_json_line,
        to_markdown=_markdown,
        query=query,
    )


def _load_image(engine: Engine, rights: Rights, record: ArticleRecord) -> StoredImage | None:
    return None if rights.keeps_image(record.directives) else load_image(engine, record.id)


def _name_of(db: Place, machine: str) -> str:
    """What the archive is told from others by: the same wherever it is exported from."""
    return f"{machine}:{db.resolve()}" if isinstance(db, Path) else str(db)


def _json_line(values: Mapping[str, Any]) -> str:
    return escape_in_json(json.dumps(values, ensure_ascii=False, allow_nan=False))


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
