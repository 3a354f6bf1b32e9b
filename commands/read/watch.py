"""``watch``: queries whose new hits are told when they come, for cron to mail."""

from __future__ import annotations

import difflib
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.archive import open_archive
from commands.cleaning import clean
from commands.exits import UsageError
from commands.options import Config, Db, Json, Notify, Quiet, Subscribed
from commands.read.export import edition_of, kept_back
from commands.read.export_format import is_archive
from commands.render.articles import article_object
from commands.render.columns import Columns, emit_json, pick, print_records
from commands.render.news import EDIT_KEYS, article_lines, edit_lines
from commands.settings import load_settings
from commands.terminal import emit, emit_words, flush, say
from scraper.clock import SystemClock
from storage.export.atom import write_atom
from storage.export.writing import new_file
from storage.outbox import MOST_WAITING
from storage.reading.edit_news import EditNews
from storage.reading.library import Library
from storage.reading.news import News
from storage.reading.watches import Reports, Watches
from storage.search.finder import Search
from storage.search.query import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Engine

    from commands.settings import Settings
    from commands.settings.notices import Channel
    from storage.reading.rights import Reason, Rights
    from storage.reading.watches import WatchRecord
    from storage.records import ArticleRecord
    from storage.search.query import Query

FEED_LENGTH = 50
"""Entries of the Atom file: the new hits, and of those told before as many as there is room for."""
LONGEST_NAME = 60

_ALL_EDITS = {Reports.ARTICLES: "", Reports.EDITS: "all edits", Reports.STEALTH: "stealth edits"}
"""The name of a watch without a query."""

WATCHES: Columns[WatchRecord] = Columns(
    json=("name", "query", "added_at", "last_run_at", "teasers", "reports"),
    line=("name", "query", "added_at", "last_run_at", "reports"),
    table={
        "Name": "name",
        "Query": "query",
        "Reports": "reports",
        "Last run": lambda watch: watch.last_run_at or "never",
    },
    optional={"Also": lambda watch: "teasers" if watch.teasers else ""},
    flexible="Query",
)


def add(
    context: typer.Context,
    query: Annotated[
        list[str] | None,
        typer.Argument(metavar="QUERY", help="In the language of `kliping search`."),
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="Else the query itself.")
    ] = None,
    include_teasers: Annotated[
        bool, typer.Option("--include-teasers", help="Tell of teasers, too: the rest is paid for.")
    ] = False,
    edits: Annotated[
        bool,
        typer.Option("--edits", help="Watch for edits of such articles; without QUERY for all."),
    ] = False,
    stealth: Annotated[
        bool, typer.Option("--stealth", help="Only for edits that the page does not own up to.")
    ] = False,
    quiet: Quiet = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Watch for articles that match a query, or for their edits, from now on.

    An edit is reported where the text matched before it or matches since.

    \b
    Examples:
      kliping watch add harbour council --name harbour
      kliping watch add --name budget -- budget -sport site:example.org
      kliping watch add --include-teasers site:example.org
      kliping watch add --edits site:example.org
      kliping watch add --stealth --name stealth
    """
    reports = Reports.STEALTH if stealth else Reports.EDITS if edits else Reports.ARTICLES
    if not query and reports is Reports.ARTICLES:
        raise UsageError("watch for what? Give a QUERY, or --edits for the edits of all articles")
    if include_teasers and reports is not Reports.ARTICLES:
        raise UsageError("--include-teasers goes with new articles, not with --edits or --stealth")
    text = " ".join(query or ())
    _check_query(text, reports)
    label = " ".join((name if name is not None else text or _ALL_EDITS[reports]).split())
    label = label[:LONGEST_NAME].rstrip()
    if not label:
        raise UsageError("a watch needs a name: give one with --name")
    with open_archive(load_settings(context), create=True) as engine:
        added = Watches(engine).add(
            label, text, SystemClock().now(), reports, teasers=include_teasers
        )
        if not added:
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
    notify: Notify = False,
    subscribed: Subscribed = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Report what matches a watch now and did not at the last run.

    It was filed since, or an edit brought the words. Without news it prints nothing, so that cron
    mails nothing. What could not be printed is told
    again the next time. The feed holds the new hits and, up to 50, the ones before, but
    none that was read with a subscription. With --notify it is not printed but sent, and so is
    what could not be sent before.

    \b
    Examples:
      kliping watch run
      kliping watch run harbour --json
      kliping watch run --atom /srv/www/clips.atom
      kliping watch run --notify
    """
    ways = {"--atom": atom is not None, "--json": json, "--notify": notify}
    given = [way for way, is_given in ways.items() if is_given]
    if len(given) > 1:
        raise UsageError(f"{given[0]} and {given[1]} exclude each other")
    if subscribed and atom is None:
        raise UsageError("--include-subscribed goes with --atom: other output always shows it")
    settings = load_settings(context)
    if atom is not None and is_archive(atom, settings.db):
        raise UsageError(f"{atom}: it is the archive itself; name another file")
    if atom is not None and atom.is_symlink() and not atom.exists():
        raise UsageError(f"{atom}: it is a link that leads nowhere; name the file itself")
    channels = settings.channels() if notify else ()
    with open_archive(settings) as engine:
        watches = Watches(engine)
        chosen = _choose(watches.list(), names or ())
        now = SystemClock().now()
        if notify:
            from commands.notices.delivery import deliver  # heavy: only to notify

            for one in chosen:
                _make_notice(engine, one, channels, now)
            deliver(engine, channels)
            return
        reached: dict[int, Mapping[str, int]] = {}
        if atom is not None:
            chosen = _only_articles(chosen, named=bool(names))
            rights = settings.rights(subscribed=subscribed)
            reached = _write_feed(engine, settings, rights, chosen, atom)
        for one in chosen if atom is None else ():
            news = _news_of(engine, one)
            reached[one.id] = news.reached
            _tell(one, _told_by(engine, news), json=json)
        flush()
        # Only now is it told.
        for one in chosen:
            watches.advance(one.id, reached[one.id], now)


