"""What a dossier holds, gathered as plain JSON: the values by which digests are taken, too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from storage.database.engine import reading
from storage.models import Entry, Seal, Snapshot, Version, table_of
from storage.proof import entries
from storage.proof.digests import (
    CHAIN_START,
    ENTRY_COLUMNS,
    LATER_COLUMNS,
    VERSION_COLUMNS,
    chain,
)
from storage.reading.library import Library
from storage.reading.rights import Reason, Rights
from storage.reading.story_queries import StoryQueries, StoryRecord
from storage.records import ArticleRecord

FORMAT = 1
MOST = 1_000
"""Articles of one dossier."""
BRIDGE = 1_000
"""Entries of others whose digests are carried along, so that the chain goes on to the next one of
ours, or to the head."""

Json = dict[str, Any]

_VERSIONS, _SNAPSHOTS = table_of(Version), table_of(Snapshot)
_ENTRIES, _SEALS = table_of(Entry), table_of(Seal)
_STATE = ("id", "accepted", "reason", "recorded")


class TooManyError(ValueError):
    """More articles than one dossier takes."""


@dataclass(slots=True)
class Dossier:
    data: Json
    kept_back: Counter[Reason] = field(default_factory=Counter)
    """Articles, by why they are not in it."""
    versions_kept_back: Counter[Reason] = field(default_factory=Counter)

    @property
    def articles(self) -> int:
        return len(self.data["articles"])


def gather(
    engine: Engine, records: Iterator[ArticleRecord], rights: Rights, *, query: str, made_by: str
) -> Dossier:
    """The same archive makes the same data. Raises ``TooManyError``, and ``StorageError``."""
    library, stories = Library(engine), StoryQueries(engine)
    articles: list[Json] = []
    found: dict[int, StoryRecord] = {}
    dossier = Dossier({})
    for record in records:
        if reason := rights.judge(record):
            dossier.kept_back[reason] += 1
            continue
        if len(articles) == MOST:
            raise TooManyError(f"a dossier has at most {MOST:,} articles")
        articles.append(_article(engine, library, record, rights, dossier.versions_kept_back))
        story = stories.get(record.id)
        if story is not None and len(story.articles) > 1:
            found.setdefault(story.id, story)
    with reading(engine) as session:
        digest, position = entries.load_head(session)
        places = sorted(
            {
                entry["position"]
                for article in articles
                for entry in article["entries"]
                if entry["position"]
            }
        )
        links = [*_links(session, places, position)]
    dossier.data = {
        "dossier": FORMAT,
        "kliping": made_by,
        "query": query,
        "head": f"{position}:{digest.hex()}",
        "chain": links,
        "articles": articles,
        "stories": [_story(story, rights) for story in found.values()],
        "kept_back": {reason.value: count for reason, count in dossier.kept_back.items()},
    }
    return dossier


def _article(
    engine: Engine,
    library: Library,
    record: ArticleRecord,
    rights: Rights,
    kept_back: Counter[Reason],
) -> Json:
    versions = []
    hidden = 0
    for kept in library.stream_versions([record.id]):
        assert kept.version is not None
        if reason := rights.judge(kept):
            kept_back[reason] += 1
            hidden += 1
        else:
            versions.append(kept.version.number)
    with reading(engine) as session:
        rows = [
            one
            for number, one in enumerate(_version_rows(session, record.id), start=1)
            if number in versions and one.update(number=number) is None
        ]
        proof = [*_entry_rows(session, record.id)]
    shown = {one["id"] for one in rows}
    return {
        "id": record.id,
        "url": record.url,
        "canonical_url": record.canonical_url,
        "addresses": library.addresses(record.id),
        "source": record.source,
        "first_seen_at": plain(record.first_seen_at),
        "last_checked_at": plain(record.last_checked_at),
        "current": next(
            (one.number for one in library.versions(record.id) if one.current and one.id in shown),
            None,
        ),
        "versions": rows,
        "kept_back": hidden,
        "showings": [
            [one.version_id, plain(one.at), plain(one.payload_digest)]
            for one in library.showings(record.id)
            if one.version_id in shown
        ],
        "entries": proof,
    }


def _version_rows(session: Session, article_id: int) -> Iterator[Json]:
    query = (
        select(_VERSIONS, _SNAPSHOTS.c.payload_digest)
        .outerjoin(_SNAPSHOTS, _SNAPSHOTS.c.id == _VERSIONS.c.snapshot_id)
        .where(_VERSIONS.c.article_id == article_id)
        .order_by(_VERSIONS.c.id)
    )
    for row in session.execute(query):
        values = row._asdict()
        yield {
            **_plain_of(values, _STATE),
            "payload_digest": plain(row.payload_digest),
            "digest": plain(row.digest),
            "values": _plain_of(values, VERSION_COLUMNS),
            "later": {name: values.get(name) for name in LATER_COLUMNS if values.get(name)},
        }


def _entry_rows(session: Session, article_id: int) -> Iterator[Json]:
    query = select(_ENTRIES).where(_ENTRIES.c.article_id == article_id).order_by(_ENTRIES.c.id)
    for row in session.execute(query):
        values = row._asdict()
        yield {
            **_plain_of(values, ("id", "position", "redacted", "digest")),
            "values": _plain_of(values, ENTRY_COLUMNS),
        }


def _links(session: Session, places: Sequence[int], end: int) -> Iterator[Json]:
    """Stretches of the chain: the state before each, and the digests of its entries. One that
    comes near the head reaches it."""
    for first, last in _stretches(places, end):
        sealed = session.execute(
            select(_SEALS.c.position, _SEALS.c.digest)
            .where(_SEALS.c.position < first)
            .order_by(_SEALS.c.position.desc())
            .limit(1)
        ).first()
        start, state = (sealed.position, sealed.digest) if sealed else (0, CHAIN_START)
        query = (
            select(_ENTRIES.c.digest)
            .where(_ENTRIES.c.position > start, _ENTRIES.c.position <= last)
            .order_by(_ENTRIES.c.position)
        )
        digests = [bytes(one) for one in session.scalars(query)]
        skipped = first - start - 1
        yield {
            "first": first,
            "before": chain(state, digests[:skipped]).hex(),
            "digests": [one.hex() for one in digests[skipped:]],
        }


def _stretches(places: Sequence[int], end: int) -> Iterator[tuple[int, int]]:
    """First and last position of each; gaps of up to ``BRIDGE`` entries belong to them."""
    first = last = 0
    for place in places:
        if first and place - last > BRIDGE:
            yield first, last
            first = 0
        first, last = first or place, place
    if first:
        yield first, end if end - last <= BRIDGE else last


def _story(story: StoryRecord, rights: Rights) -> Json:
    return {
        "id": story.id,
        "articles": [
            {
                "id": one.id,
                "url": one.url,
                "title": one.title,
                "published_at": plain_local(one.published_at),
                "precision": one.published_precision,
                "first_seen_at": plain(one.first_seen_at),
            }
            for one in story.articles
            if rights.judge(one) is None
        ],
    }


def _plain_of(values: Mapping[str, Any], names: Sequence[str]) -> Json:
    return {name: plain(values[name]) for name in names}


def plain(value: Any) -> Any:
    """As digests take it (``storage.proof.digests``)."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value


def plain_local(value: datetime | None) -> str | None:
    return value.isoformat() if value else None
