"""An article as Markdown: CommonMark 0.31, with the tables of GitHub's dialect.

Every text of the page is escaped, so that a reader of the Markdown sees what stood in the page and
none of it becomes markup: no heading out of a line that begins with ``#``, no link, no HTML. Only
http and https addresses are written, as images and as the link to the article itself.

Nor does a site generator find anything to run in it. Those look at a file before it is read as
Markdown, for what begins with ``{{``, ``{%``, ``{#`` or ``<%`` (Liquid, Jinja, Nunjucks, Twig,
Hugo's shortcodes, ERB, EJS), and MDX for ``{`` in a text: none of these is ever written. Where no
character can be escaped, in a fence, such a text is the one HTML that is written: a ``pre``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from itertools import groupby
from typing import Protocol
from urllib.parse import quote

from scraper.errors import AddressError
from scraper.model.blocks import lines_of, split_tables
from scraper.model.types import Block, BlockKind, Precision
from scraper.urls import canonical_url

MAX_DEPTH = 8
"""Of nested lists: parsers stop at twenty open elements, and an item is two."""
LARGEST_NUMBER = 999_999_999
"""CommonMark 5.2: the number before an item has at most nine digits."""

# What means something anywhere in a line. ``&`` does so only before what may be an entity's name.
# So do ``%`` and ``#`` behind a bracket, to templates: the backslash parts the two.
_INLINE = re.compile(r"[\\`*_\[\]<~{]|&(?=[#a-zA-Z])|(?<=[{<])[%#]")
_TEMPLATE = re.compile(r"\{[{%#]|<%")
# What means something at a line's beginning: a heading, a quote, an item, a rule.
_START = re.compile(r"#{1,6}(?= |$)|>|[+-](?= |$)|(?=(?:- ?){3,}$)|\d{1,9}(?=[.)](?: |$))")
_CLOSING_HASHES = re.compile(r"(?<= )#+$")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_LINE_BREAK = re.compile("\r\n?")
_BACKTICKS = re.compile(r"`+")
_WEB = re.compile(r"https?://", re.IGNORECASE)
_IN_URL = "!#$&'*+,-./:=?@_~%"
"""Of punctuation what stays in an address between parentheses; the rest is percent-encoded: also
``;``, with which an entity ends."""
_DAY_FORMS = {Precision.YEAR: "%Y", Precision.MONTH: "%Y-%m", Precision.DAY: "%Y-%m-%d"}


class Printed(Protocol):
    """What an ``Article`` and an archived one have in common."""

    @property
    def title(self) -> str | None: ...
    @property
    def byline(self) -> str | None: ...
    @property
    def authors(self) -> tuple[str, ...]: ...
    @property
    def published_at(self) -> datetime | None: ...
    @property
    def published_precision(self) -> Precision | None: ...
    @property
    def body(self) -> str | None: ...
    @property
    def blocks(self) -> tuple[Block, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cleaned:
    """A ``Printed`` of which every text is cleaned."""

    title: str | None
    byline: str | None
    authors: tuple[str, ...]
    published_at: datetime | None
    published_precision: Precision | None
    body: str | None
    blocks: tuple[Block, ...]


@dataclass(slots=True)
class _List:
    """An open list: where its items begin, and what the last one had before it."""

    indent: int
    number: int | None
    delimiter: str = "."
    inside: int = 0
    """Where the last item's text begins."""


def choose_address(declared: str | None, canonical: str | None) -> str | None:
    """The page's own claim where it is believed, since that opens as it stands; else our form."""
    if declared and canonical:
        with suppress(AddressError):
            if canonical_url(declared) == canonical:
                return declared
    return canonical


def render_markdown(
    article: Printed, address: str | None = None, *, clean: Callable[[str], str] | None = None
) -> str:
    """Title, credit and date, address, then the blocks, blank lines between; ends with a newline.

    ``address``: where the article is to be read, of http or https. The title is the heading of
    the first level; those of the text begin at the second, whatever their levels in the page, and
    keep their distances. A table's first row is its heading, since Markdown has no table without
    one. Empty for an article of which nothing is known.

    ``clean``: what drops characters from a text of the page, for who needs it. It must be done
    before anything is escaped: what it drops may stand between ``#`` and a space.
    """
    if clean is not None:
        article = _clean_all(article, clean)
    parts: list[str] = []
    if title := _escape(article.title or ""):
        parts.append(f"# {title}")
    if credit := _credit(article):
        parts.append(f"*{credit}*")
    if address and _WEB.match(address):
        parts.append(f"<{_quote_url(address)}>")
    parts += _render_blocks(article.blocks or lines_of(article.body or ""))
    return "\n\n".join(parts) + "\n" if parts else ""


