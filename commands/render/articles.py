"""Articles as text for people and as JSON for programs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from commands.cleaning import clean, clean_block
from commands.render.columns import WIDEST_CELL, Columns, emit_row, print_table
from commands.render.values import format_time
from commands.terminal import emit, emit_words
from commands.times import local_minute, minute, stated_minute
from scraper.model.markdown import render_markdown
from scraper.model.types import BlockKind, Precision
from scraper.urls import host_of
from storage.fields import Form, as_object, fields_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from scraper.model.types import Block
    from storage.records import ArticleRecord, VersionRecord

SUBSCRIBED = "read with a subscription"
_COARSE = (Precision.DAY, Precision.MONTH, Precision.YEAR)


# --------------------------------------------------------------------- JSON


def article_object(record: ArticleRecord, *, whole: bool = False) -> dict[str, Any]:
    """The pinned keys, in order; if ``whole`` those of ``show --json``."""
    return as_object(record, Form.JSON if whole else Form.LIST)


def marks_object(record: ArticleRecord | VersionRecord) -> dict[str, Any]:
    """``directives`` and ``with_credentials``, where there is any."""
    marks: dict[str, Any] = {"directives": list(record.directives)} if record.directives else {}
    return marks | {"with_credentials": True} if record.with_credentials else marks


def marks_in_words(record: ArticleRecord | VersionRecord) -> str:
    """``read with a subscription; noarchive, noindex``; empty without a mark."""
    parts = [SUBSCRIBED] if record.with_credentials else []
    return "; ".join([*parts, *filter(None, [", ".join(record.directives)])])


def no_article(url: str) -> dict[str, Any]:
    """The object of a page of which there is nothing but the address."""
    keys = [field.name for field in fields_of(Form.JSON) if not field.if_any]
    return dict.fromkeys(keys) | {"url": url}


# --------------------------------------------------------------------- in a list


def reason_of(record: ArticleRecord) -> str:
    """Why it is no article: its verdict and the evidence."""
    return f"{record.verdict}: {record.evidence}" if record.evidence else str(record.verdict)


def when(record: ArticleRecord, spell: Callable[[datetime], str] = minute) -> str | None:
    """When it was published, as exactly as that is known; ``spell`` says in which zone: for
    programs in the publisher's own."""
    if record.published_at and record.published_precision not in _COARSE:
        return spell(record.published_at)
    return format_time(record.published_at, record.published_precision)


def local_when(record: ArticleRecord) -> str | None:
    return when(record, local_minute)


def day_of(record: ArticleRecord) -> str | None:
    precise = record.published_precision
    return format_time(record.published_at, precise if precise in _COARSE else Precision.DAY)


def mark_of(record: ArticleRecord) -> str:
    return "subscribed" if record.with_credentials else ""


def _title_or_address(record: ArticleRecord) -> str:
    """Of an address in a narrow column its end, which tells it from others."""
    url = record.url
    return record.title or (url if len(url) <= WIDEST_CELL else f"…{url[1 - WIDEST_CELL :]}")


def site_of(record: ArticleRecord) -> str:
    return record.site_name or host_of(record.url)


ARTICLES: Columns[ArticleRecord] = Columns(
    json=article_object,
    line=("id", when, "title", "byline", "url"),
    table={"ID": "id", "Published": local_when, "Title": "title", "Site": site_of},
    optional={"Mark": mark_of},
    flexible="Title",
)
REJECTED: Columns[ArticleRecord] = Columns(
    json=lambda record: article_object(record) | {"reason": reason_of(record)},
    line=("id", reason_of, "title", "url"),
    table={"ID": "id", "Title": _title_or_address, "Reason": reason_of},
    flexible="Reason",
)


# --------------------------------------------------------------------- as a page


def print_article(record: ArticleRecord) -> None:
    """Title, byline, date, address, tags, an empty line, the text with its captions."""
    heading = [record.title or "(no title)", record.byline or ", ".join(record.authors)]
    heading += [when(record, stated_minute) or "", record.url]
    heading += [f"Tags: {', '.join(record.tags)}"] if record.tags else []
    if record.verdict != "article":
        heading.append(f"(not listed: {reason_of(record)})")
    if record.duplicate_of is not None:
        heading.append(f"(the same text as article {record.duplicate_of})")
    if record.with_credentials:
        heading.append(f"({SUBSCRIBED})")
    if record.directives:
        heading.append(f"(its publisher says: {', '.join(record.directives)})")
    for line in filter(None, map(clean, heading)):
        emit_words(line)
    texts = [clean_block(text) for text in _texts_of(record)]
    texts = [text for text in texts if text.strip()]
    if not texts:
        return
    emit("")
    if sys.stdout.isatty():
        from commands.render.rich_output import print_wrapped  # heavy: only for a terminal

        print_wrapped(texts)
    else:
        emit("\n\n".join(texts))


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
    print_table(None, [cells], flexible=3, whole=0)


def _texts_of(record: ArticleRecord) -> list[str]:
    """The body's paragraphs, captions among them; verbatim text, which has lines of its own, is
    one."""
    body = record.body or ""
    captions = [one for one in record.blocks if one.kind is BlockKind.CAPTION]
    texts = [one.text for one in record.blocks if one.kind is not BlockKind.CAPTION]
    if "\n".join(texts) != body:
        return [*body.split("\n"), *map(_caption, captions)]
    return [_caption(one) if one.kind is BlockKind.CAPTION else one.text for one in record.blocks]


def _caption(block: Block) -> str:
    return f"Caption: {block.text}"
