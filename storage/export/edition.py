"""What every format is handed beside the articles."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as with_default
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from storage.export.texts import clean_line
from storage.fields import Field, Form, fields_of
from storage.reading.images import StoredImage
from storage.records import ArticleRecord
from storage.text.fingerprint import in_utc, scrub


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One export. How an article is shown is decided above storage, and passed in as functions."""

    made_at: datetime
    """Aware; the only thing in which two exports of the same articles differ."""
    archive: str
    """What tells this archive from another one (its place); only ever written as a hash."""
    to_json: Callable[[Mapping[str, Any]], str]
    """An object as a line of JSON, without its end."""
    to_markdown: Callable[[ArticleRecord], str]
    """The document, ended by a newline."""
    load_image: Callable[[ArticleRecord], StoredImage | None] = lambda _: None
    """The lead image that goes with an article, where one is stored and may leave."""
    versions: bool = False
    """Whether a record is one version of an article (``Library.stream_versions``)."""
    query: str = ""
    """In the search language; empty: everything."""
    labels: Mapping[int, Sequence[str]] = with_default(default_factory=dict)
    """By article id: what it is listed under beside its own section and tags."""

    def fields(self, form: Form) -> tuple[Field, ...]:
        """What its records have in a form."""
        return fields_of(form, versions=self.versions)

    @property
    def title(self) -> str:
        """One line, clean."""
        return clean_line(f"Clips: {self.query}") if self.query else "Clips"

    @property
    def id(self) -> UUID:
        """The same for the same query to the same archive."""
        return _name_uuid(f"kliping:{self.archive}?{self.query}")

    @property
    def modified(self) -> str:
        """``made_at`` as RFC 3339 and EPUB (``dcterms:modified``) have it."""
        return utc_text(self.made_at)


def article_uuid(record: ArticleRecord) -> UUID:
    """The same wherever and whenever this article is exported: made of its canonical address."""
    return _name_uuid(record.canonical_url)


def utc_text(moment: datetime) -> str:
    """``2026-03-01T12:00:00Z``, fractions cut."""
    return in_utc(moment).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _name_uuid(name: str) -> UUID:
    """RFC 9562 §5.5, of a name that may hold anything."""
    return uuid5(NAMESPACE_URL, scrub(name))
