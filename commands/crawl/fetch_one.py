"""``kliping fetch``: pages because a person asked for them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from commands.addresses import (
    Named,
    check_addresses,
    is_file,
    read_addresses,
    read_input,
)
from commands.archive import open_archive
from commands.exits import Exit, UsageError, exit_of_all, exit_of_page
from commands.render.advice import advise
from commands.render.articles import article_object, no_article, print_outcome
from commands.render.columns import emit_json
from commands.render.quoting import word
from commands.settings import Settings
from commands.signals import SignalWatch, run_watched
from commands.terminal import say
from commands.web import open_web
from scraper.clock import SystemClock
from scraper.crawl.fetch_one import fetch_by_hand, file_saved_page
from scraper.model.types import Outcome, Verdict
from storage.archive import Archive
from storage.proof.entries import seal
from storage.reading.library import Library

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from scraper.crawl.fetch_one import FetchResult
    from scraper.model.types import Decision
    from storage.records import ArticleRecord


@dataclass(frozen=True)
class Wanted:
    """Checked addresses to fetch; or one, and the saved page to take instead of its answer."""

    urls: Sequence[str]
    saved_page: bytes | None = None


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
    """Check everything that was asked for before anything is fetched. Raises ``UsageError``."""
    if html is None and url is None:
        if not arguments and list_file is None:
            raise UsageError("no address given; see 'kliping fetch --help'")
        for file in filter(is_file, arguments):
            name = word(file)
            how = f"a saved page is given as --html {name} --url URL, a list as -i {name}"
            raise UsageError(f"{file}: a file; {how}")
        return Wanted(_checked(read_addresses(arguments, list_file)))
    if html is None or url is None:
        raise UsageError("--html FILE and --url URL belong together")
    if arguments or list_file is not None:
        raise UsageError("--html takes one saved page; give other addresses to another fetch")
    urls = _checked([Named(url, "")])
    return Wanted(urls, read_input(html, settings.fetch_policy().max_bytes))


def _checked(given: Sequence[Named]) -> tuple[str, ...]:
    checked = check_addresses(given)
    for problem in checked.told:
        say(problem)
    if checked.problems:
        raise typer.Exit(Exit.USAGE)
    return tuple(address for address, _ in checked.good)


def run_fetch(settings: Settings, wanted: Wanted, options: FetchOptions) -> Exit:
    """Fetch and file every page in turn. Raises ``StorageError``."""
    if not wanted.urls and not options.quiet:
        say("no address in the list")
    with open_archive(settings, create=True) as engine:

        async def work(watch: SignalWatch) -> Exit:
            async with aclosing(_results(settings, wanted, options, engine)) as results:
                codes = [_report(each, record, options) async for each, record in results]
            return exit_of_all(codes)

        code = run_watched(work)
        seal(engine, SystemClock().now())
        return code


async def _results(
    settings: Settings, wanted: Wanted, options: FetchOptions, engine: Engine
) -> AsyncGenerator[tuple[FetchResult, ArticleRecord | None], None]:
    archive, library, clock = Archive(engine), Library(engine), SystemClock()
    async with open_web(
        settings,
        engine,
        allow_private=options.allow_private,
        obey_robots=not options.ignore_robots,
    ) as tools:
        for url in wanted.urls:
            if wanted.saved_page is not None:
                page = wanted.saved_page
                result = await file_saved_page(page, url, tools=tools, archive=archive, clock=clock)
            else:
                result = await fetch_by_hand(url, tools=tools, archive=archive, clock=clock)
            record = None
            if result.decision.article_id is not None:
                record = await tools.offload(library.get, result.decision.article_id)
            yield result, record


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
        say(f"{url}: {_explain(result, shown)}; {advice}")
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


def _explain(result: FetchResult, reason: str) -> str:
    """Why it is not filed as an article, as a sentence rather than as a code."""
    url, error = result.capture.requested_url, result.error
    if error is not None:
        return error.detail if error.url == url else f"{error}"
    code, _, detail = reason.partition(":")
    if code.startswith("part_"):
        return f"a further page of it could not be fetched: {detail.strip()}"
    if code == "forgotten":
        return detail.strip()
    if code.startswith("http_"):
        return f"the server answered HTTP {code.removeprefix('http_')}"
    named = code.replace("_", " ")
    return f"no article there ({named}): {detail.strip()}" if detail else f"no article ({named})"
