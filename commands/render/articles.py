"""Articles as text for people and as JSON for programs.

For people a table on a terminal, tab-separated lines without one; every string is cleaned. The
keys of the JSON objects and their order are an interface.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from commands.render.cleaning import clean, clean_block, escape_in_json
from commands.terminal import emit, is_utf8
from scraper.markdown import render_markdown
from scraper.model.types import BlockKind, Precision
from scraper.urls import host_of

if TYPE_CHECKING:
    from scraper.model.types import Block
    from storage.reading.records import ArticleRecord, SourceRecord, VersionRecord

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
SUBSCRIBED = "read with a subscription"
WIDEST_CELL = 24  # characters of what does not give way in a table


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
    return values | marks_object(record)


def marks_object(record: ArticleRecord | VersionRecord) -> dict[str, Any]:
    """``directives`` and ``with_credentials``, where there is any."""
    marks: dict[str, Any] = {"directives": list(record.directives)} if record.directives else {}
    return marks | {"with_credentials": True} if record.with_credentials else marks


def marks_in_words(record: ArticleRecord | VersionRecord) -> str:
    """``read with a subscription; noarchive, noindex``; empty without a mark."""
    parts = [SUBSCRIBED] if record.with_credentials else []
    return "; ".join([*parts, *filter(None, [", ".join(record.directives)])])


def shown_object(record: ArticleRecord) -> dict[str, Any]:
    """A whole article, and in one key more its ``blocks``."""
    return article_object(record, whole=True) | {"blocks": [*map(block_object, record.blocks)]}


def block_object(block: Block) -> dict[str, Any]:
    """``kind`` and ``text``, and what else a block of its kind has."""
    values: dict[str, Any] = {"kind": block.kind.value, "text": block.text}
    more = {"level": block.level, "number": block.number, "image_url": block.image_url}
    values |= {key: value for key, value in more.items() if value is not None}
    return values | {"cells": list(block.cells)} if block.cells else values


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
        "parts": record.parts,
        "disabled_at": format_time(record.disabled_at),
        "disabled_reason": record.disabled_reason,
        "folder": record.folder,
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
            cells = (record.id, when(record), record.title, record.byline, record.url)
            emit_row(*cells, *mark_of(record))
        return
    headings: tuple[str, ...] = ("ID", "Published", "Title", "Site")
    rows: list[tuple[object, ...]] = [
        (record.id, day_of(record), record.title, site_of(record)) for record in records
    ]
    if any(map(mark_of, records)):
        headings = (*headings, "Mark")
        rows = [
            (*row, *(mark_of(record) or ("",))) for row, record in zip(rows, records, strict=True)
        ]
    print_table(headings, rows, flexible=2)


def mark_of(record: ArticleRecord) -> tuple[str, ...]:
    """One cell more in a list, for what was read with a subscription."""
    return ("subscribed",) if record.with_credentials else ()


def print_rejected(records: Sequence[ArticleRecord]) -> None:
    if not sys.stdout.isatty():
        for record in records:
            emit_row(record.id, reason_of(record), record.title, record.url)
        return
    rows = [
        (record.id, record.title or _end_of(record.url), reason_of(record)) for record in records
    ]
    print_table(("ID", "Title", "Reason"), rows, flexible=2)


def print_sources(records: Sequence[SourceRecord]) -> None:
    if not sys.stdout.isatty():
        for record in records:
            emit_row(record.id, record.name, record.kind, record.url, _trouble(record))
        return
    rows = [(record.id, record.name, _health(record), record.url) for record in records]
    print_table(("ID", "Name", "State", "URL"), rows, flexible=3)


def print_article(record: ArticleRecord) -> None:
    """Title, byline, date, address, an empty line, the text."""
    heading = [record.title or "(no title)", record.byline or ", ".join(record.authors)]
    heading += [when(record) or "", record.url]
    if record.verdict != "article":
        heading.append(f"(not listed: {reason_of(record)})")
    if record.duplicate_of is not None:
        heading.append(f"(the same text as article {record.duplicate_of})")
    if record.with_credentials:
        heading.append(f"({SUBSCRIBED})")
    if record.directives:
        heading.append(f"(its publisher says: {', '.join(record.directives)})")
    for line in filter(None, map(clean, heading)):
        emit(line)
    texts = [clean_block(text) for text in _texts_of(record)]
    texts = [text for text in texts if text.strip()]
    if not texts:
        return
    emit("")
    if sys.stdout.isatty():
        _print_wrapped(texts)
    else:
        emit("\n\n".join(texts))


def _print_wrapped(texts: Sequence[str]) -> None:
    """Paragraphs in lines of the terminal's width, broken between words; verbatim text, which has
    line breaks of its own, as it is."""
    from rich.console import Console  # heavy: only for a terminal
    from rich.text import Text

    console = Console(file=sys.stdout, highlight=False)
    for number, text in enumerate(texts):
        if number:
            emit("")
        if "\n" in text:
            emit(text)
        else:
            console.print(Text(text))


def print_markdown(record: ArticleRecord) -> None:
    document = render_markdown(record, record.url, clean=clean_block)
    emit(clean_block(document).rstrip("\n"))


def print_outcome(outcome: str, record: ArticleRecord) -> None:
    """One line: what became of a page, and which article it is."""
    byline = record.byline or ", ".join(record.authors)
    if not sys.stdout.isatty():
        emit_row(outcome, record.id, record.title or record.url, byline, when(record))
        return
    title = record.title or record.url
    cells = (f"{outcome:9}", str(record.id), day_of(record) or "", title, byline)
    print_table(None, [cells], flexible=3)


def emit_row(*cells: object) -> None:
    """Cells between tabs: no cell has one, an unknown one is empty."""
    emit("\t".join("" if cell is None else clean(str(cell)) for cell in cells))


def print_table(
    headings: Sequence[str] | None, rows: Sequence[Sequence[object]], *, flexible: int
) -> None:
    """A table no wider than the terminal: the ``flexible`` column gives way first."""
    if not rows:
        return
    from rich.cells import cell_len  # heavy: only for a terminal
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(file=sys.stdout, highlight=False)
    texts = [["" if cell is None else clean(str(cell)) for cell in row] for row in rows]
    table = Table(box=None, pad_edge=False, header_style="bold", show_header=headings is not None)
    columns = list(zip(*texts, *([headings] if headings else []), strict=True))
    widths = [min(max(map(cell_len, column)), WIDEST_CELL) for column in columns]
    gaps = 2 * (len(columns) - 1)
    widths[flexible] = max(console.width - gaps - sum(widths) + widths[flexible], 8)
    for place, width in enumerate(widths):
        heading = headings[place] if headings else ""
        justify: Literal["right", "left"] = "right" if heading == "ID" else "left"
        table.add_column(
            heading, justify=justify, no_wrap=True, overflow="ellipsis", max_width=width
        )
    for row in texts:
        table.add_row(*map(Text, row))
    console.print(table)


def reason_of(record: ArticleRecord) -> str:
    """Why it is no article: its verdict and the evidence."""
    return f"{record.verdict}: {record.evidence}" if record.evidence else str(record.verdict)


def _texts_of(record: ArticleRecord) -> list[str]:
    """The body's paragraphs; verbatim text, which has lines of its own, is one."""
    body = record.body or ""
    texts = [block.text for block in record.blocks if block.kind is not BlockKind.CAPTION]
    return texts if "\n".join(texts) == body else body.split("\n")


def when(record: ArticleRecord) -> str | None:
    if record.published_at and record.published_precision not in _COARSE:
        return record.published_at.isoformat(sep=" ", timespec="minutes")
    return format_time(record.published_at, record.published_precision)


def day_of(record: ArticleRecord) -> str | None:
    precise = record.published_precision
    return format_time(record.published_at, precise if precise in _COARSE else Precision.DAY)


def _end_of(url: str) -> str:
    """Of an address in a narrow column its end, which tells it from others."""
    return url if len(url) <= WIDEST_CELL else f"…{url[1 - WIDEST_CELL :]}"


def site_of(record: ArticleRecord) -> str:
    return record.site_name or host_of(record.url)


def _trouble(record: SourceRecord) -> str | None:
    if record.disabled_at is not None and record.last_error is None:
        return f"disabled: {record.disabled_reason or 'by hand'}"
    return record.last_error


def _health(record: SourceRecord) -> str:
    if record.disabled_at is not None:
        return f"off since {record.disabled_at.astimezone():%Y-%m-%d}"
    return f"failing ({record.failures})" if record.failures else record.kind


_COARSE = (Precision.DAY, Precision.MONTH, Precision.YEAR)
