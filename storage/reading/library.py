"""Reading the archive: articles in filing order, their versions, and who else has the text."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from urllib.parse import urlsplit

from sqlalchemy import Engine, func, null, select, text, tuple_
from sqlalchemy.orm import Session

from scraper.model.types import Outcome, Response, Verdict
from scraper.urls import site_of
from storage import addresses
from storage.database.engine import reading
from storage.models import (
    Article,
    Document,
    Edit,
    Entry,
    Fetch,
    Page,
    Snapshot,
    Version,
    record_from,
)
from storage.proof.entries import EntryKind
from storage.reading.captures import Rejection, Showing
from storage.records import ArticleRecord, EditRecord, VersionRecord
from storage.rows import (
    LISTED,
    WHOLE,
    article_of,
    select_articles,
    select_versions,
    version_article_of,
    version_of,
)
from storage.snapshots import response_of

LARGEST_ID = 2**63 - 1
IDS_AT_ONCE = 1_000
RECORDS_AT_ONCE = 32
CHARACTERS_AT_ONCE = 2_000_000
"""Of the bodies that ``stream`` holds before it hands them out, the last one not counted."""

# ``list`` is a method below.
Articles = list[ArticleRecord]
Versions = list[VersionRecord]
Showings = list[Showing]
Rejections = list[Rejection]
Texts = list[str]


class Library:
    """Every method raises ``StorageError``. Lists leave out body, blocks and provenance."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def list(self, limit: int | None = 20, rejected: bool = False) -> Articles:
        """The last filed first; ``limit`` 0: all of them. With ``rejected`` what is no article."""
        # Spelt as the partial index has it, so that SQLite uses it.
        wanted = (
            text("article.verdict <> 'article'")
            if rejected
            else (Article.verdict == Verdict.ARTICLE)
        )
        query = select_articles(*LISTED).where(wanted).order_by(Article.filed_by.desc())
        with reading(self._engine) as session:
            return [article_of(row) for row in session.execute(query.limit(limit or None))]

    def get(self, article_id: int) -> ArticleRecord | None:
        if not 0 < article_id <= LARGEST_ID:
            return None
        with reading(self._engine) as session:
            return _get(session, article_id)

    def stream(self, ids: Iterable[int] | None = None) -> Iterator[ArticleRecord]:
        """Articles, whole, one after the other: those of ``ids`` in their order (a teaser may be
        among these), else all that are listed, the first filed first.

        Each step is a short read transaction of its own, so that a slow reader holds nothing up
        and memory is bounded whatever there is. What is filed, changed or removed meanwhile is
        given as it is when its turn comes, or not at all; new articles follow at the end.
        """
        wanted = iter(listed_ids(self._engine) if ids is None else ids)
        while batch := [*islice(wanted, RECORDS_AT_ONCE)]:
            while batch:
                with reading(self._engine) as session:
                    records = _take(session, batch, _get)
                yield from records

    def stream_versions(self, ids: Iterable[int] | None = None) -> Iterator[ArticleRecord]:
        """As ``stream``, but of each article all versions in their order, those not accepted
        included: each the article as it was then (``ArticleRecord.version``)."""
        for article_id in listed_ids(self._engine) if ids is None else ids:
            with reading(self._engine) as session:
                wanted = _listed_versions(session, article_id)
            while wanted:
                with reading(self._engine) as session:
                    records = _take(session, wanted, _get_version)
                yield from records

    def get_version(self, version_id: int) -> ArticleRecord | None:
        """The article as it was in this version."""
        with reading(self._engine) as session:
            return _get_version(session, version_id)

    def newest(
        self, host: str | None = None, since: datetime | None = None, until: datetime | None = None
    ) -> array[int]:
        """The ids of the listed articles, the one published last first: those of this host and
        below it, from ``since`` on and before ``until``. One without a date counts by when it was
        first seen."""
        at = Document.dated_at
        query = (
            select(Article.id, Article.url)
            .join(Document, Document.article_id == Article.id)
            .order_by(at.desc(), Document.id.desc())
        )
        if host is not None:
            query = query.where(Article.site == site_of(f"http://{host}/"))
        if since is not None:
            query = query.where(at >= since)
        if until is not None:
            query = query.where(at < until)
        with reading(self._engine) as session:
            rows = session.execute(query)
            return array("q", (row.id for row in rows if host is None or _is_of(row.url, host)))

    def find(self, url: str) -> ArticleRecord | None:
        """By any of its addresses; else what the last attempt at this address led to.

        Raises ``AddressError``.
        """
        key = addresses.parse(url).key
        with reading(self._engine) as session:
            page = session.execute(
                select(Page.id, Page.article_id).where(Page.url_key == key)
            ).first()
            if page is None:
                return None
            article_id = page.article_id or session.scalar(
                select(Fetch.article_id)
                .where(Fetch.page_id == page.id, Fetch.article_id.is_not(None))
                .where(Fetch.outcome == Outcome.REJECTED)  # a copy that is none any more has none
                .order_by(Fetch.id.desc())
                .limit(1)
            )
            return _get(session, article_id) if article_id else None

    def forgotten_at(self, url: str) -> datetime | None:
        """When what was at this address was removed for good. Raises ``AddressError``."""
        query = select(Page.forgotten_at).where(Page.url_key == addresses.parse(url).key)
        with reading(self._engine) as session:
            return session.scalar(query)

    def removed_at(self, article_id: int) -> datetime | None:
        """When the article that had this id was removed for good."""
        if not 0 < article_id <= LARGEST_ID:
            return None
        query = select(func.max(Entry.recorded_at)).where(
            Entry.article_id == article_id, Entry.kind == EntryKind.REMOVAL.value
        )
        with reading(self._engine) as session:
            return session.scalar(query)

    def nearest_id(self, article_id: int) -> int | None:
        """The id next to this one that exists; ``None`` in an empty archive."""
        wanted = max(0, min(article_id, LARGEST_ID))
        with reading(self._engine) as session:
            ids = [
                session.scalar(select(func.max(Article.id)).where(Article.id <= wanted)),
                session.scalar(select(func.min(Article.id)).where(Article.id >= wanted)),
            ]
        return min((one for one in ids if one), key=lambda one: abs(one - wanted), default=None)

    def load_response(self, article_id: int, version_id: int | None = None) -> Response | None:
        """The stored answer behind a version, else behind the current one; of a row without text,
        the last one.

        ``None`` where no snapshot is left, or its page was pruned. Raises ``StorageError`` for one
        that is damaged.
        """
        behind_version = (
            select(Snapshot, Version.url, Version.fetched_at, Version.answer)
            .join(Version, Version.snapshot_id == Snapshot.id)
            .join(Article, Article.id == Version.article_id)
            .where(Article.id == article_id)
            .where(Version.id == (version_id or Article.current_version_id))
        )
        behind_fetch = (
            select(Snapshot, Fetch.url, Fetch.fetched_at, null())
            .join(Fetch, Fetch.snapshot_id == Snapshot.id)
            .join(Article, Article.id == Fetch.article_id)
            .where(Article.id == article_id, Article.current_version_id.is_(None))
            .order_by(Fetch.id.desc())
            .limit(1)
        )
        with reading(self._engine) as session:
            row = session.execute(behind_version).first() or session.execute(behind_fetch).first()
            if row is None or row[0].pruned_at is not None:
                return None
            snapshot, url, fetched_at, answer = row
            return response_of(session, snapshot, url or snapshot.url, fetched_at, answer)

    def versions(self, article_id: int) -> Versions:
        """In the order they were first seen, those not accepted included."""
        query = (
            select(Version, Snapshot.payload_digest, Article.current_version_id)
            .join(Article, Article.id == Version.article_id)
            .outerjoin(Snapshot, Snapshot.id == Version.snapshot_id)
            .where(Version.article_id == article_id)
            .order_by(Version.id)
        )
        with reading(self._engine) as session:
            return [
                version_of(number, row, digest, row.id == current)
                for number, (row, digest, current) in enumerate(session.execute(query), start=1)
            ]

    def edits(self, article_id: int) -> dict[int, EditRecord]:
        """What its versions changed, by their ids; the first one is not among them."""
        query = (
            select(Edit)
            .join(Version, Version.id == Edit.version_id)
            .where(Version.article_id == article_id)
        )
        with reading(self._engine) as session:
            return {
                row.version_id: record_from(EditRecord, row, kinds=tuple(row.kinds))
                for row in session.scalars(query)
            }

    def showings(self, article_id: int) -> Showings:
        """The captures in which one of its accepted versions was there, as they were fetched."""
        with reading(self._engine) as session:
            return load_showings(session, article_id)

    def rejections(self, article_id: int) -> Rejections:
        """What its addresses brought that was no article, or a former text of it that is no whole
        one, by reason, the oldest first."""
        first = func.min(Fetch.fetched_at)
        former = (
            select(Entry.id)
            .join(Version, _IS_ITS)
            .where(Entry.article_id == article_id, Entry.kind == EntryKind.CAPTURE.value)
            .where(Entry.fetched_at == Fetch.fetched_at, Version.accepted)
        )
        is_less = (Fetch.outcome == Outcome.UNCHANGED.value) & Fetch.reason.is_not(None)
        query = (
            select(Fetch.reason, func.count(), first, func.max(Fetch.fetched_at))
            .where(Fetch.article_id == article_id)
            .where((Fetch.outcome == Outcome.REJECTED.value) | (is_less & former.exists()))
            .group_by(Fetch.reason)
            .order_by(first, Fetch.reason)
        )
        with reading(self._engine) as session:
            return [Rejection(row[0] or "", *row[1:]) for row in session.execute(query)]

    def addresses(self, article_id: int) -> Texts:
        """Every address of the article, in our canonical form, as they were met."""
        query = select(Page.canonical_url).where(Page.article_id == article_id).order_by(Page.id)
        with reading(self._engine) as session:
            return [*session.scalars(query)]


