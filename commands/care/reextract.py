"""``reextract``: stored pages read again with the rules of today, and that taken back."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from commands.archive import open_archive
from commands.care.reextract_render import Report, print_undone
from commands.crawl.signals import SignalWatch, run_watched
from commands.exits import Exit, UsageError
from commands.options import Config, Db, Json, Quiet
from commands.render.counting import Counting
from commands.settings import load_settings
from commands.terminal import say
from scraper.clock import SystemClock
from scraper.isolation.db_thread import Offload
from scraper.isolation.sandbox import Sandbox
from scraper.model.errors import AddressError
from scraper.pages.reextraction import Today, read_all
from scraper.urls import canonical_url, host_of, parse_address
from storage.reextraction import reextraction_run
from storage.reextraction.candidates import Candidates, Scope, number_of
from storage.reextraction.reextraction_run import covered_before
from storage.reextraction.staging import Staging, Tally, findings, load_counts
from storage.text.fingerprint import fold, scrub

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine

    from commands.settings import Settings
    from scraper.rules import RuleBook
    from storage.reextraction.staging import Go


def reextract(
    context: typer.Context,
    since: Annotated[
        str | None,
        typer.Option(
            "--since", metavar="V", help="Only what extractors of version V and later made: 2."
        ),
    ] = None,
    site: Annotated[
        str | None, typer.Option("--site", metavar="HOST", help="Only a host and those below it.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Also what today's rules have read already.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only report what would change.")
    ] = False,
    accept_losses: Annotated[
        bool, typer.Option("--accept-losses", help="Also apply what cuts an article's text.")
    ] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="Take back the last re-extraction that changed anything.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    json: Json = False,
    quiet: Quiet = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Read stored pages again with the rules of today, offline.

    Read are the articles that another extractor or other rules made, and the stored pages that
    were no article. First comes a report: fields gained, lost and changed, with samples; then it
    is applied, after a question where a person is there to answer. A change makes a version that
    `history` tells as ours, not as the publisher's edit. What would cut an article's text is not
    applied, nor what would make it no article: the report names both.

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
    if dry_run:
        code = _survey(settings, scope, accept_losses=accept_losses, json=json, quiet=quiet)
    else:
        code = _run(
            settings, scope, accept_losses=accept_losses, ask=not yes, json=json, quiet=quiet
        )
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


def _survey(
    settings: Settings, scope: Scope, *, accept_losses: bool, json: bool, quiet: bool
) -> Exit:
    """Tell what would change; the archive is only read."""
    report = Report(json=json, quiet=quiet, accept_losses=accept_losses)
    rules = settings.rule_book()
    with (
        open_archive(settings, read_only=True) as engine,
        Counting("read", quiet=quiet) as counting,
    ):
        candidates = _candidates(engine, scope, rules, None)
        tally = Tally(engine, candidates, report.add, counting.show)
        code = _read(tally, rules)
    if code:
        return code
    report.print(tally.counts)
    report.conclude(None, {})
    return Exit.STORAGE if report.is_damaged else Exit.OK


def _run(
    settings: Settings,
    scope: Scope,
    *,
    accept_losses: bool,
    ask: bool,
    json: bool,
    quiet: bool,
) -> Exit:
    """Read, tell, ask, apply; or go on where that was interrupted."""
    clock, rules = SystemClock(), settings.rule_book()
    with open_archive(settings) as engine:
        candidates = _candidates(engine, scope, rules, None)  # of a scope where nothing is
        go = reextraction_run.begin(engine, Today(rules).name, scope, clock.now())
        if go.resumed and not quiet:
            say(f"going on with re-extraction {go.id}, begun {_when(go.started_at)}")
        if not go.is_read:
            candidates = _candidates(engine, scope, rules, go)
            code = _read_and_stage(engine, go, candidates, rules, quiet=quiet)
            if code:
                return code
        report = Report(json=json, quiet=quiet, accept_losses=accept_losses)
        for finding in findings(engine, go.id):
            report.add(finding)
        counts = load_counts(engine, go.id)
        report.print(counts)
        if not any(counts.values()):
            reextraction_run.discard(engine, go.id, clock.now())
            report.conclude(None, {})
            return Exit.OK
        if ask and report.to_apply and not _agrees(report.to_apply):
            reextraction_run.discard(engine, go.id, clock.now())
            say("nothing was changed")
            return Exit.OK
        with Counting("applied", quiet=quiet) as counting:
            done = reextraction_run.apply(
                engine, go.id, clock.now(), accept_losses=accept_losses, note=counting.show
            )
    report.conclude(go.id, done)
    return Exit.STORAGE if report.is_damaged else Exit.OK


def _candidates(engine: Engine, scope: Scope, rules: RuleBook, go: Go | None) -> Candidates:
    """From where ``go`` left off. Raises ``UsageError`` for a site of which there is nothing."""
    today = Today(rules)
    covered = covered_before(engine, today.name, scope)
    found = Candidates(engine, scope, today, after=go.cursor if go else 0, covered=covered)
    if go is None and scope.site is not None and not found.count():
        raise UsageError(f"--site {scope.site}: nothing of it is in the archive")
    return found


def _read_and_stage(
    engine: Engine, go: Go, candidates: Candidates, rules: RuleBook, *, quiet: bool
) -> Exit:
    with Counting("read", quiet=quiet) as counting:
        staging = Staging(engine, go, candidates, counting.show)
        code = _read(staging, rules)
        if code:
            staging.flush()
        else:
            staging.finish(SystemClock().now())
    if code:
        say(f"interrupted: the same command goes on with re-extraction {go.id}")
    return code


def _read(store: Tally, rules: RuleBook) -> Exit:
    workers = os.cpu_count() or 1

    async def work(watch: SignalWatch) -> Exit:
        offload = Offload()
        try:
            async with Sandbox(workers) as sandbox:
                await read_all(
                    store,
                    sandbox,
                    rules,
                    offload,
                    workers=workers,
                    fold=lambda text: fold(scrub(text)),
                )
        finally:
            offload.close()
        return Exit.OK

    return run_watched(work)


def _agrees(count: int) -> bool:
    """Where nobody is there to answer, it is applied: the losses are not in it, and ``--undo``
    takes it back."""
    if not sys.stdin.isatty():
        return True
    return typer.confirm(f"Apply {count:,} changes?", err=True)


def _undo(settings: Settings, *, json: bool, quiet: bool) -> None:
    with (
        open_archive(settings) as engine,
        Counting("taken back", quiet=quiet) as counting,
    ):
        done = reextraction_run.undo(engine, SystemClock().now(), counting.show)
    print_undone(done, json=json, quiet=quiet)


def _when(at: datetime) -> str:
    return at.astimezone().isoformat(sep=" ", timespec="minutes")
