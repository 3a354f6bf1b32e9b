"""``watch``: queries whose new hits are told when they come, for cron to mail."""

from __future__ import annotations

import difflib
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.archive import open_archive
from commands.cleaning import clean
from commands.exits import UsageError
from commands.options import Config, Db, Json, Quiet, Subscribed
from commands.read.export import edition_of, kept_back
from commands.read.export_format import is_archive
from commands.render.articles import article_object, local_when
from commands.render.columns import Columns, emit_json, print_records
from commands.settings import load_settings
from commands.terminal import emit, emit_words, flush, say
from scraper.clock import SystemClock
from scraper.model.types import Verdict
from storage.export.atom import write_atom
from storage.export.writing import new_file
from storage.reading.library import Library
from storage.reading.news import News
from storage.reading.watches import Watches
from storage.search.finder import Search
from storage.search.query import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Engine

    from commands.settings import Settings
    from storage.reading.rights import Reason, Rights
    from storage.reading.watches import WatchRecord
    from storage.records import ArticleRecord
    from storage.search.query import Query

FEED_LENGTH = 50
"""Entries of the Atom file: the new hits, and of those told before as many as there is room for."""
LONGEST_NAME = 60


WATCHES: Columns[WatchRecord] = Columns(
    json=("name", "query", "added_at", "last_run_at", "teasers"),
    line=("name", "query", "added_at", "last_run_at"),
    table={
        "Name": "name",
        "Query": "query",
        "Last run": lambda watch: watch.last_run_at or "never",
    },
    optional={"Also": lambda watch: "teasers" if watch.teasers else ""},
    flexible="Query",
)


def add(
    context: typer.Context,
    query: Annotated[
        list[str], typer.Argument(metavar="QUERY", help="In the language of `kliping search`.")
    ],
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="Else the query itself.")
    ] = None,
    include_teasers: Annotated[
        bool, typer.Option("--include-teasers", help="Tell of teasers, too: the rest is paid for.")
    ] = False,
    quiet: Quiet = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Watch for articles that match a query, from now on.

    \b
    Examples:
      kliping watch add harbour council --name harbour
      kliping watch add --name budget -- budget -sport site:example.org
      kliping watch add --include-teasers site:example.org
    """
    text = " ".join(query)
    asked = _parse(text)
    for note in asked.notes:
        say(note)
    if asked.is_empty:
        raise UsageError(f"{text!r}: the query has no word to look for")
    label = " ".join((name if name is not None else text).split())[:LONGEST_NAME]
    if not label:
        raise UsageError("a watch needs a name: give one with --name")
    with open_archive(load_settings(context), create=True) as engine:
        if not Watches(engine).add(label, text, SystemClock().now(), teasers=include_teasers):
            raise UsageError(f"a watch named {label} is there already; give another --name")
    if not quiet:
        say(f"watching for {label}; `kliping watch run` tells what is new")


def list_watches(
    context: typer.Context, json: Json = False, db: Db = None, config: Config = None
) -> None:
    """List the watches, the one added first on top.

    \b
    Example:
      kliping watch list --json
    """
    with open_archive(load_settings(context), read_only=True) as engine:
        watches = Watches(engine).list()
    if not watches and not json:
        say("no watch yet: `kliping watch add QUERY` adds one")
    print_records(watches, WATCHES, json=json)


def remove(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="As `watch list` shows it.")],
    quiet: Quiet = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Stop watching.

    \b
    Example:
      kliping watch remove harbour
    """
    with open_archive(load_settings(context)) as engine:
        watches = Watches(engine)
        if not watches.remove(name):
            raise _unknown(name, watches.list())
    if not quiet:
        say(f"{name}: no longer watched for")


