"""Rows of the proof: what was done to the archive, entry by entry, and the chain over them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import STABLE_IDS, Base, partial_index
from storage.models.columns import BigId


class Entry(Base):
    """One thing that was done: a capture, a rejection, a re-extraction, a pruning, a removal."""

    __tablename__ = "entry"
    __table_args__ = (
        Index("ix_entry_article", "article_id"),
        partial_index(
            "ix_entry_unsealed",
            "id",
            where="position IS NULL",
        ),
        STABLE_IDS,
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str]
    recorded_at: Mapped[datetime]
    position: Mapped[int | None] = mapped_column(BigId, unique=True)
    """Its place in the chain, from 1; ``None`` before it is sealed."""
    article_id: Mapped[int | None] = mapped_column(BigId)
    """To look it up by; no part of what is proven, as articles may be joined."""
    url: Mapped[str | None]
    fetched_at: Mapped[datetime | None]
    payload_digest: Mapped[bytes | None]
    version_digest: Mapped[bytes | None]
    detail: Mapped[dict[str, Any] | None]
    redacted: Mapped[bool] = mapped_column(default=False)
    """Its article was removed: what it said is gone, its digest stays in the chain."""
    digest: Mapped[bytes]
    """SHA-256 of what it says (``storage.proof.digests``)."""


class Seal(Base):
    """The chain's state after a batch of entries."""

    __tablename__ = "seal"
    __table_args__ = (STABLE_IDS,)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    sealed_at: Mapped[datetime]
    position: Mapped[int] = mapped_column(BigId, unique=True)
    """Of the last entry in it."""
    digest: Mapped[bytes]
    """Of the chain up to there."""


class ReferencePage(Base):
    """The snapshot with which a host's later pages are compressed now
    (``storage.snapshots``)."""

    __tablename__ = "reference_page"

    host: Mapped[str] = mapped_column(primary_key=True)
    snapshot_id: Mapped[int] = mapped_column(BigId, ForeignKey("snapshot.id"))
    pages: Mapped[int] = mapped_column(default=0)
    """How many were compressed with it."""
    share: Mapped[float | None]
    """Stored size by payload size of those pages, the recent ones weighing more."""
