"""``extract``: what pages say, on standard output. Nothing is filed, and no archive is made."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, nullcontext
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.addresses import (
    input_name,
    is_file,
    parse_given,
    read_lines,
    sift_addresses,
)
from commands.archive import open_if_there
from commands.exits import Exit, UsageError, exit_of_all, exit_of_error, exit_of_page
from commands.options import AllowPrivate, Config, Db, IgnoreRobots, Markdown
from commands.read.loading import load_file
from commands.render.advice import advise
from commands.render.articles import article_object, no_article, print_article, print_markdown
from commands.render.columns import emit_json
from commands.render.failures import why_none
from commands.settings import Settings, load_settings
from commands.signals import SignalWatch, run_watched
from commands.terminal import say
from commands.web import open_web
from scraper.clock import SystemClock
from scraper.crawl.at_once import at_once
from scraper.crawl.fetch_one import read_by_hand
from scraper.errors import FetchError, SandboxError
from scraper.isolation.sandbox import Sandbox
from scraper.model.types import Capture, Outcome, Verdict
from scraper.pages.capture import failed_capture
from scraper.pages.page_reader import other_kind
from storage.records import ArticleRecord

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from scraper.setup import Tools

OF_THE_ARCHIVE = frozenset({"id", "versions", "first_seen_at", "last_checked_at", "source"})
"""Keys of ``show --json`` that say nothing of a page by itself."""

ADDRESSES = ("url", "canonical_url", "site")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which pages, checked."""

    files: Sequence[str]
    """Names; ``-`` is a page on standard input."""
    urls: Sequence[str]
    skipped: int
    """Lines of a list that are no address."""
    saved_from: str | None
    """The address of the one file."""
    several: bool
    """One object a line is printed, however many there turn out to be."""


@dataclass(frozen=True, kw_only=True)
class ExtractOptions:
    """How to fetch and how to report."""

    json: bool
    markdown: bool
    allow_private: bool
    ignore_robots: bool


@dataclass(frozen=True)
class Extraction:
    """What came of one page. ``error`` is set where there was none to read."""

    name: str
    """Its address, or the file, for a person."""
    file: str | None
    capture: Capture
    error: FetchError | UsageError | None = None

    @property
    def reason(self) -> str | None:
        """Why it is no article, as ``fetch --json`` says it; ``None`` for one."""
        article = self.capture.article
        if article is None:
            return self.capture.reason
        is_article = article.verdict is Verdict.ARTICLE
        return None if is_article else f"{article.verdict}: {article.evidence}"