_IS_ITS = (Version.article_id == Entry.article_id) & (Version.digest == Entry.version_digest)


def _is_of(url: str, host: str) -> bool:
    own = urlsplit(url).hostname or ""
    return own == host or own.endswith(f".{host}")


def load_showings(session: Session, article_id: int) -> Showings:
    """See ``Library.showings``."""
    held_back = (
        select(Fetch.fetched_at)
        .where(Fetch.article_id == article_id)
        .where(Fetch.outcome == Outcome.UNCHANGED.value, Fetch.reason.is_not(None))
    )
    query = (
        select(Version.id, Entry.fetched_at, Entry.payload_digest)
        .join(Version, _IS_ITS)
        .where(Entry.article_id == article_id, Entry.kind == EntryKind.CAPTURE.value)
        .where(Version.accepted, Entry.fetched_at.not_in(held_back))
        .order_by(Entry.fetched_at, Entry.id)
    )
    rows = session.execute(query)
    return [Showing(one, at, digest) for one, at, digest in rows if at is not None]


def _get(session: Session, article_id: int) -> ArticleRecord | None:
    row = session.execute(select_articles(*WHOLE).where(Article.id == article_id)).first()
    return article_of(row) if row else None


def _get_version(session: Session, version_id: int) -> ArticleRecord | None:
    row = session.execute(select_versions().where(Version.id == version_id)).first()
    return version_article_of(row) if row else None


