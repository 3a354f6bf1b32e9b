"""What is told of an article: one table of fields, for every form in which one is handed out.

``show --json`` and all exports of texts take their keys, the order and the types from ``FIELDS``;
docs/fields.md is made of it. To add a field, add a line: the last one, since scripts count the
columns of a CSV file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import KW_ONLY, dataclass
from enum import Enum, Flag, auto
from operator import attrgetter
from typing import Any

from scraper.errors import AddressError
from scraper.model.times import format_time
from scraper.model.types import Block, Provenance
from scraper.urls import site_of
from storage.records import ArticleRecord
from storage.text.fingerprint import offset_seconds


class Form(Flag):
    """Where an article is told of."""

    LIST = auto()
    """``list --json`` and its like, which leave out the text."""
    JSON = auto()
    """``show --json``, ``fetch --json`` and the lines of JSON lines."""
    CSV = auto()
    PARQUET = auto()
    MARKDOWN = auto()
    """The front matter."""


class Kind(Enum):
    """What a value is. The value of a member is what the docs call it."""

    ID = "integer"
    NUMBER = "small integer"
    TEXT = "text"
    LINES = "text of several lines"
    TEXTS = "list of texts"
    TIME = "time"
    FLAG = "true or false"
    BLOCKS = "list of blocks"
    PROVENANCE = "object"


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    kind: Kind
    about: str
    """One sentence."""
    forms: Form
    _: KW_ONLY
    nullable: bool = False
    value: Callable[[ArticleRecord], Any] | None = None
    """Where it is from; ``None``: the record's attribute of this name."""
    if_any: bool = False
    """In JSON it is there only where it says something."""

    def of(self, record: ArticleRecord) -> Any:
        """The value as Python has it: texts, numbers, times, tuples, blocks."""
        return getattr(record, self.name) if self.value is None else self.value(record)


def _site(record: ArticleRecord) -> str:
    try:
        return site_of(record.url)
    except (AddressError, ValueError):
        return ""


def _word_count(record: ArticleRecord) -> int | None:
    from storage.text.tokens import count_words  # its patterns take 20 ms: not for a list

    return None if record.body is None else count_words(record.body)


def _published_offset(record: ArticleRecord) -> int | None:
    return offset_seconds(record.published_at) if record.published_at else None


_TABLES = Form.CSV | Form.PARQUET
_TEXTS = Form.JSON | _TABLES | Form.MARKDOWN
_ALL = Form.LIST | _TEXTS

FIELDS = (
    Field("id", Kind.ID, "The article's number in this archive.", _ALL),
    Field("url", Kind.TEXT, "The address where the text was read, after redirects.", _ALL),
    Field("canonical_url", Kind.TEXT, "kliping's own normal form of the address.", _ALL),
    Field("title", Kind.TEXT, "The headline.", _ALL, nullable=True),
    Field("byline", Kind.TEXT, "The credit as it is printed.", _ALL, nullable=True),
    Field("authors", Kind.TEXTS, "The names in it; may be empty.", _ALL),
    Field(
        "published_at",
        Kind.TIME,
        "When it was published, as the publisher states it, with its offset; as text the date, "
        "month or year alone where no more is known. In Parquet it is in UTC.",
        _ALL,
        nullable=True,
    ),
    Field(
        "published_offset",
        Kind.NUMBER,
        "The offset of that time, in seconds east of UTC.",
        Form.PARQUET,
        nullable=True,
        value=_published_offset,
    ),
    Field(
        "published_precision",
        Kind.TEXT,
        "How exactly that time is known: `second`, `minute`, `hour`, `day`, `month` or `year`.",
        Form.PARQUET,
        nullable=True,
    ),
    Field(
        "published_zone",
        Kind.TEXT,
        "Whether the page states the offset (`stated`), or it was `assumed`.",
        Form.PARQUET,
        nullable=True,
    ),
    Field(
        "modified_at",
        Kind.TIME,
        "When the publisher says that it was changed.",
        _ALL,
        nullable=True,
    ),
    Field("language", Kind.TEXT, "The language as ISO 639-1 has it: `en`.", _ALL, nullable=True),
    Field("site_name", Kind.TEXT, "What the outlet calls itself.", _ALL, nullable=True),
    Field("section", Kind.TEXT, "The section, as the page names it.", _TEXTS, nullable=True),
    Field("tags", Kind.TEXTS, "The page's keywords; may be empty.", _TEXTS),
    Field("image_url", Kind.TEXT, "The address of the lead image.", _TEXTS, nullable=True),
    Field(
        "verdict",
        Kind.TEXT,
        "What the page is: `article`, in every export.",
        Form.LIST | Form.JSON | _TABLES,
    ),
    Field("versions", Kind.NUMBER, "How many versions the publisher had.", _ALL),
    Field(
        "duplicate_of",
        Kind.ID,
        "The article of another outlet that had the same text first.",
        Form.PARQUET,
        nullable=True,
    ),
    Field("first_seen_at", Kind.TIME, "When kliping first saw the article.", _ALL),
    Field("last_checked_at", Kind.TIME, "When kliping last asked for it.", _ALL),
    Field(
        "body",
        Kind.LINES,
        "The text, a paragraph a line, without captions.",
        Form.JSON | _TABLES,
        nullable=True,
    ),
    Field(
        "provenance",
        Kind.PROVENANCE,
        "For each field of the page the rule that found it, and what lost.",
        Form.JSON,
    ),
    Field(
        "blocks",
        Kind.BLOCKS,
        "The text by its kind: `kind`, `text`, and where it has one `level`, `number`, `cells`, "
        "`image_url`.",
        Form.JSON | Form.PARQUET,
    ),
    Field(
        "directives",
        Kind.TEXTS,
        "What the publisher forbids with it: `noarchive`, ….",
        _ALL,
        if_any=True,
    ),
    Field(
        "with_credentials",
        Kind.FLAG,
        "Whether the text was read with a subscription; in CSV `yes` or nothing.",
        Form.LIST | Form.JSON | _TABLES,
        if_any=True,
    ),
    Field("site", Kind.TEXT, "The outlet: `example.com`.", _TEXTS, value=_site),
    Field(
        "source",
        Kind.TEXT,
        "The name of the first source that listed it; null where it was fetched by hand.",
        _TEXTS,
        nullable=True,
    ),
    Field(
        "word_count",
        Kind.NUMBER,
        "The words and numbers of `body`; in scripts without spaces (Chinese, Japanese, Thai, "
        "Lao, Khmer, Burmese) each character counts.",
        _TEXTS,
        nullable=True,
        value=_word_count,
    ),
)

