"""The tables, as typed rows without methods. Times are UTC; hashes and keys are raw bytes.

Large columns stand last in their rows, so that SQLite reads a list without their overflow pages.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import ForeignKey, Index, LargeBinary, MetaData, Table, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from storage.columns import BigId, CleanText, Json, UtcDateTime

# Ids are never given twice: a lease or a link to a removed row may not hit another one.
_STABLE_IDS = {"sqlite_autoincrement": True}


class Base(DeclarativeBase):
    # Every constraint has a name, so that a migration can take it off.
    metadata = MetaData(
        naming_convention={
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - read by SQLAlchemy, as its documentation has it
        datetime: UtcDateTime,
        str: CleanText,
        bytes: LargeBinary,
        list[Any]: Json,
        dict[str, Any]: Json,
    }


class Host(Base):
    """A host (``example.com``, ``127.0.0.1:8000``) that pages or sources belong to."""

    __tablename__ = "host"

    host: Mapped[str] = mapped_column(primary_key=True)
    paused_until: Mapped[datetime | None]
    """It asked us to stay away; binds everyone."""
    throttled: Mapped[int] = mapped_column(default=0)
    postponed_until: Mapped[datetime | None]
    """Our own back-off for an unreachable host; its due pages wait."""


class Robots(Base):
    """The robots.txt last read from an origin (``https://example.com``)."""

    __tablename__ = "robots"

    origin: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[int]
    fetched_at: Mapped[datetime]
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    text: Mapped[str]


class Run(Base):
    """One crawl. A finished one without exit code died."""

    __tablename__ = "run"
    __table_args__ = (_STABLE_IDS,)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    pid: Mapped[int]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    exit_code: Mapped[int | None]
    counts: Mapped[dict[str, Any] | None]
    """Pages by outcome."""
    summary: Mapped[dict[str, Any] | None]
    """The rest of what the closing line says: sources polled and failed, why it stopped."""


class Source(Base):
    """What is polled for links: a feed, a sitemap, a front page; or a sitemap of an index, which
    is a part of another source."""

    __tablename__ = "source"
    __table_args__ = (
        Index("ix_source_due", "host", "lease_run_id", "due_at"),
        Index("ix_source_lease", "lease_run_id"),
        Index("ix_source_parent", "parent_id"),
        Index("ix_source_asked_key", "asked_key"),
        _STABLE_IDS,
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    url_key: Mapped[bytes] = mapped_column(unique=True)
    url: Mapped[str]
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    title: Mapped[str | None]
    host: Mapped[str] = mapped_column(ForeignKey("host.host"))
    added_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    lease_run_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("run.id"))
    interval_seconds: Mapped[int | None]
    failures: Mapped[int] = mapped_column(default=0)
    last_polled_at: Mapped[datetime | None]
    last_success_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    parent_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("source.id", ondelete="CASCADE")
    )
    """Of a sitemap in an index: the source that the index is."""
    stated_at: Mapped[datetime | None]
    """Of such a sitemap: its last change as the index states it."""
    asked_key: Mapped[bytes | None]
    """The key of the address that a person gave, where another was found for it."""
    cursor: Mapped[str | None]
    """The page of older entries from which a backfill goes on; empty at their end."""
    disabled_at: Mapped[datetime | None]
    disabled_reason: Mapped[str | None]


class Poll(Base):
    """The ledger: one poll of a source. The pages that it was the first to list name it."""

    __tablename__ = "poll"
    __table_args__ = (Index("ix_poll_source", "source_id", "id"), _STABLE_IDS)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    source_id: Mapped[int] = mapped_column(BigId, ForeignKey("source.id", ondelete="CASCADE"))
    run_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("run.id"))
    polled_at: Mapped[datetime]
    outcome: Mapped[str]
    """``listed``, ``unchanged`` or ``failed``."""
    listed: Mapped[int] = mapped_column(default=0)
    new: Mapped[int] = mapped_column(default=0)
    gap_since: Mapped[datetime | None]
    """The poll before this one, where the two share no item: between them something was missed."""
    gap_filled: Mapped[int | None]
    """How many pages a sitemap brought for the gap; ``None`` where none could be read yet."""
    error: Mapped[str | None]


