"""CSV that a spreadsheet may open (RFC 4180, UTF-8 without a byte order mark).

A spreadsheet takes a cell for a formula by its first character, whether or not it is quoted, and
some drop white space before they look. Such a cell gets an apostrophe in front, which spreadsheets
read as "this is text" (OWASP, "CSV Injection"); so does every name in a cell of several. There is
no byte order mark, because it would become a part of the first heading for all other readers:
Excel asks for the encoding under Data > From Text/CSV.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from typing import Any, BinaryIO

from storage.export.edition import Edition
from storage.export.texts import clean_line, clean_text
from storage.records import ArticleRecord
from storage.text.unseen import UNSEEN

COLUMNS = (
    "id",
    "url",
    "canonical_url",
    "title",
    "byline",
    "authors",
    "published_at",
    "modified_at",
    "language",
    "site_name",
    "section",
    "tags",
    "image_url",
    "verdict",
    "versions",
    "first_seen_at",
    "last_checked_at",
    "body",
    "directives",
    "with_credentials",
)
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


def write_csv(records: Iterable[ArticleRecord], out: BinaryIO, edition: Edition) -> None:
    """One heading row, then a row an article. Line breaks inside a quoted cell are ``\\n``."""
    writer = csv.writer(_Utf8(out))
    writer.writerow(COLUMNS)
    for record in records:
        writer.writerow(_row(record, edition))


def guard_cell(text: str) -> str:
    """The text, after an apostrophe where a spreadsheet would take it for a formula."""
    return f"'{text}" if _FORMULA.match(text) or text.startswith(_CONTROL_FIRST) else text


def _row(record: ArticleRecord, edition: Edition) -> list[str | int]:
    values: dict[str, Any] = {
        **edition.describe(record),
        "authors": _join(record.authors),
        "tags": _join(record.tags),
        "section": record.section,
        "image_url": record.image_url,
        "directives": _join(record.directives),
        "with_credentials": "yes" if record.with_credentials else "",
    }
    body = guard_cell(clean_text(record.body or ""))
    return [body if name == "body" else _cell(values[name]) for name in COLUMNS]


def _cell(value: Any) -> str | int:
    if value is None:
        return ""
    return value if isinstance(value, int) else guard_cell(clean_line(str(value)))


def _join(names: Iterable[str]) -> str:
    return BETWEEN.join(guard_cell(clean_line(name)) for name in names)
