"""Runs → typed blocks: headings with level, list items, quotes, table rows, verbatim text."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY, dataclass, field
from itertools import accumulate, groupby

from scraper.extraction.body.runs import HEADINGS, TextRun
from scraper.extraction.cleaning import clean_text
from scraper.extraction.document import BLOCK_TAGS, TEXT, Document
from scraper.model.types import Block, BlockKind

MAX_CELL = 200
MAX_CELL_NODES = 500
"""A cell of more holds a page, not a value; tables nest hundreds deep too."""
"""A row of data has cells shorter than this; else the table only lays the page out."""
MAX_ITEM_PARAGRAPHS = 4
"""An item with more paragraphs than this is a box that holds text; so are those of a list with
headings, and entries with a time."""
WHOLE_TEXT = 0.9
"""A blockquote with more of the text than this only indents it."""
REACH = 24
"""How many elements up are looked at."""
LARGEST_NUMBER = 999_999_999

_ITEMS = frozenset(("li", "dd", "dt"))
_LISTS = frozenset(("ul", "ol", "dl"))
_FLOWING = frozenset(("p", "ul", "ol", "dl", "blockquote", *HEADINGS))
"""In a ``pre`` with these, white space means nothing: it is a box of a page's template."""
_IN_CELLS = frozenset(("td", "th", "p", "div", "span"))
_INTEGER = re.compile(r"\s*\+?(\d{1,9})\s*")
_NOT_SPACE = re.compile(r"\S+")
_OTHER_SPACE = re.compile(r"[^\S\n\t]")
_BLANK_EDGES = re.compile(r"\A(?:[ \t]*\n)+|\s+\Z")


@dataclass(frozen=True, slots=True)
class PlacedBlock:
    """A block, and the node where it begins."""

    first: int
    block: Block


@dataclass(frozen=True, slots=True)
class _Shape:
    kind: BlockKind
    level: int | None = None
    number: int | None = None
    holder: int = -1
    """The ``pre`` or ``tr``: its runs are one block."""


_PARAGRAPH = _Shape(BlockKind.PARAGRAPH)


@dataclass(slots=True)
class _BlockReader:
    """What was found out of the page's lists and rows, each looked at once."""

    document: Document
    _: KW_ONLY
    indents: frozenset[int]
    """Blockquotes that are none."""
    boxes: dict[int, bool] = field(default_factory=dict)
    numbers: dict[int, dict[int, int]] = field(default_factory=dict)
    """By ``ol``: the number of each item."""
    rows: dict[int, Sequence[int]] = field(default_factory=dict)
    """By ``tr``: its cells, none where it is no row of data."""
    plain: set[int] = field(default_factory=set)
    """Elements whose ``p`` children are paragraphs."""


def place_blocks(document: Document, runs: Sequence[TextRun]) -> list[PlacedBlock]:
    """One block a run, but for the runs of a row of data and of a ``pre``, which make one."""
    reader = _BlockReader(document, indents=_find_indents(document, runs))
    shaped = [(run, _shape_of(reader, run)) for run in runs]
    heights: dict[int, int] = {}
    placed: list[PlacedBlock] = []
    for (kind, holder), pairs in groupby(shaped, key=lambda pair: (pair[1].kind, pair[1].holder)):
        group = [*pairs]
        own = [run for run, _ in group]
        if kind is BlockKind.TABLE_ROW:
            table = next((at for at in document.ancestors(holder) if _is(document, at, "table")), 0)
            heights[table] = heights.get(table, 0) + 1
            block = _make_row(reader, holder, own, heights[table])
            placed.append(PlacedBlock(own[0].first, block))
        elif kind is BlockKind.PREFORMATTED:
            text = _read_verbatim(document, holder, own[0].first, own[-1].last) or own[0].text
            placed.append(PlacedBlock(own[0].first, Block(kind, text)))
        elif kind is BlockKind.LIST_ITEM:
            placed += _place_items(group)
        else:
            placed += [
                PlacedBlock(run.first, Block(kind, run.text, level=shape.level))
                for run, shape in group
            ]
    return placed


def _place_items(items: Sequence[tuple[TextRun, _Shape]]) -> Iterator[PlacedBlock]:
    """Items that follow each other. A list in an item without text of its own is the outermost
    to readers."""
    above = min(shape.level or 1 for _, shape in items) - 1
    for run, shape in items:
        level = (shape.level or 1) - above
        block = Block(BlockKind.LIST_ITEM, run.text, level=level, number=shape.number)
        yield PlacedBlock(run.first, block)


def _is(document: Document, at: int, tag: str) -> bool:
    return document.tags[at] == tag


def _find_indents(document: Document, runs: Sequence[TextRun]) -> frozenset[int]:
    quotes = document.by_tag.get("blockquote", ())
    if not quotes:
        return frozenset()
    firsts = [run.first for run in runs]
    masses = [0, *accumulate(run.size for run in runs)]

    def mass(at: int) -> int:
        return masses[bisect_left(firsts, document.ends[at])] - masses[bisect_left(firsts, at)]

    return frozenset(at for at in quotes if mass(at) > WHOLE_TEXT * masses[-1])


def _shape_of(reader: _BlockReader, run: TextRun) -> _Shape:
    document = reader.document
    level = _heading_level(document, run.owner)
    if level:
        return _Shape(BlockKind.HEADING, level)
    own, above = document.tags[run.owner], document.parents[run.owner]
    if own == "p" and above in reader.plain:
        return _PARAGRAPH
    shape = _shape_around(reader, run)
    if own == "p" and shape is _PARAGRAPH:
        reader.plain.add(above)
    return shape


