"""Markdown: a directory with a file a clip, each beginning with its fields as YAML.

A file's name is the article's id and its title, so that it is unique whatever the titles are, also
where a file system knows no case, and safe: no separator, no dot in front, no name that Windows
keeps for itself. Images are not downloaded; the text names their addresses.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from storage.export.edition import Edition
from storage.export.texts import clean_line, clean_text
from storage.fields import Field, Form, Kind, describe
from storage.records import ArticleRecord

MAX_SLUG_BYTES = 120
"""In UTF-8. A name has 255 bytes on most file systems, 143 on an encrypted one (eCryptfs)."""
MAX_SLUG_SOURCE = 500
"""Characters of a title that a slug is made of."""

_CLIP_NAME = re.compile(r"\d+(?:-[^/]*)?\.md")
# What YAML's timestamp type takes without quotes (https://yaml.org/type/timestamp.html).
_TIMESTAMP = re.compile(
    r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d))?", re.ASCII
)
# JSON's strings are YAML's, but for characters outside of YAML's printable set (YAML 1.2 §5.1) and
# those that YAML 1.1 takes for line breaks.
_UNPRINTABLE = "[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]"
# The beginnings of what a site generator would run (``scraper.model.markdown``), of which one
# character is enough.
_ESCAPED = re.compile(f"{_UNPRINTABLE}|\\{{(?=[{{%#])|<(?=%)")
# Marks and letters without a shape (Unicode's Default_Ignorable_Code_Point, but for the format
# characters, which go by their category): what they belong to, as an emoji, is left out of a name.
_SHAPELESS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_INSIDE_WORDS = "'\u2019\u02bc"


def write_clips(records: Iterable[ArticleRecord], directory: Path, edition: Edition) -> None:
    """A file an article in ``directory``, which exists and is empty. Raises ``OSError``."""
    for record in records:
        document = f"{front_matter(record, edition)}\n{clean_text(edition.to_markdown(record))}"
        (directory / file_name(record)).write_bytes(document.encode())


def is_clip_name(name: str) -> bool:
    """Whether ``file_name`` gives such names."""
    return _CLIP_NAME.fullmatch(name) is not None


def file_name(record: ArticleRecord) -> str:
    """``12-harbour-council-decides.md``: letters and digits of any script, at most 160 bytes; of a
    version ``12-v2-harbour-council-decides.md``."""
    version = f"v{record.version.number}" if record.version else ""
    return "-".join(filter(None, (str(record.id), version, _slug(record.title or "")))) + ".md"


def front_matter(record: ArticleRecord, edition: Edition) -> str:
    """From ``---`` to ``---``; what is not known has no line.

    Every text is a double-quoted string on one line, which says the same to YAML 1.1 and 1.2.
    Times are timestamps; a month or a year alone is a string.
    """
    return "\n".join(["---", *_lines(record, edition.fields(Form.MARKDOWN)), "---", ""])


def _lines(record: ArticleRecord, fields: Sequence[Field]) -> Iterator[str]:
    values = describe(record, fields)
    for field in fields:
        value = values[field.name]
        if value is None or value == "" or value == []:
            continue
        yield f"{field.name}: {_spell(value, field.kind)}"


def _spell(value: Any, kind: Kind) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) or (kind is Kind.TIME and _TIMESTAMP.fullmatch(value)):
        return str(value)
    return _quote(value) if isinstance(value, str) else f"[{', '.join(map(_quote, value))}]"


def _quote(text: str) -> str:
    return _ESCAPED.sub(_escape, json.dumps(clean_line(text), ensure_ascii=False))


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match.group()):04x}"


def _slug(title: str) -> str:
    """Lower-case words with hyphens between; cut between two of them, and never before a mark."""
    # Composed, as most file systems have it; not NFKC, which takes Thai vowels apart.
    text = _SHAPELESS.sub("", clean_line(title))[:MAX_SLUG_SOURCE]
    text = unicodedata.normalize("NFC", text.lower())
    parts = [_part(character) for character in text]
    slug = re.sub(r"-{2,}", "-", "".join(parts)).strip("-")
    cut = slug.encode()[:MAX_SLUG_BYTES].decode(errors="ignore")
    if cut != slug:
        while cut and unicodedata.category(slug[len(cut)])[0] == "M":
            cut = cut[:-1]
        words = cut if slug[len(cut)] == "-" else cut.rpartition("-")[0]
        cut = words if len(words) > len(cut) / 2 else cut
    return cut.strip("-")


def _part(character: str) -> str:
    category = unicodedata.category(character)
    if category[0] in "LMN":
        return character
    return "" if category == "Cf" or character in _INSIDE_WORDS else "-"
