"""``verify``, ``prune`` and ``forget``: what is proven, and what goes on purpose."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.archive import find_article, find_removal, open_archive
from commands.care.identity import report_strays
from commands.crawl.lock import run_lock
from commands.exits import Exit, UsageError
from commands.options import Article, Config, Db, Json, Quiet, Yes, parse_moment
from commands.render.columns import emit_json
from commands.render.counting import Counting
from commands.render.quoting import operand
from commands.render.values import counted, counted_articles, human_size
from commands.settings import Settings, load_settings
from commands.terminal import emit, say
from commands.times import local_day, local_minute, local_time
from scraper.clock import SystemClock
from scraper.errors import LockedError
from storage.database.failures import NoRoomError
from storage.integrity.chain import verify_chain
from storage.integrity.check_schema import refuse_foreign
from storage.integrity.verify import ChainHead
from storage.integrity.verify import verify as check
from storage.maintenance import forgetting, retention
from storage.maintenance.forgetting import Traces
from storage.maintenance.reindexing import rebuild_index as rebuild
from storage.reading.library import Library

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from storage.integrity.report import VerifyReport

SHOWN = 20
"""Findings that are printed, if not all are asked for."""


def verify(
    context: typer.Context,
    head: Annotated[
        bool, typer.Option("--head", help="Only print the chain's head, to write down elsewhere.")
    ] = False,
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            metavar="HEAD",
            help="A head written down earlier: nothing before it may have changed.",
        ),
    ] = None,
    rebuild_index: Annotated[
        bool,
        typer.Option(
            "--rebuild-index",
            help="First make anew what is derived from texts; no crawl may run.",
        ),
    ] = False,
    dossier: Annotated[
        Path | None,
        typer.Option(
            "--dossier",
            metavar="FILE",
            help="Only check this file of `export --format html`; needs no archive.",
            show_default=False,
        ),
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Check that everything is as it was filed; 74 for any damage.

    Stored pages, versions, articles, addresses, the links between them, the schema, the index, and
    the chain over everything that was ever done. Its head, kept somewhere else, proves later that
    nothing before it was changed.

    \b
    Examples:
      kliping verify
      kliping verify --head >> heads.txt
      kliping verify --against "$(tail -1 heads.txt)"
      kliping verify --rebuild-index
      kliping verify --dossier dossier.html
    """
    if dossier is not None:
        if head or against is not None or rebuild_index:
            raise UsageError("--dossier checks a file alone: leave --head and the like away")
        _verify_dossier(dossier, json=json, quiet=quiet)
        return
    given = None
    if against is not None:
        try:
            given = ChainHead.parse(against)
        except ValueError as error:
            raise UsageError(f"--against {against!r}: {error}") from None
    settings, now = load_settings(context), SystemClock().now()
    with _open_to_check(settings, writes=rebuild_index) as engine:
        if rebuild_index:
            with (
                run_lock(settings.db, lambda: None, "verify --rebuild-index"),
                Counting("making the index anew", quiet=quiet),
            ):
                rebuild(engine)
        if head and given is None:
            with Counting("reading the chain", quiet=quiet):
                report = verify_chain(engine, now)
        else:
            with Counting("checked", quiet=quiet) as counting:
                report = check(
                    engine,
                    now,
                    given,
                    lambda name, done, total: counting.say(f"{name}: {done:,} of {total:,}"),
                )
            if not report.total and not quiet:
                report_strays(engine, str(settings.db))
    _report_damage(report, str(settings.db), json=json, quiet=quiet)
    if head and json:
        emit_json({"head": str(report.head)})
    elif head:
        emit(str(report.head))
    elif not quiet and not json:
        _report_whole(report, str(settings.db))


def _verify_dossier(path: Path, *, json: bool, quiet: bool) -> None:
    """Raises ``UsageError`` for a file that is none, or cannot be read."""
    from storage.export.dossier.check import NotADossierError, check_dossier

    try:
        content = path.read_bytes()
        data, findings = check_dossier(content)
    except NotADossierError as error:
        raise UsageError(f"{path}: {error}") from None
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from None
    for one in findings:
        if json:
            emit_json({"what": one.what, "problem": one.problem})
    if not json:
        for one in findings[:SHOWN]:
            say(f"{path}: {one.what}: {one.problem}")
        if len(findings) > SHOWN:
            say(f"and {len(findings) - SHOWN:,} more")
    if findings:
        raise typer.Exit(Exit.STORAGE)
    if not quiet and not json:
        articles = data["articles"]
        versions = sum(len(one["versions"]) for one in articles)
        say(
            f"{path}: nothing was changed: {counted(len(articles), 'article')}, "
            f"{counted(versions, 'version')}; whoever holds the archive compares it with "
            f"`kliping verify --against {data['head']}`"
        )


@contextmanager
def _open_to_check(settings: Settings, *, writes: bool) -> Iterator[Engine]:
    """To be written as well; on a full disk, unless ``writes``, to be read alone."""
    with ExitStack() as stack:
        try:
            engine = stack.enter_context(open_archive(settings))
        except NoRoomError:
            if writes:
                raise
            engine = stack.enter_context(open_archive(settings, read_only=True))
        yield engine


