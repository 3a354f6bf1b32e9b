"""Ways out of the archive: one table of formats, one module each.

A format is a function that is handed whole articles one by one, where they go, and an ``Edition``;
none holds more than a bounded number of articles at a time. ``FORMATS`` is the table; ``writing``
makes the file or directory. To add one: a module with such a function, and its line here. Those in
``web_archive`` are made of stored pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from storage.export.atom import write_atom
from storage.export.clips import is_clip_name, write_clips
from storage.export.edition import Edition
from storage.export.epub import write_epub
from storage.export.jsonl import write_jsonl
from storage.export.parquet import write_parquet
from storage.export.table import write_csv
from storage.export.web_archive.wacz import write_wacz
from storage.export.web_archive.warc import write_warc
from storage.records import ArticleRecord

__all__ = ["FORMATS", "DirectoryFormat", "Edition", "FileFormat"]


@dataclass(frozen=True, slots=True)
class FileFormat:
    write: Callable[[Iterable[Any], BinaryIO, Edition], None]
    """Of ``ArticleRecord``, or of ``WarcArticle`` where it is made of pages."""
    binary: bool = False
    """Not to be shown on a terminal."""
    needs: str | None = None
    """The module that a plain install lacks; the extra that brings it is called like the format."""
    of_pages: bool = False
    """Made of the stored pages (``web_archive.warc_source``), not of what was read from them."""


@dataclass(frozen=True, slots=True)
class DirectoryFormat:
    write: Callable[[Iterable[ArticleRecord], Path, Edition], None]
    is_ours: Callable[[str], bool]
    """Whether an export gives a file such a name."""


FORMATS: dict[str, FileFormat | DirectoryFormat] = {
    "jsonl": FileFormat(write_jsonl),
    "csv": FileFormat(write_csv),
    "parquet": FileFormat(write_parquet, binary=True, needs="pyarrow"),
    "markdown": DirectoryFormat(write_clips, is_clip_name),
    "epub": FileFormat(write_epub, binary=True),
    "atom": FileFormat(write_atom),
    "warc": FileFormat(write_warc, binary=True, of_pages=True),
    "wacz": FileFormat(write_wacz, binary=True, of_pages=True),
}
