"""What the documents of the full-text index are made of. Pure.

There are two indexes of one make. The main one holds what each article says now. The hidden one
holds what a plain search does not see: what an earlier version said, and teasers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Table, TextClause, text

from scraper.model.types import BlockKind
from storage.models import Article, Document, HiddenDocument, Version, table_of
from storage.search import latin, postgres, tokenizer
from storage.search.labels import labels_of
from storage.text.fingerprint import read_time

# The view reads the authors as JSON, where these are letters behind a backslash.
_ESCAPED = re.compile(r"[\x00-\x1f]")
_ARTICLES, _VERSIONS = table_of(Article), table_of(Version)
DAY_AND_PLACE = (
    _ARTICLES.c.canonical_url,
    _ARTICLES.c.url,
    _ARTICLES.c.first_seen_at,
    _VERSIONS.c.published_at,
    _VERSIONS.c.published_offset,
    _VERSIONS.c.language,
    _ARTICLES.c.site,
    _VERSIONS.c.section,
)
"""What the labels are made of, and the facets."""
TEXTS = (
    _VERSIONS.c.title,
    _VERSIONS.c.byline,
    _VERSIONS.c.authors,
    _VERSIONS.c.tags,
    _VERSIONS.c.body,
    _VERSIONS.c.blocks,
)
COLUMNS = (_ARTICLES.c.id, _ARTICLES.c.filed_by, *DAY_AND_PLACE, *TEXTS)
"""What a document is made of, whichever version it is that is read."""
FIELDS = ("title", "author", "body", "more")
"""The columns of text; ``more`` has the captions and the tags."""


FACET_SEPARATOR = "\x1f"
"""Between the values that an article is counted by, and around them."""
SITE, LANGUAGE, SECTION, AUTHOR, DAY = "slcad"
"""What a value is of: its first letter."""


@dataclass(frozen=True, slots=True)
class TextIndex:
    """One of the two: FTS5's table of this ``name``, its content's view, and what the view reads
    beside the versions (on PostgreSQL: what holds the vectors)."""

    name: str
    documents: Table

    @property
    def columns(self) -> str:
        return ", ".join([*FIELDS, "labels"])

    def take_out(self, condition: str) -> TextClause:
        """FTS5 takes an entry out by the very values that it was put in with."""
        return text(
            f"INSERT INTO {self.name} ({self.name}, rowid, {self.columns})"  # noqa: S608 - ours
            f" SELECT 'delete', id, {self.columns} FROM {self.name}_content WHERE {condition}"
        )

    def put_in(self) -> TextClause:
        values = ", ".join(f":{name}" for name in ("id", *FIELDS, "labels"))
        return text(
            f"INSERT INTO {self.name} (rowid, {self.columns}) VALUES ({values})"  # noqa: S608
        )

    def command(self, words: str) -> TextClause:
        """One of FTS5's own, such as ``rebuild``."""
        return text(f"INSERT INTO {self.name} ({self.name}) VALUES ('{words}')")  # noqa: S608


MAIN = TextIndex("search", table_of(Document))
HIDDEN = TextIndex("search_hidden", table_of(HiddenDocument))
BOTH = (MAIN, HIDDEN)


def document_values(row: Any) -> dict[str, Any]:
    """The row of ``document`` for an article, given the columns of it and its current version."""
    values = {
        "id": row.filed_by,
        "article_id": row.id,
        "labels": plain_labels(row),
        "dated_at": row.published_at or row.first_seen_at,
    }
    return values | _text_values(row) | {"facets": _facets(row, values["labels"])}


def hidden_values(row: Any) -> dict[str, Any]:
    """The row of ``hidden_document`` for a version, which has ``id``, ``article_id`` and ``kind``
    beside."""
    ids = {"id": row.id, "article_id": row.article_id}
    labels = hidden_labels(row)
    return ids | _text_values(row) | {"labels": labels, "facets": _facets(row, labels)}


def facets_of(labels: str, site: str, section: str | None, authors: Sequence[str]) -> str:
    """What an article is counted by: its site, section and authors, its language and its day as
    they stand among the labels, each between separators, with its letter first."""
    values = [facet(SITE, site)]
    values += [facet(SECTION, section)] if section else []
    values += [facet(AUTHOR, one) for one in dict.fromkeys(authors) if one]
    for label in labels.split():
        if label.startswith("zzl"):
            values.append(facet(LANGUAGE, label[3:]))
        elif label.startswith("zzd"):
            values.append(facet(DAY, label[3:]))
    return FACET_SEPARATOR + FACET_SEPARATOR.join(values) + FACET_SEPARATOR


def facet(letter: str, value: str) -> str:
    return letter + value.replace(FACET_SEPARATOR, " ")


def plain_labels(row: Any) -> str:
    return labels_of(row.canonical_url, row.url, row.language, day_of(row))


def hidden_labels(row: Any) -> str:
    return f"{plain_labels(row)} {row.kind}"


def day_of(row: Any) -> date:
    """The day by which an article is filtered: on which it was published, at the offset that the
    page states; without a published date the one (UTC) on which it was first seen."""
    published: datetime | None = read_time(row.published_at, row.published_offset)
    return (published or row.first_seen_at.astimezone(UTC)).date()


def content_of(row: Any, values: dict[str, Any]) -> dict[str, Any]:
    """The values with the words that SQLite's view has of them.

    They are made quicker here: the view looks through a text for each letter.
    """
    plain = {"title": row.title or "", "author": _author(row), "body": row.body}
    texts = {
        name: latin.spell(text if values[name] is None else values[name])
        for name, text in plain.items()
    }
    return values | texts | {"more": values["more"] or ""}


def vector_of(row: Any, labels: str) -> str:
    """The same on PostgreSQL, as a tsvector."""
    more = _more(row)
    return postgres.vector_of(row.title or "", _author(row), (row.body, more), labels)


def captions_of(blocks: Iterable[Sequence[Any]]) -> list[str]:
    """The texts of captions among the blocks as they are stored (``contents``)."""
    return [block[2] for block in blocks if block[0] == BlockKind.CAPTION.value]


def _text_values(row: Any) -> dict[str, Any]:
    author = _author(row)
    return {
        "title": _if_needed(row.title or ""),
        "author": tokenizer.indexed(author) if _ESCAPED.search(author) else _if_needed(author),
        "body": _if_needed(row.body),
        "more": latin.spell(tokenizer.indexed(_more(row))) or None,
    }


def _facets(row: Any, labels: str) -> str:
    return facets_of(labels, row.site, row.section, row.authors)


def _author(row: Any) -> str:
    return " ".join([*row.authors, row.byline or ""])


def _more(row: Any) -> str:
    return "\n".join([*captions_of(row.blocks), *row.tags])


def _if_needed(value: str) -> str | None:
    made = tokenizer.indexed(value)
    return None if made is value else made
