"""Articles as text for people and as JSON for programs."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from commands.cleaning import clean, clean_block
from commands.render.columns import WIDEST_CELL, Columns, emit_row, pick, print_table
from commands.render.values import format_time
from commands.terminal import emit
from scraper.model.markdown import render_markdown
from scraper.model.types import BlockKind, Precision
from scraper.urls import host_of

if TYPE_CHECKING:
    from scraper.model.types import Block
    from storage.records import ArticleRecord, VersionRecord

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
_COARSE = (Precision.DAY, Precision.MONTH, Precision.YEAR)


# --------------------------------------------------------------------- JSON


def article_object(record: ArticleRecord, *, whole: bool = False) -> dict[str, Any]:
    """The pinned keys, in order; with ``body`` and ``provenance`` if ``whole``."""
    values = pick(record, WHOLE_ARTICLE_KEYS if whole else ARTICLE_KEYS)
    values["published_at"] = format_time(record.published_at, record.published_precision)
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


def as_version(record: ArticleRecord, version: VersionRecord) -> ArticleRecord:
    """The article as it was in one of its versions. What is not kept of a version is left out."""
    return replace(
        record,
        url=version.url,
        title=version.title,
        byline=version.byline,
        authors=version.authors,
        published_at=version.published_at,
        published_precision=version.published_precision,
        published_zone=None,
        published_relative=False,
        modified_at=version.modified_at,
        image_url=None,
        section=None,
        tags=(),
        body=version.body,
        blocks=version.blocks,
        provenance={},
        directives=tuple(dict.fromkeys((*record.directives, *version.directives))),
        with_credentials=version.with_credentials,
    )


def block_object(block: Block) -> dict[str, Any]:
    """``kind`` and ``text``, and what else a block of its kind has."""
    values: dict[str, Any] = {"kind": block.kind.value, "text": block.text}
    more = {"level": block.level, "number": block.number, "image_url": block.image_url}
    values |= {key: value for key, value in more.items() if value is not None}
    return values | {"cells": list(block.cells)} if block.cells else values


def no_article(url: str) -> dict[str, Any]:
    """The object of a page of which there is nothing but the address."""
    return dict.fromkeys(WHOLE_ARTICLE_KEYS) | {"url": url}


# --------------------------------------------------------------------- in a list


def reason_of(record: ArticleRecord) -> str:
    """Why it is no article: its verdict and the evidence."""
    return f"{record.verdict}: {record.evidence}" if record.evidence else str(record.verdict)


def when(record: ArticleRecord) -> str | None:
    if record.published_at and record.published_precision not in _COARSE:
        return record.published_at.isoformat(sep=" ", timespec="minutes")
    return format_time(record.published_at, record.published_precision)


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
    table={"ID": "id", "Published": day_of, "Title": "title", "Site": site_of},
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
    print_table(None, [cells], flexible=3, widest=max(WIDEST_CELL, len(outcome)))


def _texts_of(record: ArticleRecord) -> list[str]:
    """The body's paragraphs; verbatim text, which has lines of its own, is one."""
    body = record.body or ""
    texts = [block.text for block in record.blocks if block.kind is not BlockKind.CAPTION]
    return texts if "\n".join(texts) == body else body.split("\n")
