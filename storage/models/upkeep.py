"""Rows of work on the archive: re-extractions, imports, watches, notices."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import STABLE_IDS, Base
from storage.models.columns import BigId


class Reextraction(Base):
    """A run over stored pages with the rules of today; resumable, and undone as a whole."""

    __tablename__ = "reextraction"
    __table_args__ = (STABLE_IDS,)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    extractor_version: Mapped[str]
    scope: Mapped[dict[str, Any]]
    """What was asked for: ``since``, ``site``."""
    started_at: Mapped[datetime]
    cursor: Mapped[int] = mapped_column(BigId, default=0)
    """The last article whose page was read again, and what that made of it applied."""
    finished_at: Mapped[datetime | None]
    """When all were read and applied; ``None`` where it was stopped."""
    undone_at: Mapped[datetime | None]
    counts: Mapped[dict[str, Any]]


class ReextractionChange(Base):
    """An article that a re-extraction has changed, and what takes that back."""

    __tablename__ = "reextraction_change"
    __table_args__ = (
        Index("ix_reextraction_change_article", "article_id"),
        {"sqlite_with_rowid": False},
    )

    reextraction_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("reextraction.id", ondelete="CASCADE"), primary_key=True
    )
    article_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("article.id", ondelete="CASCADE"), primary_key=True
    )
    version_id: Mapped[int | None] = mapped_column(BigId)
    """The article's version that was read again; ``None`` where it had none."""
    made_version_id: Mapped[int] = mapped_column(BigId)
    """The version that took its place."""
    undo: Mapped[dict[str, Any] | None]
    """The article's columns that were changed, as they were; ``None`` once it is taken back."""


class Intake(Base):
    """A file that is or was imported, and how far."""

    __tablename__ = "intake"
    __table_args__ = (STABLE_IDS,)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[bytes] = mapped_column(unique=True)
    """Of the file's content and size: a file may move, or be another one under its name."""
    path: Mapped[str]
    size: Mapped[int] = mapped_column(BigId)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    position: Mapped[int] = mapped_column(BigId, default=0)
    """Where reading goes on."""
    counts: Mapped[dict[str, Any]]
    damage: Mapped[list[Any]]
    """Members that were skipped: where, and why; the first hundred."""


class Watch(Base):
    """A query whose new hits a person wants to hear of."""

    __tablename__ = "watch"
    __table_args__ = (STABLE_IDS,)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    query: Mapped[str]
    added_at: Mapped[datetime]
    last_run_at: Mapped[datetime | None]
    last_document_id: Mapped[int] = mapped_column(BigId, default=0)
    """What was filed up to here has been told."""
    last_entry_id: Mapped[int] = mapped_column(BigId, default=0)
    """… and what was edited up to here."""
    teasers: Mapped[bool] = mapped_column(default=False)
    """Whether it tells of teasers, too."""
    reports: Mapped[str | None]
    """``edits`` or ``stealth``: it tells of edits; ``None``: of articles."""
    last_version_id: Mapped[int | None] = mapped_column(BigId)
    """Of a watch for edits: those that made versions up to here have been told."""


class Notice(Base):
    """What is to be delivered by one channel, until it is. It names what it tells of, and holds
    none of its words: what is forgotten meanwhile is told nobody."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_channel", "channel", "due_at"), STABLE_IDS)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str]
    """By which a receiver knows one that comes twice."""
    channel: Mapped[str]
    kind: Mapped[str]
    watch: Mapped[str | None]
    """The name of the watch that it is of, if it is."""
    made_at: Mapped[datetime]
    due_at: Mapped[datetime]
    """Not before: while one process sends it, no other does."""
    problem: Mapped[str | None]
    """Why it could not be delivered, the last time."""
    items: Mapped[list[Any]]
    """Ids of articles, of versions, or of alarms with what became of them."""
