"""The lead images of articles, as they are stored.

What is handed out is what the bytes are: their type is told by themselves, never by the header
that came with them, and no other type than ``IMAGE_TYPES`` is.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Select, select

from scraper.model.images import media_type_of, size_of
from storage.database.engine import reading
from storage.frontier.pages import chunks
from storage.models import Article, Image, Snapshot, Version
from storage.snapshots import load_payload


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredImage:
    media_type: str
    """One of ``IMAGE_TYPES``."""
    digest: bytes
    """SHA-256 of the body."""
    body: bytes
    url: str
    """Where its article says that it is."""
    fetched_at: datetime
    width: int | None = None
    """In pixels, as the image's own head states it."""
    height: int | None = None


def load_image(engine: Engine, article_id: int) -> StoredImage | None:
    """The image that the article's text came with; ``None`` where none is stored (any more).

    Raises ``StorageError`` where it is damaged.
    """
    query = _stored().add_columns(Snapshot, Image.url, Image.fetched_at)
    with reading(engine) as session:
        row = session.execute(query.where(Article.id == article_id)).first()
        if row is None:
            return None
        body = load_payload(session, row.Snapshot)
    media_type, size = media_type_of(body), size_of(body)
    if media_type is None:
        return None
    return StoredImage(
        media_type=media_type,
        digest=bytes(row.Snapshot.payload_digest),
        body=body,
        url=row.url,
        fetched_at=row.fetched_at,
        width=size[0] if size else None,
        height=size[1] if size else None,
    )


def has_images(engine: Engine, ids: Collection[int]) -> set[int]:
    """Those of these articles of which ``load_image`` has an image. Raises ``StorageError``."""
    with reading(engine) as session:
        return {
            article_id
            for chunk in chunks([*ids])
            for article_id in session.scalars(_stored().where(Article.id.in_(chunk)))
        }


def _stored() -> Select[Any]:
    """Articles with the image of their current version."""
    return (
        select(Article.id)
        .join(Version, Version.id == Article.current_version_id)
        .join(Image, (Image.article_id == Article.id) & (Image.url == Version.image_url))
        .join(Snapshot, Snapshot.id == Image.snapshot_id)
        .where(Snapshot.pruned_at.is_(None))
    )