def extract(
    context: typer.Context,
    pages: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="URL|FILE|-", help="Addresses, saved pages; - is a page on standard input."
        ),
    ] = None,
    list_file: Annotated[
        str | None,
        typer.Option(
            "-i", "--input", metavar="FILE|-", help="Read addresses, one a line; # comments."
        ),
    ] = None,
    url: Annotated[
        str | None,
        typer.Option("--url", metavar="URL", help="The address that FILE or - was saved from."),
    ] = None,
    markdown: Markdown = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object per line, of any page.")
    ] = False,
    ignore_robots: IgnoreRobots = False,
    allow_private: AllowPrivate = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Print what a page says, as text, Markdown or JSON; file nothing.

    No archive is needed or made. An argument that is an existing file is a saved page. Several
    pages are printed as JSON, an object a line, as soon as each is read: several hosts are asked
    at the same time, each one page after the other, within robots.txt. Exit codes: 0 articles, 4
    failed, 5 refused, 6 no article there; 3 several pages with different outcomes, or lines of
    the list skipped.

    \b
    Examples:
      kliping extract https://example.com/news/story
      kliping extract saved.html --url https://example.com/news/story --markdown
      curl -s https://example.com/news/story | kliping extract - --json
      kliping extract -i addresses.txt > articles.jsonl
    """
    settings = load_settings(context)
    if json and markdown:
        raise UsageError("--json and --markdown exclude each other")
    wanted = _choose(pages or (), list_file, url)
    if markdown and wanted.several:
        raise UsageError("--markdown is for one page; of several there is an object of JSON each")
    options = ExtractOptions(
        json=json or wanted.several,
        markdown=markdown,
        allow_private=allow_private,
        ignore_robots=ignore_robots,
    )
    raise typer.Exit(_run(settings, wanted, options))


def _choose(given: Sequence[str], list_file: str | None, url: str | None) -> Wanted:
    """Check everything that was asked for before anything is read. Raises ``UsageError``."""
    if not given and list_file is None:
        raise UsageError("give an address, a file, or - for standard input")
    files = [each for each in given if each == "-" or is_file(each)]
    if [*files, list_file].count("-") > 1:
        raise UsageError("standard input is read once: one page (-) or one list (-i -)")
    if url is not None and (len(files), len(given), list_file) != (1, 1, None):
        raise UsageError("--url says where one FILE or - was saved from: give it with that alone")
    urls = [parse_given(each, otherwise="file") for each in given if each not in files]
    listed, skipped = sift_addresses(read_lines(list_file)) if list_file is not None else ((), 0)
    if not given and not listed:
        say("no address in the list")
    return Wanted(
        files=files,
        urls=(*urls, *listed),
        skipped=skipped,
        saved_from=None if url is None else parse_given(url),
        several=len(given) > 1 or list_file is not None,
    )


def _run(settings: Settings, wanted: Wanted, options: ExtractOptions) -> Exit:
    """Raises what reading the settings and the archive raises."""
    codes = {Exit.USAGE} if wanted.skipped else set()
    # An archive knows which hosts asked to be left alone; a file needs none.
    with open_if_there(settings) if wanted.urls else nullcontext() as engine:

        async def work(watch: SignalWatch) -> Exit:
            async with aclosing(_read_files(settings, wanted)) as read:
                async for each in read:
                    codes.add(_report(each, options))
            if wanted.urls:
                async with aclosing(_read_web(settings, wanted, options, engine)) as read:
                    async for each in read:
                        codes.add(_report(each, options))
            return exit_of_all(codes)

        return run_watched(work)


async def _read_files(settings: Settings, wanted: Wanted) -> AsyncGenerator[Extraction]:
    rules = settings.rule_book()
    async with Sandbox(workers=1) as sandbox:
        for file in wanted.files:
            name, now = input_name(file), SystemClock().now()
            try:
                page = load_file(settings, file, wanted.saved_from)
            except UsageError as error:  # the others may be read
                capture = Capture("", now, reason=f"unreadable: {error}")
                yield Extraction(name, file, capture, error)
                continue
            url = page.url or ""
            article, reason = None, None
            if kind := other_kind(page.response):
                reason = f"not_html: it is {kind}, not a page"
            else:
                try:
                    article = await page.extract_in(sandbox, rules.find(url))
                except SandboxError as error:
                    reason = f"extraction_{error.reason}: {error}"
            rejected = reason is not None
            capture = Capture(url, now, page.response, article, reason=reason, rejected=rejected)
            yield Extraction(name, file, capture)


async def _read_web(
    settings: Settings, wanted: Wanted, options: ExtractOptions, engine: Engine | None
) -> AsyncGenerator[Extraction]:
    """In the order in which they are read."""
    async with open_web(
        settings,
        engine,
        allow_private=options.allow_private,
        obey_robots=not options.ignore_robots,
    ) as tools:

        async def read(url: str) -> Extraction:
            return await _read_address(url, tools)

        async with aclosing(at_once(wanted.urls, read)) as results:
            async for result in results:
                yield result


async def _read_address(url: str, tools: Tools) -> Extraction:
    try:
        return Extraction(url, None, await read_by_hand(url, tools))
    except FetchError as error:
        return Extraction(url, None, failed_capture(url, error, SystemClock().now()), error)


def _report(extraction: Extraction, options: ExtractOptions) -> Exit:
    """Print what the page says, or why that is no article; its exit code."""
    reason, code = extraction.reason, _code_of(extraction)
    record = _record_of(extraction.capture)
    if options.json:
        emit_json(_object_of(extraction, record), now=True)
    elif code == Exit.OK and record is not None:
        (print_markdown if options.markdown else print_article)(record)
    if isinstance(extraction.error, UsageError):
        say(str(extraction.error))
    elif reason is not None:
        why = why_none(extraction.capture.requested_url, reason, extraction.error)
        advice = advise(reason.partition(":")[0], filed=False)
        say(f"{extraction.name}: {why}" + ("" if extraction.file else f"; {advice}"))
    return code


def _code_of(extraction: Extraction) -> Exit:
    """As ``fetch`` has it; but what can be read, and is no article, is no refusal."""
    capture, error = extraction.capture, extraction.error
    if isinstance(error, UsageError):
        return exit_of_error(error)
    if capture.article is not None:
        return Exit.OK if capture.article.verdict is Verdict.ARTICLE else Exit.NO_ARTICLE
    outcome = Outcome.REJECTED if capture.rejected else Outcome.FAILED
    return exit_of_page(outcome, capture.reason, error)


def _object_of(extraction: Extraction, record: ArticleRecord | None) -> dict[str, Any]:
    """The keys of ``show --json``, but for those of the archive; where it is from, and the reason
    why it is no article."""
    url = extraction.capture.requested_url or None
    values = no_article(url or "") if record is None else article_object(record, whole=True)
    values = {key: value for key, value in values.items() if key not in OF_THE_ARCHIVE}
    for key in ADDRESSES:
        values[key] = values[key] or None  # of a file whose address nobody says there is none
    return values | {"requested_url": url, "file": extraction.file, "reason": extraction.reason}


def _record_of(capture: Capture) -> ArticleRecord | None:
    """The article as an archive would hand it out, so that it is told of in the same way."""
    article, response = capture.article, capture.response
    if article is None or response is None:
        return None
    shared = {one.name for one in fields(ArticleRecord)} & {one.name for one in fields(article)}
    values = {name: getattr(article, name) for name in shared}
    return ArticleRecord(
        **values | {"canonical_url": article.canonical_url or ""},
        id=0,
        url=response.url,
        versions=1,
        first_seen_at=capture.attempted_at,
        last_checked_at=capture.attempted_at,
        with_credentials=capture.with_credentials,
    )