def _make_notice(
    engine: Engine, watch: WatchRecord, channels: Sequence[Channel], now: datetime
) -> None:
    """Of what is new, for ``deliver``."""
    news = _news_of(engine, watch)
    items = (
        [event.version_id for event in news.events()]
        if isinstance(news, EditNews)
        else [*news.article_ids()]
    )
    names = [one.name for one in channels]
    if not Watches(engine).make_notice(watch, news.reached, items, names, now):
        say(f"{watch.name}: not sent yet, as {MOST_WAITING:,} notices wait")


def _news_of(engine: Engine, watch: WatchRecord) -> News | EditNews:
    query = _parse(watch.query)
    if watch.reports is Reports.ARTICLES:
        ends = watch.last_document_id, watch.last_entry_id
        return News(engine, query, *ends, teasers=watch.teasers)
    stealth = watch.reports is Reports.STEALTH
    asked = None if query.is_empty else query
    return EditNews(engine, asked, watch.last_version_id, stealth=stealth)


Told = tuple[dict[str, Any], "list[str]"]
"""A hit as JSON has it, and in lines."""


def _told_by(engine: Engine, news: News | EditNews) -> Iterator[Told]:
    if isinstance(news, EditNews):
        for event in news.events():
            yield pick(event, EDIT_KEYS), edit_lines(event)
        return
    for record in Library(engine).stream(news.article_ids()):
        yield article_object(record), article_lines(record)


def _tell(watch: WatchRecord, found: Iterable[Told], *, json: bool) -> None:
    first = True
    for values, lines in found:
        if json:
            emit_json({"watch": watch.name} | values)
            continue
        if first:
            emit_words(clean(f"{watch.name}:"))
            first = False
        for line in lines:
            emit_words(f"  {line}")
    if not first:
        emit("")


def _only_articles(watches: Sequence[WatchRecord], *, named: bool) -> list[WatchRecord]:
    """Those that a feed can hold. Raises ``UsageError`` for others that were named, or if there
    are only others."""
    kept = [one for one in watches if one.reports is Reports.ARTICLES]
    if not kept or (named and len(kept) < len(watches)):
        other = next(one for one in watches if one not in kept)
        raise UsageError(f"{other.name}: a feed holds articles, and this watch reports edits")
    return kept


def _write_feed(
    engine: Engine,
    settings: Settings,
    rights: Rights,
    watches: Sequence[WatchRecord],
    target: Path,
) -> dict[int, Mapping[str, int]]:
    """How far each watch has been told. Says what is new and kept back."""
    search = Search(engine)
    reached: dict[int, Mapping[str, int]] = {}
    named: dict[int, list[str]] = {}
    for one in watches:
        news = News(engine, _parse(one.query), one.last_document_id, one.last_entry_id)
        reached[one.id] = news.reached
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


def _check_query(text: str, reports: Reports) -> None:
    """Tells what of it was not understood. Raises ``UsageError`` where it looks for nothing."""
    asked = _parse(text)
    for note in asked.notes:
        say(note)
    if asked.is_empty and (text.strip() or reports is Reports.ARTICLES):
        raise UsageError(f"{text!r}: the query has no word to look for")


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
