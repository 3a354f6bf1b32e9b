"""``kliping fetch``: pages because a person asked for them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from commands.addresses import (
    Named,
    is_file,
    read_addresses,
    read_input,
    sift_addresses,
)
from commands.archive import open_archive
from commands.crawl.summary import image_in_words
from commands.exits import Exit, UsageError, exit_of_all, exit_of_page
from commands.render.advice import advise
from commands.render.articles import article_object, no_article, print_outcome
from commands.render.columns import emit_json
from commands.render.failures import why_none
from commands.render.quoting import word
from commands.render.values import counted
from commands.settings import Settings
from commands.signals import SignalWatch, run_watched
from commands.terminal import say
from commands.web import open_web
from scraper.clock import SystemClock
from scraper.crawl.at_once import at_once
from scraper.crawl.fetch_one import fetch_by_hand, file_saved_page
from scraper.model.types import Outcome, Verdict
from storage.archive import Archive
from storage.proof.entries import seal
from storage.reading.library import Library

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from scraper.crawl.fetch_one import FetchResult
    from scraper.fetch.credentials import Credentials
    from scraper.model.types import Decision
    from storage.records import ArticleRecord


@dataclass(frozen=True)
class Wanted:
    """Checked addresses to fetch; or one, and the saved page to take instead of its answer."""

    urls: Sequence[str]
    saved_page: bytes | None = None
    skipped: int = 0
    """Lines of a list that are no address."""


@dataclass(frozen=True)
class FetchOptions:
    """How to fetch and how to report."""

    allow_private: bool = False
    json: bool = False
    quiet: bool = False
    ignore_robots: bool = False


def choose_pages(
    settings: Settings,
    arguments: Sequence[str],
    list_file: str | None,
    html: str | None,
    url: str | None,
) -> Wanted:
    """Check everything that was asked for before anything is fetched: what is bad on the command
    line ends the command, a bad line of a list is told and skipped. Raises ``UsageError``."""
    if html is None and url is None:
        if not arguments and list_file is None:
            raise UsageError("no address given; see `kliping fetch --help`")
        for file in filter(is_file, arguments):
            name = word(file)
            how = f"a saved page is given as --html {name} --url URL, a list as -i {name}"
            raise UsageError(f"{file}: a file; {how}")
        urls, skipped = sift_addresses(read_addresses(arguments, list_file))
        return Wanted(urls, skipped=skipped)
    if html is None or url is None:
        raise UsageError("--html FILE and --url URL belong together")
    if arguments or list_file is not None:
        raise UsageError("--html takes one saved page; give other addresses to another fetch")
    saved_page = read_input(html, settings.fetch_policy().max_bytes)
    return Wanted(sift_addresses([Named(url, "")])[0], saved_page)


def run_fetch(settings: Settings, wanted: Wanted, options: FetchOptions) -> Exit:
    """Fetch and file every page, of several hosts at the same time. Raises ``StorageError``."""
    if not wanted.urls and not options.quiet:
        say("no address in the list")
    if wanted.skipped and not options.quiet:
        left = counted(len(wanted.urls), "address", "addresses")
        say(f"{counted(wanted.skipped, 'line')} skipped, {left} left")
    credentials = settings.credentials()  # where they are refused, no archive is made
    with open_archive(settings, create=True) as engine:

        async def work(watch: SignalWatch) -> Exit:
            answers = _results(settings, wanted, options, engine, credentials)
            async with aclosing(answers) as results:
                codes = {_report(each, record, options) async for each, record in results}
            return exit_of_all(codes | {Exit.USAGE} if wanted.skipped else codes)

        code = run_watched(work)
        seal(engine, SystemClock().now())
        return code


async def _results(
    settings: Settings,
    wanted: Wanted,
    options: FetchOptions,
    engine: Engine,
    credentials: Credentials,
) -> AsyncGenerator[tuple[FetchResult, ArticleRecord | None], None]:
    """What became of each page, in the order in which that is known."""
    archive, library, clock = Archive(engine), Library(engine), SystemClock()
    async with open_web(
        settings,
        engine,
        allow_private=options.allow_private,
        obey_robots=not options.ignore_robots,
        credentials=credentials,
    ) as tools:

        async def take(url: str) -> tuple[FetchResult, ArticleRecord | None]:
            if wanted.saved_page is not None:
                page = wanted.saved_page
                result = await file_saved_page(page, url, tools=tools, archive=archive, clock=clock)
            else:
                result = await fetch_by_hand(url, tools=tools, archive=archive, clock=clock)
            if result.decision.article_id is None:
                return result, None
            return result, await tools.offload(library.get, result.decision.article_id)

        async with aclosing(at_once(wanted.urls, take)) as results:
            async for result in results:
                yield result


def _report(result: FetchResult, record: ArticleRecord | None, options: FetchOptions) -> Exit:
    """Print what became of a page; its exit code."""
    url, decision = result.capture.requested_url, result.decision
    if not (options.quiet or options.json) and (ways := list(_ways(result, options))):
        say(f"{url}: {'; '.join(ways)}")
    reason = decision.reason or result.capture.reason
    code = exit_of_page(decision.outcome, reason, result.error)
    if code == Exit.OK and record is not None and record.verdict != Verdict.ARTICLE:
        reason = f"{record.verdict}: {record.evidence}"  # what was rejected is so still
        code = exit_of_page(Outcome.REJECTED, reason)
    failed = decision.outcome == Outcome.FAILED
    if options.json:
        known = record is not None and not failed
        values = article_object(record, whole=True) if known and record else no_article(url)
        response = result.capture.response
        fetched = {
            "requested_url": url,
            "url": response.url if response is not None else url,
            "outcome": decision.outcome,
            "reason": reason,
            "reread": decision.reread,
        }
        emit_json(values | fetched, now=True)
    elif record is not None and not failed and not options.quiet:
        print_outcome(_outcome(decision), record)
    if code != Exit.OK:
        shown = (result.capture.reason if result.capture.rejected else reason) or ""
        advice = advise(shown.partition(":")[0])
        say(f"{url}: {why_none(url, shown, result.error)}; {advice}")
    return code


def _outcome(decision: Decision) -> str:
    """In words: an unchanged page may be read otherwise than before."""
    if decision.outcome != Outcome.UNCHANGED or decision.reread is None:
        return decision.outcome
    return f"re-read by a {'changed rule' if decision.reread == 'rule' else 'better extractor'}"


def _ways(result: FetchResult, options: FetchOptions) -> Iterator[str]:
    """What was done beyond asking for the page and filing it."""
    response, parts = result.capture.response, result.capture.parts
    if options.ignore_robots and response is not None:
        yield "robots.txt was not checked, as you asked"
    if response is not None and response.redirects:
        yield f"redirected to {response.url}"
    if response is not None and response.single_page is not None:
        yield f"read on one page: {response.single_page}"
    if parts:
        number, article = len(parts), result.capture.article
        what = f"read {number} further {'page' if number == 1 else 'pages'} of it: {parts[0].url}"
        is_cut = article is not None and article.next_url is not None
        yield f"{what}; it has more, and {number + 1} of them are kept" if is_cut else what
    if result.image is not None and result.image.problem is not None:
        yield image_in_words(result.image)
