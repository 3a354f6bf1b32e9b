"""An Atom feed (RFC 4287) with an entry an article, its text as escaped HTML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from html import escape
from typing import BinaryIO

from scraper.model.types import Verdict
from storage.export.edition import Edition, article_uuid, utc_text
from storage.export.markup import render_blocks
from storage.export.texts import (
    UNKNOWN_LANGUAGE,
    clean_line,
    credits_of,
    escape_line,
    is_right_to_left,
    language_of,
    title_of,
    web_address,
)
from storage.records import ArticleRecord


def write_atom(records: Iterable[ArticleRecord], out: BinaryIO, edition: Edition) -> None:
    """UTF-8. The feed is updated when it was made; its entries keep the order of ``records``."""
    head = (
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<id>{edition.id.urn}</id>",
        f"<title>{escape_line(edition.title)}</title>",
        f"<updated>{edition.modified}</updated>",
        "<generator>kliping</generator>",
    )
    _write(out, head)
    for record in records:
        _write(out, _entry(record, edition.labels.get(record.id, ())))
    _write(out, ["</feed>"])


def _write(out: BinaryIO, lines: Iterable[str]) -> None:
    out.write("".join(f"{line}\n" for line in lines).encode())


def _entry(record: ArticleRecord, labels: Iterable[str]) -> Iterator[str]:
    """Its id is the article's, in any feed that it stands in (RFC 4287 §4.2.6)."""
    language = language_of(record)
    yield "<entry>" if language == UNKNOWN_LANGUAGE else f'<entry xml:lang="{language}">'
    yield f"<id>{article_uuid(record).urn}</id>"
    yield f"<title>{escape_line(title_of(record))}</title>"
    for name in credits_of(record):
        yield f"<author><name>{escape_line(name)}</name></author>"
    if record.published_at:
        yield f"<published>{utc_text(record.published_at)}</published>"
    yield f"<updated>{utc_text(_updated_at(record))}</updated>"
    if address := web_address(record.url):
        yield f'<link rel="alternate" type="text/html" href="{escape_line(address)}"/>'
    marks = () if record.verdict is Verdict.ARTICLE else (record.verdict,)
    for term in filter(
        None, map(clean_line, filter(None, (*labels, *marks, record.section, *record.tags)))
    ):
        yield f'<category term="{escape_line(term)}"/>'
    html = "\n".join(render_blocks(record))
    if is_right_to_left(language):
        html = f'<div dir="rtl">{html}</div>'
    yield f'<content type="html">{escape(html)}</content>'
    yield "</entry>"


def _updated_at(record: ArticleRecord) -> datetime:
    """The publisher's last change; where he states none and no date, when it was first seen."""
    stated = [at for at in (record.published_at, record.modified_at) if at]
    return max(stated, default=record.first_seen_at)
