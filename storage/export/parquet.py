"""Parquet with proper types, through pyarrow (the extra ``parquet``).

Texts are as they are in the archive: nothing reads a column as markup. Times are in UTC, in
microseconds; what the page said of a time beside it (how exact, at which offset) has columns of
its own.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from scraper.model.types import Block
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
        for group in _groups(records, schema.names):
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


def _groups(
    records: Iterable[ArticleRecord], names: Sequence[str]
) -> Iterator[list[dict[str, Any]]]:
    group: list[dict[str, Any]] = []
    characters = 0
    for record in records:
        group.append(_row(record, names))
        characters += len(record.body or "")
        if len(group) >= GROUP_ROWS or characters >= GROUP_CHARACTERS:
            yield group
            group, characters = [], 0
    if group:
        yield group


def _row(record: ArticleRecord, names: Sequence[str]) -> dict[str, Any]:
    published = record.published_at
    row = {name: _plain(getattr(record, name, None)) for name in names}
    return row | {"published_offset": offset_seconds(published) if published else None}


def _plain(value: Any) -> Any:
    """As Arrow takes it: texts that UTF-8 can spell, times in UTC, numbers of 64 bits."""
    match value:
        case str():
            return scrub(str(value))
        case datetime():
            return in_utc(value)
        case tuple():
            return [_plain(one) for one in value]
        case Block():
            return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
        case int() if abs(value) >= 2**63:
            return None
    return value