class Alarm(Base):
    """Something that went wrong with a source and may need a person; open until it is over."""

    __tablename__ = "alarm"
    __table_args__ = (Index("ix_alarm_source", "source_id", "kind"), _STABLE_IDS)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    source_id: Mapped[int] = mapped_column(BigId, ForeignKey("source.id", ondelete="CASCADE"))
    kind: Mapped[str]
    since: Mapped[datetime]
    raised_at: Mapped[datetime]
    cleared_at: Mapped[datetime | None]
    detail: Mapped[str]
    examples: Mapped[list[Any]]
    """Up to three addresses."""


class Page(Base):
    """The frontier: one row for every address known, and the article behind it."""

    __tablename__ = "page"
    __table_args__ = (
        Index("ix_page_due", "host", "lease_run_id", "due_at"),
        Index(
            "ix_page_fresh",
            "host",
            "news_at",
            sqlite_where=text("last_checked_at IS NULL AND due_at IS NOT NULL"),
            postgresql_where=text("last_checked_at IS NULL AND due_at IS NOT NULL"),
        ),
        Index(
            "ix_page_lease",
            "lease_run_id",
            sqlite_where=text("lease_run_id IS NOT NULL"),
            postgresql_where=text("lease_run_id IS NOT NULL"),
        ),
        Index("ix_page_article", "article_id"),
        Index("ix_page_poll", "poll_id"),
        Index(
            "ix_page_backlog",
            "host",
            "news_at",
            sqlite_where=text("backlog"),
            postgresql_where=text("backlog"),
        ),
        _STABLE_IDS,
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    url_key: Mapped[bytes] = mapped_column(unique=True)
    """16 bytes of the canonical address."""
    url: Mapped[str]
    """The spelling that is fetched."""
    canonical_url: Mapped[str]
    host: Mapped[str] = mapped_column(ForeignKey("host.host"))
    article_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("article.id"))
    due_at: Mapped[datetime | None]
    """``None``: not fetched by itself (again)."""
    lease_run_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("run.id"))
    failures: Mapped[int] = mapped_column(default=0)
    first_seen_at: Mapped[datetime]
    news_at: Mapped[datetime]
    """By which the newest come first: its date as listed, else when it was first seen."""
    backlog: Mapped[bool] = mapped_column(default=False)
    """Listed, and not to be fetched before a backfill is asked for."""
    last_checked_at: Mapped[datetime | None]
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    poll_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("poll.id", ondelete="SET NULL"))
    """The poll that was the first to list it."""


class PageSource(Base):
    """Which sources listed a page."""

    __tablename__ = "page_source"
    __table_args__ = (Index("ix_page_source_source", "source_id"), {"sqlite_with_rowid": False})

    page_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("page.id", ondelete="CASCADE"), primary_key=True
    )
    source_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("source.id", ondelete="CASCADE"), primary_key=True
    )


class Snapshot(Base):
    """A stored response. A later one with the same payload is a revisit and adds nothing."""

    __tablename__ = "snapshot"
    __table_args__ = (_STABLE_IDS,)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    payload_digest: Mapped[bytes] = mapped_column(unique=True)
    """SHA-256 of the body after Content-Encoding."""
    url: Mapped[str]
    status: Mapped[int]
    fetched_at: Mapped[datetime]
    payload_size: Mapped[int]
    stored_size: Mapped[int]
    headers: Mapped[list[Any]]
    """Pairs, as received."""
    body: Mapped[bytes]
    """The payload as one zstd frame."""


class Article(Base):
    """One per canonical address ever captured with a body, whatever its verdict."""

    __tablename__ = "article"
    __table_args__ = (
        Index("ix_article_filing", "verdict", "filed_by"),
        Index(
            "ix_article_rejected",
            "filed_by",
            sqlite_where=text("verdict <> 'article'"),
            postgresql_where=text("verdict <> 'article'"),
        ),
        Index("ix_article_duplicate_of", "duplicate_of"),
        _STABLE_IDS,
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    url_key: Mapped[bytes] = mapped_column(unique=True)
    canonical_url: Mapped[str]
    url: Mapped[str]
    """The final address that its current text came from."""
    site: Mapped[str]
    verdict: Mapped[str]
    evidence: Mapped[str]
    filed_by: Mapped[int] = mapped_column(BigId)
    """The id of the fetch that filed it, as what it is now: the filing order."""
    duplicate_of: Mapped[int | None] = mapped_column(BigId, ForeignKey("article.id"))
    current_version_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("version.id", use_alter=True, name="fk_article_current_version")
    )
    first_seen_at: Mapped[datetime]
    last_checked_at: Mapped[datetime]


