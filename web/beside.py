"""What stands beside the articles of a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from storage.reading.images import has_images
from storage.reading.marks import Marks, load_marks
from storage.records import ArticleRecord


@dataclass(frozen=True, slots=True)
class Beside:
    marks: dict[int, Marks]
    images: set[int]
    """The articles whose lead image is stored."""


def load_beside(engine: Engine, records: Sequence[ArticleRecord]) -> Beside:
    """Raises ``StorageError``."""
    ids = [one.id for one in records]
    pictured = [one.id for one in records if one.image_url]
    return Beside(load_marks(engine, ids), has_images(engine, pictured) if pictured else set())
