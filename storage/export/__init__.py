"""Ways out of the archive: one table of formats, one module each.

A format is a function that is handed whole articles one by one, where they go, and an ``Edition``;
none holds more than a bounded number of articles at a time. ``FORMATS`` is the table; ``writing``
makes the file or directory. To add one: a module with such a function, and its line here. Those in
``web_archive`` are made of stored pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from storage.export.atom import write_atom
from storage.export.clips import is_clip_name, write_clips
from storage.export.dossier.page import write_dossier
from storage.export.edition import Edition
from storage.export.epub import write_epub
from storage.export.jsonl import write_jsonl
from storage.export.parquet import write_parquet
from storage.export.table import write_csv
from storage.export.web_archive.wacz import write_wacz
from storage.export.web_archive.warc import write_plain_warc, write_warc
from storage.records import ArticleRecord

__all__ = ["FORMATS", "DirectoryFormat", "Edition", "FileFormat", "format_of_name"]

Write = Callable[[Iterable[Any], BinaryIO, Edition], None]


@dataclass(frozen=True, slots=True)
class FileFormat:
    write: Write
    """Of ``ArticleRecord``, or of ``WarcArticle`` where it is made of pages."""
    suffixes: tuple[str, ...]
    """By which a name asks for it."""
    _: KW_ONLY
    binary: bool = False
    """Not to be shown on a terminal."""
    needs: str | None = None
    """The module that a plain install lacks; the extra that brings it is called like the format."""
    of_pages: bool = False
    """Made of the stored pages (``web_archive.warc_source``), not of what was read from them."""
    of_history: bool = False
    """Made of all that is known of the articles (``dossier.data``), gathered at once."""
    of_fields: bool = False
    """A record an article, with the fields of ``storage.fields``."""
    special: Mapping[str, Write] = field(default_factory=dict)
    """By suffix, where that asks for something else than ``write`` does."""


@dataclass(frozen=True, slots=True)
class DirectoryFormat:
    write: Callable[[Iterable[ArticleRecord], Path, Edition], None]
    is_ours: Callable[[str], bool]
    """Whether an export gives a file such a name."""
    suffixes: tuple[str, ...] = ("/",)
    of_fields: bool = True


FORMATS: dict[str, FileFormat | DirectoryFormat] = {
    "jsonl": FileFormat(write_jsonl, (".jsonl",), of_fields=True),
    "csv": FileFormat(write_csv, (".csv",), of_fields=True),
    "parquet": FileFormat(
        write_parquet, (".parquet",), binary=True, needs="pyarrow", of_fields=True
    ),
    "markdown": DirectoryFormat(write_clips, is_clip_name),
    "epub": FileFormat(write_epub, (".epub",), binary=True),
    "html": FileFormat(write_dossier, (".html", ".htm"), of_history=True),
    "atom": FileFormat(write_atom, (".atom", ".xml")),
    "warc": FileFormat(
        write_warc,
        (".warc.gz", ".warc"),
        binary=True,
        of_pages=True,
        special={".warc": write_plain_warc},
    ),
    "wacz": FileFormat(write_wacz, (".wacz",), binary=True, of_pages=True),
}


def format_of_name(name: str) -> tuple[str, str] | None:
    """The format that a file's or directory's name asks for, and the suffix by which it does."""
    lower = name.lower()
    for format_name, its in FORMATS.items():
        for suffix in its.suffixes:
            if lower.endswith(suffix):
                return format_name, suffix
    return None
