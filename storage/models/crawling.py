"""Rows of the crawl: hosts, runs, sources, polls, and the frontier's pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import STABLE_IDS, Base, partial_index
from storage.models.columns import BigId


class Host(Base):
    """A host (``example.com``, ``127.0.0.1:8000``) that pages or sources belong to."""

    __tablename__ = "host"

    host: Mapped[str] = mapped_column(primary_key=True)
    paused_until: Mapped[datetime | None]
    """It asked us to stay away; binds everyone."""
    throttled: Mapped[int] = mapped_column(default=0)
    postponed_until: Mapped[datetime | None]
    """Our own back-off for an unreachable host; its due pages wait."""
    unreachable: Mapped[int] = mapped_column(default=0)
    """How many visits in a row met nobody; sets that back-off."""
    turn: Mapped[int] = mapped_column(BigId, default=0)
    """The lister of the page that was tried last of those that were new: the next one is next."""
    extractor: Mapped[str | None]
    """By which extractor and rule its pages were last read; ``None`` during its first run."""


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
    __table_args__ = (STABLE_IDS,)

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
        STABLE_IDS,
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
    folder: Mapped[str | None]
    """Where it is filed among the sources: ``Papers/Local`` (see ``commands.sources.opml``)."""
    vouched: Mapped[bool] = mapped_column(default=False)
    """A subscriber's headers and cookies may go to ``url`` (``scraper.fetch.vouching``)."""
    cursor_vouched: Mapped[bool] = mapped_column(default=False)
    """The same of ``cursor``."""
    only: Mapped[list[Any] | None]
    """The patterns of the links that are taken (``scraper.discovery.wanted``), of its parts too;
    ``None``: all links."""
    images: Mapped[str | None]
    """Which images of its articles are fetched (``lead``, ``none``); ``None``: as ``[fetch]``
    says."""


class Poll(Base):
    """The ledger: one poll of a source. The pages that it was the first to list name it."""

    __tablename__ = "poll"
    __table_args__ = (Index("ix_poll_source", "source_id", "id"), STABLE_IDS)

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
    left_out: Mapped[int] = mapped_column(default=0)
    """Addresses that were listed and not stored, because too many of this source wait already."""


class Alarm(Base):
    """Something that went wrong with a source and may need a person; open until it is over."""

    __tablename__ = "alarm"
    __table_args__ = (Index("ix_alarm_source", "source_id", "kind"), STABLE_IDS)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    source_id: Mapped[int] = mapped_column(BigId, ForeignKey("source.id", ondelete="CASCADE"))
    kind: Mapped[str]
    since: Mapped[datetime]
    raised_at: Mapped[datetime]
    cleared_at: Mapped[datetime | None]
    detail: Mapped[str]
    examples: Mapped[list[Any]]
    """Up to three addresses."""
    announced: Mapped[str | None]
    """How much of it was made a notice: ``began`` or ``ended``."""


class Page(Base):
    """The frontier: one row for every address known, and the article behind it."""

    __tablename__ = "page"
    __table_args__ = (
        Index("ix_page_due", "host", "lease_run_id", "due_at"),
        partial_index(
            "ix_page_fresh",
            "host",
            "lister_id",
            "news_at",
            where="last_checked_at IS NULL AND due_at IS NOT NULL",
        ),
        partial_index(
            "ix_page_lease",
            "lease_run_id",
            where="lease_run_id IS NOT NULL",
        ),
        Index("ix_page_article", "article_id"),
        Index("ix_page_poll", "poll_id"),
        partial_index(
            "ix_page_backlog",
            "host",
            "news_at",
            where="backlog",
        ),
        partial_index(
            "ix_page_untried",
            "lister_id",
            where="last_checked_at IS NULL AND due_at IS NOT NULL",
        ),
        partial_index(
            "ix_page_backlog_of",
            "lister_id",
            where="backlog",
        ),
        STABLE_IDS,
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
    forgotten_at: Mapped[datetime | None]
    """Its article was removed for good: it is not fetched again, and only its key is left."""
    lister_id: Mapped[int] = mapped_column(BigId, default=0)
    """The source that was the first to list it, of a part its index: the queue in which it waits.
    0 where none did. It stays when the source goes."""
    vouched: Mapped[bool] = mapped_column(default=False)
    """A subscriber's headers and cookies may go to ``url`` (``scraper.fetch.vouching``)."""


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