def _shape_around(reader: _BlockReader, run: TextRun) -> _Shape:
    """By the elements that hold the run, the innermost that says something first."""
    document = reader.document
    depth, item, flowing = 0, -1, False
    for at in document.outwards(run.owner, REACH):
        tag = document.tags[at]
        if tag == "pre" and not flowing:
            return _Shape(BlockKind.PREFORMATTED, holder=at)
        if tag == "blockquote" and at not in reader.indents:
            return _Shape(BlockKind.QUOTE)
        if tag in _ITEMS:
            if _is_box(reader, at):
                break
            item = at if item < 0 else item
        elif tag in _LISTS:
            depth += 1
        elif tag in ("td", "th") and item >= 0:
            break
        elif tag == "tr":
            return _row_shape(reader, run, at)
        flowing = flowing or tag in _FLOWING
    if item >= 0:
        return _Shape(BlockKind.LIST_ITEM, max(1, depth), _number_of(reader, item))
    return _PARAGRAPH


def _heading_level(document: Document, owner: int) -> int | None:
    tag = document.tags[owner]
    if tag in HEADINGS:
        return int(tag[1])
    has = document.attributes[owner]
    if has and has.get("role") == "heading":  # WAI-ARIA 1.2: of level 2 where none is given
        level = _integer(has.get("aria-level"))
        return min(6, level) if level else 2
    return None


def _is_box(reader: _BlockReader, item: int) -> bool:
    known = reader.boxes.get(item)
    if known is None:
        document = reader.document
        above = document.parents[item]
        around = above if above >= 0 and document.tags[above] in _LISTS else item
        paragraphs = len(document.within(item, "p"))
        known = (
            paragraphs > MAX_ITEM_PARAGRAPHS
            or (paragraphs > 0 and bool(document.within(item, "time")))
            or bool(document.within(around, *HEADINGS))
        )
        reader.boxes[item] = known
    return known


def _number_of(reader: _BlockReader, item: int) -> int | None:
    above = reader.document.parents[item]
    if above < 0 or not _is(reader.document, above, "ol"):
        return None
    if above not in reader.numbers:
        reader.numbers[above] = dict(_count_items(reader.document, above))
    return reader.numbers[above].get(item)


def _count_items(document: Document, ordered: int) -> Iterator[tuple[int, int]]:
    """The items of an ``ol`` with their numbers (HTML 4.4.5, 4.4.8)."""
    has = document.attributes[ordered]
    items = [at for at in document.children(ordered) if _is(document, at, "li")]
    backwards = "reversed" in has
    stated = _integer(has.get("start"))
    number = stated if stated is not None else len(items) if backwards else 1
    for item in items:
        value = _integer(document.attributes[item].get("value"))
        number = number if value is None else value
        if 0 <= number <= LARGEST_NUMBER:
            yield item, number
        number += -1 if backwards else 1


def _integer(text: str | None) -> int | None:
    match = _INTEGER.fullmatch(text or "")
    return int(match.group(1)) if match else None


def _row_shape(reader: _BlockReader, run: TextRun, row: int) -> _Shape:
    document = reader.document
    if row not in reader.rows:
        cells = [at for at in document.children(row) if document.tags[at] in ("td", "th")]
        is_data = len(cells) > 1 and all(_is_value(document, at) for at in cells)
        reader.rows[row] = cells if is_data else ()
    if not reader.rows[row] or document.tags[run.owner] not in _IN_CELLS:
        return _PARAGRAPH
    return _Shape(BlockKind.TABLE_ROW, holder=row)


def _is_value(document: Document, cell: int) -> bool:
    is_small = document.ends[cell] - cell <= MAX_CELL_NODES
    return is_small and len(document.text_of(cell)) <= MAX_CELL


def _make_row(reader: _BlockReader, row: int, runs: Sequence[TextRun], number: int) -> Block:
    places = reader.rows[row]
    cells = [""] * len(places)
    for run in runs:
        index = max(0, bisect_left(places, run.first) - 1)  # the cell that begins before it
        cells[index] = f"{cells[index]} {run.text}".strip()
    text = " ".join(filter(None, cells))
    return Block(BlockKind.TABLE_ROW, text, level=None, number=number, cells=tuple(cells))


def _read_verbatim(document: Document, pre: int, first: int, last: int) -> str:
    """The text of a ``pre`` from ``first`` to ``last``, line breaks and spaces as they are."""
    texts = document.texts
    while first - 1 > pre and (not texts[first - 1] or texts[first - 1].isspace()):
        first -= 1
    parts = [""]
    for at in range(first, last + 1):
        tag = document.tags[at]
        if tag == TEXT:
            text = texts[at]
            parts.append(text[1:] if _follows_break(document, at) and text[:1] == " " else text)
        elif tag == "br" or (tag in BLOCK_TAGS and not parts[-1].endswith("\n")):
            parts.append("\n")
    text = "".join(parts).replace("\r\n", "\n").replace("\r", "\n")
    lines = [_clean_line(line).rstrip() for line in _OTHER_SPACE.sub(" ", text).split("\n")]
    return _BLANK_EDGES.sub("", "\n".join(lines))


def _clean_line(line: str) -> str:
    if line.isprintable():
        return line
    return _NOT_SPACE.sub(lambda match: clean_text(match.group()), line)


def _follows_break(document: Document, text: int) -> bool:
    """Whether the walk put a space before this text: it begins a block or stands behind one."""
    at, above = text - 1, document.parents[text]
    while at != above and document.parents[at] != above:
        at = document.parents[at]
    return document.tags[at] == "br" or document.tags[at] in BLOCK_TAGS
