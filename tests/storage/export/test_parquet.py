"""Parquet, read back by pyarrow."""

from __future__ import annotations

import gc
import io
from collections.abc import Iterator
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from scraper.model.types import Block, BlockKind, Precision
from storage.export import parquet
from storage.export.parquet import write_parquet
from storage.records import ArticleRecord
from tests.storage.export.makers import EDITION, HOSTILE, make_hostile, make_record, written
from tests.tables import each_row


def table(*records: ArticleRecord) -> pa.Table:
    return pq.read_table(io.BytesIO(written(write_parquet, *records)))


def test_types() -> None:
    schema = table().schema
    for name in ("published_at", "modified_at", "first_seen_at", "last_checked_at"):
        assert schema.field(name).type == pa.timestamp("us", tz="UTC")
    for name in ("authors", "tags"):
        assert schema.field(name).type.value_type == pa.string()
    assert schema.field("id").type == pa.int64()
    assert schema.field("versions").type == pa.int32()
    assert schema.field("title").type == pa.string()


def test_values() -> None:
    cells = Block(BlockKind.TABLE_ROW, "a b", level=None, number=1, cells=("a", "b"))
    (row,) = table(make_record(blocks=(cells,))).to_pylist()
    assert row["published_at"] == datetime(2026, 2, 28, 2, 30, tzinfo=UTC)
    assert row["published_offset"] == 7 * 3600
    assert row["published_precision"] == Precision.MINUTE
    assert row["modified_at"] is None
    assert row["authors"] == ["Ada Pier", "Bo Quay"]
    assert row["versions"] == 1
    assert row["blocks"] == [
        {"kind": "table_row", "text": "a b", "level": None, "number": 1, "cells": ["a", "b"],
         "image_url": None}
    ]  # fmt: skip


def test_nothing_is_a_table_without_rows() -> None:
    empty = table()
    assert (empty.num_rows, empty.column_names[0]) == (0, "id")


def test_row_groups_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "GROUP_ROWS", 3)
    records = [make_record(number) for number in range(1, 9)]
    file = pq.ParquetFile(io.BytesIO(written(write_parquet, *records)))
    assert [file.metadata.row_group(at).num_rows for at in range(file.num_row_groups)] == [3, 3, 2]
    assert file.read()["id"].to_pylist() == [*range(1, 9)]
    monkeypatch.setattr(parquet, "GROUP_CHARACTERS", 1)
    file = pq.ParquetFile(io.BytesIO(written(write_parquet, *records)))
    assert file.num_row_groups == 8


@each_row("text", HOSTILE)
def test_any_text_is_a_value(text: str) -> None:
    (row,) = table(make_hostile(text)).to_pylist()
    expected = text.encode(errors="replace").decode().replace("\0", "")
    assert len(row["title"]) == len(expected)
    if "\ud800" not in text:
        assert row["title"] == expected


def test_the_ends_of_the_calendar() -> None:
    (row,) = table(make_record(published_at=datetime.min.replace(tzinfo=UTC))).to_pylist()
    assert row["published_at"].year == 1


def test_a_failed_write_ends_no_file() -> None:
    """The end of a Parquet file would make a whole one of what was written."""

    def broken() -> Iterator[ArticleRecord]:
        yield make_record()
        raise OSError("gone")

    out = io.BytesIO()
    with pytest.raises(OSError, match="gone"):
        write_parquet(broken(), out, EDITION)
    gc.collect()
    assert out.getvalue() in (b"", b"PAR1")