class Version(Base):
    """One distinct content of an article."""

    __tablename__ = "version"
    __table_args__ = (
        UniqueConstraint("article_id", "content_hash", name="uq_version_content"),
        Index("ix_version_text", "text_hash"),
        Index("ix_version_snapshot", "snapshot_id"),
        _STABLE_IDS,
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    article_id: Mapped[int] = mapped_column(BigId, ForeignKey("article.id"))
    accepted: Mapped[bool]
    """False for a text beside the article's own: a teaser."""
    cause: Mapped[str]
    """``publisher``; ``extractor`` where only our rules changed; ``date`` where the publisher now
    states the date of the same text (better)."""
    extractor_version: Mapped[str]
    confirmed_by: Mapped[str | None]
    """The last other extractor that was seen to make this content."""
    first_seen_at: Mapped[datetime]
    content_hash: Mapped[bytes]
    wording_hash: Mapped[bytes]
    text_hash: Mapped[bytes | None]
    snapshot_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("snapshot.id"))
    url: Mapped[str]
    """The final address it was read from; its snapshot may be shared with others."""
    fetched_at: Mapped[datetime]
    title: Mapped[str | None]
    byline: Mapped[str | None]
    authors: Mapped[list[Any]]
    published_at: Mapped[datetime | None]
    published_offset: Mapped[int | None]
    """Seconds east of UTC, as the page (or our assumption) has it."""
    published_precision: Mapped[str | None]
    published_zone: Mapped[str | None]
    published_relative: Mapped[bool]
    published_raw: Mapped[str | None]
    modified_at: Mapped[datetime | None]
    modified_offset: Mapped[int | None]
    language: Mapped[str | None]
    site_name: Mapped[str | None]
    image_url: Mapped[str | None]
    section: Mapped[str | None]
    tags: Mapped[list[Any]]
    page_title: Mapped[str | None]
    declared_url: Mapped[str | None]
    body: Mapped[str]
    blocks: Mapped[list[Any]]
    provenance: Mapped[dict[str, Any]]


class Part(Base):
    """A further page of an article that is cut into several, behind one version of it."""

    __tablename__ = "part"
    __table_args__ = (Index("ix_part_snapshot", "snapshot_id"), {"sqlite_with_rowid": False})

    version_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("version.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    """From 2: the first page is the version's own snapshot."""
    url: Mapped[str]
    fetched_at: Mapped[datetime]
    snapshot_id: Mapped[int] = mapped_column(BigId, ForeignKey("snapshot.id"))


class Fetch(Base):
    """One attempt at one page, and what became of it."""

    __tablename__ = "fetch"
    __table_args__ = (
        Index("ix_fetch_page", "page_id"),
        Index("ix_fetch_article", "article_id"),
        Index("ix_fetch_run", "run_id"),
        Index("ix_fetch_source", "source_id"),
        Index("ix_fetch_snapshot", "snapshot_id"),
        _STABLE_IDS,
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    run_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("run.id"))
    page_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("page.id", ondelete="SET NULL"))
    source_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("source.id", ondelete="SET NULL")
    )
    article_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("article.id"))
    snapshot_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("snapshot.id"))
    outcome: Mapped[str]
    reason: Mapped[str | None]
    status: Mapped[int | None]
    fetched_at: Mapped[datetime]
    requested_url: Mapped[str]
    url: Mapped[str | None]
    """The final address, where an answer came."""
    payload_digest: Mapped[bytes | None]


def table_of(model: type[Base]) -> Table:
    """The table, for statements on the way of every page: without the ORM they cost a third."""
    return cast(Table, model.__table__)
