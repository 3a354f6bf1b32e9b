"""Records and editions, made short, and texts that mean harm."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, BinaryIO

from hypothesis import strategies as st

from commands.read.export import _json_line, _markdown
from scraper.model.types import Block, BlockKind, Precision, Verdict
from storage.export import Edition
from storage.records import ArticleRecord

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
JAKARTA = timezone(timedelta(hours=7))
EDITION = Edition(
    made_at=NOW,
    archive="here:/news.db",
    to_json=_json_line,
    to_markdown=_markdown,
)

HOSTILE = (
    '=HYPERLINK("http://evil.example","x")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    "\r\n=1",
    " \u00a0=1",
    "\u200b=1",
    "\uff1d1+1",
    "</title><script>alert(1)</script>",
    "]]> --> <!-- <![CDATA[ <?xml?> & &amp; &#0; &nbsp; <!DOCTYPE x [<!ENTITY e 'x'>]>",
    "\"quoted\", 'single', `ticks` and \\ back\\slashes",
    "---\nkey: value\n--- # comment",
    "{a: &b !!python/object:os.system, ? [x], *b, %T, |, >}",
    "{{ site.title }} {{{x}}} {%- include x -%} {# x #} {{< figure >}} <%= x %> {<% x",
    "yes",
    "null",
    "2026-03-01",
    "0x1F",
    "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x9b1m \x08 \x00 \x7f",
    "left \u202eright\u202c \u2066isolated\u2069 \u200emark",
    "\u2028lines\u2029and\x85and\x0band\x0cend",
    "lone \ud800 surrogate \udfff",
    "\ufeff \ufffe \uffff \ufdd0 \U0001fffe \U000e0041 \ufff9",
    "../../etc/passwd",
    "..",
    ".hidden",
    "CON",
    "nul.txt",
    "a/b\\c:d*e?f|g",
    "x" * 5000,
    "क्षि" * 500,
    "e\u0301\u0302\u0303" * 300,
    "😀" * 300,
    "   ",
    "",
)
"""What a page may say in any field."""

texts = st.text(st.characters(codec=None), max_size=60) | st.sampled_from(HOSTILE)
"""Any string that Python holds, lone surrogates too."""


def make_record(number: int = 1, **fields: Any) -> ArticleRecord:
    """An article of two paragraphs that has every field."""
    url = f"https://example.com/news/{number}"
    defaults: dict[str, Any] = {
        "url": url,
        "canonical_url": url,
        "verdict": Verdict.ARTICLE,
        "evidence": "",
        "versions": 1,
        "first_seen_at": NOW,
        "last_checked_at": NOW,
        "title": f"Harbour council decides case {number}",
        "byline": "By Ada Pier and Bo Quay",
        "authors": ("Ada Pier", "Bo Quay"),
        "published_at": datetime(2026, 2, 28, 9, 30, tzinfo=JAKARTA),
        "published_precision": Precision.MINUTE,
        "language": "en",
        "site_name": "The Mole",
        "section": "News",
        "tags": ("harbour", "council"),
        "image_url": "https://example.com/mole.jpg",
        "body": "One paragraph.\nAnother, with a “quote”.",
    }
    values = defaults | fields
    if "blocks" not in values:
        lines = (values["body"] or "").split("\n")
        values["blocks"] = tuple(Block(BlockKind.PARAGRAPH, line) for line in lines if line)
    return ArticleRecord(id=number, **values)


def make_hostile(text: str, number: int = 1) -> ArticleRecord:
    """The text in every field that a page fills, and in a block of every kind."""
    blocks = [Block(kind, text) for kind in BlockKind for _ in range(2)]
    blocks += [
        Block(BlockKind.HEADING, text, level=1),
        Block(BlockKind.LIST_ITEM, text, level=3, number=7),
        Block(BlockKind.LIST_ITEM, text, level=1),
        Block(BlockKind.LIST_ITEM, text, level=1, number=2**70),
        Block(BlockKind.TABLE_ROW, text, level=None, number=1, cells=(text, "", text)),
        Block(BlockKind.CAPTION, text, image_url=text),
        Block(BlockKind.CAPTION, text, image_url=f"https://example.com/{text}"),
    ]
    return make_record(
        number,
        url=text,
        title=text,
        byline=text,
        authors=(text, "Ada", text),
        language=text,
        site_name=text,
        section=text,
        tags=(text, text),
        image_url=text,
        body=f"{text}\n{text}",
        blocks=tuple(blocks),
    )


Write = Callable[[Iterable[ArticleRecord], BinaryIO, Edition], None]


def written(write: Write, *records: ArticleRecord, edition: Edition = EDITION) -> bytes:
    out = io.BytesIO()
    write(records, out, edition)
    return out.getvalue()
