"""Parquet with proper types, through pyarrow (the extra ``parquet``).

Texts are as they are in the archive: nothing reads a column as markup. Times are in UTC, in
microseconds; what the page said of a time beside it (how exact, at which offset) has columns of
its own.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from storage.export.edition import Edition
from storage.records import ArticleRecord
from storage.text.fingerprint import in_utc, offset_seconds, scrub

if TYPE_CHECKING:
    import pyarrow as pa

GROUP_ROWS = 1_000
GROUP_CHARACTERS = 4_000_000
"""Of the bodies in a row group, whichever comes first; a group is what is held in memory."""


class _Sink(io.RawIOBase):
    """Passes on what pyarrow writes, until it is cut: after an error pyarrow writes an end to what
    there is, which would make a whole file of half a one."""

    def __init__(self, out: BinaryIO) -> None:
        self._out: BinaryIO | None = out

    def cut(self) -> None:
        self._out = None

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        if self._out is not None:
            self._out.write(data)
        return memoryview(data).nbytes


def write_parquet(records: Iterable[ArticleRecord], out: BinaryIO, edition: Edition) -> None:
    """Row groups as they fill. Raises ``ImportError`` without pyarrow."""
    import pyarrow as pa  # optional extra
    import pyarrow.parquet as pq

    schema, sink = _schema(), _Sink(out)
    writer = pq.ParquetWriter(sink, schema, compression="zstd")
    try:
        for group in _groups(records):
            writer.write_table(pa.Table.from_pylist(group, schema=schema))
        writer.close()
    finally:
        sink.cut()
        writer.is_open = False


def _schema() -> pa.Schema:
    import pyarrow as pa  # optional extra

    text, texts, time = pa.string(), pa.list_(pa.string()), pa.timestamp("us", tz="UTC")
    block = pa.struct(
        [
            pa.field("kind", text, nullable=False),
            pa.field("text", text, nullable=False),
            ("level", pa.int32()),
            ("number", pa.int64()),
            ("cells", texts),
            ("image_url", text),
        ]
    )
    return pa.schema(
        [
            pa.field("id", pa.int64(), nullable=False),
            pa.field("url", text, nullable=False),
            pa.field("canonical_url", text, nullable=False),
            ("title", text),
            ("byline", text),
            pa.field("authors", texts, nullable=False),
            ("published_at", time),
            ("published_offset", pa.int32()),  # seconds east of UTC
            ("published_precision", text),
            ("published_zone", text),
            ("modified_at", time),
            ("language", text),
            ("site_name", text),
            ("section", text),
            pa.field("tags", texts, nullable=False),
            ("image_url", text),
            pa.field("verdict", text, nullable=False),
            pa.field("versions", pa.int32(), nullable=False),
            ("duplicate_of", pa.int64()),
            pa.field("first_seen_at", time, nullable=False),
            pa.field("last_checked_at", time, nullable=False),
            ("body", text),
            pa.field("blocks", pa.list_(block), nullable=False),
            pa.field("directives", texts, nullable=False),
            pa.field("with_credentials", pa.bool_(), nullable=False),
        ]
    )


def _groups(records: Iterable[ArticleRecord]) -> Iterator[list[dict[str, Any]]]:
    group: list[dict[str, Any]] = []
    characters = 0
    for record in records:
        group.append(_row(record))
        characters += len(record.body or "")
        if len(group) >= GROUP_ROWS or characters >= GROUP_CHARACTERS:
            yield group
            group, characters = [], 0
    if group:
        yield group


def _row(record: ArticleRecord) -> dict[str, Any]:
    published = record.published_at
    return {
        "id": record.id,
        "url": scrub(record.url),
        "canonical_url": scrub(record.canonical_url),
        "title": _text(record.title),
        "byline": _text(record.byline),
        "authors": [*map(scrub, record.authors)],
        "published_at": _time(published),
        "published_offset": offset_seconds(published) if published else None,
        "published_precision": _text(record.published_precision),
        "published_zone": _text(record.published_zone),
        "modified_at": _time(record.modified_at),
        "language": _text(record.language),
        "site_name": _text(record.site_name),
        "section": _text(record.section),
        "tags": [*map(scrub, record.tags)],
        "image_url": _text(record.image_url),
        "verdict": str(record.verdict),
        "versions": record.versions,
        "duplicate_of": record.duplicate_of,
        "first_seen_at": _time(record.first_seen_at),
        "last_checked_at": _time(record.last_checked_at),
        "body": _text(record.body),
        "blocks": [
            {
                "kind": str(block.kind),
                "text": scrub(block.text),
                "level": block.level,
                "number": block.number if abs(block.number or 0) < 2**63 else None,
                "cells": [*map(scrub, block.cells)],
                "image_url": _text(block.image_url),
            }
            for block in record.blocks
        ],
        "directives": [*map(scrub, record.directives)],
        "with_credentials": record.with_credentials,
    }


def _text(value: str | None) -> str | None:
    return None if value is None else scrub(str(value))


def _time(moment: datetime | None) -> datetime | None:
    return None if moment is None else in_utc(moment)