VERSION_FIELDS = (
    Field(
        "version",
        Kind.NUMBER,
        "The version's number, from 1 in the order in which they were first seen.",
        _TEXTS,
        value=attrgetter("version.number"),
    ),
    Field(
        "seen_at",
        Kind.TIME,
        "When it was first seen (`first_seen_at` of `history --json`).",
        _TEXTS,
        value=attrgetter("version.seen_at"),
    ),
    Field(
        "fetched_at",
        Kind.TIME,
        "When the page was fetched that it was read from.",
        _TEXTS,
        value=attrgetter("version.fetched_at"),
    ),
    Field(
        "current",
        Kind.FLAG,
        "Whether the article says so now.",
        _TEXTS,
        value=attrgetter("version.current"),
    ),
    Field(
        "accepted",
        Kind.FLAG,
        "Whether it was the article's text; else it is kept beside it, and `reason` says why.",
        _TEXTS,
        value=attrgetter("version.accepted"),
    ),
    Field(
        "reason",
        Kind.TEXT,
        "Why it is not the article's text.",
        _TEXTS,
        nullable=True,
        value=attrgetter("version.reason"),
    ),
    Field(
        "cause",
        Kind.TEXT,
        "Whose change it is: `publisher`; `extractor`, where kliping read the same page better; "
        "`date`, where the same text got a better date.",
        _TEXTS,
        value=attrgetter("version.cause"),
    ),
    Field(
        "recorded",
        Kind.FLAG,
        "Whether it is known from a web archive alone.",
        _TEXTS,
        value=attrgetter("version.recorded"),
    ),
    Field(
        "kinds",
        Kind.TEXTS,
        "What it changed, as `edits --json` has it; empty for the first version.",
        _TEXTS,
        value=attrgetter("version.kinds"),
    ),
    Field(
        "stealth",
        Kind.FLAG,
        "Whether the publisher changed the text and did not say so.",
        _TEXTS,
        value=attrgetter("version.stealth"),
    ),
    Field(
        "summary",
        Kind.TEXT,
        "The change in words.",
        _TEXTS,
        nullable=True,
        value=attrgetter("version.summary"),
    ),
)
"""Of a record that is one version of an article (``export --versions``), beside ``FIELDS``."""


def fields_of(form: Form, *, versions: bool = False) -> tuple[Field, ...]:
    """Those of a form, in their order; with ``versions`` those of a version behind the id."""
    wanted = (FIELDS[0], *VERSION_FIELDS, *FIELDS[1:]) if versions else FIELDS
    return tuple(field for field in wanted if form in field.forms)


def describe(record: ArticleRecord, fields: Iterable[Field]) -> dict[str, Any]:
    """Each field by its name, as JSON has values; times as text."""
    return {field.name: _plain(field, record) for field in fields}


def as_object(record: ArticleRecord, form: Form, *, versions: bool = False) -> dict[str, Any]:
    """The record as one object of JSON."""
    fields = fields_of(form, versions=versions)
    values = describe(record, fields)
    for field in fields:
        if field.if_any and not values[field.name]:
            del values[field.name]
    return values


def block_object(block: Block) -> dict[str, Any]:
    """``kind`` and ``text``, and what else a block of its kind has."""
    values: dict[str, Any] = {"kind": block.kind.value, "text": block.text}
    more = {"level": block.level, "number": block.number, "image_url": block.image_url}
    values |= {key: value for key, value in more.items() if value is not None}
    return values | {"cells": list(block.cells)} if block.cells else values


def _plain(field: Field, record: ArticleRecord) -> Any:
    value = field.of(record)
    match field.kind:
        case Kind.TIME:
            is_published = field.name == "published_at"
            return format_time(value, record.published_precision if is_published else None)
        case Kind.TEXTS:
            return list(value)
        case Kind.BLOCKS:
            return [*map(block_object, value)]
        case Kind.PROVENANCE:
            return _provenance_object(value)
    return value


def _provenance_object(provenance: Mapping[str, Provenance]) -> dict[str, Any]:
    return {
        name: {
            "source": why.source,
            "confidence": why.confidence,
            "candidates": [
                {"value": one.value, "source": one.source, "confidence": one.confidence}
                for one in why.candidates
            ],
        }
        for name, why in provenance.items()
    }