def _listed_versions(session: Session, article_id: int) -> list[int]:
    """The ids of an article's versions; none unless it is listed."""
    query = (
        select(Version.id)
        .join(Article, Article.id == Version.article_id)
        .where(Article.id == article_id, Article.verdict == Verdict.ARTICLE)
        .order_by(Version.id)
    )
    return [*session.scalars(query)]


def _take(
    session: Session, ids: list[int], get: Callable[[Session, int], ArticleRecord | None]
) -> Articles:
    """The articles and teasers of the first ``ids``, which are taken off, until it is enough."""
    records: Articles = []
    characters = 0
    while ids and characters < CHARACTERS_AT_ONCE:
        record = get(session, ids.pop(0))
        if record is not None and record.verdict in (Verdict.ARTICLE, Verdict.TEASER):
            records.append(record)
            characters += len(record.body or "")
    return records


def listed_ids(engine: Engine) -> Iterator[int]:
    """Of all listed articles, in filing order, a bounded number at hand at a time."""
    query = (
        select(Article.filed_by, Article.id)
        .where(Article.verdict == Verdict.ARTICLE)
        .order_by(Article.filed_by, Article.id)
        .limit(IDS_AT_ONCE)
    )
    onwards = query
    while True:
        with reading(engine) as session:
            rows = [tuple(row) for row in session.execute(onwards)]
        yield from (article_id for _, article_id in rows)
        if len(rows) < IDS_AT_ONCE:
            return
        onwards = query.where(tuple_(Article.filed_by, Article.id) > rows[-1])
