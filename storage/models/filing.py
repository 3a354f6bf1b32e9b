"""Rows of what is filed: snapshots, articles, their versions, and the record of every fetch."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import STABLE_IDS, Base, partial_index
from storage.models.columns import BigId


class Snapshot(Base):
    """A stored response. A later one with the same payload is a revisit and adds nothing."""

    __tablename__ = "snapshot"
    __table_args__ = (
        partial_index(
            "ix_snapshot_reference",
            "reference_id",
            where="reference_id IS NOT NULL",
        ),
        STABLE_IDS,
    )

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
    """The payload as one zstd frame; empty once it is pruned."""
    reference_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("snapshot.id"))
    """The snapshot whose payload is the frame's dictionary."""
    pruned_at: Mapped[datetime | None]
    digest: Mapped[bytes | None]
    """SHA-256 of all the row says, the frame included; ``None`` never after an upgrade."""


class Article(Base):
    """One per canonical address ever captured with a body, whatever its verdict."""

    __tablename__ = "article"
    __table_args__ = (
        Index("ix_article_filing", "verdict", "filed_by"),
        partial_index(
            "ix_article_rejected",
            "filed_by",
            where="verdict <> 'article'",
        ),
        Index("ix_article_duplicate_of", "duplicate_of"),
        # Where a version is deleted, the database looks for those whose current one it is.
        Index("ix_article_current_version", "current_version_id"),
        partial_index(
            "ix_article_story",
            "story_id",
            where="story_id IS NOT NULL",
        ),
        STABLE_IDS,
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
    story_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("article.id"))
    """The article of the same story that was filed first (it names itself); ``None`` alone."""
    directives: Mapped[list[Any] | None]
    """What its publisher forbids with it, as its page said when it was last read; ``None`` where it
    was not read since that is kept. It holds for all that is stored of the article."""
    digest: Mapped[bytes | None]
    """SHA-256 of the row and of what it says of its versions, without ``last_checked_at``."""


class Version(Base):
    """One distinct content of an article."""

    __tablename__ = "version"
    __table_args__ = (
        UniqueConstraint("article_id", "content_hash", name="uq_version_content"),
        Index("ix_version_text", "text_hash"),
        Index("ix_version_snapshot", "snapshot_id"),
        STABLE_IDS,
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    article_id: Mapped[int] = mapped_column(BigId, ForeignKey("article.id"))
    accepted: Mapped[bool]
    """False for a text beside the article's own: a teaser, or one that lost text."""
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
    reason: Mapped[str | None]
    """Why it is not the article's text, where it was not accepted."""
    directives: Mapped[list[Any] | None]
    """What the page that it was read from forbade; ``None`` where that was nothing."""
    with_credentials: Mapped[bool] = mapped_column(default=False)
    """Whether one of its pages was asked for with a subscriber's headers or cookies."""
    answer: Mapped[dict[str, Any] | None]
    """``status`` and ``headers`` that came with it, where they differ from those of its snapshot:
    another address had brought the same bytes."""
    digest: Mapped[bytes | None]
    """SHA-256 of its content's columns and its snapshot's payload digest."""
    recorded: Mapped[bool] = mapped_column(default=False)
    """Known from a web archive alone, and never read on the web."""


class Edit(Base):
    """What a version changed, measured against the one before it (``storage.reading.edits``).

    Made anew from the texts whenever the article's past changes (``storage.saving.edit_rows``).
    The first version has none, nor has one that is not accepted.
    """

    __tablename__ = "edit"
    __table_args__ = (Index("ix_edit_base", "base_id"),)

    version_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("version.id", ondelete="CASCADE"), primary_key=True
    )
    base_id: Mapped[int] = mapped_column(BigId, ForeignKey("version.id", ondelete="CASCADE"))
    """The version that it is measured against."""
    kinds: Mapped[list[Any]]
    """The kinds of its edits, each once, in their order."""
    stealth: Mapped[bool]
    """The publisher changed the text and does not say so."""
    summary: Mapped[str]
    """``headline, 2 paragraphs reworded``; holds no word of the text."""


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
    answer: Mapped[dict[str, Any] | None]
    """As of a version."""


class Image(Base):
    """An article's lead image at one address that a version of it names; or an attempt at it."""

    __tablename__ = "image"
    __table_args__ = (
        Index("ix_image_url", "url"),
        Index("ix_image_snapshot", "snapshot_id"),
        {"sqlite_with_rowid": False},
    )

    article_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("article.id", ondelete="CASCADE"), primary_key=True
    )
    url: Mapped[str] = mapped_column(primary_key=True)
    """As ``image_url`` of the version has it."""
    snapshot_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("snapshot.id"))
    """Its bytes, stored as those of a page; ``None`` where there are none (yet)."""
    fetched_at: Mapped[datetime]
    """When it was asked for last."""
    tries: Mapped[int]
    problem: Mapped[str | None]
    """Why there is no image."""
    answer: Mapped[dict[str, Any] | None]
    """As of a version."""


class Fetch(Base):
    """One attempt at one page, and what became of it."""

    __tablename__ = "fetch"
    __table_args__ = (
        Index("ix_fetch_page", "page_id"),
        Index("ix_fetch_article", "article_id"),
        Index("ix_fetch_run", "run_id"),
        Index("ix_fetch_source", "source_id"),
        Index("ix_fetch_snapshot", "snapshot_id"),
        STABLE_IDS,
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
    with_credentials: Mapped[bool] = mapped_column(default=False)
    """Whether it was asked for with a subscriber's headers or cookies."""
