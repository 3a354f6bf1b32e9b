"""``watch run --atom``: a feed of what is new of watches, and of some of what they told before."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from commands.exits import UsageError
from commands.read.export import edition_of, kept_back
from commands.terminal import say
from commands.watch.stored import parse_query
from storage.export.atom import write_atom
from storage.export.writing import new_file
from storage.reading.library import Library
from storage.reading.news import News
from storage.reading.watches import Reports
from storage.search.finder import Search

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from sqlalchemy import Engine

    from commands.settings import Settings
    from storage.reading.rights import Reason, Rights
    from storage.reading.watches import WatchRecord
    from storage.records import ArticleRecord

FEED_LENGTH = 50
"""Entries of the Atom file: the new hits, and of those told before as many as there is room for."""


def article_news(engine: Engine, watch: WatchRecord) -> News:
    """What a watch for articles has to tell."""
    ends = watch.last_document_id, watch.last_entry_id
    return News(engine, parse_query(watch.query), *ends, teasers=watch.teasers)


def only_articles(watches: Sequence[WatchRecord], *, named: bool) -> list[WatchRecord]:
    """Those that a feed can hold. Raises ``UsageError`` for others that were named, or if there
    are only others."""
    kept = [one for one in watches if one.reports is Reports.ARTICLES]
    if not kept or (named and len(kept) < len(watches)):
        other = next(one for one in watches if one not in kept)
        raise UsageError(f"{other.name}: a feed holds articles, and this watch reports edits")
    return kept


def write_feed(
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
        news = article_news(engine, one)
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
    edition = replace(edition_of(settings.db, name), labels=named)
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