def _report_damage(report: VerifyReport, db: str, *, json: bool, quiet: bool) -> None:
    """Every finding, and what to do; then the command ends."""
    if json:
        for one in report.damage:
            emit_json({"what": one.what, "problem": one.problem})
    else:
        for one in report.damage[:SHOWN]:
            say(f"{one.what}: {one.problem}")
        if report.total > SHOWN:
            say(f"and {report.total - SHOWN:,} more")
    if not quiet:
        for sentence in report.unchecked:
            say(f"{db}: {sentence}")
    if report.total:
        anew = "`kliping verify --rebuild-index` makes the search index anew"
        advice = "restore a backup (`kliping db restore FILE`)"
        if report.derived:
            advice = anew if report.derived == report.total else f"{advice}; {anew}"
        say(f"{db}: {report.total:,} damaged: {advice}")
        raise typer.Exit(Exit.STORAGE)


def _report_whole(report: VerifyReport, db: str) -> None:
    counts = report.checked
    say(
        f"{db}: nothing is damaged: "
        f"{counted_articles(counts['articles'] - report.rejected, report.rejected)}; "
        f"{counted(counts['versions'], 'version')}, "
        f"{counted(counts['snapshots'], 'stored page')}, "
        f"{counted(counts['entries'], 'entry', 'entries')} of the chain"
    )


def prune(
    context: typer.Context,
    snapshots_older_than: Annotated[
        str,
        typer.Option(
            "--snapshots-older-than",
            metavar="AGE|DATE",
            help="Pages fetched before then: 90d, 2y, or 2026-01-31.",
        ),
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say how many pages it would remove.")
    ] = False,
    quiet: Quiet = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Remove stored pages that are older than a date. Nothing else ever removes one.

    Articles, all their versions, the digests and the chain stay; what is gone is the page as the
    server sent it, so that those versions cannot be read anew with better rules.

    \b
    Examples:
      kliping prune --snapshots-older-than 2y --dry-run
      kliping prune --snapshots-older-than 2025-01-01
    """
    now = SystemClock().now()
    before = parse_moment(snapshots_older_than, now)
    with open_archive(load_settings(context), read_only=dry_run) as engine:
        plan = retention.survey(engine, before)
        if dry_run:
            done = plan
        else:
            with Counting("pruned", quiet=quiet) as counting:
                done = retention.prune(
                    engine, before, now, lambda count: counting.show(count, plan.snapshots)
                )
    if not quiet:
        verb = "would be pruned" if dry_run else "pruned"
        stays = "stays" if done.needed == 1 else "stay"
        needed = f"; {done.needed:,} {stays}, as younger ones are stored by them"
        stay = needed if done.needed else ""
        room = "" if dry_run or not done.snapshots else "; `kliping db vacuum` frees the space"
        local = local_time(before)
        is_midnight = local == local.replace(hour=0, minute=0, second=0, microsecond=0)
        bound = local_day(before) if is_midnight else local_minute(before)
        say(
            f"{counted(done.snapshots, 'stored page')} fetched before {bound} {verb} "
            f"({human_size(done.size)}){stay}{room}"
        )


def forget(
    context: typer.Context,
    article: Article,
    yes: Yes = False,
    quiet: Quiet = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Remove an article for good.

    For a legal demand. Every version goes, every stored page and address, and no crawl brings it
    back. The chain keeps a tombstone: that something was removed, and when. Backups made earlier
    still hold it. While another process reads the archive as it was, bytes of it are still there:
    then it ends with 75, and the same command, given again, finishes.

    \b
    Examples:
      kliping forget 12
      kliping forget --yes https://example.com/news/story
    """
    settings = load_settings(context)
    with open_archive(settings) as engine:
        refuse_foreign(engine)
        library = Library(engine)
        if find_removal(library, article) is not None and forgetting.is_unfinished(engine):
            traces = forgetting.finish(engine)
            name = f"what was removed for good before ({article.strip()})"
            _report_traces(settings, name, article, traces, quiet=quiet)
            return
        record = find_article(library, article)
        name = f"article {record.id} ({record.title or record.url})"
        if not yes:
            if not sys.stdin.isatty():
                raise UsageError(f"{name}: --yes removes it for good")
            say(f"{name}, with {counted(record.versions, 'version')}, will be gone for good")
            if not typer.confirm("Remove it?", err=True):
                say("nothing was removed")
                return
        with Counting("overwriting what is removed", quiet=quiet):
            done = forgetting.forget(engine, record.id, SystemClock().now())
    if done is not None:
        what = (
            f"{counted(done.versions, 'version')}, {counted(done.snapshots, 'stored page')}, "
            f"{counted(done.addresses, 'address', 'addresses')}"
        )
        number = str(done.article_id)
        _report_traces(settings, f"article {number}", number, done.traces, what, quiet=quiet)


def _report_traces(
    settings: Settings, name: str, again: str, traces: Traces, what: str = "", *, quiet: bool
) -> None:
    """Say that it is gone, or where its bytes still are, and what to do; the former not with
    ``quiet``. Raises ``LockedError`` where another process keeps them there."""
    db = settings.db
    if traces is Traces.READ:
        raise LockedError(
            f"{name} is removed, but its bytes are still in {db} and its log: another process "
            f"reads them as they were; when that one has ended, `kliping forget {operand(again)}` "
            "overwrites them"
        )
    if not quiet:
        say(f"{name} is gone: {what}" if what else f"{name} is gone, and its bytes are overwritten")
    if traces is Traces.SERVER:
        say(
            f"{db}: the server keeps what was removed in its tables until they are written anew: "
            "`kliping db vacuum --full` does that"
        )
