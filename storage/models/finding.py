"""Rows by which articles are found and linked: the index's documents, fingerprints, likeness.

All of them can be made anew from the versions. The full-text index itself is no table of the ORM:
``storage.search`` makes and asks it, each database in its own way.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base
from storage.models.columns import BigId


class Document(Base):
    """What the full-text index holds of an article beside its current version's own columns.

    The columns of text are set where the script has no spaces between words: they are indexed in
    place of the version's.
    """

    __tablename__ = "document"
    __table_args__ = (Index("ix_document_dated", "dated_at", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    """``article.filed_by``: so the index is in the filing order."""
    article_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("article.id", ondelete="CASCADE"), unique=True
    )
    labels: Mapped[str]
    """What is filtered by, as words: hosts, language, days."""
    title: Mapped[str | None]
    author: Mapped[str | None]
    body: Mapped[str | None]
    more: Mapped[str | None]
    """The captions and the tags, as they are indexed."""
    dated_at: Mapped[datetime | None]
    """When it was published, else first seen. Never empty (SQLite adds no column that may not
    be)."""
    facets: Mapped[str | None]
    """What it is counted by (``documents.facets_of``). Never empty, either."""


class HiddenDocument(Base):
    """The same of a text that a plain search does not see: an earlier version, or a teaser."""

    __tablename__ = "hidden_document"
    __table_args__ = (Index("ix_hidden_document_article", "article_id"),)

    id: Mapped[int] = mapped_column(
        BigId, ForeignKey("version.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    """The version's."""
    article_id: Mapped[int] = mapped_column(BigId, ForeignKey("article.id", ondelete="CASCADE"))
    labels: Mapped[str]
    title: Mapped[str | None]
    author: Mapped[str | None]
    body: Mapped[str | None]
    more: Mapped[str | None]
    facets: Mapped[str | None]


class Shingle(Base):
    """The fingerprint of each article's current text: its 16 smallest hashes of word runs."""

    __tablename__ = "shingle"
    __table_args__ = ({"sqlite_with_rowid": False},)

    hash: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    article_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    """Not a foreign key: it would be looked for in millions of rows whenever an article goes."""


class Likeness(Base):
    """Two articles that share most of their text. ``article_id`` is the one compared later."""

    __tablename__ = "likeness"
    __table_args__ = (Index("ix_likeness_other", "other_id"), {"sqlite_with_rowid": False})

    article_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("article.id", ondelete="CASCADE"), primary_key=True
    )
    other_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("article.id", ondelete="CASCADE"), primary_key=True
    )
    containment: Mapped[float]
    """Share of the shorter one's word runs that stand in the other, when they were compared."""
    linked: Mapped[bool]
    """Whether that made them one story; else it is a suggestion."""
