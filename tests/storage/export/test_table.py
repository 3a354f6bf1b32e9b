"""CSV, read back."""

from __future__ import annotations

import csv
import io
import re

from hypothesis import given

from storage.export.table import guard_cell, write_csv
from storage.export.texts import clean_text
from storage.fields import Form, fields_of
from storage.records import ArticleRecord
from tests.storage.export.makers import HOSTILE, make_hostile, make_record, texts, written
from tests.tables import each_row

COLUMNS = tuple(field.name for field in fields_of(Form.CSV))


def rows(*records: ArticleRecord) -> list[dict[str, str]]:
    text = written(write_csv, *records).decode()
    return [*csv.DictReader(io.StringIO(text, newline=""), strict=True)]


def test_one_heading_row_and_a_row_an_article() -> None:
    first, second = rows(make_record(1), make_record(2, published_at=None, language=None))
    assert tuple(first) == COLUMNS
    assert first["id"] == "1"
    assert first["authors"] == "Ada Pier; Bo Quay"
    assert first["tags"] == "harbour; council"
    assert first["published_at"] == "2026-02-28T09:30:00+07:00"
    assert first["body"] == "One paragraph.\nAnother, with a “quote”."
    assert (second["published_at"], second["language"]) == ("", "")


def test_nothing_is_a_heading_row() -> None:
    assert written(write_csv).decode() == ",".join(COLUMNS) + "\r\n"


def test_there_is_no_byte_order_mark() -> None:
    assert written(write_csv, make_record()).startswith(b"id,")


SIGNS = tuple("=+-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212")

INVISIBLE = "\u200b\u3164\u180e\u034f\ufe0f\u00ad\u061c"


def is_formula(cell: str) -> bool:
    """As the most willing spreadsheet would have it."""
    begins = re.sub(rf"^[\s{INVISIBLE}]+", "", cell)
    return cell.startswith(("\t", "\r", "\n")) or begins.startswith(SIGNS)


@each_row("sign", SIGNS)
@each_row("before", ["", " ", *INVISIBLE])
def test_every_sign_of_a_formula_is_guarded(before: str, sign: str) -> None:
    assert guard_cell(f"{before}{sign}1") == f"'{before}{sign}1"


@each_row("text", HOSTILE)
def test_no_cell_is_a_formula(text: str) -> None:
    (row,) = rows(make_hostile(text))
    for name, cell in row.items():
        assert not is_formula(cell), name
    for name in ("authors", "tags"):
        assert not [part for part in row[name].split("; ") if is_formula(part)]
    assert not set(map(chr, range(32))) - {"\n", "\t"} & set("".join(row.values()))


@given(texts)
def test_a_guarded_cell_is_the_text_or_the_text_behind_an_apostrophe(text: str) -> None:
    guarded = guard_cell(text)
    assert guarded in (text, f"'{text}")
    assert not is_formula(guarded)


@given(texts)
def test_cells_read_back(text: str) -> None:
    (row,) = rows(make_record(body=text, blocks=()))
    assert row["body"] == guard_cell(clean_text(text))


def test_plain_texts_are_left_alone() -> None:
    for text in (
        "a=b",
        "Fünf - sechs",
        "“Quote”",
        "1-2",
        "'tis",
        "— said he",
        "#1",
        "mail@example",
    ):
        assert guard_cell(text) == text
