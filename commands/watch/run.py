"""``watch run``: what is new of each watch, printed or made a notice."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.archive import open_archive
from commands.cleaning import clean
from commands.exits import UsageError
from commands.options import Config, Db, Json, Notify, Subscribed
from commands.read.export_format import STDOUT, is_archive
from commands.render.columns import emit_json
from commands.render.news import told_article, told_edit
from commands.settings import load_settings
from commands.terminal import emit, emit_words, flush, say
from commands.watch.feed import article_news, only_articles, write_feed
from commands.watch.stored import choose, parse_query
from scraper.clock import SystemClock
from storage.outbox import MOST_WAITING
from storage.reading.edit_log import EditNews
from storage.reading.library import Library
from storage.reading.news import News
from storage.reading.watches import Reports, Watches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Engine

    from commands.render.news import Told
    from commands.settings.notices import Channel
    from storage.reading.watches import WatchRecord


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
    if atom is not None and atom in STDOUT:
        raise UsageError(f"{atom}: --atom writes a file; name one")
    if atom is not None and is_archive(atom, settings.db):
        raise UsageError(f"{atom}: it is the archive itself; name another file")
    if atom is not None and atom.is_symlink() and not atom.exists():
        raise UsageError(f"{atom}: it is a link that leads nowhere; name the file itself")
    channels = settings.channels() if notify else ()
    with open_archive(settings) as engine:
        watches = Watches(engine)
        chosen = choose(watches.list(), names or ())
        now = SystemClock().now()
        if notify:
            from commands.notices.delivery import deliver  # heavy: only to notify

            for one in chosen:
                _make_notice(engine, one, channels, now)
            deliver(engine, channels)
            return
        reached: dict[int, Mapping[str, int]] = {}
        if atom is not None:
            chosen = only_articles(chosen, named=bool(names))
            rights = settings.rights(subscribed=subscribed)
            reached = write_feed(engine, settings, rights, chosen, atom)
        is_told = atom is not None or json
        for one in chosen if atom is None else ():
            news = _news_of(engine, one)
            reached[one.id] = news.reached
            is_told |= _tell(one, _told_by(engine, news), json=json)
        flush()
        if not is_told and sys.stdout.isatty():  # cron mails nothing where there is nothing
            say("nothing new since the last run")
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
    if watch.reports is Reports.ARTICLES:
        return article_news(engine, watch)
    query, stealth = parse_query(watch.query), watch.reports is Reports.STEALTH
    asked = None if query.is_empty else query
    return EditNews(engine, asked, watch.last_version_id, stealth=stealth)


def _told_by(engine: Engine, news: News | EditNews) -> Iterator[Told]:
    if isinstance(news, EditNews):
        return map(told_edit, news.events())
    return map(told_article, Library(engine).stream(news.article_ids()))


def _tell(watch: WatchRecord, found: Iterable[Told], *, json: bool) -> bool:
    """Print it; whether there was anything."""
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
    return not first
