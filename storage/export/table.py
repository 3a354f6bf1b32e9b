"""CSV that a spreadsheet may open (RFC 4180, UTF-8).

A spreadsheet takes a cell for a formula by its first character, whether or not it is quoted, and
some drop white space before they look. Such a cell gets an apostrophe in front, which spreadsheets
read as "this is text" (OWASP, "CSV Injection"); so does every name in a cell of several.

Without being asked for it there is no byte order mark, because it would become a part of the first
heading for all other readers. Excel takes a file without one for the system's old encoding, and
with a decimal comma in the system's settings it parts cells at semicolons.
"""

from __future__ import annotations

import csv
import re
from codecs import BOM_UTF8
from collections.abc import Iterable
from typing import Any, BinaryIO

from storage.export.edition import Edition
from storage.export.texts import clean_line, clean_text
from storage.fields import Field, Form, Kind, describe
from storage.records import ArticleRecord
from storage.text.unseen import UNSEEN

BETWEEN = "; "
"""Between several authors, tags or directives in a cell."""

# Also their full-width and small forms, which spreadsheets of Chinese, Japanese and Korean take for
# the same, and the minus sign. Python's \s holds all white space; what is invisible counts as well.
_FORMULA = re.compile(
    f"[\\s\u061c\u200e\u200f{UNSEEN}]*[=+@\uff1d\uff0b\uff20\uff0d\ufe66\ufe62\ufe6b\ufe63\u2212-]"
)
_CONTROL_FIRST = ("\t", "\r", "\n")


class _Utf8:
    """What ``csv`` writes to; it never holds anything back."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def write(self, text: str) -> None:
        self._out.write(text.encode())


def write_csv(
    records: Iterable[ArticleRecord],
    out: BinaryIO,
    edition: Edition,
    *,
    mark: bool = False,
    delimiter: str = ",",
) -> None:
    """One heading row, then a row an article. Line breaks inside a quoted cell are ``\\n``.
    ``mark``: a byte order mark comes first."""
    if mark:
        out.write(BOM_UTF8)
    writer = csv.writer(_Utf8(out), delimiter=delimiter)
    fields = edition.fields(Form.CSV)
    writer.writerow([field.name for field in fields])
    for record in records:
        values = describe(record, fields)
        writer.writerow([_cell(field, values[field.name]) for field in fields])


def guard_cell(text: str) -> str:
    """The text, after an apostrophe where a spreadsheet would take it for a formula."""
    return f"'{text}" if _FORMULA.match(text) or text.startswith(_CONTROL_FIRST) else text


def _cell(field: Field, value: Any) -> str | int:
    match field.kind:
        case Kind.TEXTS:
            return BETWEEN.join(guard_cell(clean_line(name)) for name in value)
        case Kind.FLAG:
            return "yes" if value else ""
        case Kind.LINES:
            return guard_cell(clean_text(value or ""))
    if value is None:
        return ""
    return value if isinstance(value, int) else guard_cell(clean_line(str(value)))
