"""JSON Lines: the object that ``show --json`` prints, an article a line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from storage.export.edition import Edition
from storage.fields import Form, as_object
from storage.records import ArticleRecord


def write_jsonl(records: Iterable[ArticleRecord], out: BinaryIO, edition: Edition) -> None:
    """UTF-8; no line holds a character that ``str.splitlines`` or a terminal would act on."""
    for record in records:
        line = edition.to_json(as_object(record, Form.JSON, versions=edition.versions))
        out.write(line.encode() + b"\n")
