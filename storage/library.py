"""Reading the archive: articles in filing order, their versions, and who else has the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Engine, Select, func, select, text, tuple_
from sqlalchemy.orm import Session

from scraper.types import Precision, Response, Verdict, Zone
from storage import addresses
from storage.contents import read_blocks, read_provenance, read_time
from storage.dedup import PUBLISHER
from storage.engine import reading
from storage.models import Article, Fetch, Page, Snapshot, Version
from storage.records import ArticleRecord, VersionRecord
from storage.snapshots import response_of

LARGEST_ID = 2**63 - 1
IDS_AT_ONCE = 1_000
RECORDS_AT_ONCE = 32
CHARACTERS_AT_ONCE = 2_000_000
"""Of the bodies that ``stream`` holds before it hands them out, the last one not counted."""

# ``list`` is a method below.
Articles = list[ArticleRecord]
Versions = list[VersionRecord]
Texts = list[str]

_VERSIONS = (
    select(func.count())
    .where(Version.article_id == Article.id, Version.accepted, Version.cause == PUBLISHER)
    .correlate(Article)
    .scalar_subquery()
)
_LISTED = (
    Article.id,
    Article.url,
    Article.canonical_url,
    Article.verdict,
    Article.evidence,
    _VERSIONS.label("versions"),
    Article.first_seen_at,
    Article.last_checked_at,
    Article.duplicate_of,
    Version.title,
    Version.byline,
    Version.authors,
    Version.published_at,
    Version.published_offset,
    Version.published_precision,
    Version.published_zone,
    Version.published_relative,
    Version.modified_at,
    Version.modified_offset,
    Version.language,
    Version.site_name,
    Version.image_url,
    Version.section,
    Version.tags,
)
_WHOLE = (*_LISTED, Version.body, Version.blocks, Version.provenance)


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
        query = _query(*_LISTED).where(wanted).order_by(Article.filed_by.desc())
        with reading(self._engine) as session:
            return [_article(row) for row in session.execute(query.limit(limit or None))]

    def get(self, article_id: int) -> ArticleRecord | None:
        if not 0 < article_id <= LARGEST_ID:
            return None
        with reading(self._engine) as session:
            return _get(session, article_id)

    def stream(self, ids: Iterable[int] | None = None) -> Iterator[ArticleRecord]:
        """Articles, whole, one after the other: those of ``ids`` in their order, else all that are
        listed, the first filed first.

        Each step is a short read transaction of its own, so that a slow reader holds nothing up
        and memory is bounded whatever there is. What is filed, changed or removed meanwhile is
        given as it is when its turn comes, or not at all; new articles follow at the end.
        """
        wanted = iter(self._listed_ids() if ids is None else ids)
        while batch := [*islice(wanted, RECORDS_AT_ONCE)]:
            while batch:
                with reading(self._engine) as session:
                    records = _take_articles(session, batch)
                yield from records

    def _listed_ids(self) -> Iterator[int]:
        query = (
            select(Article.filed_by, Article.id)
            .where(Article.verdict == Verdict.ARTICLE)
            .order_by(Article.filed_by, Article.id)
            .limit(IDS_AT_ONCE)
        )
        onwards = query
        while True:
            with reading(self._engine) as session:
                rows = [tuple(row) for row in session.execute(onwards)]
            yield from (article_id for _, article_id in rows)
            if len(rows) < IDS_AT_ONCE:
                return
            onwards = query.where(tuple_(Article.filed_by, Article.id) > rows[-1])

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
                .order_by(Fetch.id.desc())
                .limit(1)
            )
            return _get(session, article_id) if article_id else None

    def nearest_id(self, article_id: int) -> int | None:
        """The id next to this one that exists; ``None`` in an empty archive."""
        wanted = max(0, min(article_id, LARGEST_ID))
        with reading(self._engine) as session:
            ids = [
                session.scalar(select(func.max(Article.id)).where(Article.id <= wanted)),
                session.scalar(select(func.min(Article.id)).where(Article.id >= wanted)),
            ]
        return min((one for one in ids if one), key=lambda one: abs(one - wanted), default=None)

    def load_response(self, article_id: int) -> Response | None:
        """The stored answer behind the current version; of a row without text, the last one.

        ``None`` where no snapshot is left.
        """
        behind_version = (
            select(Snapshot, Version.url, Version.fetched_at)
            .join(Version, Version.snapshot_id == Snapshot.id)
            .join(Article, Article.current_version_id == Version.id)
            .where(Article.id == article_id)
        )
        behind_fetch = (
            select(Snapshot, Fetch.url, Fetch.fetched_at)
            .join(Fetch, Fetch.snapshot_id == Snapshot.id)
            .join(Article, Article.id == Fetch.article_id)
            .where(Article.id == article_id, Article.current_version_id.is_(None))
            .order_by(Fetch.id.desc())
            .limit(1)
        )
        with reading(self._engine) as session:
            row = session.execute(behind_version).first() or session.execute(behind_fetch).first()
            if row is None:
                return None
            snapshot, url, fetched_at = row
            return response_of(session, snapshot, url or snapshot.url, fetched_at)

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
                _version(number, row, digest, row.id == current)
                for number, (row, digest, current) in enumerate(session.execute(query), start=1)
            ]

    def addresses(self, article_id: int) -> Texts:
        """Every address of the article, in our canonical form, as they were met."""
        query = select(Page.canonical_url).where(Page.article_id == article_id).order_by(Page.id)
        with reading(self._engine) as session:
            return [*session.scalars(query)]

    def others_with_same_text(self, article_id: int) -> Articles:
        """Articles of other sites with exactly this text, the first filed first."""
        with reading(self._engine) as session:
            first = session.execute(
                select(func.coalesce(Article.duplicate_of, Article.id)).where(
                    Article.id == article_id
                )
            ).scalar()
            query = (
                _query(*_LISTED)
                .where((Article.id == first) | (Article.duplicate_of == first))
                .where(Article.id != article_id)
                .order_by(Article.id)
            )
            return [_article(row) for row in session.execute(query)]


def _query(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Article)
        .outerjoin(Version, Version.id == Article.current_version_id)
    )


def _get(session: Session, article_id: int) -> ArticleRecord | None:
    row = session.execute(_query(*_WHOLE).where(Article.id == article_id)).first()
    return _article(row) if row else None


def _take_articles(session: Session, ids: list[int]) -> Articles:
    """The listed articles of the first ``ids``, which are taken off, until it is enough."""
    records: Articles = []
    characters = 0
    while ids and characters < CHARACTERS_AT_ONCE:
        record = _get(session, ids.pop(0))
        if record is not None and record.verdict is Verdict.ARTICLE:
            records.append(record)
            characters += len(record.body or "")
    return records


def _article(row: Any) -> ArticleRecord:
    fields = dict(row._mapping)
    fields["verdict"] = Verdict(fields["verdict"])
    for name in ("published", "modified"):
        offset = fields.pop(f"{name}_offset")
        fields[f"{name}_at"] = read_time(fields[f"{name}_at"], offset)
    fields["authors"] = tuple(fields["authors"] or ())
    fields["tags"] = tuple(fields["tags"] or ())
    fields["published_relative"] = bool(fields["published_relative"])
    if fields["published_precision"]:
        fields["published_precision"] = Precision(fields["published_precision"])
    if fields["published_zone"]:
        fields["published_zone"] = Zone(fields["published_zone"])
    if "body" in fields:
        fields["blocks"] = read_blocks(fields["body"] or "", fields["blocks"] or [])
        fields["provenance"] = read_provenance(fields["provenance"] or {})
    return ArticleRecord(**fields)


def _version(number: int, row: Version, digest: bytes | None, current: bool) -> VersionRecord:
    precision = row.published_precision
    return VersionRecord(
        id=row.id,
        number=number,
        article_id=row.article_id,
        current=current,
        accepted=row.accepted,
        cause=row.cause,
        extractor_version=row.extractor_version,
        first_seen_at=row.first_seen_at,
        fetched_at=row.fetched_at,
        url=row.url,
        payload_digest=digest,
        content_hash=row.content_hash,
        title=row.title,
        byline=row.byline,
        authors=tuple(row.authors),
        published_at=read_time(row.published_at, row.published_offset),
        published_precision=Precision(precision) if precision else None,
        modified_at=read_time(row.modified_at, row.modified_offset),
        body=row.body,
        blocks=read_blocks(row.body, row.blocks),
        reason=row.reason,
    )
