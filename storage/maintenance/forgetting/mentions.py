"""Where others name what was removed: alarms, reasons of failures, entries of the chain."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import exists, or_, select, update
from sqlalchemy.orm import Session

from storage.addresses import key_of
from storage.models import Alarm, Article, Entry, Fetch, Poll, Source, Version, table_of
from storage.proof import entries
from storage.proof.entries import EntryKind

_ARTICLES, _VERSIONS, _FETCHES = table_of(Article), table_of(Version), table_of(Fetch)
_ENTRIES, _ALARMS = table_of(Entry), table_of(Alarm)
_SOURCES, _POLLS = table_of(Source), table_of(Poll)
_ADDRESS = re.compile(r"\w+://[^\s\"'<>]+")


def take_out_of_alarms(session: Session, urls: Collection[str]) -> None:
    """The addresses that an alarm names as examples, in whatever spelling."""
    keys = {key for url in urls if (key := key_of(url)) is not None}
    for row in session.execute(select(_ALARMS.c.id, _ALARMS.c.examples)).all():
        left = [one for one in row.examples if one not in urls and key_of(one) not in keys]
        if len(left) < len(row.examples):
            here = update(_ALARMS).where(_ALARMS.c.id == row.id)
            session.execute(here.values(examples=left))


def take_out_of_reasons(session: Session, urls: Collection[str]) -> None:
    """Where a failure says at which address it happened, in whatever spelling: what kind it was
    stays."""
    keys = {key for url in urls if (key := key_of(url)) is not None}
    for table, column in (
        (_FETCHES, _FETCHES.c.reason),
        (_POLLS, _POLLS.c.error),
        (_SOURCES, _SOURCES.c.last_error),
        (_ALARMS, _ALARMS.c.detail),
    ):
        naming = select(table.c.id, column.label("said")).where(column.contains("://"))
        for row in session.execute(naming).all():
            named = {key_of(url.rstrip(".,:;)")) for url in _ADDRESS.findall(row.said)}
            if not keys & named and not any(url in row.said for url in urls):
                continue
            kind = row.said.partition(":")[0]
            session.execute(update(table).where(table.c.id == row.id).values({column.name: kind}))


def redact(
    session: Session,
    article_id: int,
    kept: Collection[int],
    urls: set[str],
    digests: Sequence[bytes],
    now: datetime,
) -> None:
    """Empty the entries that speak of it: its own; and those that are no article's (any more), or a
    page's that its addresses led to (``kept``), of its addresses and pages: prunings, and captures
    of a page that it was found to be one with. What proves a text that stays is not emptied."""
    speaks = _ENTRIES.c.url.in_(urls) | _ENTRIES.c.payload_digest.in_(digests)
    is_others = exists().where(_ARTICLES.c.id == _ENTRIES.c.article_id)
    is_proof = exists().where(_VERSIONS.c.digest == _ENTRIES.c.version_digest)
    emptied = session.execute(
        update(_ENTRIES)
        .where(
            or_(
                _ENTRIES.c.article_id == article_id,
                speaks & (~is_others | (_ENTRIES.c.article_id.in_(kept) & ~is_proof)),
            )
        )
        .where(_ENTRIES.c.redacted.is_(False))
        .values(
            url=None,
            fetched_at=None,
            payload_digest=None,
            version_digest=None,
            detail=None,
            redacted=True,
        )
        .returning(_ENTRIES.c.id)
    )
    ids = sorted(emptied.scalars().all())
    entries.record(session, EntryKind.REMOVAL, now, article_id=article_id, detail={"entries": ids})