def run(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="NAME", help="Without a name: all watches.")
    ] = None,
    atom: Annotated[
        Path | None,
        typer.Option("--atom", metavar="FILE", help="Write an Atom feed instead of text."),
    ] = None,
    json: Json = False,
    subscribed: Subscribed = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Report what matches a watch now and did not at the last run.

    It was filed since, or an edit brought the words. Without news it prints nothing, so that cron
    mails nothing. What could not be printed is told
    again the next time. The feed holds the new hits and, up to 50, the ones before, but
    none that was read with a subscription.

    \b
    Examples:
      kliping watch run
      kliping watch run harbour --json
      kliping watch run --atom /srv/www/clips.atom
    """
    if atom is not None and json:
        raise UsageError("--atom and --json exclude each other")
    if subscribed and atom is None:
        raise UsageError("--include-subscribed goes with --atom: other output always shows it")
    settings = load_settings(context)
    if atom is not None and is_archive(atom, settings.db):
        raise UsageError(f"{atom}: it is the archive itself; name another file")
    if atom is not None and atom.is_symlink() and not atom.exists():
        raise UsageError(f"{atom}: it is a link that leads nowhere; name the file itself")
    with open_archive(settings) as engine:
        watches = Watches(engine)
        chosen = _choose(watches.list(), names or ())
        now = SystemClock().now()
        reached: dict[int, News] = {}
        library = Library(engine)
        if atom is not None:
            rights = settings.rights(subscribed=subscribed)
            reached = _write_feed(engine, settings, rights, chosen, atom)
        for one in chosen if atom is None else ():
            reached[one.id] = news = _news_of(engine, one)
            _tell(one, library.stream(news.article_ids()), json=json)
        flush()
        # Only now is it told.
        for one in chosen:
            news = reached[one.id]
            watches.advance(one.id, news.document_id, news.entry_id, now)


def _news_of(engine: Engine, watch: WatchRecord) -> News:
    ends = watch.last_document_id, watch.last_entry_id
    return News(engine, _parse(watch.query), *ends, teasers=watch.teasers)


def _tell(watch: WatchRecord, found: Iterator[ArticleRecord], *, json: bool) -> None:
    first = True
    for record in found:
        if json:
            emit_json({"watch": watch.name} | article_object(record))
            continue
        if first:
            emit_words(clean(f"{watch.name}:"))
            first = False
        date = f"  {local_when(record)}" if record.published_at else ""
        emit_words(f"  {clean(record.title or '(no title)')}")
        what = "teaser" if record.verdict is Verdict.TEASER else "article"
        emit(f"    {what} {record.id}{date}")
        emit(f"    {clean(record.url)}")
    if not first:
        emit("")


def _write_feed(
    engine: Engine,
    settings: Settings,
    rights: Rights,
    watches: Sequence[WatchRecord],
    target: Path,
) -> dict[int, News]:
    """How far each watch has been told. Says what is new and kept back."""
    search = Search(engine)
    reached: dict[int, News] = {}
    named: dict[int, list[str]] = {}
    for one in watches:
        reached[one.id] = news = _news_of(engine, one)
        for article_id in news.article_ids():
            named.setdefault(article_id, []).append(one.name)
    length = max(FEED_LENGTH, len(named))
    order, new = dict.fromkeys(reversed(named)), frozenset(named)
    for one in watches:
        if len(order) < FEED_LENGTH:
            found = search.find(one.query, limit=FEED_LENGTH, teasers=one.teasers).hits
            for hit in found:
                if one.name not in (names := named.setdefault(hit.record.id, [])):
                    names.append(one.name)
            order |= dict.fromkeys(hit.record.id for hit in found)
    name = watches[0].query if len(watches) == 1 else ", ".join(one.name for one in watches)
    edition = replace(edition_of(settings, name), labels=named)
    counts: Counter[Reason] = Counter()

    def given() -> Iterator[ArticleRecord]:
        for record in Library(engine).stream([*order][:length]):
            if reason := rights.judge(record):
                counts[reason] += record.id in new
            else:
                yield record

    with new_file(target, force=True) as out:
        write_atom(given(), out, edition)
    for reason, count in sorted((+counts).items()):
        say(kept_back(reason, count))
    return reached


def _parse(text: str) -> Query:
    return parse(text, SystemClock().now().astimezone().date())


def _choose(watches: Sequence[WatchRecord], names: Sequence[str]) -> Sequence[WatchRecord]:
    if not watches:
        raise UsageError("no watch yet: `kliping watch add QUERY` adds one")
    by_name = {one.name: one for one in watches}
    for name in names:
        if name not in by_name:
            raise _unknown(name, watches)
    return [by_name[name] for name in dict.fromkeys(names)] if names else watches


def _unknown(name: str, watches: Sequence[WatchRecord]) -> Exception:
    names = [one.name for one in watches]
    if not names:
        return UsageError(f"{name}: no watch has this name; there is none")
    (nearest,) = difflib.get_close_matches(name, names, n=1, cutoff=0)
    hint = f"the nearest is {nearest}; `kliping watch list` shows all"
    return UsageError(f"{name}: no watch has this name; {hint}")
