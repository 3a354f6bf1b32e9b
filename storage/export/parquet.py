"""Parquet with proper types, through pyarrow (the extra ``parquet``).

Texts are as they are in the archive: nothing reads a column as markup. Times are in UTC, in
microseconds; what the page said of a time beside it (how exact, at which offset) has columns of
its own.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields as attributes_of
from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from scraper.model.types import Block
from storage.export.edition import Edition
from storage.fields import Field, Form, Kind
from storage.records import ArticleRecord
from storage.text.fingerprint import in_utc, scrub

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

    fields = edition.fields(Form.PARQUET)
    schema, sink = _schema(fields), _Sink(out)
    writer = pq.ParquetWriter(sink, schema, compression="zstd")
    try:
        for group in _groups(records, fields):
            writer.write_table(pa.Table.from_pylist(group, schema=schema))
        writer.close()
    finally:
        sink.cut()
        writer.is_open = False


def _schema(fields: Sequence[Field]) -> pa.Schema:
    import pyarrow as pa  # optional extra

    text, texts = pa.string(), pa.list_(pa.string())
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
    types = {
        Kind.ID: pa.int64(),
        Kind.NUMBER: pa.int32(),
        Kind.TEXT: text,
        Kind.LINES: text,
        Kind.TEXTS: texts,
        Kind.TIME: pa.timestamp("us", tz="UTC"),
        Kind.FLAG: pa.bool_(),
        Kind.BLOCKS: pa.list_(block),
    }
    return pa.schema([pa.field(one.name, types[one.kind], nullable=one.nullable) for one in fields])


def _groups(
    records: Iterable[ArticleRecord], fields: Sequence[Field]
) -> Iterator[list[dict[str, Any]]]:
    group: list[dict[str, Any]] = []
    characters = 0
    for record in records:
        group.append({field.name: _plain(field.of(record)) for field in fields})
        characters += len(record.body or "")
        if len(group) >= GROUP_ROWS or characters >= GROUP_CHARACTERS:
            yield group
            group, characters = [], 0
    if group:
        yield group


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
            return {one.name: _plain(getattr(value, one.name)) for one in attributes_of(value)}
        case int() if abs(value) >= 2**63:
            return None
    return value