def _clean_all(article: Printed, clean: Callable[[str], str]) -> Printed:
    return _Cleaned(
        title=clean(article.title or ""),
        byline=clean(article.byline or ""),
        authors=tuple(map(clean, article.authors)),
        published_at=article.published_at,
        published_precision=article.published_precision,
        body=clean(article.body or ""),
        blocks=tuple(
            replace(block, text=clean(block.text), cells=tuple(map(clean, block.cells)))
            for block in article.blocks or ()
        ),
    )


def _credit(article: Printed) -> str:
    byline = article.byline or ", ".join(article.authors)
    return _escape(" · ".join(filter(None, (byline, _date(article)))))


def _date(article: Printed) -> str:
    at, precision = article.published_at, article.published_precision
    if at is None:
        return ""
    if precision in _DAY_FORMS:
        return at.strftime(_DAY_FORMS[precision])
    return at.isoformat(sep=" ", timespec="minutes")


def _render_blocks(blocks: Sequence[Block]) -> Iterator[str]:
    levels = [block.level or 2 for block in blocks if block.kind is BlockKind.HEADING]
    shift = 2 - min(levels, default=2)
    for kind, group in groupby(blocks, key=lambda block: block.kind):
        if kind is BlockKind.LIST_ITEM:
            yield _render_list([*group])
        elif kind is BlockKind.TABLE_ROW:
            yield from map(_render_table, split_tables([*group]))
        elif kind is BlockKind.QUOTE:
            yield "\n>\n".join(f"> {_escape(block.text)}" for block in group)
        elif kind is BlockKind.HEADING:
            for block in group:
                level = min(6, (block.level or 2) + shift)
                yield f"{'#' * level} {_escape(block.text)}"
        elif kind is BlockKind.PREFORMATTED:
            yield from (_render_code(block.text) for block in group)
        elif kind is BlockKind.CAPTION:
            yield from map(_render_caption, group)
        else:
            yield from (_escape(block.text) for block in group)


def _render_list(items: Sequence[Block]) -> str:
    lines: list[str] = []
    open_lists: list[_List] = []
    for item in items:
        depth = max(1, min(item.level or 1, len(open_lists) + 1, MAX_DEPTH))
        del open_lists[depth:]
        lines += _render_item(item, depth, open_lists)
    return "\n".join(lines).lstrip("\n")


def _render_item(item: Block, depth: int, open_lists: list[_List]) -> Iterator[str]:
    """The item's lines; its list is opened if need be."""
    text, number = _escape(item.text), item.number
    if number is not None and not 0 <= number <= LARGEST_NUMBER:
        number = None
    fresh = len(open_lists) < depth
    if fresh:
        open_lists.append(_List(open_lists[-1].inside if open_lists else 0, number))
    own = open_lists[depth - 1]
    if not fresh and number is not None and own.number is not None:
        if number == own.number:
            yield ""
            yield " " * own.inside + text
            return
        if number != own.number + 1:
            # A parser counts on by itself; another delimiter begins another list.
            own.delimiter = ")" if own.delimiter == "." else "."
            fresh = True
    fresh = fresh or (number is None) != (own.number is None)
    own.number = number
    marker = "-" if number is None else f"{number}{own.delimiter}"
    own.inside = own.indent + len(marker) + 1
    if fresh and number not in (None, 1):
        yield ""  # only a list from 1 may follow a line of text (CommonMark 5.3)
    yield " " * own.indent + f"{marker} {text}"


def _render_table(rows: Sequence[Block]) -> str:
    table = [row.cells or (row.text,) for row in rows]
    width = max(map(len, table))
    lines = [_render_row([*map(_escape_cell, row), *[""] * (width - len(row))]) for row in table]
    lines.insert(1, _render_row(["---"] * width))
    return "\n".join(lines)


def _render_row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _render_code(text: str) -> str:
    text = _CONTROL.sub("", _LINE_BREAK.sub("\n", text))
    if _TEMPLATE.search(text):
        text = escape(text, quote=False).replace("{", "&#123;").replace("}", "&#125;")
        return f"<pre><code>{text}</code></pre>"
    longest = max(map(len, _BACKTICKS.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"


def _render_caption(block: Block) -> str:
    """An image with the caption as its text, or the caption alone, set off."""
    text = _escape(block.text)
    if block.image_url and _WEB.match(block.image_url):
        return f"![{text}]({_quote_url(block.image_url)})"
    return f"*{text}*"


def _quote_url(url: str) -> str:
    return quote(_CONTROL.sub("", url), safe=_IN_URL)


def _escape_cell(text: str) -> str:
    return _escape(text).replace("|", "\\|")


def _escape(text: str) -> str:
    """One line that says ``text``, white space collapsed, wherever in a document it stands."""
    line = _INLINE.sub(r"\\\g<0>", " ".join(_CONTROL.sub("", text).split()))
    start = _START.match(line)
    if start:
        place = start.end() if start.group()[:1].isdigit() else 0
        line = f"{line[:place]}\\{line[place:]}"
    return _CLOSING_HASHES.sub(r"\\\g<0>", line)
