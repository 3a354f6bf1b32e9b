"""Articles as text for people and as JSON for programs.

For people a table on a terminal, tab-separated lines without one; every string is cleaned. The
keys of the JSON objects and their order are an interface (issue 2).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from commands.cleaning import clean, clean_block, escape_in_json
from commands.terminal import emit, is_utf8
from scraper.types import Precision
from scraper.urls import host_of

if TYPE_CHECKING:
    from storage.records import ArticleRecord, SourceRecord

ARTICLE_KEYS = (
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
    "verdict",
    "versions",
    "first_seen_at",
    "last_checked_at",
)
WHOLE_ARTICLE_KEYS = (*ARTICLE_KEYS, "body", "provenance")


# --------------------------------------------------------------------- JSON


def article_object(record: ArticleRecord, *, whole: bool = False) -> dict[str, Any]:
    """The pinned keys, in order; with ``body`` and ``provenance`` if ``whole``."""
    published = format_time(record.published_at, record.published_precision)
    values = {key: getattr(record, key, None) for key in ARTICLE_KEYS} | {
        "authors": list(record.authors),
        "published_at": published,
        "modified_at": format_time(record.modified_at),
        "first_seen_at": format_time(record.first_seen_at),
        "last_checked_at": format_time(record.last_checked_at),
    }
    if whole:
        values |= {"body": record.body, "provenance": plain(record.provenance)}
    return values


def listed_object(record: ArticleRecord, *, rejected: bool) -> dict[str, Any]:
    """An article in a list; what was rejected says why in one key more, ``reason``."""
    values = article_object(record)
    return values | {"reason": reason_of(record)} if rejected else values


def no_article(url: str) -> dict[str, Any]:
    """The object of a page of which there is nothing but the address."""
    return dict.fromkeys(WHOLE_ARTICLE_KEYS) | {"url": url}


def source_object(record: SourceRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "name": record.name,
        "url": record.url,
        "kind": record.kind,
        "title": record.title,
        "articles": record.articles,
        "added_at": format_time(record.added_at),
        "last_polled_at": format_time(record.last_polled_at),
        "due_at": format_time(record.due_at),
        "failures": record.failures,
        "last_error": record.last_error,
    }


def emit_json(values: Mapping[str, Any], *, now: bool = False) -> None:
    """One object on one line, safe for a terminal and for ``str.splitlines``."""
    document = json.dumps(values, ensure_ascii=not is_utf8(), allow_nan=False)
    emit(escape_in_json(document), now=now)


def plain(value: Any) -> Any:
    """Dataclasses, mappings and tuples as what JSON has."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if hasattr(value, "__dataclass_fields__"):
        return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, datetime):
        return format_time(value)
    return value


def format_time(at: datetime | None, precision: Precision | None = None) -> str | None:
    """ISO 8601 with offset; the date, month or year alone where no more is known."""
    if at is None:
        return None
    if precision == Precision.YEAR:
        return f"{at.year:04}"
    if precision == Precision.MONTH:
        return f"{at.year:04}-{at.month:02}"
    if precision == Precision.DAY:
        return at.date().isoformat()
    offset = at.utcoffset()
    if offset is None or offset.seconds % 60:  # ISO 8601 offsets have no seconds
        at = at.astimezone(UTC)
    return at.isoformat()


# --------------------------------------------------------------------- for people


def print_articles(records: Sequence[ArticleRecord]) -> None:
    if not sys.stdout.isatty():
        for record in records:
            emit_row(record.id, _when(record), record.title, record.byline, record.url)
        return
    rows = [(record.id, _day(record), record.title, _site(record)) for record in records]
    print_table(("ID", "Published", "Title", "Site"), rows)


def print_rejected(records: Sequence[ArticleRecord]) -> None:
    if not sys.stdout.isatty():
        for record in records:
            emit_row(record.id, reason_of(record), record.title, record.url)
        return
    rows = [(record.id, reason_of(record), record.title or record.url) for record in records]
    print_table(("ID", "Reason", "Title"), rows)


def print_sources(records: Sequence[SourceRecord]) -> None:
    if not sys.stdout.isatty():
        for record in records:
            emit_row(record.id, record.name, record.kind, record.url, record.last_error)
        return
    rows = [(record.id, record.name, _health(record), record.url) for record in records]
    print_table(("ID", "Name", "State", "URL"), rows)


def print_article(record: ArticleRecord) -> None:
    """Title, byline, date, address, an empty line, the text."""
    heading = [record.title or "(no title)", record.byline or ", ".join(record.authors)]
    heading += [_when(record) or "", record.url]
    if record.verdict != "article":
        heading.append(f"(not listed: {reason_of(record)})")
    if record.duplicate_of is not None:
        heading.append(f"(the same text as article {record.duplicate_of})")
    for line in filter(None, map(clean, heading)):
        emit(line)
    if body := clean_block(record.body or ""):
        emit("")
        emit("\n\n".join(line for line in body.split("\n") if line.strip()))


def print_outcome(outcome: str, record: ArticleRecord) -> None:
    """One line: what became of a page, and which article it is."""
    cells = (outcome, record.id, record.title, record.byline, _when(record))
    if not sys.stdout.isatty():
        emit_row(*cells)
        return
    from rich.console import Console
    from rich.text import Text

    line = "  ".join(clean(str(cell)) for cell in cells if cell not in (None, ""))
    console = Console(file=sys.stdout, highlight=False)
    console.print(Text(line), no_wrap=True, overflow="ellipsis", crop=True)


def emit_row(*cells: object) -> None:
    """Cells between tabs: no cell has one, an unknown one is empty."""
    emit("\t".join("" if cell is None else clean(str(cell)) for cell in cells))


def print_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table as wide as the terminal; the third column takes what room is left."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold", expand=False)
    for place, heading in enumerate(headings):
        table.add_column(
            heading,
            justify="right" if place == 0 else "left",
            no_wrap=True,
            overflow="ellipsis",
            max_width=None if place in (0, len(headings) - 1) or heading == "Title" else 24,
        )
    for row in rows:
        table.add_row(*(Text("" if cell is None else clean(str(cell))) for cell in row))
    if table.row_count:
        Console(file=sys.stdout, highlight=False).print(table)


def reason_of(record: ArticleRecord) -> str:
    """Why it is no article: its verdict and the evidence."""
    return f"{record.verdict}: {record.evidence}" if record.evidence else str(record.verdict)


def _when(record: ArticleRecord) -> str | None:
    if record.published_at and record.published_precision not in _COARSE:
        return record.published_at.isoformat(sep=" ", timespec="minutes")
    return format_time(record.published_at, record.published_precision)


def _day(record: ArticleRecord) -> str | None:
    precise = record.published_precision
    return format_time(record.published_at, precise if precise in _COARSE else Precision.DAY)


def _site(record: ArticleRecord) -> str:
    return record.site_name or host_of(record.url)


def _health(record: SourceRecord) -> str:
    return f"failing ({record.failures})" if record.failures else record.kind


_COARSE = (Precision.DAY, Precision.MONTH, Precision.YEAR)
