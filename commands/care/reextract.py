"""``reextract``: stored pages read again with the rules of today, and that taken back."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from commands.archive import open_archive
from commands.care.reextract_render import ReextractionReport, print_undone
from commands.exits import Exit, UsageError
from commands.options import Config, Db, Json, Quiet, Yes
from commands.render.counting import Counting
from commands.settings import load_settings
from commands.signals import SignalWatch, run_watched
from commands.terminal import say
from commands.times import local_minute
from scraper.clock import SystemClock
from scraper.errors import AddressError
from scraper.extractor import Today
from scraper.isolation.db_thread import DbThread
from scraper.isolation.sandbox import Sandbox
from scraper.pages.page_reader import PageReader
from scraper.pages.reextraction import read_all
from scraper.urls import canonical_url, host_of, parse_address
from storage.reextraction import undoing
from storage.reextraction.candidates import Candidates, Scope, number_of
from storage.reextraction.reextraction_run import (
    Application,
    Preview,
    begin,
    covered_before,
    discard,
)
from storage.text.fingerprint import fold, scrub

if TYPE_CHECKING:
    from collections import Counter

    from sqlalchemy import Engine

    from commands.settings import Settings
    from scraper.rules import RuleBook
    from storage.reextraction.findings import Finding


def reextract(
    context: typer.Context,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="V",
            help="Only what extractor V or a later one made, as 2.",
        ),
    ] = None,
    site: Annotated[
        str | None, typer.Option("--site", metavar="HOST", help="Only a host and those below it.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Read again also what today's rules have read.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only report what would change.")
    ] = False,
    accept_losses: Annotated[
        bool,
        typer.Option("--accept-losses", help="Also apply changes that shorten an article's text."),
    ] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="Take back the last re-extraction that changed anything.")
    ] = False,
    yes: Yes = False,
    json: Json = False,
    quiet: Quiet = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Read stored pages again with today's rules, offline.

    It reads the articles that another extractor or other rules made, and the stored pages that
    were no article. It reports fields gained, lost and changed, with samples. On a terminal the
    report comes first, then a question; the pages are read a second time to apply it. With --yes,
    or without a terminal, it applies what it reads at once, and reports afterwards. A change makes
    a version that `history` tells as ours, not as the publisher's edit. It applies no change
    that would shorten an article's text, and none that would make an article a page without one:
    it lists both.

    It may be interrupted; the same command goes on. --undo gives articles back the version that
    they had; while the new rules are there, a later crawl or re-extraction applies them again.

    \b
    Examples:
      kliping reextract --dry-run
      kliping reextract --site example.com
      kliping reextract --since 2 --yes
      kliping reextract --undo
    """
    if undo:
        if since is not None or site is not None or every or dry_run or accept_losses:
            raise UsageError("--undo takes back the last re-extraction as a whole: give it alone")
        _undo(load_settings(context), json=json, quiet=quiet)
        return
    settings, scope = load_settings(context), _scope(since, site, everything=every)
    report = ReextractionReport(json=json, quiet=quiet, accept_losses=accept_losses)
    if dry_run:
        code = _preview(settings, scope, report)
    else:
        code = _run(settings, scope, report, asks=not yes and sys.stdin.isatty())
    if code:
        raise typer.Exit(code)


def _scope(since: str | None, site: str | None, *, everything: bool) -> Scope:
    """Raises ``UsageError``."""
    if since is not None and number_of(since.strip()) is None:
        raise UsageError(f"--since {since!r}: an extractor's version is a number, as in --since 2")
    host = None
    if site is not None:
        given = site.strip()
        try:
            address = parse_address(given if "://" in given else f"https://{given}/")
            host = host_of(canonical_url(address))
        except AddressError:
            host = ""
        if not host or ("://" not in given and set("/?#@") & set(given)):
            raise UsageError(f"--site {site!r} is no host: write the name alone, as in example.org")
    return Scope(since and since.strip(), host, everything)


def _preview(settings: Settings, scope: Scope, report: ReextractionReport) -> Exit:
    """Report what would change; the archive is only read."""
    rules = settings.rule_book()
    with open_archive(settings, read_only=True) as engine:
        candidates = _candidates(engine, scope, rules)
        code, found = _read_and_report(engine, candidates, rules, report)
    if code:
        return code
    return report.conclude(None, found, {})


def _run(settings: Settings, scope: Scope, report: ReextractionReport, *, asks: bool) -> Exit:
    """Apply what is read, or go on where that was interrupted; a person is asked first."""
    clock, rules = SystemClock(), settings.rule_book()
    with open_archive(settings) as engine:
        _candidates(engine, scope, rules)  # of a scope where nothing is
        run = begin(engine, Today(rules).name, scope, clock.now())
        if run.resumed and not report.quiet:
            say(f"continuing re-extraction {run.id}, begun {local_minute(run.started_at)}")
        if asks:
            candidates = _candidates(engine, scope, rules, after=run.cursor)
            code, _ = _read_and_report(engine, candidates, rules, report)
            if code or (report.to_apply and not _agrees(report)):
                discard(engine, run.id)
                say("nothing was changed")
                return code
        candidates = _candidates(engine, scope, rules, after=run.cursor)
        with Counting("read", quiet=report.quiet) as counting:
            application = Application(
                engine,
                run,
                candidates,
                clock.now,
                _say_nothing if asks else report.add,
                counting.show,
                accept_losses=report.accepts_losses,
            )
            code = _read(application, rules)
            if code:
                application.flush()
            else:
                application.finish()
        if code:
            say(f"interrupted: the same command continues re-extraction {run.id}")
            return code
        found, is_empty = application.found, not application.found.total()
        if is_empty:
            discard(engine, run.id)
    if not asks:
        report.print()
    return report.conclude(None if is_empty else run.id, found, application.applied)


def _read_and_report(
    engine: Engine, candidates: Candidates, rules: RuleBook, report: ReextractionReport
) -> tuple[Exit, Counter[str]]:
    """Nothing is written. Returns what was found, by ``State``."""
    with Counting("read", quiet=report.quiet) as counting:
        preview = Preview(engine, candidates, report.add, counting.show)
        code = _read(preview, rules)
    if not code:
        report.print()
    return code, preview.found


def _candidates(engine: Engine, scope: Scope, rules: RuleBook, *, after: int = 0) -> Candidates:
    """Raises ``UsageError`` for a site of which there is nothing."""
    today = Today(rules)
    covered = covered_before(engine, today.name, scope)
    candidates = Candidates(engine, scope, today, after=after, covered=covered)
    if not after and scope.site is not None and not candidates.count():
        raise UsageError(f"--site {scope.site}: nothing of it is in the archive")
    return candidates


def _read(store: Preview, rules: RuleBook) -> Exit:
    workers = os.cpu_count() or 1

    async def work(watch: SignalWatch) -> Exit:
        offload = DbThread()
        try:
            async with Sandbox(workers) as sandbox:
                await read_all(
                    store,
                    PageReader(sandbox, rules),
                    offload,
                    workers=workers,
                    fold=lambda text: fold(scrub(text)),
                )
        finally:
            offload.close()
        return Exit.OK

    return run_watched(work)


def _say_nothing(_finding: Finding) -> None:
    """It was told before the question."""


def _agrees(report: ReextractionReport) -> bool:
    return typer.confirm(report.question, err=True)


def _undo(settings: Settings, *, json: bool, quiet: bool) -> None:
    with (
        open_archive(settings) as engine,
        Counting("taken back", quiet=quiet) as counting,
    ):
        undone = undoing.undo(engine, SystemClock().now(), counting.show)
    print_undone(undone, json=json, quiet=quiet)
